"""The accounting of disclosures: what belongs in it, what a person is told of it, and the notice of 42 CFR Part 2.

The rule: uses for treatment, payment and operations, what went to the person or was authorised by them, are not entered;
an accounting covers six years at most; what an agency asked to be held back is left out until its day (C56, C61).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ringback.core.retention import months_after

WHY: Mapping[str, str] = {
    "required_by_law": "Required by law (164.512(a))",
    "public_health": "Public health (164.512(b))",
    "abuse": "Abuse, neglect or domestic violence (164.512(c))",
    "oversight": "Health oversight (164.512(d))",
    "judicial": "Court or administrative order (164.512(e))",
    "law_enforcement": "Law enforcement (164.512(f))",
    "death": "Coroner, medical examiner, organ donation (164.512(g), (h))",
    "research": "Research under a waiver (164.512(i))",
    "threat": "To avert a serious threat (164.512(j))",
    "government": "Specialised government functions (164.512(k))",
    "compensation": "Workers' compensation (164.512(l))",
    "breach": "Disclosed by mistake",
}
# What is not accounted for (164.528(a)(1)), so that the register can say why it does not take it.
NOT_ENTERED: Mapping[str, str] = {
    "treatment": "treatment, payment and operations are not accounted for",
    "payment": "treatment, payment and operations are not accounted for",
    "operations": "treatment, payment and operations are not accounted for",
    "to_the_person": "what went to the person is not accounted for",
    "authorised": "what the person authorised is not accounted for",
    "incidental": "what is incidental to a permitted use is not accounted for",
}
# Only these may ask that an entry be held back (164.528(a)(2)).
AGENCIES = ("oversight", "law_enforcement")
# An agency that asks by word of mouth has 30 days to put it in writing.
BY_WORD = timedelta(days=30)
YEARS = 6
# 42 CFR 2.32(a)(1), the long form, and the label that no use in proceedings is made of it (2.12(d)).
PART2_NOTICE = (
    "This record which has been disclosed to you is protected by Federal confidentiality rules (42 CFR part 2). These rules "
    "prohibit you from using or disclosing this record, or testimony that describes the information contained in this "
    "record, in any civil, criminal, administrative, or legislative proceedings by any Federal, State, or local authority, "
    "against the patient, unless authorized by the consent of the patient, except as provided at 42 CFR 2.12(c)(5) or as "
    "authorized by a court in accordance with 42 CFR 2.64 or 2.65. In addition, the Federal rules prohibit you from making "
    "any other use or disclosure of this record unless at least one of the following applies: Further use or disclosure is "
    "expressly permitted by the written consent of the individual whose information is being disclosed in this record or as "
    "otherwise permitted by 42 CFR part 2. You are a covered entity, business associate, or part 2 program that received "
    "this record pursuant to the consent for treatment, payment, or health care operations, and the further use or "
    "disclosure is permitted by the HIPAA regulations. A general authorization for the release of medical or other "
    "information is NOT sufficient to meet the required elements of written consent to further use or redisclose the record "
    "(see 42 CFR 2.31)."
)


class NotEntered(ValueError):
    """This is not a disclosure that is accounted for, or something of it is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One entry: when, to whom and where, what, why, on whose authority; `held_until` while an agency asked to wait."""

    at: datetime
    recipient: str
    address: str
    what: str
    why: str
    authority: str
    part2: bool = False
    held_until: datetime | None = None


def check(one: Disclosure, now: datetime) -> None:
    """Raises `NotEntered` for what does not belong in the register."""
    if one.why in NOT_ENTERED:
        raise NotEntered(NOT_ENTERED[one.why])
    if one.why not in WHY:
        raise NotEntered("say why it was disclosed")
    if not one.recipient.strip() or not one.what.strip():
        raise NotEntered("say to whom, and what was disclosed")
    if not one.authority.strip() and one.why != "breach":
        raise NotEntered("say on whose authority or order")
    if one.at > now:
        raise NotEntered("it lies in the future")


def check_hold(why: str, until: datetime, now: datetime, *, in_writing: bool) -> None:
    """Whether an agency's wish that an entry be held back can be followed. Raises `NotEntered`."""
    if why not in AGENCIES:
        raise NotEntered("only an oversight or law-enforcement agency may ask for that")
    if until <= now:
        raise NotEntered("its end is past")
    if not in_writing and until > now + BY_WORD:
        raise NotEntered(f"asked by word of mouth it holds {BY_WORD.days} days at most; get it in writing")


def span(first: date, last: date) -> None:
    """Whether an accounting may cover these days. Raises ValueError."""
    if last < first:
        raise ValueError("it ends before it begins")
    start = datetime(first.year, first.month, first.day)
    if datetime(last.year, last.month, last.day) > months_after(start, 12 * YEARS):
        raise ValueError(f"an accounting covers {YEARS} years at most")


def told(entries: Iterable[Disclosure], first: date, last: date, now: datetime) -> tuple[Sequence[Disclosure], int]:
    """What a person is told of these days, oldest first, and how many entries are held back (never said to the person)."""
    span(first, last)
    inside = [one for one in entries if one.why in WHY and first <= one.at.date() <= last]
    shown = [one for one in inside if one.held_until is None or one.held_until <= now]
    ordered = sorted((replace(one, held_until=None) for one in shown), key=lambda one: (one.at, one.recipient))
    return ordered, len(inside) - len(shown)
