"""What must hold of every decision, whatever happened: used by the walk and by random histories."""

from __future__ import annotations

from datetime import datetime

from ringback.core.case import Case, Phase, TaskState, Tick, due
from ringback.core.decide import Decision
from ringback.core.effects import CancelTexts, Effect, SendText, Suppress

AFTER_STOP = {"stop_confirmation", "urgent_answer", "status_after_urgent"}


def check(before: Case, decision: Decision, now: datetime) -> None:
    """Raise AssertionError when a decision breaks a rule that holds for all."""
    case = decision.case
    assert decision.why
    if decision.nothing:
        assert case is before and not decision.effects
        return
    _clocks(case)
    _ending(before, case)
    _urgent(before, case)
    _texts(before, case, decision.effects)
    _order(decision.effects)


def _clocks(case: Case) -> None:
    live = [task for task in case.tasks if task.state in (TaskState.OPEN, TaskState.CLAIMED)]
    assert (due(case) is not None) == case.open, "an open case has a next moment, a closed one has none"
    pairs = [(clock.tick, clock.subject) for clock in case.clocks]
    assert len(pairs) == len(set(pairs)), "one clock of a kind and subject"
    if case.open:
        timed = {clock.subject for clock in case.clocks if clock.tick is Tick.DUE}
        assert timed == {task.id for task in live}, "each open task has its due clock, and nothing else has"
        claimed = {task.id for task in live if task.state is TaskState.CLAIMED}
        assert claimed == {clock.subject for clock in case.clocks if clock.tick is Tick.LEASE}, "a claim has its lease"
        ending = any(clock.tick is Tick.CLOSE for clock in case.clocks)
        assert not ending or case.phase is Phase.WAITING, "a case that is about to end has nothing open"
        assert case.phase is not Phase.WORKING or live, "working means that somebody has work"
        assert case.phase is not Phase.WAITING or not live, "waiting means that nobody has"
    else:
        assert not case.clocks and not live


def _ending(before: Case, case: Case) -> None:
    assert (case.closure is not None) == (case.phase is Phase.CLOSED)
    assert bool(case.closure_reason) == (case.closure is not None)
    if before.phase is Phase.CLOSED:
        assert case.phase is Phase.CLOSED and case.closure is before.closure, "closed stays closed, as it was"


def _urgent(before: Case, case: Case) -> None:
    running = case.urgent is not None and case.urgent.called_at is None
    assert (case.phase is Phase.URGENT) == (running and case.open)
    if case.phase is Phase.URGENT and case.urgent is not None:
        ticks = {clock.tick for clock in case.clocks}
        assert (case.urgent.acked_at is None) == (Tick.PAGE in ticks), "paging goes on until acknowledged"
        assert any(task.kind == "urgent_callback" and task.done_at is None for task in case.tasks)
        if before.phase is Phase.URGENT and before.urgent is not None:
            assert case.urgent.since == before.urgent.since, "nothing pushes the urgent clocks back"


def _texts(before: Case, case: Case, effects: tuple[Effect, ...]) -> None:
    texts = [effect for effect in effects if isinstance(effect, SendText)]
    stopped = case.opted_out or any(isinstance(effect, Suppress) for effect in effects)
    if stopped or case.phase is Phase.CLOSED:
        assert all(text.basis in AFTER_STOP for text in texts), "after a stop or a closure only decision 5's list"
    assert sum(text.basis == "reply_to_inbound" for text in texts) <= 1, "one answer to a message"
    assert sum(text.unprompted for text in texts) == case.unprompted - before.unprompted
    if before.open and case.phase is Phase.CLOSED and (before.texted_at or before.replied_at):
        assert any(isinstance(effect, CancelTexts) for effect in effects), "a closure cancels what waits"


def _order(effects: tuple[Effect, ...]) -> None:
    kinds = [type(effect).__name__ for effect in effects]
    for first, later in (("Suppress", "SendText"), ("CancelTexts", "SendText"), ("Page", "SendText")):
        if first in kinds and later in kinds:
            assert max(i for i, k in enumerate(kinds) if k == first) < kinds.index(later)
