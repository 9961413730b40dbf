"""Exceptions that lower a protective setting (C84): proposed by one officer, approved by another, over at their end.

An approved exception sets the value; ending it, by a person or by time, puts the default back in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.core.office import protect
from ringback.core.office.dates import begins, ends
from ringback.core.office.standing import REQUIRED
from ringback.core.office.values import Lowering
from ringback.store import audit, changes, standing
from ringback.store.access import Row, Rows
from ringback.store.practices import jsonb

SELECT = (
    "select id, setting, value, days, sealed, proposed_by, proposed_at, approved_by, approved_at, expires_at, ended_at, ended_by, "
    "ended_why from lowering where practice = %s"
)


class Refused(ValueError):
    """It may not be done; the text says why."""


def all_(rows: Rows) -> list[Row]:
    """Every exception, newest first, its reason opened."""
    found = rows.all(f"{SELECT} order by id desc", (rows.practice,))
    for row in found:
        row["reason"] = rows.text("lowering", "sealed", row["id"], row.pop("sealed"))
    return found


def value_of(row: Mapping[str, Any]) -> Lowering:
    """A row as the rules see it."""
    return Lowering(
        id=str(row["id"]), setting=row["setting"], proposed_by=row["proposed_by"], proposed_at=row["proposed_at"],
        approved_by=row["approved_by"], approved_at=row["approved_at"], expires_at=row["expires_at"], ended_at=row["ended_at"],
    )  # fmt: skip


def officer(rows: Rows, staff: int, role: str, now: datetime) -> bool:
    """Whether this member is a privacy or security officer, by role or because the register names them."""
    if role in protect.OFFICERS:
        return True
    head = rows.one("select zone from practice where practice = %s", (rows.practice,))
    zone = head["zone"] if head else "UTC"
    return any(
        one.staff == staff and one.active and one.kind in REQUIRED and begins(one.from_day, zone) <= now
        and (one.last_day is None or now < ends(one.last_day, zone))
        for one in standing.of(rows, zone)[1]
    )  # fmt: skip


def propose(rows: Rows, setting: str, value: int, reason: str, days: int, staff: int, role: str, now: datetime) -> UUID:
    """Ask for an exception. Raises `Refused`."""
    if not officer(rows, staff, role, now):
        raise Refused("Only a privacy or security officer may propose it.")
    wrong = protect.problem(setting, value, reason, days)
    if wrong:
        raise Refused(wrong)
    row = uuid7()
    rows.run(
        "insert into lowering (practice, id, setting, value, days, sealed, proposed_by, proposed_at) values (%s,%s,%s,%s,%s,%s,%s,%s)",
        (rows.practice, row, setting, value, days, rows.seal("lowering", "sealed", row, reason.strip()), staff, now),
    )
    audit.write(rows, act="change", what="setting.proposed", object=setting, by=str(staff), role=role, detail={"value": value, "days": days, "proposal": str(row)})  # fmt: skip
    return row


def approve(rows: Rows, proposal: UUID, staff: int, role: str, now: datetime) -> None:
    """The second officer's word: the value is set until the end. Raises `Refused` and LookupError."""
    found = rows.one(f"{SELECT} and id = %s for update", (rows.practice, proposal))
    if found is None:
        raise LookupError("no such proposal")
    wrong = protect.may_approve(value_of(found), staff, officer(rows, staff, role, now))
    if wrong:
        raise Refused(wrong)
    if rows.one(
        "select 1 as x from lowering where practice = %s and setting = %s and approved_at is not null and ended_at is null",
        (rows.practice, found["setting"]),
    ):
        raise Refused("An exception for this setting is in force already; end it first.")
    rows.run(
        "update lowering set approved_by = %s, approved_at = %s, expires_at = %s where practice = %s and id = %s",
        (staff, now, now + timedelta(days=found["days"]), rows.practice, proposal),
    )
    _put(rows, found["setting"], found["value"], staff, now)
    audit.write(rows, act="change", what="setting.lowered", object=found["setting"], by=str(staff), role=role, detail={"value": found["value"], "days": found["days"], "proposal": str(proposal), "proposed_by": found["proposed_by"]})  # fmt: skip


def end(rows: Rows, proposal: UUID, staff: int | None, why: str, now: datetime) -> bool:
    """End an exception or refuse a proposal; the default is back at once. False when it was over already."""
    found = rows.one(f"{SELECT} and id = %s and ended_at is null for update", (rows.practice, proposal))
    if found is None:
        return False
    rows.run(
        "update lowering set ended_at = %s, ended_by = %s, ended_why = %s where practice = %s and id = %s",
        (now, staff, why, rows.practice, proposal),
    )
    if found["approved_at"] is not None:
        _put(rows, found["setting"], None, staff, now)
    audit.write(rows, act="change", what="setting.restored" if found["approved_at"] else "setting.refused", object=found["setting"], by=str(staff or "system"), reason=why, detail={"proposal": str(proposal)})  # fmt: skip
    return True


def expire(rows: Rows, now: datetime) -> list[str]:
    """Put the defaults back of every exception that is over. Returns the settings."""
    found = rows.all(
        "select id, setting from lowering where practice = %s and approved_at is not null and ended_at is null and expires_at <= %s",
        (rows.practice, now),
    )
    return [row["setting"] for row in found if end(rows, row["id"], None, "expired", now)]


def _put(rows: Rows, name: str, value: int | None, staff: int | None, now: datetime) -> None:
    """Set the value where it lives; None puts the default back."""
    setting = protect.PROTECTED[name]
    kept: bool | int | None = value if value is None or not isinstance(setting.default, bool) else bool(value)
    if setting.place == "policy":
        changes.policy(rows, {name: kept}, f"staff {staff}" if staff else "expired", now)
        return
    if setting.place == "register":
        return
    path = ["caps", name] if setting.place == "caps" else [name]
    if kept is None:
        rows.run("update practice set gate = gate #- %s where practice = %s", (path, rows.practice))
    else:
        if len(path) > 1:
            rows.run(
                "update practice set gate = jsonb_build_object('caps', '{}'::jsonb) || gate where practice = %s",
                (rows.practice,),
            )
        rows.run(
            "update practice set gate = jsonb_set(gate, %s, %s::jsonb) where practice = %s",
            (path, json.dumps(kept), rows.practice),
        )
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))


def lowered(rows: Rows) -> frozenset[str]:
    """Which protective settings are lowered in the practice's set-up now, whoever did it."""
    found = rows.one(
        "select p.gate, y.body from practice p left join policy y on y.practice = p.practice and y.version = p.policy_version "
        "where p.practice = %s",
        (rows.practice,),
    )
    gate, body = jsonb(found["gate"]) if found else {}, jsonb(found["body"] or "{}") if found else {}
    places: dict[str, Mapping[str, Any]] = {
        "policy": body,
        "caps": gate.get("caps") or {},
        "gate": gate,
        "register": {},
    }
    return frozenset(
        name
        for name, one in protect.PROTECTED.items()
        if isinstance(places[one.place].get(name), bool | int) and one.lowers(places[one.place][name])
    )


def in_force(row: Mapping[str, Any], now: datetime) -> bool:
    """Whether an exception's row is in force."""
    return protect.active(value_of(row), now)
