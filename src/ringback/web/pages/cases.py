"""One caller's case: everything said and done in one thread, and what a person can do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ringback.core import quick_replies
from ringback.core.case import Closure, TaskState, Tick
from ringback.core.events import (
    CaseClosed,
    PageAcknowledged,
    RefillProcessed,
    TaskClaimed,
    TaskDone,
    TaskReleased,
    TaskTried,
    UrgentCalledBack,
)
from ringback.engine import clock
from ringback.store import access, care, changes, ledgers, practices, queries, replies, secure
from ringback.web import masks, routes, words
from ringback.web.pages import shape, today
from ringback.web.pages.act import act, folded, said, visitor_of

Row = dict[str, Any]
TOKEN = re.compile(r"(/p/\d+/)[\w-]+")
BY_HAND = ("reached", "booked", "resolved", "answered", "unreached_with_plan", "unrecovered", "suppressed")
LONGEST_NOTE = 2000


def _case(request: HttpRequest, case_id: UUID) -> Row:
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        found = queries.case(rows, case_id)
        if found is None:
            raise Http404
        staff = practices.staff(rows)
        everything = queries.thread(rows, case_id)
        lines = {line["id"]: line for line in practices.lines(rows)}
        suppressed = queries.suppressed(rows, found["number_index"])
        earlier = queries.earlier(rows, found["number_index"], case_id)
        newest, kept = replies.newest(rows, case_id), care.of(rows, [case_id]).get(case_id)
        if any(one["kind"].startswith("secure") for one in everything["messages"]):
            papers, standing = secure.files(rows, case_id), secure.standing(rows, case_id)
            for one in everything["messages"]:
                one["files"], one["between"] = papers.get(one["id"], []), standing.get(one["id"])
        replies.looked(rows, visitor.staff, case_id, now)
        care.looked(rows, case_id, visitor.staff, now)
    case = shape.case(found, visitor, staff)
    case["line_row"] = lines.get(case["line"])
    case["next_clocks"] = sorted(case["value"].clocks, key=lambda one: one.at)
    urgent = case["value"].urgent
    if urgent is not None:
        case["acked_name"] = shape.owner(urgent.acked_by, staff) if urgent.acked_by else ""
    tasks = []
    for task in everything["tasks"]:
        task["owner_name"] = shape.owner(task["owner"], staff) if task["owner"] else ""
        task["mine"] = task["owner"] == visitor.by
        task["open"] = task["state"] in (TaskState.OPEN, TaskState.CLAIMED)
        task["tone"] = "red" if task["open"] and (task["due"] <= now or task["priority"] == "urgent") else ""
        tasks.append(task)
    masks.of(visitor).thread(everything)
    return {
        "case": case,
        "people": case["people"],
        "entries": _entries(everything, staff, {one["id"]: one.get("name", "") for one in case["people"]}),
        "tasks": sorted(tasks, key=lambda one: (not one["open"], one["due"])),
        "any_open": any(task["open"] for task in tasks),
        "steps": everything["steps"],
        "slots": everything["slots"],
        "suppressed": suppressed,
        "earlier": earlier,
        "closures": [(code, words.CLOSURES[code]) for code in BY_HAND],
        "sources": list(words.OPT_OUT_SOURCES.items()),
        "dispositions": list(words.DISPOSITIONS.items()),
        "clinical": visitor.role in routes.CLINICAL,
        "newest": newest,
        "reply": {
            "why_not": _no_reply(case, suppressed),
            "lang": case["value"].lang or "en",
            "quick": quick_replies.beside(case["value"].lang or "en", get_language() or "en"),
            "staff": [{"id": number, "name": one["name"]} for number, one in staff.items()],
            "owner": kept["owner"] if kept is not None else None,
            "asleep": kept["snoozed_until"] if kept is not None and (kept["snoozed_until"] or now) > now else None,
        },
        "Tick": Tick,
    }


def _no_reply(case: Row, suppressed: bool) -> str:
    """Why no text can be written to this caller, with what to do instead; empty when one can."""
    if not case["number"]:
        return _("This caller hid their number: there is nowhere to write to.")
    if suppressed or case["value"].opted_out:
        return _("They asked for no more texts. Call them instead.")
    if case["value"].last_inbound_at is None:
        return _("They have not written to us, so there is nothing to answer by text. Call them instead.")
    return ""


def _written(silent: Row, everything: Any) -> bool:
    """Whether a transcript came after a recording that had none yet."""
    return any(
        one["kind"] == "voicemail" and one["words"] and one["recorded"] and one["id"] > silent["id"]
        for one in everything["messages"]
    )


def _entries(everything: Any, staff: Any, names: Mapping[UUID, str]) -> list[Row]:
    """Calls, texts, messages, notes, pages and bookings in the order in which they happened."""
    found: list[tuple[datetime, int, Row]] = []
    for call in everything["calls"]:
        at = call["ended"] or call["began"] or call["at"]
        found.append((at, 0, {"is": "call", "at": at, **call}))
    wrote = {str(one["id"]): shape.owner(one["by"], staff) for one in everything["messages"] if one["kind"] == "reply"}
    for message in everything["messages"]:
        if (
            message["kind"] == "voicemail"
            and not message["words"]
            and message["recorded"]
            and _written(message, everything)
        ):
            continue  # its transcript stands further on, with the recording
        if message["kind"] == "reply":
            continue  # it stands below as the text that carried it
        message["by_name"] = shape.owner(message["by"], staff)
        message["whys"] = message["reading"].get("why", "").split("; ") if message["reading"].get("why") else []
        message["pieces"] = shape.marked(message["words"], message["reading"].get("marks", ()))
        between = message.get("between")
        message["for_name"] = names.get(between["person"], "") if between else ""
        found.append((message["at"], 1, {"is": message["kind"], **message}))
    for text in everything["texts"]:
        # The link is the caller's own: whoever reads the thread could otherwise act as the caller.
        text["body"] = TOKEN.sub(r"\1…", text["body"])
        text["by_name"] = wrote.get(text["reply_to"], "")
        found.append((text["created_at"], 2, {"is": "sent", "at": text["created_at"], **text}))
    for notice in everything["notices"]:
        person = staff.get(notice["staff"] or 0)
        notice["to_name"] = person["name"] if person else ""
        found.append((notice["created_at"], 3, {"is": "notice", "at": notice["created_at"], **notice}))
    for slot in everything["slots"]:
        found.append((slot["taken_at"], 4, {"is": "slot", "at": slot["taken_at"], **slot}))
    return [one[2] for one in sorted(found, key=lambda one: one[:2])]


@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The page of one case."""
    context = {"here": "today", "strip": today.alarms(request), **_case(request, case_id)}
    return render(request, "ringback/case.html", context)


