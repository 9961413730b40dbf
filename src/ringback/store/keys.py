"""Keys. Each practice has data keys by number and one index key; its practice key wraps them, the provider's wraps that.

The provider is an interface: a sealed local file for the demo and small clinics, a key service in production. No key is
ever stored in the clear; data keys live in this process's memory only, for as long as its owner of the ring keeps them.
Below a practice's data keys stand those of its callers and people (store/callers.py), found by an id of 16 bytes.

A row's `wrapped` is: length of the wrapped practice key (2 bytes), that key as the provider wrapped it, a nonce (12), and
the data key sealed with the practice key. So the provider is asked once a practice, not once a row.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Row = tuple[int, int, str, bytes]
DATA, INDEX = "data", "index"
KEEP = timedelta(minutes=5)
# What a batch under way may still need when its keys have come of age.
GRACE = timedelta(minutes=1)
MOST_CALLERS = 20_000


class KeyProvider(Protocol):
    """Wraps and unwraps a practice's key; `unwrap` raises `BadKey` for what it did not wrap for this practice."""

    name: str

    def wrap(self, practice: int, key: bytes) -> bytes: ...

    def unwrap(self, practice: int, wrapped: bytes) -> bytes: ...


class BadKey(Exception):
    """A key could not be unwrapped, or its file is not safe to use."""


class SealedFile:
    """The provider's key in a local file that only its owner can read (demo, development, one-machine clinics)."""

    name = "sealed file"

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Read the file; with `create`, make it first where there is none. Raises `BadKey` when it is not safe to use."""
        if create and not path.exists():
            _make(path)
        try:
            with path.open("rb") as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                root = file.read()
        except OSError as wrong:
            raise BadKey(f"the key file {path} cannot be read: {wrong.strerror}") from None
        if mode & 0o077:
            raise BadKey(f"the key file {path} can be read by others; run: chmod 600 {path}")
        if len(root) != 32:
            raise BadKey(f"the key file {path} does not hold a key of 32 bytes")
        self._cipher = AESGCM(root)

    def wrap(self, practice: int, key: bytes) -> bytes:
        """The practice's key, readable only with the file and only as this practice's."""
        nonce = secrets.token_bytes(12)
        return nonce + self._cipher.encrypt(nonce, key, b"practice %d" % practice)

    def unwrap(self, practice: int, wrapped: bytes) -> bytes:
        """Undo `wrap`; raises `BadKey` when the bytes were changed or belong to another practice."""
        try:
            return self._cipher.decrypt(wrapped[:12], wrapped[12:], b"practice %d" % practice)
        except (InvalidTag, ValueError):
            raise BadKey(f"the keys of practice {practice} cannot be unwrapped with this key file") from None


def _make(path: Path) -> None:
    """A new key file, whole and on disk or not there at all: what it seals is lost with it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its key is the key
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _bound(practice: int, number: int, purpose: str) -> bytes:
    # A wrapped key opens only as what it was made for: a data key cannot be passed off as the index key.
    return f"{practice} {number} {purpose}".encode()


def _join(head: bytes, cipher: AESGCM, practice: int, number: int, purpose: str, plain: bytes = b"") -> Row:
    """A row with a new key (or the one given), wrapped by the practice key that `head` is."""
    nonce = secrets.token_bytes(12)
    sealed = cipher.encrypt(nonce, plain or secrets.token_bytes(32), _bound(practice, number, purpose))
    return practice, number, purpose, len(head).to_bytes(2, "big") + head + nonce + sealed


def _head(wrapped: bytes) -> bytes:
    """The wrapped practice key in a row's `wrapped`."""
    return wrapped[2 : 2 + int.from_bytes(wrapped[:2], "big")]


def create(provider: KeyProvider, practice: int, index: bytes = b"") -> list[Row]:
    """A new practice's first keys as rows of `data_key`: (practice, number, purpose, wrapped). `index`: the index key of a
    practice that moved in, so that its digests still find what they name."""
    key = secrets.token_bytes(32)
    head, cipher = provider.wrap(practice, key), AESGCM(key)
    return [_join(head, cipher, practice, 1, DATA), _join(head, cipher, practice, 1, INDEX, index)]


def renew(provider: KeyProvider, rows: Iterable[Row]) -> Row:
    """The next data key of the practice these rows are of. Older numbers still open what they sealed."""
    newest = max((row for row in rows if row[2] == DATA), key=lambda row: row[1])
    head = _head(bytes(newest[3]))
    return _join(head, AESGCM(provider.unwrap(newest[0], head)), newest[0], newest[1] + 1, DATA)


def rewrap(old: KeyProvider, new: KeyProvider, rows: Iterable[Row]) -> list[Row]:
    """A practice's rows with its practice key wrapped by another provider or provider key; the keys themselves stay."""
    heads: dict[tuple[int, bytes], bytes] = {}
    fresh = []
    for practice, number, purpose, wrapped in rows:
        head = _head(bytes(wrapped))
        if (practice, head) not in heads:
            heads[(practice, head)] = new.wrap(practice, old.unwrap(practice, head))
        own = heads[(practice, head)]
        fresh.append((practice, number, purpose, len(own).to_bytes(2, "big") + own + bytes(wrapped)[2 + len(head) :]))
    return fresh


class Key(NamedTuple):
    """The key of a caller or a person, unwrapped: its id and the cipher that is made of it."""

    id: bytes
    cipher: AESGCM


