"""C56: disclosures are entered once and never changed; an accounting covers any six years and leaves out what an agency asked to be held back."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from desk import BIRCH, MAPLE, MARIA, Desk

from ringback.core.disclosures import Disclosure, NotEntered
from ringback.engine import clock
from ringback.store import access, disclosures


def maria(practice: int = MAPLE) -> UUID:
    """Maria's id on the patient list."""
    with access.practice(practice) as rows:
        found = rows.one("select person from phone where practice = %s and number_index = %s", (practice, rows.index("phone", MARIA)))  # fmt: skip
        assert found is not None
        who: UUID = found["person"]
        return who


def entry(at: datetime, why: str = "public_health", **more: object) -> Disclosure:
    told = {"recipient": "County Health", "address": "1 Main St", "what": "a report", "authority": "Code 12.3"}
    return Disclosure(at=at, why=why, **{**told, **more})  # type: ignore[arg-type]


def enter(one: Disclosure) -> UUID:
    with access.practice(MAPLE) as rows:
        return disclosures.enter(rows, maria(), one, staff=2, role="privacy_officer", now=clock.now())


def told(first: date, last: date, now: datetime) -> tuple[list[Disclosure], int]:
    with access.practice(MAPLE) as rows:
        return disclosures.accounting(rows, maria(), first, last, now)


def test_an_accounting_of_any_six_years(desk: Desk) -> None:
    now = clock.now()
    for years in (1, 4, 7):
        enter(entry(now - timedelta(days=365 * years), recipient=f"County {years}"))
    day = now.date()
    found, held = told(day - timedelta(days=365 * 6), day, now)
    assert [one.recipient for one in found] == ["County 4", "County 1"] and held == 0
    older, _ = told(date(day.year - 9, 1, 1), date(day.year - 3, 1, 1), now)
    assert [one.recipient for one in older] == ["County 7", "County 4"]
    with pytest.raises(ValueError, match="6 years"):
        told(date(day.year - 7, 1, 1), date(day.year, 1, 2), now)


@pytest.mark.parametrize("why", ["treatment", "payment", "operations", "to_the_person", "authorised", "incidental"])
def test_what_is_not_accounted_for_is_not_entered(desk: Desk, why: str) -> None:
    with pytest.raises(NotEntered, match="not accounted for"):
        enter(entry(clock.now(), why))
    assert desk.rows("select count(*) from disclosed") == [(0,)]


@pytest.mark.parametrize("change", [{"recipient": " "}, {"what": ""}, {"authority": ""}, {"why": "curiosity"}])
def test_an_entry_says_whom_what_and_on_whose_authority(desk: Desk, change: dict[str, str]) -> None:
    with pytest.raises(NotEntered):
        enter(entry(clock.now(), **change))


def test_what_an_agency_asked_to_hold_back_is_left_out_until_its_day(desk: Desk) -> None:
    now = clock.now()
    enter(entry(now - timedelta(days=3)))
    held_back = enter(entry(now - timedelta(days=2), "law_enforcement", recipient="City Police"))
    with access.practice(MAPLE) as rows:
        until = now + timedelta(days=20)
        disclosures.hold_back(rows, held_back, until, "Det. Gray, in person", in_writing=False, staff=2, role="privacy_officer", now=now)  # fmt: skip
    day = now.date()
    found, held = told(day - timedelta(days=30), day, now)
    assert [one.recipient for one in found] == ["County Health"] and held == 1
    with access.practice(MAPLE) as rows:
        told_person = str(disclosures.document(found, day, day, now)) + disclosures.csv(found)
    assert "Police" not in told_person
    later, _ = told(day - timedelta(days=30), day, until)
    assert [one.recipient for one in later] == ["County Health", "City Police"]


def test_by_word_of_mouth_thirty_days_and_only_for_an_agency(desk: Desk) -> None:
    now = clock.now()
    police, county = enter(entry(now, "law_enforcement")), enter(entry(now))
    for which, days in ((police, 31), (county, 5), (police, -1)):
        with access.practice(MAPLE) as rows, pytest.raises(NotEntered):
            disclosures.hold_back(rows, which, now + timedelta(days=days), "x", in_writing=False, staff=2, role="privacy_officer", now=now)  # fmt: skip


def test_golden_csv_and_no_formula(desk: Desk) -> None:
    at = clock.now() - timedelta(days=1)
    enter(entry(at, recipient='=HYPERLINK("http://x")', address="+1 Main"))
    with access.practice(MAPLE) as rows:
        found, _ = disclosures.accounting(rows, maria(), at.date(), at.date(), clock.now())
    header, line = csv.reader(io.StringIO(disclosures.csv(found)))
    assert tuple(header) == ("date", "recipient", "address", "what", "why", "authority", "42 CFR Part 2")
    assert line == [
        at.date().isoformat(), "'=HYPERLINK(\"http://x\")", "'+1 Main", "a report", "Public health (164.512(b))", "Code 12.3", "",
    ]  # fmt: skip


def test_an_entry_stays_as_it_was_and_what_it_says_is_sealed(desk: Desk) -> None:
    enter(entry(clock.now(), recipient="County Health Canary"))
    for statement in ("update disclosed set why = 'breach'", "delete from disclosed", "delete from disclosed_pause"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk.change(statement)
    (sealed,) = desk.rows("select sealed from disclosed")[0]
    assert b"Canary" not in bytes(sealed)
    with access.practice(BIRCH) as rows:
        assert disclosures.latest(rows) == []
