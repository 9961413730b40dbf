"""The set-based statements of the hot path: arrival -> case -> step -> outgoing, a batch at a time.

Each function is one statement (or a pipeline of a few) on a connection whose transaction already names its practices.
Columns go as arrays; `now` is always a bound value. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor

from ringback.store import arrays

Connection = AsyncConnection[Any]
ARRIVAL, CASE, EVENT, OUTGOING, NOTICE = 1, 2, 3, 4, 5
CHANNEL = "work"


class Work(NamedTuple):
    """One row of the loop's table: what is due."""

    practice: int
    kind: int
    id: UUID
    lock: int


class Arrival(NamedTuple):
    """One message to keep: sealed already, `key` is the digest of its idempotency key within the source."""

    practice: int
    id: UUID
    source: int
    key: bytes
    sealed: bytes


async def name_practices(connection: Connection, practices: Iterable[int]) -> None:
    """Name the practices this transaction may see (row-level security); everything else stays invisible."""
    await connection.execute(
        "select set_config('ringback.practices', %s, true)", (",".join(map(str, sorted(practices))),)
    )


KEEP = """
with given as (
  select * from unnest(%s::int[], %s::uuid[], %s::int[], %s::bytea[], %s::bytea[]) as g(practice, id, source, key, sealed)
), fresh as (
  insert into seen (practice, source, key, at) select practice, source, key, %s from given
  on conflict do nothing returning practice, source, key
), kept as (
  insert into arrival (practice, id, at, source, sealed)
  select g.practice, g.id, %s, g.source, g.sealed from given g join fresh using (practice, source, key)
  returning practice, id
)
insert into work (practice, kind, id, due) select practice, 1, id, %s from kept
"""


async def keep_arrivals(connection: Connection, rows: Sequence[Arrival], now: datetime) -> AsyncCursor[Any]:
    """Keep a batch in one statement; a message already seen is dropped. The cursor's row count says how many were new."""
    return await connection.execute(
        KEEP,
        (
            arrays.ints([r.practice for r in rows]),
            arrays.uuids([r.id for r in rows]),
            arrays.ints([r.source for r in rows]),
            arrays.blobs([r.key for r in rows]),
            arrays.blobs([r.sealed for r in rows]),
            now,
            now,
            now,
        ),
        prepare=True,
    )


async def claim(connection: Connection, kinds: Sequence[int], now: datetime, limit: int) -> list[Work]:
    """Lock what is due of these kinds, oldest first; rows other workers hold are passed over."""
    cursor = await connection.execute(
        "select practice, kind, id, lock from work where due <= %s and kind = any(%s) "
        "order by due limit %s for update skip locked",
        (now, list(kinds), limit),
        prepare=True,
    )
    return [Work(*row) for row in await cursor.fetchall()]


