"""The stream of what changed: counters and a mark, never people. The page asks for its pieces again when the mark moves.

One short transaction a practice and look serves all streams of this process; a stream ends when its session does:
within fifteen seconds of its being ended or locked.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from asgiref.sync import sync_to_async
from django.db import connection as django_connection
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

from ringback.engine import clock
from ringback.web import sessions
from ringback.web.sign_in import Visitor

# Seconds between two looks: a change on one screen is on the others well within a second.
EVERY = 0.4
# Every so many looks the whole moment is told anew, and the session is asked for.
BEAT_EVERY, SESSION_EVERY = 25, 37
LONGEST = timedelta(minutes=30)
LOOK = """
select (select s.id::text from step s where s.practice = %(p)s order by s.id desc limit 1),
  (select count(*)::text || coalesce(max(coalesce(o.delivered_at, o.sent_at))::text, '') || count(*) filter (where o.state = 'denied')
    from outgoing o where o.practice = %(p)s and o.id >= %(since)s),
  (select count(*)::text || count(*) filter (where n.state = 'acknowledged')::text || count(*) filter (where n.state = 'queued')::text
    from notice n where n.practice = %(p)s and n.id >= %(since)s),
  (select m.id::text from message m where m.practice = %(p)s order by m.id desc limit 1),
  (select p.version::text from practice p where p.practice = %(p)s),
  (select count(*)::text || coalesce(min(t.due)::text, '') from task t
    where t.practice = %(p)s and t.state in ('open', 'claimed') and t.due <= %(now)s)
"""


class Looks:
    """The newest mark of each practice, looked up at most every `EVERY` seconds, over one connection of the process."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[float, str]] = {}
        self._busy: dict[int, asyncio.Lock] = {}
        self._one = asyncio.Lock()
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._streams = 0

    async def mark(self, practice: int) -> str:
        """A short digest that changes when anything on a page may have."""
        async with self._busy.setdefault(practice, asyncio.Lock()):
            at, mark = self._found.get(practice, (-9.0, ""))
            if time.monotonic() - at >= EVERY * 0.8:
                mark = await self._look(practice)
                self._found[practice] = (time.monotonic(), mark)
            return mark

    async def _look(self, practice: int) -> str:
        since = _first_id(datetime.now(UTC) - timedelta(minutes=30))
        async with self._one:
            try:
                if self._connection is None:
                    dsn = os.environ.get("RINGBACK_DATABASE_URL", "")
                    self._connection = await psycopg.AsyncConnection.connect(dsn, autocommit=True, connect_timeout=3)
                async with self._connection.transaction():
                    await self._connection.execute(
                        "select set_config('ringback.practices', %s, true)", (str(practice),)
                    )
                    cursor = await self._connection.execute(LOOK, {"p": practice, "since": since, "now": clock.now()})
                    row: Any = await cursor.fetchone()
            except BaseException:
                # A look that was cut short leaves nothing behind; the next one connects anew.
                await self._close()
                raise
        return hashlib.sha256("|".join(str(value) for value in row).encode()).hexdigest()[:16]

    async def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    def come(self) -> None:
        """One more page is open."""
        self._streams += 1

    async def go(self) -> None:
        """A page was closed; with the last one the connection is, too."""
        self._streams -= 1
        if self._streams == 0:
            await self._close()


def _first_id(at: datetime) -> str:
    """The lowest UUIDv7 of a moment: rows made since have higher ids, whichever way the demo's clock was moved."""
    stamp = f"{int(at.timestamp() * 1000):012x}"
    return f"{stamp[:8]}-{stamp[8:]}-7000-8000-000000000000"


_looks: dict[int, Looks] = {}


def _of_this_loop() -> Looks:
    """Locks belong to one event loop."""
    return _looks.setdefault(id(asyncio.get_running_loop()), Looks())


def _let_go() -> None:
    """Close the connection of the thread that this runs on."""
    django_connection.close()


async def _stream(visitor: Visitor, session: UUID | None) -> AsyncIterator[bytes]:
    ends = time.monotonic() + LONGEST.total_seconds()
    last, beats = "", 0
    looks = _of_this_loop()
    looks.come()
    try:
        yield b"retry: 2000\n\n"
        while time.monotonic() < ends:
            try:
                mark = await looks.mark(visitor.practice)
            except (psycopg.Error, OSError):
                return  # the browser comes back by itself and says meanwhile that the connection is broken
            if mark != last or beats % BEAT_EVERY == 0:
                last = mark
                body = json.dumps({"mark": mark, "now": clock.now().isoformat()})
                yield f"event: look\ndata: {body}\n\n".encode()
            beats += 1
            if beats % SESSION_EVERY == 0 and not await sync_to_async(sessions.alive)(visitor.practice, session):
                yield b"event: end\ndata: {}\n\n"
                return
            await asyncio.sleep(EVERY)
    finally:
        await looks.go()


@require_GET
async def events(request: HttpRequest) -> StreamingHttpResponse:
    """The stream of one open page."""
    visitor: Visitor = request.visitor  # type: ignore[attr-defined]
    sitting = getattr(request, "sitting", None)
    session: UUID | None = sitting.id if sitting is not None else None
    # The door's connection would stay open as long as the page does.
    await sync_to_async(_let_go)()
    return StreamingHttpResponse(
        _stream(visitor, session),
        content_type="text/event-stream",
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )
