"""Where a member of staff works (C2, the second axis): no row means everywhere. `Rows.sees` is how queries ask it."""

from __future__ import annotations

from collections.abc import Iterable

from ringback.store import audit
from ringback.store.access import Rows


def locations_of(rows: Rows, staff: int) -> frozenset[int] | None:
    """The sites this member is limited to; None: everywhere."""
    found = rows.all("select location from staff_location where practice = %s and staff = %s", (rows.practice, staff))
    return frozenset(row["location"] for row in found) or None


def everybodys(rows: Rows) -> dict[int, list[int]]:
    """The sites of every member who is limited to some."""
    found: dict[int, list[int]] = {}
    for row in rows.all(
        "select staff, location from staff_location where practice = %s order by staff, location", (rows.practice,)
    ):
        found.setdefault(row["staff"], []).append(row["location"])
    return found


def set_locations(rows: Rows, staff: int, locations: Iterable[int], by: str, role: str) -> bool:
    """Limit a member to these sites; none: everywhere. False when the member or a site is unknown."""
    wanted = sorted(set(locations))
    known = {row["id"] for row in rows.all("select id from location where practice = %s", (rows.practice,))}
    member = rows.one("select 1 as x from staff where practice = %s and id = %s for update", (rows.practice, staff))
    if member is None or not known.issuperset(wanted):
        return False
    rows.run("delete from staff_location where practice = %s and staff = %s", (rows.practice, staff))
    for location in wanted:
        rows.run(
            "insert into staff_location (practice, staff, location) values (%s, %s, %s)",
            (rows.practice, staff, location),
        )
    audit.write(
        rows, act="change", what="staff.locations", object=str(staff), by=by, role=role, detail={"locations": wanted}
    )
    return True
