"""The registers' rows: listing, adding and changing them as `core/office/registers.py` describes each.

Free text goes sealed into one column. A change of a register the send gate asks raises the practice's version, and every
change is in the audit log with the names of the fields, never their text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from uuid_utils.compat import uuid7

from ringback.core.office.dates import day_of
from ringback.core.office.registers import Register
from ringback.store import audit
from ringback.store.access import Row, Rows

MOST = 500


def columns(register: Register) -> list[str]:
    """The register's plain columns, as tables have them."""
    extra = ["version"] if register.slug == "modules" else []
    return [one.name for one in register.fields if not one.sealed] + extra


def entries(rows: Rows, register: Register, limit: int = MOST) -> list[Row]:
    """The register's rows, newest first, sealed text opened."""
    statement = sql.SQL("select id, sealed, made_at, made_by, {} from {} where practice = %s order by id desc limit %s").format(
        sql.SQL(", ").join(map(sql.Identifier, columns(register))), sql.Identifier(register.table)
    )  # fmt: skip
    return [
        _opened(rows, register, row) for row in rows.all(statement.as_string(rows.connection), (rows.practice, limit))
    ]


def entry(rows: Rows, register: Register, row: UUID) -> Row | None:
    """One row, or None."""
    statement = sql.SQL("select id, sealed, made_at, made_by, {} from {} where practice = %s and id = %s").format(
        sql.SQL(", ").join(map(sql.Identifier, columns(register))), sql.Identifier(register.table)
    )
    found = rows.one(statement.as_string(rows.connection), (rows.practice, row))
    return _opened(rows, register, found) if found else None


def _opened(rows: Rows, register: Register, row: Row) -> Row:
    words = rows.record(register.table, "sealed", row["id"], row.pop("sealed"))
    return {**row, **{one.name: words.get(one.name, "") for one in register.fields if one.sealed}}


def add(rows: Rows, register: Register, values: Mapping[str, Any], staff: int, now: datetime) -> UUID:
    """Keep a new row. A training module gets the next version of its name."""
    row = uuid7()
    kept = {name: value for name, value in values.items() if not register.field(name).sealed}
    if register.slug == "modules":
        rows.run("select 1 from practice where practice = %s for update", (rows.practice,))
        found = rows.one(
            "select coalesce(max(version), 0) + 1 as next from module where practice = %s and code = %s",
            (rows.practice, values["code"]),
        )
        kept["version"] = found["next"] if found else 1
    kept |= {
        "practice": rows.practice,
        "id": row,
        "sealed": _sealed(rows, register, row, values),
        "made_at": now,
        "made_by": staff,
    }
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(register.table),
        sql.SQL(", ").join(map(sql.Identifier, kept)),
        sql.SQL(", ").join([sql.Placeholder()] * len(kept)),
    )
    rows.run(statement.as_string(rows.connection), list(kept.values()))
    _said(rows, register, "added", row, staff, sorted(values))
    return row


def change(rows: Rows, register: Register, row: UUID, values: Mapping[str, Any], staff: int, now: datetime) -> bool:
    """Change a row of a register that may be changed. False when there is no such row."""
    if register.kept:
        raise ValueError("this register is only added to")
    before = entry(rows, register, row)
    if before is None:
        return False
    kept = {name: value for name, value in values.items() if not register.field(name).sealed}
    kept |= {"sealed": _sealed(rows, register, row, values), "changed_at": now}
    statement = sql.SQL("update {} set {} where practice = %s and id = %s").format(
        sql.Identifier(register.table),
        sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in kept),
    )
    rows.run(statement.as_string(rows.connection), [*kept.values(), rows.practice, row])
    _said(rows, register, "changed", row, staff, sorted(name for name in values if before.get(name) != values[name]))
    return True


def _sealed(rows: Rows, register: Register, row: UUID, values: Mapping[str, Any]) -> bytes:
    words = {name: value for name, value in values.items() if register.field(name).sealed}
    return rows.seal(register.table, "sealed", row, json.dumps(words))


def _said(rows: Rows, register: Register, done: str, row: UUID, staff: int, fields: Sequence[str]) -> None:
    if register.gates:
        rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))
    if register.slug == "agreements":
        rows.run("update agreement set told_at = null where practice = %s and id = %s", (rows.practice, row))
    audit.write(
        rows,
        act="change",
        what=f"{register.table}.{done}",
        object=str(row),
        by=str(staff),
        detail={"fields": list(fields)},
    )


def done(rows: Rows, duty: str, good: bool, staff: int | None, now: datetime) -> None:
    """Record that something regular was done by the software itself: an inventory, a restore drill."""
    head = rows.one("select zone from practice where practice = %s", (rows.practice,))
    rows.run(
        "insert into deed (practice, id, duty, done_on, good, made_at, made_by) values (%s, %s, %s, %s, %s, %s, %s)",
        (rows.practice, uuid7(), duty, day_of(now, head["zone"] if head else "UTC"), good, now, staff),
    )
    audit.write(rows, act="change", what=f"duty.{duty}", by=str(staff or "system"), result="ok" if good else "failed")
