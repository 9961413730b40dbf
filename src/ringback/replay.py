"""Shadow mode: what Ringback would have done with calls that already happened.

It is the engine's own `decide` that is asked, call by call, with the clocks running in between; nothing is sent or kept.
Two things are assumed, and the report says so: nobody answers a text, and a person has done each task by its due moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ringback.core import hours
from ringback.core.calls import MISSED_KINDS, Call, Direction, Verdict, judge
from ringback.core.case import Caller, Case, Closure, Phase, due
from ringback.core.decide import Decision, decide, new_case
from ringback.core.effects import Effect, SendText
from ringback.core.events import CallEnded, CallerFacts, CaseClosed, TimeUp
from ringback.core.numbers import caller_number, e164, textable
from ringback.core.policy import Policy
from ringback.core.tasks import open_tasks

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
CALLERS = {"withheld": Caller.WITHHELD, "extension": Caller.EXTENSION, "address": Caller.EXTENSION}
FIRST = frozenset({"first", "first_closed"})
A_LONG_TIME = timedelta(days=30)

OUTCOMES = {
    "answered": "a person answered",
    "texted": "a text would have gone",
    "redialled": "rang again and was answered before any text",
    "called_back_in": "called again and was answered",
    "merged": "joined a case that was open already",
    "person": "no text; a person would call back",
    "suppressed": "nothing would happen",
    "unknown": "the records do not say how it ended",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What would have become of one call. `case` counts cases from 1 (0: none); `text_at` is when the case's first text
    would have gone; `person_by` when a person would have called at the latest; `closed` that the practice was closed."""

    key: str
    at: datetime | None
    ended: datetime | None
    caller: str
    line: str
    verdict: Verdict
    why: str
    outcome: str
    reason: str
    case: int = 0
    text_at: datetime | None = None
    person_by: datetime | None = None
    closed: bool = False


@dataclass(slots=True)
class _Open:
    """A case that is running in the replay, and the row of the call that opened it."""

    number: int
    caller: str
    row: int
    case: Case
    text_at: datetime | None = None
    person_by: datetime | None = None
    said: str = ""


