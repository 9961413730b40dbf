"""Setting a practice up from a plan: one transaction as the application role, everything sealed on the way in.

The plan is a plain value (a TOML file for a real practice, made-up data for the demo and the bench). Gate facts are
rows of the registers (decision 32): what the plan does not say is missing, and a missing fact denies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from uuid_utils.compat import uuid7

from ringback.core import consent
from ringback.core.texts import TEMPLATES
from ringback.store import callers, crypt, keys, standing


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLocation:
    """A site: zone and hours (`week`: seven lists of ["09:00", "12:00"], Monday first)."""

    id: int
    name: str
    zone: str
    week: Sequence[Sequence[Sequence[str]]]
    closed: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanConnection:
    """A phone system (`phone`) or text carrier (`text`) with its settings."""

    id: int
    kind: str
    system: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A phone line; `mode` is live, shadow (everything but sending) or off."""

    id: int
    number: str
    name: str
    location: int
    phone_connection: int | None = None
    text_connection: int | None = None
    sender: str = ""
    mode: str = "live"
    line_class: str = "general"
    sensitive_allowed: bool = False
    greeting_notice_on: date | None = None
    greeting: str = ""
    forward_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStaff:
    """A member of staff; `on_call` is the place on the on-call list, `listed` its role there."""

    id: int
    role: str
    name: str
    email: str = ""
    phone: str = ""
    on_call: int | None = None
    listed: str = "oncall"
    account: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPerson:
    """A patient of the directory."""

    record: str
    name: str
    birth_date: str
    phones: Sequence[tuple[str, str]]
    lang: str = ""
    next_visit: datetime | None = None
    callback_requested: bool = False
    open_refill: bool = False
    recent_visit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything a practice needs to run."""

    practice: int
    name: str
    alias: str
    phone: str
    zone: str
    live: bool = True
    gate: Mapping[str, Any] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=dict)
    locations: Sequence[PlanLocation] = ()
    connections: Sequence[PlanConnection] = ()
    lines: Sequence[PlanLine] = ()
    staff: Sequence[PlanStaff] = ()
    people: Sequence[PlanPerson] = ()
    blocked: Sequence[str] = ()
    slots: Sequence[tuple[int, datetime, int]] = ()
    agreements: Sequence[Mapping[str, Any]] = ()
    campaigns: Sequence[str] = ()
    # From which day what `gate` states counts; the day of the set-up when it does not say.
    since: date | None = None
    author: str = "set-up"
    approver: str = ""
    language_reviewers: Mapping[str, str] = field(default_factory=dict)


def create(connection: psycopg.Connection[Any], provider: keys.KeyProvider, plan: Plan, now: datetime) -> keys.Keyring:
    """Write the plan in one transaction. Raises `psycopg.errors.UniqueViolation` where the practice exists."""
    ring = keys.Keyring(provider)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("select set_config('ringback.practices', %s, true)", (str(plan.practice),))
        rows = keys.create(provider, plan.practice)
        cursor.executemany(
            "insert into data_key (practice, number, purpose, wrapped, created_at) values (%s, %s, %s, %s, %s)",
            [(*row, now) for row in rows],
        )
        ring.load(rows)
        cursor.execute(
            "insert into practice (practice, name, alias, phone, zone, live, gate, created_at) values (%s,%s,%s,%s,%s,%s,%s,%s)",
            (
                plan.practice,
                plan.name,
                plan.alias,
                plan.phone,
                plan.zone,
                plan.live,
                json.dumps(standing.without(plan.gate)),
                now,
            ),
        )
        cursor.execute(
            "insert into policy (practice, version, body, at, by) values (%s, 1, %s, %s, %s)",
            (plan.practice, json.dumps(dict(plan.policy)), now, plan.author),
        )
        cursor.executemany(
            "insert into location (practice, id, name, zone, hours) values (%s, %s, %s, %s, %s)",
            [
                (plan.practice, p.id, p.name, p.zone, json.dumps({"week": p.week, "closed": list(p.closed)}))
                for p in plan.locations
            ],
        )
        cursor.executemany(
            "insert into connection (practice, id, system, kind, account, settings, created_at) values (%s,%s,%s,%s,%s,%s,%s)",
            [
                (
                    plan.practice,
                    c.id,
                    c.system,
                    c.kind,
                    c.settings.get("account_sid", ""),
                    crypt.seal(
                        ring, plan.practice, "connection", "settings", str(c.id), json.dumps(dict(c.settings)).encode()
                    ),
                    now,
                )
                for c in plan.connections
            ],
        )
        cursor.executemany(
            "insert into line (practice, id, number, name, location, phone_connection, text_connection, sender, mode, class, "
            "sensitive_allowed, greeting_notice_on, greeting, forward_to) "
            "values (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",
            [
                (
                    plan.practice,
                    one.id,
                    one.number,
                    one.name,
                    one.location,
                    one.phone_connection,
                    one.text_connection,
                    one.sender or one.number,
                    one.mode,
                    one.line_class,
                    one.sensitive_allowed,
                    one.greeting_notice_on,
                    one.greeting,
                    crypt.seal(ring, plan.practice, "line", "forward_to", str(one.id), one.forward_to)
                    if one.forward_to
                    else None,
                )
                for one in plan.lines
            ],
        )
        cursor.executemany(
            "insert into disclosure (practice, id, version, hash, told, since, at, by) values (%s, %s, 1, %s, %s, %s, %s, %s)",
            [
                (
                    *(plan.practice, f"greeting.{one.id}", consent.digest(one.greeting), one.greeting),
                    *(one.greeting_notice_on, now, plan.author),
                )
                for one in plan.lines
                if one.greeting_notice_on is not None
            ],
        )
        _templates(cursor, plan, now)
        _staff(cursor, ring, plan, now)
        standing.state(cursor, ring, plan, now)
        _people(cursor, ring, plan, now)
        cursor.executemany(
            "insert into known_number (practice, number_index, kind, at) values (%s, %s, 'blocked', %s)",
            [(plan.practice, crypt.index(ring, plan.practice, "phone", number), now) for number in plan.blocked],
        )
        cursor.executemany(
            "insert into slot (practice, id, location, starts_at, minutes) values (%s, %s, %s, %s, %s)",
            [(plan.practice, uuid7(), *slot) for slot in plan.slots],
        )
    return ring


def _templates(cursor: psycopg.Cursor[Any], plan: Plan, now: datetime) -> None:
    cursor.executemany(
        "insert into template (practice, id, version, purpose, lang, body, hash, unprompted, author, approver, "
        "language_reviewer, published_at) values (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",
        [
            (
                plan.practice,
                t.id,
                t.version,
                t.purpose,
                t.lang,
                t.body,
                t.hash,
                t.unprompted,
                plan.author,
                plan.approver,
                plan.language_reviewers.get(t.lang, ""),
                now,
            )
            for t in TEMPLATES
        ],
    )


def _staff(cursor: psycopg.Cursor[Any], ring: keys.Keyring, plan: Plan, now: datetime) -> None:
    for one in plan.staff:
        sealed = json.dumps({"name": one.name, "email": one.email, "phone": one.phone}).encode()
        cursor.execute(
            "insert into staff (practice, id, account, role, sealed) values (%s, %s, %s, %s, %s)",
            (
                plan.practice,
                one.id,
                one.account,
                one.role,
                crypt.seal(ring, plan.practice, "staff", "sealed", str(one.id), sealed),
            ),
        )
        if one.phone:
            cursor.execute(
                "insert into known_number (practice, number_index, kind, at) values (%s, %s, 'staff', %s) on conflict do nothing",
                (plan.practice, crypt.index(ring, plan.practice, "phone", one.phone), now),
            )
        if one.on_call is not None:
            cursor.execute(
                "insert into on_call (practice, id, staff, place, role) values (%s, %s, %s, %s, %s)",
                (plan.practice, one.id, one.id, one.on_call, one.listed),
            )


def _people(cursor: psycopg.Cursor[Any], ring: keys.Keyring, plan: Plan, now: datetime) -> None:
    people, phones = [], []
    ids = [uuid7() for _ in plan.people]
    owners: dict[bytes, set[UUID]] = {}
    for row, one in zip(ids, plan.people, strict=True):
        for number, _ in one.phones:
            owners.setdefault(crypt.index(ring, plan.practice, "phone", number), set()).add(row)
    persons = callers.ensure_people(cursor.connection, ring, plan.practice, ids, now)
    numbers = callers.settle(cursor.connection, ring, plan.practice, owners, now)
    for row, one in zip(ids, plan.people, strict=True):
        body = json.dumps({"record": one.record, "name": one.name, "birth_date": one.birth_date}).encode()
        people.append(
            (
                plan.practice,
                row,
                crypt.seal(ring, plan.practice, "person", "sealed", row, body, persons[row]),
                crypt.index(ring, plan.practice, "record", one.record),
                one.lang,
                one.next_visit,
                one.callback_requested,
                one.open_refill,
                one.recent_visit,
                now,
            )
        )
        for number, kind in one.phones:
            index = crypt.index(ring, plan.practice, "phone", number)
            sealed = crypt.seal(ring, plan.practice, "phone", "sealed", f"{row}:{index.hex()}", number, numbers[index])
            phones.append((plan.practice, index, row, kind, sealed))
    cursor.executemany(
        "insert into person (practice, id, sealed, record_index, lang, next_visit, callback_requested, open_refill, "
        "recent_visit, changed_at) values (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",
        people,
    )
    cursor.executemany(
        "insert into phone (practice, number_index, person, kind, sealed) values (%s, %s, %s, %s, %s)", phones
    )
