"""The made-up practice's last days, lived through by the real engine at invented moments, so that its pages are not empty.

Each story is what callers and staff did; everything else (verdicts, texts, tasks, closures and their reasons) is what the
engine made of it. The carrier is not asked: the texts of these days count as delivered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from uuid_utils.compat import uuid7

from ringback.core.events import Event, PageAcknowledged, TaskDone, UrgentCalledBack, VisitBooked
from ringback.demo.facts import ACCOUNT, LINES, PHONE, PRACTICE, TEXT
from ringback.demo.practice import SETTLE_SECONDS, ZONE, people
from ringback.engine.book import Book
from ringback.engine.outbox import connect
from ringback.engine.receive import Letter
from ringback.engine.turn import turn
from ringback.store import crypt, flow, submit, write

PATIENTS = 9  # the directory's first people are the demo's actors; these days belong to others


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`days` working days ago at `at`, patient number `who` (None: a stranger) rings `line`; then (minutes later, what)."""

    days: int
    at: tuple[int, int]
    who: int | None
    line: int
    dial: str
    then: Sequence[tuple[float, str, str]]


STORIES = (
    Story(days=4, at=(8, 12), who=0, line=0, dial="no-answer", then=((0.7, "text", "1"), (3, "booked", "book"))),
    Story(days=4, at=(10, 31), who=1, line=2, dial="busy", then=((1.5, "text", "I have a question about my bill"), (52, "done", "resolved"))),
    Story(days=3, at=(8, 4), who=2, line=0, dial="no-answer", then=((2, "text", "STOP"),)),
    Story(days=3, at=(11, 15), who=3, line=1, dial="no-answer", then=((1, "text", "2"), (4, "booked", "reschedule"))),
    Story(days=3, at=(14, 20), who=4, line=0, dial="no-answer", then=((1, "text", "refill please"), (95, "done", "resolved"))),
    Story(days=2, at=(9, 40), who=5, line=1, dial="busy", then=((121, "wait", ""), (140, "done", "reached"))),
    Story(
        days=2,
        at=(15, 30),
        who=6,
        line=1,
        dial="no-answer",
        then=((1, "text", "URGENT"), (2.2, "acknowledge", ""), (11, "called back", ""), (12, "done", "reached")),
    ),
    Story(days=1, at=(8, 3), who=None, line=0, dial="no-answer", then=((0.8, "text", "book"), (2.5, "booked", "book"))),
    Story(days=1, at=(8, 5), who=7, line=0, dial="no-answer", then=((0.1, "answered", ""),)),
    Story(days=1, at=(13, 10), who=8, line=2, dial="no-answer", then=((1, "text", "reschedule"), (5, "booked", "reschedule"))),
)  # fmt: skip


