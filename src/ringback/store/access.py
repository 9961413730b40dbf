"""The one door to rows for people's pages: a transaction that names exactly one practice, and the keys to read it.

Row-level security is the wall: a query that forgets its practice sees this one only, and a transaction that names none
sees nothing. Sealed values are opened here, so that no page handles keys.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection as django_connection
from psycopg.rows import dict_row

from ringback.core.audit import Entry
from ringback.store import audit, crypt
from ringback.store.keys import KeyProvider, Keyring, SealedFile

Row = dict[str, Any]
KEEP = 300.0


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


class Rows:
    """The rows of one practice within one transaction."""

    def __init__(self, connection: psycopg.Connection[Any], practice: int, ring: Keyring) -> None:
        self.connection = connection
        self.practice = practice
        self._ring = ring
        self._keys_read = False
        # What this transaction has to say to the audit log; written just before the commit.
        self.entries: list[Entry] = []

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Every row of a query, by column name."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(sql, values).fetchall()

    def one(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(sql, values).fetchone()

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Change rows; how many were touched."""
        return self.connection.execute(sql, values).rowcount

    @property
    def ring(self) -> Keyring:
        """The practice's keys. They are read anew in each transaction, so that one made since is known."""
        if not self._keys_read:
            with self.connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
                cursor.execute(
                    "select practice, number, purpose, wrapped from data_key where practice = %s", (self.practice,)
                )
                self._ring.load(cursor.fetchall())
            self._keys_read = True
        return self._ring

    def text(self, table: str, column: str, row: UUID | str | int, sealed: Any) -> str:
        """A sealed value in the clear; empty when there is none. Raises `crypt.Unreadable`."""
        if sealed is None:
            return ""
        watched = _watched.get()
        if watched is not None:
            watched.setdefault(table, set()).add(str(row))
        return crypt.open_(self.ring, self.practice, table, column, _row(row), bytes(sealed)).decode()

    def record(self, table: str, column: str, row: UUID | str | int, sealed: Any) -> Row:
        """A sealed JSON object in the clear."""
        found: Row = json.loads(self.text(table, column, row, sealed) or "{}")
        return found

    def seal(self, table: str, column: str, row: UUID | str | int, plain: str) -> bytes:
        """Seal a value for its place."""
        return crypt.seal(self.ring, self.practice, table, column, _row(row), plain)

    def index(self, kind: str, value: str) -> bytes:
        """The keyed digest a value is found by."""
        return crypt.index(self.ring, self.practice, kind, value)


def _row(row: UUID | str | int) -> UUID | str:
    return str(row) if isinstance(row, int) else row


@lru_cache(maxsize=8)
def _provider(path: str) -> KeyProvider:
    return SealedFile(Path(path))


@lru_cache(maxsize=2)
def _ring_of(path: str, since: int) -> Keyring:
    """This process's keys of the last minutes. A new ring, not an emptied one, so that no other thread loses its keys."""
    return Keyring(_provider(path))


@contextmanager
def practice(number: int) -> Iterator[Rows]:
    """Open a transaction that names this practice and no other, on Django's connection."""
    django_connection.ensure_connection()
    raw: psycopg.Connection[Any] = django_connection.connection
    with raw.transaction():
        raw.execute("select set_config('ringback.practices', %s, true)", (str(int(number)),))
        rows = Rows(raw, int(number), _ring_of(os.environ.get("RINGBACK_KEY_FILE", ""), int(time.monotonic() // KEEP)))
        yield rows
        audit.flush(raw, rows.entries)


def raw() -> psycopg.Connection[Any]:
    """Django's connection as the driver's own, for `submit.settled`, which opens its own short transactions."""
    django_connection.ensure_connection()
    found: psycopg.Connection[Any] = django_connection.connection
    return found