class Keyring:
    """The unwrapped keys this process has loaded, by practice. `newest` is the data key new values are sealed with.

    `callers` holds keys of callers and people by practice and id: at most `MOST_CALLERS`, the oldest go first. It saves unwrapping only; which key a new value takes is read from the table each time.
    """

    def __init__(self, provider: KeyProvider) -> None:
        self.provider = provider
        self.ciphers: dict[tuple[int, int], AESGCM] = {}
        self.newest: dict[int, int] = {}
        self.index: dict[int, bytes] = {}
        self.callers: OrderedDict[tuple[int, bytes], tuple[AESGCM, datetime | None]] = OrderedDict()
        # Numbers that had a key when they were last asked about: a hint that saves proposing one, never an answer.
        self.numbers: set[tuple[int, bytes]] = set()
        self._since: dict[int, datetime] = {}
        self._lately: datetime | None = None

    def load(self, rows: Iterable[Row], now: datetime | None = None) -> None:
        """Unwrap rows of `data_key`; those already held are not asked for again, destroyed ones passed over. Raises `BadKey`.

        `now` is the moment from which `expire` counts; keys loaded without one are kept until they are forgotten.
        """
        practice_keys: dict[tuple[int, bytes], AESGCM] = {}
        for practice, number, purpose, wrapped in rows:
            if not wrapped or (practice in self.index if purpose == INDEX else (practice, number) in self.ciphers):
                continue
            key = self._unwrap(practice_keys, practice, number, purpose, bytes(wrapped))
            if now is not None:
                self._since.setdefault(practice, now)
            if purpose == INDEX:
                self.index[practice] = key
            else:
                self.ciphers[(practice, number)] = AESGCM(key)
                self.newest[practice] = max(number, self.newest.get(practice, 0))

    def _unwrap(
        self, known: dict[tuple[int, bytes], AESGCM], practice: int, number: int, purpose: str, wrapped: bytes
    ) -> bytes:
        head = _head(wrapped)
        cipher = known.get((practice, head))
        if cipher is None:
            cipher = known[(practice, head)] = AESGCM(self.provider.unwrap(practice, head))
        nonce, sealed = wrapped[2 + len(head) : 14 + len(head)], wrapped[14 + len(head) :]
        try:
            return cipher.decrypt(nonce, sealed, _bound(practice, number, purpose))
        except (InvalidTag, ValueError):
            raise BadKey(f"{purpose} key {number} of practice {practice} was changed or is another's") from None

    def holds(self, practice: int) -> bool:
        """Whether values of this practice can be sealed and found now."""
        return practice in self.newest and practice in self.index

    def older(self, practice: int, now: datetime, keep: timedelta = KEEP) -> bool:
        """Whether a practice's keys were unwrapped `keep` or longer ago: time to load them again, before they expire."""
        since = self._since.get(practice)
        return since is not None and now - since >= keep

    def adopt(self, fresh: Keyring) -> None:
        """Take over what another ring loaded, in place of what this one held of the same practices. It asks nobody, so
        that keys can be unwrapped in a thread while this ring is in use."""
        for practice in fresh.index.keys() | fresh.newest.keys():
            self._drop(practice)
        self.ciphers.update(fresh.ciphers)
        self.newest.update(fresh.newest)
        self.index.update(fresh.index)
        self._since.update(fresh._since)

    def forget(self, practice: int) -> None:
        """Drop a practice's keys from memory, and those of its callers."""
        self._drop(practice)
        for place in [place for place in self.callers if place[0] == practice]:
            self.callers.pop(place, None)

    def _drop(self, practice: int) -> None:
        for place in [place for place in self.ciphers if place[0] == practice]:
            del self.ciphers[place]
        self.newest.pop(practice, None)
        self.index.pop(practice, None)
        self._since.pop(practice, None)

    def expire(self, now: datetime, keep: timedelta = KEEP) -> set[int]:
        """Drop the keys unwrapped `keep` or longer ago; the practices they were of, to be loaded again when needed."""
        self._lately = now
        old = {practice for practice, since in self._since.items() if now - since >= keep}
        for practice in old:
            self._drop(practice)
        # In the order they came in, so that the first young one ends it.
        for place, (cipher, since) in list(self.callers.items()):
            if since is None:
                self.callers[place] = (cipher, now)
            elif now - since < keep:
                break
            else:
                self.callers.pop(place, None)
        return old

    # ---- callers and people --------------------------------------------------------------------------------------

    def hold(self, practice: int, id_: bytes, key: bytes) -> Key:
        """Keep the unwrapped key of a caller or a person for a few minutes."""
        cipher = AESGCM(key)
        self.callers.pop((practice, id_), None)
        self.callers[(practice, id_)] = (cipher, self._lately)
        while len(self.callers) > MOST_CALLERS:
            self.callers.popitem(last=False)
        return Key(id_, cipher)

    def remember(self, numbers: Iterable[tuple[int, bytes]]) -> None:
        """These numbers have a key."""
        if len(self.numbers) > MOST_CALLERS:
            self.numbers.clear()
        self.numbers.update(numbers)

    def held(self, practice: int, id_: bytes) -> AESGCM | None:
        """The cipher of a caller's or person's key, when it is held."""
        found = self.callers.get((practice, id_))
        return found[0] if found is not None else None

    def drop(self, practice: int, id_: bytes) -> None:
        """Forget one caller's or person's key: it was destroyed."""
        self.callers.pop((practice, id_), None)
