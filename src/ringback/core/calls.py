"""Calls are judged once, from legs, after the call has ended.

Any leg a human accepted means answered. Voicemail, an auto-attendant, a carrier's voicemail behind a forwarded phone
and the losing members of a ring group never do (S5, S34, P1..P6). Adapters only translate legs; this file alone says
what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Party(StrEnum):
    """Who a leg rang."""

    HUMAN = "human"
    QUEUE = "queue"
    VOICEMAIL = "voicemail"
    ATTENDANT = "attendant"
    UNKNOWN = "unknown"


class Result(StrEnum):
    """How a leg ended."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    BUSY = "busy"
    CANCELED = "canceled"
    FAILED = "failed"
    RINGING = "ringing"


class Verdict(StrEnum):
    """What became of a call, as the whole product speaks of it."""

    ANSWERED = "answered"
    MISSED = "missed"
    ABANDONED = "abandoned"
    BUSY = "busy"
    VOICEMAIL = "voicemail"
    INTERNAL = "internal"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Which way a call went, seen from the practice."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One attempt to reach somebody within a call.

    `bridged` is the phone system's own word that two people's audio was joined (None: it does not say). `talk` is in
    seconds. `screened` is True when a person pressed a key to accept (None: nobody was asked).
    """

    key: str
    party: Party
    result: Result
    bridged: bool | None = None
    screened: bool | None = None
    talk: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it is known so far; observations arrive in any order and are merged with `merge`.

    `caller` and `line` are as the phone system wrote them (E.164 where it could be told). `caller_hung_up` is True
    when the phone system says the caller ended an unanswered call, None when it cannot tell. `voicemail_seconds` is how
    long a message is; `voicemail_reached` that the practice's own voicemail picked up, whatever was left on it.
    """

    key: str
    line: str
    caller: str
    direction: Direction = Direction.INBOUND
    began: datetime | None = None
    ended: datetime | None = None
    legs: tuple[Leg, ...] = ()
    caller_hung_up: bool | None = None
    busy: bool = False
    attendant_answered: bool = False
    voicemail_seconds: int | None = None
    voicemail_reached: bool = False
    attestation: str = ""
    caller_zone_hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with the sentence that explains it; `sure` is False where the source cannot tell."""

    verdict: Verdict
    why: str
    sure: bool = True


MISSED_KINDS = frozenset({Verdict.MISSED, Verdict.ABANDONED, Verdict.BUSY, Verdict.VOICEMAIL})
# Shorter than this is a click, not a message (an aborted voicemail leaves one of zero seconds).
SHORTEST_VOICEMAIL = 2


def merge(old: Call | None, new: Call) -> Call:
    """Join two observations of one call; order does not matter, a fact once known is not lost."""
    if old is None:
        return new
    if old.key != new.key:
        raise ValueError("observations of different calls cannot be merged")
    legs = {leg.key: leg for leg in old.legs}
    for leg in new.legs:
        kept = legs.get(leg.key)
        legs[leg.key] = leg if kept is None else max(leg, kept, key=_rank)
    moments = [m for m in (old.began, new.began) if m is not None]
    ends = [m for m in (old.ended, new.ended) if m is not None]
    seconds = [s for s in (old.voicemail_seconds, new.voicemail_seconds) if s is not None]
    hung = [h for h in (old.caller_hung_up, new.caller_hung_up) if h is not None]
    return replace(
        old,
        line=_said(old.line, new.line),
        caller=_said(old.caller, new.caller),
        direction=max(old.direction, new.direction, key=_DIRECTIONS.index),
        began=min(moments) if moments else None,
        ended=max(ends) if ends else None,
        legs=tuple(legs[key] for key in sorted(legs)),
        caller_hung_up=any(hung) if hung else None,
        busy=old.busy or new.busy,
        attendant_answered=old.attendant_answered or new.attendant_answered,
        voicemail_seconds=max(seconds) if seconds else None,
        voicemail_reached=old.voicemail_reached or new.voicemail_reached,
        attestation=max(old.attestation, new.attestation),  # "failed" is the last of them: a warning is never lost
        caller_zone_hint=_said(old.caller_zone_hint, new.caller_zone_hint),
    )


# A report that says more than the default outweighs it.
_DIRECTIONS = (Direction.INBOUND, Direction.OUTBOUND, Direction.INTERNAL)


def _said(one: str, other: str) -> str:
    """Of two spellings the one that says more: a number before a word, then always the same one."""
    if one == other or not other:
        return one
    if not one:
        return other
    return max(one, other, key=lambda text: (any(c.isdigit() for c in text), text))


def _rank(leg: Leg) -> tuple[int, int, str]:
    """How much a leg's report tells: a late 'ringing' never overwrites how it ended, a word on the bridge or a machine
    on the line outweighs a bare 'answered'; equals are settled by their text, so that order never matters."""
    if leg.result is Result.RINGING:
        weight = 0
    elif leg.result is not Result.ANSWERED:
        weight = 1
    else:
        weight = 4 if leg.party is Party.VOICEMAIL else 3 if leg.bridged is not None or leg.screened is not None else 2
    return weight, leg.talk, repr(leg)


def human(leg: Leg) -> bool:
    """True when a person at the practice spoke on this leg."""
    if leg.party not in (Party.HUMAN, Party.QUEUE) or leg.result is not Result.ANSWERED:
        return False
    return leg.screened is not False and leg.bridged is not False


def judge(call: Call) -> Judgement:
    """Say what became of an ended call. A call that has not ended is `unknown`."""
    if call.direction is Direction.INTERNAL:
        return Judgement(verdict=Verdict.INTERNAL, why="both ends are inside the practice")
    if call.direction is Direction.OUTBOUND:
        return Judgement(verdict=Verdict.INTERNAL, why="the practice placed this call")
    if any(human(leg) for leg in call.legs):
        return Judgement(verdict=Verdict.ANSWERED, why="a person answered one of the phones that rang")
    if call.ended is None:
        return Judgement(verdict=Verdict.UNKNOWN, why="the call has not ended yet", sure=False)
    if call.voicemail_seconds is not None and call.voicemail_seconds >= SHORTEST_VOICEMAIL:
        return Judgement(
            verdict=Verdict.VOICEMAIL, why=f"nobody answered; a message of {call.voicemail_seconds} s was left"
        )
    if call.voicemail_reached:
        left = "" if call.voicemail_seconds is None else ", but no message was left"
        return Judgement(verdict=Verdict.VOICEMAIL, why=f"nobody answered; the call went to voicemail{left}")
    machine = " after the auto-attendant answered" if call.attendant_answered else ""
    if call.caller_hung_up:
        return Judgement(verdict=Verdict.ABANDONED, why=f"the caller hung up{machine} before anyone answered")
    rang = [leg for leg in call.legs if leg.party in (Party.HUMAN, Party.QUEUE)]
    busy = call.busy or any(leg.result is Result.BUSY for leg in call.legs)
    if busy and not any(leg.result is Result.UNANSWERED for leg in rang):
        return Judgement(verdict=Verdict.BUSY, why="the line was busy")
    return _missed(call, rang, machine)


def _missed(call: Call, rang: list[Leg], machine: str) -> Judgement:
    """A missed call, in the words that fit what happened."""
    picked = [leg for leg in call.legs if leg.result is Result.ANSWERED]
    if any(leg.screened is False or leg.bridged is False or leg.party is Party.VOICEMAIL for leg in picked):
        return Judgement(
            verdict=Verdict.MISSED, why="a phone picked up but nobody was connected, as a carrier's voicemail does"
        )
    if picked:
        return Judgement(
            verdict=Verdict.MISSED, why="something picked up, but nothing says that a person spoke", sure=False
        )
    phones = len(rang)
    if rang and all(leg.result is Result.FAILED for leg in rang):
        why = f"no phone could be reached{machine}"
    elif any(leg.party is Party.QUEUE for leg in rang):
        why = f"it rang in the queue{machine} and nobody answered"
    elif phones > 1:
        why = f"{phones} phones rang{machine} and nobody answered"
    elif rang:
        why = f"it rang{machine} and nobody answered"
    else:
        why = f"the call ended{machine} without reaching anybody"
    return Judgement(verdict=Verdict.MISSED, why=why)
