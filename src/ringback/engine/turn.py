"""A turn: one transaction that takes a batch from 'due' to 'decided'.

The order is fixed: claim, name the practices, read, lock the callers, load, fold, ask the gate, write, commit. Locks are
always taken before state is loaded and always in one order, so that any number of workers may turn at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from ringback.adapters.contract import RANKS, CallSeen, TextSeen, TextStatus, VoicemailSeen
from ringback.core import words
from ringback.core.calls import Judgement, Verdict
from ringback.core.case import Phase
from ringback.core.events import TextFailed, TextReceived, TimeUp, VoicemailHeard
from ringback.core.words.scores import Scores
from ringback.core.words.understand import REJOIN
from ringback.engine import behind, journal, onward, save
from ringback.engine.book import Book, lock_of
from ringback.engine.outbox import Row
from ringback.engine.read import Readout, Seen, read
from ringback.engine.step import UNHEARD, Batch, CallRow, Heard, Held, stored_call
from ringback.store import callers, crypt, flow, roster, submit

# A status that names a text whose send has not been recorded yet is looked at again; after this it is let go.
STATUS_PATIENCE = timedelta(minutes=10)
NOTHING = "nothing to do"
STATUS_AGAIN = timedelta(seconds=1)


@dataclass(slots=True)
class Turned:
    """What a turn did: how much was claimed, how many texts were queued, how many notices, and what came to nothing."""

    claimed: int = 0
    queued: int = 0
    notices: int = 0
    nothing: int = 0
    flights: list[Row] = field(default_factory=list)


async def turn(
    connection: flow.Connection,
    book: Book,
    now: datetime,
    limit: int = 200,
    room: int = 0,
    lease: timedelta = timedelta(seconds=60),
) -> Turned:
    """Do one batch; the connection must be in autocommit. Returns what was done (claimed 0: nothing was due).

    Up to `room` texts are marked `sending` in this very transaction, for `lease`; they are the `flights`, to be sent by
    the caller now that it is committed. The rest is queued for the sending side.
    """
    async with connection.transaction():
        work = await flow.claim(connection, (flow.ARRIVAL, flow.CASE, flow.EVENT), now, limit)
        if not work:
            return Turned()
        practices = {w.practice for w in work}
        await flow.name_practices(connection, practices)
        await book.fresh(connection, practices)
        batch = Batch(book, now)
        done: list[tuple[int, UUID]] = []
        later: list[tuple[int, UUID, datetime]] = []

        arrivals = [w for w in work if w.kind == flow.ARRIVAL]
        due_cases = [w for w in work if w.kind == flow.CASE]
        event_work = [w for w in work if w.kind == flow.EVENT]
        readout = Readout()
        if arrivals:
            rows = await flow.load_arrivals(connection, [w.practice for w in arrivals], [w.id for w in arrivals])
            readout = read(book, rows)
            done += [(flow.ARRIVAL, w.id) for w in arrivals]
        # The model reads while the database is asked.
        scoring = asyncio.create_task(_scored(book, readout))
        events = await flow.load_events(connection, [(w.practice, w.id) for w in event_work]) if event_work else []
        done += [(flow.EVENT, w.id) for w in event_work]

        failures = await _statuses(connection, readout, now, done, later)
        named = [(row[0], row[2]) for row in events] + [(f[0], f[1]) for f in failures]
        case_ids = [(w.practice, w.id) for w in due_cases] + named
        locks = [w.lock for w in due_cases]
        locks += [lock_of(s.index) for s in readout.seen if s.index is not None]
        if named:
            # A case's number never changes, so it may be read before its lock is held.
            for _practice, case_id, index, *_ in await flow.load_cases(connection, named):
                locks.append(lock_of(index, case_id))
        numbers = list({(s.practice, s.index) for s in readout.seen if s.index is not None})
        keys = _call_keys(readout)
        # One trip to the database: the server takes the locks before it reads.
        async with connection.pipeline():
            await flow.lock(connection, locks)
            on_call = await roster.ask(connection, practices, now)
            open_cases = await flow.load_open_cases(connection, numbers) if numbers else None
            facts = await flow.ask_numbers(connection, numbers, now) if numbers else None
            keyed = await callers.ask(connection, book.ring, numbers, now) if numbers else None
            known_calls = await flow.load_calls(connection, keys) if keys else None
        staffed = await roster.told(on_call, now)
        batch.staffed = {practice: practice in staffed for practice in practices}
        if open_cases is not None and facts is not None:
            for row in await open_cases.fetchall():
                batch.take(row)
            batch.facts = await flow.told_numbers(facts)
        if keyed is not None:
            batch.keys = await callers.told(connection, book.ring, keyed, numbers, now)
        if case_ids:
            for row in await flow.load_cases(connection, case_ids):
                batch.take(row)
        if known_calls is not None:
            await _take_calls(connection, batch, await known_calls.fetchall())
            # What was sealed with an earlier key of its number.
            await callers.fetch(connection, book.ring, [(h.practice, h.number) for h in batch.held.values()])

        # ---- fold, in the order things were kept ----
        batch.scores = await scoring
        for seen in readout.seen:
            if isinstance(seen.what, CallSeen):
                practice_ = book.known(seen.practice)
                batch.observe(practice_, seen.source, seen.what.call, seen.index, seen.number, seen.at)
        for seen in readout.seen:
            if isinstance(seen.what, VoicemailSeen):
                _voicemail(batch, seen)
            elif isinstance(seen.what, TextSeen):
                await _text(connection, batch, seen)
        whys: list[tuple[int, UUID, str]] = []
        for practice, event_id, case_id, _at, body, by in events:
            held = batch.held.get(case_id)
            batch.hearing = Heard(evidence=f"event:{event_id}", by=by)
            why = "this case is gone"
            if held is not None:
                event = submit.decode(body)
                if isinstance(event, TextReceived):
                    event = await behind.heard(connection, batch, held, event)
                done_now = batch.happen(held, event)
                why = batch.why if done_now or batch.why == NOTHING else f"{NOTHING}: {batch.why}"
            whys.append((practice, event_id, why))
        batch.hearing = UNHEARD
        for _practice, case_id, failed in failures:
            if case_id in batch.held:
                batch.happen(batch.held[case_id], failed)
        for w in due_cases:
            held = batch.held.get(w.id)
            if held is None:
                done.append((flow.CASE, w.id))
                continue
            if not batch.happen(held, TimeUp(at=now, staffed=batch.staffed.get(w.practice, True))):
                held.changed = True
        turned = Turned(claimed=len(work))
        sent = await onward.carry_out(connection, batch, room, lease)
        turned.queued = len(sent.texts) - len(sent.flights)
        turned.notices, turned.nothing, turned.flights = len(sent.notices), batch.nothing, sent.flights
        async with connection.pipeline():
            await save.save(connection, batch, sent, whys, done, later, readout.not_understood)
        await book.journal.keep(connection, journal.texts(sent.texts))
        return turned


async def _scored(book: Book, readout: Readout) -> dict[str, Scores | None] | None:
    """What each message of the batch reads like; None where no model was set up."""
    if book.ear is None:
        return None
    said: dict[str, bool] = {}
    for seen in readout.seen:
        if isinstance(seen.what, TextSeen):
            said[seen.what.body] = False
        elif isinstance(seen.what, VoicemailSeen):
            said.setdefault(seen.what.words, True)
    asked = [(text, spoken) for text, spoken in said.items() if text.strip()]
    return dict(zip((text for text, _ in asked), await book.ear.ask(asked), strict=True))


def _call_keys(readout: Readout) -> list[tuple[int, int, str]]:
    """The calls a batch speaks of."""
    keys = {
        (s.practice, s.source, s.what.call.key if isinstance(s.what, CallSeen) else s.what.call_key)
        for s in readout.seen
        if isinstance(s.what, CallSeen | VoicemailSeen)
    }
    return sorted(keys)


async def _take_calls(connection: flow.Connection, batch: Batch, rows: Sequence[tuple[Any, ...]]) -> None:
    for row in rows:
        practice, source, key, call_id, line, number, facts, verdict, closure, case_id, index = row
        batch.calls[(practice, source, key)] = CallRow(
            practice=practice,
            id=call_id,
            source=source,
            call=stored_call(facts),
            index=index,
            number=number,
            line=line,
            at=batch.now,
            judgement=Judgement(verdict=Verdict(verdict), why=""),
            case_id=case_id,
            closure=closure,
        )
    # Cases of these calls may be closed by now, or belong to another number: load them too.
    missing = [(r.practice, r.case_id) for r in batch.calls.values() if r.case_id and r.case_id not in batch.held]
    if missing:
        for row in await flow.load_cases(connection, missing):
            batch.take(row)


def _voicemail(batch: Batch, seen: Seen) -> None:
    what = seen.what
    assert isinstance(what, VoicemailSeen)
    practice = batch.book.known(seen.practice)
    row = batch.calls.get((seen.practice, seen.source, what.call_key))
    held: Held | None = None
    if row is not None and row.case_id in batch.held:
        held = batch.held[row.case_id]
    if held is None or not held.case.open:
        line = practice.by_number.get(what.line) or next(iter(practice.lines.values()))
        held = batch.open_case(practice, line.id, seen.index, seen.number)
    reading = batch.understood(what.words, lang=held.case.lang or None, voicemail=True)
    message = uuid7()
    heard = VoicemailHeard(
        call=str(row.id) if row is not None else "",
        at=what.at or seen.at,
        reading=reading,
        caller=batch.caller(practice, seen.index, seen.number),
        seconds=what.seconds,
        staffed=batch.staffed.get(seen.practice, True),
    )
    batch.hearing = Heard(evidence=f"message:{message}", words=what.words, lang=reading.lang or "", at=seen.at)
    kept = batch.happen(held, heard)
    batch.hearing = UNHEARD
    if row is not None and row.case_id is None and (kept or not held.fresh):
        row.case_id = held.id
        held.calls.append(row.id)
    batch.time(held)
    if what.words or what.recording_url:
        attached = held.id if held.id in batch.held else None
        _message(batch, seen, message, attached, "voicemail", what.words, reading, 0, "", what.recording_url)


async def _text(connection: flow.Connection, batch: Batch, seen: Seen) -> None:
    what = seen.what
    assert isinstance(what, TextSeen)
    practice = batch.book.known(seen.practice)
    line = practice.by_number.get(what.line)
    if seen.index is None or line is None:
        return
    digest = crypt.index(batch.book.ring, seen.practice, "body", what.body).hex()
    cursor = await connection.execute(
        "select 1 from message where practice = %s and number_index = %s and kind = 'text' and key = %s and at > %s limit 1",
        (seen.practice, seen.index, digest, seen.at - timedelta(seconds=20)),
    )
    again = await cursor.fetchone() is not None or any(m[6] == digest and m[8] == seen.index for m in batch.messages)
    if again:
        return  # carriers deliver one text twice, even under two ids (P9)
    held = batch.open_case(practice, line.id, seen.index, seen.number)
    caller = batch.caller(practice, seen.index, seen.number)
    asked = REJOIN if caller.suppressed and caller.asked_again else held.case.asked or None
    reading = batch.understood(what.body, lang=held.case.lang or None, asked=asked)
    message = uuid7()
    event = TextReceived(
        message=str(message),
        at=seen.at,
        reading=reading,
        caller=caller,
        carrier_replied=bool(what.carrier_opt_out),
        staffed=batch.staffed.get(seen.practice, True),
    )
    batch.hearing = Heard(evidence=f"message:{message}", words=what.body, lang=reading.lang or "", at=seen.at)
    batch.happen(held, event)
    batch.hearing = UNHEARD
    batch.time(held)
    attached = held.id if held.id in batch.held else None
    _message(batch, seen, message, attached, "text", what.body, reading, len(what.media), digest)


def _message(
    batch: Batch,
    seen: Seen,
    message: UUID,
    case_id: UUID | None,
    kind: str,
    body: str,
    reading: words.Reading,
    media: int,
    digest: str,
    recording: str = "",
) -> None:
    batch.messages.append(
        (
            seen.practice,
            message,
            case_id,
            seen.at,
            kind,
            batch.seal(seen.practice, seen.index, "message", "sealed", message, body),
            digest,
            behind.summary(reading),
            seen.index,
            "",
            media,
            batch.seal(
                seen.practice,
                seen.index,
                "message",
                "played_from",
                message,
                msgspec.json.encode({"connection": seen.source, "url": recording}).decode(),
            )
            if recording
            else None,
        )
    )


async def _statuses(
    connection: flow.Connection,
    readout: Readout,
    now: datetime,
    done: list[tuple[int, UUID]],
    later: list[tuple[int, UUID, datetime]],
) -> list[tuple[int, UUID, TextFailed]]:
    """Record delivery reports, whatever their order; returns failures as (practice, case, event)."""
    if not readout.statuses:
        return []
    found = await save.match_statuses(connection, [(s.practice, s.what.message_id) for s, _ in readout.statuses])  # type: ignore[union-attr]
    best: dict[UUID, tuple[Any, ...]] = {}
    failures: list[tuple[int, UUID, TextFailed]] = []
    waiting: set[UUID] = set()
    for seen, arrival in readout.statuses:
        what = seen.what
        assert isinstance(what, TextStatus)
        row = found.get((seen.practice, what.message_id))
        if row is None:
            if now - seen.at < STATUS_PATIENCE:
                waiting.add(arrival)
            continue
        outgoing, case_id, purpose, rank, state = row
        new = RANKS.get(what.state, 0)
        known = best.get(outgoing)
        if new <= max(rank, known[2] if known else 0):
            continue
        failed = what.state in ("undelivered", "failed")
        best[outgoing] = (
            seen.practice,
            outgoing,
            new,
            "failed" if failed else "delivered" if what.state == "delivered" else "sent",
            what.code,
            what.reason if failed else "",
            now if what.state == "delivered" else None,
        )
        if failed and state != "failed":
            failures.append(
                (
                    seen.practice,
                    case_id,
                    TextFailed(purpose=purpose, reason=what.reason or "unknown", permanent=what.permanent, at=now),
                )
            )
    if waiting:
        done[:] = [d for d in done if d[1] not in waiting]
        later += [(flow.ARRIVAL, arrival, now + STATUS_AGAIN) for arrival in waiting]
    await save.record_statuses(connection, list(best.values()))
    return failures


__all__ = ["Phase", "Turned", "turn"]
