"""The desk of patients' requests: what came in, its clock, each step; and the person's own copy (C57).

A patient is named by the id of the practice's list, typed into a form and never part of an address.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ringback.core import disclosures as rules_of_disclosures
from ringback.core import requests as rules
from ringback.engine import clock
from ringback.store import access, audit, disclosures, holds, part2, practices, record, requests
from ringback.store.access import Row, Rows
from ringback.web.pages.act import said, visitor_of
from ringback.web.pages.compliance import framed

STEPS = {
    "note": "Note", "extended": "Put off by 30 days", "answered": "Answered", "warned": "Warned about unencrypted delivery",
    "delivered": "Delivered", "amended": "Correction added to the case", "statement": "Their statement added to the case",
}  # fmt: skip


def find(rows: Rows, told: str) -> UUID | None:
    """A patient by the id of the practice's list."""
    told = told.replace("\0", "").strip()[:100]
    found = rows.one(
        "select id from person where practice = %s and record_index = %s", (rows.practice, rows.index("record", told))
    )
    return found["id"] if found is not None and told else None


def name_of(rows: Rows, person: UUID) -> Row:
    """Who somebody is; an erased or removed person has no name any more."""
    found = rows.one("select sealed from person where practice = %s and id = %s", (rows.practice, person))
    return rows.record("person", "sealed", person, found["sealed"]) if found is not None else {}


def day_of(request: HttpRequest, name: str) -> date | None:
    """A day from a form; None when it is none."""
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        return None


def words_of(request: HttpRequest, name: str, most: int = 20_000) -> str:
    """Words from a form."""
    return request.POST.get(name, "").replace("\0", "").strip()[:most]


def today(zone: str, now: datetime) -> date:
    """The day it is at the practice."""
    return now.astimezone(ZoneInfo(zone)).date()


@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """Every request, the one that is due first on top, and the form for a new one."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        found = requests.all_(rows, zone, now)
        for row in found:
            row["name"] = name_of(rows, row["person"]).get("name", "")
    day = today(zone, now)
    for row in found:
        row["says"], row["left"] = rules.KINDS[row["kind"]].says, (row["due_on"] - day).days
    open_ = sorted((row for row in found if row["closed_at"] is None), key=lambda row: row["due_on"])
    context = framed(
        request, here="records", open=open_, closed=[row for row in found if row["closed_at"] is not None], kinds=rules.KINDS.values(),
        outcomes=rules.OUTCOMES, day=day, tab="requests",
    )  # fmt: skip
    return render(request, "ringback/records.html", context)


@require_POST
def records_take(request: HttpRequest) -> HttpResponse:
    """A request came in."""
    visitor, where = visitor_of(request), reverse("records")
    came = day_of(request, "came_on")
    with access.practice(visitor.practice) as rows:
        person = find(rows, request.POST.get("record", ""))
        if person is None or came is None:
            words = "Nobody on the patient list has that id." if person is None else "Give the day it came in."
            return said(request, words, tone="bad", fallback=where)
        try:
            made = requests.take(
                rows, request.POST.get("kind", ""), person, came, words_of(request, "words"), staff=visitor.staff,
                role=visitor.role, now=clock.now(),
            )  # fmt: skip
        except requests.Refused as wrong:
            return said(request, str(wrong), tone="bad", fallback=where)
    return redirect("records_request", row=made)


@require_GET
def records_request(request: HttpRequest, row: UUID) -> HttpResponse:
    """One request: its clock, what was written down, and the next steps."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        found = requests.one(rows, row, zone, now)
        if found is None:
            raise Http404
        kind = rules.KINDS[found["kind"]]
        staff = practices.staff(rows)
        steps = requests.entries(rows, row)
        cases = rows.all(
            "select c.id, c.opened_at from cases c where c.practice = %s and (c.person = %s or c.number_index in (select "
            "number_index from phone where practice = %s and person = %s)) order by c.opened_at desc limit 50",
            (rows.practice, found["person"], rows.practice, found["person"]),
        )
        who = name_of(rows, found["person"])
        held = holds.holds(rows, person=found["person"])
        tagged = part2.tagged(rows, found["person"])
    for step in steps:
        step["says"], step["who"] = STEPS[step["kind"]], staff.get(step["made_by"] or 0, {}).get("name", "")
        step["way_says"] = rules.WAYS.get(step["way"], "")
    day = today(zone, now)
    context = framed(
        request, here="records", row=found, kind=kind, who=who, steps=steps, cases=cases, held=bool(held), tagged=tagged, day=day,
        left=(found["due_on"] - day).days, why_not_extend=rules.why_not_extend(requests.asked(found), day),
        outcomes=rules.OUTCOMES, grounds=[(code, rules.GROUNDS[code]) for code in kind.grounds], ways=rules.WAYS,
        warned=any(one["kind"] == "warned" for one in steps), warning=rules.WARNING, tab="requests",
        years_ago=day.replace(year=day.year - rules_of_disclosures.YEARS, day=min(day.day, 28)),
    )  # fmt: skip
    return render(request, "ringback/records_request.html", context)


