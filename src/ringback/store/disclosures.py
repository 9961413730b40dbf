"""The register of disclosures: entered, never changed; an agency's wish to hold one back is an entry of its own (C56).

Recipient, address, what and authority are sealed. What a person is told is decided by `core/disclosures`.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.core import csv_safe
from ringback.core import disclosures as rules
from ringback.core.disclosures import Disclosure
from ringback.store import audit, part2
from ringback.store.access import Row, Rows

HEADER = ("date", "recipient", "address", "what", "why", "authority", "42 CFR Part 2")


def enter(rows: Rows, person: UUID, one: Disclosure, *, staff: int, role: str, now: datetime) -> UUID:
    """Enter a disclosure. It is tagged Part 2 when the person's records are, whatever is said. Raises `rules.NotEntered`."""
    rules.check(one, now)
    _known(rows, person)
    row, tag = uuid7(), one.part2 or part2.tagged(rows, person)
    told = {"recipient": one.recipient, "address": one.address, "what": one.what, "authority": one.authority}
    rows.run(
        "insert into disclosed (practice, id, person, at, why, part2, sealed, made_at, made_by) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(rows.practice, row, person, one.at, one.why, tag),
            *(rows.seal("disclosed", "sealed", row, json.dumps(told)), now, staff),
        ),
    )
    audit.write(
        rows, act="change", what="disclosure.entered", object=f"person:{person}", by=str(staff), role=role,
        detail={"entry": str(row), "why": one.why, "part2": tag},
    )  # fmt: skip
    return row


def hold_back(
    rows: Rows, entry: UUID, until: datetime, agency: str, *, in_writing: bool, staff: int, role: str, now: datetime
) -> None:
    """An agency asked that this entry be held back until then. Raises `rules.NotEntered`, and LookupError."""
    found = rows.one("select why, person from disclosed where practice = %s and id = %s", (rows.practice, entry))
    if found is None:
        raise LookupError("there is no such entry")
    rules.check_hold(found["why"], until, now, in_writing=in_writing)
    if not agency.strip():
        raise rules.NotEntered("say who asked for it, and why it would impede them")
    row = uuid7()
    rows.run(
        "insert into disclosed_pause (practice, id, disclosed, until, in_writing, sealed, made_at, made_by) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(rows.practice, row, entry, until, in_writing),
            *(rows.seal("disclosed_pause", "sealed", row, json.dumps({"agency": agency.strip()})), now, staff),
        ),
    )
    audit.write(
        rows, act="change", what="disclosure.held_back", object=f"person:{found['person']}", by=str(staff), role=role,
        detail={"entry": str(entry), "until": until.isoformat(), "in_writing": in_writing},
    )  # fmt: skip


def of_person(rows: Rows, person: UUID) -> list[Row]:
    """Every entry about a person, oldest first, with what was sealed; `held_until` while an agency asked to wait."""
    return _opened(rows, "d.person = %s", [person])


def latest(rows: Rows, limit: int = 50) -> list[Row]:
    """The newest entries of the practice, the newest first."""
    return _opened(rows, "true", [], limit)[::-1]


def _opened(rows: Rows, rule: str, values: list[Any], limit: int | None = None) -> list[Row]:
    found = rows.all(
        "select d.id, d.person, d.at, d.why, d.part2, d.sealed, d.made_at, d.made_by, "
        "(select max(p.until) from disclosed_pause p where p.practice = d.practice and p.disclosed = d.id) as held_until "
        f"from disclosed d where d.practice = %s and {rule} order by d.at desc, d.id desc limit %s",
        (rows.practice, *values, limit),
    )
    return [
        {**row, **rows.record("disclosed", "sealed", row["id"], row["sealed"]), "sealed": None} for row in found[::-1]
    ]


def accounting(rows: Rows, person: UUID, first: date, last: date, now: datetime) -> tuple[list[Disclosure], int]:
    """What a person is told of these days, and how many entries are held back. Raises ValueError past six years."""
    entries = [
        Disclosure(
            at=row["at"], recipient=row.get("recipient", ""), address=row.get("address", ""), what=row.get("what", ""),
            why=row["why"], authority=row.get("authority", ""), part2=row["part2"], held_until=row["held_until"],
        )
        for row in of_person(rows, person)
    ]  # fmt: skip
    told, held = rules.told(entries, first, last, now)
    return list(told), held


def csv(told: list[Disclosure]) -> str:
    """An accounting as CSV that no spreadsheet reads formulas from; the Part 2 notice stands in it where it is owed."""
    lines: list[tuple[object, ...]] = [
        (
            one.at.date(),
            one.recipient,
            one.address,
            one.what,
            rules.WHY[one.why],
            one.authority,
            "yes" if one.part2 else "",
        )
        for one in told
    ]
    if any(one.part2 for one in told):
        lines.append((rules.PART2_NOTICE,))
    return csv_safe.text(HEADER, lines)


def document(told: list[Disclosure], first: date, last: date, now: datetime) -> Row:
    """An accounting as a JSON document."""
    made: Row = {
        "accounting_of_disclosures": {"from": first.isoformat(), "to": last.isoformat(), "made": now.isoformat()},
        "disclosures": [
            {
                "date": one.at.date().isoformat(), "recipient": one.recipient, "address": one.address, "what": one.what,
                "why": rules.WHY[one.why], "authority": one.authority, "part2": one.part2,
            }
            for one in told
        ],
    }  # fmt: skip
    if any(one.part2 for one in told):
        made["notice"] = rules.PART2_NOTICE
    return made


def _known(rows: Rows, person: UUID) -> None:
    if rows.one("select 1 as x from person where practice = %s and id = %s", (rows.practice, person)) is None:
        raise LookupError("there is no such person")
