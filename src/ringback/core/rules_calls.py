"""Rules for calls and voicemail: a missed call opens a case, a redial that is answered ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ringback.core import tasks
from ringback.core.calls import Verdict
from ringback.core.case import Caller, Case, Closure, Phase, Tick, Workflow, with_clock
from ringback.core.effects import CancelTexts, Effect, SendText, Suppress
from ringback.core.events import CallEnded, CallerFacts, VoicemailHeard
from ringback.core.policy import Policy
from ringback.core.rules import Decision, alarm, close, nothing, to_person, waits

NOT_OURS = {
    Caller.STAFF: "a member of staff called",
    Caller.OWN: "one of the practice's own numbers called",
    Caller.EXTENSION: "an extension called",
    Caller.BLOCKED: "the number is blocked",
    Caller.WITHHELD: "the caller hid the number",
}


def met(case: Case, caller: CallerFacts, at: datetime) -> Case:
    """What is known of the caller goes into the case; several people on one phone stay several."""
    workflow = case.workflow
    if case.phase is Phase.NEW:
        if caller.flagged:
            workflow = Workflow.CALLBACK
        else:
            workflow = Workflow.NEW_PATIENT if caller.kind is Caller.UNMATCHED else Workflow.GENERAL
    return replace(
        case,
        caller=caller.kind,
        workflow=workflow,
        lang=case.lang or caller.lang,
        flagged=case.flagged or caller.flagged,
        next_visit=caller.next_visit or case.next_visit,
        opted_out=case.opted_out or caller.suppressed,
        opened_at=case.opened_at or at,
    )


def first_call(case: Case, event: CallEnded, policy: Policy, now: datetime) -> Decision:
    """A call that was missed opens a case; who called decides whether it settles, goes to a person, or ends at once."""
    caller = event.caller
    case = replace(met(case, caller, now), calls=1, last_call_at=event.at, shadow=event.shadow)
    if event.verdict is Verdict.ANSWERED:
        return close(case, Closure.ANSWERED, event.why, now)
    if event.verdict is Verdict.INTERNAL:
        return close(case, Closure.SUPPRESSED, "internal call", now)
    if caller.kind in NOT_OURS:
        return close(case, Closure.SUPPRESSED, NOT_OURS[caller.kind], now)
    if now - event.at > timedelta(minutes=policy.too_late_minutes):
        case = to_person(case, policy, now)
        return Decision(case=case, why="the call was reported too late for a text; a person calls back")
    if caller.untextable:
        case = to_person(case, policy, now)
        return Decision(case=case, why=f"a text cannot reach this number ({caller.untextable}); a person calls back")
    if caller.suppressed:
        case = to_person(case, policy, now)
        return Decision(case=case, why="the person asked for no texts; a person calls back")
    case = replace(case, phase=Phase.SETTLING)
    case = with_clock(case, Tick.SETTLE, event.at + timedelta(seconds=policy.settle_seconds))
    return Decision(case=case, why=f"missed: {event.why}; waiting {policy.settle_seconds} s for a redial")


def redial(case: Case, event: CallEnded, policy: Policy, now: datetime) -> Decision:
    """Another call while the case settles: answered ends it without a text, missed starts the window again."""
    case = met(case, event.caller, now)
    if event.verdict is Verdict.ANSWERED:
        if event.same_call:
            return close(case, Closure.ANSWERED, event.why, now, why="a person had answered after all")
        return close(case, Closure.CALLED_BACK_IN, "rang again and was answered before any text", now)
    again = 0 if event.same_call else 1
    case = replace(case, calls=case.calls + again, last_call_at=event.at)
    case = with_clock(case, Tick.SETTLE, event.at + timedelta(seconds=policy.settle_seconds))
    return Decision(case=case, why="missed again; still one case, the window starts over")


def later_call(case: Case, event: CallEnded, policy: Policy, now: datetime) -> Decision:
    """Another call on a running case: answered resolves it; missed joins it, and long after the text a person calls."""
    if event.verdict is Verdict.ANSWERED:
        if event.same_call:
            return close(case, Closure.ANSWERED, event.why, now, why="a person had answered after all")
        return close(case, Closure.CALLED_BACK_IN, "called back in and was answered", now)
    if event.same_call:
        return nothing(case)
    before = case.last_call_at
    case = replace(met(case, event.caller, now), calls=case.calls + 1, last_call_at=event.at)
    episode = timedelta(minutes=policy.episode_minutes)
    if case.phase is Phase.WAITING and before is not None and event.at - before > episode:
        return Decision(case=to_person(case, policy, now), why="called again later and was missed; a person calls back")
    return Decision(case=case, why="missed again within the same case; no further text")


def call_while_urgent(case: Case, event: CallEnded, policy: Policy, now: datetime) -> Decision:
    """A call never ends an urgent case by itself: the page runs until a person acknowledges."""
    if event.same_call:
        return nothing(case)
    said = "answered" if event.verdict is Verdict.ANSWERED else "missed"
    case = replace(case, calls=case.calls + 1, last_call_at=event.at)
    return Decision(case=case, why=f"called again ({said}); the urgent case stays open until somebody says it is done")


def voicemail(case: Case, event: VoicemailHeard, policy: Policy, now: datetime) -> Decision:
    """A message was left: urgent words page at once, the rest opens a filled-in task (decision 9)."""
    reading, new = event.reading, case.phase is Phase.NEW
    if new and event.caller.kind in (Caller.STAFF, Caller.OWN, Caller.EXTENSION, Caller.BLOCKED):
        return close(met(case, event.caller, now), Closure.SUPPRESSED, NOT_OURS[event.caller.kind], now)
    textable = not event.caller.untextable and not event.caller.suppressed
    case = replace(met(case, event.caller, now), voicemail=True, intents=tuple(dict.fromkeys((*case.intents, *reading.intents))))
    effects: list[Effect] = []
    if reading.opt_out:
        case = replace(case, opted_out=True, opted_out_at=now)
        effects += [Suppress(source="voicemail", wrong_number=reading.wrong_number), CancelTexts(why="opt-out")]
    if reading.urgent:
        case, more, why = alarm(
            case, policy, now, staffed=event.staffed, reply_to=event.call, reply_to_at=event.at
        )
        return Decision(case=case, effects=(*effects, *more), why=f"voicemail: {why}")
    changing = "reschedule" in reading.intents or "cancel" in reading.intents
    kind = "reschedule" if changing else "voicemail"
    case, task = tasks.open_task(case, kind, policy, now)
    if changing:
        case = replace(case, workflow=Workflow.RESCHEDULE)
    if new and textable and not reading.opt_out:
        case = replace(case, phase=Phase.SETTLING, last_call_at=case.last_call_at or event.at)
        case = with_clock(case, Tick.SETTLE, now + timedelta(seconds=policy.settle_seconds))
    elif case.phase is not Phase.SETTLING and case.phase is not Phase.URGENT:
        case = to_person(case, policy, now, kind)
    if changing and policy.voicemail_link and textable and not case.unprompted:
        effects.append(SendText(purpose="voicemail_link", basis="greeting_notice", unprompted=True))
        phase = case.phase if case.phase is Phase.URGENT else Phase.WORKING
        case = replace(waits(case, policy, now), unprompted=1, texted_at=now, phase=phase)
        case = replace(case, clocks=tuple(c for c in case.clocks if c.tick is not Tick.SETTLE))
        return Decision(case=case, effects=tuple(effects), why="the message asks for another time; the link went out")
    said = "asks for another time" if changing else "was left"
    return Decision(case=case, effects=tuple(effects), why=f"a message {said}; task {task.id} is open in {task.queue}")
