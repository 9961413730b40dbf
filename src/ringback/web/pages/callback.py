"""The call panel: number, script, identity check and outcome of one call back, on one page for the hand that holds the phone.

Until the caller has shown who they are, the page names nobody: what they say is compared on the server and the answer is yes
or no. One press says how the call came out; it is the same event as on the case's page.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ringback.core import identity_check
from ringback.core.events import Event, TaskClaimed, TaskDone, TaskTried
from ringback.core.words import call_script
from ringback.core.words.lint_voicemail import script_for
from ringback.engine import clock
from ringback.store import access, callbacks, changes, ledger_read, ledgers, practices, queries
from ringback.store.submit import submit
from ringback.web import masks, routes, words
from ringback.web.pages import shape, task_shape, today
from ringback.web.pages.act import folded, said, visitor_of
from ringback.web.templatetags.ringback import clock_time

Row = dict[str, Any]
LONGEST_NOTE = 2000
FACTORS = {
    "name": gettext_lazy("full name"),
    "birth_date": gettext_lazy("date of birth"),
    "record": gettext_lazy("record number"),
}
OUTCOMES = {
    "reached": gettext_lazy("Reached and resolved"),
    "booked": gettext_lazy("Booked"),
    "no_answer": gettext_lazy("No answer"),
    "voicemail": gettext_lazy("Left a voicemail"),
    "wrong_number": gettext_lazy("Wrong number"),
    "no_contact": gettext_lazy("Asked not to be contacted"),
}
LANGUAGES = {"en": gettext_lazy("English"), "es": gettext_lazy("Spanish")}


def _where(case_id: UUID, task: str) -> str:
    told = f"?{urlencode({'task': task})}" if task else ""
    return reverse("callback", args=[case_id]) + told


def _found(rows: access.Rows, case_id: UUID) -> Row:
    found = callbacks.of_case(rows, case_id)
    if found is None:
        raise Http404
    return found


def _task(found: Row, wished: str, by: str) -> Row | None:
    """The task the panel is about: the one named, else one's own, else the first that is due."""
    live: list[Row] = found["tasks"]
    named = next((one for one in live if one["task"] == wished), None)
    return named or next((one for one in live if one["owner"] == by), None) or (live[0] if live else None)


