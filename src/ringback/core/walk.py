"""A walk through the rules: everything that can happen is tried on every kind of case that can be reached.

Cases are told apart by a sketch (phase, kinds of clocks, how much work is open, how the urgent round stands, what was
sent), and one case of each sketch is gone on from. So the diagram in the docs is drawn from what the rules really do, a
rule that can never be reached is found, and what must hold everywhere is checked everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from ringback.core import events
from ringback.core.calls import Verdict
from ringback.core.case import Caller, Case, Closure, Phase, Tick, due, past
from ringback.core.decide import RULES, Decision, decide, new_case
from ringback.core.events import CallerFacts, Event
from ringback.core.hours import Hours, Span
from ringback.core.policy import SLAS, Policy, Sla
from ringback.core.tasks import open_tasks
from ringback.core.words import Reading

_DAY = (Span(time(8), time(12)), Span(time(13), time(17)))
HOURS = Hours(zone="America/New_York", week=(*([_DAY] * 5), (), ()))
MORNING = datetime(2026, 3, 2, 14, tzinfo=UTC)  # a Monday, nine o'clock in New York
NIGHT = datetime(2026, 3, 3, 3, tzinfo=UTC)
# The visit is near enough for every gate about visits.
VISIT = timedelta(hours=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Who calls which practice, and when."""

    name: str
    policy: Policy
    caller: CallerFacts
    at: datetime = MORNING


def _policy(**more: Any) -> Policy:
    return Policy(hours=HOURS, **more)


_PATIENT = CallerFacts(kind=Caller.PATIENT, next_visit=MORNING + VISIT)
STARTS = (
    Start(name="a new patient", policy=_policy(), caller=CallerFacts()),
    Start(name="a flagged patient", policy=_policy(), caller=replace(_PATIENT, flagged=True)),
    Start(name="a patient at night, texts held", policy=_policy(night_first="hold"), caller=_PATIENT, at=NIGHT),
    Start(
        name="a patient, second text and an outside booking page",
        policy=_policy(second_text=True, booking="outside_link"),
        caller=_PATIENT,
    ),
    Start(
        name="a patient with a visit today, links after voicemail",
        policy=_policy(voicemail_link=True),
        caller=replace(_PATIENT, next_visit=MORNING + timedelta(hours=3)),
    ),
    Start(
        name="a patient, a long settle window and short clocks",
        policy=_policy(
            settle_seconds=600,
            lease=5,
            retry=5,
            slas={**SLAS, "voicemail": Sla(queue="front_desk", minutes=6)},
        ),
        caller=_PATIENT,
    ),
    Start(name="a landline", policy=_policy(), caller=CallerFacts(kind=Caller.PATIENT, untextable="landline")),
    Start(
        name="a hidden number",
        policy=_policy(),
        caller=CallerFacts(kind=Caller.WITHHELD, untextable="no number"),
    ),
    Start(name="a member of staff", policy=_policy(), caller=CallerFacts(kind=Caller.STAFF)),
)

