"""The desk of patients' requests: taken down, put off once, answered, delivered; each step an entry that stays (C57).

An amendment is added to the record as a note and never written over it. A restriction or another way to be reached, once
granted, goes into the ledgers that the send gate asks.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.core import consent
from ringback.core import requests as rules
from ringback.core.requests import Asked
from ringback.store import audit, changes, ledger_read, ledgers
from ringback.store.access import Row, Rows

OPEN_FIRST = "order by (closed_at is not null), came_on, id"


class Refused(ValueError):
    """It may not be done; the text says why."""


def take(
    rows: Rows, kind: str, person: UUID, came_on: date, words: str, *, staff: int, role: str, now: datetime
) -> UUID:
    """A request came in. Its clock runs from that day. Raises `Refused`."""
    if kind not in rules.KINDS:
        raise Refused("Say what they ask for.")
    if came_on > now.date():
        raise Refused("That day has not come yet.")
    known = rows.one("select 1 as x from person where practice = %s and id = %s", (rows.practice, person))
    if known is None:
        raise Refused("There is no such person on the patient list.")
    row = uuid7()
    rows.run(
        "insert into patient_request (practice, id, kind, person, came_on, sealed, made_at, made_by) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(rows.practice, row, kind, person, came_on),
            *(rows.seal("patient_request", "sealed", row, json.dumps({"words": words.strip()})), now, staff),
        ),
    )
    _said(rows, "request.taken", row, person, staff, role, {"kind": kind, "came_on": came_on.isoformat()})
    return row


def extend(rows: Rows, request: UUID, reason: str, *, today: date, staff: int, role: str, now: datetime) -> None:
    """Put it off by 30 days, once, before it is due, with the reason the person was told. Raises `Refused`, LookupError."""
    row = _row(rows, request)
    why_not = rules.why_not_extend(asked(row), today)
    if why_not:
        raise Refused(f"Not put off: {why_not}.")
    if not reason.strip():
        raise Refused("Write down the reason the person was told, and the new day.")
    rows.run(
        "update patient_request set extended_on = %s where practice = %s and id = %s", (today, rows.practice, request)
    )
    _entry(rows, request, "extended", reason, staff, now)
    _said(rows, "request.extended", request, row["person"], staff, role, {"kind": row["kind"]})


def answer(
    rows: Rows, request: UUID, outcome: str, ground: str, words: str, *, staff: int, role: str, now: datetime
) -> None:
    """Close it: granted, in part, or refused on a ground that can be named. Raises `Refused`, LookupError."""
    row = _row(rows, request)
    if row["closed_at"] is not None:
        raise Refused("It is answered already.")
    why_not = rules.why_not_answer(row["kind"], outcome, ground)
    if why_not:
        raise Refused(f"Not answered: {why_not}.")
    if outcome != "granted" and not words.strip():
        raise Refused("Write down what the person was told, and how they can complain.")
    rows.run(
        "update patient_request set closed_at = %s, outcome = %s, ground = %s where practice = %s and id = %s",
        (now, outcome, ground, rows.practice, request),
    )
    _entry(rows, request, "answered", words, staff, now)
    _said(
        rows, "request.answered", request, row["person"], staff, role,
        {"kind": row["kind"], "outcome": outcome, "ground": ground},
    )  # fmt: skip


def amend(
    rows: Rows, request: UUID, case_id: UUID, words: str, *, by: str, staff: int, role: str, now: datetime
) -> UUID:
    """A granted correction is added to the case as a note; what it corrects stays as it was. Raises `Refused`, LookupError."""
    return _added(rows, request, case_id, "amended", "Amendment", words, by, staff, role, now)


def statement(
    rows: Rows, request: UUID, case_id: UUID, words: str, *, by: str, staff: int, role: str, now: datetime
) -> UUID:
    """After a refusal the person's own statement of disagreement goes to the case. Raises `Refused`, LookupError."""
    return _added(rows, request, case_id, "statement", "The person disagrees", words, by, staff, role, now)


def _added(
    rows: Rows,
    request: UUID,
    case_id: UUID,
    kind: str,
    head: str,
    words: str,
    by: str,
    staff: int,
    role: str,
    now: datetime,
) -> UUID:
    row = _row(rows, request)
    if row["kind"] != "amendment":
        raise Refused("That is for a correction.")
    if row["outcome"] not in (("granted", "partly") if kind == "amended" else ("denied", "partly")):
        raise Refused("Answer the request first.")
    if not words.strip():
        raise Refused("Write the words down.")
    theirs = rows.one(
        "select 1 as x from cases c where c.practice = %s and c.id = %s and (c.person = %s or c.number_index in "
        "(select number_index from phone where practice = %s and person = %s))",
        (rows.practice, case_id, row["person"], rows.practice, row["person"]),
    )
    if theirs is None:
        raise LookupError("there is no such case of this person")
    note = changes.note(rows, case_id, f"{head}: {words.strip()}", by, now)
    _entry(rows, request, kind, words, staff, now)
    _said(rows, f"request.{kind}", request, row["person"], staff, role, {"case": str(case_id), "note": str(note)})
    return note


