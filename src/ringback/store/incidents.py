"""Incidents and their notes: both are only ever added to, so that what was known and decided when stays provable (C68)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.core.office import incident as rules
from ringback.core.office.incident import Incident
from ringback.store import audit
from ringback.store.access import Row, Rows
from ringback.store.practices import jsonb

MOMENTS = ("vendor_knew_at", "at")


def open_(
    rows: Rows, title: str, words: str, discovered_at: datetime, staff: int | None, now: datetime, *, source: str = "staff",
    device: UUID | None = None,
) -> UUID:  # fmt: skip
    """Keep a new incident. Its clocks run from the moment of discovery."""
    row = uuid7()
    sealed = rows.seal("incident", "sealed", row, json.dumps({"title": title, "words": words}))
    rows.run(
        "insert into incident (practice, id, discovered_at, source, device, sealed, made_at, made_by) values (%s,%s,%s,%s,%s,%s,%s,%s)",
        (rows.practice, row, discovered_at, source, device, sealed, now, staff),
    )
    audit.write(
        rows,
        act="change",
        what="incident.opened",
        object=str(row),
        by=str(staff or "system"),
        detail={"source": source},
    )
    return row


def note(
    rows: Rows, incident: UUID, kind: str, facts: Mapping[str, Any], words: str, staff: int | None, now: datetime
) -> UUID:
    """Add a note, facts, an assessment, a decision or a notice to an incident."""
    row = uuid7()
    sealed = rows.seal("incident_entry", "sealed", row, words) if words else None
    kept = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}
    rows.run(
        "insert into incident_entry (practice, id, incident, at, kind, facts, sealed, made_by) values (%s,%s,%s,%s,%s,%s,%s,%s)",
        (rows.practice, row, incident, now, kind, json.dumps(kept), sealed, staff),
    )
    audit.write(
        rows,
        act="change",
        what=f"incident.{kind}",
        object=str(incident),
        by=str(staff or "system"),
        detail={"fields": sorted(facts)},
    )
    return row


def notes(rows: Rows, incident: UUID) -> list[Row]:
    """An incident's notes, oldest first, opened."""
    found = rows.all(
        "select id, at, kind, facts, sealed, made_by from incident_entry where practice = %s and incident = %s order by id",
        (rows.practice, incident),
    )
    for row in found:
        row["words"] = rows.text("incident_entry", "sealed", row["id"], row.pop("sealed"))
        row["facts"] = {
            name: datetime.fromisoformat(value) if name in MOMENTS and value else value
            for name, value in jsonb(row["facts"]).items()
        }
    return found


def one(rows: Rows, incident: UUID) -> tuple[Row, list[Row], Incident] | None:
    """An incident, its notes and what they add up to."""
    found = rows.one(
        "select id, discovered_at, source, device, sealed, made_at, made_by from incident where practice = %s and id = %s",
        (rows.practice, incident),
    )
    if found is None:
        return None
    found |= rows.record("incident", "sealed", found["id"], found.pop("sealed"))
    told = notes(rows, incident)
    return found, told, rules.fold(found["discovered_at"], told)


def all_(rows: Rows) -> list[tuple[Row, list[Row], Incident]]:
    """Every incident, newest first."""
    found = rows.all(
        "select id from incident where practice = %s order by discovered_at desc, id desc", (rows.practice,)
    )
    return [told for row in found if (told := one(rows, row["id"])) is not None]
