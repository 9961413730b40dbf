"""The server's one entrance: hooks go to the bare ASGI function, everything else to Django (a router by path)."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ringback.settings")

from django.core.asgi import get_asgi_application

from ringback.engine import receive

pages: Any = get_asgi_application()


async def application(scope: Any, receive_: Any, send: Any) -> None:
    """Route one connection."""
    if scope["type"] == "http" and scope["path"].startswith("/hooks/"):
        await receive.app(scope, receive_, send)
    elif scope["type"] == "http":
        await pages(scope, receive_, send)
