"""From rows to what the live page shows: words for phases, clocks and closures; who called; what comes next."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ringback.demo.practice import LINES, NAMES, STAFF, WEEKS, ZONE
from ringback.engine import clock

PHASES = {
    "settling": "settling", "waiting": "texted", "working": "with staff", "urgent": "urgent", "closed": "closed", "new": "new",
}  # fmt: skip
NEXT = {
    "settle": "then the text goes, unless they redial and are answered",
    "opening": "then the practice opens and the text may go",
    "page": "then the next person is paged",
    "manager": "then the manager is told",
    "breach": "then the breach is written down",
    "reply": "without a reply a person calls",
    "callback": "then the manager is told",
    "guard": "then the visit is guarded by a person",
    "promise": "a promise to the patient is due",
    "due": "then the task is overdue",
    "lease": "then the task falls free again",
    "retry": "then the call is tried again",
}
CLOSURES = {
    "answered": "Answered", "called_back_in": "Called back in", "booked": "Booked", "resolved": "Resolved",
    "reached": "Reached", "unreached_with_plan": "Not reached, with a plan", "unrecovered": "Not recovered",
    "opted_out": "Opted out", "suppressed": "No text, with its reason",
}  # fmt: skip
ICONS = {
    "CallEnded": "call", "VoicemailHeard": "voice", "TextReceived": "in", "TextFailed": "stop", "TimeUp": "clock",
    "TaskClaimed": "task", "TaskReleased": "task", "TaskTried": "call", "TaskDone": "done", "PageAcknowledged": "done",
    "PageFailed": "stop", "UrgentCalledBack": "call", "VisitBooked": "done", "VisitAsked": "in", "OptedOut": "stop",
    "RefillProcessed": "done", "CaseClosed": "done",
}  # fmt: skip
WORKFLOWS = {
    "new_patient": "new caller",
    "callback": "call-back owed",
    "reschedule": "change of visit",
    "general": "general",
}
SHOWN_STEPS = 4


def pretty(number: str) -> str:
    """A number as people read it."""
    found = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number)
    return f"({found[1]}) {found[2]}-{found[3]}" if found else number or "hidden number"


def who(number: str) -> str:
    """The caller's name where the directory's made-up people include the number."""
    return NAMES.get(number, "") or "Unknown caller"


def initials(name: str) -> str:
    return (
        "".join(word[0] for word in name.split()[:2]).upper() if name not in ("Unknown caller", "A new caller") else "?"
    )


def wall_time(at: datetime) -> str:
    local = at.astimezone(ZoneInfo(ZONE))
    return f"{local.hour % 12 or 12}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'}"


def short_time(at: datetime) -> str:
    local, now = at.astimezone(ZoneInfo(ZONE)), clock.now().astimezone(ZoneInfo(ZONE))
    day = "" if local.date() == now.date() else f"{local:%a} "
    return f"{day}{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


def case(row: dict[str, Any]) -> dict[str, Any]:
    """One case as the wall shows it."""
    state = row["state"] if isinstance(row["state"], dict) else json.loads(row["state"])
    clocks = sorted(state.get("clocks", []), key=lambda one: one["at"])
    first = clocks[0] if clocks and row["phase"] != "closed" else None
    name = who(row["number"])
    steps = [
        {
            "id": step["id"],
            "icon": ICONS.get(step["event"], "clock"),
            "why": step["why"],
            "at": wall_time(step["at"]),
            "did": _did(step["effects"]),
        }
        for step in row["steps"]
    ]
    denied = [text for text in row["texts"] if text["state"] in ("denied", "held", "failed", "uncertain")]
    open_tasks = [
        {
            **task,
            "kind_words": task["kind"].replace("_", " "),
            "queue_words": task["queue"].replace("_", " "),
            "by": short_time(task["due"]),
        }
        for task in row["tasks"]
        if task["state"] in ("open", "claimed")
    ]
    return {
        "id": row["id"],
        "name": name,
        "initials": initials(name),
        "number": pretty(row["number"]),
        "line": list(LINES.values())[row["line"] - 1] if 0 < row["line"] <= len(LINES) else "",
        "phase": row["phase"],
        "phase_words": PHASES.get(row["phase"], row["phase"]),
        "workflow": WORKFLOWS.get(row["workflow"], row["workflow"]),
        "next": NEXT.get(first["tick"], "") if first else "",
        "next_at": first["at"] if first else "",
        "earlier": steps[:-SHOWN_STEPS],
        "steps": steps[-SHOWN_STEPS:],
        "denied": denied[-1:] if denied else [],
        "tasks": open_tasks,
        "done": sum(1 for task in row["tasks"] if task["state"] == "done"),
        "closure": row["closure"] or "",
        "closure_words": CLOSURES.get(row["closure"] or "", ""),
        "reason": row["closure_reason"],
        "delivered": sum(1 for text in row["texts"] if text["state"] in ("sent", "delivered")),
    }


def _did(effects: Any) -> list[str]:
    """The wishes of a step as short tags."""
    wishes = effects if isinstance(effects, list) else json.loads(effects or "[]")
    tags = []
    for wish in wishes:
        if "send" in wish:
            tags.append(f"text: {wish['send'].replace('_', ' ')}")
        elif "page" in wish:
            tags.append(f"page: {wish['page'].replace('oncall', 'on call')}")
        elif "alert" in wish:
            tags.append(f"alert: {wish['alert'].replace('_', ' ')}")
        elif "suppress" in wish:
            tags.append("no more texts")
        elif "cancel_texts" in wish:
            tags.append("pending texts cancelled")
    return tags


def notice(row: dict[str, Any]) -> dict[str, Any]:
    """One page or alert as the pager shows it."""
    staff = next((one for one in STAFF if one.id == row["staff"]), None)
    return {
        "id": row["id"],
        "page": row["kind"] == "page",
        "open": row["kind"] == "page"
        and row["state"] in ("queued", "sent", "failed", "nobody")
        and row["phase"] == "urgent",
        "acknowledged": row["state"] == "acknowledged",
        "state": row["state"],
        "to": staff.name if staff else row["role"].replace("_", " ").replace("oncall", "on call"),
        "role": row["role"].replace("_", " ").replace("oncall", "on call"),
        "about": row["about"].replace("_", " "),
        "at": wall_time(row["created_at"]),
        "acked": wall_time(row["acked_at"]) if row["acked_at"] else "",
        "short": str(row["case_id"])[-6:] if row["case_id"] else "",
        "case": row["case_id"],
        "error": row["error"],
    }


def sites() -> list[dict[str, Any]]:
    """Which sites are open at the moved clock."""
    now = clock.now().astimezone(ZoneInfo(ZONE))
    wall = f"{now:%H:%M}"
    return [
        {"name": name, "open": any(start <= wall < end for start, end in WEEKS[place][now.weekday()])}
        for place, name in enumerate(LINES.values(), 1)
    ]


def moved() -> str:
    """How far the clock was moved, in words; empty when it is the real one."""
    shift = clock.shift()
    if abs(shift) < timedelta(seconds=30):
        return ""
    minutes = round(abs(shift).total_seconds() / 60)
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    words = " ".join(f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n)
    return f"{words} {'ahead' if shift > timedelta(0) else 'behind'}"


def mark(html: str) -> str:
    """A short name for a piece of the page, so that only what changed is sent."""
    return hashlib.sha256(html.encode()).hexdigest()[:12]
