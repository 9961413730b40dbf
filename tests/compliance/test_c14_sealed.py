"""C14: what is written about a caller opens in its own place only, with a key of their own; a dump holds nobody.

Not here: no counter of a key's uses is stored. A caller's key seals a few hundred values; a practice's data key seals raw
messages for at most 90 days, far below the 2^32 at which random nonces would need one. Who withholds their number has no
key of their own: their words are under the practice's.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from desk import BIRCH, MAPLE, MARIA, STRANGE, Desk
from hypothesis import given, settings
from hypothesis import strategies as st
from sealed import dump, opens, ring, values

from ringback.core.directory import read
from ringback.engine import clock
from ringback.store import access, callers, changes, crypt, directory
from ringback.store.keys import Key, Keyring, SealedFile, create

NAME, SURNAME, BORN, NUMBER = "Quillibeth", "Zanderwick", "1931-04-09", "+12025550177"
WORDS = "xylophonic vertigo since the marmalade festival"
OF_CALLERS = {"call", "cases", "message", "outgoing", "phone", "person"}


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Calls, texts, notes and a patient list at two practices."""
    for practice in (MAPLE, BIRCH):
        for number in (MARIA, STRANGE):
            case = desk.miss(number, practice)
            desk.text(number, "it is about my prescription", practice)
            with access.practice(practice) as rows:
                changes.note(rows, case, "will ring back at four", "8", clock.now())
    return desk


def test_a_value_opens_in_its_own_place_and_in_no_other(busy: Desk, database: Any) -> None:
    """Each value is tried in the place of every other: rows, columns, tables, callers and practices."""
    found = values(database.admin_dsn)
    keys = ring(busy, found)
    assert {one.table for one in found} > OF_CALLERS and {one.practice for one in found} == {MAPLE, BIRCH}
    for one in found:
        for other in found:
            assert opens(keys, other.place, one.sealed) is (one.place == other.place), (one.place, other.place)


def test_swapped_rows_are_not_shown_as_somebody_elses(busy: Desk, database: Any) -> None:
    mine, other = busy.case_of(MARIA), busy.case_of(STRANGE)
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        admin.execute(
            "update cases c set number = o.number from cases o where c.practice = 1 and o.practice = 1 "
            "and c.id = any(%s) and o.id = any(%s) and o.id <> c.id",
            ([mine, other], [mine, other]),
        )
    with access.practice(MAPLE) as rows:
        for row in rows.all(
            "select id, number from cases where practice = %s and id = any(%s)", (MAPLE, [mine, other])
        ):
            with pytest.raises(crypt.Unreadable):
                rows.text("cases", "number", row["id"], row["number"])


def test_a_wrapped_key_opens_only_as_what_it_was_made_for(busy: Desk) -> None:
    """Another caller's key put in the place of one's own, or one practice's in another's, is refused."""
    rows = busy.rows("select id, wrapped from caller_key where person_key is null and not shared")
    assert len(rows) > 0
    keys = ring(busy)
    (id_, wrapped), *_ = rows
    assert opens(keys, (MAPLE, "caller_key", "wrapped", id_), wrapped)
    assert not opens(keys, (BIRCH, "caller_key", "wrapped", id_), wrapped)
    assert not opens(keys, (MAPLE, "person_key", "wrapped", id_), wrapped)
    for other in busy.rows("select id from caller_key where id <> %s", (id_,)):
        assert not opens(keys, (MAPLE, "caller_key", "wrapped", other[0]), wrapped)


def test_every_caller_has_a_key_of_their_own(busy: Desk, database: Any) -> None:
    """One key a practice and number; each value of a caller names it; nobody's words are under the practice's key."""
    assert busy.rows("select count(*), count(distinct number_index) from caller_key where ended_at is null")[0][0] >= 3
    used: dict[bytes, set[bytes]] = {}
    for table, column in (("call", "number"), ("cases", "number"), ("message", "sealed"), ("outgoing", "body")):
        for index, sealed in busy.rows(f"select number_index, {column} from {table} where number_index is not null"):
            used.setdefault(bytes(index), set()).add(crypt.key_of(bytes(sealed)) or b"the practice's")
    assert used and all(len(keys) == 1 for keys in used.values()), "one key a number"
    assert len(set.union(*used.values())) == len(used) and b"the practice's" not in set.union(*used.values())
    for one in values(database.admin_dsn):
        assert (crypt.key_of(one.sealed) is not None) is (one.table in OF_CALLERS), one.place


def test_a_matched_persons_key_wraps_their_numbers(busy: Desk) -> None:
    found = busy.rows(
        "select k.wrapped, k.under, p.id from phone h join person_key p on p.person = h.person "
        "join caller_key k on k.number_index = h.number_index and k.ended_at is null "
        "where not k.shared"
    )
    assert found and all(crypt.key_of(bytes(wrapped)) == id_.bytes and under is None for wrapped, under, id_ in found)
    shared = busy.rows("select wrapped, under from caller_key where shared")
    assert shared and all(bytes(wrapped)[0] == crypt.FORMAT and under == 1 for wrapped, under in shared)


def test_no_two_values_share_a_nonce(busy: Desk, database: Any) -> None:
    found = values(database.admin_dsn)
    heads = Counter(one.sealed[: 29 if one.sealed[0] == crypt.OF_CALLER else 15] for one in found)
    assert len(found) > 60 and max(heads.values()) == 1


@pytest.fixture(scope="module")
def one_key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Keyring, Key]:
    provider = SealedFile(tmp_path_factory.mktemp("keys") / "keys", create=True)
    made = Keyring(provider)
    made.load(create(provider, 1))
    return made, made.hold(1, b"k" * 16, b"\x07" * 32)


