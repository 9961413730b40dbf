"""The server's one entrance, a router by path: hooks go to the bare ASGI function, files to whitenoise, pages to Django."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ringback.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

from ringback.engine import receive

pages: Any = get_asgi_application()

# They ask Django's apps, which are ready now.
from ringback.web.bounds import bounded  # noqa: E402
from ringback.web.middleware import HSTS  # noqa: E402

pages = bounded(pages)
# The middleware finds the files; serving them here keeps Django from reading them on its own threads.
_files: Any = WhiteNoiseMiddleware(lambda request: None)


async def _file(scope: Any, send: Any) -> bool:
    """Answer with a static file; False when there is none."""
    found = _files.files.get(scope["path"])
    if found is None or scope["method"] not in ("GET", "HEAD"):
        return False
    asked = {
        f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1")
        for name, value in scope["headers"]
    }
    answer = found.get_response(scope["method"], asked)
    body = b""
    if answer.file is not None:
        with answer.file as file:
            body = file.read()
    headers = [
        (name.lower().encode(), value.encode()) for name, value in answer.headers if name.lower() != "content-length"
    ]
    headers += [
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        *([(b"strict-transport-security", HSTS.encode())] if settings.SECURE else []),
    ]
    await send({"type": "http.response.start", "status": HTTPStatus(answer.status).value, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return True


async def application(scope: Any, receive_: Any, send: Any) -> None:
    """Route one connection."""
    if scope["type"] != "http":
        return
    if scope["path"].startswith("/hooks/"):
        await receive.app(scope, receive_, send)
    elif not (scope["path"].startswith(settings.STATIC_URL) and await _file(scope, send)):
        await pages(scope, receive_, send)
