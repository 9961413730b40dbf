"""Every sealed value of a database with its place, and every table as text: what the tests of C14, C15 and C18 look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from desk import BIRCH, MAPLE, Desk
from psycopg import sql

from ringback.store import callers, crypt, tables
from ringback.store.access import Rows
from ringback.store.keys import Keyring

# How the rows of a table are named where it is not by their id.
NAMED: dict[str, Callable[[dict[str, Any]], str]] = {
    "phone": lambda row: f"{row['person']}:{bytes(row['number_index']).hex()}"
}
NOBODY: Callable[[Rows, UUID | None, Any], Sequence[str]] = lambda rows, person, numbers: ()  # noqa: E731


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A sealed value and where it lies."""

    practice: int
    table: str
    column: str
    row: UUID | str
    sealed: bytes

    @property
    def place(self) -> tuple[int, str, str, UUID | str]:
        return self.practice, self.table, self.column, self.row


def values(admin_dsn: str) -> list[Value]:
    """Every sealed value there is, of all practices."""
    found: list[Value] = []
    with psycopg.connect(admin_dsn, autocommit=True, row_factory=psycopg.rows.dict_row) as admin:
        for table, columns in tables.SEALED.items():
            for row in admin.execute(sql.SQL("select * from {}").format(sql.Identifier(table))).fetchall():
                for column in columns:
                    if row[column] is not None:
                        name = NAMED[table](row) if table in NAMED else row["id"]
                        name = str(name) if isinstance(name, int) else name
                        found.append(
                            Value(
                                practice=row["practice"],
                                table=table,
                                column=column,
                                row=name,
                                sealed=bytes(row[column]),
                            )
                        )
    return found


def ring(desk: Desk, found: Sequence[Value] = ()) -> Keyring:
    """The keys of both practices, with those that these values name."""
    made = Keyring(desk.provider)
    for practice in (MAPLE, BIRCH):
        made.load(desk.rows("select practice, number, purpose, wrapped from data_key", practice=practice))  # type: ignore[arg-type]
        with psycopg.connect(desk.dsn) as connection:
            connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
            callers.opened(connection, made, practice, [one.sealed for one in found if one.practice == practice])
    return made


def opens(keys: Keyring, place: tuple[int, str, str, UUID | str], sealed: bytes) -> bool:
    """Whether a value opens in this place."""
    try:
        crypt.open_(keys, *place, sealed)
    except crypt.Unreadable:
        return False
    return True


def dump(admin_dsn: str) -> dict[str, bytes]:
    """Every table as text, and every byte column as the bytes it holds."""
    found: dict[str, bytes] = {}
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        for (table,) in admin.execute(
            "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' "
            "and c.relkind in ('r', 'p') and not c.relispartition"
        ).fetchall():
            chunks: list[bytes] = []
            with admin.cursor().copy(
                sql.SQL("copy (select * from {}) to stdout").format(sql.Identifier(table))
            ) as copy:
                for row in copy:
                    plain = bytes(row)
                    chunks.append(plain)
                    chunks += [bytes.fromhex(told.decode()) for told in re.findall(rb"\\\\x((?:[0-9a-f]{2})+)", plain)]
            found[table] = b"\n".join(chunks)
    return found
