"""C60: two people place a legal hold and two lift it; under it nothing is purged, erased or written over."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from desk import MAPLE, MARIA, STRANGE, Desk

from ringback.core.directory import read
from ringback.engine import clock
from ringback.store import access, directory, holds, retention, shred

OWNER, OFFICER = 1, 2
FAR = timedelta(days=365 * 60)


def closed(desk: Desk, number: str) -> UUID:
    case = desk.text(number, "BILLING")
    desk.change(
        "update cases set phase = 'closed', due = null, closure = 'resolved', closed_at = changed_at where id = %s",
        (case,),
    )
    desk.change("delete from work where id = %s", (case,))
    return case


def maria(desk: Desk) -> UUID:
    """Maria's id on the patient list."""
    with access.practice(MAPLE) as rows:
        index = rows.index("phone", MARIA)
        found = rows.one("select person from phone where practice = %s and number_index = %s", (MAPLE, index))
        assert found is not None
        who: UUID = found["person"]
        return who


def ask(desk: Desk, kind: str, **more: object) -> UUID:
    with access.practice(MAPLE) as rows:
        return holds.ask(
            rows, kind, "Vega v. Maple", "A letter of 3 May", staff=OWNER, role="owner", now=clock.now(), **more
        )  # type: ignore[arg-type]


def act(hold: UUID, what: str, staff: int, role: str = "privacy_officer") -> object:
    with access.practice(MAPLE) as rows:
        return getattr(holds, what)(rows, hold, staff=staff, role=role, now=clock.now())


def purged(now: datetime) -> retention.Purged:
    with access.practice(MAPLE) as rows:
        return retention.purge(rows, now)


def how(kind: str, desk: Desk) -> dict[str, object]:
    now = clock.now()
    return {
        "person": {"person": maria(desk)},
        "number": {"number": MARIA},
        "period": {"from_at": now - timedelta(days=1), "to_at": now + timedelta(days=1)},
        "matter": {},
    }[kind]


@pytest.mark.parametrize("kind", list(holds.KINDS))
def test_a_purge_under_a_hold_removes_nothing_and_says_so(desk: Desk, kind: str) -> None:
    case = closed(desk, MARIA)
    hold = ask(desk, kind, **how(kind, desk))
    act(hold, "place", OFFICER)
    done = purged(clock.now() + FAR)
    assert "cases" not in done.counts and "message" not in done.counts and done.held >= 1
    assert desk.rows("select id from cases") == [(case,)]
    events = [row[0] for row in desk.rows("select what from audit where what in ('records.purged', 'records.held')")]
    assert len(events) == 1
    act(hold, "lift", OWNER, "owner")
    act(hold, "lift", OFFICER)
    assert purged(clock.now() + FAR).counts["cases"] == 1


def test_a_hold_on_one_person_keeps_nobody_elses(desk: Desk) -> None:
    kept, other = closed(desk, MARIA), closed(desk, STRANGE)
    act(ask(desk, "person", person=maria(desk)), "place", OFFICER)
    purged(clock.now() + FAR)
    assert desk.rows("select id from cases") == [(kept,)] and other != kept


def test_it_takes_two_to_place_and_two_to_lift(desk: Desk) -> None:
    hold = ask(desk, "number", number=MARIA)
    with pytest.raises(holds.Refused, match="takes two"):
        act(hold, "place", OWNER, "owner")
    act(hold, "place", OFFICER)
    assert act(hold, "lift", OFFICER) is False
    with pytest.raises(holds.Refused, match="takes two"):
        act(hold, "lift", OFFICER)
    with access.practice(MAPLE) as rows:
        assert [one["state"] for one in holds.holds(rows, number_index=rows.index("phone", MARIA))] == ["lifting"]
    assert act(hold, "lift", OWNER, "owner") is True
    with access.practice(MAPLE) as rows:
        assert holds.holds(rows) == []
    whats = [row[0] for row in desk.rows("select what from audit where what like 'hold.%%' order by seq")]
    assert whats == ["hold.asked", "hold.placed", "hold.lift_asked", "hold.lifted"]


