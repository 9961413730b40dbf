"""C65: the main pages of staff and patients have no serious finding of axe, work by keyboard, and reflow at 320 pixels.

Not here: a VPAT by hand; screen readers and callers by relay were not tried by a person; axe finds a part of what is wrong.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from desk import MAPLE, MARIA, STRANGE, Desk
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route, sync_playwright

from ringback.engine import clock

SITE = "http://testserver"
CHROMIUM = next((one for one in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome") if Path(one).exists()), None)  # fmt: skip
RIGHT = {"step": "ask", "name": "maria lopez", "birth_date": "1984-07-21"}


@pytest.fixture
def pages(desk: Desk, browse: Any) -> dict[str, str]:
    """The pages as they were answered, by a name. They are taken first: a browser's loop and the engine's do not mix."""
    urgent = desk.text(MARIA, "URGENT my chest hurts")
    desk.text("+12025550171", "BILLING")
    desk.miss(STRANGE)
    owner, officer = browse("owner"), browse("privacy_officer")
    link = desk.link(desk.text("+12025550172", "BOOK"))
    day = clock.now().date().isoformat()
    taken = officer.post("/records/take", {"kind": "access", "record": "R1", "came_on": day})["Location"]
    officer.post("/records/holds/ask", {"kind": "number", "number": MARIA, "matter": "A matter", "reason": "a letter"})
    told = {
        "record": "R1",
        "on": day,
        "recipient": "City",
        "what": "a report",
        "why": "law_enforcement",
        "authority": "7",
    }
    officer.post("/records/disclosures/add", told)
    stranger = Client()
    found = {
        "sign_in": Client().get("/sign-in/"), "today": owner.get("/"), "tasks": owner.get("/tasks"),
        "case": owner.get(f"/cases/{urgent}"), "on_call": owner.get("/on-call"), "setup": owner.get("/setup"),
        "choices": owner.get("/choices"), "compliance": owner.get("/compliance"), "requests": officer.get("/records"),
        "request": officer.get(taken), "holds": officer.get("/records/holds"), "kept": officer.get("/records/kept"),
        "disclosures": officer.get("/records/disclosures"), "patient_ask": stranger.get(link),
        "patient_ask_es": stranger.get(f"{link}?lang=es"), "patient_no": stranger.post(f"/p/{MAPLE}/{'A' * 22}", RIGHT),
        "patient_choose": stranger.post(link, {"step": "ask", "name": "Jo Ann Field", "birth_date": "1990-02-03"}),
        "patient_stop": stranger.post(link, {"step": "stop"}),
    }  # fmt: skip
    assert {answer.status_code for answer in found.values()} == {200}, {
        name: one.status_code for name, one in found.items()
    }
    return {name: answer.content.decode() for name, answer in found.items()}


@pytest.fixture
def page(pages: dict[str, str]) -> Iterator[Page]:
    """A browser that is handed these pages and the files they ask for, and nothing else."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            if isinstance(found, str):
                route.fulfill(
                    body=Path(found).read_bytes(), content_type=mimetypes.guess_type(found)[0] or "text/plain"
                )
                return
        name = path.strip("/")
        if name in pages:
            route.fulfill(body=pages[name], content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=204)

    if CHROMIUM is None:
        pytest.fail("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page(viewport={"width": 1440, "height": 1000})
        opened.route(re.compile(".*"), answer)
        yield opened
        browser.close()


def go(page: Page, name: str, width: int = 1440) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{SITE}/{name}", wait_until="domcontentloaded")
    page.wait_for_function("[...document.styleSheets].length > 0")
    # What fades in is looked at when it is there.
    page.evaluate(
        "document.getAnimations().filter(one => isFinite(one.effect.getComputedTiming().endTime)).forEach(one => one.finish())"
    )


def test_axe_finds_nothing_serious(page: Page, pages: dict[str, str]) -> None:
    found = []
    for name in pages:
        for width in (1440, 390):
            go(page, name, width)
            for one in Axe().run(page).response["violations"]:
                if one["impact"] in ("serious", "critical"):
                    found.append((name, width, one["id"], [node["html"][:160] for node in one["nodes"]][:2]))
    assert not found, "\n".join(map(str, found))


def test_the_checker_does_find_something(page: Page) -> None:
    go(page, "sign_in")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"/x.png\"><input type=\"text\">')")
    assert {one["id"] for one in Axe().run(page).response["violations"]} >= {"image-alt", "label"}


def test_every_page_reflows_at_320_pixels(page: Page, pages: dict[str, str]) -> None:
    wide = {}
    for name in pages:
        go(page, name, 320)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[name] = (
                over,
                page.evaluate(
                    "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
                    ".slice(0, 5).map(e => e.outerHTML.slice(0, 90))"
                ),
            )
    assert not wide


def test_a_patient_gets_through_by_keyboard_and_sees_where_they_are(page: Page) -> None:
    go(page, "patient_ask")
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "(() => { const e = document.activeElement, s = getComputedStyle(e); return [e.tagName, e.name || "
                "e.dataset.action || '', s.outlineStyle !== 'none' || s.boxShadow !== 'none'] })()"
            )
        )
    order = [name for _, name, _ in seen if name]
    assert order[:6] == ["name", "month", "day", "year", "continue", "no-texts"] and "languages" in order
    assert all(shown for tag, name, shown in seen if name), seen
    page.keyboard.press("Tab")


@pytest.mark.parametrize("name", ["request", "holds"])
def test_an_officer_reaches_every_button_by_keyboard(page: Page, name: str) -> None:
    go(page, name)
    wanted = page.evaluate("[...document.querySelectorAll('main button')].filter(e => e.checkVisibility()).length")
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("[...document.querySelectorAll('main button')].indexOf(document.activeElement)"))
    assert wanted > 0 and len(reached - {-1}) == wanted


def test_no_puzzle_stands_between_a_person_and_a_page(pages: dict[str, str]) -> None:
    assert not any(re.search("captcha|puzzle", html, re.I) for html in pages.values())
