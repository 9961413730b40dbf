"""Hooks. A message is verified, kept by one INSERT and answered; nothing else happens here.

A bare ASGI function beside Django. Requests that arrive together share one statement and one commit (group commit:
the next flush starts as soon as the last one returned, no timer); each is answered only after its own commit. A forged
or nonsense request gets 403 or 400 and changes nothing; when the database is away the answer is 503 and the provider
brings the message back.

Limits (C81): who sends forgeries is soon answered 429, but whatever proves genuine is let through before that is asked,
so that nobody can shut a phone system out by forging in its name. One connection's genuine flood is answered 503, which
providers bring back, so that other practices' messages do not queue behind it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec
import psycopg
from uuid_utils.compat import uuid7

from ringback.adapters.contract import NotGenuine, NotUnderstood, Request
from ringback.adapters.discover import phone_systems, text_carriers
from ringback.engine import clock, rates
from ringback.engine.book import Book
from ringback.engine.refusals import Refusals
from ringback.store import crypt, flow

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LARGEST = 64 * 1024
BODY_SECONDS = 10.0
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
# A burst needs one wake-up, not hundreds: a worker that is busy looks again by itself, and polls besides.
WAKE_EVERY = 0.003
# How long the next commit waits for company after one that had some.
GATHER_EACH, GATHER_MOST = 0.002, 0.02
# What one address may send that is refused; what one connection may send that is genuine; how often a practice that is
# not in memory is looked for, whoever asks.
FORGED = rates.Rate(burst=60, a_second=1)
GENUINE = rates.Rate(burst=10_000, a_second=1_000)
LOOKED_FOR = rates.Rate(burst=40, a_second=20)
PLAIN = b"text/plain; charset=utf-8"
EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
log = logging.getLogger("ringback.receive")


class Letter(msgspec.Struct, array_like=True):
    """What is sealed of a message: enough to read it again."""

    method: str
    url: str
    content_type: str
    body: bytes


class Away(Exception):
    """The database cannot be reached now."""


class Hooks:
    """The hook endpoint of one process, with its own database connection."""

    def __init__(self, dsn: str, book: Book, public_url: str) -> None:
        self._dsn = dsn
        self._book = book
        self._public = public_url.rstrip("/")
        self._waiting: list[tuple[flow.Arrival, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None
        self._connection: flow.Connection | None = None
        self._woken = 0.0
        self._rates = rates.Buckets()
        self._proxies = rates.proxies()
        self.refusals = Refusals(dsn)
        self.counts = {"kept": 0, "again": 0, "refused": 0, "batches": 0, "limited": 0}

    async def close(self) -> None:
        await self.refusals.close()
        if self._flushing is not None:
            await asyncio.gather(self._flushing, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, body, kind = await self._answer(scope, receive)
        wait = 0.0
        if 400 <= status < 500:
            wait = self._rates.take(self._whose(scope), FORGED)
            if wait:
                status, body, kind = 429, b"too many refused requests\n", PLAIN
                self.counts["limited"] += 1
        headers = [
            (b"content-type", kind),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        if status == 503:
            headers.append((b"retry-after", b"2"))
        elif status == 429:
            headers += [(b"retry-after", str(int(wait) + 1).encode()), (b"connection", b"close")]
        elif status == 405:
            headers.append((b"allow", b"POST, GET"))
        elif status in (408, 413):
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes, bytes]:
        plain = PLAIN
        if scope["method"] not in ("POST", "GET"):
            return 405, b"POST a message here\n", plain
        parts = scope["path"].split("/")
        # /hooks/<practice>/<connection>/<leaf>
        if len(parts) != 5 or not NUMBER.fullmatch(parts[2]) or not NUMBER.fullmatch(parts[3]):
            return 404, b"no such hook\n", plain
        if not self._book.knows(int(parts[2])) and self._rates.take("looked for", LOOKED_FOR):
            return 503, b"try again\n", plain
        try:
            practice = await self._book.practice(int(parts[2]))
        except psycopg.Error:
            return 503, b"try again\n", plain
        connection = practice.connections.get(int(parts[3])) if practice else None
        if practice is None or connection is None or connection.kind not in ("phone", "text"):
            return 404, b"no such hook\n", plain
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(receive)
        except TimeoutError:
            return 408, b"too slow\n", plain
        if body is None:
            return 413, b"too large\n", plain
        query = scope["query_string"].decode("latin-1")
        request = Request(
            method=scope["method"],
            url=self._public + scope["path"] + (f"?{query}" if query else ""),
            headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
            body=body,
        )
        adapter: Any = (phone_systems() if connection.kind == "phone" else text_carriers())[connection.system]
        try:
            adapter.verify(request, connection.settings)
            key = adapter.event_key(request) or hashlib.sha256(body + query.encode()).hexdigest()
        except NotGenuine:
            self.counts["refused"] += 1
            self.refusals.note(practice.id, connection.id, "not genuine")
            return 403, b"not genuine\n", plain
        except (NotUnderstood, ValueError):
            self.counts["refused"] += 1
            self.refusals.note(practice.id, connection.id, "not understood")
            return 400, b"not understood\n", plain
        if self._rates.take((practice.id, connection.id), GENUINE):
            self.counts["limited"] += 1
            return 503, b"too fast, try again\n", plain
        hooks = f"{self._public}/hooks/{practice.id}/{connection.id}"
        if parts[4] == "answer" and connection.kind == "phone":
            # A call is coming in: the line's fixed document, from memory (decision 22). Nothing has happened yet.
            return 200, adapter.document(request, practice.by_number, hooks), b"text/xml"
        try:
            # The body took its time: the keys may have come of age, or be gone with the practice.
            if await self._book.practice(practice.id) is None:
                return 404, b"no such hook\n", plain
        except psycopg.Error:
            return 503, b"try again\n", plain
        row = uuid7()
        letter = Letter(request.method, request.url, request.headers.get("content-type", ""), body)
        arrival = flow.Arrival(
            practice.id,
            row,
            connection.id,
            hashlib.sha256(f"{parts[4]}\0{key}".encode()).digest()[:16],
            crypt.seal(self._book.ring, practice.id, "arrival", "sealed", row, msgspec.msgpack.encode(letter)),
        )
        try:
            await self._keep(arrival)
        except Away:
            return 503, b"try again\n", plain
        if parts[4] == "after" and connection.kind == "phone":
            return 200, adapter.after(request, hooks), b"text/xml"
        return 200, EMPTY, b"text/xml"

    def _whose(self, scope: Scope) -> str:
        """What refused requests are counted by: the visitor's address."""
        client = str((scope.get("client") or ("", 0))[0])
        told = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"x-forwarded-for"]
        return rates.whose(rates.visitor_address(client, told, self._proxies))

    async def _keep(self, arrival: flow.Arrival) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, future))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        await future

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:500], self._waiting[500:]
            rows = {(a.practice, a.source, a.key): a for a, _ in batch}
            began = time.monotonic()
            try:
                new = await self._write(list(rows.values()))
            except (psycopg.Error, OSError) as wrong:
                log.warning("hooks answered 503: %s", type(wrong).__name__)
                for _, future in batch:
                    if not future.done():
                        future.set_exception(Away())
                continue
            waited = time.monotonic() - began
            self.counts["kept"] += new
            self.counts["again"] += len(batch) - new
            self.counts["batches"] += 1
            for _, future in batch:
                if not future.done():
                    future.set_result(None)
            # A burst shares the next commit; a single message has not waited for anybody.
            await asyncio.sleep(max(0.0, min(GATHER_MOST, (len(batch) - 1) * GATHER_EACH) - waited))

    async def _write(self, rows: list[flow.Arrival]) -> int:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=3)
        try:
            # What goes out between two syncs is one transaction: nothing is answered before it is committed.
            async with self._connection.pipeline():
                await flow.name_practices(self._connection, {row.practice for row in rows})
                new = await flow.keep_arrivals(self._connection, rows, clock.now())
                if time.monotonic() - self._woken > WAKE_EVERY:
                    self._woken = time.monotonic()
                    await flow.wake(self._connection, "decide")
            return new.rowcount
        except BaseException:
            await self._connection.close()
            self._connection = None
            raise


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None when it is larger than a hook may be."""
    chunks, size = [], 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > LARGEST:
            return None
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks) if len(chunks) > 1 else chunks[0]


_hooks: Hooks | None = None


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """The hook endpoint of this process, configured from its environment on the first request."""
    global _hooks
    if _hooks is None:
        from ringback.engine.node import from_environment

        node = from_environment()
        _hooks = Hooks(node.dsn, node.book, node.public_url)
    await _hooks(scope, receive, send)
