"""`ringback bench`: load through the real signed hook to a real carrier stand-in in its own process.

Open loop: each call is due at its own moment whether or not the last one was answered, and latency counts from that
moment to the moment the stand-in took the text (less the settle window). One JSON object says what was offered,
accepted, texted, lost and doubled, the gate's verdicts, and the same database's durable-commit rate beside it, so that
ratios can be compared between machines.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _get(url: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=60) as answer:
        return json.loads(answer.read())


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def _start(stack: ExitStack, words: list[str], environment: dict[str, str], **more: Any) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-m", *words], env=environment, text=True, **more)

    def end() -> None:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    stack.callback(end)
    return process


def _quantile(values: list[float], share: float) -> float | None:
    if not values:
        return None
    return round(values[min(len(values) - 1, int(len(values) * share))] * 1000, 1)


def _cpu(named: dict[str, int]) -> dict[str, float]:
    """Processor seconds so far of each process and of PostgreSQL with all its sessions (Linux; empty elsewhere)."""
    found: dict[str, float] = {}
    tick = os.sysconf("SC_CLK_TCK")
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            head, _, rest = stat.read_text().rpartition(")")
        except OSError:
            continue
        fields, pid = rest.split(), int(head.split(" ", 1)[0])
        for name, wanted in named.items():
            if pid == wanted or (name == "postgres" and int(fields[1]) == wanted):
                found[name] = found.get(name, 0.0) + (int(fields[11]) + int(fields[12])) / tick
    return found


async def _commits(dsn: str, seconds: float = 3.0, clients: int = 16) -> float:
    """Durable commits a second: one small insert each, so many clients, as pgbench does it."""
    import psycopg

    done = 0

    async def client() -> None:
        nonlocal done
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                await connection.execute("insert into bench_commit default values", prepare=True)
                done += 1

    await asyncio.gather(*(client() for _ in range(clients)))
    return done / seconds


def bench_main(argv: list[str]) -> int:
    """Run one bench and print its JSON; exit 1 when something was lost or doubled."""
    parser = argparse.ArgumentParser(prog="ringback bench", description=__doc__)
    parser.add_argument("--rate", type=float, default=200, help="calls a second to offer")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--cases", type=int, default=0, help="open cases waiting in the database beforehand")
    parser.add_argument("--due", type=float, default=0, help="waiting cases that come due a second, instead of calls")
    parser.add_argument("--latency", type=float, default=1, help="the carrier's answer time in milliseconds")
    parser.add_argument("--statuses", action="store_true", help="sent and delivered come back through the hook")
    parser.add_argument("--settle", type=int, default=0, help="settle window in seconds")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--practices", type=int, default=200)
    parser.add_argument("--unaudited", action="store_true", help="leave the audit log out, to see what it costs")
    parser.add_argument("--profile", default="", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)

    from ringback.bench import ground
    from ringback.engine import postgres

    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="ringback-bench-", dir=postgres.scratch()))
        folder.chmod(0o755)
        stack.callback(shutil.rmtree, folder, True)
        _say("starting PostgreSQL")
        server = postgres.start(
            folder / "pg",
            settings={
                "shared_buffers": "1GB",
                "max_wal_size": "8GB",
                "checkpoint_timeout": "15min",
                "wal_compression": "off",
            },
        )
        stack.callback(server.stop)
        port, carrier_port = _free_port(), _free_port()
        public = f"http://127.0.0.1:{port}"
        town = ground.lay(server, folder, options, public, f"http://127.0.0.1:{carrier_port}", _say)
        environment = {
            **os.environ,
            "RINGBACK_DATABASE_URL": town.app_dsn,
            "RINGBACK_KEY_FILE": str(town.key_file),
            "RINGBACK_PUBLIC_URL": public,
            "DJANGO_SETTINGS_MODULE": "ringback.settings",
            "RINGBACK_INSIDE": "127.0.0.1",  # the carrier stand-in
        }
        commits = asyncio.run(_commits(town.owner_dsn))
        _say(f"durable commits: {commits:.0f}/s")
        plan = folder / "plan.json"
        plan.write_text(json.dumps({
            "accounts": {town.account: town.token},
            "weather": {
                "latency_ms": options.latency,
                "statuses": ["sent", "delivered"] if options.statuses else [],
            },
            "report": options.statuses,
        }))  # fmt: skip
        stand_in = _start(
            stack, ["ringback.bench.stand_in", "--port", str(carrier_port), "--plan", str(plan)], environment,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert stand_in.stdout is not None
        carrier = json.loads(stand_in.stdout.readline())["ready"]
        web = _start(stack, ["ringback.cli", "serve", "--port", str(port)], environment)
        kind = ["ringback.bench.unaudited"] if options.unaudited else ["ringback.cli", "work"]
        workers = [_start(stack, kind, environment) for _ in range(options.workers)]
        ground.until_up(port, town)
        named = {"serve": web.pid, "work": workers[0].pid, "carrier": stand_in.pid, "postgres": server.pid}
        before = _cpu(named)
        result = (
            _due(options, town, carrier) if options.due else _offer(options, town, carrier, public, folder, environment)
        )
        used = {name: total - before.get(name, 0.0) for name, total in _cpu(named).items()}
        result["cpu_ms_a_call"] = {name: round(1000 * t / max(1, result["texted"]), 3) for name, t in used.items()}
        result["commits_per_s"] = round(commits)
        result["gate"] = ground.verdicts(town)
        result["ratio"] = round(result["texted"] / max(0.001, result.pop("took")) / commits, 4)
    print(json.dumps(result))
    return 1 if result["lost"] or result["doubled"] else 0


def _offer(
    options: Any, town: Any, carrier: str, public: str, folder: Path, environment: dict[str, str]
) -> dict[str, Any]:
    """Offer calls from a load generator in its own process and wait for the last text."""
    job = folder / "job.json"
    job.write_text(json.dumps({
        "url": public, "account": town.account, "token": town.token, "rate": options.rate,
        "seconds": options.seconds, "lines": town.lines,
    }))  # fmt: skip
    _say(f"offering {options.rate:.0f} calls/s for {options.seconds:.0f} s")
    done = subprocess.run(
        [sys.executable, "-m", "ringback.bench.offer", str(job)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=options.seconds * 4 + 120,
    )
    offered = json.loads(done.stdout)
    accepted = {number: due for number, due, ok in offered["calls"] if ok}
    end, last = time.monotonic() + 60, -1
    while time.monotonic() < end:
        taken = _get(f"{carrier}/count")["taken"]
        if taken >= len(accepted):
            break
        if taken != last:
            end, last = time.monotonic() + 20, taken
        time.sleep(0.2)
    _say("counting")
    texts = _get(f"{carrier}/bench")["texts"]
    seen: dict[str, list[float]] = {}
    for number, at in texts:
        seen.setdefault(number, []).append(at)
    waits = sorted(seen[n][0] - due - options.settle for n, due in accepted.items() if n in seen)
    took = max((at for _, at in texts), default=0.0) - offered["began"]
    return {
        "offered": len(offered["calls"]),
        "accepted": len(accepted),
        "texted": len(seen),
        "lost": sum(1 for number in accepted if number not in seen),
        "doubled": sum(len(times) - 1 for times in seen.values()),
        "p50_ms": _quantile(waits, 0.5),
        "p99_ms": _quantile(waits, 0.99),
        "max_ms": _quantile(waits, 1.0),
        "hook_p50_ms": offered["hook_p50_ms"],
        "hook_p99_ms": offered["hook_p99_ms"],
        "rate": round(len(seen) / took, 1) if took > 0 else 0,
        "took": took,
    }


def _due(options: Any, town: Any, carrier: str) -> dict[str, Any]:
    """Let waiting cases come due at a set pace among many that do not, and measure how late each is noticed."""
    from ringback.bench import ground

    began = ground.arm(town, options.due, options.seconds)
    _say(f"{options.due:.0f} cases come due a second, {options.cases} wait")
    time.sleep(options.seconds + 2)
    waits = ground.lags(town, began, options.seconds)
    count = int(options.due * options.seconds)
    return {
        "offered": count,
        "accepted": count,
        "texted": len(waits),
        "lost": count - len(waits),
        "doubled": 0,
        "p50_ms": _quantile(waits, 0.5),
        "p99_ms": _quantile(waits, 0.99),
        "max_ms": _quantile(waits, 1.0),
        "waiting": options.cases,
        "took": options.seconds,
    }
