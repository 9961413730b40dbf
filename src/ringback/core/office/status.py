"""How a duty is told: something regular with its next day, and the line the page shows."""

from __future__ import annotations

from datetime import datetime, timedelta

from ringback.core.office.dates import Period, after, day_of
from ringback.core.office.values import Registers, State, Status

FIRST, NOTICE, WEEK = timedelta(days=30), timedelta(days=30), timedelta(days=7)


def periodic(
    last: datetime | None, every: Period, now: datetime, began: datetime, notice: timedelta = NOTICE
) -> tuple[State, datetime]:
    """How something regular stands and by when it is next due."""
    if last is None:
        first = began + FIRST
        return ("red" if now >= first else "not_set"), first
    due = after(last, every)
    return ("red" if now >= due else "due" if now >= due - notice else "green"), due


def told_day(at: datetime | None, held: Registers) -> str:
    return day_of(at, held.zone).isoformat() if at else ""


def made(
    duty: str,
    control: str,
    title: str,
    state: State,
    since: datetime | None,
    due: datetime | None,
    why: str,
    mend: str,
    place: str,
) -> Status:
    told = mend if state != "green" else ""
    return Status(
        duty=duty, control=control, title=title, state=state, since=since, due_by=due, why=why, mend=told, place=place
    )
