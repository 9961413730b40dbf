"""Open tasks as the board and the list show them: filtered by queue, site, owner and due moment, with the caller's last words.

A page is a fixed number of statements however many tasks there are; counts are of everything open, cards of the first ones.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from ringback.core.case import Case
from ringback.store import queries
from ringback.store.access import Row, Rows

MOST = 150
DUES = ("overdue", "soon", "today", "later")
_CASE = msgspec.json.Decoder(Case)
LAST_WORDS = (
    "left join lateral (select m.id, m.sealed, m.kind, m.at from message m where m.practice = c.practice and m.case_id = c.id "
    "and m.kind in ('text', 'voicemail', 'secure_in') order by m.at desc limit 1) said on true"
)


def open_tasks(
    rows: Rows,
    *,
    now: datetime,
    tomorrow: datetime,
    queue: str = "",
    location: int = 0,
    owner: str = "",
    due: str = "",
    limit: int = MOST,
) -> list[Row]:
    """Open tasks with their cases and last words, what is due first first. `owner` is a staff number or `none`."""
    wanted, values = _filters(rows, now, tomorrow, queue, location, owner, due)
    found = rows.all(
        "select t.id as task, t.queue, t.kind, t.priority, t.state as task_state, t.owner, t.due as task_due, "
        "t.opened_at as task_opened_at, t.lease_until, t.attempts, t.not_before, l.location, "
        f"{queries.CASE_COLUMNS}, said.id as said_id, said.sealed as said_sealed, said.kind as said_kind "
        "from task t join cases c on c.practice = t.practice and c.id = t.case_id "
        f"left join line l on l.practice = c.practice and l.id = c.line {LAST_WORDS} "
        f"where {wanted} order by (t.priority <> 'urgent'), t.due, t.case_id, t.id limit %(limit)s",
        {**values, "limit": limit},  # type: ignore[arg-type]
    )
    people = queries.people_of(rows, [row["number_index"] for row in found])
    for row in found:
        row["number"] = rows.text("cases", "number", row["id"], row["number"])
        row["people"] = people.get(bytes(row["number_index"]), []) if row["number_index"] is not None else []
        row["value"] = _CASE.decode(row.pop("state"))
        sealed = row.pop("said_sealed")
        row["quote"] = rows.text("message", "sealed", row["said_id"], sealed) if sealed is not None else ""
    return found


def counts(rows: Rows, *, now: datetime, tomorrow: datetime, location: int = 0) -> list[Row]:
    """How many tasks are open by queue and owner, and how many of them are overdue, due soon, due today."""
    wanted, values = _filters(rows, now, tomorrow, "", location, "", "")
    return rows.all(
        "select t.queue, case when t.state = 'claimed' then t.owner else '' end as owner, count(*) as n, "
        "count(*) filter (where t.due <= %(now)s) as overdue, "
        "count(*) filter (where t.due > %(now)s and t.due <= %(soon)s) as soon, "
        "count(*) filter (where t.due > %(soon)s and t.due < %(tomorrow)s) as today, "
        "count(*) filter (where t.due > %(soon)s and t.due >= %(tomorrow)s) as later "
        "from task t join cases c on c.practice = t.practice and c.id = t.case_id "
        f"left join line l on l.practice = c.practice and l.id = c.line where {wanted} group by 1, 2",
        values,  # type: ignore[arg-type]
    )


def _filters(
    rows: Rows, now: datetime, tomorrow: datetime, queue: str, location: int, owner: str, due: str
) -> tuple[str, Row]:
    wanted = ["t.practice = %(p)s", rows.sees("c"), "t.state in ('open', 'claimed')"]
    if queue:
        wanted.append("t.queue = %(queue)s")
    if location:
        wanted.append("l.location = %(location)s")
    if owner == "none":
        wanted.append("t.state = 'open'")
    elif owner:
        wanted.append("t.state = 'claimed' and t.owner = %(owner)s")
    if due == "overdue":
        wanted.append("t.due <= %(now)s")
    elif due == "soon":
        wanted.append("t.due > %(now)s and t.due <= %(soon)s")
    elif due == "today":
        wanted.append("t.due > %(soon)s and t.due < %(tomorrow)s")
    elif due == "later":
        wanted.append("t.due > %(soon)s and t.due >= %(tomorrow)s")
    values = {
        "p": rows.practice, "queue": queue, "location": location, "owner": owner, "now": now,
        "soon": now + queries.SOON, "tomorrow": max(tomorrow, now + timedelta(seconds=1)),
    }  # fmt: skip
    return " and ".join(wanted), values
