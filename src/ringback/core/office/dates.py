"""Days and periods of the registers. A day belongs to the practice's zone; it ends at the midnight after it.

Years and months are the calendar's (29 February plus a year is 28 February), a business day skips rest days.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

Period: TypeAlias = relativedelta | timedelta
YEAR, HALF_YEAR, MONTH = relativedelta(years=1), relativedelta(months=6), relativedelta(months=1)
SATURDAY = 5


def begins(day: date, zone: str) -> datetime:
    """The first moment of a day in this zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def ends(day: date, zone: str) -> datetime:
    """The moment a day is over in this zone: 00:00 of the next."""
    return begins(day + timedelta(days=1), zone)


def day_of(at: datetime, zone: str) -> date:
    """The day a moment lies in."""
    return at.astimezone(ZoneInfo(zone)).date()


def after(at: datetime, period: Period) -> datetime:
    """A period later; calendar periods keep the time of day."""
    found: datetime = at + period
    return found


def day_after(day: date, period: Period) -> date:
    """A period after a day."""
    found: date = day + period
    return found


def business_days(day: date, count: int, closed: Container[date] = frozenset()) -> date:
    """The day that is `count` business days after this one; Saturdays, Sundays and `closed` days do not count."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and day not in closed:
            count -= 1
    return day


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
