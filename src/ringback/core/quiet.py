"""Quiet hours: whether an unprompted text may go now, and if not, when.

The rule (C38): 09:00 to 20:00 local time, 12:00 to 20:00 on Sundays and federal holidays, made smaller by
state law, and true in every zone in which the person may plausibly be: the number's own, the practice's and
any known address. 20:00:00 is closed. A number that tells no place counts in all zones from the East coast to
Hawaii. Windows begin and end on whole minutes, so the answer is kept for each minute and set of places.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import phonenumbers
from phonenumbers import timezone as phone_zones

from ringback.core.hours import federal_holidays, zone_of
from ringback.core.states import LAWS, OURS, STATE_OF, STRADDLING, VERSION, Law, Window

LAW_VERSION = VERSION
GIVE_UP = timedelta(days=14)
ANYWHERE = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)
_MANY = 8
_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def zones_of(number: str) -> tuple[str, ...]:
    """Every zone in which the holder of this E.164 number may plausibly be, by its area code and exchange.

    ANYWHERE for a number that has no place (or is no US-style number at all). Ordered, without doubles.
    """
    if len(number) != 12 or not number.startswith("+1"):
        return ANYWHERE
    return _zones(number[:8])


@lru_cache(maxsize=65536)
def _zones(prefix: str) -> tuple[str, ...]:
    # The numbering data never looks further than the exchange, so one lookup serves ten thousand numbers.
    try:
        found = phone_zones.time_zones_for_number(phonenumbers.parse(prefix + "0100"))
    except phonenumbers.NumberParseException:
        return ANYWHERE
    if not found or len(found) > _MANY or any(zone.startswith("Etc/") for zone in found):
        return ANYWHERE
    return tuple(sorted({*found, *STRADDLING.get(prefix[2:5], ())}))


def states_of(number: str) -> tuple[str, ...]:
    """The state or territory of this number's area code, as a tuple of none or one two-letter code."""
    state = STATE_OF.get(number[2:5]) if len(number) == 12 and number.startswith("+1") else None
    return (state,) if state else ()


def quiet_until(
    number_zones: tuple[str, ...], practice_zone: str, at: datetime, *, states: tuple[str, ...] = ()
) -> datetime | None:
    """None when an unprompted text may go at this moment, else the next moment (UTC) that lies inside all
    windows.

    `states` are two-letter codes whose laws count (number's and address's); one without a law of its own adds
    nothing. Should the windows never meet within GIVE_UP the end of it is returned, so that the question is
    asked again then. Raises ValueError for a moment without a zone, ZoneInfoNotFoundError for an unknown
    zone.
    """
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return _until((*number_zones, practice_zone), states, int(at.timestamp()) // 60)


@lru_cache(maxsize=8192)
def _until(zones: tuple[str, ...], states: tuple[str, ...], minute: int) -> datetime | None:
    start = _EPOCH + minute * _MINUTE
    laws = (OURS, *(LAWS[state] for state in states if state in LAWS))
    places = sorted(set(zones))
    moment = start
    while moment - start < GIVE_UP:
        later = max(_next(zone, laws, moment) for zone in places)
        if later == moment:
            return None if moment == start else moment
        moment = later
    return start + GIVE_UP


def _next(zone: str, laws: tuple[Law, ...], moment: datetime) -> datetime:
    """The first moment from this one on that lies inside the windows of this zone."""
    place = zone_of(zone)
    today = moment.astimezone(place).date()
    for ahead in range(GIVE_UP.days + 1):
        day = today + timedelta(days=ahead)
        window = _window(laws, day)
        if window is None:
            continue
        if moment < datetime.combine(day, window[1], place).astimezone(UTC):
            return max(moment, datetime.combine(day, window[0], place).astimezone(UTC))
    return moment + GIVE_UP


@lru_cache(maxsize=4096)
def _window(laws: tuple[Law, ...], day: date) -> Window:
    """What is left of this day when all laws are kept; None when nothing is."""
    start, end = time.min, time.max
    for law in laws:
        for window in _windows(law, day):
            if window is None:
                return None
            start, end = max(start, window[0]), min(end, window[1])
    return (start, end) if start < end else None


def _windows(law: Law, day: date) -> tuple[Window, ...]:
    weekday = day.weekday()
    usual = law.sunday if weekday == 6 else law.saturday if weekday == 5 else law.weekday
    return (usual, law.holiday) if day in federal_holidays(day.year) else (usual,)
