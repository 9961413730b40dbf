"""The connection of the web server, with what uvicorn's own does not bound: how long and how large a request's head is.

A client that opens a connection and says nothing, or sends its headers a byte at a time, is gone after
`HEAD_SECONDS`; one that sends more than `HEAD_LARGEST` before its body is refused. The parser keeps everything it was
given until the head is whole, so without this a single client could hold a connection and memory for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
HEAD_LARGEST = 32 * 1024
HEAD_MOST = 100
# Event streams included; more than these are told to come again.
MOST_CONNECTIONS = 4_000


class Wire(HttpToolsProtocol):
    """One connection."""

    head_seconds = HEAD_SECONDS

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self._late: asyncio.TimerHandle | None = None
        self._in_head = True
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_whole()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        # Counted after parsing, so that a small head with the start of a body behind it is no large head.
        if self._in_head and self._head > HEAD_LARGEST and not self.transport.is_closing():
            self._too_large()

    def on_message_begin(self) -> None:
        self._in_head, self._head = True, 0
        self._wait_for_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        self._head_is_whole()
        if size > HEAD_LARGEST or len(self.headers) > HEAD_MOST:
            self._too_large()
            raise ValueError("the head is too large")  # ends the parsing of this connection
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        self._head_is_whole()
        self._in_head = True
        self._late = self.loop.call_later(self.head_seconds, self._too_late)

    def _head_is_whole(self) -> None:
        self._in_head = False
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def send_400_response(self, msg: str) -> None:
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def _too_late(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            # The request before this one is still being answered.
            self._late = self.loop.call_later(self.head_seconds, self._too_late)
        elif not self.transport.is_closing():
            self.transport.close()

    def _too_large(self) -> None:
        self._head_is_whole()
        words = b"The request's headers are too large.\n"
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(words), words)
        )
        self.transport.close()


def options(**more: Any) -> dict[str, Any]:
    """How every web server of ours is run: uvicorn's settings, with `more` of the caller's."""
    fixed: dict[str, Any] = {
        "http": Wire,
        "ws": "none",
        "lifespan": "off",
        "access_log": False,
        "log_level": "warning",
        "log_config": None,
        "server_header": False,
        "proxy_headers": False,
        "limit_concurrency": MOST_CONNECTIONS,
        "timeout_keep_alive": 15,
    }
    return fixed | more
