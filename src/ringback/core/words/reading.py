"""What was understood of one message, as plain values. A reading says what was found and where; it decides
nothing.

The rule: `urgent` and `opt_out` are independent, and both may be true of the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INTENTS: Final = (
    "book",
    "reschedule",
    "cancel",
    "confirm",
    "billing",
    "refill",
    "records",
    "referral",
    "results",
    "clinical",
    "urgent",
    "opt_out",
    "wrong_number",
    "help",
    "language",
    "other",
)
ATTENTION: Final = ("routine", "person", "page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where something was found: `start` and `end` count characters of the message as it came."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One message, read.

    `attention` is `page` (someone is called now), `person` (someone reads it) or `routine`. `yes` is the
    answer to what was `asked`, None when it is no answer. `keyword`: the whole message is a word that we or
    the carrier offered, or wants nothing. `figure`: danger is named as a figure of speech, denied or past.
    `wary`: a rule found something that a person must see. `doubt`: a model would not rule danger out. `foreign`: in a language that no rule reads.
    `quote` is the patient's own words behind the reading: it is never logged. `why` names the rule in plain
    words and holds nothing of the patient's.
    """

    intents: tuple[str, ...] = ()
    attention: str = "routine"
    urgent: bool = False
    opt_out: bool = False
    opt_out_unsure: bool = False
    start: bool = False
    help: bool = False
    bare_cancel: bool = False
    wrong_number: bool = False
    call_me: bool = False
    crisis: bool = False
    ignore: bool = False
    auto_reply: bool = False
    keyword: bool = False
    figure: bool = False
    wary: bool = False
    doubt: bool = False
    foreign: bool = False
    yes: bool | None = None
    lang: str = "en"
    spans: tuple[Span, ...] = ()
    quote: str = ""
    why: str = ""