@dataclass(slots=True)
class _Replay:
    policy: Policy
    assume: bool
    own: frozenset[str]
    rows: list[Row] = field(default_factory=list)
    running: dict[str, _Open] = field(default_factory=dict)
    cases: int = 0

    def call(self, call: Call) -> None:
        verdict = judge(call)
        who = caller_number(call.caller)
        row = Row(
            key=call.key,
            at=call.began,
            ended=call.ended,
            caller=who.number or call.caller,
            line=e164(call.line) or call.line,
            verdict=verdict.verdict,
            why=verdict.why,
            outcome="answered",
            reason=verdict.why,
        )
        self.rows.append(row)
        now = call.ended or call.began
        if verdict.verdict is Verdict.UNKNOWN or now is None:
            self._say(outcome="unknown")
            return
        shut = not hours.is_open(self.policy.hours, now)
        self._say(closed=shut)
        if verdict.verdict is Verdict.INTERNAL:
            outward = call.direction is Direction.OUTBOUND
            self._say(outcome="suppressed", reason="the practice called out" if outward else "internal call")
            return
        held = self.running.get(who.number) if who.number else None
        if held is not None:
            self.run(held, now)
            held = self.running.get(who.number)
        if held is None and verdict.verdict is Verdict.ANSWERED:
            return
        caller = CallerFacts(
            kind=Caller.OWN if who.number in self.own else CALLERS.get(who.kind, Caller.UNMATCHED),
            untextable=(textable(who.number, self.assume) or "") if who.number else "no number",
        )
        event = CallEnded(
            call=call.key, verdict=verdict.verdict, why=verdict.why, at=now, caller=caller, open_now=not shut
        )
        if held is not None:
            self._join(held, event, now)
        else:
            self._begin(who.number, event, now)

    def _say(self, **more: object) -> None:
        self.rows[-1] = replace(self.rows[-1], **more)  # type: ignore[arg-type]

    def _begin(self, number: str, event: CallEnded, now: datetime) -> None:
        case = new_case(id=str(self.cases + 1), practice=0, line=0, policy_version=self.policy.version)
        decision = decide(case, event, self.policy, now)
        if decision.nothing or decision.case.phase is Phase.CLOSED:
            self._say(outcome="suppressed", reason=decision.why)
            return
        self.cases += 1
        held = _Open(self.cases, number, len(self.rows) - 1, decision.case, said=decision.why)
        self._say(case=held.number, outcome="person", reason=decision.why)
        self._note(held, decision, now)
        if number:
            self.running[number] = held
        else:
            self.run(held, now + A_LONG_TIME)

    def _join(self, held: _Open, event: CallEnded, now: datetime) -> None:
        decision = decide(held.case, event, self.policy, now)
        self._note(held, decision, now)
        if event.verdict is not Verdict.ANSWERED:
            self._say(outcome="merged", reason=decision.why, case=held.number)
        elif decision.case.closure is Closure.CALLED_BACK_IN:
            before = held.text_at is None
            self._say(case=held.number, outcome="called_back_in", reason=decision.why)
            if before:
                opener = self.rows[held.row]
                if opener.outcome != "texted":
                    self.rows[held.row] = replace(opener, outcome="redialled", reason=decision.why)

    def run(self, held: _Open, until: datetime) -> None:
        """Let the case's clocks run up to a moment; a task that falls due is taken as done by a person."""
        while held.case.open and (moment := due(held.case)) is not None and moment <= until:
            tasks = open_tasks(held.case)
            if tasks and min(task.due for task in tasks) <= moment and held.case.phase is Phase.WORKING:
                event = CaseClosed(by="replay", closure=Closure.REACHED, reason="a person called by then", at=moment)
                self._note(held, decide(held.case, event, self.policy, moment), moment)
            else:
                self._note(held, decide(held.case, TimeUp(at=moment), self.policy, moment), moment)

    def _note(self, held: _Open, decision: Decision, now: datetime) -> None:
        held.case = decision.case
        if _first_text(decision.effects) and held.text_at is None:
            held.text_at = now
            self.rows[held.row] = replace(self.rows[held.row], outcome="texted", reason=decision.why, text_at=now)
        elif not held.text_at and decision.why and self.rows[held.row].outcome == "person" and held.case.open:
            self.rows[held.row] = replace(self.rows[held.row], reason=decision.why)
        tasks = open_tasks(held.case)
        if tasks and held.person_by is None:
            held.person_by = min(task.due for task in tasks)
            self.rows[held.row] = replace(self.rows[held.row], person_by=held.person_by)
        if not held.case.open:
            self.running.pop(held.caller, None)


def _first_text(effects: Sequence[Effect]) -> bool:
    return any(isinstance(effect, SendText) and effect.purpose in FIRST for effect in effects)


def what_would_happen(
    calls: Sequence[Call],
    policy: Policy,
    *,
    assume_textable: bool = False,
    own: frozenset[str] = frozenset(),
    progress: Callable[[int, int], None] | None = None,
) -> list[Row]:
    """What would have become of each call, in the order in which they ended; the practice's `own` numbers are not texted.

    `progress` is told (done, all) every thousand calls.
    """
    ordered = sorted(calls, key=lambda call: (call.ended or call.began or EARLIEST, call.key))
    lines = frozenset(number for call in ordered if call.direction is Direction.INBOUND and (number := e164(call.line)))
    replay = _Replay(policy=policy, assume=assume_textable, own=own | lines)
    for done, call in enumerate(ordered, start=1):
        replay.call(call)
        if progress is not None and done % 1000 == 0:
            progress(done, len(ordered))
    for held in list(replay.running.values()):
        replay.run(held, (held.case.last_call_at or EARLIEST) + A_LONG_TIME)
    return replay.rows


def missed(row: Row) -> bool:
    """Whether the caller reached nobody."""
    return row.verdict in MISSED_KINDS
