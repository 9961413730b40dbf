"""Queues and people: which work goes where, who serves it at which location, and where that is changed.

The queues are fixed: the rules put a task into one by its kind. What is set up is who serves them: roles on People, sites on
Who works where, turns on On call.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ringback.core.policy import SLAS
from ringback.engine import clock
from ringback.store import access, practices
from ringback.web import tongue, words
from ringback.web.pages import setup_parts
from ringback.web.pages.act import visitor_of
from ringback.web.routes import RUNS

Row = dict[str, Any]
# Whose own work a queue is. Everybody who works here may take a task of any queue when it presses.
SERVES = {
    "scheduling": ("scheduler", "front_desk"),
    "clinical": ("nurse", "clinician"),
    "billing": ("biller",),
    "front_desk": ("front_desk", "scheduler"),
}


def about(queue: str) -> str:
    """What a queue is for."""
    return {
        "scheduling": _("Booking, changing and keeping visits."),
        "clinical": _("What a nurse or clinician has to read: refills, results, anything urgent."),
        "billing": _("Bills, insurance, payments."),
        "front_desk": _("Everything else: call-backs, voicemails, records, what nobody could sort."),
    }[queue]


@require_GET
def setup_queues(request: HttpRequest) -> HttpResponse:
    """The page."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        state = setup_parts.State(rows, now)
        staff = practices.staff(rows)
        places: dict[int, set[int]] = {}
        for row in rows.all("select staff, location from staff_location where practice = %s", (rows.practice,)):
            places.setdefault(row["staff"], set()).add(row["location"])
        open_ = {row["queue"]: row["n"] for row in rows.all(
            "select t.queue, count(*) as n from task t join cases c on c.practice = t.practice and c.id = t.case_id "
            f"where t.practice = %s and t.state in ('open', 'claimed') and {rows.sees('c')} group by t.queue", (rows.practice,)
        )}  # fmt: skip
    queues = []
    for code, name in words.QUEUES.items():
        mine = [row for row in staff.values() if row["active"] and row["role"] in SERVES[code]]
        here = [
            {
                "site": site["name"],
                "people": [row for row in mine if not places.get(row["id"]) or site["id"] in places[row["id"]]],
            }
            for site in state.sites
        ]
        backs = [row["name"] for row in staff.values() if row["active"] and row["role"] in RUNS]
        queues.append({
            "code": code, "name": tongue.told(name), "about": about(code), "roles": SERVES[code], "sites": here, "open": open_.get(code, 0),
            "nobody": not mine, "backs": backs, "kinds": [{"code": kind, **_minutes(kind)} for kind, sla in SLAS.items() if sla.queue == code],
        })  # fmt: skip
    return render(
        request, "ringback/setup_queues.html", {**setup_parts.frame(request, state, "setup_queues"), "queues": queues}
    )


def _minutes(kind: str) -> Row:
    return {"seconds": SLAS[kind].minutes * 60, "wall": SLAS[kind].wall}
