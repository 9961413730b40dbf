"""Legal holds: what a person, a number, a time or a whole matter said must stay, two people placed, and two people lift (C60).

From the first person's word on nothing under it is removed, so that no purge runs between the two; the second one's makes
it a hold that one person cannot lift. The database refuses too (schema_0009.sql): a purge that forgot to ask removes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.core import retention
from ringback.store import audit
from ringback.store.access import Row, Rows

KINDS = {
    "person": "One person: all of theirs",
    "number": "One number: everything from and to it",
    "period": "A time: everything in it",
    "matter": "Everything of the practice",
}
OFFICERS = ("owner", "privacy_officer")
LEGAL_HOLD, RETENTION = "legal_hold", "retention"


class Refused(ValueError):
    """It may not be done; the text says why."""


def ask(
    rows: Rows,
    kind: str,
    matter: str,
    reason: str,
    *,
    staff: int,
    role: str,
    now: datetime,
    person: UUID | None = None,
    number: str = "",
    from_at: datetime | None = None,
    to_at: datetime | None = None,
) -> UUID:
    """The first person's word: nothing of this is removed from now on. Raises `Refused`."""
    _officer(role)
    if kind not in KINDS:
        raise Refused("Say what is to be held.")
    if not matter.strip() or not reason.strip():
        raise Refused("Name the matter, and say why.")
    if kind == "period" and (from_at is None or to_at is None or to_at <= from_at):
        raise Refused("Give the first day and a later last one.")
    if kind == "number" and not number:
        raise Refused("Give the number with its area code.")
    if kind == "person" and (
        person is None
        or rows.one("select 1 as x from person where practice = %s and id = %s", (rows.practice, person)) is None
    ):
        raise Refused("There is no such person on the patient list.")
    row = uuid7()
    told = {
        "matter": matter.strip()[:200],
        "reason": reason.strip()[:2000],
        "number": number if kind == "number" else "",
    }
    rows.run(
        "insert into legal_hold (practice, id, kind, person, number_index, from_at, to_at, matter, sealed, asked_by, asked_at) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            rows.practice, row, kind, person if kind == "person" else None,
            rows.index("phone", number) if kind == "number" else None,
            from_at if kind == "period" else None, to_at if kind == "period" else None, _matter(rows, matter),
            rows.seal("legal_hold", "sealed", row, json.dumps(told)), staff, now,
        ),
    )  # fmt: skip
    _said(rows, "hold.asked", row, staff, role, {"kind": kind})
    return row


def place(rows: Rows, hold: UUID, *, staff: int, role: str, now: datetime) -> None:
    """The second person's word. Raises `Refused`, and LookupError when there is no such hold."""
    _officer(role)
    row = _row(rows, hold)
    if row["lifted_at"] is not None or row["placed_at"] is not None:
        raise Refused("It is decided already.")
    if row["asked_by"] == staff:
        raise Refused("It takes two: somebody else has to place it.")
    rows.run(
        "update legal_hold set placed_by = %s, placed_at = %s where practice = %s and id = %s",
        (staff, now, rows.practice, hold),
    )
    _said(rows, "hold.placed", hold, staff, role, {"asked_by": row["asked_by"]})


def lift(rows: Rows, hold: UUID, *, staff: int, role: str, now: datetime) -> bool:
    """One person's word that a hold may end: False while another's is missing, True when it ended. What was only asked for
    ends with one. Raises `Refused` and LookupError."""
    _officer(role)
    row = _row(rows, hold)
    if row["lifted_at"] is not None:
        raise Refused("It has ended.")
    if row["placed_at"] is not None and row["lift_by"] is None:
        rows.run(
            "update legal_hold set lift_by = %s, lift_at = %s where practice = %s and id = %s",
            (staff, now, rows.practice, hold),
        )
        _said(rows, "hold.lift_asked", hold, staff, role, {})
        return False
    if row["placed_at"] is not None and row["lift_by"] == staff:
        raise Refused("It takes two: somebody else has to lift it.")
    rows.run(
        "update legal_hold set lifted_by = %s, lifted_at = %s where practice = %s and id = %s",
        (staff, now, rows.practice, hold),
    )
    _said(rows, "hold.lifted" if row["placed_at"] else "hold.withdrawn", hold, staff, role, {})
    return True


def keep(rows: Rows, hold: UUID, *, staff: int, role: str) -> None:
    """The wish to lift it is taken back. Raises `Refused` and LookupError."""
    _officer(role)
    row = _row(rows, hold)
    if row["lifted_at"] is not None or row["lift_by"] is None:
        raise Refused("Nobody asked to lift it.")
    rows.run(
        "update legal_hold set lift_by = null, lift_at = null where practice = %s and id = %s", (rows.practice, hold)
    )
    _said(rows, "hold.kept", hold, staff, role, {})


