"""Reading and proving the audit log: walk a practice's chain, hold it against the checkpoints kept elsewhere, find entries.

The walk recomputes every hash from the stored bytes, and compares the columns beside them, so that what is shown is what
was hashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import psycopg

from ringback.core.audit import Checkpoint, Finding, Linked, against, check
from ringback.store import checkpoints

WALK = "select seq, at, act, what, object, staff, result, body, prev, hash from audit where practice = %s order by seq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a walk found: how many entries, how many checkpoints agree, and the first thing that is wrong, if any."""

    practice: int
    size: int
    agreed: int
    finding: Finding | None


def walk(connection: psycopg.Connection[Any], practice: int) -> Iterator[Linked]:
    """A practice's entries by number, a few hundred in memory at a time; within a transaction that names the practice."""
    with connection.cursor(name="audit_walk", row_factory=psycopg.rows.tuple_row) as cursor:
        cursor.itersize = 500
        for seq, at, act, what, object_, staff, result, body, prev, own in cursor.execute(WALK, (practice,)):
            shown = {
                "at": at.isoformat(timespec="microseconds"),
                "act": act,
                "what": what,
                "object": object_,
                "by": staff,
                "result": result,
            }
            yield Linked(seq=seq, body=body.encode(), prev=bytes(prev), hash=bytes(own), shown=shown)


def prove(connection: psycopg.Connection[Any], practice: int, lines: Iterable[str]) -> Proof:
    """Walk the chain and hold it against these sinks' lines (those of other practices are passed over)."""
    connection.execute("set local time zone 'UTC'")
    known = {
        row[0] for row in connection.execute("select public from audit_key where practice = %s", (practice,)).fetchall()
    }
    marks: dict[int, set[bytes]] = {}
    unsigned: Finding | None = None
    for line in lines:
        try:
            found = checkpoints.read(line)
            if found.practice != practice:
                continue
            checkpoints.read(line, known)
            marks.setdefault(found.size, set()).add(found.hash)
        except ValueError as wrong:
            unsigned = unsigned or Finding(seq=0, what=f"cannot be held against a checkpoint: {wrong}")
    at_size: dict[int, bytes] = {}

    def noted() -> Iterator[Linked]:
        for one in walk(connection, practice):
            if one.seq in marks:
                at_size[one.seq] = one.hash
            yield one

    end = check(noted(), practice)
    if isinstance(end, Finding):
        return Proof(practice=practice, size=end.seq, agreed=0, finding=end)
    size = end.seq if end is not None else 0
    agreed = 0
    for mark in sorted(marks):
        for own in marks[mark]:
            amiss = against(Checkpoint(practice=practice, size=mark, hash=own), at_size.get(mark))
            if amiss is not None:
                return Proof(practice=practice, size=size, agreed=agreed, finding=amiss)
            agreed += 1
    head = connection.execute("select seq, hash from audit_head where practice = %s", (practice,)).fetchone()
    if head is not None and (head[0] != size or (end is not None and bytes(head[1]) != end.hash)):
        return Proof(
            practice=practice, size=size, agreed=agreed,
            finding=Finding(seq=min(head[0], size) + 1, what="is not where the log's head says the log ends"),
        )  # fmt: skip
    return Proof(practice=practice, size=size, agreed=agreed, finding=unsigned)


def practices(connection: psycopg.Connection[Any], lines: Sequence[str]) -> list[int]:
    """Whose chains there are: those the house is kept for, and those a checkpoint knows."""
    known = {row[0] for row in connection.execute("select practice from work where kind = 6").fetchall()}
    for line in lines:
        try:
            known.add(checkpoints.read(line).practice)
        except ValueError:
            continue
    return sorted(known)


def find(
    connection: psycopg.Connection[Any],
    practice: int,
    *,
    object: str = "",
    by: str = "",
    act: str = "",
    class_: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 200,
) -> list[dict[str, Any]]:
    """Entries, newest first. `object` also finds entries whose opened records name it."""
    wanted: list[str] = []
    values: list[Any] = [practice]
    if object:
        wanted.append("(object like '%%' || %s || '%%' or body like '%%' || %s || '%%')")
        values += [object, object]
    for column, value in (("staff", by), ("act", act)):
        if value:
            wanted.append(f"{column} = %s")
            values.append(value)
    if class_:
        wanted.append("body::jsonb -> 'detail' ->> 'class' = %s")
        values.append(class_)
    if since is not None:
        wanted.append("at >= %s")
        values.append(since)
    if until is not None:
        wanted.append("at < %s")
        values.append(until)
    if before is not None:
        wanted.append("seq < %s")
        values.append(before)
    more = "".join(f" and {one}" for one in wanted)
    rows = connection.execute(
        f"select body from audit where practice = %s{more} order by seq desc limit %s", (*values, limit)
    ).fetchall()
    return [msgspec.json.decode(row[0] if not isinstance(row, dict) else row["body"]) for row in rows]