def restrict(
    rows: Rows, request: UUID, *, never: bool, by: str, staff: int, role: str, now: datetime, alternate: str = ""
) -> int:
    """What was granted goes into the ledgers for each of the person's numbers, and the send gate keeps to it: no contact at
    all, or elsewhere. How many numbers that were. Raises `Refused`, LookupError."""
    row = _row(rows, request)
    if row["kind"] not in ("restriction", "confidential") or row["outcome"] not in ("granted", "partly"):
        raise Refused("Grant the request first.")
    numbers = [
        bytes(one["number_index"])
        for one in rows.all(
            "select number_index from phone where practice = %s and person = %s", (rows.practice, row["person"])
        )
    ]
    for index in numbers:
        number = ledger_read.number_of(rows, index)
        if never:
            ledgers.never(rows, index, on=True, now=now, by=by, role=role, number=number)
        else:
            ledgers.prefer(
                rows, index, level=consent.ELSEWHERE, now=now, by=by, role=role, number=number, alternate=alternate
            )
    _entry(rows, request, "note", "no contact on their numbers" if never else "reached elsewhere", staff, now)
    return len(numbers)


def warn(rows: Rows, request: UUID, *, staff: int, role: str, now: datetime) -> None:
    """The person heard the warning and wants it unencrypted all the same. Raises LookupError."""
    row = _row(rows, request)
    _entry(rows, request, "warned", rules.WARNING, staff, now)
    _said(rows, "request.warned", request, row["person"], staff, role, {})


def deliver(rows: Rows, request: UUID, way: str, *, staff: int, role: str, now: datetime) -> None:
    """The copy went out this way. Raises `Refused` for an unencrypted one without a recorded warning, LookupError."""
    row = _row(rows, request)
    warned = any(one["kind"] == "warned" for one in entries(rows, request))
    why_not = rules.why_not_deliver(way, warned)
    if why_not:
        raise Refused(f"Not delivered: {why_not}.")
    _entry(rows, request, "delivered", "", staff, now, way)
    _said(rows, "request.delivered", request, row["person"], staff, role, {"way": way})


def note(rows: Rows, request: UUID, words: str, *, staff: int, now: datetime) -> None:
    """A note on a request. Raises `Refused`, LookupError."""
    _row(rows, request)
    if not words.strip():
        raise Refused("Write the words down.")
    _entry(rows, request, "note", words, staff, now)


def all_(rows: Rows, zone: str, now: datetime, limit: int = 200) -> list[Row]:
    """The requests, open ones first, with their clocks."""
    found = rows.all(f"select * from patient_request where practice = %s {OPEN_FIRST} limit %s", (rows.practice, limit))
    return [_opened(rows, row, zone, now) for row in found]


def one(rows: Rows, request: UUID, zone: str, now: datetime) -> Row | None:
    """One request with its clock; None when there is none."""
    found = rows.one("select * from patient_request where practice = %s and id = %s", (rows.practice, request))
    return _opened(rows, found, zone, now) if found is not None else None


def entries(rows: Rows, request: UUID) -> list[Row]:
    """What was written down about a request, oldest first."""
    found = rows.all(
        "select id, at, kind, way, sealed, made_by from request_entry where practice = %s and request = %s order by id",
        (rows.practice, request),
    )
    return [
        {**row, "words": rows.text("request_entry", "sealed", row["id"], row["sealed"]), "sealed": None}
        for row in found
    ]


def asked(row: Row) -> Asked:
    """A row as the clocks see it."""
    return Asked(kind=row["kind"], came_on=row["came_on"], extended_on=row["extended_on"], closed_at=row["closed_at"])


def _opened(rows: Rows, row: Row, zone: str, now: datetime) -> Row:
    told = rows.record("patient_request", "sealed", row["id"], row["sealed"])
    one = asked(row)
    return {
        **row, **told, "sealed": None, "due_on": rules.due_on(one), "due": rules.due(one, zone),
        "late": rules.late(one, now, zone),
    }  # fmt: skip


def _row(rows: Rows, request: UUID) -> Row:
    found = rows.one(
        "select * from patient_request where practice = %s and id = %s for update", (rows.practice, request)
    )
    if found is None:
        raise LookupError("there is no such request")
    return found


def _entry(rows: Rows, request: UUID, kind: str, words: str, staff: int, now: datetime, way: str = "") -> None:
    row = uuid7()
    sealed = rows.seal("request_entry", "sealed", row, words.strip()) if words.strip() else None
    rows.run(
        "insert into request_entry (practice, id, request, at, kind, way, sealed, made_by) values (%s,%s,%s,%s,%s,%s,%s,%s)",
        (rows.practice, row, request, now, kind, way, sealed, staff),
    )


def _said(rows: Rows, what: str, request: UUID, person: UUID, staff: int, role: str, detail: dict[str, Any]) -> None:
    audit.write(
        rows, act="change", what=what, object=f"person:{person}", by=str(staff), role=role,
        detail={"request": str(request), **detail},
    )  # fmt: skip
