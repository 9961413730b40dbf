"""Rotating keys while the work goes on (C17): a new data key for a practice, and everything older sealed anew.

First the new key is there and everybody seals with it; then what rests on older numbers is opened and sealed again, a few
hundred rows a transaction, each only if nobody changed it meanwhile. Nothing is remembered but the rows themselves: a run
that was killed goes on with whatever still names an older number. Callers' and people's keys are wrapped anew, so the
words of a caller need not be touched. Older numbers only open from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from uuid_utils.compat import uuid7

from ringback.store import crypt, tables
from ringback.store.keys import DATA, INDEX, KeyProvider, Keyring, Row, renew, rewrap

BATCH = 400
PASSES = 5
# Where each sealed value stands: table, column. Keys of callers and people are values of the practice's data key too.
PLACES = [
    *((table, column) for table, columns in tables.SEALED.items() for column in columns),
    ("caller_key", "wrapped"),
    ("person_key", "wrapped"),
    ("audit_key", "private"),
]
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What a rotation did: the new number, how many values were sealed anew, how many still rest on older keys."""

    number: int
    changed: int
    left: int


def named(connection: psycopg.Connection[Any], practice: int) -> None:
    """Name the practice for this transaction."""
    connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))


def _keys(connection: psycopg.Connection[Any], practice: int) -> list[Row]:
    return connection.execute(
        "select practice, number, purpose, wrapped from data_key where practice = %s and destroyed_at is null",
        (practice,),
    ).fetchall()


def next_key(connection: psycopg.Connection[Any], provider: KeyProvider, practice: int, now: datetime) -> int:
    """Make the practice's next data key; its number. Everybody learns of it with the practice's version."""
    with connection.transaction():
        named(connection, practice)
        connection.execute("select 1 from practice where practice = %s for update", (practice,))
        rows = _keys(connection, practice)
        if not rows:
            raise LookupError(f"practice {practice} has no keys here")
        new = renew(provider, rows)
        connection.execute(
            "insert into data_key (practice, number, purpose, wrapped, created_at) values (%s, %s, %s, %s, %s)",
            (*new, now),
        )
        connection.execute("update practice set version = version + 1 where practice = %s", (practice,))
        connection.execute(
            "insert into key_run (practice, id, kind, number, began_at) values (%s, %s, 'practice', %s, %s)",
            (practice, uuid7(), new[1], now),
        )
    return new[1]


def ring_of(connection: psycopg.Connection[Any], provider: KeyProvider, practice: int) -> Keyring:
    """The practice's keys as they are now."""
    ring = Keyring(provider)
    with connection.transaction():
        named(connection, practice)
        ring.load(_keys(connection, practice))
    return ring


def _columns(connection: psycopg.Connection[Any], table: str) -> list[str]:
    """The primary key's columns; the first that are not the practice name the row a value is bound to."""
    rows = connection.execute(
        "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) "
        "where i.indrelid = %s::regclass and i.indisprimary order by array_position(i.indkey::int2[], a.attnum)",
        (table,),
    ).fetchall()
    return [row[0] for row in rows]


OLD = "get_byte({column}, 0) = 1 and get_byte({column}, 1) * 256 + get_byte({column}, 2) < %s"


def older(connection: psycopg.Connection[Any], practice: int, newest: int) -> dict[str, int]:
    """How many values of each place still rest on older keys than `newest`."""
    found = {}
    with connection.transaction():
        named(connection, practice)
        for table, column in PLACES:
            where = sql.SQL("length({c}) > 30 and " + OLD).format(
                c=sql.Identifier(column), column=sql.Identifier(column)
            )
            row = connection.execute(
                sql.SQL("select count(*) from {} where practice = %s and {}").format(sql.Identifier(table), where),
                (practice, newest),
            ).fetchone()
            if row and row[0]:
                found[f"{table}.{column}"] = int(row[0])
    return found


def reseal(
    connection: psycopg.Connection[Any], ring: Keyring, practice: int, progress: Progress = lambda place, count: None
) -> int:
    """Seal anew everything that rests on older keys; returns how many values were changed. May be stopped at any time."""
    newest, changed = ring.newest[practice], 0
    for table, column in PLACES:
        try:
            for count in _place(connection, ring, practice, table, column, newest):
                changed += count
                progress(f"{table}.{column}", changed)
        except psycopg.errors.InsufficientPrivilege:
            continue  # a ledger whose rows are never touched: its older keys stay, to open it
    return changed


