"""Views that were kept: a set of filters under a name, one's own or the whole practice's.

A view keeps field terms and numbers of rows, never words that were searched for. Its name is somebody's own words and is
sealed. Only who made a view, and for a shared one who runs the practice, changes it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from ringback.store import audit
from ringback.store.access import Row, Rows
from ringback.store.inbox import Wish
from ringback.store.practices import jsonb

# Tabs are one statement with a count each, so there are no more than fit before the eye.
MOST = 8
LONGEST = 40


class Full(Exception):
    """There are `MOST` views of this kind already."""


def of(rows: Rows, staff: int) -> list[Row]:
    """The practice's shared views, then one's own: id, name, shared, wish."""
    found = rows.all(
        "select id, staff, sealed, filters from saved_view where practice = %s and (staff is null or staff = %s) "
        "order by staff nulls first, made_at, id limit %s",
        (rows.practice, staff, 2 * MOST),
    )
    return [
        {
            "id": row["id"],
            "name": rows.text("saved_view", "sealed", row["id"], row["sealed"]),
            "shared": row["staff"] is None,
            "wish": Wish(**jsonb(row["filters"])),
        }
        for row in found
    ]


def keep(rows: Rows, name: str, wish: Wish, *, staff: int, shared: bool, role: str, now: datetime) -> UUID:
    """Keep a view. Raises `Full`, ValueError for an empty name."""
    name = _name(name)
    whose = None if shared else staff
    # The lock makes two presses at once count one after the other.
    rows.run("select pg_advisory_xact_lock(hashtext('saved_view'), %s)", (rows.practice,))
    there = rows.one(
        "select count(*) as n from saved_view where practice = %s and staff is not distinct from %s",
        (rows.practice, whose),
    )
    if there and there["n"] >= MOST:
        raise Full
    id_ = uuid7()
    rows.run(
        'insert into saved_view (practice, id, staff, sealed, filters, made_at, "by") values (%s, %s, %s, %s, %s, %s, %s)',
        (rows.practice, id_, whose, rows.seal("saved_view", "sealed", id_, name), Jsonb(wish.told()), now, str(staff)),
    )
    _say(rows, "view.kept", id_, staff, role, {"shared": shared})
    return id_


def rename(rows: Rows, view: UUID, name: str, *, staff: int, runs: bool, role: str) -> bool:
    """Give a view another name. False when there is none that this member may change; ValueError for an empty name."""
    sealed = rows.seal("saved_view", "sealed", view, _name(name))
    where, values = _may(rows, view, staff, runs)
    if rows.run(f"update saved_view set sealed = %s where {where}", (sealed, *values)) != 1:
        return False
    _say(rows, "view.renamed", view, staff, role, {})
    return True


def drop(rows: Rows, view: UUID, *, staff: int, runs: bool, role: str) -> bool:
    """Delete a view. False when there is none that this member may change."""
    where, values = _may(rows, view, staff, runs)
    if rows.run(f"delete from saved_view where {where}", values) != 1:
        return False
    _say(rows, "view.deleted", view, staff, role, {})
    return True


def _name(told: str) -> str:
    name = " ".join(told.split())[:LONGEST]
    if not name:
        raise ValueError("a view needs a name")
    return name


def _may(rows: Rows, view: UUID, staff: int, runs: bool) -> tuple[str, list[Any]]:
    return "practice = %s and id = %s and (staff = %s or (staff is null and %s))", [rows.practice, view, staff, runs]


def _say(rows: Rows, what: str, view: UUID, staff: int, role: str, detail: dict[str, Any]) -> None:
    audit.write(rows, act="change", what=what, object=f"view:{view}", by=str(staff), role=role, detail=detail)
