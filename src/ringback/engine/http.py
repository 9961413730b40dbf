"""The one socket out. Every request of every adapter leaves here: time-outs, kept-alive connections, no redirects, and
nothing of a body in a log or an error.

An outcome is one of three: an answer, `NotSent` (it certainly never reached the other side), or `Unknown` (it may have).
"""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

import aiohttp

from ringback.adapters.contract import Request, Response


class NotSent(Exception):
    """The request never reached the other side; it may be offered again."""


class Unknown(Exception):
    """The connection broke or timed out after the request went out: the other side may have acted on it."""


class Socket:
    """A pool of kept-alive connections. `limit` bounds how many requests are in flight; `timeout` is in seconds."""

    def __init__(self, limit: int = 400, timeout: float = 15.0) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=limit, keepalive_timeout=60, ttl_dns_cache=300),
            timeout=aiohttp.ClientTimeout(total=timeout, connect=5.0),
            auto_decompress=False,
            trust_env=False,
        )

    async def close(self) -> None:
        await self._session.close()

    async def send(self, request: Request) -> Response:
        """Make one request. Raises `NotSent` or `Unknown`, with only the host named."""
        host = urlsplit(request.url).hostname or "?"
        try:
            async with self._session.request(
                request.method,
                request.url,
                data=request.body or None,
                headers=dict(request.headers),
                allow_redirects=False,
            ) as answer:
                body = await answer.read()
                return Response(
                    status=answer.status,
                    headers={name.lower(): value for name, value in answer.headers.items()},
                    body=body,
                )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as wrong:
            raise NotSent(f"{host} could not be reached ({type(wrong).__name__})") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as wrong:
            raise Unknown(f"{host} did not answer ({type(wrong).__name__})") from None


def basic(user: str, password: str) -> str:
    """The value of an HTTP basic Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
