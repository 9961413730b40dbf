"""The integrity scan (C20): what was changed past the product is found, by table and row, never by what it says.

Sealed values open only in their place, so a changed byte of any of them is found. The plain columns that matter are held
against something else that would have to be changed too: a case's row against the state it carries and its newest step,
tasks against their case, calls of a closed case against its closure, a block against its ledger, the audit log against
itself. Not covered: names of lines and sites, opening hours, and what belongs to nobody else (a slot's time).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from ringback.store import audit_read, callers, crypt
from ringback.store.keys import Keyring
from ringback.store.rotation import PLACES, _bound, _columns

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One finding: where, which row, and what does not agree."""

    table: str
    row: str
    what: str


@dataclass(slots=True, kw_only=True)
class Scan:
    """What a scan saw: values opened, values of people who were erased, and the findings."""

    opened: int = 0
    erased: int = 0
    damage: list[Damage]


AGREE: tuple[tuple[str, str, str], ...] = (
    (
        "cases", "its row does not say what its state says",
        "select id::text from cases where practice = %s and (state ->> 'phase' <> phase or "
        "(phase = 'closed' and coalesce(state ->> 'closure', '') <> coalesce(closure, '')))",
    ),
    (
        "cases", "its newest step ends in another phase",
        "select c.id::text from cases c join lateral (select phase from step s where s.practice = c.practice and s.case_id = c.id "
        "order by seq desc limit 1) s on true where c.practice = %s and s.phase <> c.phase",
    ),
    (
        "task", "it does not stand so in its case",
        "select t.case_id::text || ' ' || t.id from task t join cases c on c.practice = t.practice and c.id = t.case_id "
        "where t.practice = %s and not exists (select 1 from jsonb_array_elements(c.state -> 'tasks') k where k ->> 'id' = t.id "
        "and k ->> 'state' = t.state and coalesce(k ->> 'owner', '') = t.owner)",
    ),
    (
        "call", "its case is closed and it is not",
        "select l.id::text from call l join cases c on c.practice = l.practice and c.id = l.case_id where l.practice = %s "
        "and c.phase = 'closed' and l.closure is null",
    ),
    (
        "suppression", "its ledger does not say so",
        "select s.id::text from suppression s where s.practice = %s and not exists (select 1 from suppression_entry e "
        "where e.practice = s.practice and e.number_index = s.number_index)",
    ),
)  # fmt: skip


def scan(connection: psycopg.Connection[Any], ring: Keyring, practice: int) -> Scan:
    """Look at everything of a practice; within a transaction that names it."""
    found = Scan(damage=[])
    for table, column in PLACES:
        for one in _opens(connection, ring, practice, table, column, found):
            found.damage.append(one)
    for table, what, query in AGREE:
        for (row,) in connection.execute(query, (practice,)).fetchall():
            found.damage.append(Damage(table=table, row=row, what=what))
    proof = audit_read.prove(connection, practice, [])
    if proof.finding is not None:
        found.damage.append(Damage(table="audit", row=str(proof.finding.seq), what=proof.finding.what))
    return found


def _opens(
    connection: psycopg.Connection[Any], ring: Keyring, practice: int, table: str, column: str, found: Scan
) -> Iterator[Damage]:
    """Every value of one place that does not open there."""
    keys = [name for name in _columns(connection, table) if name != "practice"]
    names = sql.SQL(", ").join(map(sql.Identifier, keys))
    last: tuple[Any, ...] | None = None
    while True:
        after: sql.Composable = sql.SQL("")
        if last is not None:
            after = sql.SQL("and ({}) > ({})").format(names, sql.SQL(", ").join([sql.Placeholder()] * len(keys)))
        rows = connection.execute(
            sql.SQL("select {}, {} from {} where practice = %s and length({}) > 0 {} order by {} limit {}").format(
                names,
                sql.Identifier(column),
                sql.Identifier(table),
                sql.Identifier(column),
                after,
                names,
                sql.Literal(BATCH),
            ),
            (practice, *(last or ())),
        ).fetchall()
        if not rows:
            return
        callers.opened(connection, ring, practice, [row[-1] for row in rows])
        for *key, sealed in rows:
            bound = _bound(table, keys, key)
            try:
                crypt.open_(ring, practice, table, column, bound, bytes(sealed))
                found.opened += 1
            except crypt.Gone:
                if _destroyed(connection, practice, bytes(sealed)):
                    found.erased += 1
                else:
                    yield Damage(table=table, row=str(bound), what=f"{column} names a key that this practice never had")
            except crypt.Unreadable:
                yield Damage(table=table, row=str(bound), what=f"{column} does not open in its place")
        last = tuple(rows[-1][: len(keys)])


def _destroyed(connection: psycopg.Connection[Any], practice: int, sealed: bytes) -> bool:
    """Whether the key that a value names was one of this practice's and is destroyed."""
    id_ = crypt.key_of(sealed)
    if id_ is None:
        number = int.from_bytes(sealed[1:3], "big")
        query, what = "select 1 from data_key where practice = %s and number = %s and destroyed_at is not null", number
        return connection.execute(query, (practice, what)).fetchone() is not None
    return (
        connection.execute(
            "select 1 from caller_key where practice = %s and id = %s and destroyed_at is not null union all "
            "select 1 from person_key where practice = %s and id = %s and destroyed_at is not null",
            (practice, UUID(bytes=id_), practice, UUID(bytes=id_)),
        ).fetchone()
        is not None
    )
