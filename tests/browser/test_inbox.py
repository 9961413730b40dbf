"""The inbox in a real browser: what comes in shows by itself, filters are addresses, tabs are kept, words are found, all by keyboard."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo

AISHA, TOM, LINH = "+13015550174", "+12405550186", "+12405550133"
BILL = "I have a question about my bill"
SEND = """async ([what, fields]) => {
  const key = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(`/demo/${what}`, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": key } });
  return answer.status;
}"""


def text(page: Page, number: str, words: str) -> None:
    """A text comes in from this phone."""
    assert page.evaluate(SEND, ["text", {"phone": number, "body": words}]) == 200


@pytest.fixture
def inbox(demo: Demo, page: Page) -> Page:
    """Two callers have written; the inbox is open."""
    for number, words in ((AISHA, BILL), (TOM, "CALL")):
        text(page, number, words)
    expect(page.locator("article.case")).to_have_count(2)
    page.goto(f"{demo.said['url']}/inbox")
    expect(page.locator(".thread")).to_have_count(2)
    expect(page.locator("body")).to_have_attribute("data-live", "yes")
    return page


def test_who_writes_stands_there_by_itself_and_on_top(inbox: Page) -> None:
    expect(inbox.locator(".thread").first).to_contain_text("Tom Becker")
    text(inbox, AISHA, "Please call me about it")
    expect(inbox.locator(".thread").first).to_contain_text("Aisha Grant")
    expect(inbox.locator(".thread").first).to_contain_text("Please call me about it")
    text(inbox, LINH, "Please send my records to my new doctor")
    expect(inbox.locator(".thread")).to_have_count(3)


def test_a_thread_opens_beside_the_list_and_on_its_own_page_on_a_phone(inbox: Page) -> None:
    inbox.set_viewport_size({"width": 1440, "height": 1000})
    row = inbox.locator(".thread", has_text="Aisha Grant")
    expect(row.locator(".dot-new")).to_be_visible()
    row.locator("[data-open]").click()
    expect(inbox.locator("#pane")).to_contain_text(BILL)
    expect(inbox.locator(".thread[aria-current]")).to_contain_text("Aisha Grant")
    expect(inbox).to_have_url(re.compile(r"/inbox$"))
    # It stays open when the list changes, and what was read is not new any more.
    text(inbox, TOM, "Hello?")
    expect(inbox.locator(".thread").first).to_contain_text("Hello?")
    expect(inbox.locator(".thread[aria-current]")).to_contain_text("Aisha Grant")
    expect(inbox.locator("#pane")).to_contain_text(BILL)
    expect(row.locator(".dot-new")).to_have_count(0)
    inbox.locator("[data-pane-close]").click()
    expect(inbox.locator("#pane")).to_be_hidden()
    expect(row.locator("[data-open]")).to_be_focused()
    inbox.set_viewport_size({"width": 390, "height": 844})
    row.locator("[data-open]").click()
    expect(inbox).to_have_url(re.compile(r"/cases/[0-9a-f-]{36}$"))


def test_filters_become_an_address_and_a_tab(inbox: Page) -> None:
    inbox.locator("summary", has_text="Filter").click()
    inbox.locator("select[name=intent]").select_option("billing")
    inbox.locator("[data-action=filter]").click()
    expect(inbox).to_have_url(re.compile(r"/inbox\?.*intent=billing"))
    expect(inbox.locator(".thread")).to_have_count(1)
    expect(inbox.locator(".picked")).to_contain_text("Billing")
    inbox.locator("summary", has_text="Keep this view").click()
    inbox.locator("form[action$='/inbox/views'] input[name=name]").fill("Bills")
    inbox.locator("[data-action=view-keep]").click()
    tab = inbox.locator("[data-kept]", has_text="Bills")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(tab.locator(".count")).to_have_text("1")
    inbox.locator("summary", has_text="Keep this view").click()
    inbox.locator("form[action$='/rename'] input[name=name]").fill("Money")
    inbox.locator("[data-action=view-rename]").click()
    inbox.locator("[data-kept]", has_text="Money").click()
    expect(inbox.locator(".thread")).to_have_count(1)
    inbox.locator("summary", has_text="Keep this view").click()
    inbox.locator("[data-action=view-delete]").click()
    expect(inbox.locator("[data-kept]")).to_have_count(0)
    expect(inbox.locator(".thread")).to_have_count(2)


def test_a_word_is_found_by_keyboard_alone_and_stands_in_no_address(inbox: Page) -> None:
    inbox.locator("main").focus()
    inbox.keyboard.press("/")
    expect(inbox.locator("#q")).to_be_focused()
    inbox.keyboard.type("question bill")
    inbox.keyboard.press("Enter")
    # Another caller of the week before said the same.
    expect(inbox.locator("#found .thread", has_text="Aisha Grant")).to_have_count(1)
    expect(inbox.locator("#found")).to_contain_text(BILL)
    expect(inbox).to_have_url(re.compile(r"/search$"))
    inbox.locator("#q").fill("becker")
    inbox.keyboard.press("Enter")
    expect(inbox.locator("#found")).to_contain_text("Tom Becker")
    inbox.locator("#q").fill("0186")
    inbox.keyboard.press("Enter")
    expect(inbox.locator("#found .thread", has_text="Tom Becker")).to_have_count(1)
    inbox.locator("#q").fill("questio")
    inbox.keyboard.press("Enter")
    expect(inbox.locator("#found")).to_contain_text("Nothing was found")


def test_axe_finds_nothing_and_nothing_scrolls_sideways(inbox: Page) -> None:
    for theme in ("light", "dark"):
        for width in (1440, 390):
            inbox.set_viewport_size({"width": width, "height": 900})
            inbox.emulate_media(color_scheme=theme)
            if width == 1440:
                inbox.locator(".thread", has_text="Aisha Grant").locator("[data-open]").click()
                expect(inbox.locator("#pane")).to_contain_text(BILL)
            found = Axe().run(inbox).response["violations"]
            assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found] == [], (theme, width)
            assert inbox.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
