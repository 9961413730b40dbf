"""Rules for the patient's own texts. Urgent and stop are both always looked for, and neither hides the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ringback.core import hours, tasks
from ringback.core.case import Caller, Case, Closure, Phase, Task, Tick, Workflow, with_clock, without_clock
from ringback.core.effects import CancelTexts, Effect, SendText, Suppress, Unsuppress
from ringback.core.events import TextReceived, VisitBooked
from ringback.core.policy import Policy
from ringback.core.rules import (
    Decision,
    alarm,
    callback_kind,
    close,
    guard,
    nothing,
    notice,
    waits,
)
from ringback.core.rules_calls import NOT_OURS, met
from ringback.core.rules_staff import booked

# Intent -> (task kind, purpose of the one answer). Links are answered below.
WORK = {
    "book": ("booking", "acknowledged"),
    "reschedule": ("reschedule", "acknowledged"),
    "cancel": ("reschedule", "acknowledged"),
    "billing": ("billing", "billing"),
    "refill": ("refill", "refill"),
    "records": ("records", "acknowledged"),
    "referral": ("referral", "acknowledged"),
    "results": ("results", "acknowledged"),
    "clinical": ("clinical", "acknowledged"),
    "language": ("interpreter", "acknowledged"),
    "confirm": ("informational", "acknowledged"),
    "other": ("other", "unclear"),
}
# These are looked at by themselves, before the wishes.
APART = frozenset({"urgent", "opt_out", "wrong_number", "help"})
# The last answer may still be on its way when the case has nothing left to do.
ANSWER_TIME = timedelta(minutes=15)
# A promised moment is said as a weekday and an hour, so it must lie within the week.
SAYABLE = timedelta(days=6)


def text(case: Case, event: TextReceived, policy: Policy, now: datetime) -> Decision:
    """A reply: urgent words page, a stop is obeyed, and each wish is finished by link or given to a person."""
    reading, new = event.reading, case.phase is Phase.NEW
    stops = reading.opt_out or reading.wrong_number
    # A YES lifts a block only when we asked for it within a day (C33).
    rejoins = reading.start or (event.caller.suppressed and event.caller.asked_again and reading.yes is True)
    weighty = reading.urgent or stops
    if (reading.ignore or reading.auto_reply) and not weighty:
        return nothing(case, "thanks, a reaction or an automatic reply: nothing is owed")
    if new and event.caller.kind in NOT_OURS and not weighty and not rejoins:
        if event.caller.kind is Caller.OWN:
            return nothing(case, "a text from one of our own numbers")
        reason = NOT_OURS[event.caller.kind].replace("called", "wrote")
        return close(met(case, event.caller, now), Closure.SUPPRESSED, reason, now)
    silent = event.secure or ((event.caller.suppressed or case.opted_out) and not rejoins)
    asked_before = case.did_you_book
    case = _heard(case, event, now)
    if asked_before and reading.yes is True and not weighty and not rejoins and not tasks.open_tasks(case):
        return booked(case, VisitBooked(kind="visit", at=event.at), policy, now)
    effects: list[Effect] = []
    whys: list[str] = []
    if reading.urgent:
        case, more, why = alarm(case, policy, now, staffed=event.staffed, reply_to=event.message, reply_to_at=event.at)
        effects += more
        whys.append(why)
    if stops:
        case, obeyed, why = _stop(case, event, policy, now)
        effects = [*obeyed, *effects]
        whys.append(why)
        silent = True
    elif rejoins:
        case = replace(case, opted_out=False, opted_out_at=None)
        effects.append(Unsuppress(source="text"))
        whys.append("the person asked for texts again")
    if reading.opt_out_unsure and not stops:
        case, _ = tasks.open_task(case, "opt_out_check", policy, now)
        effects.append(CancelTexts(why="the words may be a stop"))
        whys.append("the words may be a stop: automatic texts wait for a person")
        silent = True
    wishes = Wishes(case, event, policy, now, silent=silent or reading.urgent, rejoins=rejoins)
    wishes.all()
    return _stands(wishes.case, event, policy, now, [*effects, *wishes.effects()], [*whys, *wishes.whys], new)


def _heard(case: Case, event: TextReceived, now: datetime) -> Case:
    """The caller has spoken: what waited for a word, or for the end, waits no more."""
    reading = event.reading
    case = replace(
        met(case, event.caller, now),
        lang=reading.lang or case.lang,
        replied_at=now,
        last_inbound=event.message,
        last_inbound_at=event.at,
        intents=tuple(dict.fromkeys((*case.intents, *reading.intents))),
    )
    return without_clock(case, Tick.REPLY, Tick.SETTLE, Tick.OPENING, Tick.CLOSE)


def _stop(case: Case, event: TextReceived, policy: Policy, now: datetime) -> tuple[Case, list[Effect], str]:
    """A stop by any words: the number is suppressed at once; one confirmation unless the carrier sent its own."""
    reading = event.reading
    before = case.opted_out
    case = replace(case, opted_out=True, opted_out_at=now)
    effects: list[Effect] = [
        Suppress(source="text", wrong_number=reading.wrong_number),
        CancelTexts(why="opt-out"),
    ]
    cancels = reading.bare_cancel or "cancel" in reading.intents
    if not (event.carrier_replied or event.secure or before or reading.urgent):
        purpose = "cancel_confirmation" if cancels else "stop_confirmation"
        effects.append(
            SendText(purpose=purpose, basis="stop_confirmation", reply_to=event.message, reply_to_at=event.at)
        )
    if cancels:
        case, _ = tasks.open_task(case, "possible_appointment_cancel", policy, now)
        return case, effects, "opted out; the word may have meant a visit, so a person asks"
    if reading.urgent:
        return case, effects, "opted out of automatic texts; the urgent call-back stays"
    return case, effects, "wrong number: opted out and unlinked" if reading.wrong_number else "opted out"


class Wishes:
    """Every wish in one text gets its link or its task; the text gets one answer, that of the first wish."""

    def __init__(
        self, case: Case, event: TextReceived, policy: Policy, now: datetime, *, silent: bool, rejoins: bool
    ) -> None:
        self.rejoins = rejoins
        self.case, self.event, self.policy, self.now, self.silent = case, event, policy, now, silent
        self.answer: SendText | None = None
        self.notices: list[Effect] = []
        self.whys: list[str] = []
        # Words that fit nothing join the work that is already open after the first exchange.
        self.waiting = tasks.open_tasks(case) if case.promised else ()

    def effects(self) -> list[Effect]:
        """The answer, unless nothing may be sent, and what staff are told."""
        return ([] if self.silent or self.answer is None else [self.answer]) + self.notices

    def all(self) -> None:
        """Go through the wishes in the order in which they were read."""
        reading = self.event.reading
        if reading.help and not reading.urgent:
            self._reply("help")
            self.whys.append("asked for help: who we are and how to stop")
        if reading.call_me:
            self._call_me()
        wishes = [intent for intent in reading.intents if intent not in APART]
        apart = (
            reading.urgent
            or reading.opt_out
            or reading.wrong_number
            or reading.opt_out_unsure
            or self.rejoins
            or reading.help
        )
        if self.case.asked == "did_you_book" and reading.yes is False and wishes == ["other"]:
            wishes = ["book"]  # "no" to "did you find a time?" is as good as the menu's 1
        if reading.foreign and wishes and "language" not in wishes:
            wishes.append("language")  # nobody may be able to answer in it: free language help is offered
        if not wishes and not apart and not reading.call_me:
            wishes = ["other"]
        before = tasks.open_tasks(self.case)
        for intent in wishes:
            if intent == "other" and (reading.call_me or apart):
                continue
            if intent == "cancel" and reading.opt_out:
                continue  # a person asks about it already
            if intent == "confirm" and self.rejoins:
                continue  # the YES we asked for
            if intent in ("book", "reschedule") and not self.silent and not reading.call_me:
                self._link(intent)
            elif intent == "other" and self.waiting:
                self._joins(self.waiting[0])
            else:
                self._work(intent if intent in WORK else "other")
        if reading.doubt and not reading.urgent and tasks.open_tasks(self.case) == before:
            # A link alone would leave somebody who may be in danger with a machine.
            if before:
                self._joins(before[0])
            else:
                self._work("clinical")
        if self.rejoins and self.answer is None:
            self._reply("rejoined")

    def _reply(self, purpose: str, promise: datetime | None = None) -> None:
        if self.answer is None:
            self.answer = SendText(
                purpose=purpose,
                basis="reply_to_inbound",
                reply_to=self.event.message,
                reply_to_at=self.event.at,
                promise=promise,
            )

    def _call_me(self) -> None:
        wants_visit = "book" in self.case.intents or self.case.asked in ("did_you_book", "booking_link")
        kind = "booking" if wants_visit else callback_kind(self.case)
        self.case, task = tasks.open_task(self.case, kind, self.policy, self.now)
        self._promise(task, "call_back", task.due)
        self.whys.append(f"asked to be called: task {task.id} in {task.queue}")

    def _work(self, intent: str) -> None:
        kind, purpose = WORK[intent]
        self.case, task = tasks.open_task(self.case, kind, self.policy, self.now)
        if kind == "reschedule":
            self.case = guard(replace(self.case, workflow=Workflow.RESCHEDULE), self.policy, self.now)
        if purpose == "unclear":
            self._reply(purpose)
            self.case = replace(self.case, promised=True)
        else:
            self._promise(task, purpose, _said(task, self.policy, self.now))
        self.whys.append(f"{intent}: task {task.id} in {task.queue}")

    def _joins(self, task: Task) -> None:
        self.notices.append(notice(task.queue, "new_message", task.id))
        self.whys.append(f"more words for task {task.id}: {task.queue} is told")

    def _promise(self, task: Task, purpose: str, moment: datetime) -> None:
        """Say when, and hold ourselves to it; what was promised before is not promised again."""
        if any(clock.tick is Tick.PROMISE and clock.subject == task.id for clock in self.case.clocks):
            self._joins(task)
            return
        if self.silent or self.answer is not None:
            return
        self.case = replace(self.case, promised=True)
        if moment - self.now > SAYABLE:
            self._reply("acknowledged_later")
            return
        self._reply(purpose, moment)
        self.case = with_clock(self.case, Tick.PROMISE, moment, task.id)

    def _link(self, intent: str) -> None:
        """A link finishes a booking without a call; a change also has a person behind it within two hours (D6)."""
        self._reply("booking_link" if intent == "book" else "reschedule_link")
        case = replace(self.case, asked="booking_link")
        case = with_clock(case, Tick.REPLY, tasks.business(self.policy, self.now, self.policy.reply_gate))
        if intent == "reschedule":
            case, task = tasks.open_task(case, "reschedule", self.policy, self.now)
            case = guard(replace(case, workflow=Workflow.RESCHEDULE), self.policy, self.now)
            case = without_clock(case, Tick.REPLY)
            self.notices.append(notice("scheduling", "reschedule_link_sent", task.id))
        self.case = case
        self.whys.append(
            "asked to book: the link goes out" if intent == "book" else "asked for a change: the link goes out"
        )


def _said(task: Task, policy: Policy, now: datetime) -> datetime:
    """What a text names: a bill is promised for the next business day though its own target is nearer (D5)."""
    if task.kind != "billing":
        return task.due
    try:
        return max(task.due, hours.next_business_day_end(policy.hours, now))
    except hours.NeverOpen:
        return max(task.due, now + timedelta(days=1))


def _stands(
    case: Case,
    event: TextReceived,
    policy: Policy,
    now: datetime,
    effects: list[Effect],
    whys: list[str],
    new: bool,
) -> Decision:
    """Where the case stands after a text."""
    why = "; ".join(whys)
    if case.phase is Phase.URGENT:
        return Decision(case=case, effects=tuple(effects), why=why)
    if tasks.open_tasks(case):
        return Decision(case=replace(case, phase=Phase.WORKING), effects=tuple(effects), why=why)
    if event.reading.opt_out or event.reading.wrong_number:
        reason = "wrong number" if event.reading.wrong_number else "the person asked for no more texts"
        closed = close(case, Closure.OPTED_OUT, reason, now, why=why)
        return Decision(case=closed.case, effects=tuple(effects), why=why)
    if any(clock.tick is Tick.REPLY for clock in case.clocks):
        return Decision(case=replace(case, phase=Phase.WAITING), effects=tuple(effects), why=why)
    if new or case.calls == 0:
        # A text of its own that only wanted to know or to rejoin: answered; the case ends once the answer is out.
        case = with_clock(replace(case, phase=Phase.WAITING), Tick.CLOSE, now + ANSWER_TIME, "answered")
        return Decision(case=case, effects=tuple(effects), why=why)
    return Decision(case=waits(case, policy, now), effects=tuple(effects), why=why)
