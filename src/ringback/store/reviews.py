"""What is looked at and signed: who may do what (C10), and what the audit log shows of a week (C26). A signed review stays.

Unused accounts are closed here too: the account, not the member of staff, who may still be paged.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.core.office.duties_people import STALE
from ringback.store import audit
from ringback.store.access import Row, Rows

DECISIONS = ("keep", "change", "remove")


def begin(rows: Rows, staff: int, now: datetime) -> UUID:
    """Begin an access review with everybody active as they are now; the open one when there is one."""
    rows.run("select 1 from practice where practice = %s for update", (rows.practice,))
    found = rows.one("select id from access_review where practice = %s and signed_at is null", (rows.practice,))
    if found:
        row: UUID = found["id"]
        return row
    row = uuid7()
    rows.run(
        "insert into access_review (practice, id, began_at, made_by) values (%s, %s, %s, %s)",
        (rows.practice, row, now, staff),
    )
    rows.run(
        "insert into access_line (practice, review, staff, role) select practice, %s, id, role from staff where practice = %s and active",
        (row, rows.practice),
    )
    audit.write(rows, act="change", what="access_review.begun", object=str(row), by=str(staff))
    return row


def open_review(rows: Rows) -> tuple[Row, list[Row]] | None:
    """The access review that is not signed yet, with its lines."""
    found = rows.one(
        "select id, began_at, made_by from access_review where practice = %s and signed_at is null", (rows.practice,)
    )
    if found is None:
        return None
    lines = rows.all(
        "select l.staff, l.role, l.decision, l.at, l.made_by, s.role as role_now, s.active from access_line l "
        "join staff s on s.practice = l.practice and s.id = l.staff where l.practice = %s and l.review = %s order by l.staff",
        (rows.practice, found["id"]),
    )
    return found, lines


def signed(rows: Rows, limit: int = 20) -> list[Row]:
    """The signed access reviews, newest first."""
    return rows.all(
        "select r.id, r.began_at, r.signed_at, r.signed_by, count(l.*) as lines, count(*) filter (where l.decision = 'remove') as removed, "
        "count(*) filter (where l.decision = 'change') as changed from access_review r "
        "left join access_line l on l.practice = r.practice and l.review = r.id "
        "where r.practice = %s and r.signed_at is not null group by r.practice, r.id order by r.signed_at desc limit %s",
        (rows.practice, limit),
    )


def decide(rows: Rows, review: UUID, member: int, decision: str, staff: int, now: datetime) -> bool:
    """A line of the review: keep, change or remove this member's access. Nobody decides about themselves."""
    if decision not in DECISIONS:
        raise ValueError("keep, change or remove")
    if member == staff:
        raise ValueError("somebody else has to decide about your own access")
    done = rows.run(
        "update access_line l set decision = %s, at = %s, made_by = %s from access_review r where l.practice = %s and l.review = %s "
        "and l.staff = %s and r.practice = l.practice and r.id = l.review and r.signed_at is null",
        (decision, now, staff, rows.practice, review, member),
    )
    if done:
        audit.write(
            rows,
            act="change",
            what="access_review.line",
            object=str(member),
            by=str(staff),
            detail={"decision": decision},
        )
    return done == 1


def undecided(rows: Rows, review: UUID) -> list[int]:
    """Who has no line yet; who has left meanwhile needs none."""
    found = rows.all(
        "select l.staff from access_line l join staff s on s.practice = l.practice and s.id = l.staff and s.active "
        "where l.practice = %s and l.review = %s and l.decision is null order by l.staff",
        (rows.practice, review),
    )
    return [row["staff"] for row in found]


def sign(rows: Rows, review: UUID, staff: int, now: datetime) -> bool:
    """Sign an access review in which every line is decided but one's own."""
    left = [one for one in undecided(rows, review) if one != staff]
    if left:
        raise ValueError(f"{len(left)} {'people have' if len(left) > 1 else 'person has'} no decision yet")
    done = rows.run(
        "update access_review set signed_at = %s, signed_by = %s where practice = %s and id = %s and signed_at is null",
        (now, staff, rows.practice, review),
    )
    if done:
        audit.write(rows, act="change", what="access_review.signed", object=str(review), by=str(staff))
    return done == 1


STALE_ACCOUNTS = (
    "select s.id, s.role, s.account from staff s join auth_user u on u.id = s.account where s.practice = %s and s.active "
    "and u.is_active and coalesce(u.last_login, u.date_joined) <= %s order by coalesce(u.last_login, u.date_joined) desc"
)


def close_stale(rows: Rows, now: datetime, most: timedelta = STALE) -> list[int]:
    """Close the accounts nobody has used for 45 days. The last one that can let others in again stays open."""
    found = rows.all(STALE_ACCOUNTS, (rows.practice, now - most))
    others = rows.one(
        "select count(*) as n from staff s join auth_user u on u.id = s.account where s.practice = %s and s.active "
        "and u.is_active and s.role = 'owner' and coalesce(u.last_login, u.date_joined) > %s",
        (rows.practice, now - most),
    )
    spared = next((row["id"] for row in found if row["role"] == "owner"), None) if others and not others["n"] else None
    closed = [row for row in found if row["id"] != spared]
    for row in closed:
        rows.run("update auth_user set is_active = false where id = %s", (row["account"],))
        audit.write(
            rows, act="change", what="account.closed", object=str(row["id"]), by="system", reason="unused for 45 days"
        )
    return [row["id"] for row in closed]


def reopen(rows: Rows, member: int, staff: int, now: datetime) -> bool:
    """Let somebody in again whose account was closed for not being used."""
    done = rows.run(
        "update auth_user u set is_active = true, last_login = %s from staff s where s.practice = %s and s.id = %s and s.active "
        "and s.account = u.id and not u.is_active",
        (now, rows.practice, member),
    )
    if done:
        audit.write(rows, act="change", what="account.reopened", object=str(member), by=str(staff))
    return done == 1


def sign_week(
    rows: Rows, week: date, looked: Sequence[int], hits: Sequence[dict[str, Any]], words: str, staff: int, now: datetime
) -> bool:
    """Sign a week of the audit log with what was looked at and found. False when it is signed already."""
    row = uuid7()
    sealed = rows.seal("audit_review", "sealed", row, words) if words else None
    done = rows.run(
        "insert into audit_review (practice, week, id, signed_at, signed_by, looked, hits, sealed) values (%s, %s, %s, %s, %s, %s, %s, %s) "
        "on conflict do nothing",
        (rows.practice, week, row, now, staff, list(looked), json.dumps(list(hits)), sealed),
    )
    if done:
        audit.write(rows, act="change", what="audit_review.signed", object=week.isoformat(), by=str(staff), detail={"hits": len(hits), "looked": len(looked)})  # fmt: skip
    return done == 1


def weeks(rows: Rows, limit: int = 60) -> list[Row]:
    """The signed weeks, newest first."""
    found = rows.all(
        "select week, id, signed_at, signed_by, looked, hits::text as hits, sealed from audit_review where practice = %s order by week desc limit %s",
        (rows.practice, limit),
    )
    for row in found:
        row["hits"] = json.loads(row["hits"])
        row["words"] = rows.text("audit_review", "sealed", row["id"], row.pop("sealed"))
    return found
