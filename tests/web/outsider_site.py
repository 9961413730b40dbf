"""The fixtures of an attacker's stories, shared by the folders that import them: a real web server, the hook, a ledger."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from outsider import Hook, Ledger, Server


@pytest.fixture
def serve(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Server]]:
    """Start the real server in a thread, with bounds as wanted (short ones, so that slowness is quickly seen)."""
    from django.core.asgi import get_asgi_application

    from ringback.engine import receive
    from ringback.web import asgi, wire
    from ringback.web.bounds import BOUNDS, Bounds, bounded

    monkeypatch.setattr(receive, "_hooks", None)
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(head_seconds: float = 5.0, body_seconds: float = 5.0, hook_seconds: float = 5.0) -> Server:
        class Short(wire.Wire):
            pass

        Short.head_seconds = head_seconds
        monkeypatch.setattr(receive, "BODY_SECONDS", hook_seconds)
        bounds = Bounds(files=BOUNDS.files, form=BOUNDS.form, body_seconds=body_seconds)
        monkeypatch.setattr(asgi, "pages", bounded(get_asgi_application(), bounds))
        config = uvicorn.Config(
            asgi.application, **wire.options(host="127.0.0.1", port=0, http=Short, log_level="critical", loop="asyncio")
        )
        server = uvicorn.Server(config)

        async def main() -> None:
            await server.serve()
            if receive._hooks is not None:
                await receive._hooks.close()

        thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
        thread.start()
        running.append((server, thread))
        while not server.started:
            assert thread.is_alive(), "the server did not come up"
        return Server(server.servers[0].sockets[0].getsockname()[1], asgi.application)

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def ledger(desk: Any, database: Any) -> Ledger:
    """Every table of the database."""
    return Ledger(database.admin_dsn)


@pytest.fixture
def hook(desk: Any) -> Hook:
    """The hook endpoint of the two practices."""
    return Hook(desk.dsn, desk.provider)
