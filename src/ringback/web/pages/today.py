"""Today: what needs a person now, by clock and not by arrival; what waits on callers; what was closed and recovered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from ringback.core.events import TaskClaimed
from ringback.engine import clock
from ringback.store import access, practices, queries
from ringback.store.submit import settled, submit
from ringback.web.context import midnight
from ringback.web.pages import shape
from ringback.web.pages.act import said, visitor_of

# Which queue a role looks at first.
QUEUES_OF = {
    "scheduler": "scheduling",
    "clinician": "clinical",
    "nurse": "clinical",
    "biller": "billing",
    "front_desk": "front_desk",
}


def alarms(request: HttpRequest) -> list[dict[str, Any]]:
    """Open urgent cases for the strip."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        found = queries.urgent(rows)
        staff = practices.staff(rows) if found else {}
        about = practices.practice(rows)
        policy = practices.policy_body(rows, about["policy_version"])["body"] if found else {}
    manager, breach = policy.get("manager_after", 45), policy.get("breach_after", 60)
    return [shape.alarm(row, visitor, staff, now, manager, breach) for row in found]


def _lists(request: HttpRequest) -> dict[str, Any]:
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        staff = practices.staff(rows)
        tasks = [shape.task(row, visitor, staff, now) for row in queries.open_tasks(rows, limit=80)]
        waiting = [shape.case(row, visitor, staff) for row in queries.waiting(rows, 30)]
        closed = [shape.case(row, visitor, staff) for row in queries.closed_since(rows, midnight(now, zone), 30)]
    return {
        "groups": shape.groups(tasks, now),
        "any_tasks": bool(tasks),
        "waiting": waiting,
        "closed": closed,
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
    """Take the right next thing: the most pressing open task of one's own queue, or of any."""
    visitor, now = visitor_of(request), clock.now()
    queue = QUEUES_OF.get(visitor.role, "")
    with access.practice(visitor.practice) as rows:
        open_now = [row for row in queries.open_tasks(rows, limit=200) if row["task_state"] == "open"]
        ready = [row for row in open_now if row["not_before"] is None or row["not_before"] <= now]
        mine = [row for row in ready if row["queue"] == queue] or ready
        if not mine:
            return said(request, "Nothing is waiting for a person.", fallback="/")
        first = min(mine, key=lambda row: (row["priority"] != "urgent", row["task_due"]))
        event = TaskClaimed(task=first["task"], by=visitor.by, at=now)
        event_id = submit(rows.connection, visitor.practice, first["id"], event, now, visitor.by)
    settled(access.raw(), visitor.practice, event_id)
    return redirect("case", first["id"])
