"""Devices: tying a browser to one, withdrawing one, and what a lost one sets off (C12)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from ringback.store import audit, incidents
from ringback.store.access import Row, Rows


def mine(rows: Rows, staff: int) -> list[Row]:
    """The devices this member owns that are in use."""
    found = rows.all(
        "select id, kind, bound_at, sealed from device where practice = %s and staff = %s and revoked_at is null and lost_at is null "
        "order by id",
        (rows.practice, staff),
    )
    return [{**row, **rows.record("device", "sealed", row["id"], row["sealed"]), "sealed": None} for row in found]


def bind(rows: Rows, device: UUID, staff: int, now: datetime, officer: bool) -> str:
    """A new token for the browser at hand; an earlier browser of this device is known no more. Empty: not allowed."""
    token = secrets.token_urlsafe(32)
    done = rows.run(
        "update device set token_hash = %s, bound_at = %s where practice = %s and id = %s and revoked_at is null and lost_at is null "
        "and (%s or staff = %s)",
        (hashlib.sha256(token.encode()).digest(), now, rows.practice, device, officer, staff),
    )
    if done:
        audit.write(rows, act="change", what="device.bound", object=str(device), by=str(staff))
    return token if done else ""


def withdraw(rows: Rows, device: UUID, staff: int, now: datetime) -> bool:
    """Shut a device out from its next request on."""
    done = rows.run(
        "update device set revoked_at = %s where practice = %s and id = %s and revoked_at is null",
        (now, rows.practice, device),
    )
    if done:
        audit.write(rows, act="change", what="device.withdrawn", object=str(device), by=str(staff))
    return done == 1


def lose(rows: Rows, device: UUID, staff: int, now: datetime) -> UUID | None:
    """A device is lost: it is shut out and an incident is opened, with what is known of its encryption."""
    found = rows.one(
        "update device set lost_at = %s, revoked_at = coalesce(revoked_at, %s) where practice = %s and id = %s and lost_at is null "
        "returning kind, disk_encrypted, screen_lock, sealed",
        (now, now, rows.practice, device),
    )
    if found is None:
        return None
    label = rows.record("device", "sealed", device, found["sealed"]).get("label", "")
    row = incidents.open_(
        rows,
        f"Lost device: {label or found['kind']}",
        "Opened by the device register.",
        now,
        staff,
        now,
        source="lost_device",
        device=device,
    )
    incidents.note(
        rows, row, "facts", {"encrypted": found["disk_encrypted"]}, "As the device register says.", staff, now
    )
    audit.write(rows, act="alert", what="device.lost", object=str(device), by=str(staff), detail={"incident": str(row)})
    return row
