"""Who is on call: a plain list with its gaps, shown red before they matter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ringback.engine import clock
from ringback.store import access, changes, practices
from ringback.web import words
from ringback.web.pages import today
from ringback.web.pages.act import said, visitor_of

AHEAD = timedelta(days=7)


@require_GET
def on_call(request: HttpRequest) -> HttpResponse:
    """The list, by role and in paging order."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        entries = practices.on_call(rows, now)
        staff = practices.staff(rows)
    for entry in entries:
        person = staff[entry["staff"]]
        entry |= {"name": person["name"], "reach": _reach(person), "staff_role": person["role"]}
    context: dict[str, Any] = {
        "here": "on_call",
        "strip": today.alarms(request) if "today" in _may(visitor.role) else [],
        "lists": [
            {"role": role, "name": name, "entries": [entry for entry in entries if entry["role"] == role]}
            for role, name in words.LISTED.items()
        ],
        "gaps": practices.gaps(entries, now, now + AHEAD),
        "staff": [person for person in staff.values() if person["active"]],
        "roles": list(words.LISTED.items()),
    }
    first = next((entry for entry in entries if entry["is_now"] and entry["role"] == "oncall"), None)
    context["first"] = first
    return render(request, "ringback/on_call.html", context)


def _may(role: str) -> set[str]:
    from ringback.web import routes

    return {route for route in routes.ROUTES if routes.may(role, route)}


def _reach(person: dict[str, Any]) -> str:
    """How this person can be told; nothing means that a page would not arrive."""
    ways = [name for name, field in (("text", "phone"), ("e-mail", "email")) if person.get(field)]
    return " and ".join(ways)


def _moment(value: str, zone: str) -> datetime | None:
    """A wall time of the practice from a form's field; None when it is empty. Raises ValueError."""
    if not value:
        return None
    found = datetime.fromisoformat(value)
    return found.replace(tzinfo=ZoneInfo(zone)) if found.tzinfo is None else found


@require_POST
def on_call_add(request: HttpRequest) -> HttpResponse:
    """Put somebody on the list."""
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
            return said(request, f"Not added: {wrong}.", tone="bad", fallback=where)
    return said(request, "Added to the list." if done else "Not added: no such person.", fallback=where)


@require_POST
def on_call_remove(request: HttpRequest, entry: int) -> HttpResponse:
    """Take an entry off the list."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        changes.on_call_remove(rows, entry)
    return said(request, "Taken off the list.", fallback=reverse("on_call"))