@require_GET
def case_thread(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Its thread and side alone, for the live page."""
    return render(request, "ringback/case_thread.html", _case(request, case_id))


@require_POST
def acknowledge(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A deliberate press: paging stops and the call-back clock runs."""
    return act(request, case_id, PageAcknowledged(by=visitor_of(request).by, at=clock.now()))


@require_POST
def called_back(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A clinician spoke with the person, or tried."""
    reached = request.POST.get("reached") == "yes"
    return act(request, case_id, UrgentCalledBack(by=visitor_of(request).by, at=clock.now(), reached=reached))


@require_POST
def claim(request: HttpRequest, case_id: UUID, task: str) -> HttpResponse:
    """Take a task."""
    return act(request, case_id, TaskClaimed(task=task, by=visitor_of(request).by, at=clock.now()))


@require_POST
def release(request: HttpRequest, case_id: UUID, task: str) -> HttpResponse:
    """Give a task back."""
    return act(request, case_id, TaskReleased(task=task, by=visitor_of(request).by, at=clock.now()))


@require_POST
def tried(request: HttpRequest, case_id: UUID, task: str) -> HttpResponse:
    """A call reached nobody."""
    left = request.POST.get("left_voicemail") == "yes"
    return act(request, case_id, TaskTried(task=task, by=visitor_of(request).by, at=clock.now(), left_voicemail=left))


@require_POST
def done(request: HttpRequest, case_id: UUID, task: str) -> HttpResponse:
    """Finish a task with its disposition."""
    disposition = request.POST.get("disposition", "")
    if disposition not in words.DISPOSITIONS:
        return said(request, "Choose how it ended.", tone="bad", fallback=reverse("case", args=[case_id]))
    plan = request.POST.get("plan", "").strip()[:LONGEST_NOTE]
    if disposition == "unreached_with_plan":
        if not plan:
            return said(request, "Write the plan first.", tone="bad", fallback=reverse("case", args=[case_id]))
        _keep_note(request, case_id, f"Plan: {plan}")
    if disposition == "opted_out" and not _meant_stop(request, case_id, task):
        return said(request, "That is not what this task asks.", tone="bad", fallback=reverse("case", args=[case_id]))
    return act(
        request, case_id, TaskDone(task=task, by=visitor_of(request).by, disposition=disposition, at=clock.now())
    )


def _meant_stop(request: HttpRequest, case_id: UUID, task: str) -> bool:
    """Somebody read words that may have been a stop and says they were: the number is blocked as by STOP (C28)."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        asks = rows.one(
            "select 1 as x from task where practice = %s and case_id = %s and id = %s and kind = 'opt_out_check' "
            "and state in ('open', 'claimed')",
            (visitor.practice, case_id, task),
        )
        index = _index(rows, case_id)
        if asks is None or index is None:
            return False
        ledgers.revoke(
            rows, index, source="staff", now=clock.now(), by=visitor.by, role=visitor.role, evidence=f"case:{case_id}"
        )
    return True


@require_POST
def refill_done(request: HttpRequest, case_id: UUID, task: str) -> HttpResponse:
    """A refill was processed: the promised text goes out (S46)."""
    return act(request, case_id, RefillProcessed(task=task, by=visitor_of(request).by, at=clock.now()))


@require_POST
def note(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Keep an internal note."""
    plain = request.POST.get("words", "").strip()[:LONGEST_NOTE]
    where = reverse("case", args=[case_id])
    if not plain:
        return said(request, "The note is empty.", tone="bad", fallback=where)
    _keep_note(request, case_id, plain)
    return said(request, "Noted.", fallback=where)


def _keep_note(request: HttpRequest, case_id: UUID, plain: str) -> None:
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        if not queries.is_ours(rows, case_id):
            raise Http404
        kept = changes.note(rows, case_id, plain, visitor.by, clock.now())
        tell = [int(one) for one in request.POST.getlist("tell") if one.isascii() and one.isdigit() and len(one) < 9]
        replies.mention(rows, tell, kept, case_id, visitor.staff, visitor.role, clock.now())


@require_POST
def close(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Close a case by hand with its closure and a reason."""
    closure, reason = request.POST.get("closure", ""), request.POST.get("reason", "").strip()[:200]
    where = reverse("case", args=[case_id])
    if closure not in BY_HAND:
        return said(request, "Choose how it ended.", tone="bad", fallback=where)
    if not reason:
        return said(request, "Say in a few words why.", tone="bad", fallback=where)
    # A reason is kept with the case in the clear: what a person types here goes into a sealed note instead.
    _keep_note(request, case_id, f"Closed: {reason}")
    event = CaseClosed(
        by=visitor_of(request).by, closure=Closure(closure), reason="closed by staff, see the note", at=clock.now()
    )
    return act(request, case_id, event)


@require_POST
def opt_out(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The person said stop by another way: the same ledger, at once."""
    source = request.POST.get("source", "")
    if source not in words.OPT_OUT_SOURCES:
        return said(request, "Choose how they said it.", tone="bad", fallback=reverse("case", args=[case_id]))
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        index = _index(rows, case_id)
        if index is None:
            return said(request, "This caller has no number.", tone="bad", fallback=reverse("case", args=[case_id]))
        events = ledgers.revoke(
            rows, index, source=source, now=clock.now(), by=visitor.by, role=visitor.role, evidence=f"case:{case_id}",
            words=request.POST.get("words", "").strip()[:LONGEST_NOTE],
        )  # fmt: skip
    folded(visitor.practice, events)
    return said(request, "Opted out: no more texts go to this number.", fallback=reverse("case", args=[case_id]))


def _index(rows: access.Rows, case_id: UUID) -> bytes | None:
    found = rows.one(
        f"select number_index from cases where practice = %s and id = %s and {rows.sees()}", (rows.practice, case_id)
    )
    if found is None:
        raise Http404
    return bytes(found["number_index"]) if found["number_index"] is not None else None
