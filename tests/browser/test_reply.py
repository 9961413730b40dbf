"""Answering a caller in a browser: the linter beside the box, a quick reply in their language, two people at one case, a name in a note."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Page, expect
from tests.browser.conftest import Demo
from tests.browser.test_demo import hold, ring

from ringback.simulator.wire import Courier


def text(demo: Demo, number: str, words: str, place: int) -> None:
    """A text from this phone comes in by the carrier's hook."""

    async def deliver() -> None:
        said = demo.said
        courier = Courier({said["account_sid"]: said["auth_token"]})
        try:
            form = {
                "AccountSid": said["account_sid"], "MessageSid": f"SM{place:032x}", "From": number,
                "To": said["practice_number"], "Body": words, "NumMedia": "0",
            }  # fmt: skip
            assert (await courier.deliver(said["hooks"]["twilio_text"], said["account_sid"], form)).status < 300
        finally:
            courier.close()

    # In a thread of its own: the browser has this one's loop.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(deliver())).result(30)


def opened(page: Page, desk_page: Page, demo: Demo, name: str, words: str) -> None:
    """This caller rang, wrote, and the case is open at the desk."""
    hold(page, name)
    ring(page, "ring_out")
    expect(page.locator(".bubble.theirs").first).to_be_visible()
    page.locator("#words").fill(words)
    page.locator("#write button").click()
    case = page.locator("article.case", has_text=name)
    expect(case.locator(".chip")).to_have_text("with staff")
    desk_page.goto(f"{demo.said['url']}{case.locator('.chip').get_attribute('href')}")
    expect(desk_page.locator("body")).to_have_attribute("data-live", "yes")


def test_the_linter_speaks_while_one_types_and_the_text_stands_in_the_thread(
    page: Page, demo: Demo, desk_page: Page
) -> None:
    opened(page, desk_page, demo, "Tom Becker", "BILLING")
    desk_page.keyboard.press("r")
    box = desk_page.locator("#reply-words")
    expect(box).to_be_focused()
    box.press_sequentially("Your biopsy was fine")
    expect(desk_page.locator("#reply-lint")).to_contain_text("biopsy")
    # It stays in the box while the linter speaks.
    expect(box).to_have_value("Your biopsy was fine")
    box.fill("We looked at it, all is settled.")
    expect(desk_page.locator("#reply-lint")).to_contain_text("Nothing in it")
    box.press("Control+Enter")
    ours = desk_page.locator("#thread .bubble.ours", has_text="all is settled")
    expect(ours).to_have_count(1)
    expect(ours).to_contain_text("Delivered")
    expect(box).to_have_value("")
    expect(page.locator(".bubble.theirs", has_text="all is settled")).to_be_visible()


def test_a_quick_reply_is_read_in_both_languages_before_it_goes(page: Page, demo: Demo, desk_page: Page) -> None:
    opened(page, desk_page, demo, "Carmen Ruiz", "una pregunta de mi cuenta por favor")
    quick = desk_page.locator("[data-action=quick-call_you]")
    expect(quick).to_contain_text("Gracias por su mensaje")
    expect(quick).to_contain_text("Thank you for your message")
    quick.click()
    expect(desk_page.locator("#reply-words")).to_have_value("Gracias por su mensaje. Le llamaremos hoy a este numero.")
    expect(desk_page.locator("#reply-lint")).to_contain_text("characters")
    desk_page.locator("[data-action=reply]").click()
    expect(desk_page.locator("#thread .bubble.ours", has_text="Gracias por su mensaje")).to_have_count(1)


def test_what_came_in_meanwhile_is_shown_before_the_answer_goes(page: Page, demo: Demo, desk_page: Page) -> None:
    opened(page, desk_page, demo, "Robert Kim", "REFILL")
    box = desk_page.locator("#reply-words")
    box.fill("It is at your pharmacy.")
    text(demo, "+17035550151", "never mind, I want the other pharmacy", 901)
    expect(desk_page.locator("#thread", has_text="other pharmacy")).to_be_visible()
    expect(box).to_have_value("It is at your pharmacy.")


def test_a_note_that_names_a_colleague_and_a_case_put_aside(page: Page, demo: Demo, desk_page: Page) -> None:
    opened(page, desk_page, demo, "James Carter", "RECORDS")
    desk_page.locator("#note-words").fill("Needs the long form, please look.")
    desk_page.locator("#note-tell").select_option(index=1)
    desk_page.locator("#note-words").locator("xpath=ancestor::form").get_by_role("button").click()
    expect(desk_page.locator("#thread .noted", has_text="long form")).to_have_count(1)
    desk_page.locator("select[name=to]").select_option(index=1)
    desk_page.locator("[data-action=assign]").click()
    expect(desk_page.locator("#toast, .toast, [role=status]").filter(has_text="now")).not_to_have_count(0)
    desk_page.locator("select[name=until]").select_option("tomorrow")
    desk_page.locator("[data-action=snooze]").click()
    desk_page.goto(f"{demo.said['url']}/inbox")
    expect(desk_page.locator("[data-row]", has_text="James Carter")).to_have_count(0)
