"""Changes of the on-call roster: each writes the whole next state, keeps the one before, and says who did it.

What cannot be is refused with a code (`NotAllowed`); the pages have the words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from ringback.core import roster as core
from ringback.core.roster import Away, Holiday, Override, Roster, Rotation, Swap
from ringback.store import audit
from ringback.store.access import Row, Rows
from ringback.store.roster import Standing, restored, standing

# Spans that ended longer ago than this leave the row that stands; the states before keep them.
KEEP = timedelta(days=400)
STATES_KEPT = 500
LONGEST = timedelta(days=92)
WORKING = "select 1 as x from staff where practice = %s and active and id = %s"


class NotAllowed(Exception):
    """What cannot be put on the roster, by its code."""


# ---- changes ---------------------------------------------------------------------------------------------------------


def change(
    rows: Rows, act: str, by: int, role: str, now: datetime, edit: Callable[[Roster], Roster], **detail: Any
) -> Roster:
    """Put the next state of the roster in place, keep the one before, and write down who did it."""
    old = standing(rows, lock=True)
    fresh = edit(old.roster)
    _keep(rows, old, replace(core.trimmed(fresh, now - KEEP), listed=()), act, by, now)
    audit.write(
        rows, act="change", what=f"roster_{act}", object=str(old.version + 1), by=str(by), role=role, detail=detail
    )
    return fresh


def _keep(rows: Rows, old: Standing, fresh: Roster, act: str, by: int, now: datetime) -> None:
    body = msgspec.json.encode(fresh).decode()
    if old.version:
        rows.run(
            "insert into duty_before (practice, version, plan, changed_at, by, act, replaced_at) "
            "select practice, version, plan, changed_at, by, act, %s from duty where practice = %s",
            (now, rows.practice),
        )
        rows.run(
            "delete from duty_before where practice = %s and version <= %s",
            (rows.practice, old.version - STATES_KEPT),
        )
    rows.run(
        "insert into duty (practice, version, plan, changed_at, by, act) values (%s, %s, %s, %s, %s, %s) "
        "on conflict (practice) do update set version = excluded.version, plan = excluded.plan, "
        "changed_at = excluded.changed_at, by = excluded.by, act = excluded.act",
        (rows.practice, old.version + 1, body, now, by, act),
    )
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))


def undo(rows: Rows, version: int, by: int, role: str, now: datetime) -> bool:
    """Take the last change back, if it still is the last; the state before becomes the newest one."""
    old = standing(rows, lock=True)
    if old.version != version or version == 0 or old.act == "undo":
        return False
    found = rows.one("select plan from duty_before where practice = %s and version = %s", (rows.practice, version - 1))
    if found is None and version > 1:
        return False
    fresh = restored(found["plan"], old.roster.zone) if found else Roster(zone=old.roster.zone)
    _keep(rows, old, fresh, "undo", by, now)
    audit.write(
        rows, act="change", what="roster_undo", object=str(version), by=str(by), role=role, detail={"of": old.act}
    )
    return True


def _works(rows: Rows, person: int) -> None:
    if rows.one(WORKING, (rows.practice, person)) is None:
        raise NotAllowed("unknown")


def put(
    rows: Rows, person: int, turn: int, begins: datetime, ends: datetime, by: int, role: str, now: datetime
) -> None:
    """Put a person on call for a span, over whatever else says otherwise."""
    _works(rows, person)
    if ends <= begins or turn not in core.TURNS:
        raise NotAllowed("ends_first")
    if ends - begins > LONGEST:
        raise NotAllowed("too_long")

    def edit(old: Roster) -> Roster:
        made = Override(id=core.next_id(old), turn=turn, person=person, begins=begins, ends=ends)
        return replace(old, overrides=(*old.overrides, made))

    change(rows, "put", by, role, now, edit, person=person, turn=turn)


def rotate(rows: Rows, rotation: Rotation, handover: time, by: int, role: str, now: datetime) -> None:
    """Begin a rotation (its id is given here) with the practice's hand-over time."""
    for person in rotation.people:
        _works(rows, person)
    if not rotation.people or not 1 <= rotation.days <= 92 or rotation.turn not in core.TURNS:
        raise NotAllowed("rotation")
    if rotation.last is not None and rotation.last < rotation.first:
        raise NotAllowed("ends_first")
    change(
        rows,
        "rotate",
        by,
        role,
        now,
        lambda old: replace(
            old, handover=handover, rotations=(*old.rotations, replace(rotation, id=core.next_id(old)))
        ),
        people=len(rotation.people),
        days=rotation.days,
        turn=rotation.turn,
    )


def away(rows: Rows, person: int, begins: datetime, ends: datetime, by: int, role: str, now: datetime) -> None:
    """Enter a person's time off."""
    _works(rows, person)
    if ends <= begins:
        raise NotAllowed("ends_first")
    change(
        rows,
        "away",
        by,
        role,
        now,
        lambda old: replace(old, away=(*old.away, Away(id=core.next_id(old), person=person, begins=begins, ends=ends))),
        person=person,
    )


