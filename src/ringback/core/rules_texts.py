"""Rules for the patient's own texts. Urgent and stop are both always looked for, and neither hides the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ringback.core import tasks
from ringback.core.case import Case, Closure, Phase, Tick, Workflow, with_clock, without_clock
from ringback.core.effects import CancelTexts, Effect, SendText, Suppress, Unsuppress
from ringback.core.events import TextFailed, TextReceived
from ringback.core.policy import Policy
from ringback.core.rules import Decision, alarm, close, guard, nothing, notice, to_person, waits
from ringback.core.rules_calls import met

# Intent -> (task kind, purpose of the one answer). Links are answered below.
WORK = {
    "billing": ("billing", "billing"),
    "refill": ("refill", "refill"),
    "records": ("records", "acknowledged"),
    "referral": ("referral", "acknowledged"),
    "results": ("results", "acknowledged"),
    "clinical": ("clinical", "acknowledged"),
    "cancel": ("reschedule", "acknowledged"),
    "language": ("interpreter", "acknowledged"),
    "confirm": ("informational", "acknowledged"),
    "other": ("other", "unclear"),
}
ANSWER_TIME = timedelta(minutes=2)
PROMISING = frozenset({"billing", "refill", "acknowledged", "call_back"})


def text(case: Case, event: TextReceived, policy: Policy, now: datetime) -> Decision:
    """A reply: urgent words page, a stop is obeyed, and each wish is finished by link or given to a person."""
    reading, new = event.reading, case.phase is Phase.NEW
    if (reading.ignore or reading.auto_reply) and not reading.urgent and not reading.opt_out:
        return nothing(case, "thanks, a reaction or an automatic reply: nothing is owed")
    silent = (event.caller.suppressed or case.opted_out) and not reading.start
    case = met(case, event.caller, now)
    case = replace(
        case,
        lang=reading.lang or case.lang,
        replied_at=now,
        last_inbound_at=event.at,
        intents=tuple(dict.fromkeys((*case.intents, *reading.intents))),
    )
    if _said_booked(case, event):
        return close(case, Closure.BOOKED, "the patient says the visit is booked", now)
    case = without_clock(case, Tick.REPLY, Tick.SETTLE, Tick.OPENING)
    effects: list[Effect] = []
    whys: list[str] = []
    if reading.urgent:
        case, more, why = alarm(
            case, policy, now, staffed=event.staffed, reply_to=event.message, reply_to_at=event.at
        )
        effects += more
        whys.append(why)
    if reading.opt_out:
        case, stops, why = _stop(case, event, policy, now)
        effects = [*stops, *effects]
        whys.append(why)
        silent = True
    elif reading.start:
        case = replace(case, opted_out=False, opted_out_at=None)
        effects += [Unsuppress(source="text"), _reply("rejoined", event)]
        whys.append("the person asked for texts again")
    if reading.opt_out_unsure and not reading.opt_out:
        case, _ = tasks.open_task(case, "opt_out_check", policy, now)
        effects.append(CancelTexts(why="the words may be a stop"))
        whys.append("the words may be a stop: automatic texts wait for a person")
        silent = True
    case, answers, done = _wishes(case, event, policy, now, silent or reading.urgent)
    return _settle_text(case, event, policy, now, [*effects, *answers], [*whys, *done], new)


def _said_booked(case: Case, event: TextReceived) -> bool:
    reading = event.reading
    asked = case.asked == "did_you_book"
    return asked and (reading.yes is True or reading.intents == ("confirm",)) and case.urgent is None and not tasks.open_tasks(case)


def _reply(purpose: str, event: TextReceived, promise: datetime | None = None) -> SendText:
    return SendText(
        purpose=purpose, basis="reply_to_inbound", reply_to=event.message, reply_to_at=event.at, promise=promise
    )


def _stop(case: Case, event: TextReceived, policy: Policy, now: datetime) -> tuple[Case, list[Effect], str]:
    """A stop by any words: the number is suppressed at once; one confirmation unless the carrier sent its own."""
    reading = event.reading
    case = replace(case, opted_out=True, opted_out_at=now)
    effects: list[Effect] = [
        Suppress(source="text", wrong_number=reading.wrong_number),
        CancelTexts(why="opt-out"),
    ]
    if not event.carrier_replied and not event.caller.suppressed and not reading.urgent:
        purpose = "cancel_confirmation" if reading.bare_cancel else "stop_confirmation"
        effects.append(SendText(purpose=purpose, basis="stop_confirmation", reply_to=event.message, reply_to_at=event.at))
    if reading.bare_cancel or "cancel" in reading.intents:
        case, _ = tasks.open_task(case, "possible_appointment_cancel", policy, now)
        return case, effects, "opted out; a bare CANCEL may have meant the visit, so a person asks"
    if reading.urgent:
        return case, effects, "opted out of automatic texts; the urgent call-back stays"
    return case, effects, "wrong number: opted out and unlinked" if reading.wrong_number else "opted out"


def _wishes(
    case: Case, event: TextReceived, policy: Policy, now: datetime, silent: bool
) -> tuple[Case, list[Effect], list[str]]:
    """Every wish in the text gets its task or link; there is one answer, that of the first."""
    reading = event.reading
    answer: SendText | None = None
    notices: list[Effect] = []
    whys: list[str] = []
    if reading.help and not reading.urgent:
        answer = _reply("help", event)
        whys.append("asked for help: who we are and how to stop")
    if reading.call_me:
        kind = "booking" if case.asked in ("did_you_book", "booking_link") or "book" in case.intents else "callback"
        case, task = tasks.open_task(case, kind, policy, now)
        case = _promise(case, task.id, task.due)
        answer = answer or _reply("call_back", event, task.due)
        whys.append(f"asked to be called: task {task.id} in {task.queue}")
    for intent in reading.intents:
        if intent in ("urgent", "opt_out", "wrong_number", "help"):
            continue
        if intent == "other" and reading.call_me:
            continue
        if intent in ("book", "reschedule") and not silent and not reading.call_me:
            case, linked = _link(case, event, policy, now, intent)
            answer = answer or linked
            if intent == "reschedule":
                notices.append(notice("scheduling", "reschedule_link_sent"))
            whys.append(f"asked to {intent}: the link goes out")
            continue
        kind, purpose = WORK.get(intent, ("booking" if intent == "book" else "reschedule", "acknowledged"))
        if reading.bare_cancel and kind == "reschedule":
            continue
        case, task = tasks.open_task(case, kind, policy, now)
        if intent in ("cancel", "reschedule"):
            case = guard(replace(case, workflow=Workflow.RESCHEDULE), policy, now)
        if answer is None:
            answer = _reply(purpose, event, task.due if purpose in PROMISING else None)
            if not silent and purpose in PROMISING:
                case = _promise(case, task.id, task.due)
        whys.append(f"{intent}: task {task.id} in {task.queue}")
    return case, ([] if silent or answer is None else [answer]) + notices, whys


def _link(case: Case, event: TextReceived, policy: Policy, now: datetime, intent: str) -> tuple[Case, SendText]:
    purpose = "booking_link" if intent == "book" else "reschedule_link"
    case = replace(case, asked="did_you_book")
    if intent == "reschedule":
        case = guard(replace(case, workflow=Workflow.RESCHEDULE), policy, now)
    case = with_clock(case, Tick.REPLY, tasks.business(policy, now, policy.reply_gate))
    return case, _reply(purpose, event)


def _promise(case: Case, task: str, moment: datetime) -> Case:
    return with_clock(case, Tick.PROMISE, moment, task)


def _settle_text(
    case: Case,
    event: TextReceived,
    policy: Policy,
    now: datetime,
    effects: list[Effect],
    whys: list[str],
    new: bool,
) -> Decision:
    """Where the case stands after a text."""
    why = "; ".join(whys) or "read; nothing more to do"
    if case.phase is Phase.URGENT:
        return Decision(case=case, effects=tuple(effects), why=why)
    if tasks.open_tasks(case):
        return Decision(case=replace(case, phase=Phase.WORKING), effects=tuple(effects), why=why)
    if case.opted_out and event.reading.opt_out:
        reason = "wrong number" if event.reading.wrong_number else "the person asked for no more texts"
        closed = close(case, Closure.OPTED_OUT, reason, now, why=why)
        return Decision(case=closed.case, effects=tuple(effects), why=why)
    if any(clock.tick is Tick.REPLY for clock in case.clocks):
        return Decision(case=replace(case, phase=Phase.WAITING), effects=tuple(effects), why=why)
    if new:
        return _answered_at_once(case, now, effects, why)
    return Decision(case=waits(case, policy, now), effects=tuple(effects), why=why)


def _answered_at_once(case: Case, now: datetime, effects: list[Effect], why: str) -> Decision:
    """A text of its own that only wanted to know or to rejoin: answered; the case ends once the answer is out."""
    case = with_clock(replace(case, phase=Phase.WAITING), Tick.CLOSE, now.replace(microsecond=0) + ANSWER_TIME, "resolved")
    return Decision(case=case, effects=tuple(effects), why=why)


def failed(case: Case, event: TextFailed, policy: Policy, now: datetime) -> Decision:
    """A text did not go: a person takes over; a number the carrier says has stopped is suppressed."""
    if event.uncertain:
        case = to_person(case, policy, now, "text_fate_unknown")
        return Decision(case=case, why="nobody can say whether the text went out; a person looks, nothing is sent twice")
    if not event.permanent:
        return nothing(case, "the carrier will be asked again")
    effects: tuple[Effect, ...] = ()
    if event.reason == "opted_out" and not event.denied:
        case = replace(case, opted_out=True, opted_out_at=now)
        effects = (Suppress(source="carrier"), CancelTexts(why="opt-out"))
    if tasks.open_tasks(case):
        return Decision(case=without_clock(case, Tick.REPLY), effects=effects, why=f"the text did not go ({event.reason}); a task is open")
    case = to_person(case, policy, now)
    return Decision(case=case, effects=effects, why=f"the text did not go ({event.reason}); a person calls back")