@require_GET
def callback(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The panel."""
    return render(request, "ringback/callback.html", {"here": "tasks", "strip": today.alarms(request), **_panel(request, case_id)})  # fmt: skip


def _panel(request: HttpRequest, case_id: UUID) -> Row:
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        found = _found(rows, case_id)
        about = practices.practice(rows)
        staff = practices.staff(rows)
        clocks = task_shape.Clocks(rows)
        lines = {one["id"]: one for one in practices.lines(rows)}
        index = bytes(found["number_index"]) if found["number_index"] is not None else None
        holds = ledger_read.standing(rows, index) if index is not None else None
        checks = callbacks.standing(rows, case_id, visitor.by, now)
    everybody = found["people"]
    shape.case(found, visitor, staff)
    task = _task(found, request.GET.get("task", ""), visitor.by)
    last = checks["last"]
    known = next((one for one in everybody if last and one["id"] == last["person"]), None)
    if task is not None:
        line = lines.get(found["line"])
        task["location"] = line["location"] if line else 0
        task["clock"] = clocks.say(task, now)
        task["owner_name"] = shape.owner(task["owner"], staff) if task["owner"] else ""
        task["mine"] = task["task_state"] == "claimed" and task["owner"] == visitor.by
        task["theirs"] = task["task_state"] == "claimed" and not task["mine"]
        task["waits"] = task["not_before"] is not None and task["not_before"] > now
    lang = (known or {}).get("lang") or _one_language(everybody) or found["value"].lang or "en"
    given = visitor.name.split()[0] if visitor.name else ""
    phone = about["phone"]
    script = call_script.script(task["kind"] if task else "", lang, staff=given, practice=about["alias"], phone=phone)
    never = bool(holds and holds["never"])
    voicemail = script_for(script.lang, holds["level"] if holds else "neutral_only", never=never, people=len(everybody))
    first = str(everybody[0].get("name", "")).split()[0] if len(everybody) == 1 and everybody[0].get("name") else ""
    clinical_only = task is not None and task["kind"] == "urgent_callback" and visitor.role not in routes.CLINICAL
    return {
        "case": found,
        "task": task,
        "others": [one for one in found["tasks"] if task is None or one["task"] != task["task"]],
        "quote": found["quote"] if masks.of(visitor).words else "",
        "script": script,
        "language": LANGUAGES.get(lang, lang),
        "spoken": LANGUAGES.get(script.lang, script.lang),
        "no_words": lang not in call_script.LANGUAGES,
        "voicemail": voicemail.format(first_name=first, staff=given, practice=about["alias"], phone=phone) if voicemail else "",
        "stands": checks["stands"],
        "tries_left": max(0, identity_check.TRIES - checks["stands"].wrong),
        "last": last,
        "shown": [FACTORS.get(one, one) for one in last["factors"]] if last else [],
        "known": known,
        "on_record": len(everybody),
        "has_record": any(one.get("record") for one in everybody),
        "blocked": bool(holds and holds["blocked"]),
        "never": never,
        "elsewhere": bool(holds and holds["level"] == "elsewhere"),
        "outcomes": OUTCOMES.items(),
        "clinical_only": clinical_only,
        "may_act": task is not None and not task["theirs"] and not clinical_only,
        "tried": request.GET.get("tried", "") in ("no_answer", "voicemail"),
    }  # fmt: skip


def _one_language(people: list[Row]) -> str:
    spoken = {str(one["lang"]) for one in people}
    return spoken.pop() if len(spoken) == 1 else ""


@require_POST
def callback_take(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take the task and open its panel, in one press."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        found = _found(rows, case_id)
        task = _task(found, request.POST.get("task", ""), visitor.by)
        taken = task is not None and task["task_state"] == "open"
        event = TaskClaimed(task=task["task"], by=visitor.by, at=now) if task is not None and taken else None
        events = [submit(rows.connection, visitor.practice, case_id, event, now, visitor.by)] if event else []
    folded(visitor.practice, events)
    return redirect(_where(case_id, task["task"] if task is not None else ""))


@require_POST
def callback_who(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Compare what the caller said of themselves. The answer is yes or no; what was compared is kept by its kinds only."""
    visitor, now = visitor_of(request), clock.now()
    said_of = identity_check.Said(**{one: request.POST.get(one, "").strip()[:80] for one in identity_check.FACTORS})
    where = _where(case_id, request.POST.get("task", "")[:40])
    with access.practice(visitor.practice) as rows:
        found = _found(rows, case_id)
        task = _task(found, request.POST.get("task", ""), visitor.by)
        if callbacks.standing(rows, case_id, visitor.by, now)["stands"].stopped:
            return said(request, _("Three answers were wrong. Say nothing from the record; ask them to come by or to ring the practice."), tone="bad", fallback=where)  # fmt: skip
        if any(identity_check.looks_like_ssn(getattr(said_of, one)) for one in ("name", "record")):
            return said(request, _("That looks like a social security number. We never ask for it: it was not compared and not kept."), tone="bad", fallback=where)  # fmt: skip
        if len(said_of.factors) < identity_check.NEEDED:
            return said(
                request, _("Ask for two of the three, and write down what they say."), tone="bad", fallback=where
            )
        if said_of.birth_date and not identity_check.day(said_of.birth_date):
            return said(request, _("Write the date of birth as month, day and year, as 03/05/1970. It was not counted as a try."), tone="bad", fallback=where)  # fmt: skip
        person = identity_check.who(said_of, found["people"])
        callbacks.checked(
            rows, case_id, task["task"] if task else "", factors=said_of.factors, person=person, by=visitor.by,
            role=visitor.role, now=now,
        )  # fmt: skip
        left = identity_check.TRIES - callbacks.standing(rows, case_id, visitor.by, now)["stands"].wrong
    if person is not None:
        return said(request, _("It matches. You may speak about their matter."), fallback=where)
    if left <= 0:
        return said(request, _("It does not match, for the third time. Say nothing from the record; ask them to come by or to ring the practice."), tone="bad", fallback=where)  # fmt: skip
    return said(request, _("It does not match the record. %(left)s more, then stop. Which answer was wrong is not said.") % {"left": left}, tone="bad", fallback=where)  # fmt: skip


@require_POST
def callback_outcome(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """How the call came out, in one press, with the notes that were taken."""
    visitor, now = visitor_of(request), clock.now()
    outcome, wished = request.POST.get("outcome", ""), request.POST.get("task", "")[:40]
    where = _where(case_id, wished)
    note = request.POST.get("note", "").strip()[:LONGEST_NOTE]
    follow = request.POST.get("follow", "").strip()[:LONGEST_NOTE]
    events: list[UUID] = []
    with access.practice(visitor.practice) as rows:
        found = _found(rows, case_id)
        task = next((one for one in found["tasks"] if one["task"] == wished), None)
        if task is None:
            return said(request, _("This task is done already. Your notes were not kept: copy them onto the case if they matter."), tone="bad", fallback=reverse("case", args=[case_id]))  # fmt: skip
        if task["task_state"] == "claimed" and task["owner"] != visitor.by:
            return said(request, _("Somebody else has this task and may be on the phone. Nothing was changed."), tone="bad", fallback=where)  # fmt: skip
        if outcome not in OUTCOMES:
            return said(request, _("Choose how the call came out."), tone="bad", fallback=where)
        if task["kind"] == "urgent_callback" and visitor.role not in routes.CLINICAL:
            return said(request, _("An urgent message is called back by a clinician or nurse. Nothing was changed."), tone="bad", fallback=where)  # fmt: skip
        checked = callbacks.standing(rows, case_id, visitor.by, now)["stands"].good
        for words_ in (note, _("Follow-up: %(words)s") % {"words": follow} if follow else ""):
            if words_:
                changes.note(rows, case_id, words_, visitor.by, now)
        if outcome == "no_contact":
            events += _no_contact(rows, visitor, found, case_id, note)
        callbacks.called(rows, case_id, wished, outcome, checked=checked, by=visitor.by, role=visitor.role)
        events.append(submit(rows.connection, visitor.practice, case_id, _event(outcome, task, visitor.by, now), now, visitor.by))  # fmt: skip
    folded(visitor.practice, events)
    return _after(request, case_id, wished, outcome)


def _event(outcome: str, task: Row, by: str, now: Any) -> Event:
    if outcome in ("no_answer", "voicemail"):
        return TaskTried(task=task["task"], by=by, at=now, left_voicemail=outcome == "voicemail")
    if outcome == "no_contact":
        ending = "opted_out" if task["kind"] == "opt_out_check" else "reached"
    else:
        # "Resolved" on a refill tells the patient that it is processed: that has its own button, for whoever processes it.
        ending = {"reached": "reached" if task["kind"] == "refill" else "resolved"}.get(outcome, outcome)
    return TaskDone(task=task["task"], by=by, disposition=ending, at=now)


def _no_contact(rows: access.Rows, visitor: Any, found: Row, case_id: UUID, words_: str) -> list[UUID]:
    """They said it on the phone: texts stop at once; the do-not-contact list too, for roles that keep it."""
    if found["number_index"] is None:
        return []
    index, now = bytes(found["number_index"]), clock.now()
    told = {"now": now, "by": visitor.by, "role": visitor.role, "words": words_, "number": found["number"]}
    events = [] if queries.suppressed(rows, index) else ledgers.revoke(rows, index, source="voice", evidence=f"case:{case_id}", **told)  # fmt: skip
    if routes.may(visitor.role, "choices_never"):
        ledgers.never(rows, index, on=True, **told)
    else:
        changes.note(rows, case_id, _("Asked not to be contacted, on the phone. A manager or clinician puts the number on the do-not-contact list."), visitor.by, now)  # fmt: skip
    return events


def _after(request: HttpRequest, case_id: UUID, task: str, outcome: str) -> HttpResponse:
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        now_is = rows.one(
            "select state, not_before, attempts from task where practice = %s and case_id = %s and id = %s",
            (visitor.practice, case_id, task),
        )
        zone = practices.practice(rows)["zone"]
    if outcome in ("no_answer", "voicemail"):
        again = now_is["not_before"] if now_is else None
        told = (
            _("Counted as try %(tries)s. The task comes back %(at)s.") % {"tries": now_is["attempts"], "at": clock_time(again, zone)}
            if now_is and again
            else _("Counted. The tries are used up: say on the case how it ends, or try once more.")
        )  # fmt: skip
        return said(request, told, fallback=f"{_where(case_id, task)}&{urlencode({'tried': outcome})}")
    told = {
        "wrong_number": _("Wrong number: nothing more is sent to it."),
        "no_contact": _("Noted: no more texts go to this number.") if not routes.may(visitor.role, "choices_never") else _("Noted: the number is on the do-not-contact list."),
    }.get(outcome, _("Done: %(how)s.") % {"how": words.say(words.DISPOSITIONS, "booked") if outcome == "booked" else OUTCOMES[outcome]})  # fmt: skip
    return said(request, told, fallback=reverse("case", args=[case_id]))
