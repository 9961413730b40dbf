"""The one door to rows for people's pages: a transaction that names exactly one practice, and the keys to read it.

Row-level security is the wall: a query that forgets its practice sees this one only, and a transaction that names none
sees nothing. Sealed values are opened here, so that no page handles keys.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection as django_connection
from psycopg.rows import dict_row

from ringback.core.audit import Entry
from ringback.store import audit, callers, crypt, providers
from ringback.store.keys import Key, KeyProvider, Keyring

Row = dict[str, Any]
KEEP = 300.0
# What stands where an erased person's words were.
ERASED = "(erased)"


# What a request opened, by table: the door writes it into the audit log, so that no page can read and not say so.
_watched: ContextVar[dict[str, set[str]] | None] = ContextVar("watched", default=None)


@contextmanager
def watch() -> Iterator[dict[str, set[str]]]:
    """Note which sealed rows are opened meanwhile, by table."""
    seen: dict[str, set[str]] = {}
    token = _watched.set(seen)
    try:
        yield seen
    finally:
        _watched.reset(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The sites a visitor is limited to; `urgent`: urgent cases of the other sites are shown all the same."""

    locations: frozenset[int]
    urgent: bool


# The visitor's sites: the door sets them for each request, and no page can forget them. None: everywhere.
_limit: ContextVar[Limit | None] = ContextVar("limit", default=None)


def limit(to: Limit | None) -> None:
    """Limit what `Rows.sees` lets through for the rest of this request."""
    _limit.set(to)


def limited() -> bool:
    """Whether this request's visitor is limited to some sites."""
    return _limit.get() is not None


