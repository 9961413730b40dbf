"""Rules for what people do: staff claim, try and finish tasks; clinicians acknowledge and call back; patients book."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ringback.core import tasks
from ringback.core.case import Case, Closure, Phase, TaskState, Tick, with_clock, without_clock
from ringback.core.effects import CancelTexts, Effect, Page, SendText, Suppress
from ringback.core.events import (
    CaseClosed,
    OptedOut,
    PageAcknowledged,
    PageFailed,
    RefillProcessed,
    StaffReplied,
    TaskClaimed,
    TaskDone,
    TaskReleased,
    TaskTried,
    UrgentCalledBack,
    VisitAsked,
    VisitBooked,
)
from ringback.core.policy import Policy
from ringback.core.rules import Decision, after_work, close, nothing, notice, to_person

ENDS = {
    "booked": (Closure.BOOKED, "booked with staff"),
    "reached": (Closure.REACHED, "the caller was reached"),
    "resolved": (Closure.RESOLVED, "resolved by staff"),
    "unreached_with_plan": (Closure.UNREACHED_WITH_PLAN, "not reached; a plan is noted"),
    "unrecovered": (Closure.UNRECOVERED, "not reached"),
    "opted_out": (Closure.OPTED_OUT, "opted out by staff"),
    "wrong_number": (Closure.SUPPRESSED, "wrong number, said by the person who answered"),
}
URGENT_TICKS = (Tick.PAGE, Tick.MANAGER, Tick.BREACH)


def claimed(case: Case, event: TaskClaimed, policy: Policy, now: datetime) -> Decision:
    """Somebody takes a task; the lease gives it back when they do not finish."""
    task = tasks.find(case, event.task)
    if task is None:
        return nothing(case, "the task is done already")
    if task.state is TaskState.CLAIMED and task.owner != event.by:
        return nothing(case, "somebody else has this task")
    until = now + timedelta(minutes=policy.lease)
    case = tasks.put(case, replace(task, state=TaskState.CLAIMED, owner=event.by, lease_until=until))
    return Decision(case=with_clock(case, Tick.LEASE, until, task.id), why=f"task {task.id} was taken")


def released(case: Case, event: TaskReleased, policy: Policy, now: datetime) -> Decision:
    """A task is given back."""
    task = tasks.find(case, event.task)
    if task is None:
        return nothing(case, "the task is done already")
    case = tasks.put(case, replace(task, state=TaskState.OPEN, owner="", lease_until=None))
    return Decision(case=without_clock(case, Tick.LEASE, subject=task.id), why=f"task {task.id} was given back")


def tried(case: Case, event: TaskTried, policy: Policy, now: datetime) -> Decision:
    """A call reached nobody: the attempt counts, and the next is due in 10 to 15 minutes (S124)."""
    task = tasks.find(case, event.task)
    if task is None:
        return nothing(case, "the task is done already")
    urgent = task.kind == "urgent_callback"
    moment = now + timedelta(minutes=policy.retry)
    if not urgent:
        moment = tasks.business(policy, now, policy.retry)
    tries = task.attempts + 1
    used_up = tries >= policy.attempts and not urgent
    task = replace(
        task,
        state=TaskState.OPEN,
        owner="",
        lease_until=None,
        attempts=tries,
        not_before=None if used_up else moment,
        needs_disposition=used_up,
    )
    case = without_clock(tasks.put(case, task), Tick.LEASE, Tick.RETRY, subject=task.id)
    left = ", voicemail left" if event.left_voicemail else ""
    if used_up:
        effects = (
            notice(task.queue, "disposition_needed", task.id),
            notice("manager", "not_reached", task.id),
        )
        why = f"try {tries} reached nobody{left}; somebody has to say how it ends"
        return Decision(case=case, effects=effects, why=why)
    case = with_clock(case, Tick.RETRY, moment, task.id)
    return Decision(case=case, why=f"try {tries} reached nobody{left}; again in {policy.retry} minutes")


def done(case: Case, event: TaskDone, policy: Policy, now: datetime) -> Decision:
    """A task is finished with its disposition; the case closes with it unless other work remains."""
    task = tasks.find(case, event.task)
    ending = ENDS.get(event.disposition)
    if task is None or ending is None:
        return nothing(case, "the task is done already" if task is None else "no such disposition")
    if task.kind == "refill" and event.disposition == "resolved":
        return refill_done(case, RefillProcessed(task=event.task, by=event.by, at=event.at), policy, now)
    if event.disposition == "opted_out":
        if task.kind != "opt_out_check":
            return nothing(case, "no such disposition for this task")
        # The words that looked like a stop were one: a person has read them or asked (C28).
        case = tasks.finish(case, task, event.disposition, now)
        return opted_out(case, OptedOut(source="staff", at=event.at), policy, now)
    case = tasks.finish(case, task, event.disposition, now)
    if task.kind == "flagged_callback":
        case = replace(without_clock(case, Tick.CALLBACK), flagged=False)
    effects: tuple[Effect, ...] = ()
    if event.disposition == "wrong_number":
        case = replace(case, opted_out=True, opted_out_at=now)
        effects = (Suppress(source="staff", wrong_number=True), CancelTexts(why="wrong number"))
    if task.kind == "urgent_callback" and case.urgent is not None:
        case = _called(case, event.by, now)
    if event.disposition == "booked" or task.kind in ("reschedule", "protect_visit"):
        case = without_clock(case, Tick.GUARD)
    closure, reason = ending
    return after_work(case, closure, reason, now, *effects)


def _called(case: Case, by: str, now: datetime) -> Case:
    assert case.urgent is not None
    urgent = replace(
        case.urgent, acked_at=case.urgent.acked_at or now, acked_by=case.urgent.acked_by or by, called_at=now
    )
    return replace(without_clock(case, *URGENT_TICKS), urgent=urgent)


def acknowledged(case: Case, event: PageAcknowledged, policy: Policy, now: datetime) -> Decision:
    """A deliberate press: paging stops, the patient is told once, the clocks to the call-back run on (decision 7)."""
    urgent = case.urgent
    if urgent is None or urgent.acked_at is not None:
        return nothing(case, "acknowledged already")
    case, effects = _acknowledge(case, event.by, now)
    return Decision(case=case, effects=effects, why="acknowledged: paging stops, the call-back clock runs")


def _acknowledge(case: Case, by: str, now: datetime) -> tuple[Case, tuple[Effect, ...]]:
    """Paging stops and the patient is told once; after a stop only if no other status was sent (decision 5)."""
    urgent = case.urgent
    assert urgent is not None
    effects: tuple[Effect, ...] = ()
    if not urgent.status_sent and not (case.opted_out and urgent.nobody_told):
        effects = (SendText(purpose="urgent_acknowledged", basis="status_after_urgent", reply_to_at=urgent.since),)
        urgent = replace(urgent, status_sent=True)
    case = replace(case, urgent=replace(urgent, acked_at=now, acked_by=by))
    for task in tasks.open_tasks(case):
        if task.kind == "urgent_callback" and task.state is TaskState.OPEN:
            case = tasks.put(case, replace(task, owner=by))
    return without_clock(case, Tick.PAGE), effects


def page_failed(case: Case, event: PageFailed, policy: Policy, now: datetime) -> Decision:
    """Nobody could be paged: officer and manager are told, and the patient gets one honest line."""
    urgent = case.urgent
    if urgent is None or urgent.acked_at is not None:
        return nothing(case)
    if not event.reason.startswith("oncall"):
        return nothing(case, "the on-call list is still being paged")
    if urgent.nobody_told:
        return nothing(case, "officer and manager know already")
    effects: tuple[Effect, ...] = (
        Page(role="officer", turn=0),
        notice("manager", "nobody_on_call"),
        SendText(purpose="urgent_nobody", basis="status_after_urgent", reply_to_at=urgent.since),
    )
    case = replace(case, urgent=replace(urgent, nobody_told=True))
    return Decision(
        case=case,
        effects=effects,
        why="nobody could be paged: officer and manager are told, and so is the patient",
    )


def called_back(case: Case, event: UrgentCalledBack, policy: Policy, now: datetime) -> Decision:
    """A clinician spoke with the person, or tried to."""
    if case.urgent is None:
        return nothing(case)
    task = next((t for t in tasks.open_tasks(case) if t.kind == "urgent_callback"), None)
    if not event.reached:
        if task is None:
            return nothing(case)
        told: tuple[Effect, ...] = ()
        if case.urgent.acked_at is None:
            case, told = _acknowledge(case, event.by, now)
        decision = tried(case, TaskTried(task=task.id, by=event.by, at=event.at), policy, now)
        return replace(decision, effects=(*told, *decision.effects))
    if task is not None:
        case = tasks.finish(case, task, "reached", now)
    return after_work(_called(case, event.by, now), Closure.REACHED, "a clinician spoke with the caller", now)


def booked(case: Case, event: VisitBooked, policy: Policy, now: datetime) -> Decision:
    """The patient booked or changed the visit with their own hand: any resolution closes the case."""
    told = notice("scheduling", f"{event.kind}_by_patient")
    case = without_clock(replace(case, booked=True), Tick.GUARD, Tick.REPLY)
    for task in tasks.open_tasks(case):
        if task.queue == "scheduling":
            case = tasks.finish(case, task, "booked", now, TaskState.DROPPED)
    return after_work(case, Closure.BOOKED, "booked by the patient", now, told)


def asked(case: Case, event: VisitAsked, policy: Policy, now: datetime) -> Decision:
    """The patient asked for a time on the own page and a person confirms it."""
    case = to_person(case, policy, now, "confirm_visit")
    return Decision(
        case=case,
        effects=(notice("scheduling", f"{event.kind}_asked"),),
        why="asked for a time on the page: a person confirms it",
    )


def opted_out(case: Case, event: OptedOut, policy: Policy, now: datetime) -> Decision:
    """A stop by voice, paper, web or staff: the same ledger, at once (C28)."""
    settling = case.phase is Phase.SETTLING
    case = replace(without_clock(case, Tick.OPENING), opted_out=True, opted_out_at=now)
    effects: tuple[Effect, ...] = (Suppress(source=event.source), CancelTexts(why="opt-out"))
    if settling:
        case = to_person(without_clock(case, Tick.SETTLE), policy, now)
        return Decision(
            case=case,
            effects=effects,
            why=f"opted out by {event.source}; the missed call still gets a person",
        )
    if tasks.open_tasks(case):
        phase = case.phase if case.phase is Phase.URGENT else Phase.WORKING
        case = replace(without_clock(case, Tick.REPLY, Tick.SETTLE), phase=phase)
        return Decision(case=case, effects=effects, why=f"opted out by {event.source}; open work stays")
    ended = close(case, Closure.OPTED_OUT, f"opted out by {event.source}", now)
    return Decision(case=ended.case, effects=effects, why=ended.why)


def refill_done(case: Case, event: RefillProcessed, policy: Policy, now: datetime) -> Decision:
    """The refill is processed: the patient is told as promised (S46), then the case ends."""
    task = tasks.find(case, event.task)
    if task is None:
        return nothing(case, "the task is done already")
    if task.kind != "refill":
        return nothing(case, "that task is no refill")
    case = tasks.finish(case, task, "resolved", now)
    effects: tuple[Effect, ...] = ()
    if case.last_inbound_at is not None and not case.opted_out:
        sent = SendText(
            purpose="refill_done",
            basis="reply_to_inbound",
            reply_to=case.last_inbound,
            reply_to_at=case.last_inbound_at,
        )
        effects = (sent,)
    told = "the refill is done: the patient is told" if effects else "the refill is done"
    if tasks.open_tasks(case):  # nobody has spoken with the caller yet, so a call that is due stays due
        return Decision(case=case, effects=effects, why=f"{told}; other work remains")
    if not effects:
        return after_work(case, Closure.RESOLVED, told, now)
    # At night the gate holds this text until the morning, and a closed case would cancel it: the case waits a day.
    case = replace(without_clock(case, Tick.REPLY, Tick.GUARD), phase=Phase.WAITING)
    case = with_clock(case, Tick.CLOSE, now + timedelta(hours=24), "refill")
    return Decision(case=case, effects=effects, why=told)


def replied(case: Case, event: StaffReplied, policy: Policy, now: datetime) -> Decision:
    """A person's own words go to the caller, as an answer to what the caller wrote; clocks and tasks stay as they are."""
    if case.opted_out:
        return nothing(case, "the caller asked for no more texts; call instead")
    if case.last_inbound_at is None:
        return nothing(case, "the caller has not written, so there is nothing to answer by text; call instead")
    sent = SendText(
        purpose="staff_reply", basis="staff_reply", reply_to=event.message, reply_to_at=case.last_inbound_at
    )
    return Decision(case=case, effects=(sent,), why="staff wrote to the caller")


def closed_by_hand(case: Case, event: CaseClosed, policy: Policy, now: datetime) -> Decision:
    """A person closes the case; an urgent one only after somebody has acknowledged it."""
    if case.urgent is not None and case.urgent.acked_at is None:
        return nothing(case, "an urgent case is closed only after it was acknowledged")
    return close(case, event.closure, event.reason or "closed by staff", now)
