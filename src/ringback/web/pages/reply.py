"""Writing to a caller: the lint reads along, the gate answers, and what was typed is never lost.

A reply is refused when something newer was said than the page shows; the words stay in the box and the thread shows what is
new. Assigning, snoozing and who else is looking stand here too.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ringback.core import words as reading
from ringback.core.events import StaffReplied
from ringback.engine import clock
from ringback.store import access, care, practices, queries, replies
from ringback.store.submit import submit
from ringback.web.pages import act
from ringback.web.pages.act import NOTHING, said, visitor_of

LONGEST = 300
SNOOZES = ("hour", "afternoon", "tomorrow", "monday")


def problems(words: str) -> list[reading.Problem]:
    """What must not stand in a plain text, each with its sentence."""
    return [one for one in reading.lint(words, kind="text") if one.kind in ("privacy", "carrier")]


@require_POST
def lint(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What the lint says of words that are being typed, and how long they are as a text."""
    visitor, typed = visitor_of(request), request.POST.get("words", "").strip()[: LONGEST * 2]
    with access.practice(visitor.practice) as rows:
        if not queries.is_ours(rows, case_id):
            raise Http404
        alias = practices.practice(rows)["alias"]
    whole = typed if alias in typed else f"{alias}: {typed}"
    alphabet, letters, parts = reading.segments(whole)
    context = {
        "typed": typed, "problems": problems(typed) if typed else [], "letters": letters, "parts": parts,
        "alphabet": alphabet, "too_long": len(whole) > LONGEST, "most": LONGEST,
    }  # fmt: skip
    return render(request, "ringback/reply_lint.html", context)


@require_POST
def reply(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Send what was written, when the gate lets it."""
    visitor, now, where = visitor_of(request), clock.now(), reverse("case", args=[case_id])
    typed = request.POST.get("words", "").strip()
    if not typed:
        return said(request, _("Write something first."), tone="bad", fallback=where, status=422)
    if len(typed) > LONGEST:
        return said(
            request, _("That is too long for a text: two parts at most."), tone="bad", fallback=where, status=422
        )
    wrong = problems(typed)
    if wrong:
        return said(request, _("Not sent: %(why)s") % {"why": wrong[0].say}, tone="bad", fallback=where, status=422)
    with access.practice(visitor.practice) as rows:
        if not queries.is_ours(rows, case_id):
            raise Http404
        rows.run("select 1 from cases where practice = %s and id = %s for update", (visitor.practice, case_id))
        if request.POST.get("seen", "") != replies.newest(rows, case_id):
            return said(
                request, _("Not sent yet: something new was said here meanwhile. Look, and send again."), tone="bad",
                fallback=where, status=409,
            )  # fmt: skip
        message = replies.write(rows, case_id, typed, visitor.by, now)
        event = submit(
            rows.connection, visitor.practice, case_id, StaffReplied(message=str(message), by=visitor.by, at=now), now,
            visitor.by,
        )  # fmt: skip
    why = act.settled(access.raw(), visitor.practice, event)
    if why is not None and why.startswith(NOTHING):
        reason = why.removeprefix(NOTHING).removeprefix(": ")
        return said(
            request,
            _("Not sent: %(why)s.") % {"why": reason or _("the case is closed")},
            tone="bad",
            fallback=where,
            status=409,
        )
    with access.practice(visitor.practice) as rows:
        text = replies.came_of(rows, message)
    if text is not None and text["state"] == "denied":
        return said(
            request, _("Not sent: %(why)s") % {"why": text["verdict_why"]}, tone="bad", fallback=where, status=409
        )
    if text is not None and text["state"] == "held":
        return said(request, _("It waits: %(why)s") % {"why": text["verdict_why"]}, fallback=where)
    return said(request, _("Sent."), fallback=where)


@require_POST
def here(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """This page is open, and somebody types in it or not; answers who else is here."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        if not queries.is_ours(rows, case_id):
            raise Http404
        replies.here(rows, case_id, visitor.staff, request.POST.get("typing") == "yes", now)
        found, staff = replies.others(rows, case_id, visitor.staff, now), practices.staff(rows)
    others = [{"name": staff[one["staff"]]["name"], "typing": one["typing"]} for one in found if one["staff"] in staff]
    return render(request, "ringback/reply_others.html", {"others": others})


@require_POST
def assign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give the case to somebody, or to nobody."""
    visitor, where = visitor_of(request), reverse("case", args=[case_id])
    wanted = request.POST.get("to", "")
    to = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else None
    with access.practice(visitor.practice) as rows:
        if not queries.is_ours(rows, case_id):
            raise Http404
        done = care.assign(rows, case_id, to, visitor.by, clock.now(), visitor.role)
        name = practices.staff(rows)[to]["name"] if done and to is not None else ""
    if not done:
        return said(request, _("Nothing was changed."), fallback=where)
    return said(
        request, _("This is %(name)s's now.") % {"name": name} if name else _("This is nobody's now."), fallback=where
    )


def until(choice: str, now: datetime, zone: str) -> datetime | None:
    """The moment a snooze ends; None for no such choice."""
    local = now.astimezone(ZoneInfo(zone))
    if choice == "hour":
        return now + timedelta(hours=1)
    days = {"afternoon": 0, "tomorrow": 1, "monday": (7 - local.weekday()) % 7 or 7}.get(choice)
    if days is None:
        return None
    at = datetime.combine(local.date() + timedelta(days=days), time(13 if choice == "afternoon" else 8), ZoneInfo(zone))
    return at if at > now else at + timedelta(days=1)


@require_POST
def snooze(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Out of the way until a moment; a word of the caller, or an urgent one, brings it back before."""
    visitor, where, choice = visitor_of(request), reverse("case", args=[case_id]), request.POST.get("until", "")
    now = clock.now()
    with access.practice(visitor.practice) as rows:
        found = queries.case(rows, case_id)
        if found is None:
            raise Http404
        if found["phase"] == "urgent" and choice != "now":
            return said(request, _("An urgent case cannot be put aside."), tone="bad", fallback=where, status=422)
        moment = None if choice == "now" else until(choice, now, practices.practice(rows)["zone"])
        if moment is None and choice != "now":
            return said(request, _("Choose until when."), tone="bad", fallback=where, status=422)
        care.snooze(rows, case_id, moment, visitor.by, now, visitor.role)
    return said(request, _("Put aside; it comes back by itself.") if moment else _("It is back."), fallback=where)


@require_GET
def mentions(request: HttpRequest) -> HttpResponse:
    """Notes in which colleagues named the visitor."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        staff = practices.staff(rows)
        found: list[dict[str, Any]] = replies.mentions(rows, visitor.staff)
    for one in found:
        one["by_name"] = staff[one["by"]]["name"] if one["by"] in staff else ""
    return render(request, "ringback/mentions.html", {"here": "mentions", "mentions": found})
