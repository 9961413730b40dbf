"""What can happen to a case. Events are facts in the past tense; they carry ids and readings, never people's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ringback.core.calls import Verdict
from ringback.core.case import Caller, Closure
from ringback.core.words import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerFacts:
    """What the directory says of a number. `untextable` is the reason a text cannot reach it, empty when it can;
    `asked_again` that staff asked within a day for the YES that lifts a block;
    `attestation` what the phone network vouches for of the caller's number (A, B, C or nothing)."""

    kind: Caller = Caller.UNMATCHED
    untextable: str = ""
    lang: str = ""
    flagged: bool = False
    next_visit: datetime | None = None
    suppressed: bool = False
    asked_again: bool = False
    attestation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """A call was judged. `open_now` says whether the practice is open; `staffed` whether anybody is on call;
    `same_call` that the case already counts this very call, whose verdict has changed."""

    call: str
    verdict: Verdict
    why: str
    at: datetime
    caller: CallerFacts
    shadow: bool = False
    open_now: bool = True
    staffed: bool = True
    same_call: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailHeard:
    """A message's words were read. Its reading may raise urgency at once; a link goes only where policy allows."""

    call: str
    at: datetime
    reading: Reading
    caller: CallerFacts
    seconds: int | None = None
    staffed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReceived:
    """A caller's own words, read. `carrier_replied` is True when the carrier already answered a STOP/START/HELP;
    `secure` that they were written on the patient's page, where no text is owed as an answer."""

    message: str
    at: datetime
    reading: Reading
    caller: CallerFacts
    carrier_replied: bool = False
    staffed: bool = True
    secure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFailed:
    """A text of ours was refused, undelivered, denied by the gate, or its fate could not be found out (`uncertain`)."""

    purpose: str
    reason: str
    permanent: bool
    at: datetime
    uncertain: bool = False
    denied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeUp:
    """The case's `due` has passed; every clock that has run out fires, in the fixed order."""

    at: datetime
    staffed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskClaimed:
    task: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReleased:
    task: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTried:
    """A call to the patient that reached nobody: it counts as an attempt and is tried again in 10 to 15 minutes."""

    task: str
    by: str
    at: datetime
    left_voicemail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone:
    """A person finished a task. `disposition`: booked, reached, resolved, wrong_number, opted_out,
    unreached_with_plan, unrecovered."""

    task: str
    by: str
    disposition: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAcknowledged:
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFailed:
    """Nobody could be paged: the list is empty or every contact failed."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentCalledBack:
    """A clinician spoke with (or `reached=False`: tried) the person who sent the urgent message."""

    by: str
    at: datetime
    reached: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitBooked:
    """The patient finished a booking or change with their own hand (own page, or 'did you book?' answered yes)."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAsked:
    """The patient asked for a visit or a change on the own page and a person has to confirm it."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OptedOut:
    """A revocation by another channel (voice, paper, web, staff)."""

    source: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefillProcessed:
    """Staff finished a refill; a completion text is owed (S46)."""

    task: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffReplied:
    """A person wrote to the caller; `message` names the row that holds the sealed words."""

    message: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureSent:
    """A person left words for the patient behind a link; `message` names the row that holds them, sealed."""

    message: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureSeen:
    """The patient has proved who they are and has seen what was left for them."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChosen:
    """The patient chose the language we speak with them."""

    lang: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureAsked:
    """Whoever holds the link asks for a text: a new `link`, or the one-time `code` that the row `message` holds, sealed."""

    kind: Literal["link", "code"]
    message: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed:
    """A person closed the case with its closure."""

    by: str
    closure: Closure
    reason: str
    at: datetime


Event = (
    CallEnded
    | VoicemailHeard
    | TextReceived
    | TextFailed
    | TimeUp
    | TaskClaimed
    | TaskReleased
    | TaskTried
    | TaskDone
    | PageAcknowledged
    | PageFailed
    | UrgentCalledBack
    | VisitBooked
    | VisitAsked
    | OptedOut
    | RefillProcessed
    | StaffReplied
    | SecureSent
    | SecureSeen
    | SecureAsked
    | LanguageChosen
    | CaseClosed
)