def holiday(rows: Rows, day: date, name: str, person: int | None, by: int, role: str, now: datetime) -> None:
    """Name a day, and perhaps who takes it; a day named again is named anew."""
    if person is not None:
        _works(rows, person)
    if not name.strip():
        raise NotAllowed("unnamed")

    def edit(old: Roster) -> Roster:
        made = Holiday(id=core.next_id(old), day=day, name=name.strip()[:40], person=person)
        return replace(old, holidays=(*(one for one in old.holidays if one.day != day), made))

    change(rows, "holiday", by, role, now, edit)


def end(rows: Rows, entry: int, by: int, role: str, now: datetime) -> bool:
    """End a rotation with the day that runs now, so that nobody is off call before the next hand-over."""
    old = standing(rows, lock=True)
    found = next((one for one in old.roster.rotations if one.id == entry), None)
    if found is None:
        return False
    today = core.day_of(old.roster, now)
    if found.first > today:
        return drop(rows, entry, by, role, now)
    ended = tuple(replace(one, last=today) if one.id == entry else one for one in old.roster.rotations)
    change(rows, "end", by, role, now, lambda one: replace(one, rotations=ended), entry=entry)
    return True


def drop(rows: Rows, entry: int, by: int, role: str, now: datetime) -> bool:
    """Take one entry off the roster; False when it has none of this number."""
    old = standing(rows, lock=True)
    if core.without(old.roster, entry) == old.roster:
        return False
    change(rows, "drop", by, role, now, lambda one: core.without(one, entry), entry=entry)
    return True


# ---- swaps -----------------------------------------------------------------------------------------------------------


def swap_ask(
    rows: Rows,
    asked_by: int,
    asked_of: int,
    span: tuple[datetime, datetime],
    back: tuple[datetime, datetime] | None,
    role: str,
    now: datetime,
) -> UUID:
    """Ask somebody to take over one's own span. Raises `NotAllowed` when the asker is not on call in it."""
    _works(rows, asked_of)
    if asked_by == asked_of or span[1] <= span[0] or (back is not None and back[1] <= back[0]):
        raise NotAllowed("two_people")
    if span[1] <= now:
        raise NotAllowed("over")
    old = standing(rows)
    if not _any_shift(old.roster, asked_by, span):
        raise NotAllowed("not_mine")
    if back is not None and not _any_shift(old.roster, asked_of, back):
        raise NotAllowed("not_theirs")
    row = uuid7()
    rows.run(
        "insert into duty_swap (practice, id, asked_by, asked_of, begins, ends, back_begins, back_ends, asked_at) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (rows.practice, row, asked_by, asked_of, *span, *(back or (None, None)), now),
    )
    audit.write(rows, act="change", what="roster_swap_asked", object=str(row), by=str(asked_by), role=role)
    _bump(rows)
    return row


def _any_shift(roster: Roster, person: int, span: tuple[datetime, datetime]) -> bool:
    return any(person in shift.people and shift.why != "listed" for shift in core.shifts(roster, *span))


def _bump(rows: Rows) -> None:
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))


def swaps(rows: Rows, now: datetime) -> list[Row]:
    """Swaps that are asked and not answered, of shifts that are not over."""
    return rows.all(
        "select id, asked_by, asked_of, begins, ends, back_begins, back_ends, asked_at from duty_swap "
        "where practice = %s and state = 'asked' and ends > %s order by begins, id limit 50",
        (rows.practice, now),
    )


def swap_answer(rows: Rows, swap: UUID, answer: str, by: int, role: str, now: datetime) -> bool:
    """The asked person agrees or declines, the asker withdraws. False when it is not theirs, answered, or over."""
    found = rows.one(
        "select asked_by, asked_of, begins, ends, back_begins, back_ends from duty_swap "
        "where practice = %s and id = %s and state = 'asked' for update",
        (rows.practice, swap),
    )
    whose = found and (found["asked_by"] if answer == "withdrawn" else found["asked_of"])
    if found is None or whose != by or answer not in ("agreed", "declined", "withdrawn") or found["ends"] <= now:
        return False
    rows.run(
        "update duty_swap set state = %s, answered_at = %s where practice = %s and id = %s",
        (answer, now, rows.practice, swap),
    )
    if answer == "agreed":
        agreed = Swap(
            a=found["asked_of"],
            b=found["asked_by"],
            span=(found["begins"], found["ends"]),
            back=(found["back_begins"], found["back_ends"]) if found["back_begins"] is not None else None,
        )
        change(rows, "swap", by, role, now, lambda old: core.swapped(old, agreed), a=agreed.a, b=agreed.b)
    else:
        audit.write(rows, act="change", what=f"roster_swap_{answer}", object=str(swap), by=str(by), role=role)
        _bump(rows)
    return True
