"""What is kept and for how long: legal holds, the register of disclosures, retention, Part 2, the whole practice's export."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

import ringback
from ringback.core import disclosures as rules
from ringback.core import retention as spans
from ringback.core.disclosures import Disclosure
from ringback.core.numbers import e164
from ringback.engine import clock
from ringback.store import access, audit, boxes, disclosures, holds, parcel, part2, practices, retention, takeout
from ringback.store.access import Rows
from ringback.store.keys import Keyring
from ringback.web.pages.act import said, visitor_of
from ringback.web.pages.compliance import framed
from ringback.web.pages.records import day_of, find, midnight, name_of, words_of

STATES = {
    "asked": ("blue", "asked for: nothing is removed; somebody else places it"), "placed": ("red", "held"),
    "lifting": ("amber", "to be lifted: somebody else has to agree"), "lifted": ("plain", "lifted"), "withdrawn": ("plain", "withdrawn"),
}  # fmt: skip


# ---- holds -----------------------------------------------------------------------------------------------------------


@require_GET
def legal_holds(request: HttpRequest) -> HttpResponse:
    """The holds that stand, those that ended, and the form to ask for one."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        found = holds.all_(rows)
        staff = practices.staff(rows)
        for row in found:
            row["name"] = name_of(rows, row["person"]).get("name", "") if row["person"] else ""
    for row in found:
        row["tone"], row["says"] = STATES[row["state"]]
        row["people"] = [
            staff.get(row[key] or 0, {}).get("name", "")
            for key in ("asked_by", "placed_by", "lift_by", "lifted_by")
            if row[key]
        ]
        row["mine"] = (
            visitor.staff in (row["asked_by"],) if row["state"] == "asked" else visitor.staff == row["lift_by"]
        )
    context = framed(
        request, here="records", standing=[row for row in found if row["lifted_at"] is None], kinds=holds.KINDS, tab="holds",
        ended=[row for row in found if row["lifted_at"] is not None],
    )  # fmt: skip
    return render(request, "ringback/records_holds.html", context)


@require_POST
def holds_ask(request: HttpRequest) -> HttpResponse:
    """The first person's word."""
    visitor, where, kind = visitor_of(request), reverse("legal_holds"), request.POST.get("kind", "")
    first, last = day_of(request, "from"), day_of(request, "to")
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        try:
            holds.ask(
                rows, kind, words_of(request, "matter", 200), words_of(request, "reason", 2000), staff=visitor.staff,
                role=visitor.role, now=clock.now(), person=find(rows, request.POST.get("record", "")) if kind == "person" else None,
                number=e164(words_of(request, "number", 40)) or "",
                from_at=midnight(first, zone) if first else None,
                to_at=midnight(last + timedelta(days=1), zone) if last else None,
            )  # fmt: skip
        except holds.Refused as wrong:
            return said(request, str(wrong), tone="bad", fallback=where)
    return said(request, "Nothing of it is removed from now on. Somebody else has to place it.", fallback=where)


@require_POST
def holds_act(request: HttpRequest, row: UUID) -> HttpResponse:
    """Place it, lift it, or keep it after all."""
    visitor, where = visitor_of(request), reverse("legal_holds")
    try:
        with access.practice(visitor.practice) as rows:
            match request.POST.get("act", ""):
                case "place":
                    holds.place(rows, row, staff=visitor.staff, role=visitor.role, now=clock.now())
                    return said(request, "It is held.", fallback=where)
                case "lift":
                    ended = holds.lift(rows, row, staff=visitor.staff, role=visitor.role, now=clock.now())
                    words = "It has ended." if ended else "Noted. Somebody else has to agree."
                    return said(request, words, fallback=where)
                case "keep":
                    holds.keep(rows, row, staff=visitor.staff, role=visitor.role)
                    return said(request, "It stays.", fallback=where)
    except holds.Refused as wrong:
        return said(request, str(wrong), tone="bad", fallback=where)
    except LookupError:
        raise Http404 from None
    return said(request, "Nothing was changed.", tone="bad", fallback=where)


# ---- disclosures -----------------------------------------------------------------------------------------------------


