"""The role table: every route of the pages and who may use it. A route without a row is refused, and a test says so.

`ANYBODY` routes answer without a sign-in; what they show is guarded by what they themselves ask (a token, a button).
"""

from __future__ import annotations

from collections.abc import Mapping

ROLES = (
    "owner",
    "privacy_officer",
    "security_officer",
    "clinician",
    "nurse",
    "scheduler",
    "biller",
    "front_desk",
    "manager",
    "auditor",
    "integration",
)
ANYBODY: frozenset[str] = frozenset({"anybody"})
SIGNED_IN = frozenset(ROLES) - {"integration"}
# Those who work cases; an auditor looks on, a security officer sees how the house is set up, never patients.
WORKS = frozenset({"owner", "clinician", "nurse", "scheduler", "biller", "front_desk", "manager"})
SEES_CASES = WORKS | {"privacy_officer", "auditor"}
CLINICAL = frozenset({"owner", "clinician", "nurse", "manager"})
RUNS = frozenset({"owner", "manager"})
SEES_SET_UP = RUNS | {"privacy_officer", "security_officer", "auditor"}
STOPS = RUNS | {"privacy_officer", "security_officer"}

ROUTES: Mapping[str, frozenset[str]] = {
    "today": SEES_CASES,
    "today_lists": SEES_CASES,
    "urgent_strip": SEES_CASES,
    "case": SEES_CASES,
    "case_thread": SEES_CASES,
    "acknowledge": CLINICAL | {"front_desk", "scheduler"},
    "called_back": CLINICAL,
    "claim": WORKS,
    "release": WORKS,
    "tried": WORKS,
    "done": WORKS,
    "note": WORKS,
    "close": WORKS,
    "opt_out": WORKS | {"privacy_officer"},
    "refill_done": CLINICAL,
    "tasks": SEES_CASES,
    "task_lists": SEES_CASES,
    "next_task": WORKS,
    "on_call": SIGNED_IN,
    "on_call_add": RUNS | {"clinician", "nurse"},
    "on_call_remove": RUNS | {"clinician", "nurse"},
    "setup": SEES_SET_UP,
    "line_mode": RUNS,
    "kill": STOPS,
    "policy": RUNS,
    "directory": RUNS,
    "events": SIGNED_IN,
    "nav": SIGNED_IN,
    "sign_in": ANYBODY,
    "sign_in_link": ANYBODY,
    "sign_out": ANYBODY,
    "health": ANYBODY,
    # A patient's page: the token names one case, and name and birth date are asked before anything is shown.
    "patient": ANYBODY,
    # The on-call clinician's link: it shows an id and an age only.
    "ack": ANYBODY,
    # The demo's page shows a made-up practice and guards itself.
    "demo": ANYBODY,
    "demo_enter": ANYBODY,
    "demo_live": ANYBODY,
    "demo_call": ANYBODY,
    "demo_text": ANYBODY,
    "demo_clock": ANYBODY,
    "demo_acknowledge": ANYBODY,
    "demo_task": ANYBODY,
    "demo_scene": ANYBODY,
    "demo_reset": ANYBODY,
}

# Field masks (C2): what these roles see of a case beyond ids, moments and field terms.
READS_NUMBERS = WORKS | {"privacy_officer"}
READS_WORDS = WORKS | {"privacy_officer"}


def may(role: str, route: str) -> bool:
    """Whether this role may use this route; an unknown route is nobody's."""
    allowed = ROUTES.get(route, frozenset())
    return allowed is ANYBODY or role in allowed
