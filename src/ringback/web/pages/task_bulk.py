"""Acts on many tasks at once, their undo, and how an act that waited is finished.

Taking, giving back and handing over are done at once; closing waits ten seconds on the server and can be taken back until then.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ringback.engine import clock
from ringback.store import access, audit, bulk, practices
from ringback.web import routes
from ringback.web.pages.act import folded, said, visitor_of

Row = dict[str, Any]


@require_GET
def task_acts(request: HttpRequest) -> HttpResponse:
    """What one has just done to many tasks and can still take back."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        acts = bulk.recent(rows, visitor.by, clock.now())
    return render(request, "ringback/task_acts.html", {"acts": acts})


@require_POST
def task_bulk(request: HttpRequest) -> HttpResponse:
    """One press on the ticked tasks: take, give back, hand to somebody, or close."""
    visitor, now = visitor_of(request), clock.now()
    kind, word = request.POST.get("act", ""), ""
    picked = _picked(request)
    if not picked:
        return said(request, _("Tick the tasks first."), tone="bad", fallback=reverse("tasks"))
    runs = visitor.role in routes.RUNS
    with access.practice(visitor.practice) as rows:
        if kind == "hand":
            word = request.POST.get("to", "")
            if word == visitor.by:
                kind, word = "claim", ""
            elif word == "none":
                kind, word = "release", ""
            elif not _works(rows, word):
                return said(request, _("Choose who takes them."), tone="bad", fallback=reverse("tasks"))
        if kind.startswith("done-"):
            kind, word = "done", kind.removeprefix("done-")
        try:
            made = bulk.begin(rows, kind, picked, by=visitor.by, now=now, word=word, runs=runs)
        except ValueError:
            return said(request, _("Choose what to do with them."), tone="bad", fallback=reverse("tasks"))
        if made["count"]:
            audit.write(
                rows, act="change", what=f"tasks.{kind}", object=f"bulk:{made['id']}", by=visitor.by, role=visitor.role,
                detail={"tasks": made["count"], "word": word},
            )  # fmt: skip
    folded(visitor.practice, made["events"])
    if not made["count"]:
        return said(request, _("Nothing was changed: they are somebody else's, done already, or have to be finished one by one."), tone="bad", fallback=reverse("tasks"))  # fmt: skip
    return said(request, _told(kind, made), fallback=reverse("tasks"))


def _told(kind: str, made: Row) -> str:
    count = made["count"]
    told = {
        "claim": ngettext("%(count)s task is yours.", "%(count)s tasks are yours.", count),
        "release": ngettext("%(count)s task was given back.", "%(count)s tasks were given back.", count),
        "hand": ngettext("%(count)s task was handed over.", "%(count)s tasks were handed over.", count),
        "done": ngettext("%(count)s task closes in 10 seconds.", "%(count)s tasks close in 10 seconds.", count),
    }[kind] % {"count": count}
    if made["left_out"]:
        told += " " + ngettext(
            "%(count)s was left out: it is somebody else's or has to be finished by itself.",
            "%(count)s were left out: they are somebody else's or have to be finished one by one.",
            made["left_out"],
        ) % {"count": made["left_out"]}
    return told


def _picked(request: HttpRequest) -> list[tuple[UUID, str]]:
    found = []
    for told in request.POST.getlist("pick")[: bulk.MOST]:
        case, _colon, task = told.partition(":")
        try:
            found.append((UUID(case), task[:40]))
        except ValueError:
            continue
    return found


def _works(rows: access.Rows, told: str) -> bool:
    if not told.isdigit() or len(told) > 9:
        return False
    one = practices.staff(rows).get(int(told))
    return one is not None and bool(one["active"]) and one["role"] in routes.WORKS


@require_POST
def task_undo(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Take one's own act back."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        undone = bulk.undo(rows, bulk_id, by=visitor.by, now=now)
        if undone is not None:
            audit.write(
                rows, act="change", what="tasks.undo", object=f"bulk:{bulk_id}", by=visitor.by, role=visitor.role,
                detail={"tasks": undone["count"]},
            )  # fmt: skip
    if undone is None:
        return said(request, _("Too late to take it back: it is done."), tone="bad", fallback=reverse("tasks"))
    folded(visitor.practice, undone["events"])
    return said(request, _("Taken back: nothing was closed.") if undone["kind"] == "done" else _("Taken back."), fallback=reverse("tasks"))  # fmt: skip


@require_POST
def task_finish(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """The window is over: what waited is done now. The page asks for it by itself; the practice's house does when it does not."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        events = bulk.finish(rows.connection, visitor.practice, clock.now(), bulk_id)
    folded(visitor.practice, events)
    return said(request, ngettext("%(count)s task was closed.", "%(count)s tasks were closed.", len(events)) % {"count": len(events)}, fallback=reverse("tasks")) if events else HttpResponse(status=204)  # fmt: skip
