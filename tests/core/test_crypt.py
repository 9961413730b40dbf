"""What is written about a patient opens in its own place only, and a number is found without being readable."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.store import crypt, keys
from ringback.store.crypt import Unreadable, index, open_, seal

ROW = UUID("018f0000-0000-7000-8000-000000000001")
NUMBER = "+12025550123"
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Counting:
    """A provider that counts how often it is asked, as a key service would charge for it."""

    name = "counting"

    def __init__(self, path: Path) -> None:
        self._inner = keys.SealedFile(path, create=True)
        self.asked = 0

    def wrap(self, practice: int, key: bytes) -> bytes:
        return self._inner.wrap(practice, key)

    def unwrap(self, practice: int, wrapped: bytes) -> bytes:
        self.asked += 1
        return self._inner.unwrap(practice, wrapped)


@pytest.fixture
def provider(tmp_path: Path) -> Counting:
    return Counting(tmp_path / "keys")


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> keys.Keyring:
    """Two practices' keys; the first has renewed its data key once."""
    provider = keys.SealedFile(tmp_path_factory.mktemp("keys") / "keys", create=True)
    first = keys.create(provider, 1)
    made = keys.Keyring(provider)
    made.load([*first, keys.renew(provider, first), *keys.create(provider, 2)])
    return made


# ---- values in their place -------------------------------------------------------------------------------------------

places = st.tuples(
    st.sampled_from([1, 2]),
    st.sampled_from(["message", "cases", "case"]),
    st.sampled_from(["body", "number", "s.number"]),
    st.one_of(st.uuids(), st.text(max_size=12)),
)


@given(place=places, plain=st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_a_value_opens_where_it_was_sealed(ring, place, plain):
    wanted = plain.encode() if isinstance(plain, str) else plain
    assert open_(ring, *place, seal(ring, *place, plain)) == wanted


@given(here=places, there=places)
def test_a_value_moved_to_another_row_column_table_or_practice_does_not_open(ring, here, there):
    sealed = seal(ring, *here, "chest pain")
    if tuple(map(str, here)) == tuple(map(str, there)):
        assert open_(ring, *there, sealed) == b"chest pain"
    else:
        with pytest.raises(Unreadable):
            open_(ring, *there, sealed)


@pytest.mark.parametrize(
    "elsewhere",
    [
        (2, "message", "body", ROW),
        (1, "arrival", "body", ROW),
        (1, "message", "number", ROW),
        (1, "message", "body", UUID(int=ROW.int + 1)),
        (1, "messageb", "ody", ROW),
        (1, "message", "body", f"{ROW}\0"),
        (1, "message", "body", f"{ROW}\x001"),
    ],
)
def test_each_part_of_the_place_counts(ring, elsewhere):
    with pytest.raises(Unreadable):
        open_(ring, *elsewhere, seal(ring, 1, "message", "body", ROW, "chest pain"))


@given(where=st.integers(min_value=0), bit=st.integers(0, 7), plain=st.binary(max_size=40))
def test_one_flipped_bit_is_noticed(ring, where, bit, plain):
    sealed = bytearray(seal(ring, 1, "message", "body", ROW, plain))
    sealed[where % len(sealed)] ^= 1 << bit
    with pytest.raises(Unreadable):
        open_(ring, 1, "message", "body", ROW, bytes(sealed))


@given(cut=st.integers(0, 40))
def test_a_cut_value_does_not_open(ring, cut):
    sealed = seal(ring, 1, "message", "body", ROW, "chest pain")
    with pytest.raises(Unreadable):
        open_(ring, 1, "message", "body", ROW, sealed[:cut])


def test_the_form_is_format_key_number_nonce_ciphertext(ring):
    """Sealed with the newest key (2), which the bytes name."""
    sealed = seal(ring, 1, "message", "body", ROW, "hello")
    assert sealed[0] == crypt.FORMAT
    assert int.from_bytes(sealed[1:3], "big") == 2
    assert len(sealed) == 1 + 2 + 12 + len("hello") + 16


def test_no_two_values_share_a_nonce_even_when_they_are_equal(ring):
    sealed = [seal(ring, 1, "message", "body", ROW, "YES") for _ in range(20_000)]
    assert len({one[3:15] for one in sealed}) == len(sealed)


def test_what_does_not_open_is_not_told_in_the_error(ring):
    sealed = seal(ring, 1, "message", "body", ROW, "chest pain")
    with pytest.raises(Unreadable) as wrong:
        open_(ring, 2, "message", "body", ROW, sealed)
    assert "chest" not in str(wrong.value) and str(ROW) not in str(wrong.value)


# ---- finding a number --------------------------------------------------------------------------------------------------


def test_a_number_is_found_again_but_not_across_practices_or_kinds(ring):
    found = index(ring, 1, "phone", NUMBER)
    assert found == index(ring, 1, "phone", NUMBER) and len(found) == 16
    others = [
        index(ring, 2, "phone", NUMBER),
        index(ring, 1, "record", NUMBER),
        index(ring, 1, "phone", "+12025550124"),
    ]
    assert found not in others and len(set(others)) == 3


@given(number=st.from_regex(r"\+1202555[0-9]{4}", fullmatch=True))
def test_the_same_number_differs_between_practices(ring, number):
    assert index(ring, 1, "phone", number) != index(ring, 2, "phone", number)


def test_without_the_key_no_number_of_an_exchange_matches(ring):
    """Ten thousand guesses hashed without the practice's key find nothing (C15)."""
    import hashlib

    found = index(ring, 1, "phone", NUMBER)
    for last in range(10_000):
        guess = f"+1202555{last:04}".encode()
        for text in (guess, b"phone\0" + guess):
            assert hashlib.sha256(text).digest()[:16] != found


# ---- keys --------------------------------------------------------------------------------------------------------------


def test_after_a_renewal_old_values_open_and_new_ones_use_the_new_key(provider):
    ring = keys.Keyring(provider)
    rows = keys.create(provider, 7)
    ring.load(rows)
    old = seal(ring, 7, "message", "body", ROW, "before")
    ring.load([*rows, keys.renew(provider, rows)])
    new = seal(ring, 7, "message", "body", ROW, "after")
    assert (old[1:3], new[1:3]) == (b"\x00\x01", b"\x00\x02")
    assert open_(ring, 7, "message", "body", ROW, old) == b"before"
    assert open_(ring, 7, "message", "body", ROW, new) == b"after"


def test_a_value_of_an_unknown_key_number_does_not_open(provider):
    ring, older = keys.Keyring(provider), keys.Keyring(provider)
    rows = keys.create(provider, 7)
    older.load(rows)
    ring.load([*rows, keys.renew(provider, rows)])
    with pytest.raises(Unreadable, match="key 2 of practice 7"):
        open_(older, 7, "message", "body", ROW, seal(ring, 7, "message", "body", ROW, "x"))


def test_the_provider_is_asked_once_a_practice_not_once_a_key(provider):
    rows = keys.create(provider, 7)
    rows.append(keys.renew(provider, rows))
    provider.asked = 0
    ring = keys.Keyring(provider)
    ring.load(rows)
    ring.load(rows)
    assert provider.asked == 1


def test_a_key_opens_only_as_what_it_was_made_for(provider):
    """The index key's row put in the place of the data key's, or one practice's in another's, is refused."""
    data, found = keys.create(provider, 7)
    for swapped in (
        (7, 1, "data", found[3]),
        (7, 1, "index", data[3]),
        (7, 2, "data", data[3]),
        (8, 1, "data", data[3]),
    ):
        with pytest.raises(keys.BadKey):
            keys.Keyring(provider).load([swapped])


@given(where=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_changed_wrapped_key_is_refused(tmp_path_factory, where, bit):
    provider = keys.SealedFile(tmp_path_factory.getbasetemp() / "changed", create=True)
    practice, number, purpose, wrapped = keys.create(provider, 7)[0]
    spoilt = bytearray(wrapped)
    spoilt[where % len(spoilt)] ^= 1 << bit
    with pytest.raises(keys.BadKey):
        keys.Keyring(provider).load([(practice, number, purpose, bytes(spoilt))])


def test_another_key_file_opens_nothing(tmp_path):
    rows = keys.create(keys.SealedFile(tmp_path / "a", create=True), 7)
    with pytest.raises(keys.BadKey):
        keys.Keyring(keys.SealedFile(tmp_path / "b", create=True)).load(rows)


def test_no_row_holds_a_key_in_the_clear(provider, monkeypatch):
    made: list[bytes] = []
    real = keys.secrets.token_bytes

    def watched(size: int) -> bytes:
        made.append(real(size))
        return made[-1]

    monkeypatch.setattr(keys.secrets, "token_bytes", watched)
    rows = keys.create(provider, 7)
    assert len([one for one in made if len(one) == 32]) == 3  # practice, data, index
    for _, _, _, wrapped in rows:
        assert not any(one in wrapped for one in made if len(one) == 32)


def test_keys_are_held_for_minutes_and_asked_for_again(provider):
    rows, ring = keys.create(provider, 7), keys.Keyring(provider)
    ring.load(rows, NINE)
    ring.load(rows, NINE + timedelta(minutes=4))  # looking at them again does not make them younger
    assert ring.expire(NINE + timedelta(minutes=4)) == set()
    assert ring.expire(NINE + timedelta(minutes=5)) == {7}
    assert (ring.ciphers, ring.newest, ring.index) == ({}, {}, {})
    ring.load(rows, NINE + timedelta(minutes=6))
    assert ring.newest == {7: 1} and ring.expire(NINE + timedelta(minutes=7)) == set()


def test_forgetting_one_practice_leaves_the_other(provider):
    ring = keys.Keyring(provider)
    ring.load([*keys.create(provider, 7), *keys.create(provider, 8)])
    ring.forget(7)
    assert set(ring.index) == {8} and set(ring.ciphers) == {(8, 1)}


# ---- the sealed file ---------------------------------------------------------------------------------------------------


def test_the_key_file_is_its_owners_only_and_made_once(tmp_path):
    path = tmp_path / "new" / "keys"
    keys.SealedFile(path, create=True)
    first = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600 and len(first) == 32
    keys.SealedFile(path, create=True)
    assert path.read_bytes() == first
    assert os.listdir(path.parent) == ["keys"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_file_that_others_can_read_is_refused_with_the_cure(tmp_path, mode):
    path = tmp_path / "keys"
    keys.SealedFile(path, create=True)
    path.chmod(mode)
    with pytest.raises(keys.BadKey, match="chmod 600"):
        keys.SealedFile(path)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_file_is_refused(tmp_path, content):
    path = tmp_path / "keys"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(keys.BadKey, match="32 bytes"):
        keys.SealedFile(path)


def test_a_missing_key_file_is_not_made_unasked(tmp_path):
    with pytest.raises(keys.BadKey, match="cannot be read"):
        keys.SealedFile(tmp_path / "keys")
    assert not (tmp_path / "keys").exists()
