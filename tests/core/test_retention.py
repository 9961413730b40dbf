"""How long records are kept: calendar spans that never come out too short."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core import retention

DAY = timedelta(days=1)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
BIRTHS = st.dates(date(1920, 1, 1), date(2060, 1, 1))


def test_six_years_and_thirty_days_not_a_day_less() -> None:
    last = datetime(2024, 2, 29, 12, tzinfo=UTC)
    until = retention.keep_until("proof", last)
    assert until == datetime(2030, 3, 31, 12, tzinfo=UTC), "29 February ends on 1 March, then 30 days"
    assert not retention.may_purge("proof", last, until - timedelta(seconds=1))
    assert retention.may_purge("proof", last, until)


@settings(max_examples=300)
@given(MOMENTS)
def test_nothing_that_proves_goes_at_five_years_and_364_days(last: datetime) -> None:
    five = retention.months_after(last, 60)
    assert not retention.may_purge("proof", last, five + 364 * DAY)
    until = retention.keep_until("proof", last)
    assert until is not None and until - last >= timedelta(days=6 * 365 + 1 + 30)
    assert (until - timedelta(days=30)).year - last.year == 6


@settings(max_examples=300)
@given(MOMENTS, BIRTHS)
def test_a_minors_thread_is_kept_until_they_are_28(last: datetime, born: date) -> None:
    until = retention.keep_until("thread", last, born=born)
    assert until is not None and until >= retention.months_after(last, 120)
    if last.date() < retention.months_after(datetime(born.year, born.month, born.day), 216).date():
        grown = retention.months_after(datetime(born.year, born.month, born.day, tzinfo=UTC), 216)
        assert until >= retention.months_after(grown, 120)


@settings(max_examples=200)
@given(MOMENTS, BIRTHS)
def test_who_is_not_known_is_kept_as_long_as_anybody(last: datetime, born: date) -> None:
    unknown, known = retention.keep_until("thread", last), retention.keep_until("thread", last, born=born)
    assert unknown is not None and known is not None
    assert born > last.date() or unknown >= known


@settings(max_examples=200)
@given(MOMENTS, st.sampled_from(retention.LENGTHENED), st.integers(0, 1200))
def test_a_practice_lengthens_and_never_shortens(last: datetime, kind: retention.Kind, months: int) -> None:
    plain, set_ = retention.keep_until(kind, last), retention.keep_until(kind, last, longer={kind: months})
    assert plain is not None and set_ is not None and set_ >= plain
    if months < retention.RECORDS[kind].span.months:
        with pytest.raises(retention.Shorter):
            retention.check(kind, months)
    else:
        retention.check(kind, months)


@settings(max_examples=200)
@given(MOMENTS, st.sampled_from(sorted(set(retention.RECORDS) - {"thread", "minor_thread"})), st.integers(0, 20_000))
def test_the_cutoff_of_a_query_never_hides_what_may_go(last: datetime, kind: retention.Kind, days: int) -> None:
    now = last + days * DAY
    assert not retention.may_purge(kind, last, now) or last < retention.cutoff(kind, now)


def test_a_stop_is_for_ever_and_a_hold_beats_every_span() -> None:
    last = datetime(1990, 1, 1, tzinfo=UTC)
    far = datetime(9000, 1, 1, tzinfo=UTC)
    assert retention.keep_until("suppression", last) is None and not retention.may_purge("suppression", last, far)
    assert all(not retention.may_purge(kind, last, far, held=True) for kind in retention.RECORDS)


def test_the_short_ones() -> None:
    last = datetime(2026, 3, 8, 1, tzinfo=UTC)
    assert retention.keep_until("raw", last) == last + timedelta(hours=72)
    assert retention.keep_until("audio", last) == last + timedelta(days=90)
    assert retention.keep_until("backup", last) == last + timedelta(days=35)
    assert retention.keep_until("unmatched", last) == datetime(2028, 4, 8, 1, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["suppression", "raw", "backup", "nonsense"])
def test_what_is_not_the_practices_to_set(kind: str) -> None:
    with pytest.raises(ValueError, match="not the practice's"):
        retention.check(kind, 900)
