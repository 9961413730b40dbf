"""What is done to the roster: people put on spans, rotations, time off, holidays, swaps, and the last change taken back.

Everybody asks for their own time off and their own swaps; who runs the practice, and its clinicians, change the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ringback.core import roster as core
from ringback.core.roster import Rotation
from ringback.engine import clock
from ringback.store import access, practices, roster, roster_changes
from ringback.store.access import Rows
from ringback.web.pages.act import said, visitor_of
from ringback.web.pages.on_call_days import name
from ringback.web.routes import CHANGES_ROSTER

MOST_PEOPLE = 8
# The words for what the roster refuses.
REFUSED = {
    "unknown": gettext_lazy("There is no such person here."),
    "ends_first": gettext_lazy("It ends before it begins."),
    "too_long": gettext_lazy("That is longer than three months: make a rotation."),
    "rotation": gettext_lazy("A rotation needs people and a length of 1 to 92 days."),
    "unnamed": gettext_lazy("Give the day a name."),
    "two_people": gettext_lazy("A swap needs two people, and spans that end after they begin."),
    "over": gettext_lazy("That shift is over."),
    "not_mine": gettext_lazy("You are not on call then, so there is nothing to hand over."),
    "not_theirs": gettext_lazy("They are not on call in the shift you would take in return."),
}


class Unread(Exception):
    """A form that says something that cannot be, in a sentence."""


def moment(request: HttpRequest, field: str, zone: str) -> datetime:
    """A wall time of the practice from a form."""
    try:
        found = datetime.fromisoformat(request.POST.get(field, ""))
    except ValueError:
        raise Unread(_("Say from when and until when.")) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=ZoneInfo(zone))


def day(value: str) -> date | None:
    """A day from a form; None when it is empty."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise Unread(_("That is no day.")) from None


def number(value: str, least: int, most: int, otherwise: int | None = None) -> int:
    """A whole number from a form."""
    if not value and otherwise is not None:
        return otherwise
    with suppress(ValueError):
        if least <= int(value) <= most:
            return int(value)
    raise Unread(_("A number between %(least)s and %(most)s is needed.") % {"least": least, "most": most})


def _done(request: HttpRequest, does: Callable[[Rows, datetime], str]) -> HttpResponse:
    """Do it in one transaction and say what was done, or why not."""
    where = reverse("on_call")
    try:
        with access.practice(visitor_of(request).practice) as rows:
            words = does(rows, clock.now())
    except (Unread, roster_changes.NotAllowed) as wrong:
        why = REFUSED.get(str(wrong), str(wrong))
        return said(request, _("Nothing was changed. %(why)s") % {"why": why}, tone="bad", fallback=where)
    return said(request, words, fallback=where)


@require_POST
def on_call_put(request: HttpRequest) -> HttpResponse:
    """Put a person on a span: the calendar's drag and drop, and its form."""
    visitor = visitor_of(request)

    def does(rows: Rows, now: datetime) -> str:
        zone = practices.practice(rows)["zone"]
        begins, ends = moment(request, "begins", zone), moment(request, "ends", zone)
        person, turn = (
            number(request.POST.get("person", ""), 0, 2**31 - 1),
            number(request.POST.get("turn", ""), 1, 3, 1),
        )
        roster_changes.put(rows, person, turn, begins, ends, visitor.staff, visitor.role, now)
        return _("%(who)s is on call for that time.") % {"who": name(practices.staff(rows), person)}

    return _done(request, does)


@require_POST
def on_call_undo(request: HttpRequest) -> HttpResponse:
    """Take the last change back."""
    visitor = visitor_of(request)

    def does(rows: Rows, now: datetime) -> str:
        version = number(request.POST.get("version", ""), 0, 2**31 - 1)
        if not roster_changes.undo(rows, version, visitor.staff, visitor.role, now):
            raise Unread(_("Something else was changed meanwhile."))
        return _("The last change was taken back.")

    return _done(request, does)


@require_POST
def on_call_drop(request: HttpRequest, entry: int) -> HttpResponse:
    """Take one entry off; one's own time off, or anything for who changes the roster."""
    visitor = visitor_of(request)

    def does(rows: Rows, now: datetime) -> str:
        found = roster.standing(rows).roster
        own = any(one.id == entry and one.person == visitor.staff for one in found.away)
        if not own and visitor.role not in CHANGES_ROSTER:
            raise Unread(_("Somebody who runs the roster has to do that."))
        if any(one.id == entry for one in found.rotations):
            roster_changes.end(rows, entry, visitor.staff, visitor.role, now)
            return _("The rotation ends with its next hand-over.")
        if not roster_changes.drop(rows, entry, visitor.staff, visitor.role, now):
            raise Unread(_("It is off the roster already."))
        return _("Taken off the roster.")

    return _done(request, does)


