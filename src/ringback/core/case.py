"""A case is one caller's wish to reach the practice, from the first missed call to one closure.

It is a flat value: open clocks, tasks and the urgent round travel inside it, so that the next moment anything can
happen (`due`) is computed in one place. It holds ids, moments and field terms, never names, numbers or words.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any


class Phase(StrEnum):
    """Where a case stands. `new` is a case that has not been decided about yet."""

    NEW = "new"
    SETTLING = "settling"
    WAITING = "waiting"
    WORKING = "working"
    URGENT = "urgent"
    CLOSED = "closed"


class Caller(StrEnum):
    """Who is calling, as far as the number tells."""

    UNMATCHED = "unmatched"
    PATIENT = "patient"
    HOUSEHOLD = "household"
    STAFF = "staff"
    OWN = "own"
    EXTENSION = "extension"
    WITHHELD = "withheld"
    UNTEXTABLE = "untextable"
    BLOCKED = "blocked"


class Workflow(StrEnum):
    """Which of the four sequences applies (S68..S72)."""

    NEW_PATIENT = "new_patient"
    CALLBACK = "callback"
    RESCHEDULE = "reschedule"
    GENERAL = "general"


class Closure(StrEnum):
    """How a case, and each of its calls, ended."""

    ANSWERED = "answered"
    CALLED_BACK_IN = "called_back_in"
    BOOKED = "booked"
    RESOLVED = "resolved"
    REACHED = "reached"
    UNREACHED_WITH_PLAN = "unreached_with_plan"
    UNRECOVERED = "unrecovered"
    OPTED_OUT = "opted_out"
    SUPPRESSED = "suppressed"


class Tick(StrEnum):
    """What a clock is for. The order here is the order in which clocks of one moment fire."""

    SETTLE = "settle"  # the caller may redial and be answered
    OPENING = "opening"  # a first text held to opening time (decision 4)
    PAGE = "page"  # nobody has acknowledged: page the next one
    MANAGER = "manager"  # acknowledged but not called back: the manager is told
    BREACH = "breach"  # sixty minutes: the breach is written down
    REPLY = "reply"  # no reply to our text: a person calls
    CALLBACK = "callback"  # a flagged call-back not done: the manager is told (S87)
    GUARD = "guard"  # reschedule not done and the visit is near (S92)
    PROMISE = "promise"  # a moment named in a text to the patient
    DUE = "due"  # a task's due moment; subject is the task
    LEASE = "lease"  # a claimed task falls free again; subject is the task
    RETRY = "retry"  # call again; subject is the task
    CLOSE = "close"  # everything is done; the last text may still be on its way


TICK_ORDER = {tick: place for place, tick in enumerate(Tick)}


@dataclass(frozen=True, slots=True, kw_only=True, order=False)
class Clock:
    """One pending moment. `subject` names the task or promise it belongs to."""

    tick: Tick
    at: datetime
    subject: str = ""


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Work for a person: queue, kind, owner, due by SLA, lease, attempts, disposition.

    `id` is unique within the case (`t1`, `t2`, ...). `priority` is urgent, high, routine or informational.
    `needs_disposition`: the tries are used up, somebody has to say how it ends.
    """

    id: str
    queue: str
    kind: str
    priority: str
    opened_at: datetime
    due: datetime
    state: TaskState = TaskState.OPEN
    owner: str = ""
    lease_until: datetime | None = None
    attempts: int = 0
    overdue: bool = False
    disposition: str = ""
    done_at: datetime | None = None
    not_before: datetime | None = None
    needs_disposition: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """The urgent round: since when, how many pages went out, who acknowledged and who called back.

    `status_sent`: the patient was told that a person has seen the message; `nobody_told`: that nobody was reached yet.
    """

    since: datetime
    pages: int = 0
    acked_at: datetime | None = None
    acked_by: str = ""
    called_at: datetime | None = None
    breached: bool = False
    status_sent: bool = False
    nobody_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The whole state of one case. Policy version is kept so that a later edit never changes a running case."""

    id: str
    practice: int
    line: int
    phase: Phase = Phase.NEW
    caller: Caller = Caller.UNMATCHED
    workflow: Workflow = Workflow.GENERAL
    policy: int = 0
    opened_at: datetime | None = None
    last_call_at: datetime | None = None
    calls: int = 0
    clocks: tuple[Clock, ...] = ()
    tasks: tuple[Task, ...] = ()
    urgent: Urgent | None = None
    lang: str = ""
    asked: str = ""
    texted_at: datetime | None = None
    unprompted: int = 0
    replied_at: datetime | None = None
    last_inbound_at: datetime | None = None
    opted_out: bool = False
    opted_out_at: datetime | None = None
    next_visit: datetime | None = None
    flagged: bool = False
    intents: tuple[str, ...] = ()
    voicemail: bool = False
    shadow: bool = False
    attestation: str = ""
    booked: bool = False
    last_inbound: str = ""
    did_you_book: bool = False
    promised: bool = False
    closure: Closure | None = None
    closure_reason: str = ""
    closed_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.phase is not Phase.CLOSED


if TYPE_CHECKING:
    changed = replace
else:
    _NAMES = tuple(field.name for field in fields(Case))
    _VALUES = attrgetter(*_NAMES)
    _SET = {name: getattr(Case, name).__set__ for name in _NAMES}
    _SETTERS = tuple(_SET.values())

    def changed(case: Case, /, **changes: Any) -> Case:
        """A copy of a case with some fields changed: `dataclasses.replace` in half its time, on the busiest path."""
        new = object.__new__(Case)
        for put, value in zip(_SETTERS, _VALUES(case), strict=True):
            put(new, value)
        for name, value in changes.items():
            _SET[name](new, value)
        return new


def due(case: Case) -> datetime | None:
    """The next moment anything can happen by itself: the earliest open clock, None when closed."""
    if case.phase is Phase.CLOSED or not case.clocks:
        return None
    return min(clock.at for clock in case.clocks)


def past(case: Case, now: datetime) -> tuple[Clock, ...]:
    """Clocks that have run out, in the fixed order in which they fire."""
    ready = (clock for clock in case.clocks if clock.at <= now)
    return tuple(sorted(ready, key=lambda clock: (clock.at, TICK_ORDER[clock.tick], clock.subject)))


def with_clock(case: Case, tick: Tick, at: datetime, subject: str = "") -> Case:
    """Set a clock, replacing one of the same kind and subject."""
    kept = tuple(c for c in case.clocks if not (c.tick is tick and c.subject == subject))
    return changed(case, clocks=(*kept, Clock(tick=tick, at=at, subject=subject)))


def without_clock(case: Case, *ticks: Tick, subject: str | None = None) -> Case:
    """Drop clocks of these kinds (of one subject, when given)."""
    kept = tuple(c for c in case.clocks if c.tick not in ticks or (subject is not None and c.subject != subject))
    return case if len(kept) == len(case.clocks) else changed(case, clocks=kept)
