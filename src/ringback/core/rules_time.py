"""Rules for clocks that ran out: windows, gates, pages, leases, promises. One rule a clock; the case fires them in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ringback.core import hours, tasks
from ringback.core.case import (
    Case,
    Clock,
    Closure,
    Phase,
    TaskState,
    Tick,
    Workflow,
    changed,
    with_clock,
    without_clock,
)
from ringback.core.consent import CALLBACK
from ringback.core.effects import Effect, Page, SendText
from ringback.core.policy import Policy
from ringback.core.rules import Decision, after_work, nothing, notice, open_now, to_person


def settled(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """The settle window is over and nobody answered a redial: the first text goes, chosen by workflow and hour."""
    if case.opted_out:
        return Decision(case=to_person(case, policy, now), why="the person asked for no texts; a person calls back")
    if case.last_call_at is not None and now - case.last_call_at > timedelta(minutes=policy.too_late_minutes):
        return Decision(case=to_person(case, policy, now), why="too late for a text; a person calls back")
    closed = not open_now(policy, now)
    if closed and policy.night_first == "hold":
        case = to_person(case, policy, now)
        opening, called = _opening(policy, now), case.last_call_at or now
        if opening is not None and opening - called <= timedelta(hours=policy.hold_at_most_hours):
            case = with_clock(case, Tick.OPENING, opening)
        return Decision(case=case, why="closed: a task is open now and the text waits for opening time")
    busy = case.flagged or bool(tasks.open_tasks(case))
    phase = Phase.WORKING if busy else Phase.WAITING
    clocks = case.clocks
    if not busy:
        clocks = (*clocks, Clock(tick=Tick.REPLY, at=tasks.business(policy, now, policy.reply_gate)))
    case, first = _first(case, now, closed, phase=phase, clocks=clocks)
    effects: tuple[Effect, ...] = (first,)
    why = "nobody answered and no redial: the first text goes" + (" (closed)" if closed else "")
    if case.workflow is Workflow.NEW_PATIENT:
        effects = (first, notice("scheduling", "new_caller_texted"))
    if case.flagged:
        case = to_person(case, policy, now, "flagged_callback")
        why += "; a call-back was already promised, so a task is open too"
    return Decision(case=case, effects=effects, why=why)


def _opening(policy: Policy, now: datetime) -> datetime | None:
    try:
        return hours.next_open(policy.hours, now)
    except hours.NeverOpen:
        return None


def _first(case: Case, now: datetime, closed: bool, **more: Any) -> tuple[Case, SendText]:
    case = changed(case, texted_at=now, unprompted=case.unprompted + 1, asked="menu", **more)
    purpose = "first_closed" if closed else "first"
    return case, SendText(purpose=purpose, basis="greeting_notice", unprompted=True)


def opening(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """Opening time: the first text that was held goes now, if the caller still waits."""
    if case.unprompted or case.replied_at is not None or case.opted_out:
        return Decision(case=case, why="opening time; the text is not needed any more")
    if case.last_call_at is not None and now - case.last_call_at > timedelta(hours=policy.hold_at_most_hours):
        return Decision(case=case, why="opening time; too late for a text")
    case, first = _first(case, now, not open_now(policy, now))
    return Decision(case=case, effects=(first,), why="opening time: the text held over night goes")


def no_reply(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """No reply within the gate (S81): a person calls, and where policy and consent allow it a second text goes."""
    if (
        case.asked == "booking_link"
        and policy.booking == "outside_link"
        and not case.did_you_book
        and not case.opted_out
    ):
        return _did_you_book(case, policy, now)
    rest = max(0, policy.callback_due - policy.reply_gate)
    kind = "reschedule" if case.workflow is Workflow.RESCHEDULE else "callback"
    if case.asked in ("booking_link", "did_you_book") and kind == "callback":
        kind = "booking"
    queue = "scheduling" if case.workflow is Workflow.NEW_PATIENT else ""
    case, task = tasks.open_task(case, kind, policy, now, due=tasks.business(policy, now, rest), queue=queue)
    effects: list[Effect] = [notice(task.queue, "no_reply", task.id)]
    if policy.second_text and case.unprompted == 1 and case.replied_at is None and not case.opted_out:
        case = replace(case, unprompted=2)
        effects.append(SendText(purpose="second", basis=f"consent:{CALLBACK}", unprompted=True))
    case = replace(case, phase=Phase.WORKING)
    return Decision(case=case, effects=tuple(effects), why=f"no answer to our text: task {task.id}, a person calls")


def _did_you_book(case: Case, policy: Policy, now: datetime) -> Decision:
    """A booking made on somebody else's page leaves no trace here, so the patient is asked once."""
    case = changed(case, did_you_book=True, asked="did_you_book")
    case = with_clock(case, Tick.REPLY, tasks.business(policy, now, policy.reply_gate))
    ask = SendText(
        purpose="did_you_book",
        basis="reply_to_inbound",
        reply_to=case.last_inbound,
        reply_to_at=case.last_inbound_at,
    )
    return Decision(
        case=case,
        effects=(ask,),
        why="the link went out and nobody here can see a booking: the patient is asked",
    )


