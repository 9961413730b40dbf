"""Everything this system holds about one person, opened: for their own copy, as values, FHIR and CSV (C57).

A number that several people share: what was said on it may be another's, so only cases that are known to be this person's
go in, and how many were left out is said.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ringback.core import csv_safe, fhir
from ringback.store import part2
from ringback.store.access import Row, Rows

SPACE = uuid.UUID("8f0d8f3e-6d0f-5c53-9a59-52494e474241")
HEADER = ("date", "kind", "words", "state")


class Nobody(LookupError):
    """There is no such person on the patient list."""


def of(rows: Rows, person: UUID) -> Row:
    """The record: `person`, `phones`, `messages`, `texts`, `tasks`, `visits`, `calls`, `left_out`, `part2`."""
    found = rows.one(
        "select id, sealed, lang, next_visit from person where practice = %s and id = %s", (rows.practice, person)
    )
    if found is None:
        raise Nobody("there is no such person")
    who = {**found, **rows.record("person", "sealed", person, found["sealed"]), "sealed": None}
    phones, alone = [], []
    for row in rows.all(
        "select p.number_index, p.sealed, (select count(*) from phone o where o.practice = p.practice and "
        "o.number_index = p.number_index) as people from phone p where p.practice = %s and p.person = %s",
        (rows.practice, person),
    ):
        index = bytes(row["number_index"])
        phones.append(rows.text("phone", "sealed", f"{person}:{index.hex()}", row["sealed"]))
        if row["people"] == 1:
            alone.append(index)
    every = rows.all(
        "select id, person, number_index from cases where practice = %s and (person = %s or number_index in "
        "(select number_index from phone where practice = %s and person = %s))",
        (rows.practice, person, rows.practice, person),
    )
    mine = [
        one["id"]
        for one in every
        if one["person"] == person or (one["person"] is None and bytes(one["number_index"] or b"") in alone)
    ]
    return {
        "person": who,
        "phones": sorted(phones),
        "cases": mine,
        "messages": _messages(rows, mine),
        "texts": _texts(rows, mine),
        "tasks": [{**one, "id": _id(one["case_id"], one["id"])} for one in _of(rows, "task", mine, "opened_at")],
        "visits": _visits(rows, mine),
        "calls": _of(rows, "call", mine, "at", "id, began, ended, verdict, why"),
        "left_out": len(every) - len(mine),
        "part2": part2.tagged(rows, person),
    }


def _id(*parts: Any) -> str:
    """An id for what has none of its own, the same each time."""
    return str(uuid.uuid5(SPACE, ":".join(str(part) for part in parts)))


def _of(rows: Rows, table: str, cases: list[UUID], order: str, columns: str = "*") -> list[Row]:
    return rows.all(
        f"select {columns} from {table} where practice = %s and case_id = any(%s) order by {order}",
        (rows.practice, cases),
    )


def _messages(rows: Rows, cases: list[UUID]) -> list[Row]:
    # What staff wrote as a text stands among the texts; a code is nobody's words.
    found = [
        one
        for one in _of(rows, "message", cases, "at, id", "id, case_id, at, kind, sealed")
        if one["kind"] not in ("reply", "code")
    ]
    return [{**one, "words": rows.text("message", "sealed", one["id"], one["sealed"]), "sealed": None} for one in found]


def _texts(rows: Rows, cases: list[UUID]) -> list[Row]:
    found = _of(
        rows, "outgoing", cases, "created_at, id",
        "id, case_id, created_at, body, state, verdict_why, reason, sent_at, delivered_at",
    )  # fmt: skip
    return [
        {**one, "words": rows.text("outgoing", "body", one["id"], one["body"]), "body": None,
         "why": one["verdict_why"] or one["reason"]}
        for one in found
    ]  # fmt: skip


def _visits(rows: Rows, cases: list[UUID]) -> list[Row]:
    found = rows.all(
        "select s.id, s.starts_at, s.minutes, p.name as site from slot s left join location p on p.practice = s.practice "
        "and p.id = s.location where s.practice = %s and s.taken_by = any(%s) order by s.starts_at",
        (rows.practice, cases),
    )
    return [{**one, "ends_at": one["starts_at"] + timedelta(minutes=one["minutes"])} for one in found]


def as_fhir(rows: Rows, record: Row, now: datetime, name: str) -> Row:
    """The record as a FHIR R4 Bundle."""
    return fhir.bundle(
        id=_id(rows.practice, record["person"]["id"], now.isoformat()), made=now, practice=name, person=record["person"],
        phones=record["phones"], messages=record["messages"], texts=record["texts"], tasks=record["tasks"],
        visits=record["visits"], calls=record["calls"], notice=part2.NOTICE if record["part2"] else "",
    )  # fmt: skip


def lines(record: Row) -> list[Row]:
    """The record as one list by time: what was said and what was done, for reading."""
    said = {
        "text": "Text from the person", "voicemail": "Voicemail", "note": "Note by staff",
        "secure_in": "Secure message from the person", "secure_out": "Secure message to the person",
    }  # fmt: skip
    told = [
        {"at": one["at"], "kind": said[one["kind"]], "words": one["words"], "state": ""} for one in record["messages"]
    ]
    told += [
        {
            "at": one["sent_at"] or one["created_at"],
            "kind": "Text to the person",
            "words": one["words"],
            "state": one["state"],
        }
        for one in record["texts"]
    ]
    told += [
        {"at": one["opened_at"], "kind": f"Task: {one['kind'].replace('_', ' ')}", "words": one["disposition"].replace("_", " "), "state": one["state"]}
        for one in record["tasks"]
    ]  # fmt: skip
    told += [
        {"at": one["began"], "kind": "Call", "words": one["why"], "state": one["verdict"]}
        for one in record["calls"]
        if one["began"]
    ]
    told += [
        {"at": one["starts_at"], "kind": "Time taken", "words": one["site"] or "", "state": ""}
        for one in record["visits"]
    ]
    return sorted(told, key=lambda one: one["at"])


def csv(record: Row) -> str:
    """The same list as CSV."""
    listed: list[tuple[object, ...]] = [
        (one["at"].isoformat(), one["kind"], one["words"], one["state"]) for one in lines(record)
    ]
    return csv_safe.text(HEADER, [*listed, (part2.NOTICE,)] if record["part2"] else listed)