@require_GET
def register_of_disclosures(request: HttpRequest) -> HttpResponse:
    """The newest entries and the form for one."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        found = disclosures.latest(rows)[::-1]
        for row in found:
            row["name"] = name_of(rows, row["person"]).get("name", "")
    for row in found:
        row["says"] = rules.WHY[row["why"]]
        row["held_back"] = row["held_until"] is not None and row["held_until"] > now
        row["may_hold"] = row["why"] in rules.AGENCIES and not row["held_back"]
    context = framed(
        request, here="records", entries=found, why=rules.WHY, not_entered=rules.NOT_ENTERED, tab="disclosures"
    )
    return render(request, "ringback/records_disclosures.html", context)


@require_POST
def disclosures_add(request: HttpRequest) -> HttpResponse:
    """Enter one."""
    visitor, where, day = visitor_of(request), reverse("disclosures"), day_of(request, "on")
    with access.practice(visitor.practice) as rows:
        person = find(rows, request.POST.get("record", ""))
        if person is None or day is None:
            words = "Nobody on the patient list has that id." if person is None else "Give the day."
            return said(request, words, tone="bad", fallback=where)
        now, zone = clock.now(), practices.practice(rows)["zone"]
        one = Disclosure(
            at=min(now, midnight(day, zone) + timedelta(hours=12)) if midnight(day, zone) <= now else midnight(day, zone),
            recipient=words_of(request, "recipient", 300), address=words_of(request, "address", 500),
            what=words_of(request, "what", 2000), why=request.POST.get("why", ""),
            authority=words_of(request, "authority", 500), part2=request.POST.get("part2") == "yes",
        )  # fmt: skip
        try:
            disclosures.enter(rows, person, one, staff=visitor.staff, role=visitor.role, now=now)
        except rules.NotEntered as wrong:
            return said(request, f"Not entered: {wrong}.", tone="bad", fallback=where)
    return said(request, "Entered. It stays as it is.", fallback=where)


@require_POST
def disclosures_hold(request: HttpRequest, row: UUID) -> HttpResponse:
    """An agency asked that an entry be held back."""
    visitor, where, until = visitor_of(request), reverse("disclosures"), day_of(request, "until")
    if until is None:
        return said(request, "Give the day until which it is held back.", tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        try:
            disclosures.hold_back(
                rows, row, midnight(until, zone), words_of(request, "agency", 500), staff=visitor.staff, role=visitor.role,
                in_writing=request.POST.get("in_writing") == "yes", now=clock.now(),
            )  # fmt: skip
        except rules.NotEntered as wrong:
            return said(request, f"Not held back: {wrong}.", tone="bad", fallback=where)
        except LookupError:
            raise Http404 from None
    return said(request, "Held back until then.", fallback=where)


# ---- retention, Part 2, export ---------------------------------------------------------------------------------------


@require_GET
def kept(request: HttpRequest) -> HttpResponse:
    """How long each kind is kept, what went lately, Part 2, and taking everything out."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        set_, runs, flagged = retention.longer(rows), retention.runs(rows), part2.lines(rows)
        zone = practices.practice(rows)["zone"]
        lacking = part2.lacking(rows, zone, now)
        lines = practices.lines(rows)
    kinds = [
        {
            "kind": kind, "one": one, "says": spans.in_words(spans.span_of(kind, set_)), "longer": spans.span_of(kind, set_) != one.span,
            "sets": kind in spans.LENGTHENED, "months": spans.span_of(kind, set_).months, "least": one.span.months,
        }
        for kind, one in spans.RECORDS.items()
    ]  # fmt: skip
    for run in runs:
        run["gone"] = ", ".join(f"{count} {table.replace('_', ' ')}" for table, count in sorted(run["counts"].items()))
    context = framed(
        request, here="records", kinds=kinds, runs=runs, lines=[{"id": 0, "name": _("The whole practice")}, *lines], flagged=flagged,
        lacking=[f"{next((one['name'] for one in lines if one['id'] == line), line)}: {system}" for line, system in lacking],
        shortest=parcel.SHORTEST, tab="kept",
    )  # fmt: skip
    return render(request, "ringback/records_kept.html", context)


@require_POST
def kept_set(request: HttpRequest) -> HttpResponse:
    """Keep a kind longer, or put a line under Part 2."""
    visitor, where = visitor_of(request), reverse("kept")
    given = words_of(request, "months", 5)
    with access.practice(visitor.practice) as rows:
        if "line" in request.POST:
            line = words_of(request, "line", 9)
            on = request.POST.get("on") == "yes"
            done = line.isdigit() and line.isascii() and part2.flag(
                rows, int(line), on, staff=visitor.staff, role=visitor.role, now=clock.now()
            )  # fmt: skip
            if not done:
                return said(request, "There is no such line.", tone="bad", fallback=where)
            return said(request, "Under Part 2 from now on." if on else "Not under Part 2 any more.", fallback=where)
        try:
            months = int(given) if given.isascii() and given.isdigit() else -1
            retention.lengthen(
                rows, request.POST.get("kind", ""), months, staff=visitor.staff, role=visitor.role, now=clock.now()
            )
        except ValueError as wrong:
            return said(request, f"Not set: {wrong}.", tone="bad", fallback=where)
    return said(request, "Kept so long from now on.", fallback=where)


@require_POST
def export_practice(request: HttpRequest) -> HttpResponseBase:
    """Everything of the practice as one file, sealed with a passphrase where one is given."""
    visitor, where = visitor_of(request), reverse("kept")
    secret = request.POST.get("passphrase", "")
    if secret and len(secret) < parcel.SHORTEST:
        words = f"The passphrase needs {parcel.SHORTEST} characters at least."
        return said(request, words, tone="bad", fallback=where)
    if not secret and request.POST.get("clear") != "yes":
        return said(request, "Give a passphrase, or say that you want it in the clear.", tone="bad", fallback=where)
    # In the log before the first row is read.
    with access.practice(visitor.practice) as rows:
        audit.write(
            rows, act="export", what="practice.exported", object=f"practice:{rows.practice}", by=visitor.by,
            role=visitor.role, detail={"sealed": bool(secret)},
        )  # fmt: skip
    # Closed by the answer when it has been sent; it has no name on the disk.
    made = tempfile.TemporaryFile()  # noqa: SIM115
    sealing = parcel.Writer(made, secret) if secret else None
    put, close = boxes.into_zip(sealing or made)
    with psycopg.connect(os.environ.get("RINGBACK_DATABASE_URL", ""), autocommit=True) as raw:
        raw.execute("set default_transaction_isolation = 'repeatable read'")
        with raw.transaction():
            raw.execute("select set_config('ringback.practices', %s, true)", (str(visitor.practice),))
            takeout.out(
                Rows(raw, visitor.practice, Keyring(access.provider())), put, datetime.now(UTC), ringback.__version__
            )
    close()
    if sealing is not None:
        sealing.close()
    made.seek(0)
    name = f"ringback-practice-{visitor.practice}.{'sealed' if secret else 'zip'}"
    return FileResponse(made, as_attachment=True, filename=name, content_type="application/octet-stream")
