"""What a request to a page may be, asked before a byte of its body is read: method, kind, size, and how long it takes.

A bare ASGI wrapper around Django. Forms are small; only the patient list may be large, and only from somebody who is
signed in and may import it. A body that comes too slowly or grows past what was said is cut off. Header sizes and the
time they take are bound by the connection itself (`web.wire`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from ringback.core import uploads
from ringback.core.directory import LARGEST_FILE
from ringback.engine import clock
from ringback.store import access, secure
from ringback.web import routes, sign_in

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger("ringback.bounds")
KB = 1024
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# A form's own parts beside the file.
FRAME = 64 * KB


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Sizes in bytes, times in seconds."""

    form: int = 512 * KB
    # By route: what somebody who may use it can send once signed in.
    files: Mapping[str, int]
    body_seconds: float = 20.0
    file_seconds: float = 300.0
    # One piece of an answer, to somebody who does not read it.
    send_seconds: float = 60.0


_PAPERS = uploads.LARGEST * uploads.MOST + FRAME
BOUNDS = Bounds(files={"directory": LARGEST_FILE + FRAME, "secure_send": _PAPERS, "patient": _PAPERS})


def bounded(app: Application, bounds: Bounds = BOUNDS) -> Application:
    """Wrap the pages."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in METHODS:
            return await _refuse(send, 405, "This address takes GET and POST only.", allow="GET, HEAD, POST, OPTIONS")
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value)
        told = headers.get(b"content-length", [])
        chunked = b"transfer-encoding" in headers
        if len(set(told)) > 1 or (told and not told[0].isdigit()) or len(headers.get(b"host", [])) != 1:
            return await _refuse(send, 400, "The request is not well formed.")
        length = int(told[0]) if told else 0
        most, seconds = bounds.form, bounds.body_seconds
        if (length or chunked) and scope["method"] == "POST":
            kind = (headers.get(b"content-type") or [b""])[0].split(b";")[0].strip().lower().decode("latin-1")
            if kind not in FORMS:
                return await _refuse(send, 415, "Send a form.")
            wished = bounds.files.get(_route(scope["path"]), 0)
            # What is small needs no look; what is large is asked about, before it is read.
            if (length > most or chunked) and wished > most and await _may_send(headers, scope["path"]):
                most, seconds = wished, bounds.file_seconds
        if length > most:
            return await _refuse(send, 413, "That is more than this page takes.")
        if settings.SECURE:
            # Everything that is meant for us came through TLS; plain HTTP is what our own proxy speaks to us.
            scope = {**scope, "scheme": "https"}
        await _run(app, scope, receive, send, most, seconds, bounds.send_seconds)

    return wrapped


async def _run(
    app: Application, scope: Scope, receive: Receive, send: Send, most: int, seconds: float, send_seconds: float
) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    size, whole, started = 0, False, False
    wrong: tuple[int, str] | None = None

    async def counted() -> dict[str, Any]:
        nonlocal size, whole, wrong
        if wrong is None and not whole:
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError:
                wrong = (408, "That took too long.")
            else:
                size += len(message.get("body", b""))
                if size <= most:
                    whole = message["type"] != "http.request" or not message.get("more_body")
                    return message
                wrong = (413, "That is more than this page takes.")
        # To the pages it looks as if the browser had gone: they drop what they have and answer nothing.
        return await receive() if wrong is None else {"type": "http.disconnect"}

    async def sent(message: dict[str, Any]) -> None:
        nonlocal started
        started = True
        async with asyncio.timeout(send_seconds):
            await send(message)

    try:
        await app(scope, counted, sent)
    except TimeoutError:
        log.warning("an answer was not read in time")
        return
    if wrong is not None and not started:
        await _refuse(send, *wrong)


def _route(path: str) -> str:
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


async def _may_send(headers: Mapping[bytes, list[bytes]], path: str) -> bool:
    """Whether whoever asks may send much here: by the cookie of somebody who may use this route, or, on a patient's page,
    by the link itself when a code was given there within the hour."""
    cookie = b"; ".join(headers.get(b"cookie", [])).decode("latin-1")
    return bool(await sync_to_async(_allowed)(cookie, path))


def _allowed(cookie: str, path: str) -> bool:
    route = resolve(path)
    try:
        if route.url_name == "patient":
            return _proved(route.kwargs["practice"], route.kwargs["token"])
        return _signed_in(cookie, route.url_name or "")
    finally:
        close_old_connections()


def _proved(practice: int, token: str) -> bool:
    if practice > 2**31 - 1 or len(token) > 64:
        return False
    with access.practice(practice) as rows:
        return secure.opened_lately(rows, token, clock.now())


def _signed_in(cookie: str, route: str) -> bool:
    try:
        kept = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return False
    if kept is None:
        return False
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(kept.value)
    request.user = get_user(request)
    visitor = sign_in.visitor(request)
    return visitor is not None and routes.may(visitor.role, route)


async def _refuse(send: Send, status: int, words: str, allow: str = "") -> None:
    body = words.encode() + b"\n"
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        # What is left of the body is not read: the connection ends with this answer.
        (b"connection", b"close"),
    ]
    if allow:
        headers.append((b"allow", allow.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
