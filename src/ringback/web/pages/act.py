"""How a page changes a case: it submits one event in its own transaction, waits until the loop has folded it, and says why.

A page never writes a case. An htmx request is answered with what was said and a `changed` trigger, so that the pieces of
the page load themselves again; a plain form is sent back to where it came from.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ringback.core.events import Event
from ringback.engine import clock
from ringback.store import access, queries
from ringback.store.submit import settled, submit
from ringback.web.sign_in import Visitor
from ringback.web.tongue import told

SLOW = "Taken. It will show in a moment."
# What the engine keeps for an event that found nothing to do.
NOTHING = "nothing to do"
FASTER = "Nothing was changed: it is done already, or somebody was faster."


def visitor_of(request: HttpRequest) -> Visitor:
    """Who is looking; the door has made sure that there is somebody."""
    found: Visitor = request.visitor  # type: ignore[attr-defined]
    return found


def act(request: HttpRequest, case_id: UUID, event: Event) -> HttpResponse:
    """Submit an event about a case of the visitor's practice and answer with its why; 404 for any other case."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        if not queries.is_ours(rows, case_id):
            raise Http404
        event_id = submit(rows.connection, visitor.practice, case_id, event, clock.now(), visitor.by)
    why = settled(access.raw(), visitor.practice, event_id)
    where = reverse("case", args=[case_id])
    if why is not None and why.startswith(NOTHING):
        reason = why.removeprefix(NOTHING).removeprefix(": ")
        return said(request, f"Nothing was changed: {reason}." if reason else FASTER, tone="bad", fallback=where)
    return said(request, _sentence(why) if why is not None else SLOW, fallback=where)


def folded(practice: int, events: list[UUID]) -> None:
    """Wait until the loop has folded these events, so that the next page shows what came of them."""
    for event_id in events:
        settled(access.raw(), practice, event_id)


def said(request: HttpRequest, words: str, *, tone: str = "", fallback: str = "/", status: int = 200) -> HttpResponse:
    """Answer an action with a short sentence, in the reader's language."""
    words = told(words)
    if request.headers.get("HX-Request"):
        trigger = {"changed": {}, "said": {"words": words, "tone": tone}}
        return HttpResponse(status=204 if status == 200 else status, headers={"HX-Trigger": json.dumps(trigger)})
    messages.add_message(request, messages.ERROR if tone == "bad" else messages.INFO, words)
    return redirect(_back(request, fallback))


def _back(request: HttpRequest, fallback: str) -> str:
    """The page the form was on, when it was one of ours."""
    parts = urlsplit(request.POST.get("back", ""))
    return (
        parts.path if parts.path.startswith("/") and not parts.path.startswith("//") and not parts.netloc else fallback
    )


def _sentence(why: str) -> str:
    return f"{why[:1].upper()}{why[1:]}." if why else "Done."
