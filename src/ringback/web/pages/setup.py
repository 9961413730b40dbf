"""Set-up: which lines send, the kill switch, what the gate still misses, the policy beside its defaults, the wordings."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ringback.core.office import protect
from ringback.core.office.standing import Standing, standing
from ringback.core.policy import Policy
from ringback.core.words.gsm import segments
from ringback.engine import clock
from ringback.store import access, changes, practices
from ringback.store import standing as registers
from ringback.web import routes
from ringback.web.pages import today
from ringback.web.pages.act import said, visitor_of

Row = dict[str, Any]
DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Policy) if field.default is not MISSING}
# name: (what it is, unit, least, most). Only what is safe to change alone is a field; the rest is shown.
NUMBERS: dict[str, tuple[str, str, int, int]] = {
    "settle_seconds": ("Wait for a redial before the first text", "seconds", 0, 600),
    "episode_minutes": ("Calls of one caller within this are one case", "minutes", 5, 240),
    "reply_gate": ("No reply: make a call-back task after", "minutes", 15, 1440),
    "callback_due": ("That call-back is due", "minutes after the text", 30, 2880),
    "page_every": ("Urgent: page the next person every", "minutes", 1, 10),
    "officer_from_page": ("Urgent: the named officer too, from page", "on", 1, 10),
    "manager_after": ("Urgent, not called back: tell the manager after", "minutes", 10, 60),
    "breach_after": ("Urgent, not called back: a breach after", "minutes", 15, 120),
    "flagged_manager_after": ("Promised call-back late: tell the manager after", "minutes", 10, 240),
    "guard_after": ("Change of visit not done: protect it after", "minutes", 30, 1440),
    "guard_visit_within": ("...when the visit is within", "minutes", 60, 10080),
    "lease": ("A taken task falls free again after", "minutes", 5, 120),
    "retry": ("No answer: call again after", "minutes", 5, 60),
    "attempts": ("Tries before somebody has to say how it ends", "tries", 1, 10),
}
CHOICES: dict[str, tuple[str, dict[str, str]]] = {
    "night_first": (
        "First text after a call at night",
        {"send": "Send: they have just called", "hold": "Hold until opening"},
    ),
    "menu": ("Menu of the first text", {"digits": "Digits 1 to 5", "words": "Words"}),
    "first_text": ("First text", {"by_workflow": "Chosen by workflow", "same": "The same for all"}),
    "booking": ("Booking link", {"own_page": "Ringback's own page", "outside_link": "The practice's outside link"}),
}
SWITCHES: dict[str, str] = {
    "second_text": "A second text at the reply gate, with recorded consent only",
    "voicemail_link": "A link by itself after a voicemail that asks for a visit",
}
MODE_SAYS = {
    "live": "Calls are caught and texts are sent.",
    "shadow": "Calls are caught and cases run, nothing is sent.",
    "off": "Nothing is sent; calls still show.",
}


def _facts(about: Row, lines: list[Row], stands: Standing, now: datetime) -> list[Row]:
    """What the send gate asks of the practice; a missing one says what it blocks (decision 32)."""
    alerts = about["gate"].get("alerts") or {}
    systems = {line["text_system"] for line in lines if line["text_system"]}
    found = [
        ("The practice is live", about["live"], "Every text is denied."),
        ("Privacy and security officers are named", stands.officers_set(now), "Every text is denied."),
        (
            "The text carrier's agreement (BAA) is in force",
            bool(systems) and all(stands.baa_active(one, now) for one in systems),
            "Every text is denied.",
        ),
        (
            "The carriers approved the campaign",
            bool(systems) and all(stands.campaign_approved(one, now) for one in systems),
            "Every text is denied.",
        ),
        (
            "Alerts reach e-mail or chat",
            alerts.get("smtp") or alerts.get("webhook"),
            "Coordinators see notices on the tasks page only.",
        ),
    ]
    for line in lines:
        if line["mode"] != "off":
            says = line["greeting_notice_on"] is not None
            found.append(
                (f"{line['name']}: the greeting says a text may follow", says, "First texts from this line are denied.")
            )
    return [{"name": name, "there": bool(there), "blocks": blocks} for name, there, blocks in found]


def _policy(body: Row) -> Row:
    numbers = [
        {"name": name, "says": says, "unit": unit, "least": least, "most": most, "value": body.get(name, DEFAULTS[name]),
         "default": DEFAULTS[name], "changed": body.get(name, DEFAULTS[name]) != DEFAULTS[name]}
        for name, (says, unit, least, most) in NUMBERS.items()
    ]  # fmt: skip
    choices = [
        {"name": name, "says": says, "options": list(options.items()), "value": body.get(name, DEFAULTS[name]),
         "default": options[DEFAULTS[name]], "changed": body.get(name, DEFAULTS[name]) != DEFAULTS[name]}
        for name, (says, options) in CHOICES.items()
    ]  # fmt: skip
    switches = [
        {"name": name, "says": says, "value": bool(body.get(name, DEFAULTS[name]))} for name, says in SWITCHES.items()
    ]
    return {"numbers": numbers, "choices": choices, "switches": switches}


def _wordings(about: Row, templates: list[Row]) -> list[Row]:
    filled = {
        "practice": about["alias"],
        "phone": about["phone"],
        "url": "https://…/p/1/k3Jd…",
        "window": "5:00 PM today",
    }
    for row in templates:
        shown = row["body"]
        for name, value in filled.items():
            shown = shown.replace("{" + name + "}", value)
        alphabet, units, parts = segments(shown.replace("…", "x"))
        row |= {
            "shown": shown,
            "alphabet": alphabet,
            "units": units,
            "parts": parts,
            "second": row["author"] != row["approver"],
        }
        row["reviewed"] = row["lang"] == "en" or bool(row["language_reviewer"])
    return templates


def _by(by: str, staff: dict[int, Row]) -> str:
    """Who saved a policy version, with their note; rows name staff by number."""
    found = re.fullmatch(r"staff (\d+)(.*)", by, re.DOTALL)
    return f"{staff[int(found[1])]['name']}{found[2]}" if found and int(found[1]) in staff else by


@require_GET
def setup(request: HttpRequest) -> HttpResponse:
    """The page."""
    visitor, now = visitor_of(request), clock.now()
    with access.practice(visitor.practice) as rows:
        about = practices.practice(rows)
        lines = practices.lines(rows)
        stands = standing(about["zone"], *registers.of(rows, about["zone"]))
        policy = practices.policy_body(rows, about["policy_version"])
        templates = practices.templates(rows)
        delays = practices.delays(rows, now - timedelta(days=7))
        lost = practices.not_understood(rows)
        staff = practices.staff(rows)
    facts = _facts(about, lines, stands, now)
    context = {
        "here": "setup",
        "strip": today.alarms(request) if routes.may(visitor.role, "today") else [],
        "lines": lines,
        "modes": [{"code": code, "says": says} for code, says in MODE_SAYS.items()],
        "facts": facts,
        "missing": sum(1 for fact in facts if not fact["there"]),
        "policy": _policy(policy["body"]),
        "policy_by": _by(policy["by"], staff),
        "policy_at": policy["at"],
        "wordings": _wordings(about, templates),
        "delays": delays,
        "lost": lost,
    }
    return render(request, "ringback/setup.html", context)


@require_POST
def line_mode(request: HttpRequest, line: int) -> HttpResponse:
    """Make one line live, shadow or off: the pilot, line by line (S33)."""
    visitor, where = visitor_of(request), reverse("setup")
    mode = request.POST.get("mode", "")
    if mode not in changes.MODES:
        return said(request, "Choose live, shadow or off.", tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        zone = practices.practice(rows)["zone"]
        if mode == "live" and not standing(zone, *registers.of(rows, zone)).officers_set(clock.now()):
            words = "Name a privacy and a security officer on the Compliance page first; then the line may go live."
            return said(request, words, tone="bad", fallback=where)
        if not changes.line_mode(rows, line, mode):
            raise Http404
    return said(request, f"The line is {mode} now.", fallback=where)


@require_POST
def kill(request: HttpRequest) -> HttpResponse:
    """Switch all texting off, or on again; on again wants the word."""
    visitor, where = visitor_of(request), reverse("setup")
    on = request.POST.get("kill") == "yes"
    if request.POST.get("sure") != "yes":
        return said(request, "Nothing was changed: confirm it first.", tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        changes.kill(rows, on)
    return said(request, "Texting is switched off." if on else "Texting is on again.", fallback=where)


@require_POST
def policy(request: HttpRequest) -> HttpResponse:
    """Save changed values as a new policy version; running cases keep theirs."""
    visitor, where = visitor_of(request), reverse("setup")
    wanted: Row = {}
    for name, (says, _unit, least, most) in NUMBERS.items():
        given = request.POST.get(name, "").strip()
        if given == "":
            continue
        if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
            return said(request, f"{says}: a number from {least} to {most}.", tone="bad", fallback=where)
        wanted[name] = int(given)
    for name, (says, options) in CHOICES.items():
        given = request.POST.get(name, "")
        if given and given not in options:
            return said(request, f"{says}: no such choice.", tone="bad", fallback=where)
        if given:
            wanted[name] = given
    if request.POST.get("switches") == "yes":
        wanted |= {name: request.POST.get(name) == "yes" for name in SWITCHES}
    note = request.POST.get("note", "").strip()[:400]
    with access.practice(visitor.practice) as rows:
        about = practices.practice(rows)
        body = practices.policy_body(rows, about["policy_version"])["body"]
        changed = {name: value for name, value in wanted.items() if body.get(name, DEFAULTS[name]) != value}
        if not changed:
            return said(request, "Nothing was changed.", fallback=where)
        lower = [
            name for name, value in changed.items() if isinstance(value, bool | int) and protect.lowered(name, value)
        ]
        if lower:
            # C84: one person alone never lowers a protection, whatever the note says.
            return said(
                request,
                f"{protect.PROTECTED[lower[0]].says}: that takes two officers and an end. Propose it on the Compliance page.",
                tone="bad",
                fallback=where,
            )
        manager = changed.get("manager_after", body.get("manager_after", DEFAULTS["manager_after"]))
        if manager >= changed.get("breach_after", body.get("breach_after", DEFAULTS["breach_after"])):
            return said(request, "The manager must be told before the breach.", tone="bad", fallback=where)
        kept = {name: (None if value == DEFAULTS[name] else value) for name, value in changed.items()}
        version = changes.policy(rows, kept, f"staff {visitor.staff}" + (f": {note}" if note else ""), clock.now())
    return said(request, f"Saved as version {version}. New cases follow it; running ones keep theirs.", fallback=where)
