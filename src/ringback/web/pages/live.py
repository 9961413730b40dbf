"""The stream of what changed: counters and a mark, never people. The page asks for its pieces again when the mark moves.

One short transaction a practice and second looks for all streams of this process; a stream ends when its session does:
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

EVERY = 1.0
SESSION_EVERY = 15
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
    """The newest mark of each practice, looked up at most once a second."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[float, str]] = {}
        self._busy: dict[int, asyncio.Lock] = {}

    async def mark(self, practice: int) -> str:
        """A short digest that changes when anything on a page may have."""
        async with self._busy.setdefault(practice, asyncio.Lock()):
            at, mark = self._found.get(practice, (-9.0, ""))
            if time.monotonic() - at >= EVERY * 0.8:
                mark = await self._look(practice)
                self._found[practice] = (time.monotonic(), mark)
            return mark

    async def _look(self, practice: int) -> str:
        dsn = os.environ.get("RINGBACK_DATABASE_URL", "")
        async with await psycopg.AsyncConnection.connect(dsn, connect_timeout=3) as connection:
            await connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
            since = _first_id(datetime.now(UTC) - timedelta(minutes=30))
            cursor = await connection.execute(LOOK, {"p": practice, "since": since, "now": clock.now()})
            row: Any = await cursor.fetchone()
        return hashlib.sha256("|".join(str(value) for value in row).encode()).hexdigest()[:16]


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
    yield b"retry: 2000\n\n"
    while time.monotonic() < ends:
        try:
            mark = await _of_this_loop().mark(visitor.practice)
        except (psycopg.Error, OSError):
            return  # the browser comes back by itself and says meanwhile that the connection is broken
        if mark != last or beats % 10 == 0:
            last = mark
            body = json.dumps({"mark": mark, "now": clock.now().isoformat()})
            yield f"event: look\ndata: {body}\n\n".encode()
        beats += 1
        if beats % SESSION_EVERY == 0 and not await sync_to_async(sessions.alive)(visitor.practice, session):
            yield b"event: end\ndata: {}\n\n"
            return
        await asyncio.sleep(EVERY)


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