@settings(max_examples=30)
@given(plains=st.lists(st.text(max_size=20), min_size=2, max_size=60))
def test_nonces_are_unique_under_one_key_whatever_is_sealed(one_key: tuple[Keyring, Key], plains: list[str]) -> None:
    made, key = one_key
    sealed = [crypt.seal(made, 1, "message", "sealed", "row", plain, key) for plain in [*plains, *plains]]
    assert len({one[17:29] for one in sealed}) == len(sealed) and len(set(sealed)) == len(sealed)
    assert [crypt.open_(made, 1, "message", "sealed", "row", one).decode() for one in sealed] == [*plains, *plains]


@given(where=st.integers(min_value=0), bit=st.integers(0, 7), plain=st.binary(max_size=40))
def test_one_flipped_bit_is_noticed(one_key: tuple[Keyring, Key], where: int, bit: int, plain: bytes) -> None:
    made, key = one_key
    sealed = bytearray(crypt.seal(made, 1, "message", "sealed", "row", plain, key))
    sealed[where % len(sealed)] ^= 1 << bit
    assert not opens(made, (1, "message", "sealed", "row"), bytes(sealed))


# ---- the dump --------------------------------------------------------------------------------------------------------


def forms() -> list[bytes]:
    """How a name, a number, a birth date and words could lie in a dump."""
    found: set[bytes] = set()
    for plain in (
        NAME,
        SURNAME,
        BORN,
        "19310409",
        "04/09/1931",
        NUMBER,
        NUMBER[1:],
        NUMBER[2:],
        "202-555-0177",
        "(202) 555-0177",
        WORDS,
    ):
        found |= {plain.encode(), plain.lower().encode(), plain.upper().encode(), quote(plain).encode()}
        found |= {plain.encode().hex().encode(), plain.encode("utf-16-le")}
        # The middle of it at each of the three places in which base64 can begin.
        for shift in range(3):
            told = base64.b64encode(b"x" * shift + plain.encode())
            found.add(told[4 if shift else 0 : -4])
    return [one for one in found if len(one) >= 7]


def hits(data: bytes) -> list[bytes]:
    """Which forms a dump holds."""
    return [form for form in forms() if form in data]


def test_the_search_would_see_her() -> None:
    for plain in (NAME, SURNAME, BORN, NUMBER, WORDS):
        assert hits(b"before " + plain.encode() + b" after")
        assert hits(base64.b64encode(f"so {plain} it is".encode()))
        assert hits(json.dumps({"x": plain}).encode())


def test_a_dump_holds_nobody(desk: Desk, database: Any) -> None:
    """A made-up person comes in by the patient list, rings, texts, is written about, and says stop."""
    listed = f"record,name,birth_date,phone\nR1,Maria Lopez,1984-07-21,{MARIA}\nZZ9,{NAME} {SURNAME},{BORN},{NUMBER}\n"
    with psycopg.connect(desk.dsn, autocommit=True) as raw:
        reading = read(listed.encode(), "America/New_York")
        directory.replace(raw, desk._ring(MAPLE), MAPLE, reading, clock.now(), allow_shrink=True)
    case = desk.miss(NUMBER)
    desk.text(NUMBER, f"{NAME} {SURNAME} here, {WORDS}")
    desk.text(NUMBER, f"URGENT {WORDS}")
    with access.practice(MAPLE) as rows:
        changes.note(rows, case, f"{NAME} {SURNAME}, born {BORN}: {WORDS}", "8", clock.now())
    desk.text(NUMBER, f"STOP it, says {NAME}, {WORDS}")
    assert WORDS in desk.notes(case)[0], "she is there for who has the keys"
    told = dump(database.admin_dsn)
    assert {"person", "phone", "message", "arrival", "outgoing", "caller_key", "audit"} <= told.keys()
    assert len(told["message"]) > 300 and len(told["arrival"]) > 1000, "the tables were really read"
    assert {table: found for table, data in told.items() if (found := hits(data))} == {}


def test_a_dump_holds_no_key(busy: Desk, database: Any) -> None:
    """The unwrapped keys of callers and people are nowhere in it; the wrapped ones are."""
    keys, told = ring(busy), b"".join(dump(database.admin_dsn).values())
    plains = []
    for id_, wrapped in busy.rows("select id, wrapped from person_key"):
        plains.append(crypt.open_(keys, MAPLE, "person_key", "wrapped", id_, bytes(wrapped)))
        keys.hold(MAPLE, id_.bytes, plains[-1])
    for id_, wrapped in busy.rows("select id, wrapped from caller_key"):
        plains.append(crypt.open_(keys, MAPLE, "caller_key", "wrapped", id_, bytes(wrapped)))
        assert bytes(wrapped) in told
    assert len(plains) >= 6 and all(len(one) == 32 for one in plains)
    assert not any(one in told for one in plains)


def test_a_list_of_cases_asks_for_its_keys_once(busy: Desk) -> None:
    """However many callers a page shows, their keys are one query."""
    for place in range(12):
        busy.miss(f"+1202555020{place % 10}" if place < 10 else f"+1202555021{place % 10}")
    asked: list[int] = []
    with access.practice(MAPLE) as rows:
        real = callers.load

        def counted(connection: Any, keys: Any, practice: int, ids: Any) -> set[bytes]:
            wanted = set(ids)
            asked.append(len(wanted))
            return real(connection, keys, practice, wanted)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(callers, "load", counted)
            for row in rows.all("select id, number from cases where practice = %s", (MAPLE,)):
                assert rows.text("cases", "number", row["id"], row["number"]).startswith("+1202555")
    assert len(asked) == 1 and asked[0] >= 14
