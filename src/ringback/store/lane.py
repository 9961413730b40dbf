"""What the urgent strip and the page of the day ask beside the lists: what a caller was told, and the right next task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from ringback.store.access import Row, Rows

# The texts that answer an urgent message (decision 7).
ANSWERS = ("urgent", "urgent_unstaffed", "urgent_acknowledged", "urgent_nobody")


def told(rows: Rows, cases: Sequence[UUID]) -> dict[UUID, Row]:
    """For each of these cases the newest text that answered the urgent message: its words, its state, when."""
    found = rows.all(
        "select distinct on (case_id) case_id, id, body, state, verdict_why, created_at, sent_at, delivered_at from outgoing "
        "where practice = %s and case_id = any(%s) and purpose = any(%s) order by case_id, id desc",
        (rows.practice, list(cases), list(ANSWERS)),
    )
    return {row["case_id"]: {**row, "body": rows.text("outgoing", "body", row["id"], row["body"])} for row in found}


def next_task(rows: Rows, queue: str, now: datetime, besides: Sequence[tuple[UUID, str]] = ()) -> Row | None:
    """The open task to take next: urgent ones first, then one's own queue, then whatever has the nearest clock."""
    return rows.one(
        "select t.case_id, t.id as task from task t join cases c on c.practice = t.practice and c.id = t.case_id "
        f"where t.practice = %s and t.state = 'open' and {rows.sees('c')} and (t.not_before is null or t.not_before <= %s) "
        "and not (t.case_id, t.id) in (select * from unnest(%s::uuid[], %s::text[])) "
        "order by (t.priority = 'urgent') desc, (t.queue = %s) desc, t.due, t.case_id, t.id limit 1",
        (rows.practice, now, [case for case, _ in besides], [task for _, task in besides], queue),
    )


def any_case(rows: Rows) -> bool:
    """Whether a call or a text has ever come in."""
    return rows.one("select 1 as x from cases where practice = %s limit 1", (rows.practice,)) is not None
