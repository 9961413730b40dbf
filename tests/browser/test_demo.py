"""The demo's main path, as a visitor walks it: the phone in one hand, the wall before the eyes."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo


def ring(page: Page, kind: str) -> None:
    page.locator("#dialer").click()
    page.locator(f"[data-call={kind}]").click()
    expect(page.locator("#calling")).to_be_visible()


def skip_the_window(page: Page) -> None:
    expect(page.locator("article.case .chip")).to_have_text("settling")
    page.locator("[data-move=quarter]").click()


def hold(page: Page, name: str) -> None:
    page.locator("#holder").select_option(label=page.locator("#holder option", has_text=name).inner_text())


def test_rang_out_texted_booked_by_the_patients_own_hand(page: Page) -> None:
    hold(page, "Aisha Grant")
    ring(page, "ring_out")
    wall = page.locator("article.case", has_text="Aisha Grant")
    expect(wall.locator(".chip")).to_have_text("settling")
    first = page.locator(".bubble.theirs").first
    expect(first).to_contain_text("sorry we missed")
    expect(first).to_contain_text("Emergency: 911")
    expect(first).not_to_contain_text("Aisha")
    page.locator("[data-quick=BOOK]").click()
    link = page.locator(".bubble.theirs a[data-link]")
    link.click()
    inside = page.frame_locator("#frame")
    expect(inside.locator("body")).not_to_contain_text("Aisha")
    inside.locator("input[name=name]").fill("Aisha Grant")
    for field, value in (("month", "8"), ("day", "9"), ("year", "1995")):
        inside.locator(f"input[name={field}]").fill(value)
    inside.locator("[data-action=continue]").click()
    inside.locator("label.time").first.click()
    inside.locator("[data-action=book]").click()
    expect(inside.locator("body")).to_contain_text("booked")
    expect(wall.locator("footer")).to_contain_text("Booked")
    expect(page.locator("#counts .good b")).to_have_text("1")


def test_urgent_pages_until_somebody_acknowledges(page: Page) -> None:
    hold(page, "Robert Kim")
    ring(page, "ring_out")
    skip_the_window(page)
    expect(page.locator(".bubble.theirs")).to_have_count(1)
    expect(page.locator("#calling")).to_be_hidden()
    page.locator("[data-quick=URGENT]").click()
    expect(page.locator(".bubble.theirs").nth(1)).to_contain_text("911")
    expect(page.locator("article.case .chip")).to_have_text("urgent")
    beep = page.locator(".beep.page")
    expect(beep).to_contain_text("Nora Quist")
    beep.get_by_role("button", name="Acknowledge").click()
    expect(page.locator(".beep.page.acked")).to_contain_text("acknowledged")
    expect(page.locator("article.case .steps")).to_contain_text(re.compile("acknowledged", re.I))


def test_redialling_and_being_answered_means_no_text(page: Page) -> None:
    ring(page, "ring_out")
    expect(page.locator("article.case .chip")).to_have_text("settling")
    expect(page.locator("#calling")).to_be_hidden()
    ring(page, "answered")
    expect(page.locator("article.case footer")).to_contain_text("Called back in")
    page.locator("[data-move=quarter]").click()
    expect(page.locator("#sites .moved")).to_contain_text("15 min ahead")
    expect(page.locator("#thread .bubble")).to_have_count(0)
    expect(page.locator("article.case .chip")).to_have_text("closed")


def test_two_hours_of_silence_become_a_callback_task(page: Page) -> None:
    page.locator("[data-move=monday]").click()
    expect(page.locator("#sites .open")).to_have_count(3)
    ring(page, "hang_up")
    skip_the_window(page)
    expect(page.locator(".bubble.theirs")).to_have_count(1)
    expect(page.locator("article.case .chip")).to_have_text("texted")
    page.locator("[data-move=two]").click()
    task = page.locator("article.case .task")
    expect(task).to_contain_text(re.compile("callback", re.I))
    expect(page.locator(".bubble.theirs")).to_have_count(1)
    task.get_by_role("button", name="Done").click()
    expect(page.locator("article.case footer")).to_contain_text("Reached")


def test_cancel_by_mistake_is_an_opt_out_and_a_persons_task(page: Page) -> None:
    page.locator("[data-scene=cancel]").click()
    expect(page.locator(".turn")).to_be_visible()
    expect(page.locator("#holder")).to_have_value("+13015550112")
    expect(page.locator(".bubble.theirs").last).to_contain_text("did not change any appointment")
    expect(page.locator("article.case .task", has_text="appointment cancel")).to_be_visible()


def test_monday_at_eight_no_caller_is_lost(page: Page) -> None:
    page.locator("[data-scene=monday]").click()
    expect(page.locator(".turn")).to_be_visible(timeout=60_000)
    expect(page.locator("article.case")).to_have_count(6)
    expect(page.locator("article.case", has_text="Aisha Grant").locator("footer")).to_contain_text("Called back in")
    expect(page.locator("article.case .chip", has_text="urgent")).to_have_count(1)
    expect(page.locator(".beep.ringing")).to_have_count(1)


def test_the_page_fits_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_sign_in_link_works_once(demo: Demo, page: Page) -> None:
    stranger = page.context.browser.new_context()  # type: ignore[union-attr]
    try:
        opened = stranger.new_page()
        opened.goto(demo.said["sign_in"])
        expect(opened.locator("h1")).to_contain_text("used already")
        assert opened.request.get(f"{demo.said['url']}/demo/live").status == 403
    finally:
        stranger.close()