class Rows:
    """The rows of one practice within one transaction."""

    def __init__(self, connection: psycopg.Connection[Any], practice: int, ring: Keyring) -> None:
        self.connection = connection
        self.practice = practice
        self._ring = ring
        self._keys_read = False
        # Keys of callers and people by id: those that rows read so far name, and those this transaction has looked up.
        self._named: set[bytes] = set()
        self._looked: set[bytes] = set()
        self._destroyed: set[bytes] = set()
        self._limit = _limit.get()
        # What this transaction has to say to the audit log; written just before the commit.
        self.entries: list[Entry] = []

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Every row of a query, by column name."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            found = cursor.execute(sql, values).fetchall()
        for row in found:
            self._note(row.values())
        return found

    def one(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            found = cursor.execute(sql, values).fetchone()
        self._note(found.values() if found else ())
        return found

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Change rows; how many were touched."""
        return self.connection.execute(sql, values).rowcount

    def sees(self, cases: str = "cases") -> str:
        """SQL that is true for the cases the visitor may see; `cases` is the table's name in the query (C2)."""
        if self._limit is None:
            return "true"
        lines = (
            f"{cases}.line in (select id from line where practice = {self.practice} and {self.works_at('location')})"
        )
        return f"({cases}.phase = 'urgent' or {lines})" if self._limit.urgent else f"({lines})"

    def works_at(self, location: str) -> str:
        """SQL that is true for the sites the visitor works at; `location` is the column's name in the query."""
        if self._limit is None:
            return "true"
        numbers = ", ".join(str(int(one)) for one in sorted(self._limit.locations))
        return f"{location} in ({numbers})" if numbers else "false"

    @property
    def ring(self) -> Keyring:
        """The practice's keys. They are read anew in each transaction, so that one made since is known."""
        if not self._keys_read:
            with self.connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
                cursor.execute(
                    "select practice, number, purpose, wrapped from data_key where practice = %s", (self.practice,)
                )
                found = cursor.fetchall()
                if not any(row[3] for row in found):
                    self._ring.forget(self.practice)
                self._ring.load(found)
            self._keys_read = True
        return self._ring

    def _note(self, values: Iterable[Any]) -> None:
        for value in values:
            if isinstance(value, bytes) and (id_ := crypt.key_of(value)) is not None:
                self._named.add(id_)

    def keys_for(self, sealed: Iterable[Any] = ()) -> None:
        """Load the keys of callers and people that these values name, with those of all rows read so far: one query.

        `text` and `record` do so by themselves when they meet a key not looked up yet, so a list costs one query.
        """
        self._note(bytes(value) for value in sealed if value is not None)
        wanted = self._named - self._looked
        if wanted:
            self._destroyed |= callers.load(self.connection, self.ring, self.practice, wanted)
            self._looked |= wanted

    def destroyed(self, ids: Iterable[bytes]) -> None:
        """These keys of callers and people were destroyed just now."""
        for id_ in ids:
            self._ring.drop(self.practice, id_)
            self._looked.add(id_)
            self._destroyed.add(id_)

    def _gone(self, sealed: bytes) -> bool:
        """Whether the key of a value was destroyed (or is not there): the table says so, whatever memory still holds."""
        id_ = crypt.key_of(sealed)
        if id_ is None:
            return (
                sealed[:1] == b"\x01" and (self.practice, int.from_bytes(sealed[1:3], "big")) not in self.ring.ciphers
            )
        if id_ not in self._looked:
            self.keys_for((sealed,))
        elif id_ not in self._destroyed and self.ring.held(self.practice, id_) is None:
            # There were more keys than memory keeps at once.
            self._destroyed |= callers.load(self.connection, self.ring, self.practice, (id_,))
        return id_ in self._destroyed

    def text(self, table: str, column: str, row: UUID | str | int, sealed: Any) -> str:
        """A sealed value in the clear; empty when there is none, `ERASED` when its key was destroyed. Raises
        `crypt.Unreadable` for what was changed or does not belong here."""
        if sealed is None:
            return ""
        opened = self.content(table, column, row, sealed)
        return ERASED if opened is None else opened.decode()

    def content(self, table: str, column: str, row: UUID | str | int, sealed: bytes) -> bytes | None:
        """A sealed value as the bytes it was; None when its key was destroyed. Raises `crypt.Unreadable` as `text` does."""
        watched = _watched.get()
        if watched is not None:
            watched.setdefault(table, set()).add(str(row))
        if self._gone(bytes(sealed)):
            return None
        return crypt.open_(self.ring, self.practice, table, column, _row(row), bytes(sealed))

    def record(self, table: str, column: str, row: UUID | str | int, sealed: Any) -> Row:
        """A sealed JSON object in the clear; empty when there is none or its key was destroyed."""
        told = self.text(table, column, row, sealed)
        found: Row = json.loads(told) if told and told != ERASED else {}
        return found

    def seal(self, table: str, column: str, row: UUID | str | int, plain: str | bytes, key: Key | None = None) -> bytes:
        """Seal a value for its place: a caller's with `of_number`, anything else with the practice's data key."""
        return crypt.seal(self.ring, self.practice, table, column, _row(row), plain, key)

    def of_number(self, index: bytes | None, now: datetime) -> Key | None:
        """The key that values of this number's caller are sealed with; None for who withheld theirs."""
        if index is None:
            return None
        return callers.ensure(self.connection, self.ring, self.practice, [bytes(index)], now)[bytes(index)]

    def index(self, kind: str, value: str) -> bytes:
        """The keyed digest a value is found by."""
        return crypt.index(self.ring, self.practice, kind, value)


def _row(row: UUID | str | int) -> UUID | str:
    return str(row) if isinstance(row, int) else row


def provider() -> KeyProvider:
    """The key provider of this process, from its environment."""
    return providers.from_environment()


_rings: dict[str, tuple[float, Keyring]] = {}


def _ring_of(name: str) -> Keyring:
    """This process's keys of the last minutes. After them a new ring, not an emptied one, so that no other thread's
    transaction loses its keys; the old one is gone from memory when the last of these ends."""
    since, ring = _rings.get(name, (-KEEP, None))
    if ring is None or time.monotonic() - since >= KEEP:
        ring = Keyring(provider())
        _rings[name] = (time.monotonic(), ring)
    return ring


@contextmanager
def practice(number: int) -> Iterator[Rows]:
    """Open a transaction that names this practice and no other, on Django's connection."""
    django_connection.ensure_connection()
    raw: psycopg.Connection[Any] = django_connection.connection
    with raw.transaction():
        raw.execute("select set_config('ringback.practices', %s, true)", (str(int(number)),))
        rows = Rows(raw, int(number), _ring_of(providers.told()))
        yield rows
        audit.flush(raw, rows.entries)


def raw() -> psycopg.Connection[Any]:
    """Django's connection as the driver's own, for `submit.settled`, which opens its own short transactions."""
    django_connection.ensure_connection()
    found: psycopg.Connection[Any] = django_connection.connection
    return found
