"""Sending. A text is claimed and allowed by the gate in one transaction, which leaves it `sending` with a lease; only
then does a request go out; what came of it is recorded a batch at a time.

A worker that dies in between leaves a lease that runs out: the text is then `uncertain`, the carrier is asked, and only
its word decides. Where the carrier cannot be asked a person is. Nothing is ever sent again blindly.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ringback.adapters.contract import Found, Refused, Sent, TextOut
from ringback.adapters.discover import text_carriers
from ringback.core.events import TextFailed
from ringback.engine import clock, outbox
from ringback.engine.allow import allow
from ringback.engine.book import Book
from ringback.engine.http import NotSent, Socket, Unknown
from ringback.store import flow

log = logging.getLogger("ringback.perform")
# How long a claimed text may take before its worker is thought dead, and when the carrier is asked about a text of
# unknown fate: first, and the earliest moment at which its 'no' is believed (its list lags behind what it took).
LEASE = timedelta(seconds=float(os.environ.get("RINGBACK_SEND_LEASE_SECONDS", "60")))
ASK_AFTER = (LEASE / 6, LEASE * 3 / 4)
RECORD_EVERY = 0.01  # results that land meanwhile share the next statement
TIMEOUT = LEASE.total_seconds() / 4
BACKOFF = (2, 5, 15, 60, 180, 600)
GIVE_UP_AFTER = len(BACKOFF)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of one claimed text, ready to be recorded."""

    row: outbox.Row
    state: str
    message_id: str | None = None
    code: str = ""
    reason: str = ""
    again_at: datetime | None = None
    event: TextFailed | None = None
    sent_at: datetime | None = None


