"""The evidence bundle (C70): registers, reviews, incidents, versions, checkpoints and the inventory of a practice as one ZIP.

Tables come as JSON and as CSV that no spreadsheet reads formulas from; the manifest names each file with its SHA-256.
Free text that may name people stays out unless it is asked for; nothing of the patients' directory is ever in it.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ringback.core.office import bundle
from ringback.core.office.duties import duties
from ringback.core.office.registers import REGISTERS
from ringback.store import audit, incidents, inventory, lowerings, office, practices, registers, reviews
from ringback.store.access import Row, Rows

LISTS: Mapping[str, str] = {
    "policies": 'select version, at, "by", body::text as body from policy where practice = %s order by version',
    "templates": "select id, version, purpose, lang, body, hash, unprompted, author, approver, language_reviewer, published_at "
    "from template where practice = %s order by id, version",
    "audit_checkpoints": "select size, at, hash, note, sinks from audit_checkpoint where practice = %s order by size",
    "audit_head": "select seq, hash from audit_head where practice = %s",
    "attestations": "select staff, module, version, at, questions from attestation where practice = %s order by id",
    "access_review_lines": "select review, staff, role, decision, at, made_by from access_line where practice = %s order by review, staff",
    "staff": "select id, role, active from staff where practice = %s order by id",
}


def files(rows: Rows, now: datetime, environment: Mapping[str, str], *, with_notes: bool = False) -> dict[str, bytes]:
    """The bundle's files by name, the manifest among them."""
    found: dict[str, bytes] = {}

    def put(name: str, listed: list[Row]) -> None:
        found[f"{name}.json"] = bundle.record(listed)
        found[f"{name}.csv"] = bundle.table(listed)

    for slug, one in REGISTERS.items():
        listed = registers.entries(rows, one)
        if not with_notes:
            for row in listed:
                for field in one.fields:
                    if field.sealed and (one.names_people or field.name == "note"):
                        row[field.name] = "(kept sealed)" if row[field.name] else ""
        put(f"registers/{slug}", listed)
    for name, sql in LISTS.items():
        put(f"evidence/{name}", rows.all(sql, (rows.practice,)))
    put("evidence/access_reviews", reviews.signed(rows, 1000))
    weeks = reviews.weeks(rows, 1000)
    exceptions = lowerings.all_(rows)
    told = [(row, notes, one) for row, notes, one in incidents.all_(rows)]
    if not with_notes:
        weeks = [{**row, "words": "(kept sealed)" if row["words"] else ""} for row in weeks]
    put("evidence/audit_reviews", weeks)
    put("evidence/protective_settings", exceptions)
    put("evidence/incidents", [_incident(row, one, with_notes) for row, _, one in told])
    put("evidence/incident_notes", [_note(row["id"], note, with_notes) for row, notes, _ in told for note in notes])
    held = office.held(rows, now)
    put("status", [bundle.plain(_status(one)) for one in duties(held, now)])
    found["inventory.json"] = bundle.record(inventory.newest(rows) or {"never": "taken"})
    found["inventory-now.json"] = bundle.record(inventory.take(rows, environment))
    about = practices.practice(rows)
    head = {
        "practice": rows.practice, "name": about["name"], "with_notes": with_notes,
        "says": "What is on record. It does not say that the practice complies with any law.",
    }  # fmt: skip
    found["manifest.json"] = bundle.manifest(found, now, head)
    return found


def _status(one: Any) -> Row:
    return {
        name: getattr(one, name) for name in ("duty", "control", "title", "state", "since", "due_by", "why", "mend")
    }


def _incident(row: Row, one: Any, with_notes: bool) -> Row:
    told = {"id": row["id"], "discovered_at": row["discovered_at"], "source": row["source"], "made_at": row["made_at"], "made_by": row["made_by"],
            "people": one.people, "encrypted": one.encrypted, "decision": one.decision, "open": one.open}  # fmt: skip
    return {**told, "title": row["title"], "words": row["words"]} if with_notes else told


def _note(incident: Any, note: Row, with_notes: bool) -> Row:
    told = {
        "incident": incident,
        "at": note["at"],
        "kind": note["kind"],
        "facts": json.dumps(bundle.plain(note["facts"])),
        "made_by": note["made_by"],
    }
    return {**told, "words": note["words"]} if with_notes else told


def zipped(found: Mapping[str, bytes], now: datetime) -> bytes:
    """The files as a ZIP, each dated with the moment of the bundle."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in sorted(found.items()):
            made.writestr(zipfile.ZipInfo(name, now.timetuple()[:6]), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def said(rows: Rows, found: Mapping[str, bytes], by: str, role: str, with_notes: bool, source: str) -> None:
    """Write the export into the audit log."""
    audit.write(
        rows,
        act="export",
        what="compliance.pack",
        by=by,
        role=role,
        source=source,
        detail={"files": len(found), "with_notes": with_notes},
    )
