"""The one socket out. Every request of every adapter leaves here: time-outs, kept-alive connections, no redirects, and
nothing of a body in a log or an error. A new connection goes to an address that `outside` looked at (C77).

An outcome is one of three: an answer, `NotSent` (it certainly never reached the other side), or `Unknown` (it may have).
HTTP/1.1 over asyncio with httptools, the parser of the web server (ADR 0007): sending is the hottest path there is, and
a general client spends four times as much on each request.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from typing import cast
from urllib.parse import urlsplit

import httptools

from ringback.adapters.contract import Request, Response
from ringback.engine import outside

CONNECT_SECONDS = 5.0
IDLE_SECONDS = 20.0  # servers close idle connections; one closed under a request makes its outcome unknown
LARGEST = 4 * 1024 * 1024


class NotSent(Exception):
    """The request never reached the other side; it may be offered again."""


class Unknown(Exception):
    """The connection broke or timed out after the request went out: the other side may have acted on it."""


class _Wire(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.idle_since = 0.0
        self._answer: asyncio.Future[Response] | None = None
        self._fresh()

    def _fresh(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, wrong: Exception | None) -> None:
        self.transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, OverflowError) as wrong:
            self.close()
            if self._answer is not None and not self._answer.done():
                self._answer.set_exception(ConnectionResetError(type(wrong).__name__))

    # what the parser calls
    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > LARGEST:
            raise OverflowError("the answer is too large")
        self._body.append(body)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:  # an interim answer; the real one follows
            return
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Response(status=status, headers=self._headers, body=b"".join(self._body)))
        if not self._parser.should_keep_alive():
            self.close()

    def ask(self, data: bytes) -> asyncio.Future[Response]:
        assert self.transport is not None
        self._fresh()
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        return self._answer

    def close(self) -> None:
        if self.transport is not None:
            self.transport.abort()
            self.transport = None


class Socket:
    """A pool of kept-alive connections. `limit` bounds how many requests are in flight; `timeout` is in seconds."""

    def __init__(self, limit: int = 400, timeout: float = 15.0) -> None:
        self._room = asyncio.Semaphore(limit)
        self._timeout = timeout
        self._idle: dict[tuple[str, str, int], deque[_Wire]] = {}
        self._tls = ssl.create_default_context()

    async def close(self) -> None:
        """Close the idle connections."""
        for wires in self._idle.values():
            for wire in wires:
                wire.close()
        self._idle.clear()
        await asyncio.sleep(0)

    async def send(self, request: Request) -> Response:
        """Make one request. Raises `NotSent` or `Unknown`, with only the host named."""
        parts = urlsplit(request.url)
        host, scheme = parts.hostname or "", parts.scheme
        if scheme not in ("http", "https") or not host:
            raise NotSent("the address is no http or https address")
        place = (scheme, host, parts.port or (443 if scheme == "https" else 80))
        data = _bytes(request, parts.netloc.rpartition("@")[2], parts.path or "/", parts.query)
        async with self._room:
            wire = self._kept(place) or await self._connect(place)
            try:
                async with asyncio.timeout(self._timeout):
                    answer = await wire.ask(data)
            except (TimeoutError, OSError) as wrong:
                wire.close()
                raise Unknown(f"{host} did not answer ({type(wrong).__name__})") from None
            except asyncio.CancelledError:
                wire.close()
                raise
            if wire.transport is not None:
                wire.idle_since = asyncio.get_running_loop().time()
                self._idle.setdefault(place, deque()).append(wire)
            return answer

    def _kept(self, place: tuple[str, str, int]) -> _Wire | None:
        wires = self._idle.get(place)
        oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
        while wires:
            wire = wires.pop()
            if wire.transport is not None and not wire.transport.is_closing() and wire.idle_since > oldest:
                return wire
            wire.close()
        return None

    async def _connect(self, place: tuple[str, str, int]) -> _Wire:
        scheme, host, port = place
        loop = asyncio.get_running_loop()
        failed = "no address"
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                # Looked up once and connected to what was looked at: a name cannot change in between.
                found = await outside.look_up(scheme, host, port)
                for address in found.addresses:
                    try:
                        _, wire = await loop.create_connection(
                            _Wire,
                            address,
                            port,
                            ssl=self._tls if scheme == "https" else None,
                            server_hostname=found.host if scheme == "https" else None,
                        )
                        return wire
                    except OSError as wrong:  # TLS failures are OSErrors too
                        failed = type(wrong).__name__
        except outside.NotAllowed as wrong:
            raise NotSent(f"{host} was not connected to: {wrong}") from None
        except (TimeoutError, OSError) as wrong:
            failed = type(wrong).__name__
        raise NotSent(f"{host} could not be reached ({failed})") from None


def _bytes(request: Request, netloc: str, path: str, query: str) -> bytes:
    target = f"{path}?{query}" if query else path
    lines = [f"{request.method} {target} HTTP/1.1", f"host: {netloc}", "connection: keep-alive"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.body or request.method != "GET":
        lines.append(f"content-length: {len(request.body)}")
    head = "\r\n".join(lines)
    if head.count("\r\n") != len(lines) - 1 or "\n" in head.replace("\r\n", ""):
        raise NotSent("a header holds a line break")
    return head.encode("latin-1") + b"\r\n\r\n" + request.body
