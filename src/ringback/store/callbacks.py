"""What the call panel reads and keeps: the task and its caller, and the checks of who is on the phone.

A check is kept as the kinds of answer that were compared and whether they were right, with the audit log's entry of the same;
the answers themselves are compared and forgotten.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.core import identity_check
from ringback.store import audit, board, queries
from ringback.store.access import Row, Rows


def of_case(rows: Rows, case_id: UUID) -> Row | None:
    """The case with its people, its live tasks and the caller's last words; None when the visitor may not see it."""
    found = queries.case(rows, case_id)
    if found is None:
        return None
    found["tasks"] = rows.all(
        "select id as task, queue, kind, priority, state as task_state, owner, due as task_due, attempts, not_before, "
        "lease_until from task where practice = %s and case_id = %s and state in ('open', 'claimed') order by due, id",
        (rows.practice, case_id),
    )
    said = rows.one(f"select said.id, said.sealed, said.kind, said.at from cases c {board.LAST_WORDS} where c.practice = %s and c.id = %s", (rows.practice, case_id))  # fmt: skip
    heard = said is not None and said["sealed"] is not None
    found["quote"] = rows.text("message", "sealed", said["id"], said["sealed"]) if said and heard else ""
    found["quote_kind"], found["quote_at"] = (said["kind"], said["at"]) if said and heard else ("", None)
    return found


def standing(rows: Rows, case_id: UUID, by: str, now: datetime) -> Row:
    """How the checks of this caller stand for `by`, and the last right one with its kinds of answer."""
    found = rows.all(
        'select at, good, "by", factors, person from identity_check where practice = %s and case_id = %s and at > %s order by at',
        (rows.practice, case_id, now - identity_check.STOPPED_FOR),
    )
    stands = identity_check.standing([(one["at"], one["good"], one["by"]) for one in found], by, now)
    right = [one for one in found if one["good"] and one["by"] == by]
    return {"stands": stands, "last": right[-1] if stands.good else None}


def checked(
    rows: Rows,
    case_id: UUID,
    task: str,
    *,
    factors: tuple[str, ...],
    person: str | None,
    by: str,
    role: str,
    now: datetime,
) -> None:
    """Write a check down: which kinds of answer, and whether they were all right."""
    good = person is not None
    rows.run(
        'insert into identity_check (practice, id, case_id, task, at, "by", factors, good, person) '
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (rows.practice, uuid7(), case_id, task, now, by, list(factors), good, UUID(person) if person else None),
    )
    audit.write(
        rows, act="view", what="identity.checked", object=f"case:{case_id}", by=by, role=role,
        result="ok" if good else "refused", detail={"factors": list(factors), "task": task},
    )  # fmt: skip


def called(rows: Rows, case_id: UUID, task: str, outcome: str, *, checked: bool, by: str, role: str) -> None:
    """Write down how a call came out, and whether it was known who was on the phone."""
    audit.write(
        rows, act="change", what="callback.outcome", object=f"case:{case_id}", by=by, role=role,
        detail={"outcome": outcome, "task": task, "identity_checked": checked},
    )  # fmt: skip
