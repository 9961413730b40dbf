"""What the commands of records share: a transaction of one practice, and finding a patient by the id of the list."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from ringback.store import access, audit, parcel
from ringback.store.access import Rows
from ringback.store.keys import Keyring

BY, SOURCE = "command line", "command"


class Stop(Exception):
    """The command line or the set-up is wrong; the text says how to mend it."""


@contextmanager
def opened(practice: int | None, *, snapshot: bool = False) -> Iterator[Rows]:
    """A transaction of one practice, on a connection of its own; what it says to the audit log is written at its end."""
    dsn = os.environ.get("RINGBACK_DATABASE_URL", "")
    if not dsn:
        raise Stop("RINGBACK_DATABASE_URL is not set; give it the address of the database")
    ring = Keyring(access.provider())
    with psycopg.connect(dsn, connect_timeout=5, autocommit=True) as connection:
        if snapshot:
            connection.execute("set default_transaction_isolation = 'repeatable read'")
        with connection.transaction():
            number = practice or _only(connection)
            connection.execute("select set_config('ringback.practices', %s, true)", (str(number),))
            rows = Rows(connection, number, ring)
            yield rows
            audit.flush(connection, rows.entries)


def _only(connection: psycopg.Connection[Any]) -> int:
    """The one practice there is. `work` says ids across practices; practices without work are named."""
    found = connection.execute("select distinct practice from work limit 2").fetchall()
    if len(found) != 1:
        raise Stop("say which practice with --practice NUMBER")
    return int(found[0][0])


def person_of(rows: Rows, told: str) -> UUID:
    found = rows.one(
        "select id from person where practice = %s and record_index = %s", (rows.practice, rows.index("record", told))
    )
    if found is None:
        raise Stop("there is no patient with that id on the patient list")
    who: UUID = found["id"]
    return who


def passphrase(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        words = path.read_text(encoding="utf-8").split("\n", 1)[0].strip()
    except OSError as wrong:
        raise Stop(f"{path} cannot be read: {wrong.strerror}") from None
    if len(words) < parcel.SHORTEST:
        raise Stop(f"the passphrase is shorter than {parcel.SHORTEST} characters")
    return words
