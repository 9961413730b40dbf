"""A secure message from desk to phone and back: left in the case, told of by a text, opened with name, birth date and a code."""

from __future__ import annotations

import os
import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo
from tests.browser.test_demo import hold, ring

WORDS = "Your lab results: potassium is a little low. Please take the new dose from tomorrow on."
BACK = "Thank you. Here is the list of what I take."


def test_left_at_the_desk_opened_on_the_phone_and_answered(page: Page, demo: Demo, desk_page: Page) -> None:
    hold(page, "Dana Whitfield")
    ring(page, "ring_out")
    expect(page.locator(".bubble.theirs").first).to_contain_text("sorry we missed")
    page.locator("#words").fill("what did my blood test say?")
    page.locator("#write button").click()
    wall = page.locator("article.case", has_text="Dana Whitfield")
    expect(wall.locator(".chip")).to_have_text("with staff")
    desk_page.goto(f"{demo.said['url']}{wall.locator('.chip').get_attribute('href')}")
    # What may not stand in a plain text is said while it is typed, and moves behind the link as it is.
    box = desk_page.locator("#reply-words")
    box.press_sequentially(WORDS[:17])
    expect(desk_page.locator("#reply-lint")).to_contain_text("result")
    box.fill(WORDS)
    desk_page.locator("[data-action=secure]").click()
    full = desk_page.locator("[data-secure-form] textarea")
    expect(full).to_have_value(WORDS)
    expect(box).to_have_value("")
    desk_page.locator("[data-action=secure-send]").click()
    left = desk_page.locator("[data-secure=secure_out]")
    expect(left).to_contain_text(WORDS)
    expect(left).to_contain_text("not seen yet")
    # On the phone: a text that says nothing, a page that shows nothing before the code.
    told = page.locator(".bubble.theirs", has_text="secure message")
    expect(told).to_be_visible()
    expect(told).not_to_contain_text("potassium")
    told.locator("a[data-link]").click()
    inside = page.frame_locator("#frame")
    inside.locator("input[name=name]").fill("Dana Whitfield")
    for field, value in (("month", "12"), ("day", "1"), ("year", "1966")):
        inside.locator(f"input[name={field}]").fill(value)
    expect(inside.locator("body")).not_to_contain_text("potassium")
    inside.locator("[data-action=continue]").click()
    expect(inside.locator("input[name=code]")).to_be_visible()
    code = page.locator(".bubble.theirs", has_text="your code is")
    expect(code).to_have_count(1)
    found = re.search(r"\d{6}", code.inner_text())
    assert found is not None
    inside.locator("input[name=code]").fill(found[0])
    inside.locator("[data-action=code]").click()
    expect(inside.locator(".talk")).to_contain_text(WORDS)
    expect(left).to_contain_text("seen")
    expect(left).not_to_contain_text("not seen yet")
    inside.locator("textarea[name=words]").fill(BACK)
    inside.locator("input[type=file]").set_input_files(
        {"name": "list.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + b"made up\n" * 90_000}
    )
    inside.locator("[data-action=write]").click()
    expect(inside.locator("[data-told=sent]")).to_be_visible()
    answer = desk_page.locator("[data-secure=secure_in]")
    expect(answer).to_contain_text(BACK)
    with desk_page.expect_download() as saved:
        answer.get_by_role("link", name=re.compile("list.pdf")).click()
    assert saved.value.suggested_filename == "list.pdf"
    # The patient's own choices.
    inside.locator("[data-action=choices]").click()
    inside.locator("select[name=tongue]").select_option("es")
    inside.locator("[data-action=save-choices]").click()
    expect(inside.locator("[data-told=saved]")).to_be_visible()
    if os.environ.get("RINGBACK_LOOK"):
        look = os.environ["RINGBACK_LOOK"]
        desk_page.screenshot(path=f"{look}/desk.png", full_page=True)
        page.screenshot(path=f"{look}/phone.png", full_page=True)
