"""Today: what needs a person now, by clock and not by arrival; what waits on callers; what was recovered and closed.

The urgent strip of every page is made here too: open urgent cases, and the next hours in which nobody is on call.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ringback.core.events import TaskClaimed
from ringback.engine import clock
from ringback.store import access, lane, practices, queries, roster
from ringback.store.submit import settled, submit
from ringback.web.context import midnight
from ringback.web.pages import shape
from ringback.web.pages.act import NOTHING, said, visitor_of

# Which queue a role looks at first.
QUEUES_OF = {
    "scheduler": "scheduling",
    "clinician": "clinical",
    "nurse": "clinical",
    "biller": "billing",
    "front_desk": "front_desk",
}
# A gap of the roster is shown on every page this long before it begins.
GAP_AHEAD = timedelta(hours=12)
# Two people press "next" at once: the slower one gets the one after.
TRIES = 4


def alarms(request: HttpRequest) -> list[dict[str, Any]]:
    """What the strip shows: open urgent cases, then (as `gap`) the next time nobody is on call."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        found = queries.urgent(rows)
        plan = roster.standing(rows)
        gaps = plan.gaps(now, now + GAP_AHEAD)
        if not found and not gaps:
            return []
        staff = practices.staff(rows)
        about = practices.practice(rows)
        policy = practices.policy_body(rows, about["policy_version"])["body"] if found else {}
        told = lane.told(rows, [row["id"] for row in found]) if found else {}
    manager, breach = policy.get("manager_after", 45), policy.get("breach_after", 60)
    listed = plan.who(now)
    made: list[dict[str, Any]] = []
    for row in found:
        case = shape.alarm(row, visitor, staff, now, manager, breach)
        case["told"] = told.get(row["id"])
        urgent = case["value"].urgent
        upcoming = staff.get(listed[urgent.pages % len(listed)]) if listed and urgent is not None else None
        case["next_name"] = upcoming["name"] if upcoming else ""
        case["paged"] = [
            {
                "name": (staff.get(page["staff"] or 0) or {}).get("name", ""),
                "role": page["role"],
                "at": page["created_at"],
            }
            for page in case["pages"]
        ]
        made.append(case)
    if gaps:
        begins, ends = gaps[0]
        open_end = ends >= now + GAP_AHEAD
        made.append(
            {"id": "gap", "gap": True, "now": begins <= now, "begins": begins, "ends": None if open_end else ends}
        )
    return made


# What fits the eye; the rest is one press away.
MOST_TASKS, MOST = 24, 10


def _lists(request: HttpRequest) -> dict[str, Any]:
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        staff = practices.staff(rows)
        tasks = [shape.task(row, visitor, staff, now) for row in queries.open_tasks(rows, limit=MOST_TASKS)]
        waiting = [shape.case(row, visitor, staff) for row in queries.waiting(rows, MOST)]
        closed = [shape.case(row, visitor, staff) for row in queries.closed_since(rows, midnight(now, zone), MOST)]
        begun = bool(tasks or waiting or closed) or lane.any_case(rows)
    last = datetime.max.replace(tzinfo=UTC)
    return {
        "groups": shape.groups(tasks, now),
        "any_tasks": bool(tasks),
        "full": len(tasks) == MOST_TASKS,
        "waiting_full": len(waiting) == MOST,
        "waiting": sorted(waiting, key=lambda row: (row["due"] or last, row["id"])),
        "recovered": [row for row in closed if row["closure"] in queries.RECOVERED],
        "otherwise": [row for row in closed if row["closure"] not in queries.RECOVERED],
        "begun": begun,
        "buttons": True,
    }


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "ringback/today.html", {"here": "today", "strip": alarms(request), **_lists(request)})


@require_GET
def today_lists(request: HttpRequest) -> HttpResponse:
    """The lists alone, for the live page."""
    return render(request, "ringback/today_lists.html", _lists(request))


@require_GET
def urgent_strip(request: HttpRequest) -> HttpResponse:
    """The urgent strip alone."""
    return render(request, "ringback/strip.html", {"strip": alarms(request)})


@require_GET
def nav(request: HttpRequest) -> HttpResponse:
    """The menu with its counters."""
    return render(request, "ringback/menu.html", {"here": request.GET.get("at", "")[:20]})


@require_POST
def next_task(request: HttpRequest) -> HttpResponse:
    """Take the right next thing under a lease: urgent, then one's own queue, then the nearest clock."""
    visitor, now = visitor_of(request), clock.now()
    besides: list[tuple[UUID, str]] = []
    while len(besides) < TRIES:
        with access.practice(visitor.practice) as rows:
            first = lane.next_task(rows, QUEUES_OF.get(visitor.role, ""), now, besides)
            if first is None:
                return said(request, _("Nothing is waiting for a person."), fallback="/")
            event = TaskClaimed(task=first["task"], by=visitor.by, at=now)
            event_id = submit(rows.connection, visitor.practice, first["case_id"], event, now, visitor.by)
        why = settled(access.raw(), visitor.practice, event_id)
        if why is None or not why.startswith(NOTHING):
            # Straight to the call panel: number, script and outcome of what was taken.
            return redirect(f"{reverse('callback', args=[first['case_id']])}?{urlencode({'task': first['task']})}")
        besides.append((first["case_id"], first["task"]))
    return said(request, _("Others were faster. Try again in a moment."), tone="bad", fallback="/")
