"""HTTP/1.1 by hand, both ways: `Door` answers requests, `Courier` delivers signed forms over kept-alive connections.

The stand-in must cost far less than what it measures, so requests are cut out of the byte stream here and nothing is
built that is not looked at. Answers leave in the order of their requests (pipelining), however long each one takes.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl, quote_plus, urlsplit

LARGEST = 1 << 20
PHRASES = {
    200: "OK", 201: "Created", 204: "No Content", 303: "See Other", 400: "Bad Request", 401: "Unauthorized",
    404: "Not Found", 405: "Method Not Allowed", 411: "Length Required", 413: "Content Too Large",
    429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable",
}  # fmt: skip

Reply = Callable[[bytes], None]
Answer = Callable[[str, str, bytes, bytes, Reply], None]
"""(method, target, head, body, reply): call `reply` once, now or later, with the bytes of the answer; or never."""


def answer(status: int, body: bytes, kind: str = "application/json", extra: str = "") -> bytes:
    """The bytes of an answer. `extra` are further header lines, each ended with CRLF."""
    return (
        f"HTTP/1.1 {status} {PHRASES.get(status, 'Answer')}\r\ncontent-type: {kind}\r\n"
        f"content-length: {len(body)}\r\n{extra}\r\n"
    ).encode() + body


def answer_json(value: object, status: int = 200, extra: str = "") -> bytes:
    """A JSON answer."""
    return answer(status, json.dumps(value).encode(), "application/json", extra)


def header(head: bytes, name: bytes) -> bytes:
    """The value of a header in a raw head (`name` in lower case, no colon); b"" when it is absent."""
    place = head.find(b"\r\n" + name.title() + b":")
    if place < 0:
        place = head.lower().find(b"\r\n" + name + b":")
        if place < 0:
            return b""
    start = place + len(name) + 3
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else None].strip()


class Door(asyncio.Protocol):
    """One connection in. Each request gets a place in the queue of answers, so a slow one never overtakes."""

    def __init__(self, ask: Answer, doors: set[Door] | None = None) -> None:
        self._ask = ask
        self._doors = doors if doors is not None else set()
        self._rest = b""
        self._places: deque[list[bytes | None]] = deque()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._doors.add(self)

    def connection_lost(self, wrong: Exception | None) -> None:
        self._transport = None
        self._places.clear()
        self._doors.discard(self)

    def close(self) -> None:
        """Break the connection off."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        while True:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                break
            head = data[:end]
            length, refusal = _length(head)
            if refusal:
                self._refuse(refusal)
                return
            if len(data) < end + 4 + length:
                break
            body = data[end + 4 : end + 4 + length]
            data = data[end + 4 + length :]
            line = head[: head.find(b"\r\n")] if b"\r\n" in head else head
            words = line.split(b" ")
            if len(words) != 3:
                self._refuse(400)
                return
            place: list[bytes | None] = [None]
            self._places.append(place)
            self._ask(words[0].decode("latin-1"), words[1].decode("latin-1"), head, body, self._filler(place))
        self._rest = data
        if len(data) > LARGEST:
            self._refuse(413)

    def _filler(self, place: list[bytes | None]) -> Reply:
        def reply(given: bytes) -> None:
            place[0] = given
            while self._places and self._places[0][0] is not None:
                ready = self._places.popleft()[0]
                if self._transport is not None and ready is not None:
                    self._transport.write(ready)

        return reply

    def _refuse(self, status: int) -> None:
        if self._transport is not None:
            self._transport.write(answer(status, b"", "text/plain", "connection: close\r\n"))
            self._transport.close()


def _length(head: bytes) -> tuple[int, int]:
    """(content length, or 0) and the status to refuse with (0: none)."""
    given = header(head, b"content-length")
    if given:
        return (int(given), 0) if given.isdigit() and int(given) <= LARGEST else (0, 413)
    return (0, 411) if header(head, b"transfer-encoding") else (0, 0)


# ---- out -------------------------------------------------------------------------------------------------------------


def signature(token: str, url: str, params: Iterable[tuple[str, str]] = ()) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the configured address and the sorted parameters."""
    text = url + "".join(name + value for name, value in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the other side said: status 0 when it could not be reached or broke off (`wrong` says how)."""

    status: int
    body: bytes = b""
    wrong: str = ""


