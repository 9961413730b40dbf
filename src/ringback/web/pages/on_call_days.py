"""The roster as pages show it: days of a week or a month with their shifts, and what has to be mended before it matters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from ringback.core import roster as core
from ringback.store.roster import Standing

Row = dict[str, Any]
AHEAD = timedelta(days=14)
WHY: Mapping[str, Any] = {
    "override": _("put here by hand"),
    "swap": _("swapped"),
    "holiday": _("takes the holiday"),
    "rotation": _("by rotation"),
    "listed": _("plain list"),
    "": "",
}
TURNS: Mapping[int, Any] = {1: _("First turn"), 2: _("Second turn"), 3: _("Third turn")}


def range_of(view: str, day: date) -> tuple[date, int]:
    """The first day and the number of days of the week or the month that a day lies in; weeks begin on Monday."""
    monday = day - timedelta(days=day.weekday())
    if view != "month":
        return monday, 7
    first = day.replace(day=1)
    start = first - timedelta(days=first.weekday())
    after = (first + timedelta(days=32)).replace(day=1)
    return start, 42 if (after - start).days > 35 else 35


def calendar(plan: Standing, staff: Mapping[int, Row], view: str, day: date, now: datetime) -> Row:
    """The days of a view. A day of the roster runs from its hand-over to the next one."""
    start, count = range_of(view, day)
    it, zone = plan.roster, ZoneInfo(plan.roster.zone)
    every = core.shifts(it, core.at(it, start), core.at(it, start + timedelta(days=count)), plan.active)
    today = core.day_of(it, now)
    days = []
    for one in (start + timedelta(days=number) for number in range(count)):
        begins, ends = core.at(it, one), core.at(it, one + timedelta(days=1))
        days.append(
            {
                "day": one,
                "iso": one.isoformat(),
                "begins": begins.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
                "ends": ends.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
                "today": one == today,
                "past": ends <= now,
                "other": view == "month" and one.month != day.month,
                "holiday": next((h for h in it.holidays if h.day == one), None),
                "parts": [
                    part(shift, staff, max(shift.begins, begins), min(shift.ends, ends), begins, ends)
                    for shift in every
                    if shift.begins < ends and shift.ends > begins
                ],
            }
        )
    return {
        "view": view,
        "day": day,
        "days": days,
        "weeks": [days[number : number + 7] for number in range(0, count, 7)],
        "before": (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        if view == "month"
        else start - timedelta(days=7),
        "after": (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        if view == "month"
        else start + timedelta(days=7),
        "today": today,
        "last": start + timedelta(days=count - 1),
        "first": start,
        "handover": it.handover,
        "put": [
            {"id": one.id, "name": name(staff, one.person), "begins": one.begins, "ends": one.ends, "turn": one.turn}
            for one in it.overrides
            if one.begins < core.at(it, start + timedelta(days=count))
            and one.ends > core.at(it, start)
            and one.ends > now
        ],
    }


def part(
    shift: core.Shift, staff: Mapping[int, Row], begins: datetime, ends: datetime, start: datetime, end: datetime
) -> Row:
    """A shift, or the part of one that lies within a day."""
    return {
        "begins": begins,
        "ends": ends,
        "whole": begins == start and ends == end,
        "gap": not shift.people,
        "first": name(staff, shift.people[0]) if shift.people else "",
        "tint": shift.people[0] % 6 if shift.people else "",
        "others": [name(staff, one) for one in shift.people[1:]],
        "why": WHY[shift.why],
        "kind": shift.why,
        "instead_of": name(staff, shift.instead_of) if shift.instead_of is not None else "",
    }


def name(staff: Mapping[int, Row], person: int) -> str:
    """A member of staff's name; who is not known any more is a number."""
    return str(staff[person]["name"]) if person in staff else f"#{person}"


def trouble(plan: Standing, ways: list[core.Reach], staff: Mapping[int, Row], now: datetime) -> Row:
    """What has to be mended within the next fourteen days, each before it matters."""
    it, ends, zone = plan.roster, now + AHEAD, ZoneInfo(plan.roster.zone)
    coming = core.shifts(it, now, ends, plan.active)
    first: dict[int, datetime] = {}
    for shift in coming:
        for person in shift.people:
            first.setdefault(person, shift.begins)
    return {
        "gaps": [
            {"begins": a, "ends": b, "from": field(a, zone), "to": field(b, zone), "now": a <= now, "open": b >= ends}
            for a, b in core.gaps(it, now, ends, plan.active)
        ],
        "unreachable": [
            {"name": name(staff, person), "person": person, "at": first[person], "now": first[person] <= now}
            for person in core.unreachable(first, ways, now)
        ],
        "clashes": [
            {"begins": a, "ends": b, "name": name(staff, person), "from": field(a, zone), "to": field(b, zone)}
            for a, b, person in core.clashes(it, now, ends)
        ],
    }


def field(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as a form's field takes it."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def own_shifts(plan: Standing, staff: Mapping[int, Row], now: datetime) -> list[Row]:
    """The single shifts of the next six weeks, day by day, for asking a swap: who, from, to."""
    it, found = plan.roster, []
    day = core.day_of(it, now)
    for one in (day + timedelta(days=number) for number in range(42)):
        begins, ends = core.at(it, one), core.at(it, one + timedelta(days=1))
        for shift in core.shifts(it, max(begins, now), ends, plan.active):
            if shift.people and shift.why != "listed":
                person = shift.people[0]
                found.append(
                    {
                        "person": person,
                        "name": name(staff, person),
                        "begins": shift.begins,
                        "ends": shift.ends,
                        "value": f"{shift.begins.isoformat()}/{shift.ends.isoformat()}",
                    }
                )
    return found
