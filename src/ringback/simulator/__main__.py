"""`python -m ringback.simulator --port 8100 [--plan FILE]`: the made-up town in a process of its own.

The plan is JSON: {"accounts": {sid: token}, "numbers": {number: {"account","answer","voice","text","rings"}},
"through": origin that carries requests to the product, "weather": {...}}. One line, {"ready": address}, is printed when
it listens. It ends on SIGTERM, and when its standard input closes where `--with-parent` says so.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from ringback.simulator.town import Town


async def serve(port: int, plan: dict[str, Any], with_parent: bool = False) -> None:
    """Serve until told to stop. Port 0 takes a free one."""
    town = Town(dict(plan.get("accounts", {})), plan.get("through", ""))
    for number, given in plan.get("numbers", {}).items():
        town.phones.number(number, given)
    if plan.get("weather"):
        town.carrier.control(plan["weather"])
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    if with_parent:
        loop.add_reader(sys.stdin.fileno(), lambda: None if os.read(sys.stdin.fileno(), 64) else stop.set())
    server = await loop.create_server(town.door, "127.0.0.1", port, backlog=1024)
    host, bound = server.sockets[0].getsockname()[:2]
    print(json.dumps({"ready": f"http://{host}:{bound}"}), flush=True)
    await stop.wait()
    server.close()
    town.close()


def main(argv: list[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="ringback.simulator")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--plan", type=Path)
    parser.add_argument("--with-parent", action="store_true")
    given = parser.parse_args(argv)
    plan = json.loads(given.plan.read_text()) if given.plan else {}
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve(given.port, plan, given.with_parent))
    else:
        uvloop.run(serve(given.port, plan, given.with_parent))
    return 0


if __name__ == "__main__":
    sys.exit(main())
