"""Decide: (case, event, policy, now) -> (case, effects, why). One literal table; a pair that is not in it is 'nothing'.

`RULES` is the specification. Its keys are a phase and what happened: an event's type, or, when time is up, the clock
that ran out. The diagram and the rule list of docs/life-of-a-case.md are made from it. Nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ringback.core import events, rules_calls, rules_staff, rules_texts, rules_time, tasks
from ringback.core.case import Case, Clock, Phase, Tick, past, with_clock, without_clock
from ringback.core.effects import Effect
from ringback.core.policy import Policy
from ringback.core.rules import Decision, Rule, nothing

__all__ = ["RULES", "Decision", "decide", "new_case"]

Key = tuple[Phase, type[Any] | Tick]
SETTLING, WAITING, WORKING, URGENT = Phase.SETTLING, Phase.WAITING, Phase.WORKING, Phase.URGENT

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
    (WAITING, events.TextFailed): rules_texts.failed,
    (WAITING, events.VisitBooked): rules_staff.booked,
    (WAITING, events.VisitAsked): rules_staff.asked,
    (WAITING, events.OptedOut): rules_staff.opted_out,
    (WAITING, events.CaseClosed): rules_staff.closed_by_hand,
    (WAITING, Tick.REPLY): rules_time.no_reply,
    (WAITING, Tick.GUARD): rules_time.guarded,
    (WAITING, Tick.CLOSE): rules_time.over,
    # a person's clock runs
    (WORKING, events.CallEnded): rules_calls.later_call,
    (WORKING, events.TextReceived): rules_texts.text,
    (WORKING, events.VoicemailHeard): rules_calls.voicemail,
    (WORKING, events.TextFailed): rules_texts.failed,
    (WORKING, events.VisitBooked): rules_staff.booked,
    (WORKING, events.VisitAsked): rules_staff.asked,
    (WORKING, events.OptedOut): rules_staff.opted_out,
    (WORKING, events.CaseClosed): rules_staff.closed_by_hand,
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
    (WORKING, Tick.CLOSE): rules_time.over,
    # urgent: the wall clock
    (URGENT, events.CallEnded): rules_calls.call_while_urgent,
    (URGENT, events.TextReceived): rules_texts.text,
    (URGENT, events.VoicemailHeard): rules_calls.voicemail,
    (URGENT, events.TextFailed): rules_texts.failed,
    (URGENT, events.VisitBooked): rules_staff.booked,
    (URGENT, events.OptedOut): rules_staff.opted_out,
    (URGENT, events.CaseClosed): rules_staff.closed_by_hand,
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
}


def new_case(*, id: str, practice: int, line: int, policy_version: int) -> Case:
    """A case about which nothing has been decided yet."""
    return Case(id=id, practice=practice, line=line, policy=policy_version)


def decide(case: Case, event: Any, policy: Policy, now: datetime) -> Decision:
    """What becomes of a case when something happens. Total: an unknown pair is 'nothing to do', and changes nothing."""
    if isinstance(event, events.TimeUp):
        return _time_up(case, policy, now)
    rule = RULES.get((case.phase, type(event)))
    if rule is None:
        return nothing(case)
    return balanced(rule(case, event, policy, now), policy, now)


def _time_up(case: Case, policy: Policy, now: datetime) -> Decision:
    """Fire every clock that has run out, in the fixed order; one that an earlier rule took away does not fire."""
    effects: list[Effect] = []
    whys: list[str] = []
    for clock in past(case, now):
        if clock not in case.clocks or case.phase is Phase.CLOSED:
            continue
        case = without_clock(case, clock.tick, subject=clock.subject)
        rule = RULES.get((case.phase, clock.tick))
        if rule is None:
            continue
        decision: Decision = rule(case, clock, policy, now)
        case = decision.case
        if not decision.nothing:
            effects += decision.effects
            whys.append(decision.why)
    if not whys:
        return Decision(case=balanced(Decision(case=case), policy, now).case, why="a clock ran out; nothing was left to do")
    return balanced(Decision(case=case, effects=tuple(effects), why="; ".join(whys)), policy, now)


def balanced(decision: Decision, policy: Policy, now: datetime) -> Decision:
    """What must hold after every rule: an open task has its due clock, an open case has a next moment, or a person."""
    case = decision.case
    if decision.nothing or case.phase in (Phase.CLOSED, Phase.NEW):
        return decision
    timed = {clock.subject for clock in case.clocks if clock.tick is Tick.DUE}
    for task in tasks.open_tasks(case):
        if task.id not in timed:
            case = with_clock(case, Tick.DUE, max(task.due, now + timedelta(minutes=1)), task.id)
    if not case.clocks:
        # No rule should leave an open case without a next moment; should one, a person gets it.
        case, _ = tasks.open_task(case, "other", policy, now)
        case = replace(case, phase=Phase.WORKING)
    return decision if case is decision.case else replace(decision, case=case)


def clock_of(case: Case, tick: Tick) -> Clock | None:
    """The case's clock of this kind, if it runs."""
    return next((clock for clock in case.clocks if clock.tick is tick), None)