def page_again(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """Nobody has acknowledged: the next on the list is paged, from the third page on the named officer too."""
    urgent = case.urgent
    if urgent is None or urgent.acked_at is not None:
        return nothing(case)
    effects: list[Effect] = [Page(role="oncall", turn=urgent.pages)]
    pages = urgent.pages + 1
    if pages >= policy.officer_from_page:
        effects.append(Page(role="officer", turn=pages - policy.officer_from_page))
    if pages >= policy.nobody_after_page and not urgent.nobody_told:
        effects.append(_status("urgent_nobody", case))
        urgent = replace(urgent, nobody_told=True)
    case = replace(case, urgent=replace(urgent, pages=pages))
    case = with_clock(case, Tick.PAGE, now + timedelta(minutes=policy.page_every))
    officer = " and the officer" if pages >= policy.officer_from_page else ""
    return Decision(
        case=case, effects=tuple(effects), why=f"not acknowledged: page {pages} to the next on call{officer}"
    )


def not_called(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """Forty-five minutes and the patient was not called back: the manager is paged."""
    if case.urgent is None or case.urgent.called_at is not None:
        return nothing(case)
    effects: tuple[Effect, ...] = (Page(role="manager", turn=0), notice("manager", "urgent_not_called_back"))
    return Decision(case=case, effects=effects, why="urgent and not called back: the manager is told")


def breached(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """Sixty minutes: the breach is written down, and said to the officer; an unanswered patient is told the truth."""
    urgent = case.urgent
    if urgent is None or urgent.called_at is not None:
        return nothing(case)
    effects: list[Effect] = [notice("officer", "urgent_breach")]
    if urgent.acked_at is None and not urgent.nobody_told:
        effects.append(_status("urgent_nobody", case))
        urgent = replace(urgent, nobody_told=True)
    case = replace(case, urgent=replace(urgent, breached=True))
    return Decision(case=case, effects=tuple(effects), why="an hour without a call-back: the breach is recorded")


def _status(purpose: str, case: Case) -> SendText:
    assert case.urgent is not None
    return SendText(purpose=purpose, basis="status_after_urgent", reply_to_at=case.urgent.since)


def flagged_late(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """The call-back that was promised is not done after 45 minutes (S87): the manager is told."""
    if not any(task.kind == "flagged_callback" for task in tasks.open_tasks(case)):
        return nothing(case)
    return Decision(
        case=case,
        effects=(notice("manager", "callback_not_done"),),
        why="the call-back is not done: the manager is told",
    )


def guarded(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """The visit is near and not changed yet (S92): a high-priority task protects the slot."""
    if case.next_visit is not None and case.next_visit < now:
        return nothing(case, "the visit is over")
    case, task = tasks.open_task(case, "protect_visit", policy, now)
    phase = case.phase if case.phase is Phase.URGENT else Phase.WORKING
    case = replace(without_clock(case, Tick.REPLY), phase=phase)
    return Decision(
        case=case,
        effects=(notice("scheduling", "protect_visit", task.id),),
        why="the visit is within two days and not changed: a person calls first of all",
    )


def promised(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """A moment that a text named has come and the task is not done: the manager is told (promise tracker)."""
    task = tasks.find(case, clock.subject)
    if task is None:
        return nothing(case)
    return Decision(
        case=case,
        effects=(notice("manager", "promise_missed", task.id),),
        why=f"a text promised task {task.id} by now",
    )


def overdue(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """A task is past due: it is pushed to its queue and the manager, and again every four business hours.

    An urgent call-back is pushed again every half hour, day and night.
    """
    task = tasks.find(case, clock.subject)
    if task is None:
        return nothing(case)
    case = tasks.put(case, replace(task, overdue=True))
    urgent = task.kind == "urgent_callback"
    again = now + timedelta(minutes=30) if urgent else tasks.business(policy, now, 240)
    case = with_clock(case, Tick.DUE, again, task.id)
    effects = (notice(task.queue, "overdue", task.id), notice("manager", "overdue", task.id))
    return Decision(
        case=case, effects=effects, why=f"task {task.id} is overdue: pushed to {task.queue} and the manager"
    )


def lease_over(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """A claimed task that nobody finished falls free again."""
    task = tasks.find(case, clock.subject)
    if task is None or task.state is not TaskState.CLAIMED:
        return nothing(case)
    case = tasks.put(case, replace(task, state=TaskState.OPEN, owner="", lease_until=None))
    return Decision(
        case=case, effects=(notice(task.queue, "free_again", task.id),), why=f"task {task.id} is free again"
    )


def retry(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """Ten to fifteen minutes after a call that reached nobody it is time for the next try (S124)."""
    task = tasks.find(case, clock.subject)
    if task is None:
        return nothing(case)
    case = tasks.put(case, replace(task, not_before=None))
    return Decision(
        case=case,
        effects=(notice(task.queue, "try_again", task.id),),
        why=f"task {task.id}: time to try again",
    )


def over(case: Case, clock: Clock, policy: Policy, now: datetime) -> Decision:
    """Everything is done and the last answer is out: the case ends."""
    if tasks.open_tasks(case) or (case.urgent is not None and case.urgent.called_at is None):
        return nothing(case)
    reason = {"refill": "the refill is done and the patient was told", "secure": "the secure message was read"}.get(
        clock.subject, "answered"
    )
    return after_work(case, Closure.RESOLVED, reason, now)
