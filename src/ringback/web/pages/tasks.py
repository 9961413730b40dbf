"""Tasks as a board and as a list, and acts on many of them at once.

Filters are addresses. A task's owner can be changed by hand (take, hand over, give back), its queue cannot: no event of a case
does that, so columns of queues take no cards.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from ringback.engine import clock
from ringback.store import access, board, bulk, practices, queries
from ringback.web import routes, words
from ringback.web.context import midnight
from ringback.web.pages import shape, task_shape, today
from ringback.web.pages.act import visitor_of

Row = dict[str, Any]
NOTICES_FOR = timedelta(hours=24)
VIEWS = {"list": gettext_lazy("List"), "board": gettext_lazy("Board")}
COLUMNS = {"queue": gettext_lazy("by queue"), "owner": gettext_lazy("by person"), "due": gettext_lazy("by due time")}
DUES = {
    "overdue": gettext_lazy("Overdue"),
    "soon": gettext_lazy("Due within 30 minutes"),
    "today": gettext_lazy("Later today"),
    "later": gettext_lazy("After today"),
}
TONES = {"overdue": "red", "soon": "amber"}
DONE_AS = {
    "reached": gettext_lazy("Reached"),
    "resolved": gettext_lazy("Resolved"),
    "booked": gettext_lazy("Booked"),
    "unrecovered": gettext_lazy("Give up"),
}


class Wish:
    """What the address asks for; anything it cannot mean is left out."""

    def __init__(self, given: Mapping[str, str], sites: list[Row], staff: Mapping[int, Row], by: str) -> None:
        self.view = given.get("view", "") if given.get("view") in VIEWS else "list"
        self.columns = given.get("by", "") if given.get("by") in COLUMNS else "queue"
        self.queue = given.get("queue", "") if given.get("queue") in words.QUEUES else ""
        self.due = given.get("due", "") if given.get("due") in DUES else ""
        told = given.get("location", "")
        self.location = int(told) if told.isdigit() and int(told) in {one["id"] for one in sites} else 0
        self.owner = given.get("owner", "")
        self.owner_id = by if self.owner == "me" else self.owner
        if self.owner not in ("", "me", "none") and not (self.owner.isdigit() and int(self.owner) in staff):
            self.owner = self.owner_id = ""

    def address(self, **changed: object) -> str:
        """The address of this wish with something changed."""
        return f"{reverse('tasks')}{self.query(**changed)}"

    def query(self, **changed: object) -> str:
        """What stands after the `?`."""
        told = {
            "view": "" if self.view == "list" else self.view, "by": "" if self.columns == "queue" else self.columns,
            "queue": self.queue, "location": self.location or "", "owner": self.owner, "due": self.due, **changed,
        }  # fmt: skip
        kept = {name: value for name, value in told.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


def _lists(request: HttpRequest) -> Row:
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        clocks = task_shape.Clocks(rows)
        staff = practices.staff(rows)
        wish = Wish(request.GET, clocks.sites, staff, visitor.by)
        tomorrow = midnight(midnight(now, clocks.zone) + timedelta(hours=36), clocks.zone)
        found = board.open_tasks(
            rows,
            now=now,
            tomorrow=tomorrow,
            queue=wish.queue,
            location=wish.location,
            owner=wish.owner_id,
            due=wish.due,
        )
        counts = board.counts(rows, now=now, tomorrow=tomorrow, location=wish.location)
        closing = bulk.closing(rows)
        notices = [shape.case(row, visitor, staff) for row in queries.notices(rows, now - NOTICES_FOR)]
        mine = bulk.recent(rows, visitor.by, now)
    cards = [task_shape.card(row, visitor, staff, clocks, now, closing) for row in found]
    matching = _matching(counts, wish)
    return {
        "wish": wish,
        "query": wish.query(),
        "groups": _groups(cards, visitor.by, now, tomorrow) if wish.view == "list" else [],
        "columns": _columns(cards, wish, staff, visitor.by, now, tomorrow) if wish.view == "board" else [],
        "any_tasks": bool(cards),
        "shown": len(cards),
        "matching": matching,
        "filtered": bool(wish.queue or wish.location or wish.owner or wish.due),
        "bars": _bars(wish, counts, clocks.sites, staff, visitor.by),
        "notices": notices,
        "acts": mine,
    }


def _matching(counts: list[Row], wish: Wish) -> int:
    return sum(
        one[wish.due] if wish.due else one["n"]
        for one in counts
        if (not wish.queue or one["queue"] == wish.queue)
        and (not wish.owner or one["owner"] == ("" if wish.owner == "none" else wish.owner_id))
    )


def _when(row: Row, now: datetime, tomorrow: datetime) -> str:
    if row["task_due"] <= now:
        return "overdue"
    if row["task_due"] <= now + queries.SOON:
        return "soon"
    return "today" if row["task_due"] < tomorrow else "later"


def _groups(cards: list[Row], by: str, now: datetime, tomorrow: datetime) -> list[Row]:
    mine = [row for row in cards if row["mine"]]
    rest = [row for row in cards if not row["mine"]]
    return [
        {"title": _("Yours"), "tone": "violet", "rows": mine},
        *(
            {
                "title": title,
                "tone": TONES.get(code, ""),
                "rows": [row for row in rest if _when(row, now, tomorrow) == code],
            }
            for code, title in DUES.items()
        ),
    ]


def _columns(
    cards: list[Row], wish: Wish, staff: Mapping[int, Row], by: str, now: datetime, tomorrow: datetime
) -> list[Row]:
    if wish.columns == "due":
        return [
            {"title": title, "tone": TONES.get(code, ""), "rows": [row for row in cards if _when(row, now, tomorrow) == code]}
            for code, title in DUES.items()
        ]  # fmt: skip
    if wish.columns == "queue":
        return [
            {"title": title, "tone": "", "rows": [row for row in cards if row["queue"] == code]}
            for code, title in words.QUEUES.items()
            if not wish.queue or wish.queue == code
        ]
    # People with tasks, oneself always, and nobody: here a card is handed over by dropping it.
    others = sorted({row["owner"] for row in cards if row["taken"]} - {by}, key=lambda one: shape.owner(one, staff))
    return [
        {"title": _("Nobody yet"), "tone": "", "drop": "none", "rows": [row for row in cards if not row["taken"]]},
        {"title": _("You"), "tone": "violet", "drop": by, "rows": [row for row in cards if row["mine"]]},
        *(
            {"title": shape.owner(one, staff), "tone": "", "drop": one, "rows": [row for row in cards if row["taken"] and row["owner"] == one]}
            for one in others
        ),
    ]  # fmt: skip


def _bars(wish: Wish, counts: list[Row], sites: list[Row], staff: Mapping[int, Row], by: str) -> list[Row]:
    """The filters, each a row of addresses with how many tasks stand behind it."""
    of_queue = {code: sum(one["n"] for one in counts if one["queue"] == code) for code in words.QUEUES}
    due = {code: sum(one[code] for one in counts if not wish.queue or one["queue"] == wish.queue) for code in DUES}
    owned: dict[str, int] = {}
    for one in counts:
        if not wish.queue or one["queue"] == wish.queue:
            owned[one["owner"]] = owned.get(one["owner"], 0) + one["n"]
    people = sorted((one for one in owned if one and one != by), key=lambda one: shape.owner(one, staff))
    bars: list[Row] = [
        {"title": _("Queue"), "links": [
            {"name": _("All queues"), "count": sum(of_queue.values()), "where": wish.address(queue=""), "on": not wish.queue},
            *({"name": name, "count": of_queue[code], "where": wish.address(queue=code), "on": wish.queue == code} for code, name in words.QUEUES.items()),
        ]},
        {"title": _("Due"), "links": [
            {"name": _("Any time"), "count": None, "where": wish.address(due=""), "on": not wish.due},
            *({"name": name, "count": due[code], "where": wish.address(due=code), "on": wish.due == code, "tone": TONES.get(code, "")} for code, name in DUES.items()),
        ]},
        {"title": _("Person"), "links": [
            {"name": _("Anybody"), "count": None, "where": wish.address(owner=""), "on": not wish.owner},
            {"name": _("Nobody yet"), "count": owned.get("", 0), "where": wish.address(owner="none"), "on": wish.owner == "none"},
            {"name": _("You"), "count": owned.get(by, 0), "where": wish.address(owner="me"), "on": wish.owner == "me"},
            *({"name": shape.owner(one, staff), "count": owned[one], "where": wish.address(owner=one), "on": wish.owner == one} for one in people),
        ]},
    ]  # fmt: skip
    if len(sites) > 1:
        links = [{"name": _("All sites"), "count": None, "where": wish.address(location=""), "on": not wish.location}]
        links += [{"name": one["name"], "count": None, "where": wish.address(location=one["id"]), "on": wish.location == one["id"]} for one in sites]  # fmt: skip
        bars.append({"title": _("Site"), "links": links})
    for bar in bars[1:]:
        # What would lead to nothing is not offered, so that the filters stay short on a quiet day.
        bar["links"] = [one for one in bar["links"] if one["count"] or one["count"] is None or one["on"]]
    return [bar for bar in bars if len(bar["links"]) > 1]


def _hands(request: HttpRequest) -> Row:
    """Who tasks can be handed to, and how many can be closed at once."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        staff = practices.staff(rows)
    people = [
        one for one in staff.values() if one["active"] and one["role"] in routes.WORKS and str(one["id"]) != visitor.by
    ]
    return {"people": sorted(people, key=lambda one: str(one["name"])), "done_as": DONE_AS.items()}


@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """The page."""
    lists = _lists(request)
    context = {
        "here": "tasks", "strip": today.alarms(request), **lists, **_hands(request),
        "views": [(code, name, lists["wish"].address(view="" if code == "list" else code)) for code, name in VIEWS.items()],
        "column_links": [(code, name, lists["wish"].address(by="" if code == "queue" else code)) for code, name in COLUMNS.items()],
    }  # fmt: skip
    return render(request, "ringback/tasks.html", context)


@require_GET
def task_lists(request: HttpRequest) -> HttpResponse:
    """The lists alone, for the live page."""
    return render(request, "ringback/task_lists.html", _lists(request))
