"""Incident clocks (C68): from the moment of discovery to the day each notice must be out; the earliest one wins.

The federal clocks are 45 CFR 164.404-410. States add their own; the table below is versioned and is a reminder for the
clinic's counsel, never legal advice: a clinic may put other days in its register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from ringback.core.office.dates import business_days, day_of, ends

TABLE_VERSION: Final = "2026-11"
INDIVIDUALS, TARGET, LARGE = timedelta(days=60), timedelta(days=30), 500
SMALL_AFTER_YEAR = 60
FACTORS: Final = ("nature", "who", "acquired", "mitigated")
DECISIONS: Final = ("breach", "no_breach", "safe_harbour")


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRule:
    """A state's clock for telling individuals: days, or business days."""

    days: int = 0
    business_days: int = 0
    says: str = ""


STATES: Final[Mapping[str, StateRule]] = MappingProxyType(
    {
        "CA": StateRule(business_days=15, says="licensed clinics: the person and the department, 15 business days"),
        "CO": StateRule(days=30, says="30 days"),
        "FL": StateRule(days=30, says="30 days"),
        "ME": StateRule(days=30, says="30 days"),
        "NY": StateRule(days=30, says="30 days"),
        "WA": StateRule(days=30, says="30 days"),
        "AL": StateRule(days=45, says="45 days"),
        "AZ": StateRule(days=45, says="45 days"),
        "MD": StateRule(days=45, says="45 days"),
        "NM": StateRule(days=45, says="45 days"),
        "OH": StateRule(days=45, says="45 days"),
        "OR": StateRule(days=45, says="45 days"),
        "RI": StateRule(days=30, says="30 days"),
        "TN": StateRule(days=45, says="45 days"),
        "VT": StateRule(days=45, says="45 days"),
        "WI": StateRule(days=45, says="45 days"),
        "CT": StateRule(days=60, says="60 days"),
        "DE": StateRule(days=60, says="60 days"),
        "LA": StateRule(days=60, says="60 days"),
        "SD": StateRule(days=60, says="60 days"),
        "TX": StateRule(days=60, says="60 days"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What an incident's notes add up to. `counts` are people per state; `told` which notices went out and when."""

    discovered_at: datetime
    at_vendor: bool = False
    vendor_knew_at: datetime | None = None
    breach_hours: int = 24
    encrypted: bool | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    factors: frozenset[str] = frozenset()
    decision: str = ""
    told: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """How many people it concerns, as far as is known."""
        return sum(self.counts.values())

    @property
    def open(self) -> bool:
        """Whether something is still to be done: undecided, or a breach whose notices are not all out."""
        return not self.decision or any(clock.done_at is None for clock in clocks(self, "UTC"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One notice that is due; `done_at` when it went out."""

    kind: str
    due_by: datetime
    says: str
    done_at: datetime | None = None
    target: bool = False


def assumed_breach(incident: Incident) -> bool:
    """Whether the notice clocks run: until a signed decision says otherwise an incident counts as a breach."""
    return incident.decision in ("", "breach")


def clocks(incident: Incident, zone: str, closed: frozenset[date] = frozenset()) -> tuple[Clock, ...]:
    """Every clock that runs, the earliest first. Days count from the day of discovery in the practice's zone."""
    found: list[Clock] = []

    def add(kind: str, due_by: datetime, says: str, target: bool = False) -> None:
        found.append(Clock(kind=kind, due_by=due_by, says=says, done_at=incident.told.get(kind), target=target))

    if incident.vendor_knew_at is not None:
        add(
            "vendor_notice",
            incident.vendor_knew_at + timedelta(hours=incident.breach_hours),
            "the vendor tells the practice",
        )
    if not assumed_breach(incident):
        return tuple(sorted(found, key=lambda one: one.due_by))
    day = day_of(incident.discovered_at, zone)
    last = ends(day + INDIVIDUALS, zone)
    add("individuals", last, "the people concerned are told, without unreasonable delay and within 60 days")
    if not incident.decision:
        add(
            "assessment", ends(day + TARGET, zone), "the four factors are weighed and a decision is signed", target=True
        )
    if incident.people >= LARGE:
        add("hhs", last, "HHS is told together with the people (500 or more)")
    elif incident.people or incident.decision == "breach":
        year_end = date(day.year, 12, 31)
        add(
            "hhs",
            ends(year_end + timedelta(days=SMALL_AFTER_YEAR), zone),
            "HHS is told within 60 days of the year's end (fewer than 500)",
        )
    for state, count in sorted(incident.counts.items()):
        if count > LARGE:
            add(f"media_{state}", last, f"media in {state} are told (more than 500 of its people)")
        rule = STATES.get(state)
        if rule is not None and count:
            due = (
                business_days(day, rule.business_days, closed)
                if rule.business_days
                else day + timedelta(days=rule.days)
            )
            add(f"state_{state}", ends(due, zone), f"{state}: {rule.says}")
    return tuple(sorted(found, key=lambda one: (one.due_by, one.kind)))  # fmt: skip


def earliest(incident: Incident, zone: str, closed: frozenset[date] = frozenset()) -> Clock | None:
    """The clock that wins: the earliest notice that is not out yet."""
    return next((one for one in clocks(incident, zone, closed) if one.done_at is None), None)


def fold(discovered_at: datetime, entries: Sequence[Mapping[str, object]]) -> Incident:
    """What the notes of an incident add up to, oldest first: later ones win, none is ever changed.

    A note is {"kind": "facts" | "assessment" | "decision" | "notice" | "note", "at": moment, "facts": {...}}.
    """
    values: dict[str, object] = {}
    told: dict[str, datetime] = {}
    factors: frozenset[str] = frozenset()
    decision = ""
    for entry in entries:
        facts = entry.get("facts")
        given: Mapping[str, object] = facts if isinstance(facts, Mapping) else {}
        match entry.get("kind"):
            case "facts":
                values |= {name: value for name, value in given.items() if name in _FACTS}
            case "assessment":
                factors = frozenset(name for name in FACTORS if given.get(name))
            case "decision":
                # Deciding that it is no breach needs the four factors weighed, or safe harbour: encrypted.
                if may_decide(str(given.get("decision", "")), factors, values.get("encrypted") is True):
                    decision = str(given["decision"])
            case "notice":
                at = given.get("at")
                if isinstance(at, datetime):
                    told.setdefault(str(given.get("to", "")), at)
    return Incident(discovered_at=discovered_at, factors=factors, decision=decision, told=told, **values)  # type: ignore[arg-type]


_FACTS = frozenset({"at_vendor", "vendor_knew_at", "breach_hours", "encrypted", "counts"})


def may_decide(decision: str, factors: frozenset[str], encrypted: bool) -> bool:
    """Whether this decision may be signed now: `no_breach` wants all four factors, `safe_harbour` encryption."""
    if decision == "no_breach":
        return factors == frozenset(FACTORS)
    if decision == "safe_harbour":
        return encrypted
    return decision == "breach"
