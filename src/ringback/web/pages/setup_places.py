"""The practice, its locations and lines: changed alone by who runs the practice, each change with a way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ringback.core.numbers import e164
from ringback.core.texts import FIELDS, LANGUAGES
from ringback.core.words.gsm import foreign
from ringback.engine import clock
from ringback.store import access, practices, setup_places
from ringback.web import tongue
from ringback.web.pages import setup_parts
from ringback.web.pages.act import said, visitor_of

Row = dict[str, Any]
# Zones of the United States first; any other IANA name is taken too.
ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage",
    "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam",
)  # fmt: skip
# A new location opens on weekdays with an hour of lunch until somebody paints its own hours.
USUAL_DAY = [["08:00", "12:00"], ["13:00", "17:00"]]
USUAL_WEEK = [USUAL_DAY] * 5 + [[], []]


class Unread(ValueError):
    """A form that says something that cannot be, in a sentence."""


def word(request: HttpRequest, field: str, says: str, most: int, *, empty: bool = False) -> str:
    """A short text of a form. Raises Unread."""
    found = " ".join(request.POST.get(field, "").split())
    if (not found and not empty) or len(found) > most or not (found.isprintable() or not found):
        raise Unread(_("%(says)s: 1 to %(most)s letters.") % {"says": says, "most": most})
    return found


def zone_of(request: HttpRequest) -> str:
    """A time zone of a form. Raises Unread."""
    found = request.POST.get("zone", "")
    if found not in ZONES and found not in available_timezones():
        raise Unread(_("Choose a time zone from the list."))
    return found


def number_of(request: HttpRequest, field: str) -> str:
    """A phone number of a form, as +12025550100. Raises Unread."""
    found = e164(request.POST.get(field, "").strip())
    if not found:
        raise Unread(_("That is no phone number: ten digits, with the area code."))
    return found


def does(request: HttpRequest, where: str, act: Callable[[access.Rows], str]) -> HttpResponse:
    """Do it in one transaction and say what was done, or why not."""
    try:
        with access.practice(visitor_of(request).practice) as rows:
            words = act(rows)
    except (Unread, setup_places.Refused) as wrong:
        return said(
            request, _("Nothing was changed. %(why)s") % {"why": tongue.told(str(wrong))}, tone="bad", fallback=where
        )
    except LookupError:
        raise Http404 from None
    return said(request, words, fallback=where)


@require_GET
def setup_practice(request: HttpRequest) -> HttpResponse:
    """The page."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        state = setup_parts.State(rows, now)
        connections = rows.all(
            "select id, system, kind from connection where practice = %s order by id", (rows.practice,)
        )
        templates = practices.templates(rows)
        before = setup_places.last_changes(rows)
        staff = practices.staff(rows)
    languages = []
    for lang in sorted(LANGUAGES, key=lambda one: one != "en"):
        mine = [row for row in templates if row["lang"] == lang]
        reviewed = lang == "en" or (bool(mine) and all(row["language_reviewer"] for row in mine))
        languages.append({"code": lang, "spoken": reviewed, "wordings": len(mine)})
    context = {
        **setup_parts.frame(request, state, "setup_practice"),
        "lines": state.lines,
        "sites": state.sites,
        "zones": ZONES,
        "phones": [one for one in connections if one["kind"] == "phone"],
        "carriers": [one for one in connections if one["kind"] == "text"],
        "languages": languages,
        "most_alias": FIELDS["practice"],
        "changes": [{**row, "who": staff[row["by"]]["name"] if row["by"] in staff else ""} for row in before],
    }
    return render(request, "ringback/setup_practice.html", context)


@require_POST
def setup_practice_save(request: HttpRequest) -> HttpResponse:
    """The practice's own name, the alias that signs texts, the number patients call, its time zone."""
    visitor = visitor_of(request)

    def act(rows: access.Rows) -> str:
        alias = word(request, "alias", _("The name that signs texts"), FIELDS["practice"])
        if foreign(alias):
            raise Unread(_("The name that signs texts: plain letters only, or every text costs double."))
        phone = word(request, "phone", _("The number patients call"), FIELDS["phone"])
        if sum(one.isdigit() for one in phone) < 7:
            raise Unread(_("The number patients call: as they dial it, such as 202-555-0100."))
        values = {
            "name": word(request, "name", _("Name"), 80),
            "alias": alias,
            "phone": phone,
            "zone": zone_of(request),
        }
        done = setup_places.change(rows, "practice", visitor.practice, values, visitor.staff, visitor.role, clock.now())
        return _("Saved. The next text is signed so.") if done else _("Nothing was different.")

    return does(request, reverse("setup_practice"), act)


