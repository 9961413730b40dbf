"""`ringback demo`: starts the embedded database, the product and the made-up town, watches over them, ends them cleanly.

This process itself does nothing but watch. What crashes is started again; Ctrl-C or SIGTERM ends everything, and
nothing is left running.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ringback.demo.facts import ACCOUNT, LINES, MAIN, hooks

WAIT = 120.0
FAST = 5.0


class CannotRun(Exception):
    """The demo cannot run here; the text says why and what to do."""


class Child:
    """One watched process: its words, its first line (what it says when it is ready), and what to tell it at its start."""

    def __init__(self, name: str, words: list[str], log: Path, environment: dict[str, str] | None = None) -> None:
        self.name = name
        self.words = words
        self.log = log
        self.environment = {**os.environ, **(environment or {})}
        self.wish: bytes = b""
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.falls = 0

    def start(self) -> None:
        """Start it, in a session of its own so that Ctrl-C reaches only the supervisor."""
        self.started = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                start_new_session=True, env=self.environment,
            )  # fmt: skip

    def tell(self, wish: dict[str, Any]) -> None:
        """Give it what it waits for; kept, so that a restart is told the same."""
        self.wish = json.dumps(wish).encode() + b"\n"
        self._tell()

    def _tell(self) -> None:
        if self.wish and self.process is not None and self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.write(self.wish)
                self.process.stdin.flush()

    def ready(self, stopping: Any) -> dict[str, Any]:
        """Its first line. Raises CannotRun when it ends before, or takes too long."""
        assert self.process is not None and self.process.stdout is not None
        ends = time.monotonic() + WAIT
        while time.monotonic() < ends and not stopping():
            if select.select([self.process.stdout], [], [], 0.1)[0]:
                line = self.process.stdout.readline()
                if line:
                    found: dict[str, Any] = json.loads(line)
                    return found
                self.process.wait()
                raise CannotRun(
                    f"the {self.name} process ended at its start; its log {self.log} ends with:\n{_tail(self.log)}"
                )
        raise CannotRun(f"the {self.name} process did not get ready; its log is {self.log}")

    def watch(self) -> bool:
        """Start it again when it fell. False when it falls again and again."""
        if self.process is None or self.process.poll() is None:
            return True
        self.falls = self.falls + 1 if time.monotonic() - self.started < FAST else 1
        if self.falls > 5:
            return False
        time.sleep(min(2.0, 0.2 * self.falls))
        self.start()
        self._tell()
        return True

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with suppress(BrokenPipeError, OSError):
                if self.process.stdin is not None:
                    self.process.stdin.close()

    def gone(self) -> None:
        """Wait until it is gone; after a while it is ended by force."""
        if self.process is not None:
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:]) if log.exists() else ""


def _default_data() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/ringback/demo")
    return Path(os.environ.get("XDG_DATA_HOME", "") or Path.home() / ".local" / "share") / "ringback" / "demo"


def _free(port: int, wish: str) -> int:
    """The port if it is free (0: any free one). Raises CannotRun with what to do."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CannotRun(
                f"port {port} is taken by another program. Choose another: ringback demo --port {port + 1}{wish}"
            ) from None
        return int(probe.getsockname()[1])


def _secrets(data: Path) -> dict[str, str]:
    path = data / "secrets.json"
    if not path.exists():
        made = {"secret": secrets.token_urlsafe(48), "token": secrets.token_hex(16)}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
    found: dict[str, str] = json.loads(path.read_text())
    return found


def _lock(data: Path) -> IO[str]:
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o755 if os.geteuid() == 0 else 0o700)
        file = (data / "lock").open("a+")
    except OSError as wrong:
        raise CannotRun(
            f"{data} cannot be written ({wrong.strerror}). Choose another folder: ringback demo --data DIR"
        ) from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise CannotRun(
            f"a demo is running on {data} already. Stop it, or choose another folder: ringback demo --data DIR --port 8001"
        ) from None
    return file


