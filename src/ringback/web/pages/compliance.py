"""Compliance: how every duty stands with its mend, and the registers with their forms."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

import ringback
from ringback.core.office import registers as shapes
from ringback.core.office.duties import duties, worst
from ringback.core.office.registers import REGISTERS, Field, Register
from ringback.engine import clock
from ringback.store import access, devices, inventory, lowerings, office, pack, practices, registers
from ringback.web import office_door, routes, words
from ringback.web.pages import today
from ringback.web.pages.act import said, visitor_of

Row = dict[str, Any]
# Where a duty is mended: a register's page, or a page of its own.
PAGES = {
    "emergency": "emergency",
    "access": "compliance_access",
    "audit": "compliance_audit",
    "incidents": "compliance_incidents",
    "settings": "compliance_settings",
}
TITLES = {"green": "in order", "due": "due", "red": "late", "not_set": "not set up"}
TONES = {"green": "green", "due": "amber", "red": "red", "not_set": "plain"}


@lru_cache(maxsize=1)
def controls() -> list[Row]:
    """The list of controls, by group; empty where the file is not shipped."""
    path = Path(ringback.__file__).parent / "controls.toml"
    if not path.exists():
        return []
    groups: dict[str, list[Row]] = {}
    for one in tomllib.loads(path.read_text()).get("control", []):
        groups.setdefault(one.get("group", ""), []).append(one)
    return [{"name": name, "controls": found} for name, found in groups.items()]


def place(name: str) -> str:
    """The address of the page that mends a duty."""
    if name in PAGES and PAGES[name] in routes.ROUTES:
        return reverse(PAGES[name])
    return (
        reverse("compliance_register", args=[name])
        if name in REGISTERS
        else reverse("compliance_register", args=["modules"])
    )


def framed(request: HttpRequest, **context: Any) -> Row:
    """What every page of the office shows around itself."""
    visitor = visitor_of(request)
    return {
        "here": "compliance",
        "strip": today.alarms(request) if routes.may(visitor.role, "today") else [],
        "keeps": visitor.role in routes.KEEPS_REGISTERS,
        **context,
    }


@require_GET
def compliance(request: HttpRequest) -> HttpResponse:
    """At a glance: what is in order and what is due."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        found = duties(office.held(rows, now), now)
        taken = inventory.newest(rows)
    lines: list[Row] = [
        {"status": one, "tone": TONES[one.state], "says": TITLES[one.state], "where": place(one.place)} for one in found
    ]
    counts = {state: sum(1 for one in found if one.state == state) for state in TITLES}
    context = framed(
        request,
        late=[line for line in lines if line["status"].state in ("red", "not_set")],
        due=[line for line in lines if line["status"].state == "due"],
        fine=[line for line in lines if line["status"].state == "green"],
        counts_of=counts,
        worst=worst(found),
        registers=[{"slug": slug, "title": one.title, "control": one.control} for slug, one in REGISTERS.items()],
        inventory_at=taken["at"] if taken else None,
        controls=controls(),
    )
    return render(request, "ringback/compliance.html", context)


def _register(slug: str) -> Register:
    if slug not in REGISTERS:
        raise Http404
    return REGISTERS[slug]


@require_GET
def register(request: HttpRequest, register: str) -> HttpResponse:
    """One register: its entries and the form for a new one."""
    return _page(request, _register(register), {}, "")


def _page(
    request: HttpRequest, one: Register, given: Mapping[str, Any], wrong: str, row: Row | None = None
) -> HttpResponse:
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        found = registers.entries(rows, one)
        staff = practices.staff(rows)
    reads = visitor.role in routes.KEEPS_REGISTERS
    context = framed(
        request,
        register=one,
        entries=[_shown(one, entry, staff, reads) for entry in found],
        heads=[field.label for field in one.fields if field.kind != "long"],
        form=form(one, given or row or {}, staff),
        wrong=wrong,
        row=row,
    )
    return render(request, "ringback/compliance_register.html", context, status=400 if wrong else 200)


def _shown(one: Register, entry: Row, staff: Mapping[int, Row], reads: bool) -> Row:
    """An entry as the table shows it; who may not keep registers does not read free text."""
    cells: list[Row] = []
    for field in one.fields:
        value = entry.get(field.name)
        if field.sealed and not reads:
            value = "kept sealed" if value else ""
        cells.append({"field": field, "text": text_of(field, value, staff)})
    return {
        "id": entry["id"], "made_at": entry["made_at"], "by": staff.get(entry["made_by"] or 0, {}).get("name", "set-up"),
        "cells": [cell for cell in cells if cell["field"].kind != "long"],
        "long": [cell for cell in cells if cell["field"].kind == "long" and cell["text"]], "version": entry.get("version"),
    }  # fmt: skip


def text_of(field: Field, value: Any, staff: Mapping[int, Row]) -> str:
    """A field's value in words."""
    if value is None or value == "" or value == []:
        return ""
    match field.kind:
        case "check":
            return "yes" if value else "no"
        case "choice":
            return (field.options or {}).get(str(value), str(value))
        case "several":
            options = field.options or words.ROLES
            return ", ".join(options.get(str(one), str(one)) for one in value)
        case "staff":
            return str(staff.get(int(value), {}).get("name", f"staff {value}"))
    return str(value)


