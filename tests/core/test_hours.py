"""The business clock: lunch gaps, holidays, night shifts, clock changes, and hours that never open."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core.hours import (
    Hours,
    NeverOpen,
    Span,
    add_business,
    business_between,
    end_of_day,
    ever_open,
    federal_holidays,
    is_open,
    next_business_day_end,
    next_open,
)

NY = ZoneInfo("America/New_York")
DAY = (Span(time(9), time(12)), Span(time(13), time(17)))
CLINIC = Hours(zone="America/New_York", week=(DAY,) * 5 + ((), ()), closed=frozenset({date(2026, 11, 26)}))
NEVER = Hours(zone="America/New_York", week=((),) * 7)
ALWAYS = Hours(zone="America/Chicago", week=((Span(time(0), time(0)),),) * 7)
NIGHT = Hours(zone="America/New_York", week=((Span(time(18), time(2)),),) * 7)


def ny(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=NY, fold=fold)  # type: ignore[misc,arg-type]


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        (ny(2026, 11, 23, 9), True),
        (ny(2026, 11, 23, 8, 59, 59), False),
        (ny(2026, 11, 23, 12), False),  # lunch begins
        (ny(2026, 11, 23, 12, 30), False),
        (ny(2026, 11, 23, 16, 59, 59), True),
        (ny(2026, 11, 23, 17), False),
        (ny(2026, 11, 26, 10), False),  # Thanksgiving
        (ny(2026, 11, 28, 10), False),  # Saturday
    ],
)
def test_the_clinic_is_open_in_its_spans_and_closed_at_the_closing_moment(at: datetime, answer: bool) -> None:
    assert is_open(CLINIC, at) is answer


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    assert is_open(CLINIC, datetime(2026, 11, 23, 14, 0, tzinfo=UTC))
    assert not is_open(CLINIC, datetime(2026, 11, 23, 13, 59, tzinfo=UTC))


def test_next_opening_passes_lunch_the_night_the_weekend_and_a_holiday() -> None:
    assert next_open(CLINIC, ny(2026, 11, 23, 10)) == ny(2026, 11, 23, 10)
    assert next_open(CLINIC, ny(2026, 11, 23, 12, 10)) == ny(2026, 11, 23, 13)
    assert next_open(CLINIC, ny(2026, 11, 25, 17)) == ny(2026, 11, 27, 9)
    assert next_open(CLINIC, ny(2026, 11, 27, 17)) == ny(2026, 11, 30, 9)


def test_four_business_hours_from_a_quarter_to_five_end_next_afternoon() -> None:
    assert add_business(CLINIC, ny(2026, 11, 23, 16, 45), hours(4)) == ny(2026, 11, 24, 13, 45)


def test_business_time_that_ends_with_the_day_ends_at_its_close_not_at_the_next_opening() -> None:
    assert add_business(CLINIC, ny(2026, 11, 23, 13), hours(4)) == ny(2026, 11, 23, 17)


def test_adding_nothing_changes_nothing_and_taking_away_is_refused() -> None:
    assert add_business(CLINIC, ny(2026, 11, 28, 3), timedelta(0)) == ny(2026, 11, 28, 3)
    with pytest.raises(ValueError, match="never taken away"):
        add_business(CLINIC, ny(2026, 11, 23, 9), timedelta(minutes=-1))


def test_open_time_between_leaves_out_lunch_nights_and_weekends() -> None:
    assert business_between(CLINIC, ny(2026, 11, 20, 16), ny(2026, 11, 23, 10)) == hours(2)
    assert business_between(CLINIC, ny(2026, 11, 23, 10), ny(2026, 11, 20, 16)) == -hours(2)
    assert business_between(NEVER, ny(2026, 1, 1), ny(2026, 12, 31)) == timedelta(0)


def test_same_day_means_todays_close_or_the_next_business_days() -> None:
    assert end_of_day(CLINIC, ny(2026, 11, 23, 7)) == ny(2026, 11, 23, 17)
    assert end_of_day(CLINIC, ny(2026, 11, 23, 12, 30)) == ny(2026, 11, 23, 17)
    assert end_of_day(CLINIC, ny(2026, 11, 23, 17)) == ny(2026, 11, 24, 17)
    assert end_of_day(CLINIC, ny(2026, 11, 28, 11)) == ny(2026, 11, 30, 17)


def test_next_business_day_is_counted_from_the_calendar_day() -> None:
    assert next_business_day_end(CLINIC, ny(2026, 11, 23, 7)) == ny(2026, 11, 24, 17)
    assert next_business_day_end(CLINIC, ny(2026, 11, 25, 10)) == ny(2026, 11, 27, 17)  # over Thanksgiving
    assert next_business_day_end(CLINIC, ny(2026, 11, 27, 18)) == ny(2026, 11, 30, 17)


def test_an_urgent_care_that_closes_after_midnight() -> None:
    assert is_open(NIGHT, ny(2026, 11, 24, 1, 59))
    assert not is_open(NIGHT, ny(2026, 11, 24, 2))
    assert end_of_day(NIGHT, ny(2026, 11, 24, 1)) == ny(2026, 11, 24, 2)
    assert next_business_day_end(NIGHT, ny(2026, 11, 24, 1)) == ny(2026, 11, 25, 2)


def test_round_the_clock_business_time_is_real_time() -> None:
    start = ny(2026, 3, 7, 12)
    assert add_business(ALWAYS, start, hours(48)) == start.astimezone(UTC) + hours(48)


def test_special_hours_win_over_the_week_and_over_closed_days() -> None:
    short = Hours(
        zone="America/New_York",
        week=CLINIC.week,
        closed=frozenset({date(2026, 12, 24)}),
        special={date(2026, 12, 24): (Span(time(9), time(11)),), date(2026, 12, 23): ()},
    )
    assert is_open(short, ny(2026, 12, 24, 10))
    assert not is_open(short, ny(2026, 12, 24, 11))
    assert not is_open(short, ny(2026, 12, 23, 10))


def test_the_night_the_clocks_go_forward_is_an_hour_shorter() -> None:
    night = Hours(zone="America/New_York", week=((Span(time(0), time(6)),),) * 7)
    assert business_between(night, ny(2026, 3, 8, 0), ny(2026, 3, 8, 12)) == hours(5)
    assert add_business(night, ny(2026, 3, 8, 1), hours(2)) == ny(2026, 3, 8, 4)


def test_the_night_the_clocks_go_back_is_an_hour_longer() -> None:
    night = Hours(zone="America/New_York", week=((Span(time(0), time(6)),),) * 7)
    assert business_between(night, ny(2026, 11, 1, 0), ny(2026, 11, 1, 12)) == hours(7)
    assert is_open(night, ny(2026, 11, 1, 1, 30)) and is_open(night, ny(2026, 11, 1, 1, 30, fold=1))


def test_a_close_within_the_repeated_hour_counts_the_second_one_and_neighbours_do_not_count_twice() -> None:
    two = Hours(zone="America/New_York", week=((Span(time(0), time(1, 30)), Span(time(1, 30), time(5))),) * 7)
    assert business_between(two, ny(2026, 11, 1, 0), ny(2026, 11, 1, 6)) == hours(6)


def test_a_span_inside_the_hour_that_does_not_exist_is_read_an_hour_on() -> None:
    gap = Hours(zone="America/New_York", week=((Span(time(2, 15), time(2, 45)),),) * 7)
    assert next_open(gap, ny(2026, 3, 8, 0)) == ny(2026, 3, 8, 3, 15)
    assert business_between(gap, ny(2026, 3, 8, 0), ny(2026, 3, 8, 12)) == timedelta(minutes=30)


def test_hours_that_never_open_say_so_and_never_search_for_ever() -> None:
    assert not is_open(NEVER, ny(2026, 11, 23, 10))
    assert not ever_open(NEVER, ny(2026, 11, 23, 10))
    assert ever_open(CLINIC, ny(2026, 11, 23, 10))
    for ask in (next_open, end_of_day, next_business_day_end):
        with pytest.raises(NeverOpen):
            ask(NEVER, ny(2026, 11, 23, 10))
    with pytest.raises(NeverOpen):
        add_business(NEVER, ny(2026, 11, 23, 10), hours(1))


def test_wrong_hours_are_refused_when_they_are_written() -> None:
    with pytest.raises(ValueError, match="seven days"):
        Hours(zone="America/New_York", week=(DAY,))
    with pytest.raises(ValueError, match="overlap"):
        Hours(zone="America/New_York", week=((Span(time(9), time(13)), Span(time(12), time(17))),) + ((),) * 6)
    with pytest.raises(ValueError, match="overlap"):
        Hours(zone="America/New_York", week=((Span(time(18), time(2)), Span(time(20), time(21))),) + ((),) * 6)
    with pytest.raises(ValueError, match="unknown time zone"):
        Hours(zone="Mars/Olympus", week=((),) * 7)
    with pytest.raises(ValueError, match="time zone"):
        is_open(CLINIC, datetime(2026, 11, 23, 10))


def test_federal_holidays_have_the_day_and_its_observance() -> None:
    days = federal_holidays(2026)
    assert {date(2026, 7, 4), date(2026, 7, 3), date(2026, 11, 26), date(2026, 6, 19)} <= days
    assert date(2026, 12, 24) not in days
    assert date(2027, 12, 31) in federal_holidays(2027)  # New Year's Day 2028 is a Saturday


KINDS = (CLINIC, ALWAYS, NIGHT, Hours(zone="America/New_York", week=((Span(time(0), time(6)),),) * 7))
moments = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.datetimes(datetime(2026, 3, 7), datetime(2026, 3, 10), timezones=st.just(UTC)),
    st.datetimes(datetime(2026, 10, 31), datetime(2026, 11, 3), timezones=st.just(UTC)),
)
amounts = st.timedeltas(timedelta(0), timedelta(hours=60))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(KINDS), moments, amounts)
def test_adding_business_time_then_measuring_it_gives_it_back(kind: Hours, at: datetime, amount: timedelta) -> None:
    end = add_business(kind, at, amount)
    assert end >= at
    assert business_between(kind, at, end) == amount
    if amount:
        assert business_between(kind, at, end - timedelta(microseconds=1)) < amount


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(KINDS), moments, moments, amounts)
def test_a_later_start_never_ends_earlier(kind: Hours, a: datetime, b: datetime, amount: timedelta) -> None:
    a, b = min(a, b), max(a, b)
    assert add_business(kind, a, amount) <= add_business(kind, b, amount)
    assert next_open(kind, a) <= next_open(kind, b)
    assert end_of_day(kind, a) <= end_of_day(kind, b)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(KINDS), moments, moments, moments)
def test_open_time_adds_up(kind: Hours, a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    assert business_between(kind, a, c) == business_between(kind, a, b) + business_between(kind, b, c)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(KINDS), moments)
def test_the_next_opening_is_open_and_nothing_between_is(kind: Hours, at: datetime) -> None:
    opening = next_open(kind, at)
    assert is_open(kind, opening)
    assert is_open(kind, at) == (opening == at)
    assert business_between(kind, at, opening) == timedelta(0)
    assert end_of_day(kind, at) > at