@require_POST
def records_act(request: HttpRequest, row: UUID) -> HttpResponse:
    """The next step of a request."""
    visitor, now, where = visitor_of(request), clock.now(), reverse("records_request", args=[row])
    me: dict[str, Any] = {"staff": visitor.staff, "now": now}
    as_officer: dict[str, Any] = {**me, "role": visitor.role}
    words, what = words_of(request, "words"), request.POST.get("act", "")
    try:
        with access.practice(visitor.practice) as rows:
            match what:
                case "note":
                    requests.note(rows, row, words, **me)
                case "extend":
                    zone = practices.practice(rows)["zone"]
                    requests.extend(rows, row, words, today=today(zone, now), **as_officer)
                case "answer":
                    given = request.POST.get("outcome", ""), request.POST.get("ground", "")
                    requests.answer(rows, row, *given, words, **as_officer)
                case "amend" | "statement":
                    add = requests.amend if what == "amend" else requests.statement
                    add(rows, row, UUID(request.POST.get("case", "")), words, by=visitor.by, **as_officer)
                case "restrict":
                    never = request.POST.get("never") == "yes"
                    count = requests.restrict(
                        rows, row, never=never, by=visitor.by, alternate=words[:500], **as_officer
                    )
                    kept = ngettext(
                        "Kept to from now on, for %(count)s number.",
                        "Kept to from now on, for %(count)s numbers.",
                        count,
                    )
                    return said(request, kept % {"count": count}, fallback=where)
                case "warn":
                    requests.warn(rows, row, **as_officer)
                case "deliver":
                    requests.deliver(rows, row, request.POST.get("way", ""), **as_officer)
                case _:
                    return said(request, "Nothing was changed.", tone="bad", fallback=where)
    except requests.Refused as wrong:
        return said(request, str(wrong), tone="bad", fallback=where)
    except (LookupError, ValueError):
        raise Http404 from None
    return said(request, "It is on record.", fallback=where)


@require_POST
def records_copy(request: HttpRequest, row: UUID) -> HttpResponse:
    """The person's copy, for a request about it: FHIR, CSV, or a page for the printer; or their accounting of disclosures."""
    visitor, now, form = visitor_of(request), clock.now(), request.POST.get("form", "")
    first, last = day_of(request, "from"), day_of(request, "to")
    where = reverse("records_request", args=[row])
    with access.practice(visitor.practice) as rows:
        about = practices.practice(rows)
        found = requests.one(rows, row, about["zone"], now)
        if found is None or found["kind"] not in ("access", "accounting"):
            raise Http404
        who, what = found["person"], "person.exported"
        try:
            if found["kind"] == "accounting":
                if first is None or last is None:
                    return said(request, "Give the first and the last day.", tone="bad", fallback=where)
                what = "accounting.exported"
                answer, detail = _accounting(request, rows, who, first, last, now, form)
            else:
                answer, detail = _copy(request, rows, who, about, now, form)
        except record.Nobody:
            return said(request, "This person is not on the patient list any more.", tone="bad", fallback=where)
        except ValueError as wrong:
            return said(request, f"Not made: {wrong}.", tone="bad", fallback=where)
        audit.write(
            rows, act="export", what=what, object=f"person:{who}", by=visitor.by, role=visitor.role,
            detail={**detail, "form": form if form in ("fhir", "csv", "print", "json") else "", "request": str(row)},
        )  # fmt: skip
    return answer


def _copy(
    request: HttpRequest, rows: Rows, who: UUID, about: Row, now: datetime, form: str
) -> tuple[HttpResponse, Row]:
    mine = record.of(rows, who)
    detail = {"part2": mine["part2"], "left_out": mine["left_out"]}
    if form == "fhir":
        told = json.dumps(record.as_fhir(rows, mine, now, about["name"]), ensure_ascii=False, indent=1)
        return file(told, "application/fhir+json", "record.fhir.json"), detail
    if form == "csv":
        return file(record.csv(mine), "text/csv; charset=utf-8", "record.csv"), detail
    context = {
        "about": about, "person": mine["person"], "phones": mine["phones"], "lines": record.lines(mine), "made": now,
        "left_out": mine["left_out"], "notice": part2.NOTICE if mine["part2"] else "",
    }  # fmt: skip
    return render(request, "ringback/record_print.html", context), detail


def _accounting(
    request: HttpRequest, rows: Rows, who: UUID, first: date, last: date, now: datetime, form: str
) -> tuple[HttpResponse, Row]:
    told, held = disclosures.accounting(rows, who, first, last, now)
    if form == "csv":
        answer = file(disclosures.csv(told), "text/csv; charset=utf-8", "accounting.csv")
    else:
        made = json.dumps(disclosures.document(told, first, last, now), ensure_ascii=False, indent=1)
        answer = file(made, "application/json", "accounting.json")
    return answer, {"entries": len(told), "held_back": held}


def file(told: str, kind: str, name: str) -> HttpResponse:
    """A file to save: never opened inside the application."""
    answer = HttpResponse(told, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def midnight(day: date, zone: str) -> datetime:
    """When a day begins at the practice."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
