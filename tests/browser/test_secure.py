"""A secure message from desk to phone and back: left in the case, told of by a text, opened with name, birth date and a code."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
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
    # The same pages on a phone of their own: nothing for axe, nothing to scroll sideways, in light and in dark.
    address = page.locator(".bubble.theirs", has_text="secure message").locator("a[data-link]").get_attribute("href")
    own = page.context.new_page()
    own.set_viewport_size({"width": 390, "height": 844})
    own.goto(str(address))
    fits(own)
    own.locator("input[name=name]").fill("Dana Whitfield")
    for field, value in (("month", "12"), ("day", "1"), ("year", "1966")):
        own.locator(f"input[name={field}]").fill(value)
    own.locator("[data-action=continue]").click()
    expect(own.locator("input[name=code]")).to_be_visible()
    fits(own)
    expect(page.locator(".bubble.theirs", has_text=re.compile(r"code is|codigo es"))).to_have_count(2)
    second = re.search(
        r"\d{6}", page.locator(".bubble.theirs", has_text=re.compile(r"code is|codigo es")).last.inner_text()
    )
    assert second is not None
    own.locator("input[name=code]").fill(second[0])
    own.locator("[data-action=code]").click()
    expect(own.locator(".talk")).to_contain_text(BACK)
    own.locator("[data-action=choices]").click()
    fits(own)
    own.close()


def fits(page: Page) -> None:
    """Axe has nothing to say in either theme, and the page is no wider than the phone."""
    for theme in ("light", "dark"):
        # Without motion: what changes its colour slowly is looked at when it has changed.
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        found = Axe().run(page).response["violations"]
        assert not found, [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