def working_day(now: datetime, back: int) -> datetime:
    """Midnight of the day that many working days before today, in the practice's zone."""
    day = now.astimezone(ZoneInfo(ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
    while back:
        day -= timedelta(days=1)
        back -= day.weekday() < 5
    return day


async def live_through(dsn: str, book: Book, now: datetime) -> None:
    """Play all stories. The worker must not be running yet."""
    numbers = [one.phones[0][0] for one in people(now)[PATIENTS:]]
    async with await connect(dsn) as connection:
        await book.practice(PRACTICE)
        for place, story in enumerate(STORIES):
            caller = numbers[story.who] if story.who is not None else "+12025550169"
            await _live(connection, book, story, caller, working_day(now, story.days), place)
        async with connection.transaction():
            await flow.name_practices(connection, [PRACTICE])
            # What was told to staff and patients in these days is over.
            await connection.execute(
                "delete from work where practice = %s and kind = any(%s)", (PRACTICE, [flow.OUTGOING, flow.NOTICE])
            )
            await connection.execute(
                "update notice set state = 'sent', sent_at = created_at where practice = %s and state = 'queued'",
                (PRACTICE,),
            )


async def _live(connection: flow.Connection, book: Book, story: Story, caller: str, day: datetime, place: int) -> None:
    at = day + timedelta(hours=story.at[0], minutes=story.at[1])
    line = list(LINES)[story.line]
    await _call(connection, book, f"CA{place:032x}", caller, line, story.dial, at)
    settled = at + timedelta(seconds=SETTLE_SECONDS + 1)
    waiting = True
    for minutes, what, word in story.then:
        moment = at + timedelta(minutes=minutes)
        if waiting and moment > settled:
            await _turn(connection, book, settled)
            waiting = False
        if what == "text":
            form = {"MessageSid": f"SM{place:032x}", "From": caller, "To": line, "Body": word, "NumMedia": "0"}
            await _arrive(connection, book, TEXT, "text", form, moment)
        elif what == "answered":
            await _call(connection, book, f"CB{place:032x}", caller, line, "completed", moment)
        elif what != "wait":
            await _act(connection, book, caller, what, word, moment)
        await _turn(connection, book, moment)
    await _turn(connection, book, max(settled, at + timedelta(minutes=story.then[-1][0])))


async def _call(
    connection: flow.Connection, book: Book, sid: str, caller: str, line: str, dial: str, at: datetime
) -> None:
    form = {"CallSid": sid, "From": caller, "To": line, "Direction": "inbound", "AccountSid": ACCOUNT}
    bridged = "true" if dial == "completed" else "false"
    ended = {"DialCallStatus": dial, "DialBridged": bridged, "DialCallSid": f"{sid}d", "CallStatus": "in-progress"}
    await _arrive(connection, book, PHONE, "after", form | ended, at)
    await _arrive(connection, book, PHONE, "voice", form | {"CallStatus": "completed"}, at)
    await _turn(connection, book, at)


async def _arrive(
    connection: flow.Connection, book: Book, source: int, leaf: str, form: dict[str, str], at: datetime
) -> None:
    row, body = uuid7(), urlencode(form).encode()
    letter = Letter("POST", f"https://made.up/{leaf}", "application/x-www-form-urlencoded", body)
    sealed = crypt.seal(book.ring, PRACTICE, "arrival", "sealed", row, msgspec.msgpack.encode(letter))
    async with connection.transaction():
        await flow.name_practices(connection, [PRACTICE])
        key = hashlib.sha256(leaf.encode() + body).digest()[:16]
        await flow.keep_arrivals(connection, [flow.Arrival(PRACTICE, row, source, key, sealed)], at)


async def _act(connection: flow.Connection, book: Book, caller: str, what: str, word: str, at: datetime) -> None:
    index = crypt.index(book.ring, PRACTICE, "phone", caller)
    async with connection.transaction():
        await flow.name_practices(connection, [PRACTICE])
        cursor = await connection.execute(
            "select id from cases where practice = %s and number_index = %s and phase <> 'closed'", (PRACTICE, index)
        )
        row = await cursor.fetchone()
        if row is None:
            return
        case_id: UUID = row[0]
        events: list[Event] = []
        if what == "booked":
            events.append(VisitBooked(kind=word, at=at))
        elif what == "acknowledge":
            events.append(PageAcknowledged(by="1", at=at))
        elif what == "called back":
            events.append(UrgentCalledBack(by="1", at=at))
        elif what == "done":
            cursor = await connection.execute(
                "select id from task where practice = %s and case_id = %s and state in ('open', 'claimed')",
                (PRACTICE, case_id),
            )
            events += [TaskDone(task=one[0], by="6", disposition=word, at=at) for one in await cursor.fetchall()]
        ids = [uuid7() for _ in events]
        rows = [(PRACTICE, one, case_id, at, submit.encode(event), "6") for one, event in zip(ids, events, strict=True)]
        await write.EVENTS.write(connection, rows)
        await flow.add_work(connection, [(PRACTICE, flow.EVENT, one, at, 0) for one in ids])


async def _turn(connection: flow.Connection, book: Book, at: datetime) -> None:
    while (turned := await turn(connection, book, at)).claimed:
        if turned.queued:
            async with connection.transaction():
                await flow.name_practices(connection, [PRACTICE])
                await connection.execute(
                    "update outgoing set state = 'delivered', rank = 5, sent_at = created_at + interval '0.2 s', "
                    "delivered_at = created_at + interval '2 s' where practice = %s and state = 'queued'",
                    (PRACTICE,),
                )