@require_POST
def setup_location_add(request: HttpRequest) -> HttpResponse:
    """A new location, open on weekdays until its own hours are painted."""
    visitor = visitor_of(request)

    def act(rows: access.Rows) -> str:
        if access.limited():
            raise Unread(_("Somebody who works everywhere adds a location."))
        setup_places.location_add(
            rows, word(request, "name", _("Name"), 60), word(request, "address", _("Address"), 160, empty=True),
            zone_of(request), USUAL_WEEK, visitor.staff, visitor.role,
        )  # fmt: skip
        return _("Added. It is open Monday to Friday, 8 to 5 with an hour of lunch, until you paint its hours.")

    return does(request, reverse("setup_practice"), act)


@require_POST
def setup_location_save(request: HttpRequest, location: int) -> HttpResponse:
    """A location's name, address and time zone."""
    visitor = visitor_of(request)

    def act(rows: access.Rows) -> str:
        values = {
            "name": word(request, "name", _("Name"), 60),
            "address": word(request, "address", _("Address"), 160, empty=True),
            "zone": zone_of(request),
        }
        done = setup_places.change(rows, "location", location, values, visitor.staff, visitor.role, clock.now())
        return _("Saved.") if done else _("Nothing was different.")

    return does(request, reverse("setup_practice"), act)


@require_POST
def setup_location_remove(request: HttpRequest, location: int) -> HttpResponse:
    """Take away a location that nothing hangs on."""
    visitor = visitor_of(request)

    def act(rows: access.Rows) -> str:
        if access.limited():
            raise Unread(_("Somebody who works everywhere takes a location away."))
        setup_places.location_remove(rows, location, visitor.staff, visitor.role)
        return _("Taken away.")

    return does(request, reverse("setup_practice"), act)


def _line(request: HttpRequest, rows: access.Rows) -> Row:
    number = number_of(request, "number")
    sites = {
        row["id"]
        for row in rows.all(f"select id from location where practice = %s and {rows.works_at('id')}", (rows.practice,))
    }
    kinds = {
        (row["id"], row["kind"])
        for row in rows.all("select id, kind from connection where practice = %s", (rows.practice,))
    }
    location = request.POST.get("location", "")
    if not location.isdigit() or int(location) not in sites:
        raise Unread(_("Choose the location where it rings."))
    values: Row = {
        "name": word(request, "name", _("Name"), 60),
        "number": number,
        "sender": number,
        "location": int(location),
    }
    if request.POST.get("sender", "").strip():
        values["sender"] = number_of(request, "sender")
    for field, kind in (("phone_connection", "phone"), ("text_connection", "text")):
        given = request.POST.get(field, "")
        if given and (not given.isdigit() or (int(given), kind) not in kinds):
            raise Unread(_("Choose a connection from the list."))
        values[field] = int(given) if given else None
    return values


@require_POST
def setup_line_add(request: HttpRequest) -> HttpResponse:
    """A new line; it begins in shadow."""
    visitor = visitor_of(request)

    def act(rows: access.Rows) -> str:
        setup_places.line_add(rows, _line(request, rows), visitor.staff, visitor.role)
        return _("Added. It begins in shadow: calls are caught and nothing is sent.")

    return does(request, f"{reverse('setup_practice')}#lines", act)


@require_POST
def setup_line_save(request: HttpRequest, line: int) -> HttpResponse:
    """A line's name, number, location and connections."""
    visitor = visitor_of(request)

    def act(rows: access.Rows) -> str:
        done = setup_places.change(rows, "line", line, _line(request, rows), visitor.staff, visitor.role, clock.now())
        return _("Saved.") if done else _("Nothing was different.")

    return does(request, f"{reverse('setup_practice')}#lines", act)


@require_POST
def setup_undo(request: HttpRequest, change: UUID) -> HttpResponse:
    """Take a change of the practice, a location, its hours or a line back."""
    visitor = visitor_of(request)

    def act(rows: access.Rows) -> str:
        setup_places.undo(rows, change, visitor.staff, visitor.role, clock.now())
        return _("Taken back: it is as it was before.")

    return does(request, reverse("setup_practice"), act)
