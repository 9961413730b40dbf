"""Dates as offices write them. The rule: a date that can be read two ways is refused, not guessed.

Whether 03/04 means March or April is settled by the whole file: one date that can only be read one way settles all; two
that contradict each other, or none, leave the unclear ones unclear (unless somebody says how the file is written).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

Order = Literal["mdy", "dmy"]
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero", "feb february febrero", "mar march marzo", "apr april abr abril", "may mayo",
            "jun june junio", "jul july julio", "aug august ago agosto", "sep sept september septiembre",
            "oct october octubre", "nov november noviembre", "dec december dic diciembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_SHORT = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}")
_NAMED = re.compile(r"(\d{1,2})[- ]([a-zé]+)\.?[-, ]+(\d{4})")
_NAMED_FIRST = re.compile(r"([a-zé]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2})? ?([ap])?\.?m?\.?")
_BARE_TIME = re.compile(r"(\d{2})(\d{2})")


class DateUnclear(ValueError):
    """A date or time that cannot be read, or can be read two ways. The text does not repeat it."""


def settle_order(cells: Iterable[str]) -> Order | None:
    """How a file writes slashed dates, when its own dates tell; None when they do not or contradict each other."""
    month_first = day_first = False
    for cell in cells:
        found = _SLASHED.match(cell.strip())
        if found:
            first, second = int(found[1]), int(found[2])
            day_first |= first > 12 >= second
            month_first |= second > 12 >= first
    if month_first == day_first:
        return None
    return "mdy" if month_first else "dmy"


def read_date(text: str, order: Order | None) -> date:
    """A date. Raises DateUnclear."""
    text = text.strip().lower()
    try:
        if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _SLASHED.fullmatch(text):
            first, second, year = int(found[1]), int(found[2]), int(found[3])
            if first > 12 or second == first:
                return date(year, second, first)
            if second > 12:
                return date(year, first, second)
            if order is None:
                raise DateUnclear(
                    "a date that can be read two ways (day or month first?); say --dates mdy or --dates dmy"
                )
            return date(year, first, second) if order == "mdy" else date(year, second, first)
        if (found := _NAMED.fullmatch(text)) and found[2] in MONTHS:
            return date(int(found[3]), MONTHS[found[2]], int(found[1]))
        if (found := _NAMED_FIRST.fullmatch(text)) and found[1] in MONTHS:
            return date(int(found[3]), MONTHS[found[1]], int(found[2]))
    except DateUnclear:
        raise
    except ValueError:
        raise DateUnclear("a day that is not in the calendar") from None
    if _SHORT.fullmatch(text):
        raise DateUnclear("a year of two digits; write all four")
    raise DateUnclear("not a date we can read; write it as 1980-12-31")


def read_time(text: str) -> time:
    """A time of day: 9:30 AM, 09:30, 0930, 2pm. Raises DateUnclear."""
    text = text.strip().lower()
    if found := _BARE_TIME.fullmatch(text):
        hour, minute, half = int(found[1]), int(found[2]), None
    elif found := _TIME.fullmatch(text):
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
        if found[2] is None and half is None:
            raise DateUnclear("not a time of day")
    else:
        raise DateUnclear("not a time of day")
    if half and not 1 <= hour <= 12:
        raise DateUnclear("not a time of day")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise DateUnclear("not a time of day") from None


def read_moment(day: str, clock: str, zone: str, order: Order | None) -> datetime | None:
    """A visit's moment in UTC from one cell ("2026-12-01 9:30") or two; None when empty. Raises DateUnclear."""
    day, clock = day.strip(), clock.strip()
    if not day:
        if clock:
            raise DateUnclear("a time without a date")
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)", day):
        return datetime.fromisoformat(day).astimezone(UTC)
    if not clock:
        parts = re.match(r"(.*\d{4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})[T ,]+(\d{1,4}.*)$", day)
        if parts is None:
            raise DateUnclear("a visit without a time of day")
        day, clock = parts[1], parts[2]
    wall = datetime.combine(read_date(day, order), read_time(clock), ZoneInfo(zone))
    moment = wall.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise DateUnclear("a time that the change to summer time leaves out")
    return moment
