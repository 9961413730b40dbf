"""C8: emergency access with a reason, an hour, reading only, two officers told, its own class in the audit log, a review."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from desk import BIRCH, MAPLE, MARIA, unmarked
from django.test import Client
from sitting import sit, watch

from ringback.core.office.duties_people import glasses
from ringback.store import access, glass, office

__all__ = ["sit", "watch"]
WHY = "The on-call nurse is away and a caller wrote that her chest hurts"
ASK = {"category": "patient_safety", "reason": WHY}


def test_a_security_officer_sees_a_case_for_sixty_minutes(sit, watch, desk) -> None:
    case, officer = desk.text(MARIA, "I have a question about my bill"), sit("security_officer")
    assert officer.get(f"/cases/{case}").status_code == 403
    assert officer.post("/emergency", ASK)["Location"] == "/"
    page = officer.get(f"/cases/{case}").content.decode()
    assert (
        "Maria López Vega" in page and "question about my bill" in unmarked(page) and "Emergency access until" in page
    )
    for passed in range(5):
        watch.on(minutes=12)
        assert officer.get("/tasks").status_code == 200, passed
    watch.on(seconds=1)
    assert officer.get(f"/cases/{case}").status_code == 403


def test_the_banner_is_on_every_page_while_it_runs(sit, watch) -> None:
    officer = sit("security_officer")
    officer.post("/emergency", ASK)
    for page in ("/", "/tasks", "/on-call", "/setup", "/me/sessions", "/emergency", "/compliance"):
        assert "data-glass" in officer.get(page).content.decode(), page
    officer.post("/emergency/end")
    assert "data-glass" not in officer.get("/setup").content.decode()
    assert officer.get("/").status_code == 403


def test_it_only_reads(sit, watch, desk) -> None:
    case, officer = desk.text(MARIA, "BILLING"), sit("security_officer")
    task = desk.task_of(case)
    officer.post("/emergency", ASK)
    page = officer.get(f"/cases/{case}").content.decode()
    assert f"/cases/{case}/note" not in page and "/claim" not in page
    for what in ("note", "close", "opt-out", f"tasks/{task}/claim", f"tasks/{task}/done"):
        body = {"words": "x", "closure": "resolved", "reason": "x", "source": "voice", "disposition": "reached"}
        assert officer.post(f"/cases/{case}/{what}", body).status_code == 403, what
    assert desk.rows("select count(*) from event where case_id = %s", (case,)) == [(0,)] and desk.notes(case) == []
    assert officer.get("/setup").status_code == 200 and officer.get("/audit").status_code == 200


def test_an_auditor_s_masks_are_lifted_and_come_back(sit, watch, desk) -> None:
    case, auditor = desk.text(MARIA, "BILLING"), sit("auditor")
    assert "López" not in auditor.get(f"/cases/{case}").content.decode()
    auditor.post("/emergency", ASK)
    assert "López" in auditor.get(f"/cases/{case}").content.decode()
    auditor.post("/emergency/end")
    assert "López" not in auditor.get(f"/cases/{case}").content.decode()


@pytest.mark.parametrize(
    "asked", [{}, {"category": "patient_safety", "reason": "x" * 19}, {"category": "curious", "reason": WHY}]
)
def test_it_takes_a_reason_and_a_category(sit, watch, desk, asked) -> None:
    officer = sit("security_officer")
    assert officer.post("/emergency", asked).status_code == 400
    assert desk.rows("select count(*) from glass") == [(0,)] and officer.get("/").status_code == 403


def test_who_sees_every_case_already_is_not_given_it(sit, watch, desk) -> None:
    nurse = sit("nurse")
    assert "Emergency access" not in nurse.get("/on-call").content.decode()
    assert nurse.post("/emergency", ASK).status_code == 400 and desk.rows("select count(*) from glass") == [(0,)]
    desk.change("insert into staff_location (practice, staff, location) values (1, 5, 1)")
    assert "Emergency access" in nurse.get("/on-call").content.decode()
    assert nurse.post("/emergency", ASK).status_code == 302


def test_two_officers_are_told_at_once_and_nothing_of_a_patient(sit, watch, desk) -> None:
    desk.text(MARIA, "URGENT my chest hurts")
    desk.change("delete from notice")
    sit("auditor").post("/emergency", ASK)
    told = desk.rows("select role, kind, about, case_id, id from notice order by role")
    assert [row[:4] for row in told] == [
        ("privacy_officer", "alert", "emergency_access", None),
        ("security_officer", "alert", "emergency_access", None),
    ]
    due = dict(desk.rows("select id, due from work where kind = 5"))
    assert all(due[row[4]] <= datetime.now(UTC) + timedelta(seconds=2) for row in told)


def test_an_officer_who_asks_is_not_the_one_who_is_told(sit, watch, desk) -> None:
    sit("security_officer").post("/emergency", ASK)
    assert desk.rows("select role from notice order by role") == [("owner",), ("privacy_officer",)]


def test_each_use_is_a_class_of_its_own_in_the_audit_log(sit, watch, desk) -> None:
    case, officer = desk.text(MARIA, "BILLING"), sit("security_officer")
    officer.post("/emergency", ASK)
    officer.get(f"/cases/{case}")
    bodies = [json.loads(body) for (body,) in desk.rows("select body from audit order by seq")]
    of_class = [one for one in bodies if one["detail"].get("class") == "breakglass"]
    assert {one["what"] for one in of_class} >= {"breakglass.begun", "case"}
    looked = next(one for one in of_class if one["what"] == "case")
    assert looked["act"] == "view" and str(case) in looked["object"] and looked["role"] == "security_officer"
    assert WHY not in json.dumps(bodies)
    page = sit("privacy_officer").get("/audit?class=breakglass").content.decode()
    assert "emergency access" in page


def test_a_review_is_owed_by_the_next_business_day_and_then_a_finding(sit, watch, desk) -> None:
    sit("auditor").post("/emergency", ASK)
    with access.practice(MAPLE) as rows:
        held = office.held(rows, watch.now)
    assert len(held.glasses) == 1 and glasses(held, watch.now).state == "due"
    due = glasses(held, watch.now).due_by
    assert due is not None and watch.now < due <= watch.now + timedelta(days=5)
    assert glasses(held, due - timedelta(seconds=1)).state == "due"
    late = glasses(held, due)
    assert late.state == "red" and late.control == "C8"
    officer = sit("privacy_officer")
    [row] = [str(one) for (one,) in desk.rows("select id from glass")]
    assert WHY in officer.get("/emergency").content.decode()
    officer.post(f"/emergency/{row}/review", {"verdict": "right", "words": "Opened one case, which was urgent."})
    with access.practice(MAPLE) as rows:
        assert glasses(office.held(rows, watch.now), due).state == "green"


def test_nobody_reviews_their_own_and_a_stranger_none(sit, watch, desk) -> None:
    officer, stranger = sit("security_officer"), sit("privacy_officer", BIRCH)
    officer.post("/emergency", ASK)
    [row] = [str(one) for (one,) in desk.rows("select id from glass")]
    said = {"verdict": "right", "words": "It was fine, I say."}
    for browser in (officer, stranger):
        browser.post(f"/emergency/{row}/review", said)
    assert desk.rows("select reviewed_at from glass") == [(None,)]
    assert WHY not in stranger.get("/emergency").content.decode()
    assert sit("nurse").post(f"/emergency/{row}/review", said).status_code == 403


# ---- sealed codes ----------------------------------------------------------------------------------------------------


def printed(officer: Client) -> list[str]:
    """The codes of the one answer that shows them."""
    found = re.findall(r"<code>(\d+-\d+-[0-9A-Z-]+)</code>", officer.post("/emergency/codes").content.decode())
    return [str(one) for one in found]


def test_a_sealed_code_lets_a_member_read_while_sign_on_is_down(sit, watch, desk, monkeypatch) -> None:
    """No link, no password, no provider, no second factor: the code and the reason only."""
    case = desk.text(MARIA, "I have a question about my bill")
    codes = printed(sit("security_officer"))
    assert len(codes) == 10
    monkeypatch.setattr("ringback.web.middleware.CHECKS", watch.checks)
    nurse = Client()
    given = {"user": "nurse.1", "code": codes[0].lower().replace("-", " - "), **ASK}
    assert nurse.post("/emergency/code", given)["Location"] == "/"
    assert "question about my bill" in unmarked(nurse.get(f"/cases/{case}").content.decode())
    # Also a nurse only reads with it.
    assert nurse.post(f"/cases/{case}/note", {"words": "x"}).status_code == 403 and desk.notes(case) == []
    assert Client().post("/emergency/code", given).status_code == 403, "each code works once"
    for _ in range(5):
        watch.on(minutes=12)
        assert nurse.get("/tasks").status_code == 200
    watch.on(seconds=1)
    assert nurse.get("/tasks").status_code == 302
    assert desk.rows("select role from notice where about = 'emergency_access' order by role") == [
        ("privacy_officer",),
        ("security_officer",),
    ]


def test_codes_are_shown_once_kept_as_argon2id_and_replaced_whole(sit, watch, desk) -> None:
    officer = sit("security_officer")
    old = printed(officer)
    kept = " ".join(hash_ for (hash_,) in desk.rows("select hash from glass_code"))
    assert kept.count("$argon2id$v=19$m=65536,t=3,p=4$") == 10
    page = officer.get("/emergency").content.decode()
    for code in old:
        assert code not in page and code.split("-", 2)[2].replace("-", "") not in kept
    new = printed(officer)
    for code, status in ((old[0], 403), (new[0], 302)):
        assert Client().post("/emergency/code", {"user": "nurse.1", "code": code, **ASK}).status_code == status


@pytest.mark.parametrize("user", ["nobody.1", "nurse.2", "", "integration.1x"])
def test_a_code_alone_or_of_another_practice_opens_nothing(sit, watch, desk, user) -> None:
    [code, *_] = printed(sit("security_officer"))
    wrong = Client().post("/emergency/code", {"user": user, "code": code, **ASK})
    assert wrong.status_code == 403 and "not a code of yours" in wrong.content.decode()
    assert desk.rows("select count(*) from glass") == [(0,)]
    assert Client().post("/emergency/code", {"user": "nurse.1", "code": code, **ASK}).status_code == 302


def test_somebody_who_left_gets_in_by_no_code(sit, watch, desk) -> None:
    [code, *_] = printed(sit("security_officer"))
    desk.change("update staff set active = false where role = 'nurse'")
    assert Client().post("/emergency/code", {"user": "nurse.1", "code": code, **ASK}).status_code == 403


def test_codes_are_read_as_people_write_them() -> None:
    assert glass.read_code(" 1-2-abcd-efgh-jkmn-pqrs ") == (1, 2, "ABCDEFGHJKMNPQRS")
    assert glass.read_code("1-2-OOOOIIIILLLL0000") == (1, 2, "0000111111110000")
    for nonsense in ("", "1", "1-2", "1-2-ABC", "x-2-ABCDEFGHJKMNPQRS", "1-2-ABCDEFGHJKMNPQRS9", "9" * 80):
        assert glass.read_code(nonsense) is None
