"""A clinic under fire: real server, worker and carrier processes on loopback that can be killed and made to misbehave."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg

from ringback.simulator.wire import Courier
from ringback.store import provision
from ringback.store.keys import SealedFile

ACCOUNT, TOKEN = "AC" + "7" * 32, "chaos-token"
ALWAYS = [[["00:00", "00:00"]]] * 7
OFFICERS = {"officers_set": True, "baa_active": True, "campaign_approved": True}
WIDE = {
    "caps": {"burst_10min": 10**6, "burst_unproven": 10**6, "burst_day": 10**6},
    "pace": {"line_minute": 10**6, "campaign_minute": 10**6, "brand_day": 10**6},
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plan(practice: int, public: str, carrier: str, **policy: Any) -> provision.Plan:
    """A practice that is open round the clock and lets every text through that the gate allows."""
    settings = {"account_sid": ACCOUNT, "auth_token": TOKEN, "public_url": public, "api_base": carrier}
    return provision.Plan(
        practice=practice,
        name=f"Practice {practice}",
        alias=f"Practice {practice}",
        phone="202-555-0100",
        zone="America/New_York",
        gate={**OFFICERS, **WIDE},
        policy={"settle_seconds": 0, **policy},
        locations=[provision.PlanLocation(id=1, name="Main", zone="America/New_York", week=ALWAYS)],
        connections=[
            provision.PlanConnection(id=1, kind="phone", system="twilio", settings=settings),
            provision.PlanConnection(id=2, kind="text", system="twilio", settings=settings),
        ],
        lines=[
            provision.PlanLine(
                id=1,
                number=f"+1303555{practice:02d}00",
                name="Main",
                location=1,
                phone_connection=1,
                text_connection=2,
                greeting_notice_on=date(2026, 1, 2),
            )
        ],
        staff=[
            provision.PlanStaff(
                id=1, role="nurse", name="On Call", phone="+13035559999", email="nurse@clinic.example", on_call=1
            )
        ],
        author="one",
        approver="two",
    )


@dataclass
class Clinic:
    """The processes of one installation and the means to hurt them."""

    dsn: str
    admin_dsn: str
    folder: Path
    port: int = 0
    carrier: str = ""
    public: str = ""
    processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    courier: Courier = field(default_factory=lambda: Courier({ACCOUNT: TOKEN}, limit=64, timeout=10))
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something of the outside world to its end."""
        return self.loop.run_until_complete(work)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "RINGBACK_DATABASE_URL": self.dsn,
            "RINGBACK_KEY_FILE": str(self.folder / "key"),
            "RINGBACK_PUBLIC_URL": self.public,
            "RINGBACK_SEND_LEASE_SECONDS": "4",
        }

    def open(self, practices: int = 1, **policy: Any) -> None:
        """Set practices up and start everything."""
        self.port = free_port()
        self.public = f"http://127.0.0.1:{self.port}"
        plan_file = self.folder / "plan.json"
        plan_file.write_text(json.dumps({"accounts": {ACCOUNT: TOKEN}}))
        town = self.run(
            "carrier", "ringback.simulator", "--port", "0", "--plan", str(plan_file), stdout=subprocess.PIPE
        )
        assert town.stdout is not None
        self.carrier = json.loads(town.stdout.readline())["ready"]
        provider = SealedFile(self.folder / "key", create=True)
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            for number in range(1, practices + 1):
                provision.create(
                    connection, provider, plan(number, self.public, self.carrier, **policy), datetime.now(UTC)
                )
        self.serve()
        self.work("worker")

    def run(self, name: str, *words: str, **more: Any) -> subprocess.Popen[str]:
        with (self.folder / f"{name}.log").open("a") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *words], env=self.environment, text=True, stderr=log, **more
            )
        return self.processes[name]

    def serve(self) -> None:
        self.run("server", "ringback.cli", "serve", "--port", str(self.port))
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.public}/hooks/0/0/voice", data=b"x", timeout=5)
            except urllib.error.HTTPError as answer:
                answer.close()
                return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError("the server did not come up")

    def work(self, name: str) -> None:
        self.run(name, "ringback.cli", "work")

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        self.courier.close()
        self.do(asyncio.sleep(0))
        self.loop.close()
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()

    # ---- the outside world ----

    def weather(self, **wish: Any) -> None:
        self.get("/control", wish)

    def get(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.carrier + path, data=data), timeout=30) as answer:
            return json.loads(answer.read())

    async def missed(self, place: int, practice: int = 1, times: int = 1, sid: str = "") -> list[int]:
        """A missed call reported `times` times over; returns what the hook answered."""
        who = caller(place)
        form = {
            "AccountSid": ACCOUNT,
            "CallSid": sid or f"CA{practice:04d}{place:028x}",
            "CallStatus": "no-answer",
            "From": who,
            "To": f"+1303555{practice:02d}00",
            "Direction": "inbound",
        }
        url = f"{self.public}/hooks/{practice}/1/voice#rc=5&rp=5xx,ct,rt"
        got = await asyncio.gather(*(self.courier.deliver(url, ACCOUNT, form) for _ in range(times)))
        return [one.status for one in got]

    async def text(self, place: int, body: str, practice: int = 1, sid: str = "") -> int:
        form = {
            "AccountSid": ACCOUNT,
            "MessageSid": sid or f"SM{place:04d}{abs(hash(body)) % 10**20:028d}",
            "From": caller(place),
            "To": f"+1303555{practice:02d}00",
            "Body": body,
            "NumMedia": "0",
        }
        url = f"{self.public}/hooks/{practice}/2/text#rc=5&rp=5xx,ct,rt"
        return (await self.courier.deliver(url, ACCOUNT, form)).status

    # ---- what can be seen ----

    def rows(self, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.admin_dsn, autocommit=True) as admin:
            return admin.execute(query, arguments).fetchall()

    def texts(self) -> dict[str, list[str]]:
        """Texts the carrier took, by number (staff pages left out)."""
        found: dict[str, list[str]] = {}
        for message in self.get("/log")["texts"]:
            if "/ack/" not in message["body"]:
                found.setdefault(message["to"], []).append(message["body"])
        return found

    def until(self, true: Any, seconds: float = 30, what: str = "it") -> None:
        """Wait for something to become true, looking often; fails when it does not."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"{what} did not happen within {seconds} s\n{self.logs()}"
            time.sleep(0.05)

    def logs(self) -> str:
        return "\n".join(f"{p.name}: {p.read_text()[-1500:]}" for p in self.folder.glob("*.log") if p.stat().st_size)


def caller(place: int) -> str:
    """The n-th caller."""
    return f"+1{(212, 415, 312, 602, 713)[place % 5]}{300 + place // 5000:03d}{place // 5 % 1000 + 1000:04d}"
