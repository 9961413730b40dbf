"""Protective settings (C84): lowering one takes two officers, a reason and an end; at the end the default is back.

`PROTECTED` is the list: a setting's default, and what counts as lower. Making a setting stricter needs nobody's leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from ringback.core.office.values import Lowering

LONGEST: Final = timedelta(days=30)
OFFICERS: Final = frozenset({"privacy_officer", "security_officer"})
Place = Literal["policy", "caps", "gate", "register"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A protective setting: where it lives, its default, and the most (or the one value) that may be asked for."""

    name: str
    place: Place
    says: str
    default: bool | int
    most: int = 1

    def lowers(self, value: bool | int) -> bool:
        """Whether this value protects less than the default."""
        return value > self.default


def _settings(*given: Setting) -> Mapping[str, Setting]:
    return MappingProxyType({one.name: one for one in given})


PROTECTED: Final = _settings(
    Setting(name="second_text", place="policy", says="A second text at the reply gate, with recorded consent", default=False),
    Setting(name="voicemail_link", place="policy", says="A link by itself after a voicemail", default=False),
    Setting(name="unprompted_7d", place="caps", says="Unasked texts to a number in 7 days", default=3, most=6),
    Setting(name="replies_24h", place="caps", says="Automatic replies to a number in 24 hours", default=6, most=20),
    Setting(name="burst_10min", place="caps", says="Unasked texts from a line in 10 minutes", default=30, most=200),
    Setting(name="burst_day", place="caps", says="Unasked texts from a line in a day", default=500, most=5000),
    Setting(name="assume_textable", place="gate", says="Text numbers whose kind is unknown and fictitious", default=False),
    Setting(name="unmanaged_downloads", place="register", says="Downloads on devices that are not managed", default=False),
)  # fmt: skip


def lowered(name: str, value: bool | int) -> bool:
    """Whether setting this value by one person alone has to be refused."""
    setting = PROTECTED.get(name)
    return setting is not None and setting.lowers(value)


def problem(name: str, value: bool | int, reason: str, days: int) -> str:
    """What is wrong with a proposal; empty when it may be made."""
    setting = PROTECTED.get(name)
    if setting is None:
        return "There is no such protective setting."
    if not setting.lowers(value):
        return "This does not lower the protection; change it on the set-up page."
    if value > setting.most:
        return f"The most that may be asked for is {setting.most}."
    if len(reason.strip()) < 10:
        return "Write the reason: a sentence that an auditor understands."
    if not 1 <= days <= LONGEST.days:
        return f"It must end: 1 to {LONGEST.days} days."
    return ""


def may_approve(one: Lowering, staff: int, officer: bool) -> str:
    """Why this member may not approve the proposal; empty when so."""
    if not officer:
        return "Only a privacy or security officer may approve it."
    if one.approved_at is not None or one.ended_at is not None:
        return "It is decided already."
    if staff == one.proposed_by:
        return "It takes two: another officer has to approve it."
    return ""


def active(one: Lowering, now: datetime) -> bool:
    """Whether an exception is in force."""
    return (
        one.approved_at is not None
        and one.ended_at is None
        and one.expires_at is not None
        and one.approved_at <= now < one.expires_at
    )


def over(one: Lowering, now: datetime) -> bool:
    """Whether an approved exception has come to its end and its default has to be put back."""
    return one.approved_at is not None and one.ended_at is None and one.expires_at is not None and now >= one.expires_at
