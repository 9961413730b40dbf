"""Everybody's own page: what one has to read and attest (C69), and the devices one owns (C12). It is open to all, always."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ringback.core.office import registers as shapes
from ringback.core.office import training as rules
from ringback.store import access, devices, office
from ringback.web import routes
from ringback.web.pages import today
from ringback.web.pages.act import said, visitor_of


@require_GET
def training(request: HttpRequest) -> HttpResponse:
    """What is owed, by when, and what is done."""
    visitor, now = visitor_of(request), datetime.now(UTC)
    with access.practice(visitor.practice) as rows:
        owed, day = office.owed(rows, visitor.staff, now)
        mine = devices.mine(rows, visitor.staff)
        done = {one.module: one for one in office.attested(rows, visitor.staff)}
    lines: list[dict[str, Any]] = [
        {"owed": one, "late": one.overdue(day), "blocks": one.blocks(day), "done": done.get(one.module)} for one in owed
    ]
    for line in lines:
        line["fresh"] = line["done"] is not None and line["done"].version >= line["owed"].version and not line["late"]
    context: dict[str, Any] = {
        "here": "training", "strip": today.alarms(request) if routes.may(visitor.role, "today") else [], "lines": lines, "devices": mine,
        "device": getattr(request, "device", None),
    }  # fmt: skip
    return render(request, "ringback/training.html", context)


def _module(request: HttpRequest, module: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        found = office.reading(rows, module)
    if found is None or found["retired"] or (found["roles"] and visitor.role not in found["roles"]):
        raise Http404
    return found, shapes.questions(found.get("questions", ""))


@require_GET
def training_module(request: HttpRequest, module: str) -> HttpResponse:
    """One module: its text, its questions, and the attestation."""
    visitor = visitor_of(request)
    found, questions = _module(request, module)
    context = {
        "here": "training",
        "strip": today.alarms(request) if routes.may(visitor.role, "today") else [],
        "module": found,
        "questions": questions,
    }
    return render(request, "ringback/training_module.html", context)


@require_POST
def training_attest(request: HttpRequest, module: str) -> HttpResponse:
    """I have read it, and answered its questions right."""
    visitor, now, where = visitor_of(request), datetime.now(UTC), reverse("training_module", args=[module])
    found, questions = _module(request, module)
    if request.POST.get("read") != "yes":
        return said(request, "Tick that you have read it.", tone="bad", fallback=where)
    if request.POST.get("version") != str(found["version"]):
        return said(request, "There is a newer version now; read that one.", tone="bad", fallback=where)
    wrong = rules.graded(questions, {place: request.POST.get(f"q{place}", "") for place in range(len(questions))})
    if wrong:
        numbers = ", ".join(str(place + 1) for place in wrong)
        return said(request, f"Not yet: look at question {numbers} again.", tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        office.attest(rows, visitor.staff, found["code"], found["version"], len(questions), now)
    return said(request, "Thank you. It is on record.", fallback=reverse("training"))
