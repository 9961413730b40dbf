"""Effects are wishes, named by purpose, without wording or patient data. Tasks, clocks and closures are not effects:
they are part of the case, and the store projects them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SendText:
    """Ask the gate for a text. `basis` as the gate names it; `reply_to` is the inbound message answered; `until` in the
    wording's {window} is rendered from `promise`."""

    purpose: str
    basis: str
    unprompted: bool = False
    reply_to: str = ""
    reply_to_at: datetime | None = None
    promise: datetime | None = None
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTexts:
    """Every text of this case that has not been handed over is cancelled."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Page somebody now: the on-call list at place `turn` (from 0), the named officer, or the manager."""

    role: str
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Tell a role or a queue (e-mail, chat webhook, text page): an id and a link, never people."""

    role: str
    about: str
    task: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppress:
    """The number is texted no more (for ever, all numbers of this practice)."""

    source: str
    wrong_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsuppress:
    """The person themself lifted the block (START)."""

    source: str


Effect = SendText | CancelTexts | Page | Alert | Suppress | Unsuppress
