"""The on-call calendar by hand: people dragged onto days, the same by keyboard, rotations, gaps mended, a way proven."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Demo


@pytest.fixture
def calendar(desk_page: Page, demo: Demo) -> Iterator[Page]:
    """The calendar of next week: whatever is put there changes nobody's now."""
    desk_page.goto(f"{demo.said['url']}/on-call")
    expect(desk_page.locator("body")).to_have_attribute("data-live", "yes")
    desk_page.locator("[data-action=after]").click()
    expect(desk_page.locator(".day.today")).to_have_count(0)
    yield desk_page


def day(page: Page, number: int) -> Locator:
    return page.locator(".day").nth(number)


def mate(page: Page, name: str) -> Locator:
    return page.locator(".mate", has_text=name)


def drag(page: Page, name: str, onto: Locator) -> None:
    """With people and days on the screen at once, as a hand needs them."""
    page.locator("#put").evaluate("one => one.scrollIntoView({ block: 'start' })")
    mate(page, name).drag_to(onto)


def undo(page: Page) -> None:
    page.locator("[data-action=undo]").click()
    expect(page.locator("[data-action=undo]")).to_have_count(0)


def test_a_person_is_dragged_onto_a_day_and_undo_takes_it_back(calendar: Page) -> None:
    drag(calendar, "Helen Osei", day(calendar, 2))
    expect(day(calendar, 2)).to_contain_text("Dr. Helen Osei")
    expect(day(calendar, 3)).not_to_contain_text("Helen Osei")
    expect(calendar.locator("#calendar .duty-row", has_text="Dr. Helen Osei")).to_contain_text("put by hand")
    undo(calendar)
    expect(day(calendar, 2)).not_to_contain_text("Helen Osei")


def test_several_days_are_chosen_with_the_pointer_and_a_name_dropped_on_them(calendar: Page) -> None:
    calendar.mouse.move(*_middle(day(calendar, 1)))
    calendar.mouse.down()
    calendar.mouse.move(*_middle(day(calendar, 2)))
    calendar.mouse.move(*_middle(day(calendar, 3)))
    calendar.mouse.up()
    expect(calendar.locator(".day.chosen")).to_have_count(3)
    expect(calendar.locator("[data-chosen]")).to_contain_text("3 days")
    drag(calendar, "Helen Osei", day(calendar, 2))
    expect(calendar.locator(".day", has_text="Dr. Helen Osei")).to_have_count(3)
    undo(calendar)


def _middle(one: Locator) -> tuple[float, float]:
    one.scroll_into_view_if_needed()
    box = one.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] - 12


def test_the_same_is_done_by_keyboard_alone(calendar: Page) -> None:
    day(calendar, 4).locator("[data-pick]").focus()
    calendar.keyboard.press("Shift+ArrowRight")
    expect(calendar.locator(".day.chosen")).to_have_count(2)
    expect(day(calendar, 5).locator("[data-pick]")).to_be_focused()
    mate(calendar, "Helen Osei").focus()
    calendar.keyboard.press("Enter")
    expect(calendar.locator(".day", has_text="Dr. Helen Osei")).to_have_count(2)
    expect(calendar.locator(".day.chosen")).to_have_count(0)
    undo(calendar)


def test_a_rotation_shows_its_next_turns_before_it_is_kept(calendar: Page) -> None:
    form = calendar.locator("#rotate form")
    if not form.is_visible():
        calendar.locator("#rotate > summary").click()
    form.locator("select[name=p1]").select_option(label="Dr. Omar Vance")
    form.locator("select[name=p2]").select_option(label="Dr. Helen Osei")
    form.locator("select[name=length]").select_option("1")
    turns = calendar.locator("#preview .turns li")
    expect(turns).to_have_count(8)
    expect(turns.nth(0)).to_contain_text("Dr. Omar Vance")
    expect(turns.nth(1)).to_contain_text("Dr. Helen Osei")
    form.locator("[data-action=rotate]").click()
    expect(calendar.locator("#calendar .duty-row", has_text="Dr. Omar Vance → Dr. Helen Osei")).to_be_visible()
    expect(calendar.locator(".day .shift.rotation")).to_have_count(7)
    expect(calendar.locator("#menu .on-now")).to_contain_text("Dr. Omar Vance")
    undo(calendar)
    expect(calendar.locator("#menu .on-now")).to_contain_text("Nora Quist")


