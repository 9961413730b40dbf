"""Writing the audit log: entries are put after the practice's head under its row lock, in the transaction they speak of.

The head's lock is the last lock a transaction takes: pages collect entries in their `Rows` and write them just before the
commit, the engine writes them at the end of its batch. So the numbers have no gaps, whoever writes, and nobody waits in a
circle. The moment is the machine's own: no caller sets it, and the demo's clock does not move it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg

from ringback.core.audit import ACTS, Entry, Linked, link
from ringback.store import arrays

if TYPE_CHECKING:
    from ringback.store.access import Rows

HEADS = "select practice, seq, hash from audit_head where practice = any(%s) order by practice for update"
FIRST = "insert into audit_head (practice) select unnest(%s::int[]) on conflict do nothing"
ADD = """
insert into audit (practice, seq, at, act, what, object, staff, result, body, prev, hash)
select * from unnest(%s::int[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
  %s::text[], %s::bytea[], %s::bytea[])
"""
# Whoever keeps house is woken for a new chain and at every thousandth entry; else it comes by itself (kind 6 of `work`).
HOUSE = """
insert into work (practice, kind, id, due) select p, 6, lpad(to_hex(p), 32, '0')::uuid, %s from unnest(%s::int[]) as p
on conflict (kind, id) do update set due = least(work.due, excluded.due)
"""
EVERY = 1000
RAISE = """
update audit_head h set seq = g.seq, hash = g.hash from unnest(%s::int[], %s::bigint[], %s::bytea[]) as g(practice, seq, hash)
where h.practice = g.practice
"""


def write(
    rows: Rows,
    *,
    act: str,
    what: str,
    object: str = "",
    by: str = "",
    role: str = "",
    result: str = "ok",
    reason: str = "",
    source: str = "page",
    request: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write an entry down with this transaction: it is committed with what it speaks of, or neither is."""
    if act not in ACTS:
        raise ValueError(f"the audit log has no act {act!r}")
    rows.entries.append(
        Entry(
            practice=rows.practice, act=act, what=what, object=object, by=by, role=role, result=result, reason=reason,
            source=source, request=request, detail=dict(detail or {}),
        )
    )  # fmt: skip


def flush(connection: psycopg.Connection[Any], entries: Sequence[Entry]) -> None:
    """Put these entries into their practices' chains, on a connection that names them, as its last act before the commit."""
    if not entries:
        return
    practices = sorted({entry.practice for entry in entries})
    with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
        heads = cursor.execute(HEADS, (practices,)).fetchall()
        if len(heads) < len(practices):
            cursor.execute(FIRST, (practices,))
            heads = cursor.execute(HEADS, (practices,)).fetchall()
        for sql, values in _statements(heads, entries):
            cursor.execute(sql, values)


async def append(connection: psycopg.AsyncConnection[Any], entries: Sequence[Entry]) -> None:
    """The same for the engine's batches."""
    if not entries:
        return
    practices = sorted({entry.practice for entry in entries})
    heads = await (await connection.execute(HEADS, (practices,), prepare=True)).fetchall()
    if len(heads) < len(practices):
        await connection.execute(FIRST, (practices,))
        heads = await (await connection.execute(HEADS, (practices,), prepare=True)).fetchall()
    async with connection.pipeline():
        for sql, values in _statements(heads, entries):
            await connection.execute(sql, values, prepare=True)


def _statements(heads: Iterable[tuple[Any, ...]], entries: Sequence[Entry]) -> list[tuple[str, tuple[Any, ...]]]:
    now = datetime.now(UTC)
    by_practice: dict[int, list[Entry]] = {}
    for entry in entries:
        by_practice.setdefault(entry.practice, []).append(entry)
    placed: list[tuple[Entry, Linked]] = []
    tops: list[tuple[int, int, bytes]] = []
    full: list[int] = []
    for practice, seq, head in heads:
        mine = by_practice.get(practice, [])
        linked = link((seq, bytes(head)), mine, now)
        placed += zip(mine, linked, strict=True)
        if linked:
            tops.append((practice, linked[-1].seq, linked[-1].hash))
            if seq == 0 or linked[-1].seq // EVERY > seq // EVERY:
                full.append(practice)
    columns = (
        arrays.ints([e.practice for e, _ in placed]),
        arrays.ints([one.seq for _, one in placed]),
        arrays.moments([now] * len(placed)),
        arrays.texts([e.act for e, _ in placed]),
        arrays.texts([e.what for e, _ in placed]),
        arrays.texts([e.object for e, _ in placed]),
        arrays.texts([e.by for e, _ in placed]),
        arrays.texts([e.result for e, _ in placed]),
        arrays.texts([one.body.decode() for _, one in placed]),
        arrays.blobs([one.prev for _, one in placed]),
        arrays.blobs([one.hash for _, one in placed]),
    )
    raised = (
        arrays.ints([top[0] for top in tops]),
        arrays.ints([top[1] for top in tops]),
        arrays.blobs([top[2] for top in tops]),
    )
    house = [(HOUSE, (now, arrays.ints(full)))] if full else []
    return [(ADD, columns), (RAISE, raised), *house]