def all_(rows: Rows) -> list[Row]:
    """Every hold, the newest first, with its matter and reason in the clear."""
    found = rows.all("select * from legal_hold where practice = %s order by asked_at desc, id desc", (rows.practice,))
    for row in found:
        told = rows.record("legal_hold", "sealed", row["id"], row.pop("sealed"))
        row |= {
            "matter_name": told.get("matter", ""),
            "reason": told.get("reason", ""),
            "number": told.get("number", ""),
        }
        row["state"] = _state(row)
    return found


def holds(
    rows: Rows,
    person: UUID | None = None,
    number_index: bytes | None = None,
    at: datetime | None = None,
    *,
    matter: str = "",
) -> list[Row]:
    """The holds that stand, asked-for ones included: of this person, this number, this moment, this matter; all of them
    when nothing is given. A hold on a person covers their numbers, one on everything covers whatever is asked."""
    rules, values = [], []
    if person is not None:
        rules.append(
            "(kind = 'person' and person = %s) or (kind = 'number' and number_index in "
            "(select number_index from phone where practice = %s and person = %s))"
        )
        values += [person, rows.practice, person]
    if number_index is not None:
        rules.append(
            "(kind = 'number' and number_index = %s) or (kind = 'person' and person in "
            "(select person from phone where practice = %s and number_index = %s))"
        )
        values += [number_index, rows.practice, number_index]
    if at is not None:
        rules.append("(kind = 'period' and from_at <= %s and to_at > %s)")
        values += [at, at]
    if matter:
        rules.append("matter = %s")
        values.append(_matter(rows, matter))
    elif rules:
        rules.append("kind = 'matter'")
    told = f" and ({' or '.join(rules)})" if rules else ""
    found = rows.all(
        "select id, kind, person, number_index, from_at, to_at, asked_by, asked_at, placed_by, placed_at, lift_by, lifted_at "
        f"from legal_hold where practice = %s and lifted_at is null{told} order by asked_at, id",
        (rows.practice, *values),
    )
    return [{**row, "state": _state(row)} for row in found]


class Against:
    """What stands against erasing somebody now, as `shred` asks it: holds, and records that are to be kept longer.

    A hold is never set aside. `despite`: the term `retention` may be, by whoever answers for it.
    """

    def __init__(self, now: datetime, despite: Collection[str] = ()) -> None:
        self.now, self.despite = now, frozenset(despite) - {LEGAL_HOLD}

    def __call__(self, rows: Rows, person: UUID | None, numbers: Collection[bytes]) -> Sequence[str]:
        asked: list[Any] = [rows.practice, list(numbers), person, person]
        held: Any = holds(rows) if person is None else holds(rows, person=person)
        for number in numbers:
            held = held or holds(rows, number_index=number)
        if not held and person is not None:
            # Holds on a time reach everybody who has something in it.
            held = rows.one(
                "select 1 as x from cases c where c.practice = %s and (c.number_index = any(%s) or c.person = %s) and "
                "held(c.practice, %s, c.number_index, c.opened_at, c.changed_at) limit 1",
                asked,
            )
        reasons = [LEGAL_HOLD] if held else []
        if RETENTION not in self.despite and self._kept(rows, person, numbers):
            reasons.append(RETENTION)
        return reasons

    def _kept(self, rows: Rows, person: UUID | None, numbers: Collection[bytes]) -> bool:
        from ringback.store import retention as kept

        newest = rows.one(
            "select max(changed_at) as at from cases where practice = %s"
            + (" and (number_index = any(%s) or person = %s)" if person is not None else ""),
            (rows.practice, list(numbers), person) if person is not None else (rows.practice,),
        )
        if newest is None or newest["at"] is None:
            return False
        born = kept.born(rows, person) if person is not None else None
        return not retention.may_purge("thread", newest["at"], self.now, born=born, longer=kept.longer(rows))


def _state(row: Row) -> str:
    if row["lifted_at"] is not None:
        return "lifted" if row["placed_at"] else "withdrawn"
    if row["placed_at"] is None:
        return "asked"
    return "lifting" if row["lift_by"] is not None else "placed"


def _matter(rows: Rows, name: str) -> bytes:
    return rows.index("matter", " ".join(name.lower().split()))


def _row(rows: Rows, hold: UUID) -> Row:
    found = rows.one("select * from legal_hold where practice = %s and id = %s for update", (rows.practice, hold))
    if found is None:
        raise LookupError("there is no such hold")
    return found


def _officer(role: str) -> None:
    if role not in OFFICERS:
        raise Refused("Only the owner and the privacy officer place and lift holds.")


def _said(rows: Rows, what: str, hold: UUID, staff: int, role: str, detail: dict[str, Any]) -> None:
    audit.write(rows, act="change", what=what, object=f"hold:{hold}", by=str(staff), role=role, detail=detail)
