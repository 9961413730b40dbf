"""The business clock: when a practice is open, and what moment it is after so much open time.

The rule: every answer is a moment in UTC, and open time is counted on the real clock, so a day on which the
clocks change counts the minutes that really passed. Wall times are read in the practice's own zone: a time
the clocks jump over is read an hour on, and a span that ends in a repeated hour ends with the second one.
Nothing here looks further than HORIZON days for an opening; hours that never open raise NeverOpen instead of
searching for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holidays import country_holidays

HORIZON = 400
_DAY = timedelta(days=1)


class NeverOpen(ValueError):
    """These hours do not open within HORIZON days, so no business moment can be named."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One stretch of opening time. A close at or before the open means the day after (00:00-00:00 is round
    the clock)."""

    open: time
    close: time

    @property
    def overnight(self) -> bool:
        return self.close <= self.open


Week = tuple[tuple[Span, ...], ...]


def _check(day: str, spans: tuple[Span, ...]) -> None:
    for before, after in pairwise(spans):
        if before.overnight or before.close > after.open:
            raise ValueError(f"{day}: opening times overlap or are out of order")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A location's hours. `week` is seven tuples of spans, Monday first; several spans a day make a lunch
    gap.

    `closed` are days it does not open at all; `special` gives a date its own spans and wins over both. Raises
    ValueError for an unknown zone, a week that has not seven days, or spans that overlap within a day.
    """

    zone: str
    week: Week
    closed: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Span, ...]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days, Monday first")
        try:
            zone_of(self.zone)
        except (ZoneInfoNotFoundError, OSError) as wrong:
            raise ValueError(f"unknown time zone {self.zone!r}") from wrong
        for number, spans in enumerate(self.week):
            _check(f"weekday {number + 1}", spans)
        for day, spans in self.special.items():
            _check(day.isoformat(), spans)


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """The zone of this IANA name (from the system's data or the tzdata package). Raises
    ZoneInfoNotFoundError."""
    return ZoneInfo(name)


@lru_cache(maxsize=64)
def federal_holidays(year: int) -> frozenset[date]:
    """United States federal holidays of this year, both the day itself and the weekday on which it is
    observed."""
    return frozenset(country_holidays("US", years=year))


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(UTC)


def _opens(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)


def _closes(day: date, wall: time, zone: ZoneInfo) -> datetime:
    # The later of both readings: the second of a repeated hour, past the gap when the clocks jump over it.
    moment = datetime.combine(day, wall, zone)
    return max(moment.astimezone(UTC), moment.replace(fold=1).astimezone(UTC))


@lru_cache(maxsize=4096)
def _spans(hours: Hours, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """Open stretches that begin on this local day, in UTC."""
    if day in hours.special:
        spans = hours.special[day]
    elif day in hours.closed:
        spans = ()
    else:
        spans = hours.week[day.weekday()]
    zone = zone_of(hours.zone)
    made = ((_opens(day, s.open, zone), _closes(day + _DAY if s.overnight else day, s.close, zone)) for s in spans)
    return tuple((start, end) for start, end in made if start < end)


def _from(hours: Hours, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Open stretches that end after `at`, in order and without overlap; raises NeverOpen when none comes."""
    day = at.astimezone(zone_of(hours.zone)).date() - _DAY
    reached = at
    empty = 0
    while empty <= HORIZON:
        empty += 1
        for start, end in _spans(hours, day):
            if end > reached:
                yield max(start, reached), end
                reached = end
                empty = 0
        day += _DAY
    raise NeverOpen("these hours never open")


def ever_open(hours: Hours, at: datetime) -> bool:
    """Whether the practice opens at all within HORIZON days of this moment."""
    try:
        next(_from(hours, _utc(at)))
    except NeverOpen:
        return False
    return True


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether the practice is open at this moment; the closing moment itself is closed."""
    at = _utc(at)
    day = at.astimezone(zone_of(hours.zone)).date()
    return any(start <= at < end for when in (day, day - _DAY) for start, end in _spans(hours, when))


def next_open(hours: Hours, at: datetime) -> datetime:
    """This moment if the practice is open, else the moment it opens next. Raises NeverOpen."""
    return next(_from(hours, _utc(at)))[0]


def add_business(hours: Hours, at: datetime, amount: timedelta) -> datetime:
    """The first moment at which `amount` of open time has passed since `at`. Raises NeverOpen, ValueError if
    negative."""
    at = _utc(at)
    if amount < timedelta(0):
        raise ValueError("business time is added, never taken away")
    if not amount:
        return at
    left = amount
    for start, end in _from(hours, at):
        if end - start >= left:
            return start + left
        left -= end - start
    raise AssertionError("unreachable: the stretches end only by NeverOpen")


def business_between(hours: Hours, a: datetime, b: datetime) -> timedelta:
    """Open time from `a` to `b`; negative when `b` comes first. Hours that never open count nothing."""
    a, b = _utc(a), _utc(b)
    if b < a:
        return -business_between(hours, b, a)
    total = timedelta(0)
    reached = a
    zone = zone_of(hours.zone)
    day = a.astimezone(zone).date() - _DAY
    last = b.astimezone(zone).date()
    while day <= last:
        for start, end in _spans(hours, day):
            start, end = max(start, reached), min(end, b)
            if start < end:
                total += end - start
                reached = end
        day += _DAY
    return total


def _business_day(hours: Hours, at: datetime) -> date:
    """The local day whose business this moment belongs to: after midnight of a night shift, still the day
    before."""
    day = at.astimezone(zone_of(hours.zone)).date()
    before = day - _DAY
    today = _spans(hours, day)
    if any(start <= at < end for start, end in _spans(hours, before)) and not any(s <= at < e for s, e in today):
        return before
    return day


def _end_from(hours: Hours, day: date, at: datetime) -> datetime:
    for ahead in range(HORIZON + 1):
        spans = _spans(hours, day + ahead * _DAY)
        if spans and spans[-1][1] > at:
            return spans[-1][1]
    raise NeverOpen("these hours never open")


def end_of_day(hours: Hours, at: datetime) -> datetime:
    """The close of the business day this moment falls in; once it is over or on a closed day, of the next.
    NeverOpen."""
    at = _utc(at)
    return _end_from(hours, _business_day(hours, at), at)


def next_business_day_end(hours: Hours, at: datetime) -> datetime:
    """The close of the first business day after the calendar day of this moment ('by the next business day').
    NeverOpen."""
    at = _utc(at)
    return _end_from(hours, _business_day(hours, at) + _DAY, at)
