"""Who answers for the practice and who works for it: officers (C75), agreements (C66), eligible services (C67),
incidents (C68), lowered protections (C84).
"""

from __future__ import annotations

from datetime import datetime

from ringback.core.office import eligible, protect
from ringback.core.office.dates import YEAR, begins, day_after, ends
from ringback.core.office.standing import CONTRACTS, REQUIRED, TEXTS, standing
from ringback.core.office.status import NOTICE, made, told_day
from ringback.core.office.values import Registers, State, Status


def officers(held: Registers, now: datetime) -> Status:
    """A privacy and a security officer are named (C75)."""
    found = standing(held.zone, (), held.officers, ())
    missing = [kind for kind in REQUIRED if not any(one.what == kind and one.holds(now) for one in found.officers)]
    state: State = "green" if not missing else "red" if held.live else "not_set"
    why = (
        "privacy and security officer are named"
        if not missing
        else f"no {' and no '.join(missing)} officer is named: no text goes out"
    )
    since = max((one.start for one in found.officers if one.holds(now)), default=None)
    return made(
        "officers",
        "C75",
        "Privacy and security officer",
        state,
        since,
        None,
        why,
        "Name them in the register of officers.",
        "officers",
    )


def agreements(held: Registers, now: datetime) -> list[Status]:
    """An agreement for every connected system, in force, listing what it is used for, verified within a year (C66, C67)."""
    found = []
    for system, services in sorted(held.carriers.items()):
        mine = [one for one in held.agreements if one.system == system and one.kind in CONTRACTS]
        live = [
            one
            for one in mine
            if begins(one.from_day, held.zone) <= now and (one.last_day is None or now < ends(one.last_day, held.zone))
        ]
        listed = frozenset[str]().union(*(one.services for one in live))
        title = f"Agreement (BAA) with {mine[0].vendor if mine else system}"
        duty, missing = f"baa_{system}", sorted(services - listed)
        stops = " No text goes out." if TEXTS in services and TEXTS in missing else ""
        if not live:
            over = [
                ends(one.last_day, held.zone)
                for one in mine
                if one.last_day is not None and ends(one.last_day, held.zone) <= now
            ]
            state: State = "red" if held.live or over else "not_set"
            why = (f"it ended {told_day(max(over), held)}." if over else "none is on record.") + stops
            found.append(
                made(
                    duty,
                    "C66",
                    title,
                    state,
                    max(over, default=None),
                    None,
                    why,
                    "Sign one and put it into the register.",
                    "agreements",
                )
            )
            continue
        if missing:
            names = ", ".join(eligible.SERVICES.get(name, name).lower() for name in missing)
            found.append(
                made(
                    duty,
                    "C66",
                    title,
                    "red",
                    None,
                    None,
                    f"it does not list {names}.{stops}",
                    "Have the service added, or take it out of use.",
                    "agreements",
                )
            )
            continue
        last = [ends(one.last_day, held.zone) for one in live if one.last_day is not None]
        until = max(last) if len(last) == len(live) else None
        verified = max(one.verified_on or one.from_day for one in live)
        check = begins(day_after(verified, YEAR), held.zone)
        due = min(filter(None, (until, check)))
        state = "red" if now >= check else "due" if now >= due - NOTICE else "green"
        why = f"in force{f' until {told_day(until, held)}' if until else ''}, last verified in writing {verified.isoformat()}"
        mend = (
            "Ask the vendor for this year's written verification and enter its day."
            if due == check
            else "Renew it before it ends."
        )
        found.append(
            made(
                duty,
                "C66",
                title,
                state,
                begins(min(one.from_day for one in live), held.zone),
                due,
                why,
                mend,
                "agreements",
            )
        )
        for one in live:
            wrong = eligible.problems(one, held.senders if TEXTS in services else ())
            if system in eligible.EXCLUDED:
                found.append(
                    made(
                        f"eligible_{system}", "C67", f"{one.vendor}: eligible services only", "red" if wrong else "green",
                        None, None, "; ".join(wrong) or "the account is flagged and only eligible services are listed",
                        "Mend it at the carrier, then in the register of agreements.", "agreements",
                    )
                )  # fmt: skip
                break
    return found


def incidents(held: Registers, now: datetime) -> Status:
    """The earliest clock of the open incidents (C68)."""
    if not held.incidents:
        return made("incidents", "C68", "Incidents", "green", None, None, "none is open", "", "incidents")
    due, says = min(held.incidents)
    state: State = "red" if now >= due else "due"
    return made(
        "incidents",
        "C68",
        "Incidents",
        state,
        None,
        due,
        f"{len(held.incidents)} open; next: {says}",
        "Do what the earliest clock says and note it.",
        "incidents",
    )


def lowerings(held: Registers, now: datetime) -> Status:
    """Exceptions that lower a protection, for as long as they last (C84)."""
    live = [one for one in held.lowerings if protect.active(one, now)]
    stuck = [one for one in held.lowerings if protect.over(one, now)]
    waiting = [one for one in held.lowerings if one.approved_at is None and one.ended_at is None]
    alone = sorted(held.lowered - {one.setting for one in [*live, *stuck]})
    state: State
    if alone:
        why, state = f"{', '.join(alone)}: lowered without two officers' approval", "red"
    elif stuck:
        why, state = f"{len(stuck)} ended and the default is not back yet", "red"
    elif live:
        why, state = f"{', '.join(sorted({one.setting for one in live}))} lowered for a while", "due"
    else:
        why, state = f"all at their defaults{f', {len(waiting)} proposed' if waiting else ''}", "green"
    due = min((one.expires_at for one in [*live, *stuck] if one.expires_at is not None), default=None)
    return made(
        "lowerings",
        "C84",
        "Protective settings",
        state,
        None,
        due,
        why,
        "Two officers approve it for a while, or the default is put back.",
        "settings",
    )
