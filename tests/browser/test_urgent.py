"""The urgent lane: a strip on the open page the moment it happens, a clock, a sound if allowed, one press to acknowledge."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.conftest import Demo

# What a browser would show and play, written down; the page's own script decides about it.
LISTEN = """
window.told = []; window.rang = 0;
window.Notification = class { constructor(words, more) { window.told.push([words, more.body || ""]); } close() {} };
window.Notification.permission = localStorage.getItem("test-granted") || "default";
window.Notification.requestPermission = async () => { localStorage.setItem("test-granted", "granted"); window.Notification.permission = "granted"; return "granted"; };
document.addEventListener("alarm:rang", () => { window.rang += 1; });
"""
WORDS = "URGENT my chest hurts"


def send(demo: Demo, path: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(
        demo.said["simulator"] + path, data=json.dumps(body).encode(), headers={"content-type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=30).close()


@pytest.fixture
def quiet(demo: Demo, signed_in: BrowserContext) -> Iterator[Page]:
    """Today of a practice that was started over, with this browser's choices forgotten."""
    page = signed_in.new_page()
    page.goto(f"{demo.said['url']}/demo")
    page.locator("#reset").click()
    expect(page.locator("#wall .empty")).to_be_visible()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.add_init_script(LISTEN)
    page.goto(demo.said["url"])
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-live", "yes")
    expect(page.locator("#strip .alarm")).to_have_count(0)
    yield page
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.close()
    assert wrong == []


def urgent(demo: Demo, number: str = "+12025550148") -> None:
    """A caller writes that they are in trouble."""
    send(demo, "/phone/text", {"from": number, "to": demo.said["practice_number"], "body": WORDS})


def test_it_appears_by_itself_runs_its_clocks_and_is_acknowledged_in_one_press(quiet: Page, demo: Demo) -> None:
    urgent(demo)
    alarm = quiet.locator("#strip .alarm[data-unseen]")
    expect(alarm).to_be_visible()
    expect(alarm).to_contain_text("The caller was told")
    expect(alarm).to_contain_text("911")
    expect(alarm).to_contain_text("Nora Quist")
    expect(alarm.locator(".next")).to_contain_text("Next: Dr. Omar Vance")
    down = alarm.locator("[data-down]")
    expect(down).to_have_text(re.compile(r"^[0-2]:\d\d$"))
    before = down.inner_text()
    expect(down).not_to_have_text(before)
    expect(quiet).to_have_title(re.compile(r"^\(!\) "))
    # Nothing but the acknowledgement makes it go.
    quiet.keyboard.press("Escape")
    expect(alarm).to_be_visible()
    expect(alarm.locator("button")).to_have_count(1)
    quiet.goto(f"{demo.said['url']}/tasks")
    expect(alarm).to_be_visible()
    alarm.get_by_role("button", name="I have this").click()
    expect(quiet.locator("#strip .alarm.seen")).to_contain_text("Acknowledged by Pat Monroe")
    expect(alarm).to_have_count(0)
    expect(quiet).not_to_have_title(re.compile(r"^\(!\) "))


def test_no_sound_and_no_notification_unless_somebody_pressed_for_them(quiet: Page, demo: Demo) -> None:
    urgent(demo)
    expect(quiet.locator("#strip .alarm[data-unseen]")).to_be_visible()
    assert quiet.evaluate("[window.rang, window.told.length]") == [0, 0]


def test_allowed_it_rings_and_the_notification_names_nobody(quiet: Page, demo: Demo) -> None:
    sound, notify = quiet.locator("[data-alarm=sound]"), quiet.locator("[data-alarm=notify]")
    expect(sound).to_have_attribute("aria-pressed", "false")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    notify.click()
    expect(notify).to_have_attribute("aria-pressed", "true")
    quiet.reload()
    expect(sound).to_have_attribute("aria-pressed", "true")
    expect(quiet.locator("body")).to_have_attribute("data-live", "yes")
    urgent(demo)
    expect(quiet.locator("#strip .alarm[data-unseen]")).to_be_visible()
    quiet.wait_for_function("window.rang > 0 && window.told.length > 0")
    assert quiet.evaluate("window.told") == [["An urgent message waits", ""]]
    quiet.locator("#strip [data-action=acknowledge]").click()
    expect(quiet.locator("#strip .alarm[data-unseen]")).to_have_count(0)
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "false")


def test_on_a_phone_the_whole_strip_is_there_and_its_button_is_as_wide(quiet: Page, demo: Demo) -> None:
    quiet.set_viewport_size({"width": 390, "height": 844})
    urgent(demo)
    alarm = quiet.locator("#strip .alarm[data-unseen]")
    expect(alarm).to_be_visible()
    box = alarm.get_by_role("button", name="I have this").bounding_box()
    assert box is not None and box["height"] >= 44 and box["width"] > 300
    assert quiet.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_day_counts_by_itself_and_next_takes_the_urgent_thing(quiet: Page, demo: Demo) -> None:
    send(demo, "/phone/text", {"from": "+12025550143", "to": demo.said["practice_number"], "body": "BILLING"})
    expect(quiet.locator("#now .task")).to_have_count(1)
    urgent(demo)
    expect(quiet.locator("[data-count=urgent]")).to_have_text("1")
    expect(quiet.locator("#now .task")).to_have_count(2)
    quiet.locator("[data-action=next]").click()
    expect(quiet).to_have_url(re.compile("/cases/"))
    expect(quiet.locator("main")).to_contain_text("chest hurts")
