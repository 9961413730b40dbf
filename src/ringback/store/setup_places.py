"""The practice, its locations with their hours, its lines: changed one at a time, each change keeping what it replaced.

Every change raises the practice's version, so that it counts in the engine's very next transaction, and can be taken back
as long as nobody changed the same thing since. What is about to be written is checked by the caller.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.store import audit
from ringback.store.access import Row, Rows
from ringback.store.practices import jsonb

# What may be changed of each thing: its table and columns. `hours` is a column of a location with a history of its own.
COLUMNS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "practice": ("practice", ("name", "alias", "phone", "zone")),
    "location": ("location", ("name", "address", "zone")),
    "hours": ("location", ("hours",)),
    "line": ("line", ("name", "number", "sender", "location", "phone_connection", "text_connection")),
}


class Refused(ValueError):
    """It may not be done; the text says why."""


def _key(rows: Rows, what: str) -> str:
    """Which row it is. Whoever works at some sites only changes those."""
    if what == "practice":
        return "practice = %s and %s = practice"
    return f"practice = %s and id = %s and {rows.works_at('location' if what == 'line' else 'id')}"


def one(rows: Rows, what: str, object: int, *, lock: bool = False) -> Row | None:
    """The columns of one thing that may be changed, or None."""
    table, columns = COLUMNS[what]
    found = rows.one(
        f"select {', '.join(columns)} from {table} where {_key(rows, what)}" + (" for update" if lock else ""),
        (rows.practice, object),
    )
    return {name: jsonb(value) if name == "hours" else value for name, value in found.items()} if found else None


def change(rows: Rows, what: str, object: int, values: Mapping[str, Any], by: int, role: str, now: datetime) -> bool:
    """Write these columns and keep what stood there. False when nothing is different; LookupError when there is no such."""
    before = one(rows, what, object, lock=True)
    if before is None:
        raise LookupError(f"no such {what}")
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return False
    _number_is_free(rows, object, changed)
    _write(rows, what, object, changed)
    rows.run(
        'insert into setup_before (practice, id, what, object, before, at, "by") values (%s, %s, %s, %s, %s, %s, %s)',
        (rows.practice, uuid7(), what, object, json.dumps({name: before[name] for name in changed}), now, by),
    )
    _said(rows, f"{what}.changed", object, by, role, sorted(changed))
    return True


def _number_is_free(rows: Rows, line: int, changed: Mapping[str, Any]) -> None:
    if "number" in changed and rows.one(
        "select 1 as x from line where practice = %s and number = %s and id <> %s",
        (rows.practice, changed["number"], line),
    ):
        raise Refused("Another line of the practice has this number.")


def _write(rows: Rows, what: str, object: int, values: Mapping[str, Any]) -> None:
    table, columns = COLUMNS[what]
    names = [name for name in columns if name in values]
    given = [json.dumps(values[name]) if name == "hours" else values[name] for name in names]
    rows.run(
        f"update {table} set {', '.join(f'{name} = %s' for name in names)} where {_key(rows, what)}",
        (*given, rows.practice, object),
    )
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))


def _said(rows: Rows, what: str, object: int, by: int, role: str, fields: list[str]) -> None:
    audit.write(rows, act="change", what=what, object=str(object), by=str(by), role=role, detail={"fields": fields})


def last_changes(rows: Rows, most: int = 6) -> list[Row]:
    """The newest changes that can be taken back: for each thing its newest one."""
    return rows.all(
        'select * from (select distinct on (what, object) id, what, object, before, at, "by" from setup_before '
        "where practice = %s and undone_at is null order by what, object, at desc, id desc) newest order by at desc limit %s",
        (rows.practice, most),
    )


def undo(rows: Rows, change_id: UUID, by: int, role: str, now: datetime) -> str:
    """Put back what a change replaced. Returns what it was. Raises LookupError, and `Refused` when it is not the newest."""
    found = rows.one(
        "select id, what, object, before from setup_before where practice = %s and id = %s and undone_at is null for update",
        (rows.practice, change_id),
    )
    if found is None:
        raise LookupError("no such change")
    if rows.one(
        "select 1 as x from setup_before where practice = %s and what = %s and object = %s and undone_at is null "
        "and id > %s limit 1",
        (rows.practice, found["what"], found["object"], change_id),
    ):
        raise Refused("It was changed again since; take the newer change back first.")
    before = jsonb(found["before"])
    _number_is_free(rows, found["object"], before)
    _write(rows, found["what"], found["object"], before)
    rows.run("update setup_before set undone_at = %s where practice = %s and id = %s", (now, rows.practice, change_id))
    _said(rows, f"{found['what']}.undone", found["object"], by, role, sorted(before))
    return str(found["what"])


def _next(rows: Rows, table: str) -> int:
    # The lock makes two additions at once two numbers.
    rows.run("select 1 from practice where practice = %s for update", (rows.practice,))
    found = rows.one(f"select coalesce(max(id), 0) + 1 as next from {table} where practice = %s", (rows.practice,))
    return int(found["next"]) if found else 1


def location_add(rows: Rows, name: str, address: str, zone: str, week: Any, by: int, role: str) -> int:
    """A new location with these hours. Returns its number."""
    number = _next(rows, "location")
    rows.run(
        "insert into location (practice, id, name, address, zone, hours) values (%s, %s, %s, %s, %s, %s)",
        (rows.practice, number, name, address, zone, json.dumps({"week": week, "closed": []})),
    )
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))
    _said(rows, "location.added", number, by, role, [])
    return number


def location_remove(rows: Rows, location: int, by: int, role: str) -> None:
    """Take a location away that nothing hangs on. Raises LookupError and `Refused`."""
    if rows.one("select 1 as x from line where practice = %s and location = %s limit 1", (rows.practice, location)):
        raise Refused("A line rings there; give the line another location first.")
    if rows.one("select 1 as x from slot where practice = %s and location = %s limit 1", (rows.practice, location)):
        raise Refused("Appointment times are kept for it.")
    if not rows.run("delete from location where practice = %s and id = %s", (rows.practice, location)):
        raise LookupError("no such location")
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))
    _said(rows, "location.removed", location, by, role, [])


def line_add(rows: Rows, values: Mapping[str, Any], by: int, role: str) -> int:
    """A new line. It begins in shadow: calls are caught and nothing is sent. Raises `Refused`."""
    number = _next(rows, "line")
    _number_is_free(rows, number, values)
    names = [name for name in COLUMNS["line"][1] if name in values]
    rows.run(
        f"insert into line (practice, id, {', '.join(names)}, mode) values (%s, %s, {', '.join(['%s'] * len(names))}, 'shadow')",
        (rows.practice, number, *(values[name] for name in names)),
    )
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))
    _said(rows, "line.added", number, by, role, [])
    return number


def live(rows: Rows, on: bool, by: int, role: str) -> None:
    """Say that the whole practice is live, or not yet."""
    rows.run("update practice set live = %s, version = version + 1 where practice = %s", (on, rows.practice))
    _said(rows, "practice.live" if on else "practice.not_live", rows.practice, by, role, [])
