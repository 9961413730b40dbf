"""Writing a batch: what the fold left in memory becomes rows, one statement a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from ringback.core import consent
from ringback.core.case import Case, Phase, TaskState, due
from ringback.engine.ask import Pace, sums
from ringback.engine.book import lock_of
from ringback.engine.outbox import Row
from ringback.engine.step import Batch, Held, call_facts
from ringback.store import arrays, flow, ledger_batch, write
from ringback.store.ledger_batch import Noticed, Said

_encode = msgspec.json.encode


@dataclass(slots=True)
class Sent:
    """What a batch's wishes became: rows for `outgoing`, `notice`, the ledgers, `link`, and what they make due."""

    texts: list[tuple[Any, ...]] = field(default_factory=list)
    notices: list[tuple[Any, ...]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    unlinked: list[tuple[int, bytes]] = field(default_factory=list)
    links: list[tuple[Any, ...]] = field(default_factory=list)
    cancelled: list[tuple[int, UUID]] = field(default_factory=list)
    # What staff wrote, in the clear for as long as the batch lasts, by the message that holds it.
    written: dict[str, str] = field(default_factory=dict, repr=False)
    work: list[tuple[int, int, UUID, datetime, int]] = field(default_factory=list)
    # Texts that go out as soon as this batch is committed: at most `room` of them, counted into the lines' tallies.
    room: int = 0
    lease: timedelta = timedelta(seconds=60)
    flights: list[Row] = field(default_factory=list)
    pace: dict[tuple[int, int], Pace] = field(default_factory=dict)
    counted: list[tuple[int, int, datetime, int, int]] = field(default_factory=list)


async def save(
    connection: flow.Connection,
    batch: Batch,
    sent: Sent,
    whys: Sequence[tuple[int, UUID, str]],
    done: list[tuple[int, UUID]],
    later: list[tuple[int, UUID, datetime]],
    not_understood: Sequence[tuple[int, UUID, str, str]],
) -> None:
    """Write everything a batch decided. Runs inside the batch's transaction."""
    now = batch.now
    cases: list[tuple[Any, ...]] = []
    steps: list[tuple[Any, ...]] = []
    tasks: list[tuple[Any, ...]] = []
    work = list(sent.work)
    closed: list[tuple[int, UUID, str, str]] = []
    for held in batch.held.values():
        if not held.changed:
            continue
        cases.append(_case_row(held, now))
        steps.extend(held.journal)
        tasks.extend(_task_rows(held))
        moment = due(held.case)
        if held.case.phase is Phase.CLOSED:
            done.append((flow.CASE, held.id))
            if held.case.closure is not None:
                closed.append((held.practice, held.id, held.case.closure.value, held.case.closure_reason))
        elif moment is not None:
            work.append((held.practice, flow.CASE, held.id, moment, lock_of(held.index, held.id)))
    calls = [_call_row(batch, row) for row in batch.calls.values()]
    if sent.cancelled:
        await _cancel(connection, sent.cancelled)
    await write.CASES.write(connection, cases)
    await write.CALLS.write(connection, calls)
    await write.STEPS.write(connection, steps)
    await write.TASKS.write(connection, tasks)
    await write.MESSAGES.write(connection, batch.messages)
    await write.LINKS.write(connection, sent.links)
    await write.OUTGOING.write(connection, sent.texts)
    await write.NOTICES.write(connection, sent.notices)
    await flow.count_texts(connection, sums(sent.counted))
    await ledger_batch.write(connection, sent.said, _noticed(batch, sent))
    if sent.unlinked:
        await _unlink(connection, sent.unlinked, now)
    if closed:
        await stamp(connection, closed, now)
    if whys:
        await _answer_events(connection, whys, now)
    await flow.close_arrivals(connection, not_understood)
    await flow.finish(connection, done)
    await flow.put_off(connection, later)
    await flow.add_work(connection, work)


_greeting = lru_cache(maxsize=4096)(consent.digest)


def _noticed(batch: Batch, sent: Sent) -> list[Noticed]:
    """The ground of each first text that was not denied: the greeting the caller heard, as it was worded (C35, C36)."""
    found = []
    for row in sent.texts:
        if row[8] == "greeting_notice" and row[16] != "denied":
            line = batch.book.known(row[0]).lines[row[3]]
            found.append(
                Noticed(
                    practice=row[0],
                    id=row[1],
                    index=row[12],
                    wording=f"greeting.{line.id}",
                    wording_hash=_greeting(line.greeting),
                    lang=row[7],
                    at=row[4],
                    source=f"case:{row[2]}",
                )
            )
    return found


def _case_row(held: Held, now: datetime) -> tuple[Any, ...]:
    case = held.case
    return (
        held.practice,
        held.id,
        case.line,
        held.index,
        held.number,
        case.phase.value,
        case.workflow.value,
        due(case),
        case.opened_at or now,
        case.last_call_at,
        now,
        case.closed_at,
        case.closure.value if case.closure else None,
        case.closure_reason,
        held.steps,
        _state(case),
    )


def _state(case: Case) -> str:
    return _encode(case).decode()


def _task_rows(held: Held) -> list[tuple[Any, ...]]:
    rows = []
    for task in held.case.tasks:
        if held.tasks_before.get(task.id) is task:
            continue
        rows.append(
            (
                held.practice,
                held.id,
                task.id,
                task.queue,
                task.kind,
                task.priority,
                task.state.value if isinstance(task.state, TaskState) else task.state,
                task.owner,
                task.opened_at,
                task.due,
                task.lease_until,
                task.attempts,
                task.overdue,
                task.disposition,
                task.done_at,
                task.not_before,
            )
        )
    return rows


def _call_row(batch: Batch, row: Any) -> tuple[Any, ...]:
    held = batch.held.get(row.case_id) if row.case_id is not None else None
    closure, reason, at = row.closure, row.reason, row.closed_at
    if closure is None and held is not None and held.case.closure is not None:
        closure, reason, at = held.case.closure.value, held.case.closure_reason, batch.now
    return (
        row.practice,
        row.id,
        row.source,
        row.call.key,
        row.line,
        row.call.began,
        row.call.ended,
        row.index,
        row.number,
        call_facts(row.call),
        row.judgement.verdict.value,
        row.judgement.why,
        row.case_id,
        closure,
        reason,
        row.at,
        at,
    )


async def stamp(connection: flow.Connection, closed: Sequence[tuple[int, UUID, str, str]], now: datetime) -> None:
    """Stamp a case's closure on each of its calls (decision 13); a call that has one keeps it."""
    await connection.execute(
        "update call c set closure = g.closure, closure_reason = g.reason, closed_at = %s from "
        "unnest(%s::int[], %s::uuid[], %s::text[], %s::text[]) as g(practice, case_id, closure, reason) "
        "where c.practice = g.practice and c.case_id = g.case_id and c.closure is null",
        (
            now,
            arrays.ints([c[0] for c in closed]),
            arrays.uuids([c[1] for c in closed]),
            arrays.texts([c[2] for c in closed]),
            arrays.texts([c[3] for c in closed]),
        ),
        prepare=True,
    )


async def _cancel(connection: flow.Connection, cases: Sequence[tuple[int, UUID]]) -> None:
    await connection.execute(
        "with gone as (update outgoing o set state = 'cancelled' from unnest(%s::int[], %s::uuid[]) as g(practice, case_id) "
        "where o.practice = g.practice and o.case_id = g.case_id and o.state in ('queued', 'held') "
        "and o.basis not in ('stop_confirmation', 'urgent_answer', 'status_after_urgent') returning o.id) "
        "delete from work w using gone where w.kind = 4 and w.id = gone.id",
        (arrays.ints([c[0] for c in cases]), arrays.uuids([c[1] for c in cases])),
        prepare=True,
    )


async def _unlink(connection: flow.Connection, rows: Sequence[tuple[int, bytes]], now: datetime) -> None:
    """'Wrong number': the number no longer stands for anyone in the directory (P20); the people stay."""
    await connection.execute(
        "with gone as (delete from phone p using unnest(%s::int[], %s::bytea[]) as g(practice, number_index) "
        "where p.practice = g.practice and p.number_index = g.number_index returning p.practice, p.number_index), "
        # What comes from this number from now on is no words of the people it stood for.
        "ended as (update caller_key k set ended_at = %s from gone where k.practice = gone.practice "
        "and k.number_index = gone.number_index and k.ended_at is null and k.person_key is not null) "
        "insert into known_number (practice, number_index, kind, detail, at) "
        "select distinct practice, number_index, 'unlinked', 'said wrong number', %s::timestamptz from gone on conflict do nothing",
        (arrays.ints([r[0] for r in rows]), arrays.blobs([r[1] for r in rows]), now, now),
    )


async def _answer_events(connection: flow.Connection, whys: Sequence[tuple[int, UUID, str]], now: datetime) -> None:
    await connection.execute(
        "update event e set done_at = %s, why = g.why from unnest(%s::int[], %s::uuid[], %s::text[]) "
        "as g(practice, id, why) where e.practice = g.practice and e.id = g.id",
        (
            now,
            arrays.ints([w[0] for w in whys]),
            arrays.uuids([w[1] for w in whys]),
            arrays.texts([w[2] for w in whys]),
        ),
        prepare=True,
    )


async def match_statuses(
    connection: flow.Connection, names: Sequence[tuple[int, str]]
) -> dict[tuple[int, str], tuple[UUID, UUID, str, int, str]]:
    """Texts by the carrier's message id: (practice, message id) -> id, case, purpose, rank, state."""
    cursor = await connection.execute(
        "select o.practice, o.message_id, o.id, o.case_id, o.purpose, o.rank, o.state from "
        "unnest(%s::int[], %s::text[]) as g(practice, message_id) join outgoing o on o.practice = g.practice and "
        "o.message_id = g.message_id",
        (arrays.ints([n[0] for n in names]), arrays.texts([n[1] for n in names])),
        prepare=True,
    )
    return {(row[0], row[1]): (row[2], row[3], row[4], row[5], row[6]) for row in await cursor.fetchall()}


async def record_statuses(connection: flow.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """(practice, id, rank, state, code, reason, delivered_at): a later report never lowers a rank."""
    if rows:
        await connection.execute(
            "update outgoing o set rank = g.rank, state = g.state, code = g.code, reason = g.reason, "
            "delivered_at = coalesce(g.delivered_at, o.delivered_at) from unnest(%s::int[], %s::uuid[], %s::smallint[], "
            "%s::text[], %s::text[], %s::text[], %s::timestamptz[]) as g(practice, id, rank, state, code, reason, delivered_at) "
            "where o.practice = g.practice and o.id = g.id and g.rank > o.rank",
            (
                arrays.ints([r[0] for r in rows]),
                arrays.uuids([r[1] for r in rows]),
                arrays.ints([r[2] for r in rows]),
                arrays.texts([r[3] for r in rows]),
                arrays.texts([r[4] for r in rows]),
                arrays.texts([r[5] for r in rows]),
                arrays.moments([r[6] for r in rows]),
            ),
            prepare=True,
        )
