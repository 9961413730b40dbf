"""What would have happened last week under another policy: kept facts replayed under two policies, and counted.

The rule: both policies are replayed by the same simple model, so that a difference between the two columns is the policy's
doing and never the model's. It is an estimate: callers did what they did under the old policy, and nobody knows whether
they had answered another text; LIMITS says so to whoever reads the picture. Pure: moments come in with the facts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from ringback.core import hours, tasks
from ringback.core.policy import SLAS, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A missed call. `caller` tells callers apart; `barred`: nothing may be sent to them, whatever the policy."""

    caller: str
    location: int
    at: datetime
    barred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A sign that a caller needed no (more) text: they were answered, wrote, booked, or the case was closed."""

    caller: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A task that was opened, and when somebody finished it (None: it is still open)."""

    caller: str
    location: int
    kind: str
    at: datetime
    done: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """An urgent case: when it began, was acknowledged, and the patient called back."""

    since: datetime
    acked: datetime | None
    called: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The facts of some days, up to `until`."""

    until: datetime
    missed: Sequence[Missed] = ()
    reached: Sequence[Reached] = ()
    opened: Sequence[Opened] = ()
    urgent: Sequence[Urgent] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one policy makes of a week."""

    texts: int = 0
    second_texts: int = 0
    held: int = 0
    callbacks: int = 0
    overdue: int = 0
    pages: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    caller: str
    location: int
    at: datetime


# Tasks that the reply gate makes: their number follows the policy, so they are made anew and not taken from the facts.
_OF_THE_GATE = "callback"


def replay(week: Week, policies: Mapping[int, Policy]) -> Counts:
    """Count the week under these policies, one a location (they differ in their hours)."""
    signs = _signs(week)
    texts, held, too_late = _first_texts(week, signs, policies)
    gates = [_gate(signs, text, policies[text.location]) for text in texts]
    unanswered = [(text, at) for text, at in zip(texts, gates, strict=True) if at is not None and at <= week.until]
    late = sum(1 for text, at in unanswered if _late_callback(week, signs, text, at, policies[text.location]))
    late += sum(
        1
        for one in week.opened
        if one.kind != _OF_THE_GATE and one.location in policies and _late(week, one, policies[one.location])
    )
    pages = told = 0
    sample = next(iter(policies.values()))
    for one in week.urgent:
        more, calls = _urgent(week, one, sample)
        pages, told = pages + more, told + calls
    second = sum(1 for text, _ in unanswered if policies[text.location].second_text)
    return Counts(
        texts=len(texts) + second,
        second_texts=second,
        held=held,
        callbacks=len(unanswered) + too_late,
        overdue=late,
        pages=pages,
        told=told,
    )


Signs = Mapping[str, Sequence[datetime]]


def _signs(week: Week) -> Signs:
    """By caller, in order: when they needed no further text, and when a task about them was done."""
    found: dict[str, list[datetime]] = {}
    for one in week.reached:
        found.setdefault(one.caller, []).append(one.at)
    for task in week.opened:
        if task.done is not None:
            found.setdefault(task.caller, []).append(task.done)
    return {caller: sorted(moments) for caller, moments in found.items()}


def _first_texts(week: Week, signs: Signs, policies: Mapping[int, Policy]) -> tuple[list[_Text], int, int]:
    """First texts, how many of them (or of those never sent) were held at night, and callers left to a person."""
    found: list[_Text] = []
    held = to_person = 0
    last: dict[str, datetime] = {}
    for call in sorted(week.missed, key=lambda one: one.at):
        policy = policies.get(call.location)
        if policy is None:
            continue
        before, last[call.caller] = last.get(call.caller), call.at
        if call.barred or (before is not None and call.at - before <= timedelta(minutes=policy.episode_minutes)):
            continue
        goes = call.at + timedelta(seconds=policy.settle_seconds)
        if _reached(signs, call.caller, call.at, goes):
            continue
        if policy.night_first == "hold" and not hours.is_open(policy.hours, goes):
            held += 1
            opening = _opening(policy, goes)
            if opening is None or opening - call.at > timedelta(hours=policy.hold_at_most_hours):
                to_person += 1
                continue
            if _reached(signs, call.caller, call.at, opening):
                continue
            goes = opening
        if goes <= week.until:
            found.append(_Text(caller=call.caller, location=call.location, at=goes))
    return found, held, to_person


def _reached(signs: Signs, caller: str, after: datetime, until: datetime) -> bool:
    moments = signs.get(caller, ())
    place = bisect_left(moments, after)
    return place < len(moments) and moments[place] <= until


def _opening(policy: Policy, at: datetime) -> datetime | None:
    try:
        return hours.next_open(policy.hours, at)
    except hours.NeverOpen:
        return None


def _gate(signs: Signs, text: _Text, policy: Policy) -> datetime | None:
    """When the reply gate makes a call-back task; None when the caller wrote, rang or was reached before."""
    gate = tasks.business(policy, text.at, policy.reply_gate)
    return None if _reached(signs, text.caller, text.at, gate) else gate


def _late_callback(week: Week, signs: Signs, text: _Text, gate: datetime, policy: Policy) -> bool:
    due = tasks.business(policy, gate, max(0, policy.callback_due - policy.reply_gate))
    moments = signs.get(text.caller, ())
    place = bisect_left(moments, gate)
    return (moments[place] if place < len(moments) else week.until) > due


def _late(week: Week, one: Opened, policy: Policy) -> bool:
    if one.kind not in policy.slas and one.kind not in SLAS:
        return False
    return (one.done or week.until) > tasks.due_by(policy, one.kind, one.at)


def _urgent(week: Week, one: Urgent, policy: Policy) -> tuple[int, int]:
    """(pages to people on call and the officer, times the manager was told) for one urgent case."""
    step = timedelta(minutes=policy.page_every)
    quiet = min(at for at in (one.acked, one.called, week.until) if at is not None)
    # A page goes at the beginning of each step that begins before somebody acknowledged.
    turns = max(1, -((one.since - quiet) // step))
    # Nobody is paged for ever: at the breach a person is told, and what is still unanswered shows on every screen.
    turns = min(turns, 1 + int(timedelta(minutes=policy.breach_after) / step))
    officer = max(0, turns - policy.officer_from_page + 1)
    called = one.called or week.until
    told = sum(
        1 for after in (policy.manager_after, policy.breach_after) if called > one.since + timedelta(minutes=after)
    )
    return turns + officer, told


def same(old: Counts, new: Counts) -> bool:
    """Whether nothing would have been different."""
    return all(getattr(old, one.name) == getattr(new, one.name) for one in fields(Counts))