READINGS = (
    Reading(intents=("book",)),
    Reading(intents=("reschedule",)),
    Reading(intents=("cancel",)),
    Reading(intents=("billing",)),
    Reading(intents=("refill",)),
    Reading(intents=("other",), attention="person"),
    Reading(intents=("other",), attention="person", call_me=True),
    Reading(intents=("confirm",), yes=True),
    Reading(intents=("urgent",), attention="page", urgent=True),
    Reading(intents=("opt_out",), opt_out=True),
    Reading(intents=("opt_out",), opt_out=True, bare_cancel=True),
    Reading(intents=("urgent", "opt_out"), attention="page", urgent=True, opt_out=True),
    Reading(intents=("wrong_number",), opt_out=True, wrong_number=True),
    Reading(intents=("other",), opt_out_unsure=True),
    Reading(intents=("help",), help=True),
    Reading(start=True),
    Reading(ignore=True),
)
HEARD = (
    Reading(intents=("other",), attention="person"),
    Reading(intents=("reschedule",)),
    Reading(intents=("urgent",), attention="page", urgent=True),
    Reading(intents=("opt_out",), opt_out=True),
)
DISPOSITIONS = ("booked", "reached", "resolved", "unreached_with_plan", "unrecovered", "wrong_number", "opted_out")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the walk: what was tried on which case, and what came of it."""

    start: Start
    before: Case
    event: Event
    now: datetime
    decision: Decision

    @property
    def keys(self) -> tuple[tuple[Phase, type[Any] | Tick], ...]:
        """The places of the table that this step looked at."""
        if not isinstance(self.event, events.TimeUp):
            return ((self.before.phase, type(self.event)),)
        return tuple((self.before.phase, clock.tick) for clock in past(self.before, self.now))


def happenings(case: Case, start: Start, now: datetime) -> Iterator[tuple[Event, datetime]]:
    """Everything that can happen to this case next, each with its moment."""
    caller = replace(start.caller, suppressed=case.opted_out)
    verdicts = (Verdict.MISSED, Verdict.ANSWERED, Verdict.VOICEMAIL, Verdict.INTERNAL)
    for verdict in verdicts if case.phase is Phase.NEW else verdicts[:3]:
        yield events.CallEnded(call="c", verdict=verdict, why="it rang and nobody answered", at=now, caller=caller), now
    again = now + timedelta(minutes=40)
    yield (
        events.CallEnded(call="c", verdict=Verdict.MISSED, why="it rang and nobody answered", at=again, caller=caller),
        again,
    )
    for words in READINGS:
        yield events.TextReceived(message="m", at=now, reading=words, caller=caller), now
    for words in HEARD:
        yield events.VoicemailHeard(call="c", at=now, reading=words, caller=caller), now
    yield events.TextReceived(message="m", at=now, reading=READINGS[8], caller=caller, staffed=False), now
    for reason, more in (
        ("landline", {}),
        ("opted_out", {}),
        ("day_cap", {"denied": True}),
        ("unknown", {"uncertain": True}),
    ):
        yield events.TextFailed(purpose="first", reason=reason, permanent=True, at=now, **more), now
    yield events.PageAcknowledged(by="p", at=now), now
    yield events.PageFailed(reason="oncall: nobody is on the list", at=now), now
    yield events.UrgentCalledBack(by="p", at=now), now
    yield events.UrgentCalledBack(by="p", at=now, reached=False), now
    yield events.VisitBooked(kind="book", at=now), now
    yield events.VisitAsked(kind="book", at=now), now
    yield events.OptedOut(source="paper", at=now), now
    yield events.StaffReplied(message="r", by="p", at=now), now
    yield events.SecureSent(message="r", by="p", at=now), now
    yield events.SecureSeen(at=now), now
    yield events.SecureAsked(kind="code", message="r", at=now), now
    yield events.LanguageChosen(lang="es", at=now), now
    yield events.CaseClosed(by="p", closure=Closure.RESOLVED, reason="", at=now), now
    for task in open_tasks(case)[:2]:
        yield events.TaskClaimed(task=task.id, by="p", at=now), now
        yield events.TaskReleased(task=task.id, by="p", at=now), now
        yield events.TaskTried(task=task.id, by="p", at=now), now
        yield events.RefillProcessed(task=task.id, by="p", at=now), now
        for disposition in DISPOSITIONS:
            yield events.TaskDone(task=task.id, by="p", disposition=disposition, at=now), now
    moment = due(case)
    if moment is not None:
        yield events.TimeUp(at=max(now, moment)), max(now, moment)


def sketch(case: Case) -> tuple[Any, ...]:
    """What tells two cases apart on the walk: where it stands, what fires next, and what a rule would ask of it."""
    urgent = case.urgent
    work = open_tasks(case)
    following = min(case.clocks, key=lambda clock: (clock.at, clock.tick)).tick if case.clocks else None
    return (
        case.phase,
        case.closure,
        following,
        min(len(work), 2),
        any(task.kind == "refill" for task in work),
        urgent is not None and (urgent.acked_at is not None, urgent.called_at is not None, urgent.breached),
        case.opted_out,
        min(case.unprompted, 2),
        case.did_you_book,
    )


def walk(start: Start, most: int = 300) -> Iterator[Step]:
    """Every step from this start, breadth first, until no new sketch appears or `most` sketches were seen."""
    first = new_case(id="c", practice=1, line=1, policy_version=1)
    seen = {sketch(first)}
    front = [(first, start.at)]
    while front:
        following: list[tuple[Case, datetime]] = []
        for case, at in front:
            for event, now in happenings(case, start, at):
                decision = decide(case, event, start.policy, now)
                yield Step(start, case, event, now, decision)
                shape = sketch(decision.case)
                if decision.nothing or shape in seen or len(seen) >= most:
                    continue
                seen.add(shape)
                following.append((decision.case, now))
        front = following


def whole() -> Iterator[Step]:
    """The walk from every start."""
    for start in STARTS:
        yield from walk(start)


def unreached(steps: Iterator[Step]) -> set[tuple[Phase, type[Any] | Tick]]:
    """Places of the table that no step ever came to."""
    left = set(RULES)
    for step in steps:
        left.difference_update(step.keys)
    return left
