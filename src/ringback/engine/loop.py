"""The loop: claim, decide, send, tell; woken by the database, by the earliest due moment, or every 250 ms.

Any number of copies may run against one PostgreSQL. A batch that fails is tried again one piece at a time, so that one
bad row holds up nobody else; the bad one is put off and said aloud.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta

import psycopg

from ringback.engine import clock, house
from ringback.engine.book import Book
from ringback.engine.ear import Ear
from ringback.engine.http import Socket
from ringback.engine.journal import Unwritten
from ringback.engine.outbox import DATABASE_AWAY, connect
from ringback.engine.perform import LEASE, TIMEOUT, Outbox
from ringback.engine.tell import Teller
from ringback.engine.turn import turn
from ringback.store import flow

log = logging.getLogger("ringback.loop")
POLL = 0.25
GATHER_LEAST, GATHER_EACH, GATHER_MOST = 0.003, 0.0015, 0.06
# After keeping house, so many times as long is rested, in seconds at most.
HOUSE_REST, HOUSE_REST_MOST = 9, 30.0
BAD_ROW_AGAIN = timedelta(minutes=5)
Side = Callable[[flow.Connection], Awaitable[int]]
DECIDE = (flow.ARRIVAL, flow.CASE, flow.EVENT)


class Loop:
    """One worker: a deciding side, a sending side, a telling side, each with its own connection."""

    def __init__(self, dsn: str, book: Book, public_url: str, *, batch: int = 200, in_flight: int = 400) -> None:
        self._dsn = dsn
        self._book = book
        self._batch = batch
        self._socket = Socket(limit=in_flight + 50, timeout=TIMEOUT)
        self.outbox = Outbox(dsn, book, public_url, self._socket, in_flight)
        self.teller = Teller(dsn, book, public_url, self._socket)
        self._decide = asyncio.Event()
        self._send = asyncio.Event()
        self._tell = asyncio.Event()
        self._house = asyncio.Event()
        self.counts = {"turns": 0, "claimed": 0, "nothing": 0, "bad": 0}

    def poke(self, side: str = "") -> None:
        """Look now (something was committed), on one side or on all."""
        for name, woken in (("decide", self._decide), ("send", self._send), ("tell", self._tell)):
            if not side or side == name:
                woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then let what is in flight land."""
        if self._book.ear is not None:
            self._book.ear.wake()
        sides = [
            asyncio.create_task(self._listen(), name="listen"),
            asyncio.create_task(self._forever(self._decide, self._one_turn, DECIDE), name="decide"),
            asyncio.create_task(self._forever(self._send, self._one_sending, (flow.OUTGOING,)), name="send"),
            asyncio.create_task(self._forever(self._tell, self._one_telling, (flow.NOTICE,)), name="tell"),
            asyncio.create_task(self._forever(self._house, self._one_house, (house.HOUSE,)), name="house"),
            asyncio.create_task(self.outbox.record(), name="record"),
        ]
        try:
            await stop.wait()
            for side in sides[:5]:
                side.cancel()
            await asyncio.gather(*sides[:5], return_exceptions=True)
            await self.outbox.drain()
        finally:
            for side in sides:
                side.cancel()
            await asyncio.gather(*sides, return_exceptions=True)
            await self._socket.close()
            if self._book.ear is not None:
                await self._book.ear.close()

    async def _listen(self) -> None:
        """NOTIFY is only a wake-up; the poll alone is enough, and works behind a transaction pooler."""
        while True:
            try:
                connection = await connect(self._dsn)
                async with connection:
                    await connection.execute("listen work")
                    self.poke()
                    async for told in connection.notifies():
                        self.poke(told.payload)
            except DATABASE_AWAY as wrong:
                log.warning("listening stopped: %s", type(wrong).__name__)
            await asyncio.sleep(0.5)

    async def _forever(self, woken: asyncio.Event, work: Side, kinds: tuple[int, ...]) -> None:
        connection: flow.Connection | None = None
        loop = asyncio.get_running_loop()
        while True:
            try:
                if connection is None or connection.closed:
                    connection = await connect(self._dsn)
                woken.clear()
                began = loop.time()
                claimed = await work(connection)
                if claimed:
                    # Work that comes meanwhile shares the next batch: a batch of twenty costs little more than one. The
                    # busier it is, the longer the wait, so that load makes batches larger and not more of them.
                    gather = min(GATHER_MOST, GATHER_LEAST + claimed * GATHER_EACH)
                    await asyncio.sleep(max(0.0, gather - (loop.time() - began)))
                else:
                    moment = await flow.next_due(connection, kinds)
                    wait = POLL if moment is None else min(POLL, (moment - clock.now()).total_seconds())
                    try:
                        await asyncio.wait_for(woken.wait(), max(0.001, wait))
                    except TimeoutError:
                        pass
            except DATABASE_AWAY as wrong:
                log.warning("the database is away: %s", type(wrong).__name__)
                if connection is not None:
                    await connection.close()
                connection = None
                await asyncio.sleep(0.2)
            except asyncio.CancelledError:
                if connection is not None:
                    await connection.close()
                raise

    async def _one_turn(self, connection: flow.Connection) -> int:
        try:
            room = self.outbox.room
            turned = await turn(connection, self._book, clock.now(), self._batch, room, LEASE)
            self.outbox.launch(turned.flights)
        except DATABASE_AWAY:
            raise
        except Unwritten:
            return 1  # the same again, with the audit log's next sink
        except Exception as wrong:
            if isinstance(wrong, psycopg.Error) and connection.closed:
                raise psycopg.OperationalError("connection lost") from wrong
            log.error("a batch failed: %s; taking it apart", type(wrong).__name__, exc_info=wrong)
            await self._take_apart(connection)
            return 1
        self.counts["turns"] += turned.claimed > 0
        self.counts["claimed"] += turned.claimed
        self.counts["nothing"] += turned.nothing
        if turned.queued:
            self._send.set()
        if turned.notices:
            self._tell.set()
        return turned.claimed

    async def _take_apart(self, connection: flow.Connection) -> None:
        """Turn one by one; what fails alone is put off and named."""
        for _ in range(self._batch):
            now = clock.now()
            try:
                if (await turn(connection, self._book, now, 1)).claimed == 0:
                    return
            except DATABASE_AWAY:
                raise
            except Exception as wrong:
                async with connection.transaction():
                    bad = await flow.claim(connection, DECIDE, now, 1)
                    for work in bad:
                        self.counts["bad"] += 1
                        log.error("put off work kind=%s id=%s: %s", work.kind, work.id, type(wrong).__name__)
                    await flow.put_off(connection, [(w.kind, w.id, now + BAD_ROW_AGAIN) for w in bad])

    async def _one_sending(self, connection: flow.Connection) -> int:
        if self.outbox.room <= 0:
            await asyncio.sleep(0.002)
            return 1
        try:
            return await self.outbox.claim(connection, clock.now())
        except Unwritten:
            return 1

    async def _one_telling(self, connection: flow.Connection) -> int:
        return await self.teller.claim(connection, clock.now())

    async def _one_house(self, connection: flow.Connection) -> int:
        began = asyncio.get_running_loop().time()
        kept = await house.claim(connection, self._dsn, self._book.ring.provider, clock.now())
        if kept:
            # Chores wait, callers do not: they take a tenth of a worker's time, however many practices are due.
            await asyncio.sleep(min(HOUSE_REST_MOST, HOUSE_REST * (asyncio.get_running_loop().time() - began)))
        return kept


async def run(dsn: str, book: Book, public_url: str, stop: asyncio.Event) -> None:
    """Run one worker until `stop`, with the reading model beside it unless that is switched off."""
    if book.ear is None and os.environ.get("RINGBACK_WORDS_MODEL", "") != "off":
        book.ear = Ear()
    await Loop(dsn, book, public_url).run(stop)
