"""What a patient may ask of a practice about their record, and the clocks that then run (C56, C57).

The rule: a request is due a number of calendar days after it came in, and may be put off once, by 30 days, before it is due
and with the reason told to the person. Days end at midnight where the practice is. A refusal names its ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EXTRA = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of request: its days, whether it may be put off, the grounds it may be refused on."""

    name: str
    says: str
    days: int
    law: str
    extends: bool = False
    grounds: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    one.name: one
    for one in (
        Kind(
            name="access", says="A copy of their record", days=30, law="164.524", extends=True,
            grounds=("not_in_record", "endangers", "legal_proceedings", "cannot_verify", "infeasible"),
        ),
        Kind(
            name="amendment", says="A correction", days=60, law="164.526", extends=True,
            grounds=("accurate", "not_ours", "not_in_record", "cannot_verify"),
        ),
        Kind(
            name="restriction", says="Less use of their record", days=30, law="164.522(a)",
            grounds=("not_required", "cannot_verify"),
        ),
        Kind(
            name="confidential", says="To be reached another way", days=30, law="164.522(b)",
            grounds=("unreasonable", "cannot_verify"),
        ),
        Kind(
            name="accounting", says="Whom their record was disclosed to", days=60, law="164.528", extends=True,
            grounds=("suspended", "cannot_verify"),
        ),
    )
}  # fmt: skip
# Every ground is an exception that somebody can be held to: there is no "other" (C58).
GROUNDS: Mapping[str, str] = {
    "not_in_record": "It is not part of the record kept here",
    "endangers": "It would endanger somebody (164.524(a)(3); the person may have it reviewed)",
    "legal_proceedings": "It was put together for legal proceedings",
    "cannot_verify": "It could not be verified who asks",
    "infeasible": "Infeasible as asked (45 CFR 171.204); another form was offered",
    "accurate": "The record is accurate and complete",
    "not_ours": "The record was made by somebody else who can be asked",
    "not_required": "Not agreed to; no law requires it (164.522(a)(1)(ii))",
    "unreasonable": "Not a reasonable way to reach somebody",
    "suspended": "An agency asked to wait (164.528(a)(2))",
}
OUTCOMES: Mapping[str, str] = {"granted": "Done as asked", "partly": "Done in part", "denied": "Refused"}
WAYS: Mapping[str, str] = {
    "handed_over": "Handed over on paper",
    "encrypted": "Sent encrypted",
    "unencrypted": "Sent unencrypted, after the warning",
    "mail": "Sent by post",
}
WARNING = (
    "Sent without encryption, this can be read by others on its way: by whoever runs the mail services it passes, and by "
    "anybody with access to your mailbox. You may have it on paper or encrypted instead. Do you want it unencrypted?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as its clocks see it."""

    kind: str
    came_on: date
    extended_on: date | None = None
    closed_at: datetime | None = None


def due_on(asked: Asked) -> date:
    """The last day to answer."""
    return asked.came_on + timedelta(days=KINDS[asked.kind].days + (EXTRA if asked.extended_on else 0))


def due(asked: Asked, zone: str) -> datetime:
    """The moment it is late: midnight at the end of the last day, where the practice is."""
    return datetime.combine(due_on(asked) + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def late(asked: Asked, now: datetime, zone: str) -> bool:
    """Whether it is open and past its moment, or was answered after it."""
    return (asked.closed_at or now) >= due(asked, zone)


def days_left(asked: Asked, today: date) -> int:
    """Whole days until the last one; negative when it is past."""
    return (due_on(asked) - today).days


def why_not_extend(asked: Asked, today: date) -> str:
    """Why it may not be put off; empty when it may."""
    if not KINDS[asked.kind].extends:
        return "this kind of request is not put off"
    if asked.closed_at is not None:
        return "it is answered"
    if asked.extended_on is not None:
        return "it was put off once already"
    if today > due_on(asked):
        return "its time is over"
    return ""


def why_not_answer(kind: str, outcome: str, ground: str) -> str:
    """Why an answer is not one; empty when it is. A refusal, in part too, has a ground of its kind."""
    if outcome not in OUTCOMES:
        return "say what came of it"
    if outcome in ("denied", "partly") and ground not in KINDS[kind].grounds:
        return "a refusal names its ground"
    if outcome == "granted" and ground:
        return "what is done as asked has no ground for refusing"
    return ""


def why_not_deliver(way: str, warned: bool) -> str:
    """Why a copy may not go out this way; empty when it may."""
    if way not in WAYS:
        return "say how it is delivered"
    if way == "unencrypted" and not warned:
        return "read them the warning first and write down that they want it all the same"
    return ""
