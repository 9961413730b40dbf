"""Who is on call: a calendar with rotations, single spans, swaps and holidays, and under it the plain list.

What is missing (a gap, a person whom no page would reach) stands red at the top for the next fourteen days.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ringback.core import roster as core
from ringback.engine import clock
from ringback.store import access, changes, practices, reach, roster, roster_changes
from ringback.web import words
from ringback.web.pages import on_call_days, today
from ringback.web.pages.act import said, visitor_of
from ringback.web.pages.on_call_act import MOST_PEOPLE

Context = dict[str, Any]


def _calendar(request: HttpRequest) -> Context:
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        plan, staff = roster.standing(rows), practices.staff(rows)
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = core.day_of(plan.roster, now)
    if abs((day - now.date()).days) > 1500:
        day = core.day_of(plan.roster, now)
    view = "month" if request.GET.get("view") == "month" else "week"
    return {
        "calendar": on_call_days.calendar(plan, staff, view, day, now),
        "empty": not (plan.roster.rotations or plan.roster.overrides),
        "last": plan,
        "last_by": on_call_days.name(staff, plan.by) if plan.by is not None else "",
        "can_undo": plan.version > 0 and plan.act != "undo",
        "rotations": [
            {
                "id": one.id,
                "turn": on_call_days.TURNS[one.turn],
                "days": one.days,
                "first": one.first,
                "last": one.last,
                "people": [on_call_days.name(staff, person) for person in one.people],
                "next": next(iter(core.turns(plan.roster, one, now, 2)[1:]), None),
                "next_name": next((on_call_days.name(staff, t[2]) for t in core.turns(plan.roster, one, now, 2)[1:]), ""),
            }
            for one in plan.roster.rotations
            if one.last is None or one.last >= core.day_of(plan.roster, now)
        ],
        "away": [
            {"id": one.id, "name": on_call_days.name(staff, one.person), "begins": one.begins, "ends": one.ends,
             "mine": one.person == visitor.staff}
            for one in sorted(plan.roster.away, key=lambda one: one.begins)
            if one.ends > now
        ],
        "holidays": [
            {"id": one.id, "day": one.day, "name": one.name,
             "who": on_call_days.name(staff, one.person) if one.person is not None else ""}
            for one in sorted(plan.roster.holidays, key=lambda one: one.day)
            if one.day >= now.date()
        ],
    }  # fmt: skip


def _trouble(request: HttpRequest) -> Context:
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        plan, staff = roster.standing(rows), practices.staff(rows)
        ways = reach.tested(rows)
        mine = [one for one in roster_changes.swaps(rows, now) if one["asked_of"] == visitor.staff]
    people = plan.who(now)
    first = staff.get(people[0]) if people else None
    return {
        "trouble": on_call_days.trouble(plan, ways, staff, now),
        "first": {"name": first["name"], "next": [on_call_days.name(staff, one) for one in people[1:]]}
        if first
        else None,
        "until": next((s.ends for s in core.shifts(plan.roster, now, now + on_call_days.AHEAD, plan.active)), None),
        "until_open": len(core.shifts(plan.roster, now, now + on_call_days.AHEAD, plan.active)) == 1,
        "me": visitor.staff,
        "asked_of_me": [on_call_days.name(staff, one["asked_by"]) for one in mine],
    }


def _swaps(request: HttpRequest) -> Context:
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        plan, staff, asked = roster.standing(rows), practices.staff(rows), roster_changes.swaps(rows, now)
    for one in asked:
        one["by_name"], one["of_name"] = (on_call_days.name(staff, one[key]) for key in ("asked_by", "asked_of"))
        one["for_me"], one["mine"] = one["asked_of"] == visitor.staff, one["asked_by"] == visitor.staff
    every = on_call_days.own_shifts(plan, staff, now)
    return {
        "swaps": asked,
        "my_shifts": [one for one in every if one["person"] == visitor.staff],
        "their_shifts": [one for one in every if one["person"] != visitor.staff],
    }


def _reach(request: HttpRequest) -> Context:
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        mine = reach.methods(rows, visitor.staff)
        invited = practices.staff(rows).get(visitor.staff, {})
    for one in mine:
        one["fresh"] = one["tested_at"] is not None and now - one["tested_at"] <= core.TESTED_WITHIN
        one["ends"] = one["tested_at"] + core.TESTED_WITHIN if one["tested_at"] is not None else None
        one["under_way"] = one["sent_at"] is not None and one["state"] in ("queued", "sent")
    return {"methods": mine, "invited": _ways(invited)}


@require_GET
def on_call(request: HttpRequest) -> HttpResponse:
    """The page."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        entries = practices.on_call(rows, now)
        staff = practices.staff(rows)
    for entry in entries:
        person = staff[entry["staff"]]
        entry |= {"name": person["name"], "reach": _ways(person), "staff_role": person["role"]}
    context: Context = {
        "here": "on_call",
        "strip": today.alarms(request) if "today" in _may(visitor.role) else [],
        "lists": [
            {"role": role, "name": name, "entries": [entry for entry in entries if entry["role"] == role]}
            for role, name in words.LISTED.items()
        ],
        "staff": [
            {**person, "tint": person["id"] % 6}
            for person in staff.values()
            if person["active"] and person["role"] != "integration"
        ],
        "roles": list(words.LISTED.items()),
        "turns": list(on_call_days.TURNS.items()),
        "places": range(1, MOST_PEOPLE + 1),
        "fill": {key: request.GET.get(key, "")[:16] for key in ("begins", "ends")},
        **_calendar(request),
        **_trouble(request),
        **_swaps(request),
        **_reach(request),
    }
    return render(request, "ringback/on_call.html", context)


