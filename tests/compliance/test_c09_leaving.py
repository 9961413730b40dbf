"""C9: leaving ends sessions, duties, device grants, claims, invitations and memberships in one transaction, and is told."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from desk import BIRCH, MAPLE, MARIA
from sitting import sit, watch
from uuid_utils.compat import uuid7

from ringback.store import access, offboarding

__all__ = ["sit", "watch"]
NURSE = 5
# What shows that a member still has something, one row each; a member who left has none of them.
ALIVE = {
    "staff": "select 1 from staff where id = 5 and active",
    "sessions": "select 1 from session where staff = 5 and ended_at is null",
    "on call": "select 1 from on_call where staff = 5",
    "device grants": "select 1 from device where staff = 5 and (token_hash is not null or revoked_at is null)",
    "places": "select 1 from staff_location where staff = 5",
    "emergency access": "select 1 from glass where staff = 5 and ended_at is null",
    "acknowledge links": "select 1 from notice where staff = 5 and token_hash is not null",
    "memberships": "select 1 from membership m join staff s on s.account = m.account where s.id = 5 and m.practice = 1",
    "account": "select 1 from auth_user u join staff s on s.account = u.id where s.id = 5 and u.is_active",
}


@pytest.fixture
def nurse(sit, watch, desk):
    """A nurse with one of everything: a session, a device, a place, an emergency, a link, a claim."""
    browser = sit("nurse")
    account = desk.accounts[(MAPLE, "nurse")].pk
    desk.change("insert into membership (practice, account) values (1, %s)", (account,))
    desk.change(
        "insert into device (practice, id, kind, staff, token_hash, bound_at, made_at) values (1, %s, 'laptop', 5, %s, now(), now())",
        (uuid7(), b"x" * 32),
    )
    desk.change("insert into staff_location (practice, staff, location) values (1, 5, 1)")
    desk.change(
        "insert into notice (practice, id, kind, role, about, staff, token_hash, state, created_at) "
        "values (1, %s, 'page', 'oncall', 'urgent', 5, %s, 'sent', now())",
        (uuid7(), b"y" * 32),
    )
    browser.post("/emergency", {"category": "cover", "reason": "Nobody else is here this afternoon"})
    return browser


def alive(desk) -> set[str]:
    return {what for what, sql in ALIVE.items() if desk.rows(sql)}


def leave(watch, **more):
    with access.practice(MAPLE) as rows:
        return offboarding.leave(rows, NURSE, "1", watch.now, role="owner", **more)


def test_everything_is_dead_in_the_same_commit(nurse, watch, desk, sit) -> None:
    case = desk.text(MARIA, "BILLING")
    task = desk.task_of(case)
    nurse.post("/emergency/end")
    nurse.post(f"/cases/{case}/tasks/{task}/claim")
    assert desk.rows("select owner, state from task where case_id = %s", (case,)) == [("5", "claimed")]
    nurse.post("/emergency", {"category": "cover", "reason": "Nobody else is here this afternoon"})
    assert alive(desk) == set(ALIVE)
    seen: list[set[str]] = []
    with access.practice(MAPLE) as rows:
        left = offboarding.leave(rows, NURSE, "1", watch.now, role="owner", case_now=datetime.now(UTC))
        seen.append(alive(desk))  # another connection: nothing of it is there before the commit
    seen.append(alive(desk))
    assert seen == [set(ALIVE), set()]
    assert left is not None and (left.sessions, left.on_call, left.devices, left.tasks, left.places) == (1, 1, 1, 1, 1)
    assert nurse.get("/").status_code == 302
    desk.fold()
    assert desk.rows("select owner, state from task where case_id = %s", (case,)) == [("", "open")]


def test_what_fails_half_way_ends_nothing(nurse, watch, desk) -> None:
    before = alive(desk)
    with pytest.raises(RuntimeError), access.practice(MAPLE) as rows:
        offboarding.leave(rows, NURSE, "1", watch.now)
        raise RuntimeError("the machine is switched off here")
    assert alive(desk) == before and nurse.get("/").status_code == 200


def test_the_officers_are_told_and_it_is_written_down(nurse, watch, desk) -> None:
    desk.change("delete from notice")
    leave(watch)
    told = desk.rows("select role, about, case_id from notice order by role")
    assert told == [("privacy_officer", "access_terminated", None), ("security_officer", "access_terminated", None)]
    assert desk.rows("select count(*) from work w join notice n on n.id = w.id where w.kind = 5") == [(2,)]
    [(body,)] = desk.rows("select body from audit where what = 'access.terminated'")
    assert '"object":"5"' in body and '"by":"1"' in body and '"sessions":1' in body


def test_a_linked_practice_is_told_in_the_same_commit_when_both_say_so(nurse, watch, desk) -> None:
    account = desk.accounts[(MAPLE, "nurse")].pk
    desk.change("update staff set account = %s where practice = 2 and id = 5", (account,), BIRCH)
    desk.change("insert into membership (practice, account) values (2, %s)", (account,), BIRCH)
    told = "select role, about from notice where about = 'access_terminated' order by role"
    desk.change("insert into linked_practice (practice, other, since) values (1, 2, now())")
    with pytest.raises(RuntimeError), access.practice(MAPLE) as rows:
        left = offboarding.leave(rows, NURSE, "1", watch.now)
        assert left is not None and left.practices_told == 0, "Birch has not said so"
        raise RuntimeError
    desk.change("insert into linked_practice (practice, other, since) values (2, 1, now())", practice=BIRCH)
    left = leave(watch)
    assert left is not None and left.practices_told == 1
    assert desk.rows(told, practice=BIRCH) == [
        ("privacy_officer", "access_terminated"),
        ("security_officer", "access_terminated"),
    ]
    assert desk.rows("select object from audit where what = 'access.terminated'", practice=BIRCH) == [("5",)]
    # Birch decides itself: the account works there on.
    assert desk.rows("select active from staff where id = 5", practice=BIRCH) == [(True,)]
    assert desk.rows("select is_active from auth_user where id = %s", (account,)) == [(True,)]


def test_nobody_ends_their_own_access_and_the_last_owner_stays(watch, desk) -> None:
    with access.practice(MAPLE) as rows:
        for by, staff in (("5", 5), ("9", 1)):
            with pytest.raises(offboarding.NotAllowed):
                offboarding.leave(rows, staff, by, watch.now)
        assert offboarding.leave(rows, 999, "1", watch.now) is None
    assert desk.rows("select count(*) from staff where active") == [(11,)]


def test_leaving_twice_is_leaving_once(nurse, watch, desk) -> None:
    assert leave(watch) is not None
    watch.on(seconds=5)
    assert leave(watch) is None
    assert desk.rows("select count(*) from audit where what = 'access.terminated'") == [(1,)]


def test_another_practice_s_member_cannot_be_ended(watch, desk) -> None:
    with access.practice(BIRCH) as rows:
        offboarding.leave(rows, NURSE, "1", watch.now)
    assert desk.rows("select active from staff where id = 5") == [(True,)]
    assert desk.rows("select active from staff where id = 5", practice=BIRCH) == [(False,)]


def test_a_token_that_was_kept_opens_nothing_after_leaving(nurse, watch, desk) -> None:
    """The cookie, and a session of before that had shown itself nowhere."""
    cookie = nurse.cookies["ringback"].value
    leave(watch)
    watch.on(seconds=1)
    desk.change("update staff set active = true where id = 5")
    desk.change("update auth_user set is_active = true")
    nurse.cookies["ringback"] = cookie
    assert nurse.get("/").status_code == 302
    with psycopg.connect(desk.dsn) as raw:
        assert raw.execute("select count(*) from django_session where session_key = %s", (cookie,)).fetchone() == (0,)
