"""The gate at the moment of sending: what is due is claimed, asked about again with fresh facts, and only what it allows
becomes `sending`, all in one transaction under the callers' locks.

Two workers that race for one number stand in line here, so that both cannot send (C37, C80).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.core import gate
from ringback.core.events import TextFailed
from ringback.core.gate_values import LEVEL_OF
from ringback.engine import journal
from ringback.engine.ask import STAFF, WHOLE, Pace, facts_of, own_words, paced, sums
from ringback.engine.book import Book, minute
from ringback.engine.onward import NO_PERSON
from ringback.engine.outbox import Row
from ringback.store import arrays, callers, crypt, flow, submit, write

CLAIMED = """
select o.practice, o.id, o.case_id, o.line, o.purpose, o.template, o.lang, o.basis, o.unprompted, o.reply_to,
  o.reply_to_at, o.number_index, o.number, o.body, o.segments, o.state, o.attempts, o.claimed_at,
  c.phase, c.last_call_at, c.state -> 'urgent' ->> 'since', c.state -> 'urgent' ->> 'acked_at', (c.state ->> 'policy')::int,
  c.state ->> 'attestation'
from unnest(%s::int[], %s::uuid[]) as g(practice, id) join outgoing o on o.practice = g.practice and o.id = g.id
join cases c on c.practice = o.practice and c.id = o.case_id
"""
MARK = """
update outgoing o set state = g.state, verdict = g.verdict, verdict_why = g.why,
  claimed_at = case when g.state = 'sending' then %s else o.claimed_at end
