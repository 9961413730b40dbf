"""What a practice's registers allow at a moment: the send gate's facts as spans of time (decision 32, C66, C75).

A fact that ends is over at 00:00 after its last day in the practice's zone, whether or not anybody has looked since: the
spans are carried in memory and asked at each decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ringback.core.office.dates import begins, ends
from ringback.core.office.values import Agreement, Campaign, Officer

REQUIRED = ("privacy", "security")
# What a carrier that sends texts has to be contracted for.
TEXTS = "texts"
CONTRACTS = frozenset({"baa", "sub_baa"})
# What a carrier has to have signed besides for a line under 42 CFR Part 2. Line 0 stands for the whole practice (C61).
QSOA = "qsoa"
EVERY_LINE = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something that is so from a moment until another (None: no end)."""

    what: str
    start: datetime
    until: datetime | None = None
    covers: frozenset[str] = frozenset()

    def holds(self, now: datetime) -> bool:
        """Whether it is so now."""
        return self.start <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The spans of a practice."""

    agreements: tuple[Span, ...] = ()
    officers: tuple[Span, ...] = ()
    campaigns: tuple[Span, ...] = ()
    qsoas: tuple[Span, ...] = ()
    part2: frozenset[int] = frozenset()

    def officers_set(self, now: datetime) -> bool:
        """Whether a privacy and a security officer are named."""
        return all(any(one.what == kind and one.holds(now) for one in self.officers) for kind in REQUIRED)

    def baa_active(self, system: str, now: datetime, service: str = TEXTS) -> bool:
        """Whether an agreement with this system's vendor is in force and lists the service."""
        return any(one.what == system and service in one.covers and one.holds(now) for one in self.agreements)

    def under_part2(self, line: int) -> bool:
        """Whether a line is under 42 CFR Part 2."""
        return EVERY_LINE in self.part2 or line in self.part2

    def qsoa_missing(self, system: str, line: int, now: datetime, service: str = TEXTS) -> bool:
        """Whether a QSOA with this system's vendor is asked for and none is in force."""
        return self.under_part2(line) and not any(
            one.what == system and service in one.covers and one.holds(now) for one in self.qsoas
        )

    def campaign_approved(self, system: str, now: datetime) -> bool:
        """Whether the carriers approved the practice's campaign with this system."""
        return any(one.what == system and one.holds(now) for one in self.campaigns)


def standing(
    zone: str,
    agreements: Iterable[Agreement],
    officers: Iterable[Officer],
    campaigns: Iterable[Campaign],
    part2: Iterable[int] = (),
) -> Standing:
    """The spans of these registers. Only a BAA lets a carrier have patients' words; any other contract does not."""
    agreements = tuple(agreements)
    return Standing(
        part2=frozenset(part2),
        qsoas=tuple(
            Span(what=one.system, start=begins(one.from_day, zone), until=ends(one.last_day, zone) if one.last_day else None, covers=one.services)
            for one in agreements
            if one.kind == QSOA
        ),
        agreements=tuple(
            Span(what=one.system, start=begins(one.from_day, zone), until=ends(one.last_day, zone) if one.last_day else None, covers=one.services)
            for one in agreements
            if one.kind in CONTRACTS
        ),
        officers=tuple(
            Span(what=one.kind, start=begins(one.from_day, zone), until=ends(one.last_day, zone) if one.last_day else None)
            for one in officers
            if one.active
        ),
        campaigns=tuple(
            Span(what=one.system, start=begins(one.from_day, zone), until=ends(one.last_day, zone) if one.last_day else None)
            for one in campaigns
        ),
    )  # fmt: skip