class _Wire(asyncio.Protocol):
    """One kept-alive connection out, one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._data = b""
        self._waiting: asyncio.Future[Delivered] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, wrong: Exception | None) -> None:
        self.transport = None
        self._finish(Delivered(0, b"", "gone"))

    def _finish(self, what: Delivered) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(what)
        self._waiting = None

    def ask(self, data: bytes) -> asyncio.Future[Delivered]:
        assert self.transport is not None
        self._data = b""
        self._waiting = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        return self._waiting

    def data_received(self, data: bytes) -> None:
        self._data += data
        end = self._data.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._data[:end]
        length = int(header(head, b"content-length") or b"0")
        if len(self._data) >= end + 4 + length:
            if b"close" in header(head, b"connection").lower() and self.transport is not None:
                self.transport.close()
                self.transport = None
            self._finish(Delivered(int(head.split(b" ", 2)[1]), self._data[end + 4 : end + 4 + length]))


class Courier:
    """Delivers signed forms to the product's hooks as the real carrier does, its retry rules included.

    Requests are signed for the address they name and, where `through` is given, carried to that origin instead (the
    address is the public one, the product sits behind a proxy). `limit` connections are open at most.
    """

    def __init__(self, tokens: Mapping[str, str], through: str = "", limit: int = 64, timeout: float = 10.0) -> None:
        self.tokens = tokens
        self.through = through
        self._timeout = timeout
        self._idle: dict[tuple[str, int], deque[_Wire]] = {}
        self._room = asyncio.Semaphore(limit)
        self._count = 0
        self.counts = {"delivered": 0, "refused": 0, "unreached": 0, "retried": 0}

    async def deliver(self, url: str, account: str, params: Mapping[str, str]) -> Delivered:
        """POST a form to a hook and say what it answered, after the retries its address asks for (#rc, #rp)."""
        url, _, wishes = url.partition("#")
        asked = dict(parse_qsl(wishes))
        tries, on = int(asked.get("rc", "1")), asked.get("rp", "ct").split(",")
        self._count += 1
        token = f"{self._count:08x}-{id(self):x}"
        for attempt in range(tries + 1):
            got = await self._once(url, account, params, token)
            if 200 <= got.status < 300:
                self.counts["delivered"] += 1
                return got
            kind = got.wrong or f"{got.status // 100}xx"
            if attempt == tries or not ("all" in on or kind in on):
                self.counts["refused" if got.status else "unreached"] += 1
                return got
            self.counts["retried"] += 1
            await asyncio.sleep(0.5 * 2**attempt)
        raise AssertionError("unreachable")

    async def _once(self, url: str, account: str, params: Mapping[str, str], retry_token: str) -> Delivered:
        parts = urlsplit(url)
        body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in params.items()).encode()
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        data = (
            f"POST {target} HTTP/1.1\r\nhost: {parts.netloc}\r\n"
            "content-type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
            f"content-length: {len(body)}\r\nuser-agent: TwilioProxy/1.1\r\ni-twilio-idempotency-token: {retry_token}\r\n"
            f"x-twilio-signature: {signature(self.tokens.get(account, ''), url, params.items())}\r\n\r\n"
        ).encode() + body
        where = urlsplit(self.through) if self.through else parts
        place = (where.hostname or "127.0.0.1", where.port or 80)
        async with self._room:
            idle = self._idle.setdefault(place, deque())
            while idle:
                kept = idle.pop()
                if kept.transport is None or kept.transport.is_closing():
                    continue
                got = await self._ask(kept, data, idle)
                if got.wrong != "gone":  # the other side had closed the idle connection: a fresh one decides
                    return got
            try:
                _, wire = await asyncio.wait_for(
                    asyncio.get_running_loop().create_connection(_Wire, *place), self._timeout
                )
            except (OSError, TimeoutError):
                return Delivered(0, b"", "ct")
            got = await self._ask(wire, data, idle)
            return Delivered(0, b"", "rt") if got.wrong == "gone" else got

    async def _ask(self, wire: _Wire, data: bytes, idle: deque[_Wire]) -> Delivered:
        try:
            got = await asyncio.wait_for(wire.ask(data), self._timeout)
        except TimeoutError:
            if wire.transport is not None:
                wire.transport.abort()
            return Delivered(0, b"", "rt")
        if wire.transport is not None:
            idle.append(wire)
        return got

    def close(self) -> None:
        """Close the idle connections."""
        for idle in self._idle.values():
            for wire in idle:
                if wire.transport is not None:
                    wire.transport.close()


def form(data: bytes | str) -> dict[str, str]:
    """A form or query as a dictionary; the last value of a name wins."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    return dict(parse_qsl(text, keep_blank_values=True))


Json = dict[str, Any]