def test_month_and_week_are_two_views_of_the_same_days(calendar: Page) -> None:
    calendar.locator("[data-action=month]").click()
    expect(calendar.locator(".days.month .day").nth(27)).to_be_visible()
    drag(calendar, "Helen Osei", calendar.locator(".day:not(.past)").nth(2))
    expect(calendar.locator(".day:not(.past)").nth(2)).to_contain_text("Dr. Helen Osei")
    undo(calendar)
    calendar.locator("[data-action=week]").click()
    expect(calendar.locator(".day")).to_have_count(7)


def test_a_gap_stands_on_every_page_until_it_is_mended(desk_page: Page, demo: Demo) -> None:
    desk_page.goto(f"{demo.said['url']}/on-call")
    listed = desk_page.locator(".roster").first.locator("tbody tr")
    expect(listed).to_have_count(2)
    for left in (1, 0):
        desk_page.locator("#plain").evaluate("one => { one.open = true }")
        listed.first.locator("[data-action=remove]").click()
        expect(desk_page.locator("#plain section").first.locator("tbody tr")).to_have_count(left)
    expect(desk_page.locator("#trouble")).to_contain_text("Nobody is on call now")
    desk_page.goto(f"{demo.said['url']}/people")
    gap = desk_page.locator("#strip [data-gap]")
    expect(gap).to_contain_text("Nobody is on call now")
    desk_page.keyboard.press("Escape")
    expect(gap).to_be_visible()
    gap.locator("[data-action=mend-gap]").click()
    desk_page.locator("#trouble [data-action=mend]").first.click()
    form = desk_page.locator("#put-form")
    expect(form.locator("select[name=person]")).to_be_focused()
    form.locator("select[name=person]").select_option(label="Dr. Helen Osei")
    form.locator("[data-action=put]").click()
    expect(desk_page.locator("#trouble .hero")).to_contain_text("Dr. Helen Osei")
    expect(desk_page.locator("#strip [data-gap]")).to_have_count(0)
    # As it was.
    undo(desk_page)
    for place, name in (("1", "Nora Quist"), ("2", "Omar Vance")):
        desk_page.locator("#plain").evaluate("one => { one.open = true }")
        add = desk_page.locator("form[action$='/on-call/add']")
        add.locator("select[name=staff]").select_option(
            value=add.locator("option", has_text=name).first.get_attribute("value") or ""
        )
        add.locator("input[name=place]").fill(place)
        add.locator("[data-action=add]").click()
        expect(desk_page.locator("#plain section").first.locator("tbody tr")).to_have_count(int(place))
    expect(desk_page.locator("#trouble .hero")).to_contain_text("Nora Quist")


def test_a_way_is_proven_by_the_link_of_a_test_page(desk_page: Page, demo: Demo) -> None:
    desk_page.goto(f"{demo.said['url']}/on-call")
    ways = desk_page.locator("#reach")
    ways.locator("input[name=address]").fill("202 555 0178")
    ways.locator("[data-action=add-way]").click()
    mine = ways.locator(".duty-row", has_text="(202) 555-0178")
    expect(mine).to_contain_text("Not tested yet")
    mine.locator("[data-action=test]").click()
    expect(mine).to_contain_text("went out")
    link = _link(demo, "+12025550178")
    with desk_page.context.expect_page() as opened:
        desk_page.evaluate("link => { window.open(link, '_blank', 'noopener') }", link)
    phone = opened.value
    expect(phone.locator("main")).not_to_contain_text("Pat")
    phone.locator("[data-action=arrived]").click()
    expect(phone.locator("main")).to_contain_text("Pages reach you here")
    phone.close()
    expect(mine).to_contain_text("A test page arrived")
    mine.locator("[data-action=remove-way]").click()
    expect(mine).to_have_count(0)


def _link(demo: Demo, number: str) -> str:
    """The link in the newest text of a made-up phone."""
    query = f"{demo.said['simulator']}/phone/messages?number={quote(number)}&after=0&wait=20"
    with urllib.request.urlopen(query, timeout=40) as answer:
        told = json.load(answer)["messages"]
    found = re.search(r"https?://\S+/reached/\S+", told[-1]["body"])
    assert found is not None
    return found[0]
