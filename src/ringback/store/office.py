"""Everything the duties are judged by, read at once: the registers of one practice as values for `core/office`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from uuid_utils.compat import uuid7

from ringback.core.hours import federal_holidays
from ringback.core.office import incident as clocks
from ringback.core.office import training
from ringback.core.office.dates import begins, day_of
from ringback.core.office.standing import TEXTS
from ringback.core.office.values import Attested, Deed, Device, Finding, Glass, Member, Module, Registers, Review
from ringback.store import audit, incidents, lowerings, standing
from ringback.store.access import Row, Rows

# The practice's own telephone system is nobody's service: it needs no agreement.
OWN_SYSTEMS = frozenset({"asterisk"})


def held(rows: Rows, now: datetime) -> Registers:
    """The practice's registers."""
    about = rows.one("select zone, live, created_at from practice where practice = %s", (rows.practice,))
    if about is None:
        raise LookupError("no such practice")
    zone = about["zone"]
    agreements, officers, campaigns = standing.of(rows, zone)
    open_ = [
        first
        for _, _, one in incidents.all_(rows)
        if one.open and (first := clocks.earliest(one, zone, closed_days(now))) is not None
    ]
    return Registers(
        zone=zone,
        began_at=about["created_at"],
        live=about["live"],
        carriers=carriers(rows),
        senders=tuple(
            row["sender"]
            for row in rows.all("select sender from line where practice = %s and mode = 'live'", (rows.practice,))
        ),
        agreements=tuple(agreements),
        officers=tuple(officers),
        campaigns=tuple(campaigns),
        members=tuple(members(rows, day_of(about["created_at"], zone))),
        modules=tuple(modules(rows)),
        attested=tuple(attested(rows)),
        deeds=tuple(
            Deed(duty=row["duty"], at=begins(row["done_on"], zone), good=row["good"])
            for row in rows.all("select duty, done_on, good from deed where practice = %s", (rows.practice,))
        ),
        findings=tuple(
            Finding(**row)
            for row in rows.all("select severity, found_on, fixed_on from finding where practice = %s", (rows.practice,))
        ),
        devices=tuple(device_of(row) for row in rows.all(f"{DEVICE} where practice = %s", (rows.practice,))),
        lowerings=tuple(lowerings.value_of({**row, "reason": ""}) for row in rows.all(lowerings.SELECT, (rows.practice,))),
        lowered=lowerings.lowered(rows),
        reviews=tuple(
            Review(began_at=row["began_at"], signed_at=row["signed_at"])
            for row in rows.all("select began_at, signed_at from access_review where practice = %s", (rows.practice,))
        ),
        audit_weeks=frozenset(
            row["week"] for row in rows.all("select week from audit_review where practice = %s", (rows.practice,))
        ),
        risks_due=tuple(
            row["due_on"]
            for row in rows.all("select due_on from risk where practice = %s and state = 'open'", (rows.practice,))
        ),
        incidents=tuple((one.due_by, one.says) for one in open_),
        glasses=tuple(
            Glass(began_at=row["begun_at"], reviewed_at=row["reviewed_at"])
            for row in rows.all("select begun_at, reviewed_at from glass where practice = %s", (rows.practice,))
        ),
        closed_days=closed_days(now),
    )  # fmt: skip


def closed_days(now: datetime) -> frozenset[date]:
    """The rest days around now: no business days."""
    return frozenset(federal_holidays(now.year)) | frozenset(federal_holidays(now.year + 1))


def carriers(rows: Rows) -> Mapping[str, frozenset[str]]:
    """Which services each connected vendor is used for."""
    found: dict[str, set[str]] = {}
    for row in rows.all("select system, kind from connection where practice = %s", (rows.practice,)):
        if row["system"] not in OWN_SYSTEMS:
            found.setdefault(row["system"], set()).add(TEXTS if row["kind"] == "text" else "voice")
    return {system: frozenset(services) for system, services in found.items()}


def members(rows: Rows, otherwise: date) -> list[Member]:
    """The staff as the duties see them. Where no day of hiring is on record, the practice's first day counts."""
    found = rows.all(
        "select s.id, s.role, s.active, s.account, u.is_active, coalesce(u.last_login, u.date_joined) as seen, "
        "(select min(hired_on) from employment e where e.practice = s.practice and e.staff = s.id) as hired_on "
        "from staff s left join auth_user u on u.id = s.account where s.practice = %s order by s.id",
        (rows.practice,),
    )
    return [
        Member(
            id=row["id"], role=row["role"], active=row["active"], has_account=row["account"] is not None,
            enabled=bool(row["is_active"]), last_seen=row["seen"], hired_on=row["hired_on"] or otherwise,
        )
        for row in found
    ]  # fmt: skip


def modules(rows: Rows) -> list[Module]:
    """Every version of every module."""
    return [
        Module(
            id=row["code"], version=row["version"], title=row["title"], kind=row["kind"], published_on=row["published_on"],
            roles=frozenset(row["roles"]), retired=row["retired"],
        )
        for row in rows.all(
            "select code, version, title, kind, published_on, roles, retired from module where practice = %s", (rows.practice,)
        )
    ]  # fmt: skip


def attested(rows: Rows, staff: int | None = None) -> list[Attested]:
    """Who attested what and when; one member's, or everybody's."""
    found = rows.all(
        "select staff, module, version, at from attestation where practice = %s and (%s::int is null or staff = %s)",
        (rows.practice, staff, staff),
    )
    return [Attested(**row) for row in found]


def owed(rows: Rows, staff: int, now: datetime) -> tuple[list[training.Owed], date]:
    """What a member has to read, and today's day at the practice."""
    about = rows.one("select zone, created_at from practice where practice = %s", (rows.practice,))
    assert about is not None
    zone, today = about["zone"], day_of(now, about["zone"])
    me = next((one for one in members(rows, day_of(about["created_at"], zone)) if one.id == staff), None)
    return (training.owed(me, modules(rows), attested(rows, staff), today, zone) if me else []), today


def may_see_patients(rows: Rows, staff: int, now: datetime) -> str:
    """Why this member may see no patients' pages now (C69); empty when nothing is in the way."""
    if rows.one("select 1 as x from module where practice = %s limit 1", (rows.practice,)) is None:
        return ""
    due, today = owed(rows, staff, now)
    late = next((one for one in due if one.blocks(today)), None)
    return training.said(late) if late else ""


def attest(rows: Rows, staff: int, code: str, version: int, questions: int, now: datetime) -> None:
    """A member has read a version, and answered its questions right."""
    rows.run(
        "insert into attestation (practice, id, staff, module, version, at, questions) values (%s, %s, %s, %s, %s, %s, %s)",
        (rows.practice, uuid7(), staff, code, version, now, questions),
    )
    audit.write(rows, act="change", what="training.attested", object=code, by=str(staff), detail={"version": version})


def reading(rows: Rows, code: str) -> Row | None:
    """The newest version of a module with its text and questions."""
    found = rows.one(
        "select id, code, version, title, kind, published_on, roles, retired, sealed from module where practice = %s and code = %s "
        "order by version desc limit 1",
        (rows.practice, code),
    )
    return {**found, **rows.record("module", "sealed", found["id"], found["sealed"]), "sealed": None} if found else None


DEVICE = "select id, screen_lock, disk_encrypted, attested_on, revoked_at, lost_at from device"


def device_of(row: Mapping[str, Any]) -> Device:
    """A device's row as the rules see it."""
    return Device(**{**row, "id": str(row["id"])})