async def next_due(connection: Connection, kinds: Sequence[int]) -> datetime | None:
    """The earliest moment any of these kinds is due."""
    cursor = await connection.execute(
        "select due from work where kind = any(%s) order by due limit 1", (list(kinds),), prepare=True
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def lock(connection: Connection, keys: Iterable[int]) -> None:
    """Take the callers' locks in one order, so that two workers never change one caller's case at once."""
    wanted = sorted(set(keys))
    if wanted:
        await connection.execute(
            "select pg_advisory_xact_lock(k) from unnest(%s::bigint[]) as k", (arrays.ints(wanted),), prepare=True
        )


async def finish(connection: Connection, done: Sequence[tuple[int, UUID]]) -> None:
    """Remove work that was done."""
    if done:
        await connection.execute(
            "delete from work w using unnest(%s::smallint[], %s::uuid[]) as d(kind, id) where w.kind = d.kind and w.id = d.id",
            (arrays.ints([k for k, _ in done]), arrays.uuids([i for _, i in done])),
            prepare=True,
        )


async def put_off(connection: Connection, later: Sequence[tuple[int, UUID, datetime]]) -> None:
    """Move work to a later moment (a lease, a retry, a hold)."""
    if later:
        await connection.execute(
            "update work w set due = d.due from unnest(%s::smallint[], %s::uuid[], %s::timestamptz[]) as d(kind, id, due) "
            "where w.kind = d.kind and w.id = d.id",
            (
                arrays.ints([k for k, _, _ in later]),
                arrays.uuids([i for _, i, _ in later]),
                arrays.moments([m for _, _, m in later]),
            ),
            prepare=True,
        )


async def add_work(connection: Connection, rows: Sequence[tuple[int, int, UUID, datetime, int]]) -> None:
    """Make things due: (practice, kind, id, due, lock). A case already there gets its new moment."""
    if rows:
        await connection.execute(
            "insert into work (practice, kind, id, due, lock) select * from "
            "unnest(%s::int[], %s::smallint[], %s::uuid[], %s::timestamptz[], %s::bigint[]) "
            "on conflict (kind, id) do update set due = excluded.due",
            (
                arrays.ints([r[0] for r in rows]),
                arrays.ints([r[1] for r in rows]),
                arrays.uuids([r[2] for r in rows]),
                arrays.moments([r[3] for r in rows]),
                arrays.ints([r[4] for r in rows]),
            ),
            prepare=True,
        )


async def wake(connection: Connection, side: str) -> None:
    """Wake a side of the workers (`decide`, `send`, `tell`) when this commits: one notification a batch, never one a row."""
    await connection.execute("select pg_notify('work', %s)", (side,), prepare=True)


async def load_arrivals(connection: Connection, practices: Sequence[int], ids: Sequence[UUID]) -> list[tuple[Any, ...]]:
    cursor = await connection.execute(
        "select a.practice, a.id, a.at, a.source, a.sealed from unnest(%s::int[], %s::uuid[]) as g(practice, id) "
        "join arrival a on a.practice = g.practice and a.id = g.id order by a.id",
        (arrays.ints(practices), arrays.uuids(ids)),
        prepare=True,
    )
    return await cursor.fetchall()


async def close_arrivals(connection: Connection, rows: Sequence[tuple[int, UUID, str, str]]) -> None:
    """(practice, id, state, error). A message read needs no update later; only these rows are touched."""
    if rows:
        await connection.execute(
            "update arrival a set state = g.state, error = g.error from "
            "unnest(%s::int[], %s::uuid[], %s::text[], %s::text[]) as g(practice, id, state, error) "
            "where a.practice = g.practice and a.id = g.id",
            (
                arrays.ints([r[0] for r in rows]),
                arrays.uuids([r[1] for r in rows]),
                arrays.texts([r[2] for r in rows]),
                arrays.texts([r[3] for r in rows]),
            ),
            prepare=True,
        )


async def load_calls(connection: Connection, keys: Sequence[tuple[int, int, str]]) -> AsyncCursor[Any]:
    """(practice, source, key) -> practice, source, key, id, line, number, facts, verdict, closure, case_id, number_index."""
    return await connection.execute(
        "select c.practice, c.source, c.key, c.id, c.line, c.number, c.facts::text, c.verdict, c.closure, c.case_id, "
        "c.number_index from unnest(%s::int[], %s::int[], %s::text[]) as g(practice, source, key) "
        "join call c on c.practice = g.practice and c.source = g.source and c.key = g.key",
        (
            arrays.ints([k[0] for k in keys]),
            arrays.ints([k[1] for k in keys]),
            arrays.texts([k[2] for k in keys]),
        ),
        prepare=True,
    )


CASE_COLUMNS = "practice, id, number_index, number, steps, state::text"


async def load_open_cases(connection: Connection, numbers: Sequence[tuple[int, bytes]]) -> AsyncCursor[Any]:
    return await connection.execute(
        "select c.practice, c.id, c.number_index, c.number, c.steps, c.state::text from "
        "unnest(%s::int[], %s::bytea[]) as g(practice, number_index) join cases c on c.practice = g.practice and "
        "c.number_index = g.number_index and c.phase <> 'closed'",
        (arrays.ints([n[0] for n in numbers]), arrays.blobs([n[1] for n in numbers])),
        prepare=True,
    )


async def load_cases(connection: Connection, ids: Sequence[tuple[int, UUID]]) -> list[tuple[Any, ...]]:
    cursor = await connection.execute(
        "select c.practice, c.id, c.number_index, c.number, c.steps, c.state::text from "
        "unnest(%s::int[], %s::uuid[]) as g(practice, id) join cases c on c.practice = g.practice and c.id = g.id",
        (arrays.ints([i[0] for i in ids]), arrays.uuids([i[1] for i in ids])),
        prepare=True,
    )
    return await cursor.fetchall()


async def load_events(connection: Connection, ids: Sequence[tuple[int, UUID]]) -> list[tuple[Any, ...]]:
    cursor = await connection.execute(
        "select e.practice, e.id, e.case_id, e.at, e.body, e.by from unnest(%s::int[], %s::uuid[]) as g(practice, id) "
        "join event e on e.practice = g.practice and e.id = g.id where e.done_at is null order by e.id",
        (arrays.ints([i[0] for i in ids]), arrays.uuids([i[1] for i in ids])),
        prepare=True,
    )
    return await cursor.fetchall()


class NumberFacts(NamedTuple):
    """What the store knows of one number: directory, lists, suppression, and what it was sent."""

    practice: int
    number_index: bytes
    people: int
    lang: str
    flagged: bool
    next_visit: datetime | None
    known: dict[str, str]
    suppressed: str | None
    suppressed_at: datetime | None
    consents: list[str]
    asked_at: datetime | None = None


NUMBER_FACTS = """
select g.practice, g.number_index, coalesce(p.people, 0), coalesce(p.lang, ''), coalesce(p.flagged, false), p.next_visit,
  k.known, s.source, s.at, c.categories, s.asked_at
from unnest(%s::int[], %s::bytea[]) as g(practice, number_index)
left join lateral (
  select count(*) as people, max(person.lang) as lang, bool_or(person.callback_requested) as flagged,
    min(person.next_visit) filter (where person.next_visit > %s) as next_visit
  from phone join person on person.practice = phone.practice and person.id = phone.person
  where phone.practice = g.practice and phone.number_index = g.number_index
) p on true
left join lateral (
  select jsonb_object_agg(n.kind, n.detail) as known from known_number n
  where n.practice = g.practice and n.number_index = g.number_index
) k on true
left join lateral (
  select u.source, u.at, u.asked_at from suppression u
  where u.practice = g.practice and u.number_index = g.number_index and u.lifted_at is null order by u.at desc limit 1
) s on true
left join lateral (
  select array_agg(distinct n.category) as categories from consent n
  where n.practice = g.practice and n.number_index = g.number_index and n.revoked_at is null
) c on true
"""


async def ask_numbers(connection: Connection, numbers: Sequence[tuple[int, bytes]], now: datetime) -> AsyncCursor[Any]:
    """Look numbers up in the local directory and lists: one statement for the batch (S78: well under 50 ms)."""
    return await connection.execute(
        NUMBER_FACTS, (arrays.ints([n[0] for n in numbers]), arrays.blobs([n[1] for n in numbers]), now), prepare=True
    )


async def told_numbers(cursor: AsyncCursor[Any]) -> dict[tuple[int, bytes], NumberFacts]:
    """What `ask_numbers` found."""
    return {
        (row[0], row[1]): NumberFacts(
            row[0], row[1], row[2], row[3], row[4], row[5], row[6] or {}, row[7], row[8], row[9] or [], row[10]
        )
        for row in await cursor.fetchall()
    }


async def number_facts(
    connection: Connection, numbers: Sequence[tuple[int, bytes]], now: datetime
) -> dict[tuple[int, bytes], NumberFacts]:
    """Ask and be told."""
    return await told_numbers(await ask_numbers(connection, numbers, now)) if numbers else {}


class Past(NamedTuple):
    """One text to a number in the last week that was handed over or is under way."""

    id: UUID
    case_id: UUID
    purpose: str
    basis: str
    unprompted: bool
    reply_to: str
    at: datetime


HISTORY = """
select o.practice, o.number_index, o.id, o.case_id, o.purpose, o.basis, o.unprompted, o.reply_to, o.created_at
from unnest(%s::int[], %s::bytea[]) as g(practice, number_index)
join outgoing o on o.practice = g.practice and o.number_index = g.number_index and o.created_at > %s
  and o.state in ('queued', 'held', 'sending', 'sent', 'delivered', 'uncertain')
"""
DAY = timedelta(days=1)


async def history(
    connection: Connection, numbers: Sequence[tuple[int, bytes]], now: datetime
) -> dict[tuple[int, bytes], list[Past]]:
    """Texts of the last week to these numbers, for the caps (C37) and 'answered already?'."""
    cursor = await connection.execute(
        HISTORY,
        (arrays.ints([n[0] for n in numbers]), arrays.blobs([n[1] for n in numbers]), now - 7 * DAY),
        prepare=True,
    )
    found: dict[tuple[int, bytes], list[Past]] = {}
    for row in await cursor.fetchall():
        found.setdefault((row[0], row[1]), []).append(Past(*row[2:]))
    return found


async def words(connection: Connection, messages: Sequence[tuple[int, UUID]]) -> list[tuple[int, UUID, bytes]]:
    """The sealed words of these messages: (practice, message, sealed)."""
    cursor = await connection.execute(
        "select m.practice, m.id, m.sealed from unnest(%s::int[], %s::uuid[]) as g(practice, id) "
        "join message m on m.practice = g.practice and m.id = g.id",
        (arrays.ints([one[0] for one in messages]), arrays.uuids([one[1] for one in messages])),
        prepare=True,
    )
    return [(row[0], row[1], bytes(row[2])) for row in await cursor.fetchall()]


async def reread(connection: Connection, practice: int, message: UUID, reading: str) -> None:
    """Keep what a message was read as, a JSON object, in place of an earlier reading."""
    await connection.execute(
        "update message set reading = %s where practice = %s and id = %s", (reading, practice, message), prepare=True
    )


async def tallies(
    connection: Connection, lines: Sequence[tuple[int, int]], now: datetime
) -> dict[tuple[int, int], tuple[int, int, int]]:
    """Texts of each line in ten minutes, in a day, and segments in the last minute."""
    cursor = await connection.execute(
        "select t.practice, t.line, coalesce(sum(t.texts) filter (where t.minute > %s), 0), sum(t.texts), "
        "coalesce(sum(t.segments) filter (where t.minute > %s), 0) "
        "from unnest(%s::int[], %s::int[]) as g(practice, line) join tally t on t.practice = g.practice and t.line = g.line "
        "and t.minute > %s group by 1, 2",
        (
            now - timedelta(minutes=10),
            now - timedelta(minutes=1),
            arrays.ints([n[0] for n in lines]),
            arrays.ints([n[1] for n in lines]),
            now - DAY,
        ),
        prepare=True,
    )
    return {(row[0], row[1]): (int(row[2]), int(row[3]), int(row[4])) for row in await cursor.fetchall()}


async def count_texts(connection: Connection, rows: Sequence[tuple[int, int, datetime, int, int]]) -> None:
    """Add (practice, line, minute, texts, segments) to the lines' tallies."""
    if rows:
        await connection.execute(
            "insert into tally (practice, line, minute, texts, segments) select * from "
            "unnest(%s::int[], %s::int[], %s::timestamptz[], %s::int[], %s::int[]) on conflict (practice, line, minute) "
            "do update set texts = tally.texts + excluded.texts, segments = tally.segments + excluded.segments",
            (
                arrays.ints([r[0] for r in rows]),
                arrays.ints([r[1] for r in rows]),
                arrays.moments([r[2] for r in rows]),
                arrays.ints([r[3] for r in rows]),
                arrays.ints([r[4] for r in rows]),
            ),
            prepare=True,
        )
