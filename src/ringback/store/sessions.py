"""The sessions of a practice's staff: begun, used, locked, ended (C6, C7, C9). `now` is real time.

Django's session carries the id of its row here; the row decides. Ending one also removes Django's own record, so that no
page without the door takes the cookie either.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from ringback.core.sessions import MOST, TRIES, Moments, state
from ringback.store import audit
from ringback.store.access import Row, Rows

SELECT = (
    "select s.id, s.staff, s.account, s.key_hash, s.begun_at, s.seen_at, s.shown_at, s.kiosk, s.tries, s.glass, s.locked_at, "
    "s.ended_at, s.ended_why, s.browser, s.sealed, g.ends_at as glass_ends, g.ended_at as glass_ended "
    "from session s left join glass g on g.practice = s.practice and g.id = s.glass where s.practice = %s"
)


def digest(key: str) -> bytes:
    """What a session's key is found by."""
    return hashlib.sha256(key.encode()).digest()


def moments(row: Row) -> Moments:
    """A row's moments as the rules see them."""
    until = row["glass_ends"]
    if until is not None and row["glass_ended"] is not None:
        until = min(until, row["glass_ended"])
    return Moments(
        begun=row["begun_at"], seen=row["seen_at"], shown=row["shown_at"], kiosk=row["kiosk"],
        locked=row["locked_at"] is not None, ended=row["ended_at"] is not None, until=until,
    )  # fmt: skip


def find(rows: Rows, session: UUID) -> Row | None:
    """A session's row."""
    return rows.one(f"{SELECT} and s.id = %s", (rows.practice, session))


def begin(
    rows: Rows, session: UUID, *, staff: int, account: int, key: str, begun: datetime, now: datetime, kiosk: bool = False,
    glass: UUID | None = None, browser: str = "", address: str = "",
) -> bool:  # fmt: skip
    """Make the row of a sign-in, and end the account's oldest ones beyond three. False: everything from then was ended."""
    # One sign-in of an account after the other, so that three stay three.
    rows.run("select 1 from staff where practice = %s and id = %s for update", (rows.practice, staff))
    cut = rows.one("select at from session_cut where practice = %s and account = %s", (rows.practice, account))
    if cut is not None and begun <= cut["at"]:
        return False
    sealed = rows.seal("session", "sealed", session, json.dumps({"key": key, "address": address}))
    rows.run(
        "insert into session (practice, id, staff, account, key_hash, begun_at, seen_at, shown_at, kiosk, glass, browser, sealed) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (rows.practice, session, staff, account, digest(key), begun, now, begun, kiosk, glass, browser, sealed),
    )
    old = rows.all(
        f"{SELECT} and s.account = %s and s.ended_at is null order by s.begun_at desc, s.id desc offset %s",
        (rows.practice, account, MOST),
    )
    for row in old:
        _end(rows, row, now, f"more than {MOST} sessions")
    return True


def key_is(rows: Rows, row: Row, key: str) -> None:
    """Django gave the session another key (it does when a password changes)."""
    address = rows.record("session", "sealed", row["id"], row["sealed"]).get("address", "")
    sealed = rows.seal("session", "sealed", row["id"], json.dumps({"key": key, "address": address}))
    rows.run(
        "update session set key_hash = %s, sealed = %s where practice = %s and id = %s",
        (digest(key), sealed, rows.practice, row["id"]),
    )


def used(rows: Rows, session: UUID, now: datetime) -> None:
    """A person used it."""
    rows.run("update session set seen_at = %s where practice = %s and id = %s", (now, rows.practice, session))


def is_shared(rows: Rows, session: UUID) -> None:
    """It runs on a shared computer: shorter times from now on."""
    rows.run("update session set kiosk = true where practice = %s and id = %s", (rows.practice, session))


def lock(rows: Rows, session: UUID, now: datetime) -> None:
    """Lock its screen."""
    rows.run(
        "update session set locked_at = coalesce(locked_at, %s) where practice = %s and id = %s",
        (now, rows.practice, session),
    )


def shown(rows: Rows, session: UUID, now: datetime) -> None:
    """A factor was shown again: it is unlocked, and good for dangerous acts for a while."""
    rows.run(
        "update session set locked_at = null, tries = 0, seen_at = %s, shown_at = %s where practice = %s and id = %s",
        (now, now, rows.practice, session),
    )


def again(rows: Rows, session: UUID, now: datetime) -> None:
    """Begin it anew where it stands (the demo's button)."""
    rows.run("update session set begun_at = %s where practice = %s and id = %s", (now, rows.practice, session))
    shown(rows, session, now)


def wrong(rows: Rows, row: Row, now: datetime) -> bool:
    """Count a wrong try. True when that was the last one: the session is ended."""
    found = rows.one(
        "update session set tries = tries + 1 where practice = %s and id = %s returning tries",
        (rows.practice, row["id"]),
    )
    if found is None or found["tries"] < TRIES:
        return False
    _end(rows, row, now, "too many wrong tries")
    return True


def _end(rows: Rows, row: Row, now: datetime, why: str) -> None:
    rows.run(
        "update session set ended_at = %s, ended_why = %s where practice = %s and id = %s and ended_at is null",
        (now, why, rows.practice, row["id"]),
    )
    key = rows.record("session", "sealed", row["id"], row["sealed"]).get("key", "")
    rows.run("delete from django_session where session_key = %s", (key,))


def end(rows: Rows, session: UUID, now: datetime, why: str, staff: int | None = None) -> bool:
    """End one session; with `staff`, only if it is this member's. False when there is none to end."""
    row = find(rows, session)
    if row is None or row["ended_at"] is not None or (staff is not None and row["staff"] != staff):
        return False
    _end(rows, row, now, why)
    return True


def end_sessions(
    rows: Rows, account: int, now: datetime, why: str, besides: UUID | None = None, by: str = "system"
) -> int:
    """End every session of an account at this practice (leaving, another role, a new factor), but for `besides`.

    Sign-ins from before `now` that have shown themselves nowhere yet are dead too. Returns how many rows were ended.
    """
    rows.run(
        "insert into session_cut (practice, account, at) values (%s, %s, %s) on conflict (practice, account) do update "
        "set at = greatest(session_cut.at, excluded.at)",
        (rows.practice, account, now),
    )
    found = rows.all(f"{SELECT} and s.account = %s and s.ended_at is null", (rows.practice, account))
    ended = [row for row in found if row["id"] != besides]
    for row in ended:
        _end(rows, row, now, why)
    if ended:
        audit.write(
            rows, act="change", what="sessions.ended", object=str(ended[0]["staff"]), by=by, reason=why,
            detail={"sessions": len(ended)},
        )  # fmt: skip
    return len(ended)


def listed(rows: Rows, staff: int, now: datetime) -> list[dict[str, Any]]:
    """A member's sessions that are alive, the last used first."""
    found = []
    for row in rows.all(
        f"{SELECT} and s.staff = %s and s.ended_at is null order by s.seen_at desc", (rows.practice, staff)
    ):
        if state(moments(row), now) in ("live", "locked"):
            address = rows.record("session", "sealed", row["id"], row["sealed"]).get("address", "")
            found.append({**row, "address": address, "sealed": None, "key_hash": None, "ends": moments(row).ends})
    return found