def rotation_of(values: dict[str, str], today: date) -> tuple[Rotation, time]:
    """A rotation and the hand-over time from a form's fields. Raises `Unread`."""
    people = [number(one, 0, 2**31 - 1) for place in range(1, MOST_PEOPLE + 1) if (one := values.get(f"p{place}", ""))]
    if not people:
        raise Unread(_("Choose who takes the turns."))
    try:
        handover = time.fromisoformat(values.get("handover", "") or "08:00")
    except ValueError:
        raise Unread(_("The hand-over is a time of day.")) from None
    days = values.get("length", "7")
    found = Rotation(
        id=0,
        turn=number(values.get("turn", ""), 1, 3, 1),
        days=number(values.get("days", "") if days == "n" else days, 1, 92, 7),
        people=tuple(people),
        first=day(values.get("first", "")) or today,
        last=day(values.get("last", "")),
    )
    return found, handover.replace(tzinfo=None)


@require_GET
def on_call_preview(request: HttpRequest) -> HttpResponse:
    """The next eight turns of a rotation before it is kept."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        plan, staff = roster.standing(rows).roster, practices.staff(rows)
    try:
        rotation, handover = rotation_of(request.GET.dict(), core.day_of(plan, now))
        as_if = core.Roster(zone=plan.zone, handover=handover)
        found = core.turns(as_if, rotation, now)
        turns = [{"begins": a, "ends": b, "name": name(staff, one)} for a, b, one in found]
        problem = "" if turns else _("It ends before it begins.")
    except Unread as wrong:
        turns, problem = [], str(wrong)
    return render(request, "ringback/on_call_preview.html", {"turns": turns, "problem": problem})


@require_POST
def on_call_rotation(request: HttpRequest) -> HttpResponse:
    """Begin a rotation."""
    visitor = visitor_of(request)

    def does(rows: Rows, now: datetime) -> str:
        today = core.day_of(roster.standing(rows).roster, now)
        rotation, handover = rotation_of(request.POST.dict(), today)
        roster_changes.rotate(rows, rotation, handover, visitor.staff, visitor.role, now)
        return _("The rotation is on the calendar.")

    return _done(request, does)


@require_POST
def on_call_away(request: HttpRequest) -> HttpResponse:
    """Enter time off: one's own, or anybody's for who changes the roster."""
    visitor = visitor_of(request)

    def does(rows: Rows, now: datetime) -> str:
        plan = roster.standing(rows).roster
        person = number(request.POST.get("person", ""), 0, 2**31 - 1, visitor.staff)
        if person != visitor.staff and visitor.role not in CHANGES_ROSTER:
            raise Unread(_("You can enter your own time off only."))
        first, last = day(request.POST.get("first", "")), day(request.POST.get("last", ""))
        if first is None:
            raise Unread(_("Say from which day on."))
        begins = core.at(plan, first, core.MIDNIGHT)
        ends = core.at(plan, (last or first) + timedelta(days=1), core.MIDNIGHT)
        roster_changes.away(rows, person, begins, ends, visitor.staff, visitor.role, now)
        return _("Entered. Rotations pass over these days.")

    return _done(request, does)


@require_POST
def on_call_holiday(request: HttpRequest) -> HttpResponse:
    """Name a day, and who takes it."""
    visitor = visitor_of(request)

    def does(rows: Rows, now: datetime) -> str:
        on = day(request.POST.get("day", ""))
        if on is None:
            raise Unread(_("Say which day."))
        person = request.POST.get("person", "")
        taken = number(person, 0, 2**31 - 1) if person else None
        roster_changes.holiday(rows, on, request.POST.get("name", ""), taken, visitor.staff, visitor.role, now)
        return _("The day is on the calendar.")

    return _done(request, does)


def _span(value: str) -> tuple[datetime, datetime]:
    try:
        begins, ends = (datetime.fromisoformat(one) for one in value.split("/"))
        if begins.tzinfo is None or ends.tzinfo is None:
            raise ValueError
    except ValueError:
        raise Unread(_("Choose a shift.")) from None
    return begins, ends


@require_POST
def on_call_swap(request: HttpRequest) -> HttpResponse:
    """Ask a colleague to take over one's shift, perhaps for one of theirs."""
    visitor = visitor_of(request)

    def does(rows: Rows, now: datetime) -> str:
        back = request.POST.get("back", "")
        person = number(request.POST.get("person", ""), 0, 2**31 - 1)
        span = _span(request.POST.get("span", ""))
        roster_changes.swap_ask(rows, visitor.staff, person, span, _span(back) if back else None, visitor.role, now)
        return _("Asked. Nothing changes until %(who)s agrees.") % {"who": name(practices.staff(rows), person)}

    return _done(request, does)


@require_POST
def on_call_answer(request: HttpRequest, swap: UUID) -> HttpResponse:
    """Agree to a swap, decline it, or withdraw one's own asking."""
    visitor = visitor_of(request)
    words = {
        "agreed": _("Agreed: the shifts have changed hands."),
        "declined": _("Declined: nothing changes."),
        "withdrawn": _("Withdrawn."),
    }

    def does(rows: Rows, now: datetime) -> str:
        answer = request.POST.get("answer", "")
        if not roster_changes.swap_answer(rows, swap, answer, visitor.staff, visitor.role, now):
            raise Unread(_("This swap is over, or not yours to answer."))
        return words[answer]

    return _done(request, does)
