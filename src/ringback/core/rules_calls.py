"""Rules for calls and voicemail: a missed call opens a case, a redial that is answered ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ringback.core import tasks
from ringback.core.calls import MISSED_KINDS, Verdict
from ringback.core.case import (
    Caller,
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
from ringback.core.effects import CancelTexts, Effect, SendText, Suppress
from ringback.core.events import CallEnded, CallerFacts, VoicemailHeard
from ringback.core.policy import Policy
from ringback.core.rules import Decision, alarm, close, guard, nothing, notice, to_person

NOT_OURS = {
    Caller.STAFF: "a member of staff called",
    Caller.OWN: "one of the practice's own numbers called",
    Caller.EXTENSION: "an extension called",
    Caller.BLOCKED: "the number is blocked",
    Caller.WITHHELD: "the caller hid the number",
}

# Numbers behind which the directory knows nobody.
STRANGERS = frozenset({Caller.UNMATCHED, Caller.UNTEXTABLE})


def met(case: Case, caller: CallerFacts, at: datetime, **more: Any) -> Case:
    """What is known of the caller goes into the case; several people on one phone stay several."""
    workflow = case.workflow
    if case.phase is Phase.NEW:
        if caller.flagged:
            workflow = Workflow.CALLBACK
        else:
            workflow = Workflow.NEW_PATIENT if caller.kind in STRANGERS else Workflow.GENERAL
    return changed(
        case,
        caller=caller.kind,
        workflow=workflow,
        lang=case.lang or caller.lang,
        flagged=case.flagged or caller.flagged,
        next_visit=caller.next_visit or case.next_visit,
        attestation=caller.attestation or case.attestation,
        opted_out=case.opted_out or caller.suppressed,
        opened_at=case.opened_at or at,
        **more,
    )


def first_call(case: Case, event: CallEnded, policy: Policy, now: datetime) -> Decision:
    """A missed call opens a case; who called decides whether it settles, goes to a person, or ends at once."""
    caller, left = event.caller, event.verdict is Verdict.VOICEMAIL
    if event.verdict is Verdict.UNKNOWN:
        return nothing(case, "the call has not ended yet")
    known = {"calls": 1, "last_call_at": event.at, "shadow": event.shadow}
    over = _over_at_once(event)
    if over is not None:
        return close(met(case, caller, now, **known), *over, now)
    late = now - event.at > timedelta(minutes=policy.too_late_minutes)
    if not left and not late and not caller.untextable and not caller.suppressed:
        settle = Clock(tick=Tick.SETTLE, at=event.at + timedelta(seconds=policy.settle_seconds))
        case = met(case, caller, now, phase=Phase.SETTLING, clocks=(settle,), **known)
        return Decision(case=case, why=f"missed: {event.why}; waiting {policy.settle_seconds} s for a redial")
    case = met(case, caller, now, voicemail=left, **known)
    if left:
        case, _ = tasks.open_task(case, "voicemail", policy, now)
    if caller.kind is Caller.WITHHELD:
        why = "the caller hid the number but left a message: a person listens"
        return Decision(case=replace(case, phase=Phase.WORKING), why=why)
    if caller.untextable or caller.suppressed or late:
        why = "the person asked for no texts"
        if caller.untextable:
            why = f"a text cannot reach this number ({caller.untextable})"
        elif late:
            why = "the call was reported too late for a text"
        kind = "voicemail" if left and not case.flagged else ""
        return Decision(case=to_person(case, policy, now, kind), why=f"{why}; a person calls back")
    case = replace(case, phase=Phase.SETTLING)
    case = with_clock(case, Tick.SETTLE, event.at + timedelta(seconds=policy.settle_seconds))
    return Decision(case=case, why=f"missed: {event.why}; waiting {policy.settle_seconds} s for a redial")


def _over_at_once(event: CallEnded) -> tuple[Closure, str] | None:
    """Calls that nobody has to answer, with their closure and its reason."""
    kind = event.caller.kind
    if event.verdict is Verdict.ANSWERED:
        return Closure.ANSWERED, event.why
    if event.verdict is Verdict.INTERNAL:
        return Closure.SUPPRESSED, "internal call"
    if kind in NOT_OURS and not (kind is Caller.WITHHELD and event.verdict is Verdict.VOICEMAIL):
        return Closure.SUPPRESSED, NOT_OURS[kind]
    return None


def _later(case: Case, at: datetime) -> datetime:
    """Calls may be reported out of order; the newest one counts."""
    return at if case.last_call_at is None else max(case.last_call_at, at)


def _stale(case: Case, event: CallEnded) -> bool:
    """An answered call from before the missed one, reported late, resolves nothing."""
    return not event.same_call and case.last_call_at is not None and event.at < case.last_call_at


def _left_message(case: Case, event: CallEnded, policy: Policy, now: datetime) -> Case:
    """A voicemail is a task even where its words never arrive."""
    if event.verdict is not Verdict.VOICEMAIL or (case.voicemail and case.calls == 0):
        return case  # no voicemail, or its words came before its call was known
    case, _ = tasks.open_task(replace(case, voicemail=True), "voicemail", policy, now)
    return case


def redial(case: Case, event: CallEnded, policy: Policy, now: datetime) -> Decision:
    """Another call while the case settles: answered ends it without a text, missed starts the window again."""
    case = met(case, event.caller, now)
    if event.verdict is Verdict.ANSWERED:
        if _stale(case, event):
            return nothing(case, "that call came before the missed one")
        if event.same_call:
            return close(case, Closure.ANSWERED, event.why, now, why="a person had answered after all")
        return close(case, Closure.CALLED_BACK_IN, "rang again and was answered before any text", now)
    if event.verdict not in MISSED_KINDS:
        return nothing(case)
    again = 0 if event.same_call else 1
    case = _left_message(case, event, policy, now)
    case = replace(case, calls=case.calls + again, last_call_at=_later(case, event.at))
    window = timedelta(seconds=policy.settle_seconds)
    latest = (case.opened_at or now) + max(
        4 * window, timedelta(minutes=1)
    )  # who keeps redialling is texted all the same
    case = with_clock(case, Tick.SETTLE, min(event.at + window, latest))
    return Decision(case=case, why="missed again; still one case, the window starts over")


def later_call(case: Case, event: CallEnded, policy: Policy, now: datetime) -> Decision:
    """Another call on a running case: answered resolves it; missed joins it, and long after the text a person calls."""
    if event.verdict is Verdict.ANSWERED:
        if _stale(case, event):
            return nothing(case, "that call came before the missed one")
        if event.same_call:
            return close(case, Closure.ANSWERED, event.why, now, why="a person had answered after all")
        return close(case, Closure.CALLED_BACK_IN, "called back in and was answered", now)
    if event.same_call or event.verdict not in MISSED_KINDS:
        return nothing(case)
    before, ending = case.last_call_at, any(clock.tick is Tick.CLOSE for clock in case.clocks)
    case = _left_message(without_clock(met(case, event.caller, now), Tick.CLOSE), event, policy, now)
    case = replace(case, calls=case.calls + 1, last_call_at=_later(case, event.at))
    long_after = before is not None and event.at - before > timedelta(minutes=policy.episode_minutes)
    if case.phase is Phase.WAITING and (long_after or ending or tasks.open_tasks(case)):
        kind = "voicemail" if event.verdict is Verdict.VOICEMAIL else ""
        return Decision(case=to_person(case, policy, now, kind), why="called again and was missed; a person calls back")
    return Decision(case=case, why="missed again within the same case; no further text")


def call_while_urgent(case: Case, event: CallEnded, policy: Policy, now: datetime) -> Decision:
    """A call never ends an urgent case by itself: the page runs until a person acknowledges."""
    if event.same_call or event.verdict not in (*MISSED_KINDS, Verdict.ANSWERED):
        return nothing(case)
    case = _left_message(case, event, policy, now)
    said = "answered" if event.verdict is Verdict.ANSWERED else "missed"
    case = replace(case, calls=case.calls + 1, last_call_at=_later(case, event.at))
    return Decision(case=case, why=f"called again ({said}); the urgent case stays open until somebody says it is done")


def voicemail(case: Case, event: VoicemailHeard, policy: Policy, now: datetime) -> Decision:
    """A message was left: urgent words page at once, the rest opens a filled-in task (decision 9)."""
    reading, new = event.reading, case.phase is Phase.NEW
    if new and event.caller.kind in (Caller.STAFF, Caller.OWN, Caller.EXTENSION, Caller.BLOCKED):
        return close(met(case, event.caller, now), Closure.SUPPRESSED, NOT_OURS[event.caller.kind], now)
    textable = not event.caller.untextable and not event.caller.suppressed
    case = replace(
        met(case, event.caller, now),
        voicemail=True,
        intents=tuple(dict.fromkeys((*case.intents, *reading.intents))),
    )
    effects: list[Effect] = []
    if reading.opt_out:
        case = replace(case, opted_out=True, opted_out_at=now)
        effects += [
            Suppress(source="voicemail", wrong_number=reading.wrong_number),
            CancelTexts(why="opt-out"),
        ]
    if reading.urgent:
        case, more, why = alarm(
            case,
            policy,
            now,
            staffed=event.staffed,
            reply_to=event.call,
            reply_to_at=event.at,
            textable=textable,
        )
        return Decision(case=case, effects=(*effects, *more), why=f"voicemail: {why}")
    changing = "reschedule" in reading.intents or "cancel" in reading.intents
    kind = "reschedule" if changing else "voicemail"
    case, task = tasks.open_task(case, kind, policy, now)
    if kind == "voicemail" and (queue := _listens(reading.intents)) and task.queue != queue:
        task = replace(task, queue=queue)
        case = tasks.put(case, task)
    if changing:
        case = guard(replace(case, workflow=Workflow.RESCHEDULE), policy, now)
        for unheard in tasks.open_tasks(case):
            if unheard.kind == "voicemail":  # the filled-in task takes its place
                case = tasks.finish(case, unheard, "read", now, TaskState.DROPPED)
    if new and textable and not reading.opt_out:
        case = replace(case, phase=Phase.SETTLING, last_call_at=case.last_call_at or event.at)
        case = with_clock(case, Tick.SETTLE, now + timedelta(seconds=policy.settle_seconds))
    elif case.phase is not Phase.SETTLING and case.phase is not Phase.URGENT:
        case = to_person(case, policy, now, kind)
    linked = changing and policy.voicemail_link and textable and not case.opted_out and not case.unprompted
    if linked and case.phase is not Phase.URGENT and _visit_soon(case, policy, now):
        effects.append(SendText(purpose="voicemail_link", basis="greeting_notice", unprompted=True))
        effects.append(notice("scheduling", "reschedule_link_sent", task.id))
        case = replace(
            without_clock(case, Tick.SETTLE, Tick.OPENING),
            unprompted=1,
            texted_at=now,
            asked="booking_link",
            phase=Phase.WORKING,
        )
        return Decision(case=case, effects=tuple(effects), why="the message asks for another time; the link went out")
    said = "asks for another time" if changing else "was left"
    return Decision(case=case, effects=tuple(effects), why=f"a message {said}; task {task.id} is open in {task.queue}")


def _listens(intents: tuple[str, ...]) -> str:
    """Who listens: a message about a medicine or an illness goes to clinical staff, one about a bill to billing."""
    if any(intent in ("refill", "clinical", "results") for intent in intents):
        return "clinical"
    return "billing" if "billing" in intents else ""


def _visit_soon(case: Case, policy: Policy, now: datetime) -> bool:
    """Whether the next visit is known and near enough for a link (S90)."""
    visit = case.next_visit
    return visit is not None and now <= visit <= now + timedelta(days=policy.reschedule_visit_within_days)
