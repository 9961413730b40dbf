"""Whose a case is, until when it is out of the way, and who has seen it: facts beside the case, which no rule folds.

A snooze ends by itself at its moment, when a word of the caller comes in after it, or when the case becomes urgent: it can
hide nothing that is new. Only ids and moments stand here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from ringback.store import audit
from ringback.store.access import Row, Rows

_SET = (
    'insert into care (practice, case_id, {0}, {1}, changed_at, "by") values (%(p)s, %(c)s, %(v)s, %(now)s, %(now)s, %(by)s) '
    "on conflict (practice, case_id) do update set {0} = excluded.{0}, {1} = excluded.{1}, changed_at = excluded.changed_at, "
    '"by" = excluded."by" where care.{0} is distinct from excluded.{0}'
)


def assign(rows: Rows, case: UUID, staff: int | None, by: str, now: datetime, role: str = "") -> bool:
    """Give a case to an active member of staff, or to nobody. False when it is theirs already or there is no such member."""
    if staff is not None and not _works(rows, staff):
        return False
    if not _set(rows, "owner", "assigned_at", case, staff, by, now):
        return False
    audit.write(rows, act="change", what="case.assigned", object=f"case:{case}", by=by, role=role, detail={"to": staff})
    return True


def snooze(rows: Rows, case: UUID, until: datetime | None, by: str, now: datetime, role: str = "") -> bool:
    """Put a case out of the way until a moment, or bring it back (None). False when nothing changed."""
    if not _set(rows, "snoozed_until", "snoozed_at", case, until, by, now):
        return False
    told = {"until": until.isoformat() if until else None}
    audit.write(rows, act="change", what="case.snoozed", object=f"case:{case}", by=by, role=role, detail=told)
    return True


def looked(rows: Rows, case: UUID, staff: int, now: datetime) -> None:
    """This member of staff has the case open now: what came in until this moment is read."""
    rows.run(
        "insert into looked (practice, staff, case_id, at) values (%s, %s, %s, %s) "
        "on conflict (practice, staff, case_id) do update set at = excluded.at where looked.at < excluded.at",
        (rows.practice, staff, case, now),
    )


def of(rows: Rows, cases: Iterable[UUID]) -> dict[UUID, Row]:
    """By case: owner, assigned_at, snoozed_until, snoozed_at, by. A case without a row is nobody's and awake."""
    found = rows.all(
        'select case_id, owner, assigned_at, snoozed_until, snoozed_at, changed_at, "by" from care '
        "where practice = %s and case_id = any(%s)",
        (rows.practice, list(cases)),
    )
    return {row["case_id"]: row for row in found}


def _works(rows: Rows, staff: int) -> bool:
    return (
        rows.one("select 1 as x from staff where practice = %s and id = %s and active", (rows.practice, staff))
        is not None
    )


def _set(
    rows: Rows, column: str, moment: str, case: UUID, value: int | datetime | None, by: str, now: datetime
) -> bool:
    if value is None:
        # Nobody's, or awake, is how a case is without a row: none is made for it.
        sql = f'update care set {column} = null, {moment} = null, changed_at = %s, "by" = %s where practice = %s and case_id = %s and {column} is not null'
        return rows.run(sql, (now, by, rows.practice, case)) == 1
    values = {"p": rows.practice, "c": case, "v": value, "now": now, "by": by}
    return rows.run(_SET.format(column, moment), values) == 1  # type: ignore[arg-type]
