"""The rows of sending: what a claimed text is in memory, and how outcomes are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from uuid_utils.compat import uuid7

from ringback.engine.book import Book
from ringback.store import arrays, flow, submit, write

if TYPE_CHECKING:
    from ringback.engine.perform import Outcome

DATABASE_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A claimed text. `uncertain` says that an earlier attempt's fate is not known: it is asked about, not sent."""

    practice: int
    id: UUID
    case_id: UUID
    line: int
    purpose: str
    number: str = field(repr=False)
    body: str = field(repr=False)
    attempts: int
    claimed_at: datetime
    uncertain: bool
    token: str


async def connect(dsn: str) -> flow.Connection:
    """A connection for the loop: autocommit, statements prepared on first use."""
    return await psycopg.AsyncConnection.connect(dsn, autocommit=True, connect_timeout=5)


async def record(connection: flow.Connection, batch: Sequence[Outcome], now: datetime, book: Book) -> None:
    """Write outcomes, take finished work off the table, and turn failures into events for their cases."""
    practices = {o.row.practice for o in batch}
    events: list[tuple[Any, ...]] = []
    work: list[tuple[int, int, UUID, datetime, int]] = []
    done: list[tuple[int, UUID]] = []
    later: list[tuple[int, UUID, datetime]] = []
    for outcome in batch:
        row = outcome.row
        if outcome.again_at is not None:
            later.append((flow.OUTGOING, row.id, outcome.again_at))
        else:
            done.append((flow.OUTGOING, row.id))
        if outcome.event is not None:
            event_id = uuid7()
            events.append((row.practice, event_id, row.case_id, now, submit.encode(outcome.event), "engine"))
            work.append((row.practice, flow.EVENT, event_id, now, 0))
    async with connection.pipeline(), connection.transaction():
        await flow.name_practices(connection, practices)
        await connection.execute(
            "update outgoing o set state = case when o.rank > 3 then o.state else g.state end, "
            "message_id = coalesce(g.message_id, o.message_id), code = g.code, reason = g.reason, "
            "rank = greatest(o.rank, g.rank), sent_at = coalesce(g.sent_at, o.sent_at), attempts = g.attempts "
            "from unnest(%s::int[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::smallint[], "
            "%s::timestamptz[], %s::smallint[]) as g(practice, id, state, message_id, code, reason, rank, sent_at, attempts) "
            "where o.practice = g.practice and o.id = g.id",
            (
                arrays.ints([o.row.practice for o in batch]),
                arrays.uuids([o.row.id for o in batch]),
                arrays.texts([o.state for o in batch]),
                arrays.texts([o.message_id for o in batch]),
                arrays.texts([o.code for o in batch]),
                arrays.texts([o.reason for o in batch]),
                arrays.ints([2 if o.state == "sent" else 0 for o in batch]),
                arrays.moments([o.sent_at for o in batch]),
                arrays.ints([o.row.attempts + 1 for o in batch]),
            ),
            prepare=True,
        )
        await write.EVENTS.write(connection, events)
        await flow.finish(connection, done)
        await flow.put_off(connection, later)
        await flow.add_work(connection, work)
        if work:
            await flow.wake(connection, "decide")