def form(one: Register, given: Mapping[str, Any], staff: Mapping[int, Row]) -> list[Row]:
    """The fields of a register's form with what is filled in."""
    found = []
    for field in one.fields:
        value: Any = given.get(field.name)
        options: list[tuple[str, str, bool]] = []
        if field.kind == "staff":
            options = [
                (str(n), person["name"], str(value or "") == str(n)) for n, person in staff.items() if person["active"]
            ]
        elif field.kind == "choice":
            options = [(code, says, value == code) for code, says in (field.options or {}).items()]
        elif field.kind == "several":
            options = [(code, says, code in (value or ())) for code, says in (field.options or words.ROLES).items()]
        shown = value.isoformat() if hasattr(value, "isoformat") else "" if value is None else value
        found.append({"field": field, "value": shown, "options": options})
    return found


def _given(request: HttpRequest, one: Register) -> Row:
    return {
        field.name: request.POST.getlist(field.name) if field.kind == "several" else request.POST.get(field.name, "")
        for field in one.fields
    }


@require_POST
def register_add(request: HttpRequest, register: str) -> HttpResponse:
    """Keep a new entry; a form that cannot be kept comes back filled in, with what to mend."""
    return _kept(request, _register(register), None)


@require_POST
def register_change(request: HttpRequest, register: str, row: UUID) -> HttpResponse:
    """Change an entry."""
    one = _register(register)
    if one.kept:
        return said(request, "This register is only added to; add an entry that corrects it.", tone="bad", fallback=reverse("compliance_register", args=[register]))  # fmt: skip
    return _kept(request, one, row)


def _kept(request: HttpRequest, one: Register, row: UUID | None) -> HttpResponse:
    visitor, given = visitor_of(request), _given(request, one)
    with access.practice(visitor.practice) as rows:
        staff = frozenset(number for number, person in practices.staff(rows).items())
        try:
            values = shapes.read(one, given, staff, words.ROLES)
            if one.slug == "modules":
                shapes.questions(values["questions"])
            if values.get("last_day") and values["last_day"] < values["from_day"]:
                raise shapes.Wrong("Last day: it is before the first.")
        except shapes.Wrong as wrong:
            problem = str(wrong)
        else:
            now = datetime.now(UTC)
            if row is None:
                registers.add(rows, one, values, visitor.staff, now)
            elif not registers.change(rows, one, row, values, visitor.staff, now):
                raise Http404
            return said(
                request,
                "Kept." if row is None else "Changed.",
                fallback=reverse("compliance_register", args=[one.slug]),
            )
    if request.headers.get("HX-Request"):
        return said(request, problem, tone="bad")
    return _page(request, one, given, problem, {"id": row} if row else None)


@require_GET
def entry(request: HttpRequest, register: str, row: UUID) -> HttpResponse:
    """One entry, to be changed."""
    one, visitor = _register(register), visitor_of(request)
    with access.practice(visitor.practice) as rows:
        found = registers.entry(rows, one, row)
    if found is None or one.kept:
        raise Http404
    if visitor.role not in routes.KEEPS_REGISTERS:
        return redirect("compliance_register", register=register)
    return _page(request, one, {}, "", found)


@require_POST
def inventory_take(request: HttpRequest) -> HttpResponse:
    """Take an inventory and keep it."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        before = inventory.newest(rows)
        items = inventory.take(rows, os.environ)
        inventory.keep(rows, items, visitor.staff, datetime.now(UTC))
    told = inventory.changes(before["items"], items) if before else []
    said_ = (
        f"{len(told)} things changed since the last one."
        if told
        else "Nothing changed since the last one."
        if before
        else ""
    )
    return said(request, f"The inventory is taken. {said_}".strip(), fallback=reverse("compliance"))


@require_POST
def pack_page(request: HttpRequest) -> HttpResponse:
    """The evidence bundle as a file."""
    visitor, now = visitor_of(request), datetime.now(UTC)
    notes = request.POST.get("notes") == "yes" and visitor.role in routes.KEEPS_REGISTERS
    with access.practice(visitor.practice) as rows:
        found = pack.files(rows, now, os.environ, with_notes=notes)
        pack.said(rows, found, visitor.by, visitor.role, notes, "page")
    answer = HttpResponse(pack.zipped(found, now), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="compliance-{now:%Y-%m-%d}.zip"'
    return answer


@require_POST
def device_act(request: HttpRequest, row: UUID) -> HttpResponse:
    """Withdraw a device, or say that it is lost: it is shut out at its next request, and a loss opens an incident."""
    visitor, now = visitor_of(request), datetime.now(UTC)
    where = reverse("compliance_register", args=["devices"])
    with access.practice(visitor.practice) as rows:
        if request.POST.get("act") == "lost":
            incident = devices.lose(rows, row, visitor.staff, now)
            if incident is not None:
                return said(request, "The device is shut out and an incident is open.", fallback=reverse("compliance_incident", args=[incident]))  # fmt: skip
        elif request.POST.get("act") == "withdraw" and devices.withdraw(rows, row, visitor.staff, now):
            return said(request, "The device is shut out.", fallback=where)
    return said(request, "Nothing was changed.", tone="bad", fallback=where)


@require_POST
def device_bind(request: HttpRequest, row: UUID) -> HttpResponse:
    """This browser runs on that device: its owner or an officer says so, sitting at it."""
    visitor, now = visitor_of(request), datetime.now(UTC)
    with access.practice(visitor.practice) as rows:
        officer = lowerings.officer(rows, visitor.staff, visitor.role, now)
        token = devices.bind(rows, row, visitor.staff, now, officer)
    if not token:
        return said(request, "That device is not yours, or was withdrawn.", tone="bad", fallback=reverse("training"))
    answer = said(request, "This browser now counts as that device.", fallback=reverse("training"))
    office_door.bind(answer, visitor.practice, token)
    return answer
