"""Looking at who may do what (C10), and at a week of the audit log (C26): each ends with a signature that stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ringback.core.office import snoop
from ringback.core.office.dates import day_of
from ringback.core.office.dates import monday as monday_of
from ringback.core.office.duties_people import STALE
from ringback.engine import clock
from ringback.engine.book import read_hours
from ringback.store import access, office, practices, reviews, snooping
from ringback.web.pages.act import said, visitor_of
from ringback.web.pages.compliance import framed

ENOUGH = 20


@require_GET
def access_page(request: HttpRequest) -> HttpResponse:
    """The open access review line by line, the signed ones, and accounts nobody uses."""
    visitor, now = visitor_of(request), datetime.now(UTC)
    with access.practice(visitor.practice) as rows:
        about = practices.practice(rows)
        staff = practices.staff(rows)
        found = reviews.open_review(rows)
        done = reviews.signed(rows)
        members = {one.id: one for one in office.members(rows, day_of(now, about["zone"]))}
        left = [one for one in reviews.undecided(rows, found[0]["id"]) if one != visitor.staff] if found else []
    lines = []
    for line in found[1] if found else []:
        lines.append(
            {
                **line,
                "name": staff[line["staff"]]["name"],
                "member": members.get(line["staff"]),
                "mine": line["staff"] == visitor.staff,
            }
        )
    unused = [
        {"id": one.id, "name": staff[one.id]["name"], "role": one.role, "last_seen": one.last_seen, "open": one.enabled}
        for one in members.values()
        if one.active and one.has_account and (not one.enabled or (one.last_seen and now - one.last_seen >= STALE))
    ]
    for row in done:
        row["by"] = staff.get(row["signed_by"], {}).get("name", "")
    context = framed(request, review=found[0] if found else None, lines=lines, left=left, signed=done, unused=unused)
    return render(request, "ringback/compliance_access.html", context)


@require_POST
def access_act(request: HttpRequest) -> HttpResponse:
    """Begin a review, decide a line, sign, or let somebody in again."""
    visitor, now, where = visitor_of(request), datetime.now(UTC), reverse("compliance_access")
    act = request.POST.get("act", "")
    with access.practice(visitor.practice) as rows:
        try:
            if act == "begin":
                reviews.begin(rows, visitor.staff, now)
                return said(request, "The review is open. Decide each line, then sign.", fallback=where)
            if act == "reopen":
                done = reviews.reopen(rows, int(request.POST.get("staff", "")), visitor.staff, now)
                return said(request, "The account is open again." if done else "Nothing was changed.", fallback=where)
            found = reviews.open_review(rows)
            if found is None:
                return said(request, "No review is open.", tone="bad", fallback=where)
            if act == "sign":
                reviews.sign(rows, found[0]["id"], visitor.staff, now)
                return said(request, "Signed. The next is due in 90 days.", fallback=where)
            done = reviews.decide(rows, found[0]["id"], int(request.POST.get("staff", "")), act, visitor.staff, now)
        except ValueError as wrong:
            why = str(wrong) if not str(wrong).startswith("invalid literal") else "choose somebody from the list"
            return said(request, f"Not done: {why}.", tone="bad", fallback=where)
    return said(request, "Noted." if done else "Nothing was changed.", fallback=where)


def _week(given: str, zone: str, now: datetime) -> date:
    try:
        return monday_of(date.fromisoformat(given)) if given else snooping.last_monday(now, zone)
    except ValueError:
        raise Http404 from None


@require_GET
def audit_page(request: HttpRequest) -> HttpResponse:
    """A week of the audit log: what the rules found, the sample to look at, and the weeks that are signed."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        about = practices.practice(rows)
        began = rows.one("select created_at from practice where practice = %s", (rows.practice,))
        # Before the practice there is nothing to look at.
        first = monday_of(day_of(began["created_at"], about["zone"])) if began else date.min
        monday = max(first, _week(request.GET.get("week", ""), about["zone"], now))
        found = snooping.week(rows, monday, read_hours)
        signed = reviews.weeks(rows)
        staff = practices.staff(rows)
    done = {row["week"]: row for row in signed}
    last = snooping.last_monday(now, about["zone"])
    context = framed(
        request,
        week=found,
        ends=monday + timedelta(days=6),
        hits=[
            {
                "hit": one,
                "says": snoop.RULES[one.rule],
                "who": staff.get(one.staff, {}).get("name", f"staff {one.staff}"),
            }
            for one in found.hits
        ],
        sample=[{**row, "who": staff.get(int(row["staff"]), {}).get("name", row["staff"])} for row in found.sample],
        signed={**done[monday], "by": staff.get(done[monday]["signed_by"], {}).get("name", "")}
        if monday in done
        else None,
        over=monday <= last,
        weeks=[
            {"week": week, "signed": week in done}
            for week in (last - timedelta(days=7 * back) for back in range(ENOUGH))
            if week >= first
        ],
    )
    return render(request, "ringback/compliance_audit.html", context)


@require_POST
def audit_sign(request: HttpRequest) -> HttpResponse:
    """Sign a week that is over, with what was looked at and what came of it."""
    visitor, now = visitor_of(request), clock.now()
    words = request.POST.get("words", "").replace("\0", "").strip()[:4000]
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        monday = _week(request.POST.get("week", ""), zone, now)
        where = f"{reverse('compliance_audit')}?week={monday.isoformat()}"
        if monday > snooping.last_monday(now, zone):
            return said(request, "That week is not over yet.", tone="bad", fallback=where)
        found = snooping.week(rows, monday, read_hours)
        if found.hits and not words:
            return said(request, "The rules found something: write what came of it.", tone="bad", fallback=where)
        hits = [
            {"rule": one.rule, "staff": one.staff, "day": one.day.isoformat(), "records": one.records}
            for one in found.hits
        ]
        done = reviews.sign_week(
            rows, monday, [row["seq"] for row in found.sample], hits, words, visitor.staff, datetime.now(UTC)
        )
    return said(request, "The week is signed." if done else "It was signed before.", fallback=where)
