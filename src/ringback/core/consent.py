"""The words of consent: its categories, the ways it is given and taken back, how much a text may say, and what people were
told. One vocabulary for the gate, the ledgers, the pages and the imports.

The rule: a wording that somebody was shown never changes; other words are a new version. There is no category for
marketing, because there is no such message (C47).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

MISSED_CALL: Final = "missed_call"
CALLBACK: Final = "callback"
CATEGORIES: Final[Mapping[str, str]] = {
    MISSED_CALL: "One text in answer to a missed call, as the greeting says",
    CALLBACK: "A further automatic text about a call of theirs",
}
"""What consent can be about. `missed_call` is written down by the engine with each first text; people record the other."""

METHODS: Final[Mapping[str, str]] = {
    "greeting_notice": "The greeting said so",
    "inbound_text": "By text",
    "web": "On a web page",
    "paper": "On paper",
    "verbal": "Spoken",
    "import": "With the patient list",
}
BY_STAFF: Final = ("verbal", "paper", "web", "inbound_text")
"""The methods a member of staff can record."""

SOURCES: Final[Mapping[str, str]] = {
    "voice": "By phone",
    "voicemail": "In a voicemail",
    "in_person": "At the desk",
    "paper": "On paper",
    "email": "By e-mail",
    "web": "On a web page",
    "text": "By text",
    "staff": "Noted by staff",
    "carrier": "Reported by the carrier",
    "patient": "On the patient's own page",
}
"""Where a stop can come from: any reasonable way counts, and all end in the same ledger (C28)."""

LEVELS: Final[Mapping[str, str]] = {
    "neutral_only": "Neutral texts only",
    "admin_ok": "Date and time of a visit too",
    "phi_ok": "Health matters too",
}
ELSEWHERE: Final = "elsewhere"
"""The level of a person who asked to be reached another way: no texts to this number at all."""
CHANNELS: Final[Mapping[str, str]] = {"text": "Texts", "voice": "Phone calls", "email": "E-mail", "post": "Letters"}

ASKED_WITHIN: Final = timedelta(hours=24)
"""How long after we asked a YES lifts a block (C33)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One version of what a person is shown or told. `hash` names the exact words."""

    id: str
    version: int
    told: str
    lang: str = "en"
    hash: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hash", digest(self.told))

    @property
    def name(self) -> str:
        """Its name in a ledger."""
        return f"{self.id}.{self.version}"


def digest(told: str) -> str:
    """The SHA-256 of words as they were told."""
    return sha256(told.encode()).hexdigest()


WARNING: Final = Wording(
    id="warning",
    version=1,
    told=(
        "Texts are not encrypted. Someone who sees your phone, or your phone company, could read them. You do not have to "
        "agree to get care, and you can change your mind at any time. Do you want texts from us that say more than that "
        "we called?"
    ),
)
AGREEMENT: Final = Wording(
    id="consent.callback",
    version=1,
    told=(
        "May we send you one more automatic text about a call of yours, when we have not reached you? You do not have to "
        "agree to get care. Message and data rates may apply. You can end it at any time: reply STOP or tell anybody here."
    ),
)
SHOWN: Final = (WARNING, AGREEMENT)


def asked_lately(asked_at: datetime | None, now: datetime) -> bool:
    """Whether a YES at this moment answers what we asked."""
    return asked_at is not None and timedelta(0) <= now - asked_at <= ASKED_WITHIN