@require_GET
def on_call_calendar(request: HttpRequest) -> HttpResponse:
    """The calendar alone, for the live page."""
    return render(request, "ringback/on_call_calendar.html", {"here": "on_call", **_calendar(request)})


@require_GET
def on_call_trouble(request: HttpRequest) -> HttpResponse:
    """Who is on call now and what has to be mended, for the live page."""
    return render(request, "ringback/on_call_trouble.html", _trouble(request))


@require_GET
def on_call_swaps(request: HttpRequest) -> HttpResponse:
    """The swaps that wait for an answer, for the live page."""
    return render(request, "ringback/on_call_swaps.html", _swaps(request))


@require_GET
def on_call_reach(request: HttpRequest) -> HttpResponse:
    """My own contact methods, for the live page."""
    return render(request, "ringback/on_call_reach.html", _reach(request))


def _may(role: str) -> set[str]:
    from ringback.web import routes

    return {route for route in routes.ROUTES if routes.may(role, route)}


def _ways(person: dict[str, Any]) -> str:
    """How this person can be told by what their invitation says; nothing means that a page would not arrive."""
    ways = [name for name, field in ((_("text"), "phone"), (_("e-mail"), "email")) if person.get(field)]
    return _(" and ").join(ways)


def _moment(value: str, zone: str) -> datetime | None:
    """A wall time of the practice from a form's field; None when it is empty. Raises ValueError."""
    if not value:
        return None
    found = datetime.fromisoformat(value)
    return found.replace(tzinfo=ZoneInfo(zone)) if found.tzinfo is None else found


@require_POST
def on_call_add(request: HttpRequest) -> HttpResponse:
    """Put somebody on the plain list."""
    visitor, where = visitor_of(request), reverse("on_call")
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        try:
            done = changes.on_call_add(
                rows,
                int(request.POST.get("staff", "")),
                request.POST.get("role", ""),
                int(request.POST.get("place", "") or 1),
                _moment(request.POST.get("starts_at", ""), zone),
                _moment(request.POST.get("ends_at", ""), zone),
            )
        except ValueError as wrong:
            return said(request, _("Not added: %(why)s.") % {"why": wrong}, tone="bad", fallback=where)
    return said(request, _("Added to the list.") if done else _("Not added: no such person."), fallback=where)


@require_POST
def on_call_remove(request: HttpRequest, entry: int) -> HttpResponse:
    """Take an entry off the plain list."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        changes.on_call_remove(rows, entry)
    return said(request, _("Taken off the list."), fallback=reverse("on_call"))
