"""Links that need no sign-in: 128 random bits, one purpose, stored as their digest only, with an end.

A booking link lives a day and not the hour that C53 sets for links to records: it shows no record. What it opens asks
for name and birth date first, and everything after that is signed for half an hour.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from ringback.store.access import Row, Rows

LIFE = timedelta(hours=24)
TRIES = 5
WINDOW = timedelta(hours=1)


def digest(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def make(
    connection: psycopg.Connection[Any], practice: int, case_id: UUID, kind: str, now: datetime, life: timedelta = LIFE
) -> str:
    """Write a link row within the caller's transaction (which names the practice) and return its token."""
    token = secrets.token_urlsafe(16)
    connection.execute(
        "insert into link (practice, token_hash, case_id, kind, created_at, expires_at) values (%s, %s, %s, %s, %s, %s)",
        (practice, digest(token), case_id, kind, now, now + life),
    )
    return token


def find(rows: Rows, token: str, now: datetime, *, lock: bool = False) -> Row | None:
    """The link of a token with its case, when it has not ended. `lock` holds it until the transaction ends."""
    return rows.one(
        "select l.token_hash, l.case_id, l.kind, l.used_at, l.tries, l.last_try_at, c.number_index, c.phase, c.line, "
        "c.state ->> 'lang' as lang, (c.state ->> 'policy')::int as policy from link l "
        "join cases c on c.practice = l.practice and c.id = l.case_id "
        "where l.practice = %s and l.token_hash = %s and l.expires_at > %s" + (" for update of l" if lock else ""),
        (rows.practice, digest(token), now),
    )


def may_try(rows: Rows, link: Row, now: datetime) -> bool:
    """Count one try of name and birth date; False when this link or its number had its tries of the hour."""
    found = rows.one(
        "select coalesce(max(l.tries) filter (where l.token_hash = %s), 0) as mine, coalesce(sum(l.tries), 0) as all "
        "from link l join cases c on c.practice = l.practice and c.id = l.case_id "
        "where l.practice = %s and l.last_try_at > %s and (l.token_hash = %s or c.number_index = %s)",
        (link["token_hash"], rows.practice, now - WINDOW, link["token_hash"], link["number_index"]),
    )
    assert found is not None
    if found["all"] >= TRIES:
        return False
    rows.run(
        "update link set tries = case when last_try_at > %s then tries + 1 else 1 end, last_try_at = %s "
        "where practice = %s and token_hash = %s",
        (now - WINDOW, now, rows.practice, link["token_hash"]),
    )
    return True


def passed(rows: Rows, link: Row) -> None:
    """Somebody gave the right name and birth date: the tries are theirs again."""
    rows.run("update link set tries = 0 where practice = %s and token_hash = %s", (rows.practice, link["token_hash"]))


def spend(rows: Rows, link: Row, now: datetime) -> bool:
    """Use the link up; False when it was used before."""
    return (
        rows.run(
            "update link set used_at = %s where practice = %s and token_hash = %s and used_at is null",
            (now, rows.practice, link["token_hash"]),
        )
        == 1
    )


def free_slots(rows: Rows, location: int, now: datetime, limit: int = 60) -> list[Row]:
    """Free times of a site from an hour from now on."""
    return rows.all(
        "select s.id, s.starts_at, s.minutes from slot s where s.practice = %s and s.location = %s and s.taken_by is null "
        "and s.starts_at > %s and s.starts_at < %s order by s.starts_at limit %s",
        (rows.practice, location, now + timedelta(hours=1), now + timedelta(days=21), limit),
    )


def sites_with_slots(rows: Rows, now: datetime) -> list[Row]:
    """Sites that have a free time."""
    return rows.all(
        "select p.id, p.name, p.zone, min(s.starts_at) as first from slot s "
        "join location p on p.practice = s.practice and p.id = s.location "
        "where s.practice = %s and s.taken_by is null and s.starts_at > %s and s.starts_at < %s "
        "group by p.id, p.name, p.zone order by p.id",
        (rows.practice, now + timedelta(hours=1), now + timedelta(days=21)),
    )


def take(rows: Rows, slot: UUID, case_id: UUID, now: datetime) -> bool:
    """Take a free time for a case: of many at once one wins (the row's lock decides), the others get False (C80)."""
    return (
        rows.run(
            "update slot set taken_by = %s, taken_at = %s where practice = %s and id = %s and taken_by is null and starts_at > %s",
            (case_id, now, rows.practice, slot, now),
        )
        == 1
    )


def taken(rows: Rows, case_id: UUID) -> list[Row]:
    """The times a case has taken."""
    return rows.all(
        "select s.id, s.starts_at, s.minutes, p.name as site, p.zone from slot s "
        "left join location p on p.practice = s.practice and p.id = s.location "
        "where s.practice = %s and s.taken_by = %s order by s.starts_at",
        (rows.practice, case_id),
    )
