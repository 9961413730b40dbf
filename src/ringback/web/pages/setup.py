"""Set-up's first page: how ready the practice is, the first hour, the test call, lines live or in shadow, the kill switch."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ringback.core.office.standing import standing
from ringback.engine import clock
from ringback.store import access, changes, practices, setup_links, setup_places
from ringback.store import standing as registers
from ringback.web.pages import setup_parts
from ringback.web.pages.act import said, visitor_of

Row = dict[str, Any]
MODE_SAYS = {
    "live": gettext_lazy("Calls are caught and texts are sent."),
    "shadow": gettext_lazy("Calls are caught and cases run, nothing is sent."),
    "off": gettext_lazy("Nothing is sent; calls still show."),
}
# A test call is looked for among what came in this long.
LATELY = timedelta(minutes=30)


@require_GET
def setup(request: HttpRequest) -> HttpResponse:
    """The page."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        state = setup_parts.State(rows, now)
        call = setup_links.last_call(rows, now - LATELY)
        staff = practices.staff(rows)
        before = setup_places.last_changes(rows)
    context = {
        **setup_parts.frame(request, state, "setup"),
        "lines": state.lines,
        "modes": [{"code": code, "says": says} for code, says in MODE_SAYS.items()],
        "call": call,
        "since": now,
        "changes": [{**row, "who": staff[row["by"]]["name"] if row["by"] in staff else ""} for row in before],
    }
    return render(request, "ringback/setup.html", context)


@require_GET
def setup_call(request: HttpRequest) -> HttpResponse:
    """The test call as soon as it is seen; the piece asks for itself."""
    now = clock.now()
    since = now - LATELY
    try:
        asked = datetime.fromisoformat(request.GET.get("since", ""))
        since = asked if asked.tzinfo is not None else since
    except ValueError:
        pass
    with access.practice(visitor_of(request).practice) as rows:
        call = setup_links.last_call(rows, max(since - LATELY, now - timedelta(days=1)))
        lines = practices.lines(rows)
    return render(request, "ringback/setup_call.html", {"call": call, "lines": lines, "since": since})


@require_POST
def line_mode(request: HttpRequest, line: int) -> HttpResponse:
    """Make one line live, shadow or off: the pilot, line by line (S33)."""
    visitor, where = visitor_of(request), reverse("setup")
    mode = request.POST.get("mode", "")
    if mode not in changes.MODES:
        return said(request, _("Choose live, shadow or off."), tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        if mode == "live" and not _officers(rows):
            return said(request, _officers_first(), tone="bad", fallback=where)
        if not changes.line_mode(rows, line, mode):
            raise Http404
    return said(request, _("The line is %(mode)s now.") % {"mode": _(mode)}, fallback=where)


def _officers(rows: access.Rows) -> bool:
    zone = practices.practice(rows)["zone"]
    return standing(zone, *registers.of(rows, zone)).officers_set(clock.now())


def _officers_first() -> str:
    return _("Name a privacy and a security officer on the Compliance page first; then the line may go live.")


@require_POST
def setup_live(request: HttpRequest) -> HttpResponse:
    """Switch the whole practice live, or back: live wants the officers named, as the gate does (C75)."""
    visitor, where = visitor_of(request), reverse("setup")
    on = request.POST.get("live") == "yes"
    if request.POST.get("sure") != "yes":
        return said(request, _("Nothing was changed: confirm it first."), tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        if on and not _officers(rows):
            return said(request, _officers_first(), tone="bad", fallback=where)
        setup_places.live(rows, on, visitor.staff, visitor.role)
    words = (
        _("The practice is live. Each line sends as its own switch says.")
        if on
        else _("The practice is not live any more: nothing is sent.")
    )
    return said(request, words, fallback=where)


@require_POST
def kill(request: HttpRequest) -> HttpResponse:
    """Switch all texting off, or on again; on again wants the word."""
    visitor, where = visitor_of(request), reverse("setup")
    on = request.POST.get("kill") == "yes"
    if request.POST.get("sure") != "yes":
        return said(request, _("Nothing was changed: confirm it first."), tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        changes.kill(rows, on)
    return said(request, _("Texting is switched off.") if on else _("Texting is on again."), fallback=where)
