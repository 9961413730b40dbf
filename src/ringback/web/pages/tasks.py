"""Tasks by queue and by clock, and the notices that coordinators were sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ringback.engine import clock
from ringback.store import access, practices, queries
from ringback.web import words
from ringback.web.pages import shape, today
from ringback.web.pages.act import visitor_of

NOTICES_FOR = timedelta(hours=24)


def _lists(request: HttpRequest) -> dict[str, Any]:
    visitor, now = visitor_of(request), clock.now()
    queue = request.GET.get("queue", "")
    queue = queue if queue in words.QUEUES else ""
    with access.practice(visitor.practice) as rows:
        staff = practices.staff(rows)
        everything = queries.open_tasks(rows, limit=400)
        notices = [shape.case(row, visitor, staff) for row in queries.notices(rows, now - NOTICES_FOR)]
    counts = {code: sum(1 for row in everything if row["queue"] == code) for code in words.QUEUES}
    tasks = [shape.task(row, visitor, staff, now) for row in everything if not queue or row["queue"] == queue]
    mine = [row for row in tasks if row["owner"] == visitor.by and row["task_state"] == "claimed"]
    return {
        "groups": [
            {"title": "Yours", "tone": "violet", "rows": mine},
            *shape.groups([row for row in tasks if row not in mine], now),
        ],
        "any_tasks": bool(tasks),
        "queues": [{"code": code, "name": name, "count": counts[code]} for code, name in words.QUEUES.items()],
        "all_count": len(everything),
        "queue": queue,
        "notices": notices,
        "buttons": True,
    }


@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "ringback/tasks.html", {"here": "tasks", "strip": today.alarms(request), **_lists(request)})


@require_GET
def task_lists(request: HttpRequest) -> HttpResponse:
    """The lists alone, for the live page."""
    return render(request, "ringback/task_lists.html", _lists(request))
