"""Invitations: how a person gets an account. A link works once, for three days; its token is kept as a digest only."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from uuid_utils.compat import uuid7

from ringback.store import audit
from ringback.store.access import Row, Rows

LIFE = timedelta(hours=72)
# An account is a person's: names that stand for a desk, a machine or nobody are refused (C1).
NOBODYS = frozenset(
    [
        "admin",
        "administrator",
        "root",
        "frontdesk",
        "reception",
        "receptionist",
        "office",
        "clinic",
        "practice",
        "staff",
        "nurse",
        "doctor",
        "user",
        "test",
        "guest",
        "info",
        "contact",
        "support",
        "help",
        "billing",
        "scheduler",
        "scheduling",
        "desk",
        "team",
        "shared",
        "default",
        "owner",
        "manager",
        "auditor",
    ]
)


class NotAPerson(ValueError):
    """The name or the e-mail stands for nobody in particular; the text says how to mend it."""


def digest(token: str) -> bytes:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode()).digest()


def person(name: str, email: str) -> tuple[str, str]:
    """A person's name and e-mail as they are kept. Raises `NotAPerson`."""
    name, email = " ".join(name.split())[:80], email.strip().lower()[:254]
    local, at, host = email.partition("@")
    plain = {"".join(c for c in local if c.isalnum()), "".join(c for c in name.lower() if c.isalnum())}
    if not at or "." not in host or not local or any(c.isspace() for c in email):
        raise NotAPerson("that is no e-mail address")
    if len(name) < 2 or plain & NOBODYS:
        raise NotAPerson("an account is one person's: give a person's own name and e-mail, not a desk's")
    return name, email


def invite(rows: Rows, *, name: str, email: str, role: str, by: str, by_role: str, now: datetime) -> str:
    """Invite somebody; returns the link's token, which is not kept. Raises `NotAPerson`, also for one who is here already."""
    name, email = person(name, email)
    rows.run("select 1 from practice where practice = %s for update", (rows.practice,))
    for row in rows.all("select id, sealed, active from staff where practice = %s", (rows.practice,)):
        if row["active"] and rows.record("staff", "sealed", row["id"], row["sealed"]).get("email", "").lower() == email:
            if rows.one(
                "select 1 as x from staff where practice = %s and id = %s and account is not null",
                (rows.practice, row["id"]),
            ):
                raise NotAPerson("somebody with this e-mail works here already")
            return _make(rows, row["id"], name, email, role, by, by_role, now)
    # A number of the staff is never given twice, not even after its row was ended.
    highest = rows.one(
        "select greatest((select coalesce(max(id), 0) from staff where practice = %s), "
        "(select coalesce(max(staff), 0) from invitation where practice = %s)) as id",
        (rows.practice, rows.practice),
    )
    assert highest is not None
    return _make(rows, highest["id"] + 1, name, email, role, by, by_role, now)


def _make(rows: Rows, staff: int, name: str, email: str, role: str, by: str, by_role: str, now: datetime) -> str:
    token, row = secrets.token_urlsafe(32), uuid7()
    rows.run(
        "update invitation set withdrawn_at = %s where practice = %s and staff = %s and spent_at is null and withdrawn_at is null",
        (now, rows.practice, staff),
    )
    rows.run(
        "insert into invitation (practice, id, staff, token_hash, sealed, role, made_by, made_at, expires_at) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            rows.practice, row, staff, digest(token),
            rows.seal("invitation", "sealed", row, json.dumps({"name": name, "email": email})),
            role, by, now, now + LIFE,
        ),
    )  # fmt: skip
    audit.write(
        rows, act="change", what="account.invited", object=f"staff:{staff}", by=by, role=by_role, detail={"role": role}
    )
    return token


def find(rows: Rows, token: str, now: datetime) -> Row | None:
    """The invitation of a link that still works, with name and e-mail in the clear."""
    found = rows.one(
        "select id, staff, role, sealed, expires_at from invitation where practice = %s and token_hash = %s "
        "and spent_at is null and withdrawn_at is null and expires_at > %s for update",
        (rows.practice, digest(token), now),
    )
    return (
        {**found, **rows.record("invitation", "sealed", found["id"], found["sealed"]), "sealed": None}
        if found
        else None
    )


def accept(rows: Rows, invitation: Row, account: int, now: datetime) -> None:
    """The invited person has an account now: they are staff of this practice with the role they were invited to."""
    staff, sealed = invitation["staff"], {"name": invitation["name"], "email": invitation["email"]}
    present = rows.one("select sealed from staff where practice = %s and id = %s", (rows.practice, staff))
    if present is None:
        rows.run(
            "insert into staff (practice, id, account, role, sealed, active) values (%s, %s, %s, %s, %s, true)",
            (
                rows.practice,
                staff,
                account,
                invitation["role"],
                rows.seal("staff", "sealed", staff, json.dumps(sealed)),
            ),
        )
    else:
        kept: dict[str, Any] = rows.record("staff", "sealed", staff, present["sealed"])
        rows.run(
            "update staff set account = %s, role = %s, active = true, sealed = %s where practice = %s and id = %s",
            (
                account,
                invitation["role"],
                rows.seal("staff", "sealed", staff, json.dumps(kept | sealed)),
                rows.practice,
                staff,
            ),
        )
    rows.run(
        "update invitation set spent_at = %s where practice = %s and id = %s", (now, rows.practice, invitation["id"])
    )
    rows.run(
        "insert into membership (practice, account) values (%s, %s) on conflict do nothing", (rows.practice, account)
    )
    audit.write(
        rows, act="change", what="account.accepted", object=f"staff:{staff}", by=str(staff), role=invitation["role"]
    )


def waiting(rows: Rows, now: datetime) -> list[Row]:
    """Invitations that were not taken up yet."""
    found = rows.all(
        "select id, staff, role, sealed, made_at, expires_at from invitation where practice = %s and spent_at is null "
        "and withdrawn_at is null and expires_at > %s order by made_at desc",
        (rows.practice, now),
    )
    return [{**row, **rows.record("invitation", "sealed", row["id"], row["sealed"]), "sealed": None} for row in found]


def withdraw(rows: Rows, invitation: str, by: str, by_role: str, now: datetime) -> bool:
    """Take an invitation back."""
    done = rows.run(
        "update invitation set withdrawn_at = %s where practice = %s and id = %s and spent_at is null and withdrawn_at is null",
        (now, rows.practice, invitation),
    )
    if done:
        audit.write(
            rows, act="change", what="account.withdrawn", object=f"invitation:{invitation}", by=by, role=by_role
        )
    return done == 1
