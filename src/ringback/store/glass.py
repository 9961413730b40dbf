"""Emergency access (C8): somebody who may not see cases, or only some, sees all of them for an hour, to read.

It takes a reason and a category, tells two officers at once, and is owed a review. `now` is real time. Sealed codes let a
member in when the sign-on service is down; each works once.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from uuid_utils.compat import uuid7

from ringback.store import audit
from ringback.store.access import Row, Rows

LASTS = timedelta(minutes=60)
SHORTEST, LONGEST = 20, 1000
CATEGORIES: Mapping[str, str] = {
    "patient_safety": "A patient may come to harm",
    "cover": "Whoever does this is away",
    "sign_on_down": "The sign-on service is down",
    "outage": "Another system is down",
}
OFFICERS = ("privacy_officer", "security_officer")
CODES = 10
# Crockford's letters: no I, L, O or U to misread.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE = re.compile(r"(\d{1,9})-(\d{1,6})-([0-9A-HJKMNP-TV-Z]{16})")


class Refused(ValueError):
    """It cannot be given; the text says why."""


@lru_cache(maxsize=1)
def hasher() -> PasswordHasher:
    """Argon2id with RFC 9106's second recommended settings."""
    return PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)


@lru_cache(maxsize=1)
def _nothing() -> str:
    """A hash that no code has, so that an unknown code takes as long as a wrong one."""
    return hasher().hash(secrets.token_urlsafe(16))


def begin(
    rows: Rows, staff: int, role: str, category: str, reason: str, now: datetime, by_code: UUID | None = None
) -> UUID:
    """Give emergency access for an hour. Raises `Refused`."""
    reason = reason.replace("\0", "").strip()[:LONGEST]
    if category not in CATEGORIES:
        raise Refused("Choose what kind of emergency it is.")
    if len(reason) < SHORTEST:
        raise Refused(f"Say why in at least {SHORTEST} characters: the officers read it.")
    rows.run("select 1 from staff where practice = %s and id = %s for update", (rows.practice, staff))
    if running(rows, staff, now) is not None:
        raise Refused("Emergency access is running already.")
    row = uuid7()
    rows.run(
        "insert into glass (practice, id, staff, category, sealed, by_code, begun_at, ends_at) values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (rows.practice, row, staff, category, rows.seal("glass", "sealed", row, json.dumps({"reason": reason})),
         by_code, now, now + LASTS),
    )  # fmt: skip
    audit.write(
        rows, act="alert", what="breakglass.begun", object=str(row), by=str(staff), role=role,
        detail={"class": "breakglass", "category": category, "by_code": by_code is not None},
    )  # fmt: skip
    for told in officers(rows, staff):
        alert(rows, told, "emergency_access", now)
    return row


def officers(rows: Rows, besides: int) -> list[str]:
    """Two roles to tell, none of them the asking member's alone: the officers, else the owner and the manager."""
    held = {
        row["role"]
        for row in rows.all(
            "select role from staff where practice = %s and active and id <> %s", (rows.practice, besides)
        )
    }
    return [role for role in (*OFFICERS, "owner", "manager") if role in held][:2]


def alert(rows: Rows, role: str, about: str, now: datetime) -> None:
    """A notice to a role: what it is about, never whom. The loop tells it within a second."""
    row = uuid7()
    rows.run(
        "insert into notice (practice, id, kind, role, about, created_at) values (%s, %s, 'alert', %s, %s, %s)",
        (rows.practice, row, role, about, now),
    )
    rows.run("insert into work (practice, kind, id, due) values (%s, 5, %s, %s)", (rows.practice, row, now))
    rows.run("select pg_notify('work', 'tell')")


def running(rows: Rows, staff: int, now: datetime) -> Row | None:
    """This member's emergency access, while it runs."""
    return rows.one(
        "select id, ends_at from glass where practice = %s and staff = %s and ended_at is null and ends_at >= %s "
        "order by ends_at desc limit 1",
        (rows.practice, staff, now),
    )


def end(rows: Rows, staff: int, now: datetime) -> int:
    """End it before its time."""
    return rows.run(
        "update glass set ended_at = %s where practice = %s and staff = %s and ended_at is null and ends_at >= %s",
        (now, rows.practice, staff, now),
    )


