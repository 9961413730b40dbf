"""Decide: (case, event, policy, now) -> (case, effects, why). One literal table; a pair that is not in it is 'nothing'.

`RULES` is the specification. Its keys are a phase and what happened: an event's type, or, when time is up, the clock
that ran out. The diagram and the rule list of docs/life-of-a-case.md are made from it. Nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ringback.core import (
    effects,
    events,
    rules_calls,
    rules_fate,
    rules_secure,
    rules_staff,
    rules_texts,
    rules_time,
    tasks,
)
from ringback.core.case import Case, Phase, Tick, past, with_clock, without_clock
from ringback.core.effects import Effect
from ringback.core.events import Event
from ringback.core.policy import Policy
from ringback.core.rules import Decision, Rule, nothing, notice

__all__ = ["RULES", "Decision", "decide", "new_case"]

Key = tuple[Phase, type[Any] | Tick]
SETTLING, WAITING, WORKING, URGENT, CLOSED = (
    Phase.SETTLING,
    Phase.WAITING,
    Phase.WORKING,
    Phase.URGENT,
    Phase.CLOSED,
)

RULES: Mapping[Key, Rule] = {
    # a case begins
    (Phase.NEW, events.CallEnded): rules_calls.first_call,
    (Phase.NEW, events.TextReceived): rules_texts.text,
    (Phase.NEW, events.VoicemailHeard): rules_calls.voicemail,
    # the settle window: the one hold
    (SETTLING, events.CallEnded): rules_calls.redial,
    (SETTLING, events.TextReceived): rules_texts.text,
    (SETTLING, events.VoicemailHeard): rules_calls.voicemail,
    (SETTLING, events.OptedOut): rules_staff.opted_out,
    (SETTLING, events.CaseClosed): rules_staff.closed_by_hand,
    (SETTLING, events.TaskClaimed): rules_staff.claimed,
    (SETTLING, events.TaskReleased): rules_staff.released,
    (SETTLING, events.TaskTried): rules_staff.tried,
    (SETTLING, events.TaskDone): rules_staff.done,
    (SETTLING, Tick.SETTLE): rules_time.settled,
    (SETTLING, Tick.DUE): rules_time.overdue,
    (SETTLING, Tick.LEASE): rules_time.lease_over,
    (SETTLING, Tick.RETRY): rules_time.retry,
    # waiting on the patient
    (WAITING, events.CallEnded): rules_calls.later_call,
    (WAITING, events.TextReceived): rules_texts.text,
    (WAITING, events.VoicemailHeard): rules_calls.voicemail,
    (WAITING, events.TextFailed): rules_fate.failed,
    (WAITING, events.VisitBooked): rules_staff.booked,
    (WAITING, events.VisitAsked): rules_staff.asked,
    (WAITING, events.OptedOut): rules_staff.opted_out,
    (WAITING, events.CaseClosed): rules_staff.closed_by_hand,
    (WAITING, events.StaffReplied): rules_staff.replied,
    (WAITING, events.SecureSent): rules_secure.sent,
    (WAITING, events.SecureSeen): rules_secure.seen,
    (WAITING, events.SecureAsked): rules_secure.asked,
    (WAITING, events.LanguageChosen): rules_secure.tongue,
    (WAITING, Tick.REPLY): rules_time.no_reply,
    (WAITING, Tick.CLOSE): rules_time.over,
    # a person's clock runs
    (WORKING, events.CallEnded): rules_calls.later_call,
    (WORKING, events.TextReceived): rules_texts.text,
    (WORKING, events.VoicemailHeard): rules_calls.voicemail,
    (WORKING, events.TextFailed): rules_fate.failed,
    (WORKING, events.VisitBooked): rules_staff.booked,
    (WORKING, events.VisitAsked): rules_staff.asked,
    (WORKING, events.OptedOut): rules_staff.opted_out,
    (WORKING, events.CaseClosed): rules_staff.closed_by_hand,
    (WORKING, events.StaffReplied): rules_staff.replied,
    (WORKING, events.SecureSent): rules_secure.sent,
    (WORKING, events.SecureSeen): rules_secure.seen,
    (WORKING, events.SecureAsked): rules_secure.asked,
    (WORKING, events.LanguageChosen): rules_secure.tongue,
    (WORKING, events.TaskClaimed): rules_staff.claimed,
    (WORKING, events.TaskReleased): rules_staff.released,
    (WORKING, events.TaskTried): rules_staff.tried,
    (WORKING, events.TaskDone): rules_staff.done,
    (WORKING, events.RefillProcessed): rules_staff.refill_done,
    (WORKING, Tick.OPENING): rules_time.opening,
    (WORKING, Tick.REPLY): rules_time.no_reply,
    (WORKING, Tick.CALLBACK): rules_time.flagged_late,
    (WORKING, Tick.GUARD): rules_time.guarded,
    (WORKING, Tick.PROMISE): rules_time.promised,
    (WORKING, Tick.DUE): rules_time.overdue,
    (WORKING, Tick.LEASE): rules_time.lease_over,
    (WORKING, Tick.RETRY): rules_time.retry,
    # urgent: the wall clock
    (URGENT, events.CallEnded): rules_calls.call_while_urgent,
    (URGENT, events.TextReceived): rules_texts.text,
    (URGENT, events.VoicemailHeard): rules_calls.voicemail,
    (URGENT, events.TextFailed): rules_fate.failed,
    (URGENT, events.VisitBooked): rules_staff.booked,
    (URGENT, events.VisitAsked): rules_staff.asked,
    (URGENT, events.OptedOut): rules_staff.opted_out,
    (URGENT, events.CaseClosed): rules_staff.closed_by_hand,
    (URGENT, events.StaffReplied): rules_staff.replied,
    (URGENT, events.SecureSent): rules_secure.sent,
    (URGENT, events.SecureSeen): rules_secure.seen,
    (URGENT, events.SecureAsked): rules_secure.asked,
    (URGENT, events.LanguageChosen): rules_secure.tongue,
    (URGENT, events.PageAcknowledged): rules_staff.acknowledged,
    (URGENT, events.PageFailed): rules_staff.page_failed,
    (URGENT, events.UrgentCalledBack): rules_staff.called_back,
    (URGENT, events.TaskClaimed): rules_staff.claimed,
    (URGENT, events.TaskReleased): rules_staff.released,
    (URGENT, events.TaskTried): rules_staff.tried,
    (URGENT, events.TaskDone): rules_staff.done,
    (URGENT, events.RefillProcessed): rules_staff.refill_done,
    (URGENT, Tick.PAGE): rules_time.page_again,
    (URGENT, Tick.MANAGER): rules_time.not_called,
    (URGENT, Tick.BREACH): rules_time.breached,
    (URGENT, Tick.CALLBACK): rules_time.flagged_late,
    (URGENT, Tick.GUARD): rules_time.guarded,
    (URGENT, Tick.PROMISE): rules_time.promised,
    (URGENT, Tick.DUE): rules_time.overdue,
    (URGENT, Tick.LEASE): rules_time.lease_over,
    (URGENT, Tick.RETRY): rules_time.retry,
    # closed: nothing but a stop is heard
    (CLOSED, events.OptedOut): rules_fate.stopped_later,
    (CLOSED, events.TextFailed): rules_fate.failed_later,
}


def new_case(*, id: str, practice: int, line: int, policy_version: int) -> Case:
    """A case about which nothing has been decided yet."""
    return Case(id=id, practice=practice, line=line, policy=policy_version)


def decide(case: Case, event: Event, policy: Policy, now: datetime) -> Decision:
    """What becomes of a case when something happens. Total: an unknown pair is 'nothing to do', and changes nothing."""
    if type(event) is events.TimeUp:
        return _time_up(case, policy, now)
    rule = RULES.get((case.phase, type(event)))
    if rule is None:
        return nothing(case)
    return balanced(case, rule(case, event, policy, now), policy, now)


def _time_up(case: Case, policy: Policy, now: datetime) -> Decision:
    """Fire every clock that has run out, in the fixed order; one that an earlier rule took away does not fire."""
    before = case
    wishes: list[Effect] = []
    whys: list[str] = []
    ready = past(case, now)
    if not ready:
        return nothing(case, "no clock has run out")
    for clock in ready:
        if clock not in case.clocks or case.phase is Phase.CLOSED:
            continue
        case = without_clock(case, clock.tick, subject=clock.subject)
        rule = RULES.get((case.phase, clock.tick))
        if rule is None:
            continue
        decision: Decision = rule(case, clock, policy, now)
        if decision.nothing:
            continue
        case = decision.case
        wishes += decision.effects
        whys.append(decision.why)
    why = "; ".join(whys) or "a clock ran out; nothing was left to do"
    return balanced(before, Decision(case=case, effects=tuple(wishes), why=why), policy, now)


# The order in which wishes are carried out: a stop and a cancelling come before the one text that is still allowed.
ORDER: Mapping[type[Any], int] = {
    effects.Suppress: 0,
    effects.Unsuppress: 0,
    effects.CancelTexts: 1,
    effects.Page: 2,
    effects.SendText: 3,
    effects.Alert: 4,
}
LOUD = frozenset({"high", "urgent"})


def balanced(before: Case, decision: Decision, policy: Policy, now: datetime) -> Decision:
    """The books, settled in this one place after every rule.

    A closed case has no clocks and no open tasks, and exactly one closure. Each open task has its due clock, so that an
    open case always has a next moment; should one have none, a person gets it. Urgent and high tasks are announced.
    """
    if decision.nothing:
        return decision if decision.case is before else replace(decision, case=before)
    case = decision.case
    if case.phase is not Phase.CLOSED:
        if case.tasks:
            case = _timed(case, now)
        if not case.clocks:
            case, _ = tasks.open_task(case, "other", policy, now)
            phase = case.phase if case.phase is Phase.URGENT else Phase.WORKING
            case = replace(case, phase=phase)
    elif case.clocks or tasks.open_tasks(case) or case.closure is None:
        raise AssertionError("a case is closed by `close` alone")
    wishes = decision.effects
    if case.phase is not Phase.CLOSED and case.tasks is not before.tasks:
        wishes = (*wishes, *_announced(before, case, wishes))
    if len(wishes) > 1:
        wishes = tuple(sorted(wishes, key=lambda wish: ORDER[type(wish)]))
    if case is decision.case and wishes is decision.effects:
        return decision
    return Decision(case=case, effects=wishes, why=decision.why)


def _timed(case: Case, now: datetime) -> Case:
    timed = {clock.subject for clock in case.clocks if clock.tick is Tick.DUE}
    for task in tasks.open_tasks(case):
        if task.id not in timed:
            case = with_clock(case, Tick.DUE, max(task.due, now + timedelta(minutes=1)), task.id)
    return case


def _announced(before: Case, case: Case, wishes: tuple[Effect, ...]) -> list[Effect]:
    known = {task.id for task in before.tasks}
    told = {wish.task for wish in wishes if type(wish) is effects.Alert}
    fresh = [task for task in tasks.open_tasks(case) if task.id not in known and task.id not in told]
    # An urgent call-back is paged, which is louder than any notice.
    return [notice(t.queue, t.kind, t.id) for t in fresh if t.priority in LOUD and t.kind != "urgent_callback"]
