"""Opening hours on a week grid, one location at a time, with closed days and days that differ.

The grid is a picture of seven plain fields ("08:00-12:00 13:00-17:00"), so that the page works by keyboard, by voice and
without a script; what is saved is what `core/hours` reads.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ringback.core import week
from ringback.engine import clock
from ringback.engine.book import read_hours
from ringback.store import access, practices, setup_places
from ringback.web import moments
from ringback.web.pages import setup_parts
from ringback.web.pages.act import visitor_of
from ringback.web.pages.setup_places import Unread, does

Row = dict[str, Any]
MOST_DATES = 60
# The grid shows the hours around the working day; an opening outside of it widens the grid.
FIRST, LAST = 6, 20


def day_names() -> list[str]:
    """Monday to Sunday."""
    return [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]


@require_GET
def setup_hours(request: HttpRequest, location: int | None = None) -> HttpResponse:
    """The page of one location; the first one when none is named."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        state = setup_parts.State(rows, now)
        changes = [row for row in setup_places.last_changes(rows, 20) if row["what"] == "hours"]
        staff = practices.staff(rows)
    site = next((one for one in state.sites if location in (None, one["id"])), None)
    if site is None and location is not None:
        raise Http404
    context = {**setup_parts.frame(request, state, "setup_hours"), "sites": state.sites, "site": site}
    if site is not None:
        today_ = now.astimezone(ZoneInfo(site["zone"])).date()
        hours = site["hours"]
        marks = _marks(hours)
        context |= {
            "days": days(hours),
            "marks": marks,
            "first": marks[0]["hour"],
            "last": marks[-1]["hour"] + 1,
            "paintable": week.paintable(hours["week"]),
            "federal": hours.get("federal_holidays", True),
            "holidays": [{"day": day, "name": name} for day, name in week.coming_holidays(today_)],
            "closed": sorted(day for day in hours.get("closed", []) if day >= today_.isoformat()),
            "special": [
                {"day": day, "spans": week.write_day(spans)}
                for day, spans in sorted(hours.get("special", {}).items())
                if day >= today_.isoformat()
            ],
            "sentence": sentence(site, now),
            "total": week.open_minutes(hours["week"]) / 60,
            "undo": next(
                (
                    {**one, "who": staff[one["by"]]["name"] if one["by"] in staff else ""}
                    for one in changes
                    if one["object"] == site["id"]
                ),
                None,
            ),
        }
    return render(request, "ringback/setup_hours.html", context)


def days(hours: Row) -> list[Row]:
    """The seven days as the grid and its fields show them."""
    return [
        {"number": number, "name": name, "text": week.write_day(spans)}
        for number, (name, spans) in enumerate(zip(day_names(), hours["week"], strict=True))
    ]


def _marks(hours: Row) -> list[Row]:
    """The hours that the grid shows."""
    filled = [place for spans in hours["week"] for place, on in enumerate(week.filled(spans)) if on]
    first = min([FIRST, *(place // 4 for place in filled)])
    last = max([LAST, *(place // 4 + 1 for place in filled)])
    return [{"hour": hour, "says": moments.hour(datetime(2026, 1, 5, hour % 24))} for hour in range(first, last)]


def sentence(site: Row, now: datetime) -> str:
    """Whether it is open now, and when that changes."""
    is_open, at = week.next_change(read_hours(site["zone"], site["hours"]), now)
    if at is None:
        return _("Open now, round the clock.") if is_open else _("Closed, and never open: paint some hours.")
    local, here = at.astimezone(ZoneInfo(site["zone"])), now.astimezone(ZoneInfo(site["zone"]))
    when = {"day": moments.weekday(local), "time": moments.hour(local)}
    same = local.date() == here.date()
    if is_open:
        return (_("Open now, closes %(time)s.") if same else _("Open now, closes %(day)s %(time)s.")) % when
    return (_("Closed now, opens %(time)s.") if same else _("Closed now, opens %(day)s %(time)s.")) % when


def read(request: HttpRequest, before: Row) -> Row:
    """The hours of a form; dates that are over stay as they are. Raises Unread."""
    found = []
    for number, name in enumerate(day_names()):
        try:
            found.append(week.parse_day(request.POST.get(f"day{number}", "")))
        except week.WrongWeek as wrong:
            raise Unread(_("%(day)s: %(why)s.") % {"day": name, "why": _(str(wrong))}) from None
    closed = _dates(request.POST.get("closed", ""))
    special: Row = {}
    for line in request.POST.get("special", "").splitlines():
        day, _blank, spans = line.strip().partition(" ")
        if day:
            [when] = _dates(day)
            try:
                special[when] = week.parse_day(spans)
            except week.WrongWeek as wrong:
                raise Unread(_("%(day)s: %(why)s.") % {"day": day, "why": _(str(wrong))}) from None
    if len(closed) > MOST_DATES or len(special) > MOST_DATES:
        raise Unread(_("At most %(most)s dates.") % {"most": MOST_DATES})
    return {
        **before,
        "week": found,
        "closed": closed,
        "special": special,
        "federal_holidays": request.POST.get("federal") == "yes",
    }


def _dates(text: str) -> list[str]:
    try:
        return sorted({date.fromisoformat(one).isoformat() for one in text.replace(",", " ").split()})
    except ValueError:
        raise Unread(_("A day is written as 2026-12-24.")) from None


@require_POST
def setup_hours_save(request: HttpRequest, location: int) -> HttpResponse:
    """Save the week and the days that differ, for this location or for all."""
    visitor = visitor_of(request)

    def act(rows: access.Rows) -> str:
        found = setup_places.one(rows, "hours", location)
        if found is None:
            raise LookupError
        given = read(request, found["hours"])
        wanted = [location]
        if request.POST.get("everywhere") == "yes":
            wanted = [
                row["id"]
                for row in rows.all(
                    f"select id from location where practice = %s and {rows.works_at('id')}", (rows.practice,)
                )
            ]
        done = [
            one
            for one in wanted
            if setup_places.change(rows, "hours", one, {"hours": given}, visitor.staff, visitor.role, clock.now())
        ]
        if not done:
            return _("Nothing was different.")
        zone = setup_places.one(rows, "location", location)
        return _("Saved. %(sentence)s") % {
            "sentence": sentence({"zone": zone["zone"] if zone else "UTC", "hours": given}, clock.now())
        }

    return does(request, reverse("setup_hours_of", args=[location]), act)


@require_POST
def setup_hours_try(request: HttpRequest, location: int) -> HttpResponse:
    """What the hours of the form would say now; nothing is saved."""
    now = clock.now()
    with access.practice(visitor_of(request).practice) as rows:
        found = setup_places.one(rows, "hours", location)
        zone = setup_places.one(rows, "location", location)
    if found is None or zone is None:
        raise Http404
    try:
        hours = read(request, found["hours"])
        words, wrong = sentence({"zone": zone["zone"], "hours": hours}, now), False
        total = week.open_minutes(hours["week"]) / 60
    except Unread as said_:
        words, wrong, total = str(said_), True, None
    return render(request, "ringback/setup_hours_says.html", {"sentence": words, "wrong": wrong, "total": total})
