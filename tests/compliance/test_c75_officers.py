"""C75: a privacy and a security officer are named with contact; while one is missing no line goes live and no text goes out; complaints are taken down, and the incident response plan is tested every year."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from desk import STRANGE, Desk

from ringback.core.office.duties import regular
from ringback.core.office.standing import standing
from ringback.core.office.values import Deed, Officer, Registers

HX = {"HX-Request": "true"}
NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)
BOTH = (
    Officer(kind="privacy", staff=2, from_day=date(2026, 1, 1)),
    Officer(kind="security", staff=3, from_day=date(2026, 1, 1)),
)


def test_both_offices_are_needed_and_by_people_who_are_here() -> None:
    def named(*officers: Officer) -> bool:
        return standing("America/New_York", [], officers, []).officers_set(NOW)

    assert named(*BOTH)
    assert not named(BOTH[0]) and not named(BOTH[1])
    assert not named(BOTH[0], Officer(kind="security", from_day=date(2026, 11, 24))), "not before the first day"
    assert not named(BOTH[0], Officer(kind="security", from_day=date(2026, 1, 1), last_day=date(2026, 11, 22)))
    assert named(BOTH[0], Officer(kind="security", from_day=date(2026, 1, 1), last_day=date(2026, 11, 23)))
    assert not named(BOTH[0], Officer(kind="security", from_day=date(2026, 1, 1), active=False)), "who left is none"


def test_without_them_no_text_goes_out_and_no_line_goes_live(desk: Desk, browse) -> None:
    desk.change("delete from officer where kind = 'security'")
    desk.change("update practice set version = version + 1")
    case = desk.miss(STRANGE)
    assert desk.rows("select state, verdict from outgoing where case_id = %s", (case,)) == [("denied", "no_officers")]
    owner = browse("owner")
    owner.post("/setup/lines/1", {"mode": "shadow"})
    answer = owner.post("/setup/lines/1", {"mode": "live"}, headers=HX)
    assert "Name a privacy and a security officer" in json.loads(answer.headers["HX-Trigger"])["said"]["words"]
    assert desk.rows("select mode from line") == [("shadow",)]
    page = browse("security_officer").get("/compliance").content.decode()
    assert "o security officer is named: no text goes out" in page
    owner.post(
        "/compliance/registers/officers/add",
        {"kind": "security", "staff": "3", "from_day": "2026-01-01", "contact": "Room 2"},
    )
    owner.post("/setup/lines/1", {"mode": "live"})
    assert desk.rows("select mode from line") == [("live",)]
    again = desk.miss("+12025550161")
    assert desk.rows("select verdict from outgoing where case_id = %s", (again,)) != [("no_officers",)]


def test_an_officer_who_leaves_the_practice_is_none_in_the_next_decision(desk: Desk) -> None:
    assert desk.rows("select verdict from outgoing where case_id = %s", (desk.miss(STRANGE),)) != [("no_officers",)]
    desk.change("update staff set active = false where role = 'privacy_officer'")
    case = desk.miss("+12025550162")
    assert desk.rows("select verdict from outgoing where case_id = %s", (case,)) == [("no_officers",)]


def test_an_officer_from_outside_counts_and_the_name_is_sealed(desk: Desk, browse) -> None:
    desk.change("delete from officer where kind = 'privacy'")
    browse("owner").post("/compliance/registers/officers/add", {"kind": "privacy", "from_day": "2026-01-01", "contact": "Ann Sample, privacy@example.org"})  # fmt: skip
    [(staff, sealed)] = desk.rows("select staff, sealed from officer where kind = 'privacy'")
    assert staff is None and b"Sample" not in bytes(sealed)
    case = desk.miss(STRANGE)
    assert desk.rows("select verdict from outgoing where case_id = %s", (case,)) != [("no_officers",)]
    assert "Ann Sample" in browse("owner").get("/compliance/registers/officers").content.decode()


def test_complaints_are_taken_down_and_masked_for_an_auditor(desk: Desk, browse) -> None:
    officer = browse("privacy_officer")
    officer.post("/compliance/registers/complaints/add", {"came_on": "2026-11-02", "way": "phone", "note": "Mr. Sample got a stranger's text"})  # fmt: skip
    assert "stranger" in officer.get("/compliance/registers/complaints").content.decode()
    assert "stranger" not in browse("auditor").get("/compliance/registers/complaints").content.decode()
    assert browse("manager").get("/compliance/registers/complaints").status_code == 403


def test_the_incident_plan_is_tested_every_year(desk: Desk, browse) -> None:
    held = Registers(zone="UTC", began_at=NOW, deeds=(Deed(duty="incident_plan", at=NOW),))
    states = [
        next(
            one.state
            for one in regular(held, NOW.replace(year=2027, month=month, day=day))
            if one.duty == "incident_plan"
        )
        for month, day in ((10, 20), (10, 25), (11, 23))
    ]
    assert states == ["green", "due", "red"]
    browse("security_officer").post("/compliance/registers/deeds/add", {"duty": "incident_plan", "done_on": "2026-11-02", "good": "yes"})  # fmt: skip
    assert desk.rows("select duty, good from deed") == [("incident_plan", True)]
