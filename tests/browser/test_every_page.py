"""Every page of the practice, full and at work: no finding of axe in light or dark, no sideways scroll and large enough targets
on a phone. With RINGBACK_PICTURES=1 (`make pictures`) each is kept as a picture for docs/tour.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser.conftest import Demo
from tests.browser.filled import fill

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures" if os.environ.get("RINGBACK_PICTURES") else None
# What a page is called in the tour, and where it is; {case} is the most pressing case.
PAGES = {
    "today": "/",
    "inbox": "/inbox",
    "case": "{case}",
    "mentions": "/mentions",
    "callback": "{case}/callback",
    "board": "/tasks?view=board",
    "tasks": "/tasks",
    "on-call": "/on-call",
    "choices": "/choices",
    "records": "/records",
    "setup": "/setup",
    "setup-hours": "/setup/hours",
    "setup-queues": "/setup/queues",
    "setup-policy": "/setup/windows",
    "setup-practice": "/setup/practice",
    "setup-words": "/setup/wordings",
    "setup-links": "/setup/connections",
    "people": "/people",
    "compliance": "/compliance",
    "audit": "/audit",
    "training": "/training",
    "sessions": "/me/sessions",
    "emergency": "/emergency",
}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Targets a thumb has to hit: what is pressed, as large as 44 by 44 pixels; links inside a sentence are let be.
SMALL = """() => [...document.querySelectorAll('button, summary, select, input:not([type=hidden]), a.button, .tabs a, .list a')]
  .filter(one => one.checkVisibility() && !one.closest('p, .skip, dialog:not([open])'))
  .map(one => [(one.matches('input[type=checkbox], input[type=radio]') ? one.closest('label') || one : one).getBoundingClientRect(), one.outerHTML.slice(0, 110)])
  .filter(([box]) => box.height > 0 && (box.height < 43.5 || box.width < 43.5)).map(([box, html]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""


@pytest.fixture(scope="module")
def cases(demo: Demo, signed_in: BrowserContext) -> list[str]:
    """The addresses of the filled practice's cases."""
    return fill(demo.said, lambda address: signed_in.request.get(address).text())


@pytest.fixture(scope="module")
def at(demo: Demo, browser: Browser, signed_in: BrowserContext, cases: list[str]) -> Iterator[Any]:
    """Open a page by its name at a width and in a theme."""
    kept: dict[tuple[int, str], BrowserContext] = {}
    state = signed_in.storage_state()

    def go(name: str, width: int, theme: Any) -> Page:
        context = kept.get((width, theme))
        if context is None:
            context = browser.new_context(
                viewport={"width": width, "height": 1000 if width > 600 else 844}, color_scheme=theme,
                reduced_motion="reduce", storage_state=state,
            )  # fmt: skip
            kept[(width, theme)] = context
        page = context.new_page()
        page.goto(demo.said["url"] + PAGES[name].format(case=cases[0]))
        expect(page.locator("body")).to_have_attribute("data-live", "yes")
        expect(page.locator("main h1")).to_be_visible()
        return page

    yield go
    for context in kept.values():
        context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(at: Any, name: str, theme: str) -> None:
    page = at(name, 1440, theme)
    found = Axe().run(page, options=AXE).response["violations"]
    if PICTURES is not None:
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}{'' if theme == 'light' else '-dark'}.png")
    page.close()
    assert not found, "\n".join(f"{one['id']}: {[node['html'][:160] for node in one['nodes']][:3]}" for one in found)


@pytest.mark.parametrize("name", PAGES)
def test_it_fits_a_phone_and_a_thumb(at: Any, name: str) -> None:
    page = at(name, 390, "light")
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    small = page.evaluate(SMALL)
    found = Axe().run(page, options=AXE).response["violations"]
    if PICTURES is not None:
        page.screenshot(path=PICTURES / f"{name}-phone.png")
    page.close()
    assert over <= 0, "it scrolls sideways"
    assert not small, "\n".join(small[:8])
    assert not found, "\n".join(f"{one['id']}: {[node['html'][:160] for node in one['nodes']][:3]}" for one in found)
