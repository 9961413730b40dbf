"""The demo's one product process: web server and worker together, so that the whole fits into little memory.

Production runs `ringback serve` and `ringback work` apart. It is started early and imports what it needs; a line on its
standard input then says where the database is. When that input closes (the supervisor is gone) it ends by itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from ringback import logs


def _warm() -> None:
    """Import what takes time and needs no settings, while the database starts."""
    import django.core.handlers.asgi
    import django.db.models
    import django.template.loader
    import phonenumbers
    import uvicorn.protocols.http.httptools_impl  # noqa: F401

    from ringback.demo import prepare
    from ringback.engine import loop, node, receive

    assert django.VERSION and phonenumbers.__version__ and prepare and loop and node and receive


async def _serve(port: int, wish: dict[str, Any]) -> None:
    import django
    import uvicorn

    from ringback.demo import past, rows
    from ringback.engine import clock
    from ringback.engine.loop import run
    from ringback.engine.node import from_environment
    from ringback.web import wire
    from ringback.web.asgi import application

    django.setup()
    node = from_environment()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)

    def heard() -> None:
        if not os.read(sys.stdin.fileno(), 64):
            loop.remove_reader(sys.stdin.fileno())
            stop.set()

    loop.add_reader(sys.stdin.fileno(), heard)
    lived = Path(wish["data"]) / "lived"
    if not lived.exists():
        await past.live_through(node.dsn, node.book, clock.now())
        lived.touch()
    clock.move(await asyncio.to_thread(rows.stored_shift))
    await asyncio.to_thread(rows.furnish)
    server = uvicorn.Server(
        uvicorn.Config(application, **wire.options(host="127.0.0.1", port=port, timeout_graceful_shutdown=2))
    )
    worker = asyncio.create_task(run(node.dsn, node.book, node.public_url, stop))
    web = asyncio.create_task(server._serve())  # its own signal handling would swallow ours
    while not server.started and not web.done():  # noqa: ASYNC110  uvicorn offers no event to wait on
        await asyncio.sleep(0.01)
    if server.started:
        print(json.dumps({"ready": True, "sign_in": await asyncio.to_thread(_sign_in, wish)}), flush=True)
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait({web, worker, asked}, return_when=asyncio.FIRST_COMPLETED)
    failed = not stop.is_set()
    stop.set()
    server.should_exit = True
    done = await asyncio.gather(web, worker, return_exceptions=True)
    for wrong in done:
        if isinstance(wrong, BaseException):
            logging.getLogger("ringback.demo").error("ended: %s", type(wrong).__name__, exc_info=wrong)
    if failed:
        raise SystemExit(1)


def _sign_in(wish: dict[str, Any]) -> str:
    from ringback.demo.account import one_time_link

    return one_time_link(wish["public"])


def main() -> int:
    """Wait for the wish (one JSON line: owner, app, data, token, simulator, public), prepare, serve."""
    logs.begin()
    port = int(sys.argv[1])
    _warm()
    line = sys.stdin.buffer.raw.readline() if hasattr(sys.stdin.buffer, "raw") else sys.stdin.buffer.readline()
    if not line:
        return 0
    wish = json.loads(line)
    from ringback.demo.prepare import prepare

    data = Path(wish["data"])
    prepare(wish["owner"], wish["app"], data, wish["token"], wish["simulator"])
    os.environ.update(
        RINGBACK_DATABASE_URL=wish["app"],
        RINGBACK_KEY_FILE=str(data / "ringback.key"),
        RINGBACK_PUBLIC_URL=wish["public"],
        RINGBACK_SECRET_KEY=wish["secret"],
        RINGBACK_SIMULATOR=wish["simulator"],
        RINGBACK_DEMO="1",
        RINGBACK_AUDIT_SPOOL=str(data / "audit-spool.jsonl"),
        RINGBACK_AUDIT_SINKS=f"file:{data / 'audit-checkpoints.jsonl'}",
        DJANGO_SETTINGS_MODULE="ringback.demo.settings",
    )
    import uvloop

    with suppress(KeyboardInterrupt):
        uvloop.run(_serve(port, wish))
    return 0


if __name__ == "__main__":
    sys.exit(main())
