"""C27: what proves anything is kept six years and thirty days, and what may go goes by itself: counted, never quoted.

Not here: the audit log and the ledgers of consent are never removed by the program, also after six years.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from desk import MAPLE, MARIA, STRANGE, Desk

from ringback.core import retention as spans
from ringback.engine import clock, house, purge
from ringback.store import access, retention

YEAR = timedelta(days=365)


def agreement(desk: Desk, last_day: datetime) -> None:
    """An agreement that ended on this day."""
    desk.change(
        "insert into agreement (practice, id, vendor, kind, system, from_day, last_day, made_at) values "
        "(1, gen_random_uuid(), 'Old Vendor', 'baa', 'old', '2001-01-01', %s, now())",
        (last_day.date(),),
    )


def ended(desk: Desk) -> int:
    return int(desk.rows("select count(*) from agreement where system = 'old'")[0][0])


def purged(now: datetime, practice: int = MAPLE) -> retention.Purged:
    with access.practice(practice) as rows:
        return retention.purge(rows, now)


def closed(desk: Desk, number: str, words: str) -> UUID:
    """A case that somebody closed."""
    case = desk.text(number, words)
    desk.change(
        "update cases set phase = 'closed', due = null, closure = 'resolved', closed_at = changed_at where id = %s",
        (case,),
    )
    desk.change("delete from work where id = %s", (case,))
    return case


@pytest.mark.parametrize("last", [datetime(2020, 2, 29, tzinfo=UTC), datetime(2021, 3, 1, tzinfo=UTC)])
def test_an_agreement_is_refused_at_five_years_and_364_days(desk: Desk, last: datetime) -> None:
    agreement(desk, last)
    purged(spans.months_after(last, 60) + timedelta(days=364))
    assert ended(desk) == 1
    until = spans.keep_until("proof", last)
    assert until is not None
    purged(until - timedelta(days=1))
    assert ended(desk) == 1
    assert purged(until + timedelta(days=1)).counts["agreement"] == 1
    assert ended(desk) == 0


def test_an_agreement_in_force_is_never_removed(desk: Desk) -> None:
    purged(clock.now() + 100 * YEAR)
    assert desk.rows("select count(*) from agreement where last_day is null") == [(1,)]


@pytest.mark.parametrize("table", ["audit", "consent_entry", "disclosed", "suppression", "incident"])
def test_what_is_only_added_to_cannot_be_removed(desk: Desk, table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desk.change(f"delete from {table}")


def test_raw_messages_go_after_72_hours_unless_not_understood(desk: Desk) -> None:
    desk.text(STRANGE, "BILLING")
    desk.text(MARIA, "BILLING")
    (odd,), *_ = desk.rows("select id from arrival order by id")
    desk.change("update arrival set state = 'not_understood' where id = %s", (odd,))
    now = clock.now()
    assert "arrival" not in purged(now + timedelta(hours=71)).counts
    assert purged(now + timedelta(hours=73)).counts["arrival"] == 1
    assert desk.rows("select id from arrival") == [(odd,)]
    assert desk.rows("select count(*) from message where kind = 'text'") == [(2,)], "what they said stays"


def test_a_stranger_who_said_nothing_of_care_goes_after_25_months(desk: Desk) -> None:
    bare, ill = closed(desk, STRANGE, "BILLING"), closed(desk, "+12025550161", "my mother has a fever")
    patient = closed(desk, MARIA, "BILLING")
    desk.change("update task set state = 'done' where state in ('open', 'claimed')")
    now = clock.now()
    assert "cases" not in purged(spans.months_after(now, 24)).counts
    done = purged(spans.months_after(now, 25) + timedelta(days=2))
    assert done.counts["cases"] == 1 and done.counts["message"] == 1 and done.counts["outgoing"] >= 1
    assert {row[0] for row in desk.rows("select id from cases")} == {ill, patient}
    for table in ("message", "outgoing", "step", "task", "call", "event", "link"):
        assert desk.rows(f"select count(*) from {table} where case_id = %s", (bare,)) == [(0,)], table
    purged(spans.months_after(now, 119))
    assert {row[0] for row in desk.rows("select id from cases")} == {ill, patient}
    purged(spans.months_after(now, 120) + timedelta(days=2))
    assert {row[0] for row in desk.rows("select id from cases")} == {ill}, (
        "whose age is not known is kept like a child's"
    )
    purged(spans.months_after(now, 12 * 28) + timedelta(days=2))
    assert desk.rows("select count(*) from cases") == [(0,)]


def test_an_open_case_never_goes(desk: Desk) -> None:
    case = desk.text(STRANGE, "BILLING")
    purged(clock.now() + 90 * YEAR)
    assert desk.rows("select id from cases") == [(case,)]


def test_a_practice_keeps_longer_and_never_shorter(desk: Desk) -> None:
    closed(desk, STRANGE, "BILLING")
    now = clock.now()
    with access.practice(MAPLE) as rows:
        with pytest.raises(spans.Shorter):
            retention.lengthen(rows, "unmatched", 24, staff=2, role="privacy_officer", now=now)
        retention.lengthen(rows, "unmatched", 40, staff=2, role="privacy_officer", now=now)
    assert "cases" not in purged(spans.months_after(now, 39)).counts
    assert purged(spans.months_after(now, 41)).counts["cases"] == 1


def test_the_worker_purges_once_an_hour_and_says_what_and_how_many(desk: Desk) -> None:
    desk.text(MARIA, "my knee hurts")
    purge._last.clear()
    later = clock.now() + timedelta(hours=80)
    assert house.keep(desk.dsn, desk.provider, MAPLE, later) == 0
    with access.practice(MAPLE) as rows:
        (entry,) = rows.all("select body from audit where what = 'records.purged'")
        (run,) = retention.runs(rows)
    assert run["counts"]["arrival"] == 1 and '"arrival":1' in entry["body"] and "knee" not in entry["body"]
    desk.text(MARIA, "it still does")
    house.keep(desk.dsn, desk.provider, MAPLE, later + timedelta(minutes=30))
    assert desk.rows("select count(*) from purge_run") == [(1,)], "half an hour later nobody looks"


def test_another_practices_records_are_not_touched(desk: Desk) -> None:
    closed(desk, STRANGE, "BILLING")
    purged(clock.now() + 50 * YEAR, 2)
    assert desk.rows("select count(*) from cases") == [(1,)]
