"""How long a person still has for a task, in the time that counts: opening hours, or the wall clock where life runs on it.

A task due after lunch is not due "in two hours" when one of them is lunch. What is said is opening time; `runs` is False
while the practice is closed and the clock stands still.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ringback.core import hours
from ringback.core.hours import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """`length` is never negative; `late` says on which side of the due moment it lies. `opening`: it counts opening time
    and that differs from the wall clock's answer. `starts`: when a clock that stands still runs again."""

    length: timedelta
    late: bool
    opening: bool = False
    runs: bool = True
    starts: datetime | None = None


def left(open_: Hours | None, now: datetime, due: datetime, *, wall: bool = False) -> Left:
    """What is left until `due`, or how long it has passed. `open_` None or `wall`: by the wall clock alone."""
    late = due <= now
    by_wall = abs(due - now)
    if wall or open_ is None or not hours.ever_open(open_, now):
        return Left(length=by_wall, late=late)
    counted = hours.business_between(open_, due, now) if late else hours.business_between(open_, now, due)
    runs = hours.is_open(open_, now)
    return Left(
        length=counted,
        late=late,
        opening=by_wall - counted >= timedelta(minutes=1),
        runs=runs,
        starts=None if runs else hours.next_open(open_, now),
    )
