"""The demo's one page: a patient's phone, the wall of cases, the pager and a clock that can be moved, side by side.

`live` sends only the pieces that changed since the page last asked. Everything here acts through the town or through
events, like anybody outside; only moving the clock and starting over touch rows directly.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ringback.demo import account, rows, scenes, show, town
from ringback.demo.facts import LINES, MAIN, PRACTICE
from ringback.demo.practice import ACTORS, NAMES, NEW_CALLER, SETTLE_SECONDS, ZONE
from ringback.engine import clock
from ringback.web.sign_in import begin

KINDS = (
    ("ring_out", "Let it ring out", "Nobody picks up, you give up"),
    ("hang_up", "Hang up early", "Before anybody could answer"),
    ("busy", "Get a busy line", "Every line is taken"),
    ("voicemail", "Leave a voicemail", "Say what you type below"),
    ("answered", "Get answered", "Somebody at the desk picks up"),
)
MOVES = (("quarter", "+15 min"), ("two", "+2 h"), ("night", "2 AM"), ("monday", "Mon 8 AM"), ("now", "Now"))
QUICK = ("BOOK", "CHANGE", "REFILL", "URGENT", "CANCEL", "STOP")


def signed_in(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Only whoever came by the sign-in link; others are told where it is."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request)
        return render(request, "demo/closed.html", status=403)

    return guarded


@require_GET
@never_cache
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Follow the one-time link that `ringback demo` printed."""
    user = account.spend(token)
    if user is not None:
        begin(request, user, PRACTICE)
    if user is not None or request.user.is_authenticated:
        return redirect("/demo")
    return render(request, "demo/closed.html", {"used": True}, status=403)


@require_GET
@never_cache
@signed_in
def page(request: HttpRequest) -> HttpResponse:
    """The page itself; everything that moves in it comes from `live`."""
    context = {
        "actors": [(actor.number, actor.name, actor.about, actor.born) for actor in ACTORS],
        "phone": NEW_CALLER,
        "lines": list(LINES.items()),
        "scenes": scenes.SCENES,
        "kinds": KINDS,
        "moves": MOVES,
        "quick": QUICK,
        "settle": SETTLE_SECONDS,
        "zone": ZONE,
    }
    return render(request, "demo/page.html", context)


@require_GET
@never_cache
@signed_in
def live(request: HttpRequest) -> HttpResponse:
    """What changed: `have` names the pieces the page has as name:mark pairs, `phone` the number it shows."""
    have = dict(pair.split(":", 1) for pair in request.GET.get("have", "").split(",") if ":" in pair)
    number = request.GET.get("phone", NEW_CALLER)
    stage = scenes.STAGE
    try:
        messages = town.messages(number)
    except town.TownAway:
        messages = []
    for message in messages:
        message["clinic"] = LINES.get(message["with"], "")
    context: dict[str, dict[str, Any]] = {
        "wall": {"cases": [show.case(row) for row in rows.cases()]},
        "pager": {"notices": [show.notice(row) for row in rows.notices()]},
        "thread": {"messages": messages, "born": next((a.born for a in ACTORS if a.number == number), "")},
        "stage": {"stage": stage, "scenes": scenes.SCENES},
        "sites": {"sites": show.sites(), "moved": show.moved()},
        "counts": rows.counts(),
    }
    parts = {}
    for name, values in context.items():
        html = render_to_string(f"demo/{name}.html", values)
        mark = show.mark(html)
        if have.get(name) != mark:
            parts[name] = {"mark": mark, "html": html}
    return JsonResponse(
        {
            "parts": parts,
            "now": clock.now().isoformat(),
            "phone": stage.phone,
            "scene": stage.scene,
            "run": stage.run,
        }
    )


@require_POST
@signed_in
def call(request: HttpRequest) -> HttpResponse:
    """The phone rings the clinic."""
    number, kind = request.POST.get("phone", ""), request.POST.get("kind", "")
    words = request.POST.get("words", "")[:400]
    if number not in NAMES or kind not in {one[0] for one in KINDS}:
        return HttpResponseBadRequest("no such phone or call")
    to = request.POST.get("to", MAIN)
    try:
        made = town.call(number, to if to in LINES else MAIN, kind, words)
    except (town.TownAway, ValueError):
        return JsonResponse({"error": "the phone network is away"}, status=503)
    return JsonResponse({"sid": made["sid"]})


@require_POST
@signed_in
def text(request: HttpRequest) -> HttpResponse:
    """The phone sends a text to the number it heard from last."""
    number, body = request.POST.get("phone", ""), request.POST.get("body", "").strip()[:600]
    if number not in NAMES or not body:
        return HttpResponseBadRequest("no such phone, or nothing to send")
    try:
        heard = [message["with"] for message in town.messages(number)]
        town.text(number, heard[-1] if heard and heard[-1] in LINES else MAIN, body)
    except (town.TownAway, ValueError):
        return JsonResponse({"error": "the phone network is away"}, status=503)
    return JsonResponse({"sent": True})


@require_POST
@signed_in
def move(request: HttpRequest) -> HttpResponse:
    """Move the clock."""
    now = clock.now()
    moves: dict[str, Callable[[], datetime | None]] = {
        "quarter": lambda: now + timedelta(minutes=15),
        "two": lambda: now + timedelta(hours=2),
        "night": lambda: scenes.next_at(2, 0),
        "monday": lambda: scenes.next_at(8, 0, weekday=0),
        "now": lambda: None,
    }
    to = moves.get(request.POST.get("to", ""))
    if to is None:
        return HttpResponseBadRequest("no such move")
    rows.move_clock(to())
    return JsonResponse({"now": clock.now().isoformat()})


@require_POST
@signed_in
def acknowledge(request: HttpRequest) -> HttpResponse:
    """Whoever holds the pager acknowledges a page: a deliberate press."""
    try:
        done = rows.acknowledge(UUID(request.POST.get("notice", "")))
    except ValueError:
        return HttpResponseBadRequest("no such page")
    return JsonResponse({"acknowledged": done})


@require_POST
@signed_in
def task(request: HttpRequest) -> HttpResponse:
    """Staff finish a task."""
    disposition = request.POST.get("disposition", "")
    if disposition not in ("booked", "reached", "resolved"):
        return HttpResponseBadRequest("no such disposition")
    try:
        rows.finish_task(UUID(request.POST.get("case", "")), request.POST.get("task", "")[:40], disposition)
    except ValueError:
        return HttpResponseBadRequest("no such case")
    return JsonResponse({"done": True})


@require_POST
@signed_in
def scene(request: HttpRequest) -> HttpResponse:
    """Play a scene."""
    try:
        scenes.play(request.POST.get("name", ""))
    except KeyError:
        return HttpResponseBadRequest("no such scene")
    return JsonResponse({"playing": True, "run": scenes.STAGE.run})


@require_POST
@signed_in
def reset(request: HttpRequest) -> HttpResponse:
    """Start over: no cases, no texts, the real time."""
    scenes.stop()
    rows.forget()
    rows.move_clock(None)
    try:
        town.clear()
    except (town.TownAway, ValueError):
        pass
    return JsonResponse({"done": True})
