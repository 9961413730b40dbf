"""What every rule is made of: a decision, and the few moves that several rules share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ringback.core import hours, tasks
from ringback.core.case import Case, Closure, Phase, TaskState, Tick, Urgent, with_clock, without_clock
from ringback.core.effects import Alert, CancelTexts, Effect, Page, SendText
from ringback.core.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a rule decided: the case as it is now, the wishes, and why. `nothing`: there was nothing to do."""

    case: Case
    effects: tuple[Effect, ...] = ()
    why: str = ""
    nothing: bool = False


# The best that was done for a caller is what the case is remembered by.
BEST = (
    Closure.BOOKED,
    Closure.REACHED,
    Closure.RESOLVED,
    Closure.UNREACHED_WITH_PLAN,
    Closure.UNRECOVERED,
    Closure.SUPPRESSED,
)
_BEST_NAMES = frozenset(closure.value for closure in BEST)
# Somebody spoke with the caller, or the caller no longer needs it: nobody has to call just to reach them.
MET = frozenset({Closure.BOOKED, Closure.REACHED, Closure.RESOLVED, Closure.SUPPRESSED})

Rule = Callable[[Case, Any, Policy, datetime], Decision]


def nothing(case: Case, why: str = "nothing to do") -> Decision:
    """The named result 'nothing to do'."""
    return Decision(case=case, why=why, nothing=True)


def close(case: Case, closure: Closure, reason: str, now: datetime, *effects: Effect, why: str = "") -> Decision:
    """End a case: open tasks are dropped, clocks stop, texts not handed over are cancelled; then the last wishes."""
    for task in tasks.open_tasks(case):
        case = tasks.finish(case, task, closure.value, now, TaskState.DROPPED)
    pending: tuple[Effect, ...] = (CancelTexts(why=closure.value),) if case.texted_at or case.replied_at else ()
    case = replace(
        case,
        phase=Phase.CLOSED,
        clocks=(),
        closure=closure,
        closure_reason=reason,
        closed_at=now,
        opened_at=case.opened_at or now,
    )
    return Decision(case=case, effects=(*pending, *effects), why=why or reason)


def callback_kind(case: Case) -> str:
    """The task by which a person reaches this caller."""
    if case.flagged:
        return "flagged_callback"
    return {"new_patient": "new_patient_callback", "reschedule": "reschedule"}.get(case.workflow.value, "callback")


def to_person(case: Case, policy: Policy, now: datetime, kind: str = "", due: datetime | None = None) -> Case:
    """Give the case to a person: a task is opened and nothing waits for the patient any more."""
    case, task = tasks.open_task(case, kind or callback_kind(case), policy, now, due=due)
    if task.kind == "flagged_callback" and task.opened_at == now:
        case = with_clock(case, Tick.CALLBACK, tasks.business(policy, now, policy.flagged_manager_after))
    phase = Phase.URGENT if case.phase is Phase.URGENT else Phase.WORKING
    return replace(without_clock(case, Tick.REPLY, Tick.CLOSE), phase=phase)


def waits(case: Case, policy: Policy, now: datetime) -> Case:
    """The patient has the next word; if none comes within the reply gate a person calls (business time)."""
    case = with_clock(case, Tick.REPLY, tasks.business(policy, now, policy.reply_gate))
    return replace(case, phase=Phase.WAITING)


def alarm(
    case: Case,
    policy: Policy,
    now: datetime,
    *,
    staffed: bool,
    reply_to: str,
    reply_to_at: datetime,
    textable: bool = True,
) -> tuple[Case, tuple[Effect, ...], str]:
    """Urgent words: page at once, answer with 911 and 988, open the call-back, start the urgent clocks (decision 7).

    Nobody is paged twice for one round; words that come after somebody acknowledged page again, because they may say
    that it got worse, but the clocks to the call-back are never pushed back.
    """
    purpose = "urgent" if staffed else "urgent_unstaffed"
    answer: tuple[Effect, ...] = (
        SendText(purpose=purpose, basis="urgent_answer", reply_to=reply_to, reply_to_at=reply_to_at),
    )
    before = case.urgent
    running = before is not None and before.called_at is None
    if not textable or (running and case.opted_out):
        answer = ()
    if before is not None and running:
        if before.acked_at is None:
            return case, answer, "urgent words again; the page is still out"
        urgent = replace(before, pages=before.pages + 1)
        again: tuple[Effect, ...] = (
            Page(role="oncall", turn=before.pages),
            Alert(role="clinical", about="urgent_again"),
        )
        return replace(case, urgent=urgent), (*again, *answer), "urgent words again: paged once more"
    turn = before.pages if before is not None else 0
    case, _ = tasks.open_task(case, "urgent_callback", policy, now)
    urgent = Urgent(since=reply_to_at, pages=turn + 1, nobody_told=not staffed)
    case = replace(
        without_clock(case, Tick.REPLY, Tick.SETTLE, Tick.OPENING, Tick.CLOSE),
        phase=Phase.URGENT,
        urgent=urgent,
    )
    case = with_clock(case, Tick.PAGE, now + timedelta(minutes=policy.page_every))
    case = with_clock(case, Tick.MANAGER, max(now, reply_to_at + timedelta(minutes=policy.manager_after)))
    case = with_clock(case, Tick.BREACH, max(now, reply_to_at + timedelta(minutes=policy.breach_after)))
    page: tuple[Effect, ...] = (Page(role="oncall", turn=turn),)
    if not staffed:
        page = (*page, Page(role="officer", turn=0), Alert(role="manager", about="nobody_on_call"))
        return (
            case,
            (*page, *answer),
            "urgent words and nobody is on call: the officer is paged, the manager told",
        )
    return case, (*page, *answer), "urgent words: the on-call clinician is paged now"


def guard(case: Case, policy: Policy, now: datetime) -> Case:
    """Watch over a visit that is near while the patient means to change it (S92)."""
    if case.next_visit is None:
        return case
    moment = now + timedelta(minutes=policy.guard_after)
    if not now <= case.next_visit <= moment + timedelta(minutes=policy.guard_visit_within):
        return case
    # A visit before the gate would pass unguarded: a person looks at once.
    return with_clock(case, Tick.GUARD, now if case.next_visit <= moment else moment)


def after_work(case: Case, closure: Closure, reason: str, now: datetime, *effects: Effect) -> Decision:
    """A task or an urgent round is over: the case closes unless somebody still has something to do."""
    if case.urgent is not None and case.urgent.called_at is None:
        return Decision(case=case, effects=effects, why=f"{reason}; the urgent call-back stays open")
    if closure in MET:
        case = tasks.drop_reaching(case, now, closure.value)
    if tasks.open_tasks(case):
        case = replace(without_clock(case, Tick.REPLY, Tick.SETTLE, Tick.OPENING), phase=Phase.WORKING)
        return Decision(case=case, effects=effects, why=f"{reason}; other work remains")
    best = min((closure, *_ends(case)), key=BEST.index)
    return close(case, best, reason, now, *effects)


def _ends(case: Case) -> list[Closure]:
    """What earlier finished tasks, or the patient's own hand, already brought about."""
    found = [Closure(t.disposition) for t in case.tasks if t.state is TaskState.DONE and t.disposition in _BEST_NAMES]
    return [Closure.BOOKED, *found] if case.booked else found


def open_now(policy: Policy, now: datetime) -> bool:
    """Whether the location is open."""
    return hours.is_open(policy.hours, now)


def notice(role: str, about: str, task: str = "") -> Alert:
    """Tell a role or queue."""
    return Alert(role=role, about=about, task=task)
