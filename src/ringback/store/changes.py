"""What people change that is no event of a case: notes, lines, the kill switch, the policy, the on-call list.

Each change of a set-up raises the practice's version, so that it counts in the very next transaction of the engine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.store.access import Rows

MODES = ("live", "shadow", "off")
LISTED = ("oncall", "officer", "manager")


def note(rows: Rows, case_id: UUID, words: str, by: str, now: datetime) -> UUID:
    """Keep an internal note on a case. It speaks of the caller, and is sealed with their key."""
    row = uuid7()
    found = rows.one("select number_index from cases where practice = %s and id = %s", (rows.practice, case_id))
    sealed = rows.seal("message", "sealed", row, words, rows.of_number(found["number_index"] if found else None, now))
    rows.run(
        "insert into message (practice, id, case_id, at, kind, sealed, \"by\") values (%s, %s, %s, %s, 'note', %s, %s)",
        (rows.practice, row, case_id, now, sealed, by),
    )
    return row


def _changed(rows: Rows) -> None:
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))


def kill(rows: Rows, on: bool) -> None:
    """Switch all texting of the practice off or on again."""
    rows.run("update practice set kill = %s where practice = %s", (on, rows.practice))
    _changed(rows)


def line_mode(rows: Rows, line: int, mode: str) -> bool:
    """Make a line live, shadow or off. False when there is no such line; ValueError for no such mode."""
    if mode not in MODES:
        raise ValueError("no such mode")
    done = rows.run(f"update line set mode = %s where practice = %s and id = %s and {rows.works_at('location')}", (mode, rows.practice, line)) == 1  # fmt: skip
    _changed(rows)
    return done


def policy(rows: Rows, changes: Mapping[str, Any], by: str, now: datetime) -> int:
    """A new policy version: the present one with these values set (None: back to the default). Returns its number.

    Running cases keep the version they began with.
    """
    head = rows.one("select policy_version from practice where practice = %s for update", (rows.practice,))
    assert head is not None
    found = rows.one(
        "select body::text as body from policy where practice = %s and version = %s",
        (rows.practice, head["policy_version"]),
    )
    newest = rows.one("select max(version) as version from policy where practice = %s", (rows.practice,))
    body = json.loads(found["body"]) if found else {}
    for name, value in changes.items():
        if value is None:
            body.pop(name, None)
        else:
            body[name] = value
    version = (newest["version"] if newest and newest["version"] else 0) + 1
    rows.run(
        'insert into policy (practice, version, body, at, "by") values (%s, %s, %s, %s, %s)',
        (rows.practice, version, json.dumps(body), now, by),
    )
    rows.run("update practice set policy_version = %s where practice = %s", (version, rows.practice))
    _changed(rows)
    return version


def on_call_add(
    rows: Rows, staff: int, role: str, place: int, starts_at: datetime | None, ends_at: datetime | None
) -> bool:
    """Put a member of staff on the list. False when there is no such active member; ValueError for a wrong entry."""
    if role not in LISTED or not 1 <= place <= 99:
        raise ValueError("no such role or place")
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise ValueError("it ends before it starts")
    known = rows.one("select 1 as x from staff where practice = %s and id = %s and active", (rows.practice, staff))
    if known is None:
        return False
    # The lock makes two additions at once two numbers.
    rows.run("select 1 from practice where practice = %s for update", (rows.practice,))
    rows.run(
        "insert into on_call (practice, id, staff, place, role, starts_at, ends_at) "
        "select %s, coalesce(max(id), 0) + 1, %s, %s, %s, %s, %s from on_call where practice = %s",
        (rows.practice, staff, place, role, starts_at, ends_at, rows.practice),
    )
    return True


def on_call_remove(rows: Rows, entry: int) -> bool:
    """Take an entry off the list."""
    return rows.run("delete from on_call where practice = %s and id = %s", (rows.practice, entry)) == 1
