"""What would have been: the same week under two policies, counted by the same replay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.core import week as grid
from ringback.core.hours import Hours, Span, federal_holidays
from ringback.core.policy import Policy
from ringback.core.what_if import Counts, Missed, Opened, Reached, Urgent, Week, replay, same

# A week of New York winter: Monday 12 January 2026, 9 to 5 with lunch from 12 to 1 (UTC is five hours on).
MONDAY = datetime(2026, 1, 12, tzinfo=UTC)
DAY = (Span(time(9), time(12)), Span(time(13), time(17)))
HOURS = Hours(zone="America/New_York", week=(DAY,) * 5 + ((), ()))
POLICY = Policy(hours=HOURS)
UNTIL = MONDAY + timedelta(days=7)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour + 5, minutes=minute)


def count(policy: Policy = POLICY, **facts: object) -> Counts:
    return replay(Week(until=UNTIL, **facts), {1: policy})  # type: ignore[arg-type]


def missed(caller: str, at: datetime, **more: bool) -> Missed:
    return Missed(caller=caller, location=1, at=at, **more)


def test_three_calls_in_ten_minutes_are_one_text_and_a_shorter_window_makes_more() -> None:
    calls = [missed("ana", local(0, 10, minute)) for minute in (0, 6, 12)]
    assert count(missed=calls).texts == 1
    assert count(replace(POLICY, episode_minutes=5), missed=calls).texts == 3


def test_who_is_answered_on_a_redial_gets_no_text_when_one_waits_long_enough() -> None:
    facts = {"missed": [missed("ana", local(0, 10))], "reached": [Reached(caller="ana", at=local(0, 10, 1))]}
    assert count(**facts).texts == 1
    assert count(replace(POLICY, settle_seconds=90), **facts).texts == 0


def test_nobody_who_may_not_be_sent_to_is_counted() -> None:
    assert count(missed=[missed("ana", local(0, 10), barred=True)]) == Counts()


def test_a_call_at_night_is_held_to_opening_or_left_to_a_person() -> None:
    held = replace(POLICY, night_first="hold")
    calls = [missed("ana", local(0, 22)), missed("ben", local(4, 19))]
    assert (count(missed=calls).texts, count(missed=calls).held) == (2, 0)
    found = count(held, missed=calls)
    # Ana's text waits eleven hours; Ben's would wait a weekend, so a person calls.
    assert (found.texts, found.held) == (1, 2)


def test_a_shorter_reply_window_makes_more_call_back_tasks() -> None:
    facts = {"missed": [missed("ana", local(0, 10))], "reached": [Reached(caller="ana", at=local(0, 11))]}
    assert count(**facts).callbacks == 0
    assert count(replace(POLICY, reply_gate=30), **facts).callbacks == 1
    assert count(replace(POLICY, reply_gate=30, second_text=True), **facts).texts == 2


def test_lunch_does_not_make_a_task_late() -> None:
    task = Opened(caller="ana", location=1, kind="voicemail", at=local(0, 11, 30), done=local(0, 13, 20))
    assert count(opened=[task]).overdue == 0
    assert count(opened=[replace(task, done=local(0, 13, 40))]).overdue == 1


def test_pages_go_until_somebody_acknowledges_the_officer_from_the_third_on() -> None:
    urgent = [Urgent(since=local(0, 3), acked=local(0, 3, 7), called=local(0, 3, 50))]
    # Pages at 0, 2, 4 and 6 minutes; the officer with the third and the fourth. The manager is told at 45.
    assert (count(urgent=urgent).pages, count(urgent=urgent).told) == (6, 1)
    slow = count(replace(POLICY, page_every=10), urgent=urgent)
    assert slow.pages == 1
    assert count(replace(POLICY, manager_after=55), urgent=urgent).told == 0


def test_an_empty_week_is_the_same_under_any_policy() -> None:
    assert same(count(), count(replace(POLICY, reply_gate=15)))


CALLS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 7 * 24 * 60 - 1)), max_size=30)


@given(CALLS, st.integers(5, 240), st.integers(5, 240))
def test_a_longer_episode_never_makes_more_texts(given_: list[tuple[str, int]], a: int, b: int) -> None:
    calls = [missed(who, MONDAY + timedelta(minutes=at)) for who, at in given_]
    short, long = sorted((a, b))
    assert (
        count(replace(POLICY, episode_minutes=long), missed=calls).texts
        <= count(replace(POLICY, episode_minutes=short), missed=calls).texts
    )


@given(CALLS)
def test_under_the_same_policy_both_columns_are_the_same(given_: list[tuple[str, int]]) -> None:
    calls = [missed(who, MONDAY + timedelta(minutes=at)) for who, at in given_]
    assert count(missed=calls) == count(missed=list(reversed(calls)))


# ---- the week grid ---------------------------------------------------------------------------------------------------


@given(st.lists(st.booleans(), min_size=96, max_size=96))
def test_what_is_painted_is_what_is_kept(cells: list[bool]) -> None:
    spans, start = [], None
    for place, on in enumerate([*cells, False]):
        if on and start is None:
            start = place
        if not on and start is not None:
            spans.append([grid.wall(start), grid.wall(place)])
            start = None
    if len(spans) > grid.MOST_SPANS:
        with pytest.raises(grid.WrongWeek):
            grid.read_day(spans)
        return
    day = grid.read_day(spans)
    assert grid.filled(day) == cells
    assert grid.parse_day(grid.write_day(day)) == day
    Hours(zone="UTC", week=(tuple(Span(time.fromisoformat(a), time.fromisoformat(b)) for a, b in day),) + ((),) * 6)


@pytest.mark.parametrize(
    "text", ["8-12", "08:00-07:00", "08:00-12:00 11:00-13:00", "08:05-12:00", "25:00-26:00", "nine"]
)
def test_a_day_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(grid.WrongWeek):
        grid.parse_day(text)


def test_spans_that_touch_become_one_and_a_day_may_end_at_midnight() -> None:
    assert grid.parse_day("12:00-17:00, 08:00-12:00") == [["08:00", "17:00"]]
    assert grid.parse_day("20:00-24:00") == [["20:00", "00:00"]]
    assert not grid.paintable([[["22:00", "06:00"]], *[[]] * 6])


def test_the_sentence_s_moment_is_the_next_change() -> None:
    assert grid.next_change(HOURS, local(0, 10)) == (True, local(0, 12))
    assert grid.next_change(HOURS, local(0, 12)) == (False, local(0, 13))
    assert grid.next_change(HOURS, local(4, 18)) == (False, local(7, 9))
    assert grid.next_change(Hours(zone="UTC", week=((),) * 7), MONDAY) == (False, None)


def test_the_coming_holidays_have_names() -> None:
    found = dict(grid.coming_holidays(date(2026, 12, 1)))
    assert found[date(2026, 12, 25)].startswith("Christmas") and set(found) <= federal_holidays(
        2026
    ) | federal_holidays(2027)
