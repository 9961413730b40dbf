"""A week of opening hours as the grid of the set-up page paints it: quarters of an hour, seven days, and a sentence.

The rule: what is kept is what `core/hours` reads (`week`: seven lists of ["09:00", "12:00"], Monday first). A day is at most
MOST_SPANS spans that follow each other; one that ends at midnight closes "00:00", which reads as the end of that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from holidays import country_holidays

from ringback.core import hours
from ringback.core.hours import Hours

QUARTER: Final = 15
QUARTERS: Final = 96
MOST_SPANS: Final = 6
Day = list[list[str]]


class WrongWeek(ValueError):
    """A week that cannot be; the text says why."""


def quarter(wall: str) -> int:
    """Which quarter of the day a wall time begins: "08:15" is 33. Raises WrongWeek for no time, or one off the quarter."""
    head, _, tail = wall.partition(":")
    if not (len(head) == len(tail) == 2 and (head + tail).isascii() and (head + tail).isdigit()):
        raise WrongWeek("a time is written as 08:15")
    hour, minute = int(head), int(tail)
    if hour > 24 or minute > 59 or (hour == 24 and minute) or minute % QUARTER:
        raise WrongWeek("a time stands on a quarter of an hour")
    return (hour * 60 + minute) // QUARTER


def wall(quarters: int) -> str:
    """The wall time at which this quarter begins; the end of the day is "00:00"."""
    minutes = quarters % QUARTERS * QUARTER
    return f"{minutes // 60:02}:{minutes % 60:02}"


def read_day(written: Sequence[Sequence[str]]) -> Day:
    """A day as it is kept, from spans as a person wrote them. Raises WrongWeek."""
    spans = sorted((quarter(a), quarter(b) or QUARTERS) for a, b in written)
    if len(spans) > MOST_SPANS:
        raise WrongWeek("a day has at most six spans")
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if end <= start:
            raise WrongWeek("a span ends after it begins; one past midnight goes on the next day")
        if joined and start < joined[-1][1]:
            raise WrongWeek("two spans overlap")
        if joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [[wall(start), wall(end)] for start, end in joined]


def parse_day(text: str) -> Day:
    """A day from "08:00-12:00 13:00-17:00"; empty is closed. Raises WrongWeek."""
    written: list[list[str]] = []
    for part in text.replace(",", " ").split():
        start, dash, end = part.partition("-")
        if not dash:
            raise WrongWeek("a span is written as 08:00-12:00")
        written.append([start, end])
    return read_day(written)


def write_day(day: Sequence[Sequence[str]]) -> str:
    """A day as `parse_day` reads it."""
    return " ".join(f"{start}-{end if end != '00:00' else '24:00'}" for start, end in day)


def filled(day: Sequence[Sequence[str]]) -> list[bool]:
    """Which quarters of a day are open. What goes past midnight is painted up to midnight."""
    cells = [False] * QUARTERS
    for start, end in day:
        first, last = quarter(start[:5]), quarter(end[:5])
        for place in range(first, last if last > first else QUARTERS):
            cells[place] = True
    return cells


def paintable(week: Sequence[Sequence[Sequence[str]]]) -> bool:
    """Whether the grid can show this week without changing it: on quarters, and nothing past midnight."""
    try:
        return all(read_day(day) == [list(span) for span in day] for day in week)
    except WrongWeek:
        return False


def open_minutes(week: Sequence[Sequence[Sequence[str]]]) -> int:
    """How long a week of these hours is open."""
    return sum(sum(filled(day)) for day in week) * QUARTER


def next_change(at: Hours, now: datetime) -> tuple[bool, datetime | None]:
    """(open now, the moment that changes); None when it never opens, or has no end within a week."""
    if not hours.is_open(at, now):
        try:
            return False, hours.next_open(at, now)
        except hours.NeverOpen:
            return False, None
    moment = now
    for _ in range(7 * QUARTERS):
        moment = _next_quarter(moment)
        if not hours.is_open(at, moment):
            return True, moment
    return True, None


def _next_quarter(moment: datetime) -> datetime:
    floor = moment.replace(minute=moment.minute - moment.minute % QUARTER, second=0, microsecond=0)
    return floor + timedelta(minutes=QUARTER)


def coming_holidays(today: date, count: int = 12) -> list[tuple[date, str]]:
    """The next federal holidays with their names."""
    found = [
        (day, name)
        for year in (today.year, today.year + 1)
        for day, name in sorted(country_holidays("US", years=year).items())
        if day >= today
    ]
    return found[:count]
