"""Reads about a practice itself: its row, staff, lines, sites, policy, wordings, and who is on call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ringback.store.access import Row, Rows


def jsonb(value: Any) -> Any:
    """A jsonb column's value, whichever way the driver hands it over."""
    return json.loads(value) if isinstance(value, str | bytes) else value


def practice(rows: Rows) -> Row:
    """The practice's own row."""
    found = rows.one(
        "select practice, name, alias, phone, zone, live, kill, gate, policy_version, version from practice "
        "where practice = %s",
        (rows.practice,),
    )
    if found is None:
        raise LookupError("no such practice")
    found["gate"] = jsonb(found["gate"])
    return found


def staff_of_account(rows: Rows, account: int) -> Row | None:
    """The active staff row of an account: id, role, name."""
    found = rows.one(
        "select id, role, sealed from staff where practice = %s and account = %s and active", (rows.practice, account)
    )
    return _person_of_staff(rows, found) if found else None


def staff(rows: Rows) -> dict[int, Row]:
    """Everybody of the practice's staff, by number."""
    found = rows.all(
        "select id, role, active, account, sealed from staff where practice = %s order by id", (rows.practice,)
    )
    return {row["id"]: _person_of_staff(rows, row) for row in found}


def _person_of_staff(rows: Rows, row: Row) -> Row:
    return {**row, "sealed": None, **rows.record("staff", "sealed", row["id"], row["sealed"])}


def lines(rows: Rows) -> list[Row]:
    """The phone lines with their sites."""
    return rows.all(
        "select l.id, l.number, l.name, l.mode, l.class, l.sender, l.sensitive_allowed, l.greeting_notice_on, l.greeting, "
        "l.phone_connection, l.text_connection, l.location, p.name as site, p.zone, t.system as text_system from line l "
        "left join connection t on t.practice = l.practice and t.id = l.text_connection "
        f"left join location p on p.practice = l.practice and p.id = l.location where l.practice = %s and {rows.works_at('l.location')} "
        "order by l.id",
        (rows.practice,),
    )


def locations(rows: Rows) -> list[Row]:
    """The sites with zone and hours."""
    found = rows.all("select id, name, zone, hours from location where practice = %s order by id", (rows.practice,))
    return [{**row, "hours": jsonb(row["hours"])} for row in found]


def policy_body(rows: Rows, version: int) -> Row:
    """The values a policy version sets; what it does not set is the default."""
    found = rows.one("select body, at, by from policy where practice = %s and version = %s", (rows.practice, version))
    return (
        {"body": jsonb(found["body"]), "at": found["at"], "by": found["by"]}
        if found
        else {"body": {}, "at": None, "by": ""}
    )


def templates(rows: Rows) -> list[Row]:
    """The published wordings, newest version of each first."""
    return rows.all(
        "select id, version, purpose, lang, body, unprompted, author, approver, language_reviewer, published_at "
        "from template where practice = %s and published_at is not null order by purpose, id, version",
        (rows.practice,),
    )


def delays(rows: Rows, since: datetime) -> list[Row]:
    """For each phone system: how long after a call's end its message was acted on (S74), in seconds."""
    return rows.all(
        "select n.id, n.system, count(d.seconds) as calls, percentile_cont(0.5) within group (order by d.seconds) as half, "
        "percentile_cont(0.95) within group (order by d.seconds) as most from connection n "
        "left join lateral (select extract(epoch from min(s.at) - c.ended) as seconds from call c "
        "  join step s on s.practice = c.practice and s.case_id = c.case_id and s.event = 'CallEnded' and s.at >= c.ended "
        "  where c.practice = n.practice and c.source = n.id and c.at > %s and c.ended is not null "
        "  group by c.id, c.ended) d on true "
        "where n.practice = %s and n.kind = 'phone' group by n.id, n.system order by n.id",
        (since, rows.practice),
    )


def not_understood(rows: Rows) -> int:
    """Messages of phone systems and carriers that could not be read and are kept."""
    found = rows.one(
        "select count(*) as n from arrival where practice = %s and state = 'not_understood'", (rows.practice,)
    )
    return int(found["n"]) if found else 0


def on_call(rows: Rows, now: datetime) -> list[Row]:
    """The on-call list, entries that are over left out, in paging order."""
    return rows.all(
        "select o.id, o.staff, o.place, o.role, o.starts_at, o.ends_at, s.active, "
        "(s.active and coalesce(o.starts_at, %s) <= %s and coalesce(o.ends_at, %s) >= %s) as is_now "
        "from on_call o join staff s on s.practice = o.practice and s.id = o.staff "
        "where o.practice = %s and coalesce(o.ends_at, %s) >= %s "
        "order by array_position(array['oncall', 'officer', 'manager'], o.role), o.place, o.starts_at nulls first, o.id",
        (now, now, now, now, rows.practice, now, now),
    )


def gaps(entries: Sequence[Row], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Stretches between two moments in which nobody is on the on-call list."""
    spans = sorted(
        (max(entry["starts_at"] or start, start), min(entry["ends_at"] or end, end))
        for entry in entries
        if entry["role"] == "oncall" and entry["active"]
    )
    found, reached = [], start
    for begins, ends in spans:
        if begins > reached:
            found.append((reached, begins))
        reached = max(reached, ends)
    if reached < end:
        found.append((reached, end))
    return [(a, b) for a, b in found if b - a >= timedelta(minutes=1)]