class Outbox:
    """Sends what is due, with hundreds in flight, and records results in batches on a connection of its own."""

    def __init__(self, dsn: str, book: Book, public_url: str, socket: Socket, most: int = 400) -> None:
        self._dsn = dsn
        self._book = book
        self._public = public_url.rstrip("/")
        self._socket = socket
        self._most = most
        self._flying: set[asyncio.Task[None]] = set()
        self._results: list[Outcome] = []
        self._landed = asyncio.Event()
        self._recording = False
        self.counts = {"sent": 0, "refused": 0, "denied": 0, "uncertain": 0, "asked": 0}

    @property
    def room(self) -> int:
        return self._most - len(self._flying)

    async def claim(self, connection: flow.Connection, now: datetime) -> int:
        """Claim and gate what is due, and start sending it. Returns how much was claimed."""
        room = min(self.room, 200)
        if room <= 0:
            return 0
        claimed, allowed = await allow(connection, self._book, now, room, LEASE)
        self.counts["denied"] += claimed - len(allowed)
        self.launch(allowed)
        return claimed

    def launch(self, rows: Sequence[outbox.Row]) -> None:
        """Send texts that a committed transaction has marked `sending`."""
        for row in rows:
            task = asyncio.create_task(self._fly(row))
            self._flying.add(task)
            task.add_done_callback(self._flying.discard)

    async def _fly(self, row: outbox.Row) -> None:
        try:
            outcome = await (self._ask(row) if row.uncertain else self._send(row))
        except Exception as wrong:  # whatever went wrong, the text's fate is unknown, never repeated
            log.error("sending failed in an unforeseen way: %s", type(wrong).__name__)
            outcome = Outcome(row=row, state="uncertain", again_at=clock.now() + ASK_AFTER[0])
        self._results.append(outcome)
        self._landed.set()

    def _text(self, row: outbox.Row) -> tuple[Any, TextOut, Any]:
        practice = self._book.known(row.practice)
        line = practice.lines[row.line]
        link = practice.connections[line.text_connection or 0]
        text = TextOut(
            to=row.number,
            sender=line.sender,
            body=row.body,
            reference=str(row.id),
            status_url=f"{self._public}/hooks/{row.practice}/{link.id}/status",
            token=row.token,
        )
        return text_carriers()[link.system], text, link.settings

    async def _send(self, row: outbox.Row) -> Outcome:
        carrier, text, settings = self._text(row)
        exchange = carrier.send(text, settings)
        result: Sent | Refused
        try:
            request = next(exchange)
            while True:
                request = exchange.send(await self._socket.send(request))
        except StopIteration as stop:
            result = stop.value
        except NotSent:
            result = Refused(reason="carrier_down", permanent=False)
        except Unknown:
            self.counts["uncertain"] += 1
            return Outcome(row=row, state="uncertain", again_at=clock.now() + ASK_AFTER[0])
        now = clock.now()
        if isinstance(result, Sent):
            self.counts["sent"] += 1
            return Outcome(row=row, state="sent", message_id=result.message_id, sent_at=now)
        if result.reason == "carrier_down" and result.code:
            # A server error says nothing of what it did before it failed: the carrier is asked before anything is sent.
            self.counts["uncertain"] += 1
            return Outcome(row=row, state="uncertain", code=result.code, again_at=now + ASK_AFTER[0])
        self.counts["refused"] += 1
        return self._refused(row, result, now)

    def _refused(self, row: outbox.Row, result: Refused, now: datetime) -> Outcome:
        if not result.permanent and row.attempts < GIVE_UP_AFTER:
            wait = max(BACKOFF[row.attempts], result.retry_after or 0)
            return Outcome(
                row=row,
                state="queued",
                code=result.code,
                reason=result.reason,
                again_at=now + timedelta(seconds=wait),
            )
        failed = TextFailed(purpose=row.purpose, reason=result.reason, permanent=True, at=now)
        return Outcome(row=row, state="failed", code=result.code, reason=result.reason, event=failed)

    async def _ask(self, row: outbox.Row) -> Outcome:
        carrier, text, settings = self._text(row)
        self.counts["asked"] += 1
        now = clock.now()
        unknown = TextFailed(purpose=row.purpose, reason="unknown", permanent=False, at=now, uncertain=True)
        if not carrier.can_ask:
            return Outcome(row=row, state="uncertain", reason="unknown", event=unknown)
        inquiry = carrier.ask(text, row.claimed_at - timedelta(minutes=2), settings)
        try:
            request = next(inquiry)
            while True:
                request = inquiry.send(await self._socket.send(request))
        except StopIteration as stop:
            found: Found = stop.value
        except (NotSent, Unknown):
            if row.attempts >= GIVE_UP_AFTER:
                return Outcome(row=row, state="uncertain", reason="unknown", event=unknown)
            return Outcome(row=row, state="uncertain", again_at=now + timedelta(seconds=BACKOFF[row.attempts]))
        if found.message_id is not None:
            self.counts["sent"] += 1
            return Outcome(row=row, state="sent", message_id=found.message_id, sent_at=now)
        if now - row.claimed_at < ASK_AFTER[1]:
            # A carrier's list lags behind what it took: one 'no' is not enough.
            return Outcome(row=row, state="uncertain", again_at=row.claimed_at + ASK_AFTER[1])
        return Outcome(row=row, state="queued", reason="carrier never had it", again_at=now)

    async def record(self) -> None:
        """Record results as they land, one statement a batch, until cancelled."""
        connection: flow.Connection | None = None
        try:
            while True:
                await self._landed.wait()
                self._landed.clear()
                batch, self._results = self._results, []
                self._recording = True
                while batch:
                    try:
                        if connection is None or connection.closed:
                            connection = await outbox.connect(self._dsn)
                        await outbox.record(connection, batch, clock.now(), self._book)
                        batch = []
                    except outbox.DATABASE_AWAY as wrong:
                        # The rows keep their lease; recording is tried until the database is back, else the lease
                        # runs out and the carrier is asked.
                        log.warning("results wait for the database: %s", type(wrong).__name__)
                        if connection is not None:
                            await connection.close()
                            connection = None
                        await asyncio.sleep(0.5)
                self._recording = False
                await asyncio.sleep(RECORD_EVERY)
        finally:
            if connection is not None:
                await connection.close()

    async def drain(self, seconds: float = 10.0) -> None:
        """Let what is in flight land, and its results be recorded."""
        if self._flying:
            await asyncio.wait(set(self._flying), timeout=seconds)
        for _ in range(int(seconds / 0.02)):
            if not self._results and not self._recording:
                return
            await asyncio.sleep(0.02)
