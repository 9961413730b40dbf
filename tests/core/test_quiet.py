"""Quiet hours: nobody is woken, in whichever zone the phone may be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import timezone as phone_zones

from ringback.core.hours import federal_holidays
from ringback.core.quiet import ANYWHERE, quiet_until, states_of, zones_of
from ringback.core.states import AREA_CODES, LAWS, OURS, STATE_OF, STRADDLING

ET, CT, MT, PT = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
AZ, AK, HI, PR = "America/Phoenix", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico"


def local(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone))  # type: ignore[misc,arg-type]


@pytest.mark.parametrize("zone", [ET, CT, MT, AZ, PT, AK, HI, PR])
@pytest.mark.parametrize(
    ("at", "until"),
    [
        ((2026, 11, 23, 8, 59, 59), (2026, 11, 23, 9)),
        ((2026, 11, 23, 9), None),
        ((2026, 11, 23, 19, 59, 59), None),
        ((2026, 11, 23, 20), (2026, 11, 24, 9)),  # 20:00:00 is closed
        ((2026, 11, 22, 9), (2026, 11, 22, 12)),  # Sunday
        ((2026, 11, 22, 12), None),
        ((2026, 11, 21, 21), (2026, 11, 22, 12)),  # Saturday night
        ((2026, 11, 26, 10), (2026, 11, 26, 12)),  # Thanksgiving
        ((2026, 7, 3, 10), (2026, 7, 3, 12)),  # Independence Day, observed
        ((2026, 11, 25, 20, 30), (2026, 11, 26, 12)),
        ((2026, 3, 7, 23), (2026, 3, 8, 12)),  # the clocks go forward
        ((2026, 3, 8, 11, 59), (2026, 3, 8, 12)),
        ((2026, 11, 1, 1, 30), (2026, 11, 1, 12)),  # the clocks go back
        ((2026, 11, 1, 20), (2026, 11, 2, 9)),
    ],
)
def test_one_zone_has_the_window_of_its_own_wall_clock(
    zone: str, at: tuple[int, ...], until: tuple[int, ...] | None
) -> None:
    answer = quiet_until((zone,), zone, local(zone, *at))
    assert answer == (None if until is None else local(zone, *until))


def test_a_phone_from_california_and_a_practice_in_new_york_share_noon_to_eight_eastern() -> None:
    assert quiet_until((PT,), ET, local(ET, 2026, 11, 23, 11, 59)) == local(ET, 2026, 11, 23, 12)
    assert quiet_until((PT,), ET, local(ET, 2026, 11, 23, 12)) is None
    assert quiet_until((PT,), ET, local(ET, 2026, 11, 23, 20)) == local(ET, 2026, 11, 24, 12)


def test_a_phone_without_a_place_waits_for_all_zones() -> None:
    assert quiet_until(ANYWHERE, ET, local(HI, 2026, 11, 23, 8, 59)) == local(HI, 2026, 11, 23, 9)
    assert quiet_until(ANYWHERE, ET, local(ET, 2026, 11, 23, 19, 59)) is None
    assert quiet_until(ANYWHERE, ET, local(ET, 2026, 11, 23, 20)) == local(HI, 2026, 11, 24, 9)


def test_sunday_in_one_zone_and_monday_in_the_other() -> None:
    # Sunday noon in Honolulu is 17:00 Eastern; an hour of it is left in Guam's Monday morning.
    assert quiet_until((HI,), ET, local(ET, 2026, 11, 22, 16, 59)) == local(ET, 2026, 11, 22, 17)
    assert quiet_until(("Pacific/Guam",), HI, local(HI, 2026, 11, 22, 11)) == local(HI, 2026, 11, 22, 13)


def test_windows_that_never_meet_are_asked_again_later() -> None:
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert quiet_until(("Europe/Moscow",), PT, at) == at + timedelta(days=14)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        quiet_until((ET,), ET, datetime(2026, 11, 23, 12))


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+12025550123", (ET,)),
        ("+13125550123", (CT,)),
        ("+13035550123", (MT,)),
        ("+16025550123", (AZ,)),
        ("+14155550100", (PT,)),
        ("+18085550123", (HI,)),
        ("+17875550123", (PR,)),
        ("+19075550123", ("America/Adak", AK)),
        # people of these areas live in two zones (split states)
        ("+18505550123", (CT, ET)),  # FL
        ("+19155550123", (CT, MT)),  # TX
        ("+14235550123", (CT, ET)),  # TN
        ("+12705550123", (CT, ET)),  # KY
        ("+18125550123", (CT, ET)),  # IN
        ("+13085550123", (CT, MT)),  # NE
        ("+17855550123", (CT, MT)),  # KS
        ("+15415550123", (MT, PT)),  # OR
        ("+19065550123", (CT, ET)),  # MI
        ("+17135550123", (CT,)),  # Houston is in one zone only
    ],
)
def test_where_an_area_code_may_be(number: str, zones: tuple[str, ...]) -> None:
    assert zones_of(number) == zones


@pytest.mark.parametrize("code", ["701", "605", "208"])
def test_split_states_that_the_numbering_data_names_finer(code: str) -> None:
    assert set(STRADDLING[code]) <= set(zones_of(f"+1{code}5550123"))


@pytest.mark.parametrize("number", ["+15005550123", "+18005550123", "+442079460000", "", "+1911", "anonymous!!!"])
def test_numbers_without_a_place_count_everywhere(number: str) -> None:
    assert zones_of(number) == ANYWHERE


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(STATE_OF)), st.integers(2_000_000, 9_999_999))
def test_zones_hold_all_that_the_numbering_data_says_of_the_whole_number(code: str, rest: int) -> None:
    number = f"+1{code}{rest}"
    told = set(phone_zones.time_zones_for_number(phonenumbers.parse(number)))
    assert zones_of(number) == ANYWHERE or told <= set(zones_of(number))


def test_states_of_area_codes() -> None:
    assert states_of("+13055550123") == ("FL",)
    assert states_of("+12145550123") == ("TX",)
    assert states_of("+12025550123") == ("DC",)
    assert states_of("+17875550123") == ("PR",)
    assert states_of("+15005550123") == ()
    assert states_of("+442079460000") == ()


def test_every_state_has_area_codes_and_none_is_named_twice() -> None:
    assert len(set(STATE_OF.values())) == 50 + 1 + 5  # states, the District, five territories
    assert len(STATE_OF) == sum(len(codes.split()) for codes in AREA_CODES.values())
    assert set(LAWS) <= set(STATE_OF.values())
    assert all(len(code) == 3 and code.isdigit() for code in STATE_OF)


def test_state_law_makes_the_window_smaller() -> None:
    # Rhode Island ends at six; Alabama has no Sunday at all; Texas is wider than ours and changes nothing.
    assert quiet_until((ET,), ET, local(ET, 2026, 11, 23, 18), states=("RI",)) == local(ET, 2026, 11, 24, 9)
    assert quiet_until((CT,), CT, local(CT, 2026, 11, 22, 13), states=("AL",)) == local(CT, 2026, 11, 23, 9)
    assert quiet_until((CT,), CT, local(CT, 2026, 11, 23, 20), states=("TX",)) == local(CT, 2026, 11, 24, 9)
    assert quiet_until((CT,), CT, local(CT, 2026, 11, 23, 19), states=("TX", "FL", "ZZ")) is None


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
zones = st.lists(st.sampled_from([ET, CT, MT, AZ, PT, AK, HI, PR]), min_size=1, max_size=3).map(tuple)
states = st.lists(st.sampled_from(sorted(LAWS)), max_size=2).map(tuple)


def _inside(zone: str, at: datetime) -> bool:
    """The default window written a second time, without shortcuts."""
    there = at.astimezone(ZoneInfo(zone))
    rest = there.weekday() == 6 or there.date() in federal_holidays(there.year)
    return time(12 if rest else 9) <= there.time() < time(20)


@settings(max_examples=200, deadline=None)
@given(zones, moments)
def test_a_text_goes_now_exactly_when_it_is_daytime_everywhere(places: tuple[str, ...], at: datetime) -> None:
    until = quiet_until(places, places[0], at)
    assert (until is None) == all(_inside(zone, at) for zone in places)
    if until is not None:
        assert until > at
        assert quiet_until(places, places[0], until) is None
        assert not all(_inside(zone, until - timedelta(seconds=1)) for zone in places)


@settings(max_examples=150, deadline=None)
@given(zones, zones, states, states, moments)
def test_more_places_and_more_laws_never_open_a_window(
    places: tuple[str, ...],
    more: tuple[str, ...],
    laws: tuple[str, ...],
    other: tuple[str, ...],
    at: datetime,
) -> None:
    few = quiet_until(places, ET, at, states=laws)
    many = quiet_until(places + more, ET, at, states=laws + other)
    assert many is None or few is None or many >= few
    assert not (many is None and few is not None)


def test_our_own_window_is_within_the_federal_one() -> None:
    for window in (OURS.weekday, OURS.saturday, OURS.sunday, OURS.holiday):
        assert window is not None and window[0] >= time(8) and window[1] <= time(21)


def test_new_years_day_observed_in_the_old_year_is_a_holiday() -> None:
    assert date(2027, 12, 31) in federal_holidays(2027)
    assert quiet_until((ET,), ET, local(ET, 2027, 12, 31, 10)) == local(ET, 2027, 12, 31, 12)
