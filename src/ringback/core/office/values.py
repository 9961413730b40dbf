"""What the registers hold, as plain values: the rows the duties are judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

State = Literal["green", "due", "red", "not_set"]
STATES: tuple[State, ...] = ("red", "not_set", "due", "green")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a duty stands: since when, what is due by when, why, and how to mend it. `place` is the page that mends it."""

    duty: str
    control: str
    title: str
    state: State
    since: datetime | None = None
    due_by: datetime | None = None
    why: str = ""
    mend: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A contract with who handles patients' data for the practice. `last_day` is its last day in force, None: no end."""

    id: str = ""
    kind: str = "baa"
    vendor: str = ""
    system: str = ""
    services: frozenset[str] = frozenset()
    from_day: date
    last_day: date | None = None
    verified_on: date | None = None
    project_flagged: bool = True
    media_locked: bool = True
    breach_hours: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A named officer (privacy or security); `active` is false once the member of staff has left."""

    kind: str
    staff: int | None = None
    from_day: date
    last_day: date | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What the carriers approved: 10DLC campaign or toll-free verification, for a carrier's system."""

    system: str
    from_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of staff as the duties see one."""

    id: int
    role: str
    hired_on: date
    active: bool = True
    has_account: bool = True
    enabled: bool = True
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A version of a training module or policy. `roles` empty: everybody."""

    id: str
    version: int
    title: str
    kind: str = "training"
    published_on: date
    roles: frozenset[str] = frozenset()
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """A member of staff has read a version and said so."""

    staff: int
    module: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that has to be done again and again was done; `good` is false when it failed."""

    duty: str
    at: datetime
    good: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A weakness that was found; `fixed_on` None: still there."""

    severity: str
    found_on: date
    fixed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that staff use."""

    id: str = ""
    screen_lock: bool = False
    disk_encrypted: bool = False
    attested_on: date | None = None
    revoked_at: datetime | None = None
    lost_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowering:
    """An exception that lowers a protective setting for a while (C84)."""

    id: str
    setting: str
    proposed_by: int
    proposed_at: datetime
    approved_by: int | None = None
    approved_at: datetime | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """An access review; unsigned while `signed_at` is None."""

    began_at: datetime
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glass:
    """Emergency access that has to be looked at afterwards (C8)."""

    began_at: datetime
    reviewed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registers:
    """Everything the duties of a practice are judged by."""

    zone: str
    began_at: datetime
    live: bool = True
    carriers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    senders: tuple[str, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    officers: tuple[Officer, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    members: tuple[Member, ...] = ()
    modules: tuple[Module, ...] = ()
    attested: tuple[Attested, ...] = ()
    deeds: tuple[Deed, ...] = ()
    findings: tuple[Finding, ...] = ()
    devices: tuple[Device, ...] = ()
    lowerings: tuple[Lowering, ...] = ()
    lowered: frozenset[str] = frozenset()
    reviews: tuple[Review, ...] = ()
    audit_weeks: frozenset[date] = frozenset()
    glasses: tuple[Glass, ...] = ()
    risks_due: tuple[date, ...] = ()
    incidents: tuple[tuple[datetime, str], ...] = ()
    closed_days: frozenset[date] = frozenset()
