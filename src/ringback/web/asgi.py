"""The one door of the server: hooks go to the bare receiver, everything else to Django's pages (ADR 0003)."""

from __future__ import annotations

import os
from typing import Any

from ringback.engine.receive import app as hooks

_pages: Any = None


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Route by path. Django is loaded with the first page, so that a server of hooks alone stays small."""
    global _pages
    if scope["type"] == "http" and scope["path"].startswith("/hooks/"):
        await hooks(scope, receive, send)
        return
    if _pages is None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ringback.settings")
        from django.core.asgi import get_asgi_application

        _pages = get_asgi_application()
    await _pages(scope, receive, send)