from unnest(%s::int[], %s::uuid[], %s::text[], %s::text[], %s::text[]) as g(practice, id, state, verdict, why)
where o.practice = g.practice and o.id = g.id
"""


async def allow(
    connection: flow.Connection, book: Book, now: datetime, most: int, lease: timedelta
) -> tuple[int, list[Row]]:
    """Claim up to `most` texts that are due and mark what may go now. Returns how many were claimed, and those."""
    async with connection.transaction():
        work = await flow.claim(connection, (flow.OUTGOING,), now, most)
        if not work:
            return 0, []
        practices = {w.practice for w in work}
        await flow.name_practices(connection, practices)
        await book.fresh(connection, practices)
        await flow.lock(connection, [w.lock for w in work])
        cursor = await connection.execute(
            CLAIMED, (arrays.ints([w.practice for w in work]), arrays.uuids([w.id for w in work])), prepare=True
        )
        rows = await cursor.fetchall()
        numbers = sorted({(row[0], row[11]) for row in rows})
        lines = sorted({(row[0], line) for row in rows for line in (row[3], WHOLE)})
        async with connection.pipeline():
            facts = await flow.number_facts(connection, numbers, now)
            past = await flow.history(connection, numbers, now)
            tally = await flow.tallies(connection, lines, now)
        await callers.fetch(connection, book.ring, [(row[0], sealed) for row in rows for sealed in (row[12], row[13])])
        pace = {key: Pace(*value) for key, value in tally.items()}
        allowed: list[Row] = []
        marks: list[tuple[Any, ...]] = []
        counted: list[tuple[int, int, datetime, int, int]] = []
        later: list[tuple[int, UUID, datetime]] = []
        done: list[tuple[int, UUID]] = []
        events: list[tuple[Any, ...]] = []
        more: list[tuple[int, int, UUID, datetime, int]] = []
        found = {row[1] for row in rows}
        done += [(flow.OUTGOING, w.id) for w in work if w.id not in found]
        for row in rows:
            practice = book.known(row[0])
            key = (row[0], row[3])
            mine, all_ = pace.setdefault(key, Pace()), pace.setdefault((row[0], WHOLE), Pace())
            state = row[15]
            if state not in ("queued", "held", "sending", "uncertain"):
                done.append((flow.OUTGOING, row[1]))
                continue
            try:
                number = crypt.open_(book.ring, row[0], "outgoing", "number", row[1], row[12]).decode()
                body = crypt.open_(book.ring, row[0], "outgoing", "body", row[1], row[13]).decode()
            except crypt.Gone:
                marks.append((row[0], row[1], "cancelled", "erased", "The person was erased; nothing is sent."))
                done.append((flow.OUTGOING, row[1]))
                continue
            if state in ("sending", "uncertain"):
                # An earlier attempt died or went unanswered: its fate is asked about; nothing is sent here.
                allowed.append(_row(row, number, body, row[17] or now, "asked", uncertain=True))
                marks.append(
                    (row[0], row[1], "uncertain", "uncertain", "The carrier is asked whether it took the text.")
                )
                later.append((flow.OUTGOING, row[1], now + lease))
                continue
            verdict = _ask(practice, row, number, body, facts, past, mine, all_, now, book.journal.ready)
            if verdict.kind == "allow":
                allowed.append(_row(row, number, body, now, verdict.token))
                marks.append((row[0], row[1], "sending", verdict.code, verdict.why))
                later.append((flow.OUTGOING, row[1], now + lease))
                for line, each in ((row[3], mine), (WHOLE, all_)):
                    counted.append((row[0], line, minute(now), 1, row[14]))
                    each.count(row[14])
            elif verdict.kind == "hold" and verdict.until is not None:
                marks.append((row[0], row[1], "held", verdict.code, verdict.why))
                later.append((flow.OUTGOING, row[1], verdict.until))
            else:
                marks.append((row[0], row[1], "denied", verdict.code, verdict.why))
                done.append((flow.OUTGOING, row[1]))
                if verdict.code not in NO_PERSON:
                    failed = TextFailed(purpose=row[4], reason=verdict.code, permanent=True, at=now, denied=True)
                    event = uuid7()
                    events.append((row[0], event, row[2], now, submit.encode(failed), "gate"))
                    more.append((row[0], flow.EVENT, event, now, 0))
        async with connection.pipeline():
            await connection.execute(
                MARK,
                (
                    now,
                    arrays.ints([m[0] for m in marks]),
                    arrays.uuids([m[1] for m in marks]),
                    arrays.texts([m[2] for m in marks]),
                    arrays.texts([m[3] for m in marks]),
                    arrays.texts([m[4] for m in marks]),
                ),
                prepare=True,
            )
            await flow.count_texts(connection, sums(counted))
            await flow.put_off(connection, later)
            await flow.finish(connection, done)
            await write.EVENTS.write(connection, events)
            await flow.add_work(connection, more)
        by_id = {row[1]: row for row in rows}
        made = (
            journal.text(m[0], m[1], by_id[m[1]][2], by_id[m[1]][4], by_id[m[1]][5], by_id[m[1]][7], m[2], m[3])
            for m in marks
        )
        await book.journal.keep(connection, [one for one in made if one is not None])
    return len(work), allowed


def _row(row: tuple[Any, ...], number: str, body: str, claimed: datetime, token: str, uncertain: bool = False) -> Row:
    return Row(
        practice=row[0],
        id=row[1],
        case_id=row[2],
        line=row[3],
        purpose=row[4],
        number=number,
        body=body,
        attempts=row[16],
        claimed_at=claimed,
        uncertain=uncertain,
        token=token,
    )


def _ask(
    practice: Any,
    row: tuple[Any, ...],
    number: str,
    body: str,
    facts: dict[tuple[int, bytes], flow.NumberFacts],
    past: dict[tuple[int, bytes], list[flow.Past]],
    mine: Pace,
    all_: Pace,
    now: datetime,
    audit_ready: bool,
) -> gate.Verdict:
    known = facts.get((row[0], row[11]))
    template, _, version = row[5].rpartition(".")
    wording = (
        practice.wordings.get((template, int(version))) if template != STAFF else own_words(practice, body, row[6])
    )
    policy = practice.policy(row[22] or practice.policy_version, row[3])
    basis, called_at = row[7], row[19]
    ask = gate.Ask(
        id=str(row[1]),
        purpose=row[4],
        basis=basis,
        unprompted=row[8],
        number=number,
        lang=row[6],
        template=template,
        version=int(version),
        template_hash=wording.hash if wording is not None else "",
        body=body,
        level=LEVEL_OF.get(row[4], "neutral_only"),
        reply_to=row[9],
        reply_to_at=row[10],
        called_at=called_at,
        stop_at=row[10] if basis == "stop_confirmation" else None,
        fresh_until=(
            called_at + timedelta(hours=policy.hold_at_most_hours) if basis == "greeting_notice" and called_at else None
        ),
    )
    urgent_since, acked = row[20], row[21]
    free = paced(practice, mine, all_, row[14], basis == "urgent_answer")
    asked = facts_of(
        practice,
        practice.lines[row[3]],
        wording,
        known,
        past.get((row[0], row[11]), []),
        mine,
        ask,
        now,
        case_id=row[2],
        closed=row[18] == "closed",
        acknowledged=None if urgent_since is None else acked is not None,
        suppressed_at=known.suppressed_at if known is not None else None,
        attestation=row[23] or "",
        second_text=policy.second_text,
        night_first=policy.night_first,
        free=free,
        free_at=None if free else minute(now) + timedelta(minutes=1),
        audit_ready=audit_ready,
    )
    return gate.decide(ask, asked, now)
