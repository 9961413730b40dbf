"""Days and periods of the registers: 29 February, the change to summer time, business days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core.office.dates import HALF_YEAR, YEAR, after, begins, business_days, day_after, day_of, ends, monday
from ringback.core.office.status import periodic

ZONES = st.sampled_from(["America/New_York", "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu", "UTC"])
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def test_a_year_after_the_29th_of_february_is_the_28th() -> None:
    assert day_after(date(2028, 2, 29), YEAR) == date(2029, 2, 28)
    assert day_after(date(2027, 2, 28), YEAR) == date(2028, 2, 28)
    assert day_after(date(2027, 8, 31), HALF_YEAR) == date(2028, 2, 29)
    assert after(datetime(2028, 2, 29, 9, tzinfo=UTC), YEAR) == datetime(2029, 2, 28, 9, tzinfo=UTC)


def test_a_day_ends_at_the_midnight_of_the_practice_even_when_clocks_change() -> None:
    assert ends(date(2026, 11, 1), "America/New_York") == datetime(2026, 11, 2, 5, tzinfo=UTC)
    assert ends(date(2026, 3, 8), "America/New_York") == datetime(2026, 3, 9, 4, tzinfo=UTC)
    # Days of 25 and of 23 hours: told as moments, for aware clocks of one zone subtract as walls do.
    assert ends(date(2026, 11, 1), "America/New_York").astimezone(UTC) - begins(
        date(2026, 11, 1), "America/New_York"
    ).astimezone(UTC) == timedelta(hours=25)


@settings(max_examples=60, deadline=None)
@given(day=DAYS, zone=ZONES)
def test_a_day_holds_its_first_moment_and_not_its_end(day: date, zone: str) -> None:
    assert day_of(begins(day, zone), zone) == day
    assert day_of(ends(day, zone), zone) == day + timedelta(days=1)
    assert day_of(ends(day, zone).astimezone(UTC) - timedelta(microseconds=1), zone) == day


@settings(max_examples=60, deadline=None)
@given(day=DAYS, count=st.integers(1, 30), closed=st.frozensets(DAYS, max_size=4))
def test_business_days_skip_rest_days_and_count_the_rest(day: date, count: int, closed: frozenset[date]) -> None:
    end = business_days(day, count, closed)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(1 for one in between if one.weekday() < 5 and one not in closed) == count
    assert end.weekday() < 5 and end not in closed


@settings(max_examples=60, deadline=None)
@given(day=DAYS)
def test_a_week_begins_on_its_monday(day: date) -> None:
    assert monday(day).weekday() == 0 and timedelta(0) <= day - monday(day) < timedelta(days=7)


@settings(max_examples=60, deadline=None)
@given(
    last=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    since=st.timedeltas(timedelta(0), timedelta(days=900)),
)
def test_something_regular_never_goes_back_to_green_by_waiting(last: datetime, since: timedelta) -> None:
    order = ("green", "due", "red")
    now, later = last + since, last + since + timedelta(days=3)
    first, due = periodic(last, YEAR, now, last)
    second, _ = periodic(last, YEAR, later, last)
    assert order.index(first) <= order.index(second)
    assert (first == "red") == (now >= due)
