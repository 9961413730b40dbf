"""What people owe and what is looked at: training (C69), access (C10), audit (C26), devices (C12), emergency access (C8)."""

from __future__ import annotations

from datetime import datetime, timedelta

from ringback.core.office import devices, training
from ringback.core.office.dates import YEAR, begins, business_days, day_of, ends, monday
from ringback.core.office.status import NOTICE, WEEK, made, periodic, told_day
from ringback.core.office.values import Member, Registers, State, Status

ACCESS, STALE = timedelta(days=90), timedelta(days=45)


def people(held: Registers, now: datetime) -> list[Status]:
    """Training (C69), access reviews and stale accounts (C10)."""
    today = day_of(now, held.zone)
    owes = [
        one
        for member in held.members
        if member.active
        for one in training.owed(member, held.modules, held.attested, today, held.zone)
    ]
    late, blocked = [one for one in owes if one.overdue(today)], {one.staff for one in owes if one.blocks(today)}
    first = min(owes, key=lambda one: one.due_on, default=None)
    if not training.current(held.modules, today):
        state, due = periodic(None, YEAR, now, held.began_at)
        trained = made(
            "training",
            "C69",
            "Training and policies",
            state,
            None,
            due,
            "no module is published",
            "Publish a module or a policy.",
            "modules",
        )
    else:
        due_by = ends(first.due_on, held.zone) if first else None
        soon = due_by is not None and now >= due_by - NOTICE
        who = f"{len({one.staff for one in late})} people are overdue" if late else "nobody is overdue"
        why = who + (f", {len(blocked)} may not see patients" if blocked else "")
        trained = made(
            "training",
            "C69",
            "Training and policies",
            "red" if late else "due" if soon else "green",
            None,
            due_by,
            why,
            "Remind them; they do it on their training page.",
            "training",
        )
    signed = [one.signed_at for one in held.reviews if one.signed_at is not None]
    begun = any(one.signed_at is None for one in held.reviews)
    state, due = periodic(max(signed, default=None), ACCESS, now, held.began_at, timedelta(days=14))
    why = (f"signed {told_day(max(signed), held)}" if signed else "never signed") + (
        ", one is begun and not signed" if begun else ""
    )
    review = made(
        "access_review",
        "C10",
        "Access review",
        state,
        max(signed, default=None),
        due,
        why,
        "Go through everybody's role and sign.",
        "access",
    )
    old = stale(held, now)
    open_ = [one for one in old if one.enabled]
    unused = made("stale_accounts", "C10", "Unused accounts are closed", "red" if open_ else "green", None, None,
                     f"{len(open_)} unused for 45 days and open" if open_ else f"none is open; {len(old)} closed by itself" if old else "none is unused for 45 days",
                     "Close the account, or let the person sign in.", "access")  # fmt: skip
    return [trained, review, unused]


def stale(held: Registers, now: datetime) -> list[Member]:
    """Active members whose account nobody has used for 45 days."""
    return [
        one
        for one in held.members
        if one.active and one.has_account and one.last_seen is not None and now - one.last_seen >= STALE
    ]


def audit_review(held: Registers, now: datetime) -> Status:
    """Last week's audit sample was looked at and signed (C26)."""
    this = monday(day_of(now, held.zone))
    began = monday(day_of(held.began_at, held.zone))
    last = this - WEEK
    week, unsigned = began, []
    while week <= last:
        if week not in held.audit_weeks:
            unsigned.append(week)
        week += WEEK
    due = begins(this + WEEK, held.zone)
    if not unsigned:
        return made(
            "audit_review", "C26", "Weekly audit review", "green", None, due, "every week is signed", "", "audit"
        )
    old = [one for one in unsigned if one < last]
    why = f"{len(unsigned)} week{'s are' if len(unsigned) > 1 else ' is'} unsigned, the oldest from {unsigned[0].isoformat()}"
    return made(
        "audit_review",
        "C26",
        "Weekly audit review",
        "red" if old else "due",
        None,
        due,
        why,
        "Look at the sample and what the rules found, then sign.",
        "audit",
    )


def device_list(held: Registers, now: datetime) -> Status:
    """Every device in use is managed (C12)."""
    used = [one for one in held.devices if one.revoked_at is None and one.lost_at is None]
    weak = [one for one in used if not devices.managed(one, day_of(now, held.zone))]
    if not held.devices:
        state, due = periodic(None, YEAR, now, held.began_at)
        return made(
            "devices",
            "C12",
            "Devices",
            state,
            None,
            due,
            "no device is on record: every browser may look, none may download",
            "Enter the devices that staff use.",
            "devices",
        )
    why = (
        f"{len(weak)} of {len(used)} lack a lock, an encrypted disk or this year's check"
        if weak
        else f"{len(used)} in use, all managed"
    )
    return made(
        "devices",
        "C12",
        "Devices",
        "due" if weak else "green",
        None,
        None,
        why,
        "Set them right and enter the day of the check; until then they may not download.",
        "devices",
    )


def glasses(held: Registers, now: datetime) -> Status:
    """Emergency access is looked at by the next business day (C8)."""
    dues = [glass_due(one.began_at, held) for one in held.glasses if one.reviewed_at is None]
    late = [one for one in dues if now >= one]
    state: State = "red" if late else "due" if dues else "green"
    why = f"{len(dues)} not looked at yet" if dues else "every one was looked at"
    return made(
        "break_glass",
        "C8",
        "Emergency access is reviewed",
        state,
        None,
        min(dues, default=None),
        why,
        "Look at what was opened and sign.",
        "emergency",
    )


def glass_due(at: datetime, held: Registers) -> datetime:
    """When an emergency access has to have been looked at: the end of the next business day."""
    return ends(business_days(day_of(at, held.zone), 1, held.closed_days), held.zone)
