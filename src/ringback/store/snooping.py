"""A week of the audit log made ready for the rules of curiosity (C26): who opened whose records, by ids and folded surnames.

People are reached by their own id or through a case; numbers of staff that are also patients' numbers say whose record
is one's own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from ringback.core.hours import Hours, is_open
from ringback.core.office import snoop
from ringback.core.office.dates import begins, day_of
from ringback.core.office.dates import monday as monday_of
from ringback.core.office.snoop import Hit, Look
from ringback.store import practices, roster
from ringback.store.access import Row, Rows

MOST = 50_000
ENTRIES = (
    "select seq, at, act, what, object, staff, body, hash from audit where practice = %s and at >= %s and at < %s "
    "and act in ('view', 'search', 'export', 'change') and staff ~ '^[0-9]{1,9}$' order by seq limit %s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What a week shows: how many entries, the sample to look at, and what the rules found."""

    monday: date
    entries: int
    cut: bool
    sample: tuple[Row, ...]
    hits: tuple[Hit, ...]


def week(rows: Rows, monday: date, read_hours: Callable[[str, Any], Hours]) -> Week:
    """Read a week and judge it. `read_hours` makes a site's hours of their stored form."""
    zone = practices.practice(rows)["zone"]
    start, end = begins(monday, zone), begins(monday + timedelta(days=7), zone)
    found = rows.all(ENTRIES, (rows.practice, start, end, MOST))
    told = [(row, json.loads(row["body"])) for row in found]
    with_people = [(row, body, body.get("detail", {}).get("opened", {})) for row, body in told]
    by_case = _people_of(rows, {one for _, _, opened in with_people for one in _ids(opened, "cases")})
    looks = []
    for row, body, opened in with_people:
        people = list(
            dict.fromkeys(
                [*_ids(opened, "person"), *(who for case in _ids(opened, "cases") for who in by_case.get(case, ()))]
            )
        )
        if people:
            looks.append(
                Look(
                    seq=row["seq"],
                    at=row["at"],
                    staff=int(row["staff"]),
                    role=body.get("role", ""),
                    people=tuple(people),
                )
            )
    everybody = {one for look in looks for one in look.people}
    staff = practices.staff(rows)
    hours = [read_hours(site["zone"], site["hours"]) for site in practices.locations(rows)]
    shifts = rows.all("select staff, starts_at, ends_at from on_call where practice = %s", (rows.practice,))
    plan = roster.standing(rows)
    hits = snoop.hits(
        looks,
        zone=zone,
        surnames=_surnames(rows, everybody),
        staff_surnames={number: snoop.folded(person.get("name", "")) for number, person in staff.items()},
        own=_own(rows, staff),
        open_at=lambda at: not hours or any(is_open(one, at) for one in hours),
        on_call=lambda who, at: (
            who in plan.who(at)
            or any(
                one["staff"] == who
                and (one["starts_at"] is None or one["starts_at"] <= at)
                and (one["ends_at"] is None or at <= one["ends_at"])
                for one in shifts
            )
        ),
    )
    chosen = set(snoop.sample([(row["seq"], bytes(row["hash"])) for row in found], monday))
    sample = tuple(
        {**row, "role": body.get("role", ""), "hash": None, "body": None} for row, body in told if row["seq"] in chosen
    )
    return Week(monday=monday, entries=len(found), cut=len(found) >= MOST, sample=sample, hits=tuple(hits))


def _ids(opened: Any, table: str) -> Sequence[str]:
    given = opened.get(table, ()) if isinstance(opened, dict) else ()
    return [str(one) for one in given] if isinstance(given, list) else ()


def _people_of(rows: Rows, cases: Iterable[str]) -> dict[str, list[str]]:
    """The people a case is about: its own, else everybody on its number."""
    found = rows.all(
        "select c.id, coalesce(c.person, p.person) as person from cases c left join phone p on p.practice = c.practice "
        "and p.number_index = c.number_index and c.person is null where c.practice = %s and c.id = any(%s)",
        (rows.practice, _uuids(cases)),
    )
    by_case: dict[str, list[str]] = {}
    for row in found:
        if row["person"] is not None:
            by_case.setdefault(str(row["id"]), []).append(str(row["person"]))
    return by_case


def _surnames(rows: Rows, people: Iterable[str]) -> dict[str, str]:
    found = rows.all(
        "select id, sealed from person where practice = %s and id = any(%s)", (rows.practice, _uuids(people))
    )
    return {
        str(row["id"]): snoop.folded(rows.record("person", "sealed", row["id"], row["sealed"]).get("name", ""))
        for row in found
    }


def _own(rows: Rows, staff: dict[int, Row]) -> dict[int, frozenset[str]]:
    """Which people of the directory have the number of a member of staff."""
    indexes = {rows.index("phone", person["phone"]): number for number, person in staff.items() if person.get("phone")}
    found = rows.all(
        "select number_index, person from phone where practice = %s and number_index = any(%s)",
        (rows.practice, list(indexes)),
    )
    own: dict[int, set[str]] = {}
    for row in found:
        own.setdefault(indexes[bytes(row["number_index"])], set()).add(str(row["person"]))
    return {number: frozenset(ids) for number, ids in own.items()}


def _uuids(given: Iterable[str]) -> list[UUID]:
    found = []
    for one in given:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


def last_monday(now: datetime, zone: str) -> date:
    """The Monday of the last whole week."""
    return monday_of(day_of(now, zone)) - timedelta(days=7)
