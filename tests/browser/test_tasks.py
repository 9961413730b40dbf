"""Tasks in a real browser: ticked and moved together, taken back, dropped on a person, and one call back from dial to outcome."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.conftest import Demo

AISHA, TOM, LINH, ROBERT = "+13015550174", "+12405550186", "+12405550133", "+17035550151"
BILL = "I have a question about my bill"
SEND = """async ([what, fields]) => {
  const key = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(`/demo/${what}`, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": key } });
  return answer.status;
}"""


@pytest.fixture
def tasks(demo: Demo, page: Page) -> Page:
    """Three callers have written; their tasks stand on the page."""
    for number, words in ((AISHA, BILL), (TOM, "CALL"), (LINH, "Please send my records to my new doctor")):
        assert page.evaluate(SEND, ["text", {"phone": number, "body": words}]) == 200
    expect(page.locator("article.case")).to_have_count(3)
    page.goto(f"{demo.said['url']}/tasks")
    expect(page.locator(".ticket")).to_have_count(3)
    expect(page.locator("body")).to_have_attribute("data-live", "yes")
    return page


@pytest.fixture
def other(demo: Demo, signed_in: BrowserContext) -> Iterator[Page]:
    """Another screen."""
    opened = signed_in.new_page()
    yield opened
    opened.close()


def tick(page: Page, words: str) -> None:
    """Tick the card with these words."""
    page.locator(".ticket", has_text=words).locator("input[name=pick]").check()


def test_ticked_tasks_are_taken_shown_elsewhere_and_taken_back(tasks: Page, other: Page, demo: Demo) -> None:
    other.goto(f"{demo.said['url']}/tasks")
    expect(tasks.locator("#bulk")).to_be_hidden()
    tick(tasks, "Aisha Grant")
    tick(tasks, "Tom Becker")
    expect(tasks.locator("[data-picked]")).to_have_text("2")
    tasks.locator("[data-action=bulk-claim]").click()
    expect(tasks.locator(".ticket.mine")).to_have_count(2)
    expect(other.locator(".ticket.mine")).to_have_count(2)
    expect(tasks.locator("#bulk")).to_be_hidden()
    undo = tasks.locator("#acts .act", has_text="2 tasks taken")
    expect(undo).to_be_visible()
    undo.locator("[data-action=undo]").click()
    expect(tasks.locator(".ticket.mine")).to_have_count(0)
    expect(other.locator(".ticket.mine")).to_have_count(0)
    expect(tasks.locator("#acts .act")).to_have_count(0)


def test_closing_can_be_taken_back_and_else_happens_after_its_window(tasks: Page) -> None:
    tick(tasks, "Aisha Grant")
    tasks.locator("[data-action=bulk-done-resolved]").click()
    expect(tasks.locator(".ticket.closing", has_text="Aisha Grant")).to_contain_text("closing: Resolved")
    tasks.locator("#acts [data-action=undo]").click()
    expect(tasks.locator(".ticket.closing")).to_have_count(0)
    expect(tasks.locator(".ticket")).to_have_count(3)
    tick(tasks, "Aisha Grant")
    tasks.locator("[data-action=bulk-done-resolved]").click()
    # Nobody takes it back: the page itself finishes it when the window is over.
    expect(tasks.locator(".ticket", has_text="Aisha Grant")).to_have_count(0)
    expect(tasks.locator(".ticket")).to_have_count(2)


def test_what_is_ticked_stays_ticked_while_the_list_changes_by_itself(tasks: Page, other: Page, demo: Demo) -> None:
    tick(tasks, "Tom Becker")
    tasks.locator("h1").click()
    other.goto(f"{demo.said['url']}/demo")
    assert other.evaluate(SEND, ["text", {"phone": ROBERT, "body": BILL}]) == 200
    expect(tasks.locator(".ticket")).to_have_count(4)
    expect(tasks.locator(".ticket", has_text="Tom Becker").locator("input[name=pick]")).to_be_checked()
    expect(tasks.locator("[data-picked]")).to_have_text("1")


def test_a_card_dropped_on_oneself_is_taken_and_on_nobody_given_back(tasks: Page) -> None:
    tasks.locator("[data-view=board]").click()
    tasks.locator(".slice", has_text="by person").click()
    mine, nobody = tasks.get_by_role("region", name="You", exact=True), tasks.get_by_role("region", name="Nobody yet")
    card = tasks.locator(".ticket", has_text="Aisha Grant")
    expect(nobody.locator(".ticket")).to_have_count(3)
    expect(card).to_have_attribute("draggable", "true")
    card.drag_to(mine)
    expect(mine.locator(".ticket", has_text="Aisha Grant")).to_be_visible()
    expect(tasks.locator("#acts")).to_contain_text("1 task taken")
    tasks.locator(".ticket", has_text="Aisha Grant").drag_to(nobody)
    expect(nobody.locator(".ticket")).to_have_count(3)


def test_everything_can_be_done_by_keyboard(tasks: Page) -> None:
    box = tasks.locator(".ticket", has_text="Aisha Grant").locator("input[name=pick]")
    box.focus()
    tasks.keyboard.press("Space")
    to = tasks.locator("#bulk-to")
    to.focus()
    tasks.keyboard.press("ArrowDown")
    tasks.keyboard.press("Tab")
    expect(tasks.locator("[data-action=bulk-hand]")).to_be_focused()
    name = str(to.evaluate("one => one.selectedOptions[0].textContent")).split(" · ")[0]
    tasks.keyboard.press("Enter")
    expect(tasks.locator(".ticket", has_text="Aisha Grant").locator(".chip.claimed")).to_have_text(name)


def test_a_call_back_from_dial_to_outcome(tasks: Page, demo: Demo) -> None:
    tasks.locator(".ticket", has_text="Aisha Grant").locator("[data-action=call]").click()
    main = tasks.locator("main")
    expect(main.locator("[data-action=dial]")).to_have_attribute("href", f"tel:{AISHA}")
    expect(main).to_contain_text(BILL)
    expect(main).to_contain_text("Who they are is shown after the identity check")
    expect(main).not_to_contain_text("Aisha")
    main.get_by_label("Full name").fill("Aisha Grant")
    main.get_by_label("Date of birth").fill("08/10/1995")
    main.locator("[data-action=check]").click()
    expect(main.locator("[data-identity=open]")).to_contain_text("2 tries left")
    expect(main).not_to_contain_text("1995-08-09")
    main.get_by_label("Full name").fill("Aisha Grant")
    main.get_by_label("Date of birth").fill("08/09/1995")
    main.locator("[data-action=check]").click()
    expect(main.locator("[data-identity=checked]")).to_contain_text("full name, date of birth")
    expect(main).to_contain_text("Aisha Grant")
    main.locator("[data-action=outcome-no_answer]").click()
    expect(main).to_contain_text("The task comes back")
    expect(main.locator("[data-voicemail]")).to_be_visible()
    expect(main.locator("[data-voicemail]")).to_contain_text("Please call us back at")
    main.get_by_label("Notes").fill("Paid at the desk")
    main.locator("[data-action=outcome-reached]").click()
    expect(tasks).to_have_url(re.compile(r"/cases/[0-9a-f-]{36}$"))
    expect(tasks.locator("main")).to_contain_text("Paid at the desk")
    tasks.goto(f"{demo.said['url']}/tasks")
    expect(tasks.locator(".ticket")).to_have_count(2)


def test_the_person_page_shows_the_household_and_sets_the_flag(tasks: Page, demo: Demo) -> None:
    tasks.locator(".ticket", has_text="Linh Nguyen").locator("[data-action=call]").click()
    tasks.get_by_label("Full name").fill("Linh Nguyen")
    tasks.get_by_label("Date of birth").fill("03/30/1979")
    tasks.locator("[data-action=check]").click()
    tasks.get_by_role("link", name="Person page").click()
    expect(tasks.locator("h1")).to_have_text("Linh Nguyen")
    expect(tasks.locator("[data-household]")).to_contain_text("Minh Nguyen")
    tasks.locator("[data-action=flag]").click()
    expect(tasks.locator("[data-flag=on]")).to_be_visible()
    tasks.locator("[data-action=flag]").click()
    expect(tasks.locator("[data-flag=on]")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_for_axe_and_no_sideways_scroll(tasks: Page, theme: Any) -> None:
    tasks.emulate_media(color_scheme=theme)
    base = tasks.url.removesuffix("/tasks")
    tasks.locator(".ticket", has_text="Linh Nguyen").locator("[data-action=call]").click()
    panel = tasks.url.removeprefix(base)
    tasks.get_by_label("Full name").fill("Linh Nguyen")
    tasks.get_by_label("Date of birth").fill("03/30/1979")
    tasks.locator("[data-action=check]").click()
    person = str(tasks.get_by_role("link", name="Person page").get_attribute("href"))
    empty = "/tasks?queue=scheduling"
    for where in ("/tasks", "/tasks?view=board", "/tasks?view=board&by=owner", empty, panel, person):
        for width in (1440, 390):
            tasks.set_viewport_size({"width": width, "height": 900})
            tasks.goto(base + where)
            if where == "/tasks":
                tasks.locator("input[name=pick]").first.check()
                expect(tasks.locator("#bulk")).to_be_visible()
            found = Axe().run(
                tasks, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
            )
            assert found.violations_count == 0, f"{where} {width}: {found.generate_report()}"
            assert tasks.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{where} {width}"
