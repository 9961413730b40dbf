"""Leaving a practice ends everything of a person in one transaction (C9): whoever sees one part ended sees all of it.

Tasks they held are given back by events, as if they had pressed the button; the loop folds them. `now` is real time,
`case_now` the moment for cases, which runs ahead in the demo.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from ringback.core.events import TaskReleased
from ringback.store import audit, glass, sessions
from ringback.store.access import Rows
from ringback.store.glass import OFFICERS
from ringback.store.submit import submit

ABOUT = "access_terminated"
EVENT = "access.terminated"


class NotAllowed(ValueError):
    """Nobody ends their own access, and the last owner stays; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What was ended."""

    sessions: int
    on_call: int
    ways: int
    devices: int
    tasks: int
    invitations: int
    places: int
    links: int
    practices_told: int


def leave(
    rows: Rows, staff: int, by: str, now: datetime, *, role: str = "", case_now: datetime | None = None
) -> Left | None:
    """End everything of a member of staff. None when there is nobody active of this number. Raises `NotAllowed`."""
    if by == str(staff):
        raise NotAllowed("Somebody else has to end your access.")
    rows.run("select 1 from practice where practice = %s for update", (rows.practice,))
    found = rows.one(
        "select account, role from staff where practice = %s and id = %s and active for update", (rows.practice, staff)
    )
    if found is None:
        return None
    if found["role"] == "owner" and not _another_owner(rows, staff):
        raise NotAllowed("This is the only owner. Make somebody else an owner first.")
    of, account = (rows.practice, staff), found["account"]
    rows.run("update staff set active = false where practice = %s and id = %s", of)
    left = Left(
        sessions=sessions.end_sessions(rows, account, now, "left the practice", by=by) if account is not None else 0,
        on_call=rows.run("delete from on_call where practice = %s and staff = %s", of),
        devices=rows.run(
            "update device set token_hash = null, bound_at = null, revoked_at = %s "
            "where practice = %s and staff = %s and revoked_at is null",
            (now, *of),
        ),
        tasks=_give_back(rows, staff, case_now or now, by),
        invitations=rows.run(
            "update invitation set withdrawn_at = %s where practice = %s and staff = %s and spent_at is null "
            "and withdrawn_at is null",
            (now, *of),
        ),
        ways=rows.run("delete from contact_method where practice = %s and staff = %s", of),
        places=rows.run("delete from staff_location where practice = %s and staff = %s", of),
        # The acknowledge links that were texted to them.
        links=rows.run(
            "update notice set token_hash = null where practice = %s and staff = %s and token_hash is not null", of
        ),
        practices_told=_tell_linked(rows, account, case_now or now) if account is not None else 0,
    )
    # Their turns on the roster are passed over from now on; what open pages and the pager remember of it is old.
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))
    glass.end(rows, staff, now)
    if account is not None:
        _account_ends(rows, account)
    for officer in OFFICERS:
        glass.alert(rows, officer, ABOUT, case_now or now)
    audit.write(rows, act="change", what=EVENT, object=str(staff), by=by, role=role, detail=asdict(left))
    return left


def _another_owner(rows: Rows, staff: int) -> bool:
    found = rows.one(
        "select 1 as x from staff where practice = %s and role = 'owner' and active and id <> %s limit 1",
        (rows.practice, staff),
    )
    return found is not None


def _give_back(rows: Rows, staff: int, now: datetime, by: str) -> int:
    """Open tasks they hold fall free."""
    held = rows.all(
        "select case_id, id from task where practice = %s and owner = %s and state = 'claimed' order by case_id, id",
        (rows.practice, str(staff)),
    )
    for task in held:
        event = TaskReleased(task=task["id"], by=str(staff), at=now)
        submit(rows.connection, rows.practice, task["case_id"], event, now, by)
    return len(held)


def _account_ends(rows: Rows, account: int) -> None:
    """The account itself is closed too when it is known to work here only."""
    here = rows.run("delete from membership where practice = %s and account = %s", (rows.practice, account))
    if here:
        rows.run(
            "update auth_user set is_active = false where id = %s "
            "and not exists (select 1 from membership where account = %s)",
            (account, account),
        )


def _tell_linked(rows: Rows, account: int, now: datetime) -> int:
    """Practices that are linked with this one, both ways, and where the account works too, are told in the same commit."""
    linked = [
        row["other"]
        for row in rows.all(
            "select l.other from linked_practice l join membership m on m.practice = l.other and m.account = %s "
            "where l.practice = %s order by l.other",
            (account, rows.practice),
        )
    ]
    if linked:
        # This transaction speaks of these practices too, until its end: the audit log is written just before the commit.
        names = ",".join(str(one) for one in (rows.practice, *linked))
        rows.run("select set_config('ringback.practices', %s, true)", (names,))
    told = 0
    for other in linked:
        back = rows.one(
            "select s.id from linked_practice l join staff s on s.practice = l.practice and s.account = %s and s.active "
            "where l.practice = %s and l.other = %s",
            (account, other, rows.practice),
        )
        if back is None:
            continue
        there = Rows(rows.connection, other, rows.ring)
        for role in OFFICERS:
            glass.alert(there, role, ABOUT, now)
        audit.write(
            there, act="alert", what=EVENT, object=str(back["id"]), by="system", reason="left a linked practice",
            detail={"practice": rows.practice},
        )  # fmt: skip
        rows.entries += there.entries
        told += 1
    return told
