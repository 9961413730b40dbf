"""Rules for what became of a text, and for the little that is still heard after a case has closed.

A text that did not arrive is a person's task at once: the caller does not know that anybody saw the call (P17).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ringback.core import tasks
from ringback.core.case import Case, Phase, Tick, without_clock
from ringback.core.effects import CancelTexts, Effect, Suppress
from ringback.core.events import OptedOut, TextFailed
from ringback.core.policy import Policy
from ringback.core.rules import Decision, nothing, to_person

WORDS = {
    "landline": "the number takes no texts",
    "invalid": "the number takes no texts",
    "opted_out": "the carrier says the person stopped our texts",
    "suppressed": "the person asked for no texts",
}


def failed(case: Case, event: TextFailed, policy: Policy, now: datetime) -> Decision:
    """A text did not go or did not arrive: a person takes over; a stop that only the carrier knew is kept here too."""
    if event.uncertain:
        case = to_person(case, policy, now, "text_fate_unknown")
        return Decision(
            case=case, why="nobody can say whether the text went out; a person looks, nothing is sent twice"
        )
    effects: tuple[Effect, ...] = ()
    if event.reason == "opted_out" and not event.denied:
        case = replace(without_clock(case, Tick.OPENING), opted_out=True, opted_out_at=now)
        effects = (Suppress(source="carrier"), CancelTexts(why="opt-out"))
    said = WORDS.get(event.reason, f"not allowed: {event.reason}" if event.denied else event.reason)
    if tasks.open_tasks(case):
        case = without_clock(case, Tick.REPLY)
        return Decision(case=case, effects=effects, why=f"the text did not go ({said}); a task is open")
    case = to_person(without_clock(case, Tick.CLOSE), policy, now)
    return Decision(case=case, effects=effects, why=f"the text did not go ({said}); a person calls back")


def stopped_later(case: Case, event: OptedOut, policy: Policy, now: datetime) -> Decision:
    """A stop is obeyed even when the case is over; the case stays closed as it was."""
    assert case.phase is Phase.CLOSED
    case = replace(case, opted_out=True, opted_out_at=now)
    effects = (Suppress(source=event.source), CancelTexts(why="opt-out"))
    return Decision(case=case, effects=effects, why=f"opted out by {event.source}; the case was over")


def failed_later(case: Case, event: TextFailed, policy: Policy, now: datetime) -> Decision:
    """After the end only a stop that the carrier knew matters."""
    if event.reason != "opted_out" or event.denied or case.opted_out:
        return nothing(case)
    case = replace(case, opted_out=True, opted_out_at=now)
    return Decision(
        case=case, effects=(Suppress(source="carrier"),), why="the carrier says the person stopped our texts"
    )