def _place(
    connection: psycopg.Connection[Any], ring: Keyring, practice: int, table: str, column: str, newest: int
) -> Iterator[int]:
    keys = [name for name in _columns(connection, table) if name != "practice"]
    names = sql.SQL(", ").join(map(sql.Identifier, keys))
    where = sql.SQL("length({c}) > 30 and " + OLD).format(c=sql.Identifier(column), column=sql.Identifier(column))
    after = (
        sql.SQL("")
        if not keys
        else sql.SQL("and ({}) > ({})").format(names, sql.SQL(", ").join([sql.Placeholder()] * len(keys)))
    )
    extra = sql.SQL(", under = %s") if table in ("caller_key", "person_key") else sql.SQL("")
    last: tuple[Any, ...] | None = None
    while True:
        with connection.transaction():
            named(connection, practice)
            rows = connection.execute(
                sql.SQL("select {}, {} from {} where practice = %s and {} {} order by {} limit {}").format(
                    names, sql.Identifier(column), sql.Identifier(table), where,
                    after if last is not None else sql.SQL(""), names, sql.Literal(BATCH),
                ),
                (practice, newest, *(last or ())),
            ).fetchall()  # fmt: skip
            done = 0
            for *key, sealed in rows:
                bound = _bound(table, keys, key)
                plain = crypt.open_(ring, practice, table, column, bound, bytes(sealed))
                fresh = crypt.seal(ring, practice, table, column, bound, plain)
                same = sql.SQL(" and ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in keys)
                cursor = connection.execute(
                    sql.SQL("update {} set {} = %s{} where practice = %s and {} and {} = %s").format(
                        sql.Identifier(table), sql.Identifier(column), extra, same, sql.Identifier(column)
                    ),
                    (fresh, *([newest] if extra.as_string(connection) else []), practice, *key, sealed),
                )
                done += cursor.rowcount
        if not rows:
            return
        # Rows that somebody changed meanwhile are sealed with the newest key already; nothing is looked at twice.
        last = tuple(rows[-1][: len(keys)])
        yield done


def _bound(table: str, keys: list[str], values: list[Any]) -> UUID | str:
    """The row a value is bound to, as those who sealed it name it."""
    by_name = dict(zip(keys, values, strict=True))
    if table == "phone":
        return f"{by_name['person']}:{bytes(by_name['number_index']).hex()}"
    value = by_name.get("id", values[0])
    if table == "audit_key":
        value = by_name["number"]
    return value if isinstance(value, UUID) else str(value)


def rotate(
    connection: psycopg.Connection[Any], provider: KeyProvider, practice: int, now: datetime,
    progress: Progress = lambda place, count: None, *, resume: bool = False,
) -> Turned:  # fmt: skip
    """Give a practice its next data key and seal everything with it; with `resume`, go on with the run that was stopped."""
    if not resume:
        next_key(connection, provider, practice, now)
    ring = ring_of(connection, provider, practice)
    number = ring.newest[practice]
    changed = reseal(connection, ring, practice, progress)
    left = sum(older(connection, practice, number).values())
    for _ in range(PASSES):
        # Whoever had not heard of the new key sealed with the old one for a moment longer.
        again = reseal(connection, ring, practice, progress) if left else 0
        if not again:
            break
        changed += again
        left = sum(older(connection, practice, number).values())
    with connection.transaction():
        named(connection, practice)
        connection.execute(
            "update key_run set changed = changed + %s, left_over = %s, ended_at = %s where practice = %s and kind = 'practice' "
            "and number = %s",
            (changed, left, now if left == 0 else None, practice, number),
        )
    return Turned(number=number, changed=changed, left=left)


def rewrap_all(
    connection: psycopg.Connection[Any], old: KeyProvider, new: KeyProvider, practice: int, now: datetime
) -> int:
    """Wrap a practice's key with another provider key or another provider; returns how many rows were changed."""
    with connection.transaction():
        named(connection, practice)
        rows = connection.execute(
            "select practice, number, purpose, wrapped from data_key where practice = %s and destroyed_at is null for update",
            (practice,),
        ).fetchall()
        fresh = rewrap(old, new, rows)
        for row in fresh:
            connection.execute(
                "update data_key set wrapped = %s where practice = %s and number = %s and purpose = %s",
                (row[3], row[0], row[1], row[2]),
            )
        connection.execute("update practice set version = version + 1 where practice = %s", (practice,))
        connection.execute(
            "insert into key_run (practice, id, kind, number, began_at, changed, left_over, ended_at) "
            "values (%s, %s, 'provider', 0, %s, %s, 0, %s)",
            (practice, uuid7(), now, len(fresh), now),
        )
    return len(fresh)


__all__ = ["DATA", "INDEX", "Turned", "next_key", "older", "reseal", "rewrap_all", "rotate"]
