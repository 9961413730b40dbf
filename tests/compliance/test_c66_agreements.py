"""C66: an agreement (BAA) that is over at 00:00 stops the carrier's texts at 00:00 without anybody touching anything; what comes in is kept; the officer is told.

A service the agreement does not list is denied, a contract that is no BAA counts for nothing, and the written
verification is asked for every year.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from desk import BIRCH, MAPLE, STRANGE, Desk

from ringback.core.office.dates import ends
from ringback.core.office.duties_contracts import agreements
from ringback.core.office.standing import standing
from ringback.core.office.values import Agreement, Registers
from ringback.engine import clock, house
from ringback.engine.book import Book
from ringback.store import flow

ZONE = "America/New_York"
BAA = Agreement(vendor="Twilio", system="twilio", services=frozenset({"texts", "voice"}), from_day=date(2025, 11, 1), last_day=date(2026, 11, 30), verified_on=date(2026, 10, 1))  # fmt: skip
MIDNIGHT = datetime(2026, 12, 1, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.move(timedelta(0))


def test_it_is_in_force_to_the_last_moment_of_its_last_day() -> None:
    stands = standing(ZONE, [BAA], [], [])
    assert stands.baa_active("twilio", MIDNIGHT - timedelta(microseconds=1))
    assert not stands.baa_active("twilio", MIDNIGHT)
    assert not stands.baa_active("twilio", datetime(2025, 11, 1, 3, 59, tzinfo=UTC)), "not before its first day"


def test_what_it_does_not_list_or_is_no_baa_counts_for_nothing() -> None:
    now = MIDNIGHT - timedelta(days=3)
    assert not standing(ZONE, [replace(BAA, services=frozenset({"voice"}))], [], []).baa_active("twilio", now)
    assert not standing(ZONE, [replace(BAA, kind="qsoa")], [], []).baa_active("twilio", now)
    assert not standing(ZONE, [replace(BAA, kind="conduit")], [], []).baa_active("twilio", now)
    assert not standing(ZONE, [BAA], [], []).baa_active("bandwidth", now)


def test_the_same_loaded_set_up_denies_the_moment_the_agreement_is_over(desk: Desk) -> None:
    """One book, loaded once: the version does not rise, only the time passes."""
    today = clock.now().astimezone().date()
    desk.change("update agreement set last_day = %s", (today + timedelta(days=1),))
    book = Book(desk.dsn, desk.provider, "http://127.0.0.1:8000")

    async def go() -> tuple[bool, bool, int, int]:
        async with await psycopg.AsyncConnection.connect(desk.dsn, autocommit=True) as connection:
            async with connection.transaction():
                await flow.name_practices(connection, [MAPLE])
                await book.fresh(connection, [MAPLE])
            practice = book.known(MAPLE)
            over = ends(today + timedelta(days=1), practice.zone)
            before = practice.version
            first = practice.standing.baa_active("twilio", over - timedelta(seconds=1))
            second = practice.standing.baa_active("twilio", over)
            async with connection.transaction():
                await flow.name_practices(connection, [MAPLE])
                await book.fresh(connection, [MAPLE])
            return first, second, before, book.known(MAPLE).version

    assert asyncio.run(go()) == (True, False, 1, 1)


def test_a_caller_after_the_end_gets_no_text_and_is_not_lost(desk: Desk) -> None:
    desk.change("update agreement set last_day = current_date + 1")
    assert desk.rows("select verdict from outgoing where case_id = %s", (desk.miss(STRANGE),)) != [("no_baa",)]
    clock.move(timedelta(days=3))
    case = desk.miss("+12025550161")
    assert desk.rows("select state, verdict from outgoing where case_id = %s", (case,)) == [("denied", "no_baa")]
    assert desk.task_of(case), "a person has it instead"


def test_inbound_texts_are_still_kept_and_read(desk: Desk) -> None:
    desk.change("update agreement set last_day = from_day - 1")
    desk.change("update practice set version = version + 1")
    case = desk.text(STRANGE, "BILLING")
    assert desk.rows("select count(*) from message where case_id = %s and kind = 'text'", (case,)) == [(1,)]
    assert desk.task_of(case)


def test_the_officers_are_told_once_when_it_ends(desk: Desk) -> None:
    desk.change("update agreement set last_day = current_date - 2")
    for _ in range(2):
        assert house.keep(desk.dsn, desk.provider, MAPLE, clock.now()) == 0
    told = desk.rows("select role from notice where about = 'agreement_over' order by role")
    assert told == [("privacy_officer",), ("security_officer",)]
    assert desk.rows("select count(*) from work where kind = 5") == [(2,)]
    assert desk.rows("select count(*) from audit where what = 'agreement.over'") == [(1,)]
    assert desk.rows("select count(*) from notice", (), BIRCH) == [(0,)]


def test_a_new_agreement_entered_by_the_officer_counts_in_the_next_decision(desk: Desk, browse) -> None:
    desk.change("delete from agreement")
    desk.change("update practice set version = version + 1")
    case = desk.miss(STRANGE)
    assert desk.rows("select verdict from outgoing where case_id = %s", (case,)) == [("no_baa",)]
    form = {
        "vendor": "Twilio Inc.", "kind": "baa", "system": "twilio", "services": ["texts", "voice"], "from_day": "2026-01-01",
        "project_flagged": "yes", "media_locked": "yes",
    }  # fmt: skip
    assert browse("privacy_officer").post("/compliance/registers/agreements/add", form).status_code == 302
    again = desk.miss("+12025550162")
    assert desk.rows("select verdict from outgoing where case_id = %s", (again,)) != [("no_baa",)]
    assert desk.rows("select what from audit where what = 'agreement.added'") == [("agreement.added",)]


def test_every_year_the_vendor_verifies_in_writing() -> None:
    held = Registers(zone=ZONE, began_at=datetime(2025, 1, 1, tzinfo=UTC), carriers={"twilio": frozenset({"texts"})}, agreements=(replace(BAA, last_day=None, verified_on=date(2025, 12, 1)),))  # fmt: skip
    states = {
        day: agreements(held, datetime(2026, *day, 12, tzinfo=UTC))[0].state for day in ((10, 1), (11, 10), (12, 1))
    }
    assert states == {(10, 1): "green", (11, 10): "due", (12, 1): "red"}


def test_the_wall_between_practices_holds_for_agreements(desk: Desk) -> None:
    desk.change("delete from agreement", (), BIRCH)
    desk.change("update practice set version = version + 1", (), BIRCH)
    assert desk.rows("select verdict from outgoing where case_id = %s", (desk.miss(STRANGE),)) != [("no_baa",)]
    other = desk.miss("+14155550161", BIRCH)
    assert desk.rows("select verdict from outgoing where case_id = %s", (other,), BIRCH) == [("no_baa",)]
