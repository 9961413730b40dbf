"""C26: each week of the audit log is sampled and searched for curiosity (own record, same surname, unusual number, outside the hours); a person signs it, and an unsigned week turns the status red.

Not here: a mark for people in the public eye; there is none in the directory.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from desk import MAPLE, MARIA, Desk

from ringback.core.office import snoop
from ringback.core.office.duties_people import audit_review
from ringback.core.office.snoop import Look
from ringback.core.office.values import Registers
from ringback.engine import clock
from ringback.engine.book import read_hours
from ringback.store import access, snooping

NOON = datetime(2026, 11, 18, 17, tzinfo=UTC)
NIGHT = datetime(2026, 11, 18, 7, tzinfo=UTC)


def look(seq: int, staff: int, *people: str, at: datetime = NOON, role: str = "nurse") -> Look:
    return Look(seq=seq, at=at, staff=staff, role=role, people=people)


def found(looks: list[Look], **more: object) -> set[tuple[str, int]]:
    given = {
        "zone": "America/New_York", "surnames": {"p1": "garcia", "p2": "nguyen"}, "staff_surnames": {1: "garcia", 2: "brandt"},
        "own": {2: frozenset({"p2"})}, "open_at": lambda at: 13 <= at.hour < 22, "on_call": lambda who, at: who == 3,
    }  # fmt: skip
    return {(hit.rule, hit.staff) for hit in snoop.hits(looks, **{**given, **more})}  # type: ignore[arg-type]


def test_each_rule_finds_its_pattern_and_nothing_else() -> None:
    assert found([look(1, 1, "p1")]) == {("same_surname", 1)}
    assert found([look(1, 1, "p2")]) == set()
    assert found([look(1, 2, "p2")]) == {("self", 2)}, "one's own record is not also a namesake's"
    assert found([look(1, 2, "p1", at=NIGHT)]) == {("off_hours", 2)}
    assert found([look(1, 3, "p1", at=NIGHT)]) == set(), "who is on call looks at night"


def test_a_high_number_is_measured_against_the_role() -> None:
    usual = [look(n, staff, f"a{staff}-{n}") for staff in (4, 5) for n in range(12)]
    curious = [look(100 + n, 6, f"b{n}") for n in range(45)]
    assert found([*usual, *curious]) == {("high_volume", 6)}
    busy = [look(n, staff, f"c{staff}-{n}") for staff in (4, 5) for n in range(30)]
    assert found([*busy, *curious]) == set(), "a busy day is busy for all"


def test_surnames_are_compared_without_accents_and_case() -> None:
    assert snoop.folded("María José GARCÍA") == snoop.folded("Ann Garcia") == "garcia"
    assert snoop.folded("") == ""


def test_the_sample_is_the_same_each_time_and_chosen_by_the_chain() -> None:
    entries = [(n, bytes([n % 256]) * 32) for n in range(1, 200)]
    week = date(2026, 11, 16)
    assert snoop.sample(entries, week) == snoop.sample(list(reversed(entries)), week)
    assert len(snoop.sample(entries, week)) == snoop.SAMPLE
    assert snoop.sample(entries, week) != snoop.sample(entries, week + timedelta(days=7))


def _this_week(desk: Desk) -> snooping.Week:
    with access.practice(MAPLE) as rows:
        now = clock.now()
        return snooping.week(rows, snooping.last_monday(now, "America/New_York") + timedelta(days=7), read_hours)


def test_a_biller_named_vega_who_opens_maria_vegas_case_is_asked_about_it(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    browse("front_desk").get(f"/cases/{case}")
    assert _this_week(desk).hits == ()
    with access.practice(MAPLE) as rows:
        sealed = rows.seal("staff", "sealed", 7, '{"name": "Ines Vega", "email": "", "phone": ""}')
        rows.run("update staff set sealed = %s where practice = %s and id = 7", (sealed, MAPLE))
    browse("biller").get(f"/cases/{case}")
    [hit] = _this_week(desk).hits
    assert (hit.rule, hit.staff, hit.records) == ("same_surname", 7, 1)


def test_a_nurse_who_is_a_patient_here_and_opens_her_own_case(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    with access.practice(MAPLE) as rows:
        sealed = rows.seal("staff", "sealed", 5, f'{{"name": "M L", "email": "", "phone": "{MARIA}"}}')
        rows.run("update staff set sealed = %s where practice = %s and id = 5", (sealed, MAPLE))
    browse("nurse").get(f"/cases/{case}")
    assert [(hit.rule, hit.staff) for hit in _this_week(desk).hits] == [("self", 5)]


def test_a_week_is_signed_once_and_an_unsigned_one_turns_red(desk: Desk, browse) -> None:
    officer = browse("privacy_officer")
    desk.change("update practice set created_at = now() - interval '40 days'")
    week = snooping.last_monday(clock.now(), "America/New_York")
    page = officer.get("/compliance/audit").content.decode()
    assert "not signed" in page and "Sign the week" in page
    assert "C26" in officer.get("/compliance").content.decode()
    officer.post("/compliance/audit/sign", {"week": (week + timedelta(days=7)).isoformat()})
    assert desk.rows("select count(*) from audit_review") == [(0,)], "a week that is not over is not signed"
    officer.post("/compliance/audit/sign", {"week": week.isoformat(), "words": "all clear"})
    officer.post("/compliance/audit/sign", {"week": week.isoformat(), "words": "again"})
    assert desk.rows("select week, signed_by from audit_review") == [(week, 2)]
    assert browse("auditor").post("/compliance/audit/sign", {"week": week.isoformat()}).status_code == 403


def test_the_clock_of_weeks() -> None:
    began = datetime(2026, 11, 2, 15, tzinfo=UTC)  # a Monday
    held = Registers(zone="America/New_York", began_at=began)
    assert audit_review(held, began + timedelta(days=4)).state == "green"
    assert audit_review(held, began + timedelta(days=8)).state == "due"
    assert audit_review(held, began + timedelta(days=15)).state == "red"
    signed = Registers(zone="America/New_York", began_at=began, audit_weeks=frozenset({date(2026, 11, 2)}))
    assert audit_review(signed, began + timedelta(days=15)).state == "due"
