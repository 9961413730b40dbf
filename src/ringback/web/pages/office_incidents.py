"""The incident desk (C68): what happened, the four factors, the signed decision, the notices, and the clocks that run."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ringback.core.office import incident as rules
from ringback.engine import clock
from ringback.store import access, incidents, office, practices
from ringback.web import routes
from ringback.web.pages.act import said, visitor_of
from ringback.web.pages.compliance import framed

FACTORS = {
    "nature": "What kind of data, and how easily people can be told from it",
    "who": "Who used it or got it",
    "acquired": "Whether it was really seen or taken",
    "mitigated": "How far the risk was lowered since",
}
DECISIONS = {
    "breach": "It is a breach: the clocks run until each notice is out",
    "no_breach": "Low probability of compromise: no breach (all four factors weighed)",
    "safe_harbour": "The data was encrypted: safe harbour",
}
KINDS = {
    "note": "Note",
    "facts": "Facts",
    "assessment": "Four factors",
    "decision": "Decision",
    "notice": "Notice sent",
}


@require_GET
def incidents_page(request: HttpRequest) -> HttpResponse:
    """Every incident with the clock that wins, and the form for a new one."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        closed = office.closed_days(now)
        found: list[dict[str, Any]] = [
            {"row": row, "one": one, "first": rules.earliest(one, zone, closed)} for row, _, one in incidents.all_(rows)
        ]
    for each in found:
        first = each["first"]
        each["late"] = first is not None and first.due_by <= now
    reads = visitor.role in routes.KEEPS_REGISTERS
    return render(request, "ringback/compliance_incidents.html", framed(request, incidents=found, reads=reads))


def _moment(given: str, zone: str, now: datetime) -> datetime:
    """A wall time of the practice from a form. Raises ValueError with what to mend."""
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise ValueError("write the moment as the form asks for it") from None
    found = found.replace(tzinfo=ZoneInfo(zone)) if found.tzinfo is None else found
    if found > now or found.year < 2000:
        raise ValueError("that moment is not in the past")
    return found


def _words(request: HttpRequest, name: str, most: int = 20000) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:most]