def all_(rows: Rows, limit: int = 50) -> list[Row]:
    """Every emergency access, those that want a review first, then newest first; reasons and reviews in the clear."""
    found = rows.all(
        "select id, staff, category, sealed, by_code, begun_at, ends_at, ended_at, reviewed_at, reviewed_by, verdict, review "
        "from glass where practice = %s order by reviewed_at is not null, begun_at desc limit %s",
        (rows.practice, limit),
    )
    for row in found:
        row["reason"] = rows.record("glass", "sealed", row["id"], row.pop("sealed")).get("reason", "")
        row["review"] = rows.text("glass", "review", row["id"], row["review"])
    return found


def review(rows: Rows, glass: UUID, staff: int, role: str, verdict: str, words: str, now: datetime) -> None:
    """Say whether it was right. Raises `Refused`; nobody reviews their own."""
    if verdict not in ("right", "wrong"):
        raise Refused("Choose whether it was right.")
    words = words.replace("\0", "").strip()[:LONGEST]
    if not words:
        raise Refused("Write what you looked at and found.")
    done = rows.run(
        "update glass set reviewed_at = %s, reviewed_by = %s, verdict = %s, review = %s "
        "where practice = %s and id = %s and reviewed_at is null and staff <> %s",
        (now, staff, verdict, rows.seal("glass", "review", glass, words), rows.practice, glass, staff),
    )
    if not done:
        raise Refused("It is reviewed already, or it was your own: somebody else has to review that.")
    audit.write(
        rows, act="change", what="breakglass.reviewed", object=str(glass), by=str(staff), role=role,
        detail={"class": "breakglass", "verdict": verdict},
    )  # fmt: skip


# ---- sealed codes ----------------------------------------------------------------------------------------------------


def make_codes(rows: Rows, staff: int, role: str, now: datetime) -> list[str]:
    """New codes, to be printed once and sealed; the unused ones from before stop working."""
    rows.run("select 1 from practice where practice = %s for update", (rows.practice,))
    rows.run(
        "update glass_code set withdrawn_at = %s where practice = %s and used_at is null and withdrawn_at is null",
        (now, rows.practice),
    )
    last = rows.one("select coalesce(max(mark), 0) as mark from glass_code where practice = %s", (rows.practice,))
    assert last is not None
    made = []
    for mark in range(last["mark"] + 1, last["mark"] + 1 + CODES):
        code = "".join(secrets.choice(LETTERS) for _ in range(16))
        rows.run(
            "insert into glass_code (practice, id, mark, hash, made_at, made_by) values (%s, %s, %s, %s, %s, %s)",
            (rows.practice, uuid7(), mark, hasher().hash(code), now, staff),
        )
        made.append(f"{rows.practice}-{mark}-{'-'.join(code[i : i + 4] for i in range(0, 16, 4))}")
    audit.write(rows, act="change", what="breakglass.codes", by=str(staff), role=role, detail={"codes": len(made)})
    return made


def read_code(typed: str) -> tuple[int, int, str] | None:
    """(practice, mark, secret) of a typed code, however it was spaced; None when it is none."""
    plain = re.sub(r"\s", "", typed).upper().translate(str.maketrans("ILOU", "110V"))
    head, _, rest = plain.partition("-")
    mark, _, secret = rest.partition("-")
    found = CODE.fullmatch(f"{head}-{mark}-{secret.replace('-', '')}")
    return (int(found[1]), int(found[2]), found[3]) if found and int(found[1]) < 2**31 else None


def spend(rows: Rows, mark: int, secret: str, staff: int | None, now: datetime) -> UUID | None:
    """Use a code up for this member; None when it is not good or nobody is known. Both take as long."""
    row = rows.one(
        "select id, hash from glass_code where practice = %s and mark = %s and used_at is null and withdrawn_at is null for update",
        (rows.practice, mark),
    )
    try:
        good = hasher().verify(row["hash"] if row else _nothing(), secret) and row is not None
    except (VerificationError, InvalidHashError):
        good = False
    if not good or row is None or staff is None:
        return None
    rows.run(
        "update glass_code set used_at = %s, used_by = %s where practice = %s and id = %s",
        (now, staff, rows.practice, row["id"]),
    )
    found: UUID = row["id"]
    return found


def codes_left(rows: Rows) -> Row:
    """How many codes are left, and when they were made."""
    found = rows.one(
        "select count(*) filter (where used_at is null and withdrawn_at is null) as left, max(made_at) as made_at, "
        "count(*) filter (where used_at is not null) as used from glass_code where practice = %s",
        (rows.practice,),
    )
    assert found is not None
    return found