def demo_main(argv: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM. Returns 0, or 2 where the demo cannot run (said on standard error)."""
    parser = argparse.ArgumentParser(
        prog="ringback demo", description="The whole product here, with a made-up practice."
    )
    parser.add_argument("--port", type=int, default=8000, help="where the pages are (0: any free port)")
    parser.add_argument("--data", type=Path, default=None, help="the folder that keeps the demo's database")
    parser.add_argument("--json", action="store_true", help="print one line of JSON first")
    given = parser.parse_args(argv)
    stopping: list[int] = []
    before = {
        name: signal.signal(name, lambda number, _: stopping.append(number))
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        return _run(given.port, (given.data or _default_data()).absolute(), given.json, lambda: bool(stopping))
    except CannotRun as wrong:
        if stopping:
            return 0
        print(f"ringback demo: {wrong}", file=sys.stderr)
        return 2
    finally:
        for name, old in before.items():
            signal.signal(name, old)


def _run(port: int, data: Path, as_json: bool, stopping: Any) -> int:
    port = _free(port, "")
    lock = _lock(data)
    kept = _secrets(data)
    try:
        town_port = _free(port + 100, "")
    except (CannotRun, OverflowError):
        town_port = _free(0, "")
    public = f"http://127.0.0.1:{port}"
    plan = data / "town.json"
    addresses = hooks(public)
    plan.write_text(
        json.dumps(
            {
                "accounts": {ACCOUNT: kept["token"]},
                "numbers": {number: {"account": ACCOUNT, **addresses} for number in LINES},
            }
        )
    )
    plan.chmod(0o600)
    product = Child("product", ["ringback.demo.serve", str(port)], data / "product.log")
    town = Child(
        "made-up town",
        ["ringback.simulator", "--port", str(town_port), "--plan", str(plan), "--with-parent"],
        data / "town.log",
    )
    for child in (product, town):
        child.log.write_bytes(b"")
        child.start()
    server = None
    from ringback.engine import postgres

    try:
        try:
            server = postgres.start(data / "database")
            roles = postgres.prepare(server, "ringback")
        except (postgres.CannotStart, OSError) as wrong:
            raise CannotRun(f"the embedded database: {wrong}") from None
        simulator = str(town.ready(stopping)["ready"])
        product.tell(
            {
                "owner": roles.owner_dsn, "app": roles.app_dsn, "data": str(data), "token": kept["token"],
                "secret": kept["secret"], "simulator": simulator, "public": public,
            }
        )  # fmt: skip
        sign_in = str(product.ready(stopping)["sign_in"])
        _announce(as_json, public, sign_in, simulator, kept["token"], data)
        while not stopping():
            time.sleep(0.25)
            if not server.running:
                with suppress(postgres.CannotStart):
                    server.restart()
            for child in (product, town):
                if not child.watch():
                    raise CannotRun(
                        f"the {child.name} process falls again and again; see {child.log}:\n{_tail(child.log)}"
                    )
        return 0
    finally:
        for child in (product, town):
            child.stop()
        for child in (product, town):
            child.gone()
        if server is not None:
            server.stop()
        lock.close()


def _announce(as_json: bool, public: str, sign_in: str, simulator: str, token: str, data: Path) -> None:
    addresses = hooks(public)
    if as_json:
        print(
            json.dumps(
                {
                    "url": public,
                    "sign_in": sign_in,
                    "simulator": simulator,
                    "hooks": {"twilio_voice": addresses["voice"], "twilio_text": addresses["text"]},
                    "account_sid": ACCOUNT,
                    "auth_token": token,
                    "practice_number": MAIN,
                }
            ),
            flush=True,
        )
    print(
        f"""
  Ringback is running, with a made-up practice and a made-up carrier.

    Open once to sign in   {sign_in}
    then                   {public}/demo
    made-up phone network  {simulator}
    data                   {data}

  Ctrl-C stops everything.
""",
        flush=True,
    )
