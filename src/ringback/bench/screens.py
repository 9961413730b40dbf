"""How soon a change on one screen shows on another: `python -m ringback.bench.screens`.

The demo runs in a process of its own; one browser's worth of requests writes a note, another listens to the stream of
changes as a page does and asks for its piece when the stream says so. The time is from the press to the words being there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import queue
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

LONGEST = 20.0


class Screen:
    """What one person's browser asks for."""

    def __init__(self, public: str, jar: CookieJar) -> None:
        self.public, self.jar = public, jar
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(jar))

    def ask(self, path: str, body: dict[str, str] | None = None) -> str:
        """The page at a path; a body is posted with the token of forms."""
        token = next((cookie.value or "" for cookie in self.jar if "csrf" in cookie.name), "")
        data = None if body is None else urlencode({**body, "csrfmiddlewaretoken": token}).encode()
        headers = {"Referer": self.public, "HX-Request": "true" if body is not None else "false"}
        request = Request(self.public + path, data=data, headers=headers)
        with self.opener.open(request, timeout=LONGEST) as answer:
            return str(answer.read().decode())

    def listen(self, marks: queue.Queue[str]) -> None:
        """Put each new mark of the stream into the queue, until the connection ends."""
        last = ""
        with self.opener.open(Request(self.public + "/events"), timeout=LONGEST) as stream:
            for line in stream:
                if line.startswith(b"data: ") and (mark := json.loads(line[6:]).get("mark", "")) != last:
                    last = mark
                    marks.put(mark)


def main(argv: list[str] | None = None) -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m ringback.bench.screens", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    rounds = parser.parse_args(argv).rounds
    from ringback.engine import postgres

    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="ringback-bench-", dir=postgres.scratch()))
        folder.chmod(0o755)
        stack.callback(shutil.rmtree, folder, True)
        words = [sys.executable, "-m", "ringback.cli", "demo", "--json", "--port", "0", "--data", str(folder / "demo")]
        demo = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        stack.callback(_end, demo)
        assert demo.stdout is not None
        found = _measure(json.loads(demo.stdout.readline()), rounds)
    found.sort()
    told = {"p50_ms": statistics.median(found), "p95_ms": found[int(len(found) * 0.95)], "max_ms": found[-1]}
    print(json.dumps({"rounds": rounds, **{name: round(value * 1000) for name, value in told.items()}}))
    return 0 if told["p95_ms"] < 1 else 1


def _end(demo: subprocess.Popen[str]) -> None:
    demo.send_signal(signal.SIGINT)
    try:
        demo.wait(30)
    except subprocess.TimeoutExpired:
        demo.kill()


def _measure(told: dict[str, Any], rounds: int) -> list[float]:
    from ringback.simulator.wire import Courier

    jar = CookieJar()
    writer, reader = Screen(told["url"], jar), Screen(told["url"], jar)
    writer.ask(told["sign_in"].removeprefix(told["url"]))
    form = {
        "AccountSid": told["account_sid"], "MessageSid": "SM" + "5c" * 16, "From": "+12025550143",
        "To": told["practice_number"], "Body": "BILLING", "NumMedia": "0",
    }  # fmt: skip

    async def text() -> None:
        courier = Courier({told["account_sid"]: told["auth_token"]})
        await courier.deliver(told["hooks"]["twilio_text"], told["account_sid"], form)
        courier.close()

    asyncio.run(text())
    case, ends = "", time.monotonic() + LONGEST
    while not case and time.monotonic() < ends:
        page = writer.ask("/tasks")
        place = page.find("/cases/")
        case = page[place + 7 : place + 43] if place >= 0 else ""
    marks: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_quietly, args=(reader, marks), daemon=True).start()
    marks.get(timeout=LONGEST)
    found = []
    for number in range(rounds):
        # Presses fall anywhere between two looks of the stream.
        time.sleep(0.37 + 0.013 * (number % 31))
        while not marks.empty():
            marks.get()
        words, began = f"seen by round {number:04d}", time.perf_counter()
        writer.ask(f"/cases/{case}/note", {"words": words})
        while words not in reader.ask(f"/cases/{case}/thread"):
            marks.get(timeout=LONGEST)
        found.append(time.perf_counter() - began)
    return found


def _quietly(reader: Screen, marks: queue.Queue[str]) -> None:
    try:
        reader.listen(marks)
    except OSError:
        return


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    raise SystemExit(main())