def test_the_database_refuses_one_person_too(desk: Desk) -> None:
    hold = ask(desk, "matter")
    with pytest.raises(psycopg.errors.CheckViolation):
        desk.change("update legal_hold set placed_by = %s, placed_at = now() where id = %s", (OWNER, hold))
    act(hold, "place", OFFICER)
    with pytest.raises(psycopg.errors.CheckViolation):
        desk.change("update legal_hold set lift_by = 2, lifted_by = 2, lifted_at = now() where id = %s", (hold,))


def test_nothing_is_removed_while_the_second_word_is_missing_and_one_may_withdraw(desk: Desk) -> None:
    closed(desk, MARIA)
    hold = ask(desk, "number", number=MARIA)
    assert "cases" not in purged(clock.now() + FAR).counts
    assert act(hold, "lift", OWNER, "owner") is True
    assert purged(clock.now() + FAR).counts["cases"] == 1


@pytest.mark.parametrize("role", ["front_desk", "clinician", "manager", "security_officer", "auditor"])
def test_nobody_else_may(desk: Desk, role: str) -> None:
    hold = ask(desk, "matter")
    with pytest.raises(holds.Refused):
        act(hold, "place", 9, role)


@pytest.mark.parametrize("kind", list(holds.KINDS))
def test_nobody_under_a_hold_is_erased(desk: Desk, kind: str) -> None:
    closed(desk, MARIA)
    who = maria(desk)
    act(ask(desk, kind, **how(kind, desk)), "place", OFFICER)
    against = holds.Against(clock.now(), despite=("retention", "legal_hold"))
    with access.practice(MAPLE) as rows, pytest.raises(shred.Held) as stopped:
        shred.person(rows, who, "1", clock.now(), holds=against)
    assert stopped.value.reasons == ("legal_hold",), "a hold cannot be set aside"
    with access.practice(MAPLE) as rows, pytest.raises(shred.Held):
        shred.practice(rows, "1", clock.now(), holds=against)


def test_records_that_are_to_be_kept_stand_against_erasing_until_somebody_answers_for_it(desk: Desk) -> None:
    closed(desk, MARIA)
    desk.change("update task set state = 'done'")
    with access.practice(MAPLE) as rows, pytest.raises(shred.Held) as stopped:
        shred.person(rows, maria(desk), "1", clock.now(), holds=holds.Against(clock.now()))
    assert stopped.value.reasons == ("retention",)
    with access.practice(MAPLE) as rows:
        against = holds.Against(clock.now(), despite=("retention",))
        assert shred.person(rows, maria(desk), "1", clock.now(), holds=against)["kind"] == "person"


@pytest.mark.parametrize("statement", [
    "delete from message",
    "delete from cases",
    "delete from outgoing",
    "delete from person where id = (select person from legal_hold)",
    "update caller_key set wrapped = '', destroyed_at = now(), ended_at = now()",
    "update person_key set wrapped = '', destroyed_at = now()",
])  # fmt: skip
def test_whoever_forgets_to_ask_is_refused_by_the_database(desk: Desk, statement: str) -> None:
    closed(desk, MARIA)
    act(ask(desk, "person", person=maria(desk)), "place", OFFICER)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="legal hold"):
        desk.change(statement)


def test_a_new_patient_list_does_not_write_over_who_is_held(desk: Desk) -> None:
    who = maria(desk)
    act(ask(desk, "person", person=who), "place", OFFICER)
    for line in ("R1,Maria Otherwise,1999-01-01,202-555-0199", "R9,Somebody Else,1990-01-01,202-555-0198"):
        with psycopg.connect(desk.dsn, autocommit=True) as raw:
            reading = read(f"Patient ID,Name,Birth Date,Mobile Phone\n{line}".encode(), "America/New_York")
            directory.replace(raw, desk._ring(MAPLE), MAPLE, reading, clock.now(), allow_shrink=True)
        with access.practice(MAPLE) as rows:
            found = rows.one("select sealed from person where practice = %s and id = %s", (MAPLE, who))
            assert found is not None
            assert rows.record("person", "sealed", who, found["sealed"])["name"] == "Maria López Vega"
        assert maria(desk) == who
    assert desk.rows("select count(*) from person") == [(2,)], "the others follow the list"
