"""A policy is one version of a practice's rules of time, as plain values; a running case keeps the version it began with.

Defaults are the sources' (S68..S95) as decided (D1..D20 and decisions 1..11). Times are minutes unless the name says
otherwise. Business time is counted by `hours` of the line's location; urgent runs on the wall clock (D16).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ringback.core.hours import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """How soon a person acts on one kind of task. `same_day` also ends it at the close of that business day."""

    queue: str
    minutes: int
    priority: str = "routine"
    wall: bool = False
    same_day: bool = False


SLAS: Mapping[str, Sla] = {
    "booking": Sla(queue="scheduling", minutes=15, priority="high"),
    "reschedule": Sla(queue="scheduling", minutes=120),
    "protect_visit": Sla(queue="scheduling", minutes=30, priority="high", wall=True),
    "possible_appointment_cancel": Sla(queue="scheduling", minutes=120, priority="high"),
    "billing": Sla(queue="billing", minutes=240),
    "refill": Sla(queue="clinical", minutes=240, same_day=True),
    "records": Sla(queue="front_desk", minutes=240),
    "referral": Sla(queue="front_desk", minutes=240),
    "results": Sla(queue="clinical", minutes=240),
    "clinical": Sla(queue="clinical", minutes=240),
    "informational": Sla(queue="front_desk", minutes=1440, priority="informational"),
    "callback": Sla(queue="front_desk", minutes=240),
    "new_patient_callback": Sla(queue="scheduling", minutes=15, priority="high"),
    "flagged_callback": Sla(queue="clinical", minutes=30, priority="high"),
    "urgent_callback": Sla(queue="clinical", minutes=30, priority="urgent", wall=True),
    "voicemail": Sla(queue="front_desk", minutes=60),
    "interpreter": Sla(queue="front_desk", minutes=60, priority="high"),
    "opt_out_check": Sla(queue="front_desk", minutes=240),
    "other": Sla(queue="front_desk", minutes=240),
    "confirm_visit": Sla(queue="scheduling", minutes=15, priority="high"),
    "text_fate_unknown": Sla(queue="front_desk", minutes=30, priority="high"),
    "after_stop": Sla(queue="front_desk", minutes=240),
    "secure_unread": Sla(queue="front_desk", minutes=480, priority="informational"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of a practice's (and its location's) rules."""

    version: int = 1
    hours: Hours
    settle_seconds: int = 15
    episode_minutes: int = 30
    night_first: Literal["send", "hold"] = "send"
    hold_at_most_hours: int = 12
    first_text: Literal["by_workflow", "same"] = "by_workflow"
    menu: Literal["digits", "words"] = "digits"
    second_text: bool = False
    voicemail_link: bool = False
    booking: Literal["own_page", "outside_link"] = "own_page"
    too_late_minutes: int = 60
    reply_gate: int = 120
    callback_due: int = 240
    page_every: int = 2
    officer_from_page: int = 3
    nobody_after_page: int = 5
    manager_after: int = 45
    breach_after: int = 60
    flagged_manager_after: int = 45
    guard_after: int = 240
    guard_visit_within: int = 48 * 60
    reschedule_visit_within_days: int = 14
    lease: int = 15
    retry: int = 12
    attempts: int = 3
    slas: Mapping[str, Sla] = field(default_factory=lambda: SLAS)