@require_POST
def incident_open(request: HttpRequest) -> HttpResponse:
    """Open an incident: a sentence and the moment it was discovered are enough to begin."""
    visitor, now, where = visitor_of(request), datetime.now(UTC), reverse("compliance_incidents")
    title = _words(request, "title", 200)
    if not title:
        return said(request, "Write in a sentence what happened.", tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        try:
            discovered = _moment(request.POST.get("discovered_at", ""), zone, now)
        except ValueError as wrong:
            return said(request, f"Not opened: {wrong}.", tone="bad", fallback=where)
        row = incidents.open_(rows, title, _words(request, "words"), discovered, visitor.staff, now)
    return said(request, "The incident is open; its clocks run.", fallback=reverse("compliance_incident", args=[row]))


@require_GET
def incident_page(request: HttpRequest, incident: UUID) -> HttpResponse:
    """One incident: clocks, notes, and what can be added."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        found = incidents.one(rows, incident)
        staff = practices.staff(rows)
        closed = office.closed_days(now)
    if found is None:
        raise Http404
    row, notes, one = found
    clocks: list[dict[str, Any]] = [
        {"clock": each, "late": each.done_at is None and each.due_by <= now} for each in rules.clocks(one, zone, closed)
    ]
    reads = visitor.role in routes.KEEPS_REGISTERS
    for note in notes:
        note |= {
            "who": staff.get(note["made_by"] or 0, {}).get("name", "Ringback"),
            "says": KINDS[note["kind"]],
            "told": _told(note),
        }
        note["words"] = note["words"] if reads or not note["words"] else "kept sealed"
    context = framed(
        request, row=row, one=one, notes=notes, clocks=clocks, reads=reads, factors=FACTORS, decisions=DECISIONS,
        weighed=[name in one.factors for name in FACTORS], table=rules.TABLE_VERSION,
        counts=", ".join(f"{state} {count}" for state, count in sorted(one.counts.items())),
        may_send=[each["clock"] for each in clocks if each["clock"].done_at is None and not each["clock"].target],
    )  # fmt: skip
    return render(request, "ringback/compliance_incident.html", context)


def _told(note: dict[str, Any]) -> str:
    """A note's facts in words."""
    facts, said_ = note["facts"], []
    if "encrypted" in facts:
        said_.append("the data was encrypted" if facts["encrypted"] else "the data was not encrypted")
    if facts.get("counts"):
        said_.append("people: " + ", ".join(f"{state} {count}" for state, count in sorted(facts["counts"].items())))
    if facts.get("vendor_knew_at"):
        said_.append(f"the vendor knew {facts['vendor_knew_at']:%Y-%m-%d %H:%M}")
    if note["kind"] == "assessment":
        said_.append(f"{sum(1 for name in FACTORS if facts.get(name))} of 4 factors weighed")
    if facts.get("decision"):
        said_.append(DECISIONS.get(facts["decision"], facts["decision"]))
    if facts.get("to"):
        said_.append(f"{facts['to'].replace('_', ' ')} told")
    return "; ".join(said_)


def _counts(given: str) -> dict[str, int]:
    """People by state from a line such as "CA 12, NY 3". Raises ValueError."""
    found: dict[str, int] = {}
    for part in filter(None, re.split(r"[,;\n]+", given)):
        match = re.fullmatch(r"\s*([A-Za-z]{2})\s+(\d{1,8})\s*", part)
        if match is None:
            raise ValueError("people by state as in: CA 12, NY 3")
        found[match[1].upper()] = found.get(match[1].upper(), 0) + int(match[2])
    return found


@require_POST
def incident_add(request: HttpRequest, incident: UUID) -> HttpResponse:
    """Add facts, an assessment, a decision, a notice or a note. Nothing that was written is ever changed."""
    visitor, now, where = visitor_of(request), datetime.now(UTC), reverse("compliance_incident", args=[incident])
    kind, words = request.POST.get("kind", "note"), _words(request, "words")
    if kind == "assessment":
        words = "\n".join(f"{FACTORS[name]}: {text}" for name in FACTORS if (text := _words(request, name, 4000)))
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        found = incidents.one(rows, incident)
        if found is None:
            raise Http404
        try:
            facts = _facts(request, kind, found[2], zone, now)
        except ValueError as wrong:
            return said(request, f"Not added: {wrong}.", tone="bad", fallback=where)
        if not facts and not words:
            return said(request, "Not added: there is nothing in it.", tone="bad", fallback=where)
        incidents.note(rows, incident, kind, facts, words, visitor.staff, now)
    return said(request, "Added.", fallback=where)


def _facts(request: HttpRequest, kind: str, one: rules.Incident, zone: str, now: datetime) -> dict[str, Any]:
    given = request.POST
    match kind:
        case "note":
            return {}
        case "facts":
            facts: dict[str, Any] = {}
            if given.get("encrypted") in ("yes", "no"):
                facts["encrypted"] = given["encrypted"] == "yes"
            if given.get("counts", "").strip():
                facts["counts"] = _counts(given["counts"])
            if given.get("vendor_knew_at"):
                facts |= {"vendor_knew_at": _moment(given["vendor_knew_at"], zone, now), "at_vendor": True}
            return facts
        case "assessment":
            weighed = {name: bool(given.get(name, "").strip()) for name in FACTORS}
            if not any(weighed.values()):
                raise ValueError("write about at least one of the four factors")
            return weighed
        case "decision":
            decision = given.get("decision", "")
            if not rules.may_decide(decision, one.factors, one.encrypted is True):
                raise ValueError(
                    "all four factors have to be weighed first"
                    if decision == "no_breach"
                    else "the facts do not say that the data was encrypted"
                    if decision == "safe_harbour"
                    else "choose a decision"
                )
            if len(_words(request, "words")) < 10:
                raise ValueError("write the reason for the decision; it is what proves it later")
            return {"decision": decision}
        case "notice":
            if given.get("to", "") not in {each.kind for each in rules.clocks(one, zone)}:
                raise ValueError("choose which notice went out")
            return {"to": given["to"], "at": _moment(given.get("at", ""), zone, now)}
    raise ValueError("there is no such kind of note")
