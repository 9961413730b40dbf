"""Protective settings (C84): what is lowered, proposals of one officer, the word of another, and ending one early."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ringback.core.office import protect
from ringback.engine import clock
from ringback.store import access, lowerings, practices
from ringback.web import routes
from ringback.web.pages.act import said, visitor_of
from ringback.web.pages.compliance import framed


@require_GET
def settings_page(request: HttpRequest) -> HttpResponse:
    """The protective settings with their defaults, what is lowered, and the proposals."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        found = lowerings.all_(rows)
        lowered = lowerings.lowered(rows)
        staff = practices.staff(rows)
        officer = lowerings.officer(rows, visitor.staff, visitor.role, now)
    for row in found:
        one = lowerings.value_of(row)
        row["says"] = protect.PROTECTED[row["setting"]].says if row["setting"] in protect.PROTECTED else row["setting"]
        row["shown"] = _shown(row["setting"], row["value"])
        row["by"] = staff.get(row["proposed_by"], {}).get("name", "")
        row["approver"] = staff.get(row["approved_by"] or 0, {}).get("name", "")
        row["state"] = (
            "in force"
            if protect.active(one, now)
            else "ended"
            if row["ended_at"]
            else "over"
            if row["approved_at"]
            else "proposed"
        )
        row["why_not"] = protect.may_approve(one, visitor.staff, officer)
        if visitor.role not in routes.KEEPS_REGISTERS:
            row["reason"] = "kept sealed"
    live = {row["setting"]: row for row in found if row["state"] == "in force"}
    context = framed(
        request,
        settings=[
            {
                "one": one,
                "default": _shown(name, int(one.default)),
                "live": live.get(name),
                "alone": name in lowered and name not in live,
            }
            for name, one in protect.PROTECTED.items()
        ],
        rows=[row for row in found if row["state"] in ("proposed", "in force", "over")],
        past=[row for row in found if row["state"] == "ended"],
        officer=officer,
        longest=protect.LONGEST.days,
    )
    return render(request, "ringback/compliance_settings.html", context)


def _shown(name: str, value: int) -> str:
    setting = protect.PROTECTED.get(name)
    if setting is not None and isinstance(setting.default, bool):
        return "on" if value else "off"
    return str(value)


@require_POST
def setting_propose(request: HttpRequest) -> HttpResponse:
    """Ask for an exception."""
    visitor, now, where = visitor_of(request), clock.now(), reverse("compliance_settings")
    name, given, days = (request.POST.get(key, "").strip() for key in ("setting", "value", "days"))
    setting = protect.PROTECTED.get(name)
    if setting is not None and isinstance(setting.default, bool):
        given = given or "1"
    if not all(text.isascii() and text.isdigit() and len(text) < 7 for text in (given, days)):
        return said(request, "Not proposed: the value and the days are numbers.", tone="bad", fallback=where)
    reason = request.POST.get("reason", "").replace("\0", "")[:2000]
    with access.practice(visitor.practice) as rows:
        try:
            lowerings.propose(rows, name, int(given), reason, int(days), visitor.staff, visitor.role, now)
        except lowerings.Refused as wrong:
            return said(request, f"Not proposed: {wrong}", tone="bad", fallback=where)
    return said(request, "Proposed. Another officer has to approve it.", fallback=where)


@require_POST
def setting_act(request: HttpRequest, row: UUID) -> HttpResponse:
    """Approve a proposal, refuse it, or end an exception."""
    visitor, now, where = visitor_of(request), clock.now(), reverse("compliance_settings")
    with access.practice(visitor.practice) as rows:
        try:
            if request.POST.get("act") == "approve":
                lowerings.approve(rows, row, visitor.staff, visitor.role, now)
                return said(request, "It is in force until its end.", fallback=where)
            if request.POST.get("act") == "end":
                done = lowerings.end(rows, row, visitor.staff, "ended", now)
                return said(request, "The default is back." if done else "Nothing was changed.", fallback=where)
        except lowerings.Refused as wrong:
            return said(request, f"Not done: {wrong}", tone="bad", fallback=where)
        except LookupError:
            raise Http404 from None
    return said(request, "Nothing was changed.", tone="bad", fallback=where)
