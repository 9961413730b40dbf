"""A day's work by keyboard: the palette, the list of keys, going to pages, and a broken connection that says so."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo


def test_the_palette_goes_to_a_page_by_a_few_letters(desk_page: Page, demo: Demo) -> None:
    desk_page.keyboard.press("Control+k")
    box = desk_page.get_by_role("combobox")
    expect(box).to_be_focused()
    expect(desk_page.get_by_role("option").first).to_be_visible()
    box.fill("audi")
    expect(desk_page.get_by_role("option")).to_have_count(1)
    box.press("Enter")
    expect(desk_page).to_have_url(f"{demo.said['url']}/audit")


def test_what_is_not_there_is_said(desk_page: Page) -> None:
    desk_page.locator("[data-open-palette]").click()
    desk_page.get_by_role("combobox").fill("qqqq")
    expect(desk_page.locator("#palette .empty")).to_be_visible()
    desk_page.keyboard.press("Escape")
    expect(desk_page.locator("#palette")).to_be_hidden()


def test_g_and_a_letter_goes_there_and_question_mark_lists_the_keys(desk_page: Page, demo: Demo) -> None:
    desk_page.keyboard.press("?")
    expect(desk_page.get_by_role("heading", name="Keys")).to_be_visible()
    desk_page.keyboard.press("Escape")
    desk_page.keyboard.press("g")
    desk_page.keyboard.press("k")
    expect(desk_page).to_have_url(re.compile(re.escape(f"{demo.said['url']}/tasks")))


def test_single_keys_can_be_switched_off(desk_page: Page, demo: Demo) -> None:
    desk_page.keyboard.press("?")
    desk_page.locator("[data-keys-on]").uncheck()
    desk_page.locator("[data-action=keys-close]").click()
    desk_page.keyboard.press("?")
    expect(desk_page.locator("#keys")).to_be_hidden()
    desk_page.evaluate("localStorage.removeItem('keys')")


def test_letters_in_a_box_are_letters(desk_page: Page, demo: Demo) -> None:
    desk_page.goto(f"{demo.said['url']}/people")
    desk_page.locator("input[name=name]").fill("")
    desk_page.locator("input[name=name]").press_sequentially("jk?e")
    expect(desk_page.locator("input[name=name]")).to_have_value("jk?e")


def test_a_broken_connection_says_so_and_what_was_typed_stays(desk_page: Page, demo: Demo) -> None:
    desk_page.goto(f"{demo.said['url']}/people")
    expect(desk_page.locator("body")).to_have_attribute("data-live", "yes")
    desk_page.locator("input[name=name]").fill("Ana Ruiz")
    desk_page.context.set_offline(True)
    # The stream that was open is cut, as when a cable is pulled.
    desk_page.evaluate("dispatchEvent(new Event('offline'))")
    expect(desk_page.locator(".away")).to_be_visible()
    expect(desk_page.locator("input[name=name]")).to_have_value("Ana Ruiz")
    desk_page.context.set_offline(False)
    desk_page.evaluate("dispatchEvent(new Event('online'))")
    expect(desk_page.locator(".away")).to_be_hidden()
    expect(desk_page.locator("input[name=name]")).to_have_value("Ana Ruiz")


def test_the_phone_reaches_every_page_by_more(desk_page: Page, demo: Demo) -> None:
    desk_page.set_viewport_size({"width": 390, "height": 844})
    desk_page.locator("[data-more] > summary").click()
    sheet = desk_page.locator("[data-more] .sheet")
    expect(sheet.get_by_role("link", name="Audit log")).to_be_visible()
    sheet.get_by_role("link", name="People").click()
    expect(desk_page).to_have_url(f"{demo.said['url']}/people")
    desk_page.set_viewport_size({"width": 1440, "height": 1000})
