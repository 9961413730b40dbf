"""C10: access is reviewed every 90 days with a decision for each person and a signature; an account nobody uses for 45 days is closed.

An unsigned review is red in the status; nobody decides about themselves; a signed review is never changed; closing an
account does not take the person off the paging list.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from desk import BIRCH, MAPLE, Desk

from ringback import compliance_cli
from ringback.core.office.duties_people import people
from ringback.core.office.values import Member, Registers, Review
from ringback.engine import clock, house

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
WHERE = "/compliance/access/act"


def state(reviews: tuple[Review, ...], now: datetime) -> str:
    held = Registers(zone="America/New_York", began_at=BEGAN, reviews=reviews)
    return next(one.state for one in people(held, now) if one.duty == "access_review")


def test_the_clock_of_90_days() -> None:
    signed = (Review(began_at=BEGAN, signed_at=BEGAN),)
    assert state(signed, BEGAN + timedelta(days=75)) == "green"
    assert state(signed, BEGAN + timedelta(days=77)) == "due"
    assert state(signed, BEGAN + timedelta(days=89, hours=23)) == "due"
    assert state(signed, BEGAN + timedelta(days=90)) == "red"
    assert state((), BEGAN + timedelta(days=29)) == "not_set"
    assert state((Review(began_at=BEGAN),), BEGAN + timedelta(days=30)) == "red", "begun is not signed"


def test_a_review_is_decided_line_by_line_and_signed(desk: Desk, browse) -> None:
    officer = browse("privacy_officer")
    officer.post(WHERE, {"act": "begin"})
    officer.post(WHERE, {"act": "sign"})
    assert desk.rows("select signed_at from access_review") == [(None,)], "not before every line is decided"
    for (staff,) in desk.rows("select id from staff where active and id <> 2"):
        officer.post(WHERE, {"act": "remove" if staff == 6 else "keep", "staff": staff})
    officer.post(WHERE, {"act": "remove", "staff": 2})
    assert desk.rows("select decision from access_line where staff = 2") == [(None,)], "nobody decides about themselves"
    officer.post(WHERE, {"act": "sign"})
    [(signed_by,)] = desk.rows("select signed_by from access_review where signed_at is not null")
    assert signed_by == 2
    officer.post(WHERE, {"act": "keep", "staff": 6})
    assert desk.rows("select decision from access_line where staff = 6") == [("remove",)], "signed is signed"
    page = officer.get("/compliance/access").content.decode()
    assert "Signed reviews" in page and "Privacy Officer Maple" in page


def test_an_unsigned_review_is_red_in_the_status(desk: Desk, browse, capsys: pytest.CaptureFixture[str]) -> None:
    desk.change("update practice set created_at = created_at - interval '40 days'")
    browse("privacy_officer").post(WHERE, {"act": "begin"})
    import sys

    assert compliance_cli.compliance_main(["status"], sys.stdout) == 1
    said = capsys.readouterr().out
    assert "LATE  C10  Access review: never signed, one is begun and not signed" in said


def test_an_account_unused_for_45_days_is_closed_and_still_paged(desk: Desk, browse) -> None:
    nurse, other = browse("nurse"), browse("front_desk")
    desk.change("update auth_user set last_login = now() - interval '45 days' where username = 'nurse.1'")
    desk.change("update auth_user set last_login = now() - interval '44 days' where username = 'front_desk.1'")
    assert house.keep(desk.dsn, desk.provider, MAPLE, clock.now()) == 0
    assert nurse.get("/").status_code == 302, "out at once"
    assert other.get("/").status_code == 200
    assert desk.rows("select active from staff where role = 'nurse'") == [(True,)], "the on-call nurse is still paged"
    owner = browse("owner")
    assert "Let in again" in owner.get("/compliance/access").content.decode()
    owner.post(WHERE, {"act": "reopen", "staff": 5})
    assert desk.rows("select is_active from auth_user where username = 'nurse.1'") == [(True,)]
    assert desk.rows("select count(*) from audit where what in ('account.closed', 'account.reopened')") == [(2,)]
    assert desk.rows("select count(*) from audit where what = 'account.closed'", (), BIRCH) == [(0,)]


def test_the_last_owner_is_never_locked_out(desk: Desk) -> None:
    desk.change("update auth_user set last_login = now() - interval '60 days'")
    assert house.keep(desk.dsn, desk.provider, MAPLE, clock.now()) == 0
    assert desk.rows("select username from auth_user where is_active and username like '%%.1'") == [("owner.1",)]


def test_a_stale_account_shows_red_until_it_is_closed() -> None:
    now = BEGAN + timedelta(days=60)
    old = Member(id=1, role="nurse", hired_on=BEGAN.date(), last_seen=now - timedelta(days=45))
    held = Registers(zone="UTC", began_at=BEGAN, members=(old,))
    assert next(one.state for one in people(held, now) if one.duty == "stale_accounts") == "red"
    closed = Member(id=1, role="nurse", hired_on=BEGAN.date(), last_seen=old.last_seen, enabled=False)
    held = Registers(zone="UTC", began_at=BEGAN, members=(closed,))
    assert next(one.state for one in people(held, now) if one.duty == "stale_accounts") == "green"


def test_only_officers_and_the_owner_review(desk: Desk, browse) -> None:
    for role in ("manager", "nurse", "auditor"):
        assert browse(role).post(WHERE, {"act": "begin"}).status_code == 403
    assert desk.rows("select count(*) from access_review") == [(0,)]
