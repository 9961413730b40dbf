"""One patient: who shares their phones, language, what may be sent to each number and how that came about, visits, earlier
cases, and the call-back flag, which only a person sets (decision 8).

Masks decide what a role reads: who does not read words sees no names, who does not read numbers sees their last two digits.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ringback.core import consent
from ringback.engine import clock
from ringback.store import access, people_page, practices
from ringback.web import masks
from ringback.web.pages import choices, shape, today
from ringback.web.pages.act import said, visitor_of

Row = dict[str, Any]
LANGUAGES = {"en": gettext_lazy("English"), "es": gettext_lazy("Spanish"), "": gettext_lazy("not on record")}
PHONE_KINDS = {"mobile": gettext_lazy("mobile"), "home": gettext_lazy("home"), "work": gettext_lazy("work")}


@require_GET
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The page."""
    visitor, now = visitor_of(request), clock.now()
    mask = masks.of(visitor)
    with access.practice(visitor.practice) as rows:
        found = people_page.person(rows, person_id)
        if found is None:
            raise Http404
        staff = practices.staff(rows)
        phones = people_page.phones(rows, person_id)
        indexes = [bytes(one["number_index"]) for one in phones]
        standing = people_page.standing(rows, indexes)
        history = people_page.history(rows, indexes)
        cases = people_page.cases(rows, indexes)
        slots = people_page.slots(rows, indexes, now)
        flagged = people_page.flagged(rows, person_id)
    for phone in phones:
        phone["shown"] = mask.number(phone["number"])
        phone["dial"] = phone["number"] if mask.numbers else ""
        phone["number"] = ""
        phone["kind_said"] = PHONE_KINDS.get(phone["kind"], phone["kind"])
        phone["household"] = phone["household"] if mask.words else []
        phone["holds"] = _holds(standing[bytes(phone["number_index"])])
    shown = {one["hex"]: one["shown"] for one in phones}
    if not mask.words:
        found["name"] = found["birth_date"] = found["record"] = ""
    context = {
        "here": "patients",
        "strip": today.alarms(request),
        "person": found,
        "language": LANGUAGES.get(found["lang"], found["lang"]),
        "born": _born(found["birth_date"]),
        "phones": phones,
        "never": [one for one in phones if one["holds"]["never"]],
        "entries": [
            {**choices.entry_shown(one, staff, mask.words), "of": shown[bytes(one["number_index"]).hex()]} for one in history
        ],
        "open_cases": [one for one in cases if one["phase"] != "closed"],
        "cases": [one for one in cases if one["phase"] == "closed"],
        "most": people_page.CASES_MOST,
        "slots": slots,
        "next_visit": found["next_visit"] if found["next_visit"] and found["next_visit"] > now else None,
        "last_visit": found["next_visit"] if found["next_visit"] and found["next_visit"] <= now else None,
        "flag_by": shape.owner(flagged["by"], staff) if flagged and flagged["raised"] == found["callback_requested"] else "",
        "flag_at": flagged["at"] if flagged and flagged["raised"] == found["callback_requested"] else None,
        "several": len(phones) > 1,
    }  # fmt: skip
    return render(request, "ringback/person.html", context)


def _born(told: str) -> date | None:
    """A birth date of the record; None when there is none that can be read."""
    try:
        return date.fromisoformat(told)
    except (TypeError, ValueError):
        return None


def _holds(now_holds: Row) -> Row:
    blocked = now_holds["blocked"]
    return {
        **now_holds,
        "blocked_by": consent.SOURCES.get(blocked["source"], blocked["source"]) if blocked else "",
        "level_said": choices.LEVELS.get(now_holds["level"], now_holds["level"]),
        "agreed": any(one["category"] == consent.CALLBACK for one in now_holds["consents"]),
        "elsewhere": now_holds["level"] == consent.ELSEWHERE,
    }


@require_POST
def person_flag(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Say that this person waits for a call back, or no longer does."""
    visitor, raised = visitor_of(request), request.POST.get("on") == "yes"
    where = reverse("person", args=[person_id])
    with access.practice(visitor.practice) as rows:
        if people_page.person(rows, person_id) is None:
            raise Http404
        done = people_page.flag(rows, person_id, raised, by=visitor.by, role=visitor.role, now=clock.now())
    if not done:
        return said(request, _("Nothing was changed: it stood so already."), tone="bad", fallback=where)
    if raised:
        return said(request, _("Set: their next missed call becomes a promised call-back."), fallback=where)
    return said(request, _("Taken back: their next call is treated as anybody's."), fallback=where)
