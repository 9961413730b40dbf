"""A real Chromium before the real demo: one `ringback demo` for all stories here, in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from ringback.engine import postgres

SOURCE = Path(__file__).resolve().parents[2] / "src"
expect.set_options(timeout=30_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo and what it printed."""

    said: dict[str, Any]
    process: subprocess.Popen[str]
    data: Path


def start(data: Path, *more: str) -> Demo:
    """Start `ringback demo` on a free port and read its first line."""
    environment = {**os.environ, "PYTHONPATH": f"{SOURCE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "ringback.cli", "demo", "--json", "--port", "0", "--data", str(data), *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        pytest.fail(f"the demo did not start: {process.communicate()[1]}")
    return Demo(said=json.loads(line), process=process, data=data)


def stop(demo: Demo) -> int:
    """End it as Ctrl-C would."""
    demo.process.send_signal(signal.SIGINT)
    demo.process.communicate(timeout=40)
    return demo.process.returncode


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    data = Path(tempfile.mkdtemp(prefix="demo-", dir=postgres.scratch()))
    data.chmod(0o755)
    try:
        running = start(data)
        try:
            yield running
            assert stop(running) == 0
        finally:
            if running.process.poll() is None:
                running.process.kill()
                running.process.communicate()
    finally:
        shutil.rmtree(data, ignore_errors=True)


def chromium() -> str | None:
    """Where the system's Chromium is."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. While it lives a loop runs in this thread, so it ends with its module: other tests want a loop of their own."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield made
        made.close()


# The sign-in link works once a demo: the first module signs in, the others take its cookies.
_cookies: dict[str, Any] = {}


@pytest.fixture(scope="module")
def signed_in(demo: Demo, browser: Browser) -> Iterator[BrowserContext]:
    """A browser that Pat, who owns the practice, has signed in on."""
    known = _cookies.get(demo.said["url"])
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, storage_state=known)
    if known is None:
        page = context.new_page()
        page.goto(demo.said["sign_in"])
        expect(page).to_have_url(f"{demo.said['url']}/demo")
        page.close()
        _cookies[demo.said["url"]] = context.storage_state()
    yield context
    context.close()


@pytest.fixture
def desk_page(demo: Demo, signed_in: BrowserContext) -> Iterator[Page]:
    """A page of the practice, on Today; a script error or a refused resource fails the story."""
    wrong: list[str] = []
    opened = signed_in.new_page()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    opened.goto(demo.said["url"])
    expect(opened.locator("body")).to_have_attribute("data-live", "yes")
    yield opened
    opened.close()
    assert wrong == []


@pytest.fixture
def page(demo: Demo, signed_in: BrowserContext) -> Iterator[Page]:
    """The demo page, started over; a script error or a refused resource fails the story."""
    wrong: list[str] = []
    opened = signed_in.new_page()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    opened.goto(f"{demo.said['url']}/demo")
    expect(opened.locator("body")).to_have_attribute("data-live", "yes")
    opened.locator("#reset").click()
    expect(opened.locator("#wall .empty")).to_be_visible()
    expect(opened.locator("#thread .quiet")).to_be_visible()
    yield opened
    opened.close()
    assert wrong == []
