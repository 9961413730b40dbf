"""Every duty of the privacy officer with how it stands: the lines of the page *Compliance* and of `ringback compliance status`.

A duty that was never done is `not_set` for the first 30 days of a practice, then red. What is due within its notice time
is `due`. Nothing here says that a clinic is compliant; it says what is on record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from ringback.core.office.dates import HALF_YEAR, MONTH, YEAR, Period, ends
from ringback.core.office.duties_contracts import agreements, incidents, lowerings, officers
from ringback.core.office.duties_people import audit_review, device_list, glasses, people
from ringback.core.office.status import NOTICE, WEEK, made, periodic, told_day
from ringback.core.office.values import STATES, Registers, State, Status

PATCH = {"critical": timedelta(days=15), "high": timedelta(days=30)}
# duty: control, title, how often, notice before it is due, mend
REGULAR: dict[str, tuple[str, str, Period, timedelta, str]] = {
    "risk_analysis": ("C70", "Risk analysis", YEAR, NOTICE, "Go through the risk register and record the analysis."),
    "inventory": ("C71", "Asset inventory and network map", YEAR, NOTICE, "Take an inventory: the button on the Compliance page, or `ringback inventory --keep`."),
    "vulnerability_scan": ("C73", "Vulnerability scan", HALF_YEAR, NOTICE, "Have a scan done and record it with its findings."),
    "penetration_test": ("C73", "Penetration test", YEAR, NOTICE, "Have a penetration test done and record it with its findings."),
    "restore_drill": ("C72", "Restore drill", MONTH, WEEK, "Run the restore drill; it records its own result."),
    "incident_plan": ("C75", "Incident response plan tested", YEAR, NOTICE, "Walk through the plan with the team and record it."),
    "policy_review": ("C69", "Policies read through", YEAR, NOTICE, "Read the policies through and record it."),
}  # fmt: skip


def regular(held: Registers, now: datetime) -> list[Status]:
    """What has to be done again and again and was recorded as done. A try that failed does not count."""
    found = []
    for duty, (control, title, every, notice, mend) in REGULAR.items():
        times = sorted(one.at for one in held.deeds if one.duty == duty and one.good and one.at <= now)
        last = times[-1] if times else None
        state, due = periodic(last, every, now, held.began_at, notice)
        failed = [one for one in held.deeds if one.duty == duty and not one.good and (last is None or one.at > last)]
        why = f"last done {told_day(last, held)}" if last else "never recorded"
        if failed:
            state, why = "red", f"failed {told_day(max(one.at for one in failed), held)} and not done well since"
        found.append(made(duty, control, title, state, last, due, why, mend, "deeds"))
    return found


def findings(held: Registers, now: datetime) -> Status:
    """Critical weaknesses are mended within 15 days, high ones within 30 (C73)."""
    dues = [
        ends(one.found_on + PATCH[one.severity], held.zone)
        for one in held.findings
        if one.fixed_on is None and one.severity in PATCH
    ]
    late = [one for one in dues if now >= one]
    state: State = "red" if late else "due" if dues else "green"
    why = f"{len(late)} overdue of {len(dues)} open" if dues else "none critical or high is open"
    return made(
        "patches",
        "C73",
        "Weaknesses are mended in time",
        state,
        None,
        min(dues, default=None),
        why,
        "Mend it and enter the day.",
        "findings",
    )


def risks(held: Registers, now: datetime) -> Status:
    """Open risks are handled by their day (C70)."""
    dues = [ends(day, held.zone) for day in held.risks_due]
    late = [one for one in dues if now >= one]
    state: State = "red" if late else "due" if dues and now >= min(dues) - NOTICE else "green"
    why = f"{len(late)} overdue of {len(dues)} open" if dues else "none is open"
    return made(
        "risks",
        "C70",
        "Risks are handled in time",
        state,
        None,
        min(dues, default=None),
        why,
        "Mend the risk, or accept it with a reason.",
        "risks",
    )


RULES: tuple[Callable[[Registers, datetime], Status | list[Status]], ...] = (
    officers, agreements, incidents, glasses, people, audit_review, device_list, risks, findings, lowerings, regular,
)  # fmt: skip


def duties(held: Registers, now: datetime) -> list[Status]:
    """Every duty with how it stands, the worst first."""
    found: list[Status] = []
    for rule in RULES:
        told = rule(held, now)
        found += told if isinstance(told, list) else [told]
    return sorted(found, key=lambda one: (STATES.index(one.state), one.due_by or now + timedelta(days=36500)))


def worst(found: Iterable[Status]) -> State:
    """The state of the whole."""
    return min((one.state for one in found), key=STATES.index, default="green")
