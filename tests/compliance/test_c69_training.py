"""C69: training and policies are owed within 30 days of being hired or published and every year; 15 days past that patients' pages answer 403 while the training page stays open; attesting opens them at once.

Sanctions are kept in a register that is only added to.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from desk import BIRCH, Desk

from ringback.core.office.training import blocked, graded, owed
from ringback.core.office.values import Attested, Member, Module
from ringback.store import access, office
from ringback.web import office_door

HIRED = date(2026, 1, 5)
ME = Member(id=1, role="nurse", hired_on=HIRED)
BASICS = Module(id="basics", version=1, title="HIPAA basics", published_on=date(2025, 6, 1))
ZONE = "America/New_York"
FORM = {
    "code": "hipaa-basics", "title": "HIPAA basics", "kind": "training", "content": "Lock your screen. Text no names.",
    "questions": "May a text name a patient? | No | Yes\nWho may see a case? | Who works it | Everybody",
}  # fmt: skip


def done(day: date, version: int = 1) -> Attested:
    return Attested(
        staff=1, module="basics", version=version, at=datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
    )


def test_thirty_days_after_being_hired_and_fifteen_of_grace() -> None:
    [one] = owed(ME, [BASICS], [], HIRED, ZONE)
    assert (one.due_on, one.blocks_from) == (date(2026, 2, 4), date(2026, 2, 19))
    assert blocked(ME, [BASICS], [], date(2026, 2, 18), ZONE) == ""
    assert "HIPAA basics" in blocked(ME, [BASICS], [], date(2026, 2, 19), ZONE)


def test_every_year_also_from_a_29th_of_february() -> None:
    [one] = owed(ME, [BASICS], [done(date(2028, 2, 29))], date(2028, 3, 1), ZONE)
    assert one.due_on == date(2029, 2, 28)


def test_a_new_version_is_owed_within_thirty_days() -> None:
    newer = Module(id="basics", version=2, title="HIPAA basics", published_on=date(2026, 10, 1))
    [one] = owed(ME, [BASICS, newer], [done(date(2026, 9, 1))], date(2026, 10, 2), ZONE)
    assert (one.version, one.due_on) == (2, date(2026, 10, 31))
    [one] = owed(ME, [BASICS, newer], [done(date(2026, 10, 3), 2)], date(2026, 10, 4), ZONE)
    assert one.due_on == date(2027, 10, 3)


def test_only_roles_it_is_for_and_only_while_it_is_used() -> None:
    billers = Module(id="b", version=1, title="Billing", published_on=HIRED, roles=frozenset({"biller"}))
    gone = Module(id="basics", version=2, title="HIPAA basics", published_on=HIRED, retired=True)
    assert owed(ME, [billers], [], HIRED, ZONE) == [] == owed(ME, [BASICS, gone], [], HIRED, ZONE)


def test_a_quiz_counts_every_question() -> None:
    questions = [{"ask": "a", "right": "x"}, {"ask": "b", "right": "y"}]
    assert graded(questions, {0: "x", 1: "y"}) == [] and graded(questions, {0: "y"}) == [0, 1]


def publish(desk: Desk, browse, days_ago: int, staff_since: int = 400) -> None:
    office_door._free.clear()
    day = (datetime.now(UTC) - timedelta(days=days_ago)).date().isoformat()
    desk.change("update practice set created_at = now() - %s * interval '1 day'", (staff_since,))
    answer = browse("privacy_officer").post("/compliance/registers/modules/add", {**FORM, "published_on": day})
    assert answer.status_code == 302


def test_fifteen_days_late_closes_patients_pages_and_the_training_page_opens_them(desk: Desk, browse) -> None:
    publish(desk, browse, days_ago=46)
    nurse = browse("nurse")
    for page in ("/", "/tasks", "/today/lists"):
        answer = nurse.get(page)
        assert answer.status_code == 403 and b"Training comes first" in answer.content, page
    assert nurse.get("/on-call").status_code == 200, "who is on call is no patient's page"
    assert nurse.get("/training").status_code == 200 and nurse.get("/training/hipaa-basics").status_code == 200
    assert desk.rows("select count(*) from audit where act = 'refusal' and what = 'today'") == [(1,)]
    body = {"read": "yes", "version": "1", "q0": "No", "q1": "Everybody"}
    nurse.post("/training/hipaa-basics/attest", body)
    assert nurse.get("/").status_code == 403, "a wrong answer attests nothing"
    nurse.post("/training/hipaa-basics/attest", {**body, "q1": "Who works it"})
    assert nurse.get("/").status_code == 200
    assert desk.rows("select staff, module, version, questions from attestation") == [(5, "hipaa-basics", 1, 2)]
    assert browse("nurse", BIRCH).get("/").status_code == 200, "the other practice has its own rules"


def test_within_its_grace_nothing_closes(desk: Desk, browse) -> None:
    publish(desk, browse, days_ago=44)
    assert browse("nurse").get("/").status_code == 200
    page = browse("nurse").get("/training").content.decode()
    assert "late" in page and "close on" in page


def test_whoever_was_hired_lately_has_thirty_days(desk: Desk, browse) -> None:
    publish(desk, browse, days_ago=200)
    with access.practice(1) as rows:
        assert office.may_see_patients(rows, 5, datetime.now(UTC))
    hired = (datetime.now(UTC) - timedelta(days=20)).date().isoformat()
    browse("privacy_officer").post("/compliance/registers/employment/add", {"staff": "5", "hired_on": hired})
    with access.practice(1) as rows:
        assert office.may_see_patients(rows, 5, datetime.now(UTC)) == ""


def test_a_new_version_and_not_the_old_one_has_to_be_attested(desk: Desk, browse) -> None:
    publish(desk, browse, days_ago=10)
    publish(desk, browse, days_ago=5)
    assert desk.rows("select version from module order by version") == [(1,), (2,)]
    nurse = browse("nurse")
    body = {"read": "yes", "q0": "No", "q1": "Who works it"}
    nurse.post("/training/hipaa-basics/attest", {**body, "version": "1"})
    assert desk.rows("select count(*) from attestation") == [(0,)]
    nurse.post("/training/hipaa-basics/attest", {**body, "version": "2"})
    assert desk.rows("select version from attestation") == [(2,)]


def test_overdue_training_is_red_in_the_status(desk: Desk, browse) -> None:
    publish(desk, browse, days_ago=46)
    page = browse("privacy_officer").get("/compliance").content.decode()
    assert "may not see patients" in page


def test_sanctions_are_only_added_to_and_an_auditor_reads_no_words(desk: Desk, browse) -> None:
    officer = browse("privacy_officer")
    officer.post(
        "/compliance/registers/sanctions/add", {"staff": "8", "done_on": "2026-11-02", "note": "looked up a neighbour"}
    )
    assert desk.rows("select staff from sanction") == [(8,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desk.change("delete from sanction")
    assert "neighbour" in officer.get("/compliance/registers/sanctions").content.decode()
    assert "neighbour" not in browse("auditor").get("/compliance/registers/sanctions").content.decode()
