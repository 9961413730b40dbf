"""`ringback demo` as a newcomer meets it: it says what is wrong, mends what falls, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.browser.conftest import start, stop

from ringback.demo.run import demo_main
from ringback.engine import postgres

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="demo-", dir=postgres.scratch()))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        return bool(urllib.request.urlopen(url, timeout=2).status == 200)
    except urllib.error.HTTPError as said:
        said.close()
        return said.code < 500
    except OSError:
        return False


def test_a_port_in_use_is_said_with_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert demo_main(["--port", str(port), "--data", str(folder)]) == 2
    assert f"port {port} is taken" in (said := capsys.readouterr().err) and f"--port {port + 1}" in said


def test_it_mends_what_falls_and_leaves_nothing_running(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo = start(folder)
    family: list[int] = []
    try:
        assert set(demo.said) == {
            "url", "sign_in", "simulator", "hooks", "account_sid", "auth_token", "practice_number",
        }  # fmt: skip
        assert set(demo.said["hooks"]) == {"twilio_voice", "twilio_text"}
        assert demo_main(["--port", "0", "--data", str(folder)]) == 2
        assert "running on" in capsys.readouterr().err
        family = children(demo.process.pid)
        assert len(family) == 2
        for pid in family:
            os.kill(pid, signal.SIGKILL)
        until(lambda: not any(alive(pid) for pid in family))
        until(lambda: answers(demo.said["simulator"]) and answers(f"{demo.said['url']}/demo"))
        family += children(demo.process.pid)
        family.append(int((folder / "database" / "cluster" / "postmaster.pid").read_text().split("\n")[0]))
    finally:
        assert stop(demo) == 0
    until(lambda: not any(alive(pid) for pid in family), 5)


def test_when_the_supervisor_is_shot_its_children_end_by_themselves(folder: Path) -> None:
    demo = start(folder)
    family = children(demo.process.pid)
    demo.process.kill()
    demo.process.communicate()
    until(lambda: not any(alive(pid) for pid in family))
    again = start(folder)  # the database that was left running is adopted, and stopped in the end
    assert stop(again) == 0
    assert not (folder / "database" / "cluster" / "postmaster.pid").exists()


def test_the_practice_and_its_keys_outlive_a_restart(folder: Path) -> None:
    first = start(folder)
    assert stop(first) == 0
    second = start(folder)
    try:
        assert second.said["auth_token"] == first.said["auth_token"]
        assert second.said["sign_in"].rsplit("/", 1)[1] != first.said["sign_in"].rsplit("/", 1)[1]
    finally:
        assert stop(second) == 0


def test_help_names_every_option() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "ringback.cli", "demo", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    ).stdout
    assert all(option in said for option in ("--port", "--data", "--json"))
