"""Set-up by hand: hours painted by mouse and by keyboard, a policy tried on last week, words checked while they are typed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Demo
from tests.browser.test_every_page import AXE, SMALL

SECTIONS = ("/setup", "/setup/practice", "/setup/hours", "/setup/queues", "/setup/windows", "/setup/wordings", "/setup/wordings/T1/1", "/setup/connections")  # fmt: skip
SATURDAY, SUNDAY = 5, 6


def go(page: Page, demo: Demo, where: str) -> Page:
    page.goto(demo.said["url"] + where)
    expect(page.locator("body")).to_have_attribute("data-live", "yes")
    return page


def cell(page: Page, day: int, wall: str) -> Locator:
    hour, minute = wall.split(":")
    return page.locator(f'.q[data-column="{day}"][data-place="{int(hour) * 4 + int(minute) // 15}"]')


def written(page: Page, day: int) -> Locator:
    return page.locator(f"textarea[name=day{day}]")


def test_hours_are_painted_saved_and_taken_back(desk_page: Page, demo: Demo) -> None:
    page = go(desk_page, demo, "/setup/hours")
    expect(written(page, SUNDAY)).to_have_value("")
    cell(page, SUNDAY, "10:00").drag_to(cell(page, SUNDAY, "11:45"))
    expect(written(page, SUNDAY)).to_have_value("10:00-12:00")
    expect(page.locator("#says")).to_contain_text("47.5 hours a week")
    page.locator("[data-action=hours]").click()
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    expect(written(page, SUNDAY)).to_have_value("10:00-12:00")
    expect(cell(page, SUNDAY, "11:45")).to_have_attribute("aria-selected", "true")
    page.locator("[data-action=undo]").click()
    expect(page.locator("#toasts")).to_contain_text("Taken back")
    expect(written(page, SUNDAY)).to_have_value("")


def test_hours_are_painted_by_keyboard_and_a_day_is_copied(desk_page: Page, demo: Demo) -> None:
    page = go(desk_page, demo, "/setup/hours")
    cell(page, 0, "06:00").focus()
    for _ in range(SUNDAY):
        page.keyboard.press("ArrowRight")
    expect(cell(page, SUNDAY, "06:00")).to_be_focused()
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    expect(written(page, SUNDAY)).to_have_value("06:00-07:00")
    expect(page.locator("[data-told]")).to_have_text("Sunday: 06:00-07:00")
    page.locator(f'[data-copy="{SUNDAY}"]').select_option(str(SATURDAY))
    expect(written(page, SATURDAY)).to_have_value("06:00-07:00")
    written(page, SATURDAY).fill("08:00-14:00")
    page.locator("[data-action=lunch]").click()
    expect(written(page, SATURDAY)).to_have_value("08:00-12:00 13:00-14:00")
    written(page, SATURDAY).fill("eight to two")
    written(page, SATURDAY).blur()
    expect(page.locator("#says .bad")).to_contain_text("Saturday:")


def test_a_policy_is_tried_on_last_week_before_it_is_saved(desk_page: Page, demo: Demo) -> None:
    page = go(desk_page, demo, "/setup/windows")
    page.get_by_label("Calls of one caller within this are one case").fill("45")
    page.get_by_label("Calls of one caller within this are one case").blur()
    expect(page.locator(".pairs-table tbody tr")).to_have_count(6)
    expect(page.locator("#what-if")).to_contain_text("Calls of one caller within this are one case")
    page.get_by_label("A second text at the reply gate, with recorded consent only").check()
    expect(page.locator("#what-if .notice")).to_contain_text("two officers")
    page.get_by_label("Calls of one caller within this are one case").fill("2")
    page.locator("[data-action=what-if]").click()
    expect(page.locator("#what-if [role=alert]")).to_contain_text("a number from 5 to 240")
    page.reload()
    expect(page.get_by_label("Calls of one caller within this are one case")).to_have_value("30")


def test_words_are_checked_while_they_are_typed(desk_page: Page, demo: Demo) -> None:
    page = go(desk_page, demo, "/setup/wordings/T1/1")
    words = page.locator("textarea[name=body]")
    words.fill("{practice}: your test results are back. Call {phone}.")
    expect(page.locator("#word-check .stops").first).to_be_visible()
    expect(page.locator("#word-check .bubble")).to_contain_text("your test results are back. Call 202-555-0100.")
    words.fill("{practice}: sorry we missed your call. Call {phone}. Emergency: 911. STOP to end")
    expect(page.locator("#word-check .good")).to_be_visible()
    expect(page.locator("[data-length]")).to_contain_text("1 segment")


def test_an_address_is_changed_and_taken_back(desk_page: Page, demo: Demo) -> None:
    page = go(desk_page, demo, "/setup/practice")
    site = page.locator("#locations .thing").first
    site.locator("summary").click()
    site.get_by_label("Address").fill("12 Example Street")
    site.locator("[data-action=location]").click()
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    expect(page.locator("#locations .thing").first.locator("summary")).to_contain_text("12 Example Street")
    page.locator("[data-action=undo]").first.click()
    expect(page.locator("#toasts")).to_contain_text("Taken back")
    expect(page.locator("#locations .thing").first.locator("summary")).not_to_contain_text("12 Example Street")


def test_a_web_address_is_copied(desk_page: Page, demo: Demo) -> None:
    desk_page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.said["url"])
    page = go(desk_page, demo, "/setup/connections")
    first = page.locator("[data-action=copy]").first
    first.click()
    expect(first).to_have_text("Copied")
    assert re.fullmatch(r"http.*/hooks/1/1/answer", page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_nothing_scrolls_sideways_and_a_thumb_hits(desk_page: Page, demo: Demo, theme: Any) -> None:
    desk_page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    wrong: list[str] = []
    for where in SECTIONS:
        for width in (1440, 390):
            desk_page.set_viewport_size({"width": width, "height": 900})
            page = go(desk_page, demo, where)
            for one in Axe().run(page, options=AXE).response["violations"]:
                wrong.append(f"{where} {width}: {one['id']} {[node['html'][:160] for node in one['nodes'][:3]]}")
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                wrong.append(f"{where} {width}: scrolls sideways")
            if width == 390:
                wrong += [f"{where}: {small}" for small in page.evaluate(SMALL)]
    assert wrong == []
