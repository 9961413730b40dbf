"""The on-call calendar: who is paged follows the roster, gaps stand red first, swaps need both, ways are proven by their owner."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from desk import BIRCH, MAPLE, MARIA, Desk
from django.test import Client

from ringback.engine import clock, tell
from ringback.engine.book import Book
from ringback.store import flow

HX = {"HX-Request": "true"}
ZONE = ZoneInfo("America/New_York")
OWNER, CLINICIAN, NURSE = 1, 4, 5


def said(answer: Any) -> str:
    return str(json.loads(answer.headers["HX-Trigger"])["said"]["words"])


def local(day: date, hour: int = 8) -> str:
    return datetime.combine(day, time(hour), ZONE).strftime("%Y-%m-%dT%H:%M")


def today() -> date:
    """The day of the roster that runs now."""
    now = clock.now().astimezone(ZONE)
    return now.date() if now.hour >= 8 else now.date() - timedelta(days=1)


def paged(desk: Desk) -> list[int]:
    """Whom the pager would ask now, in order."""

    async def ask() -> list[int]:
        async with await psycopg.AsyncConnection.connect(desk.dsn) as connection:
            await flow.name_practices(connection, [MAPLE])
            return await tell.on_call(connection, MAPLE, clock.now(), "oncall")

    return asyncio.run(ask())


def put(client: Client, person: int, first: date, last: date, **more: str) -> Any:
    form = {"person": str(person), "begins": local(first), "ends": local(last), **more}
    return client.post("/on-call/put", form, headers=HX)


def page(client: Client, where: str = "/on-call") -> str:
    return client.get(where).content.decode()


# ---- who is paged ----------------------------------------------------------------------------------------------------


def test_a_name_dropped_on_today_is_who_is_paged_and_undo_gives_the_plain_list_back(desk: Desk, browse) -> None:
    owner = browse("owner")
    assert paged(desk) == [NURSE], "nothing is planned: the plain list answers"
    assert (
        said(put(owner, CLINICIAN, today(), today() + timedelta(days=1))) == "Clinician Maple is on call for that time."
    )
    assert paged(desk) == [CLINICIAN]
    assert "Clinician Maple" in page(owner, "/menu")
    assert said(owner.post("/on-call/undo", {"version": "1"}, headers=HX)) == "The last change was taken back."
    assert paged(desk) == [NURSE]
    assert "Nothing was changed" in said(owner.post("/on-call/undo", {"version": "1"}, headers=HX))


def test_a_rotation_is_shown_turn_by_turn_before_it_is_kept_and_then_pages(desk: Desk, browse) -> None:
    owner, first = browse("owner"), today()
    form = {
        "p1": str(CLINICIAN),
        "p2": str(NURSE),
        "length": "1",
        "handover": "08:00",
        "turn": "1",
        "first": str(first),
    }
    seen = owner.get("/on-call/rotation/preview", form).content.decode()
    assert seen.count("<li>") == 8 and seen.index("Clinician Maple") < seen.index("Nurse Maple")
    assert desk.rows("select count(*) from duty") == [(0,)], "a preview keeps nothing"
    assert said(owner.post("/on-call/rotation", form, headers=HX)) == "The rotation is on the calendar."
    assert paged(desk) == [CLINICIAN]
    second = {"p1": str(OWNER), "length": "7", "handover": "08:00", "turn": "2", "first": str(first)}
    owner.post("/on-call/rotation", second, headers=HX)
    assert paged(desk) == [CLINICIAN, OWNER]
    clock.move(timedelta(days=1))
    assert paged(desk) == [NURSE, OWNER]


def test_an_urgent_message_pages_who_the_roster_names_and_the_strip_says_who_is_next(desk: Desk, browse) -> None:
    owner = browse("owner")
    put(owner, CLINICIAN, today(), today() + timedelta(days=2))
    put(owner, OWNER, today(), today() + timedelta(days=2), turn="2")
    case = desk.text(MARIA, "URGENT my chest hurts")
    assert desk.rows("select state #>> '{urgent,pages}' from cases where id = %s", (case,)) == [("1",)]
    strip = page(browse("nurse"), "/urgent")
    assert "Next: Owner Maple" in strip and "data-down=" in strip and "data-unseen" in strip
    browse("nurse").post(f"/cases/{case}/acknowledge")
    assert "Next:" not in page(browse("nurse"), "/urgent") and "data-unseen" not in page(browse("nurse"), "/urgent")


def test_the_strip_quotes_what_the_caller_was_told_and_says_when_it_was_nothing(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "URGENT my chest hurts")
    nurse = browse("nurse")
    desk.change("update outgoing set state = 'delivered', delivered_at = now() where case_id = %s", (case,))
    assert "The caller was told:" in page(nurse, "/urgent") and "emergency" in page(nurse, "/urgent")
    desk.change("update outgoing set state = 'denied' where case_id = %s", (case,))
    assert "The caller was told nothing" in page(nurse, "/urgent")


def test_who_left_is_passed_over_at_once(desk: Desk, browse) -> None:
    put(browse("owner"), CLINICIAN, today(), today() + timedelta(days=3))
    desk.change("update staff set active = false where id = %s", (CLINICIAN,))
    assert paged(desk) == [NURSE]


# ---- before it matters -----------------------------------------------------------------------------------------------


def test_a_gap_stands_red_on_the_page_and_amber_on_every_page_before_it_begins(desk: Desk, browse) -> None:
    owner = browse("owner")
    ends = (clock.now() + timedelta(hours=3)).replace(second=0, microsecond=0)
    desk.change("update on_call set ends_at = %s", (ends,))
    seen = page(owner)
    assert "To mend within the next 14 days" in seen and "Nobody is on call from" in seen
    assert "Nobody is on call from" in page(browse("front_desk"), "/urgent")
    put(owner, CLINICIAN, today(), today() + timedelta(days=16))
    assert "Nobody is on call" not in page(owner, "/on-call/trouble")
    assert page(browse("front_desk"), "/urgent").strip() == ""


def test_nobody_on_call_now_is_said_on_every_page(desk: Desk, browse) -> None:
    desk.change("delete from on_call")
    strip = page(browse("biller"), "/urgent")
    assert "Nobody is on call now" in strip and "data-unseen" not in strip, "it warns and does not ring"


def test_a_person_who_is_off_is_passed_over_and_put_on_call_all_the_same_is_named(desk: Desk, browse) -> None:
    owner, first = browse("owner"), today()
    form = {"p1": str(CLINICIAN), "p2": str(NURSE), "length": "7", "handover": "08:00", "first": str(first)}
    owner.post("/on-call/rotation", form, headers=HX)
    off = {"person": str(CLINICIAN), "first": str(first), "last": str(first + timedelta(days=2))}
    assert "pass over" in said(owner.post("/on-call/away", off, headers=HX))
    assert paged(desk) == [NURSE]
    assert "for Clinician Maple, who is off" in page(owner)
    put(owner, CLINICIAN, first, first + timedelta(days=1))
    assert "Clinician Maple is off and on call" in page(owner, "/on-call/trouble")


def test_a_holiday_is_taken_by_whom_it_is_given_to(desk: Desk, browse) -> None:
    owner = browse("owner")
    day = clock.now().astimezone(ZONE).date()
    form = {"name": "Founders Day", "day": str(day), "person": str(OWNER)}
    assert said(owner.post("/on-call/holiday", form, headers=HX)) == "The day is on the calendar."
    assert paged(desk) == [OWNER]
    assert "Founders Day" in page(owner)


@pytest.mark.parametrize(
    "where, form",
    [
        ("put", {"person": "4", "begins": "2026-12-02T08:00", "ends": "2026-12-01T08:00"}),
        ("put", {"person": "99", "begins": "2026-12-01T08:00", "ends": "2026-12-02T08:00"}),
        ("put", {"person": "4", "begins": "soon", "ends": "later"}),
        ("put", {"person": "4", "begins": "2026-12-01T08:00", "ends": "2027-12-02T08:00"}),
        ("rotation", {"length": "7"}),
        ("rotation", {"p1": "4", "length": "n", "days": "0"}),
        ("rotation", {"p1": "4", "first": "2026-12-10", "last": "2026-12-01"}),
        ("rotation", {"p1": "4", "handover": "noon"}),
        ("away", {"person": "4", "first": ""}),
        ("away", {"person": "4", "first": "2026-12-10", "last": "2026-12-01"}),
        ("holiday", {"name": " ", "day": "2026-12-25"}),
        ("holiday", {"name": "Day", "day": "the 25th"}),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(desk: Desk, browse, where: str, form: dict[str, str]) -> None:
    assert "Nothing was changed." in said(browse("owner").post(f"/on-call/{where}", form, headers=HX))
    assert desk.rows("select count(*) from duty") == [(0,)]


# ---- swaps -----------------------------------------------------------------------------------------------------------


def test_a_swap_changes_nothing_before_the_other_agrees(desk: Desk, browse) -> None:
    owner, nurse, clinician = browse("owner"), browse("nurse"), browse("clinician")
    begins, ends = (datetime.combine(today() + timedelta(days=n), time(8), ZONE) for n in (0, 1))
    span = f"{begins.isoformat()}/{ends.isoformat()}"
    asked = {"person": str(CLINICIAN), "span": span}
    assert "not on call then" in said(nurse.post("/on-call/swaps/ask", asked, headers=HX))
    put(owner, NURSE, today(), today() + timedelta(days=1))
    assert "until Clinician Maple agrees" in said(nurse.post("/on-call/swaps/ask", asked, headers=HX))
    [(swap,)] = desk.rows("select id from duty_swap")
    assert paged(desk) == [NURSE]
    assert "I take it" in page(clinician, "/on-call/swaps") and "I take it" not in page(owner, "/on-call/swaps")
    assert "Nurse Maple asks you to take over a shift" in page(clinician, "/on-call/trouble")
    assert "asks you to take over" not in page(owner, "/on-call/trouble")
    for other in (owner, nurse):
        assert "not yours" in said(other.post(f"/on-call/swaps/{swap}/answer", {"answer": "agreed"}, headers=HX))
    assert paged(desk) == [NURSE]
    assert "changed hands" in said(clinician.post(f"/on-call/swaps/{swap}/answer", {"answer": "agreed"}, headers=HX))
    assert paged(desk) == [CLINICIAN]
    assert "swapped" in page(owner)


def test_a_swap_is_declined_or_withdrawn(desk: Desk, browse) -> None:
    nurse, clinician = browse("nurse"), browse("clinician")
    put(browse("owner"), NURSE, today(), today() + timedelta(days=1))
    begins, ends = (datetime.combine(today() + timedelta(days=n), time(8), ZONE) for n in (0, 1))
    for who, answer in ((clinician, "declined"), (nurse, "withdrawn")):
        nurse.post("/on-call/swaps/ask", {"person": str(CLINICIAN), "span": f"{begins.isoformat()}/{ends.isoformat()}"})
        [(swap,)] = desk.rows("select id from duty_swap where state = 'asked'")
        assert said(who.post(f"/on-call/swaps/{swap}/answer", {"answer": answer}, headers=HX)).startswith(
            answer.title()
        )
    assert paged(desk) == [NURSE]
    assert "No swap waits" in page(clinician, "/on-call/swaps")


# ---- who may ---------------------------------------------------------------------------------------------------------


def test_the_front_desk_sees_the_calendar_and_changes_their_own_days_only(desk: Desk, browse) -> None:
    desk_person = browse("front_desk")
    seen = page(desk_person)
    assert "data-pick" not in seen and 'id="rotate"' not in seen and "Nurse Maple" in seen
    assert put(desk_person, CLINICIAN, today(), today() + timedelta(days=1)).status_code == 403
    others = {"person": str(CLINICIAN), "first": str(today())}
    assert "your own time off only" in said(desk_person.post("/on-call/away", others, headers=HX))
    assert "Entered" in said(desk_person.post("/on-call/away", {"first": str(today())}, headers=HX))
    put(browse("owner"), CLINICIAN, today(), today() + timedelta(days=1))
    assert "who runs the roster" in said(desk_person.post("/on-call/roster/2/take-off", headers=HX))
    assert "Taken off" in said(desk_person.post("/on-call/roster/1/take-off", headers=HX))


def test_a_stranger_s_practice_has_its_own_roster(desk: Desk, browse) -> None:
    put(browse("owner"), CLINICIAN, today(), today() + timedelta(days=1))
    stranger = browse("owner", BIRCH)
    assert "Clinician Maple" not in page(stranger) and "Nurse Birch" in page(stranger)
    assert "off the roster already" in said(stranger.post("/on-call/roster/1/take-off", headers=HX))
    assert "Nothing was changed" in said(stranger.post("/on-call/undo", {"version": "1"}, headers=HX))
    assert paged(desk) == [CLINICIAN]


def test_who_changed_the_roster_is_in_the_audit_log_by_number(desk: Desk, browse) -> None:
    put(browse("clinician"), NURSE, today(), today() + timedelta(days=1))
    [(staff, body)] = desk.rows("select staff, body from audit where what = 'roster_put'")
    assert staff == str(CLINICIAN) and "Maple" not in body and '"person":5' in body


# ---- ways to reach me ------------------------------------------------------------------------------------------------


def way(desk: Desk, client: Client, address: str = "(202) 555-0177") -> UUID:
    assert said(client.post("/on-call/reach/add", {"kind": "sms", "address": address}, headers=HX)).startswith("Added")
    [(found,)] = desk.rows("select id from contact_method order by id desc limit 1")
    return UUID(str(found))


def link_of(desk: Desk, token: str = "a-test-page-of-mine") -> str:
    """Give the newest test page its token, as the pager does when it sends it."""
    desk.change(
        "update notice set token_hash = %s where id = (select id from notice where kind = 'test' order by id desc limit 1)",
        (hashlib.sha256(token.encode()).digest(),),
    )
    return f"/reached/{MAPLE}/{token}"


def test_a_way_counts_once_its_owner_pressed_the_link_of_a_test_page(desk: Desk, browse) -> None:
    nurse = browse("nurse")
    assert "No page has been shown to reach Nurse Maple" in page(browse("owner"), "/on-call/trouble")
    method = way(desk, nurse)
    assert "(202) 555-0177" in page(nurse, "/on-call/reach") and "555-0177" not in page(browse("owner"))
    assert "on its way" in said(nurse.post(f"/on-call/reach/{method}/test", headers=HX))
    assert "just gone out" in said(nurse.post(f"/on-call/reach/{method}/test", headers=HX))
    link = link_of(desk)
    for _ in range(2):
        seen = page(Client(), link)
        assert "It arrived" in seen and "Nurse" not in seen and "0177" not in seen
    assert desk.rows("select tested_at from contact_method") == [(None,)], "opening the link is no press"
    assert "Pages reach you here" in Client().post(link).content.decode()
    assert "No page has been shown to reach" not in page(browse("owner"), "/on-call/trouble")
    clock.move(timedelta(days=91))
    assert "No page has been shown to reach Nurse Maple" in page(browse("owner"), "/on-call/trouble")


def test_a_test_page_s_link_dies_with_a_newer_one_a_day_or_another_practice(desk: Desk, browse) -> None:
    nurse = browse("nurse")
    method = way(desk, nurse)
    nurse.post(f"/on-call/reach/{method}/test", headers=HX)
    link = link_of(desk)
    for where in (
        link.replace(f"/{MAPLE}/", f"/{BIRCH}/"),
        "/reached/1/nothing",
        "/reached/99999999999/x",
        f"/reached/1/{'a' * 200}",
    ):
        assert Client().post(where).status_code == 404
    clock.move(timedelta(minutes=2))
    nurse.post(f"/on-call/reach/{method}/test", headers=HX)
    assert Client().post(link).status_code == 404, "a newer test page has replaced it"
    link = link_of(desk, "the-newer-test-page")
    clock.move(timedelta(days=1, minutes=3))
    assert Client().post(link).status_code == 404
    assert desk.rows("select tested_at from contact_method") == [(None,)]


def told_where(desk: Desk) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where the newest page of the on-call round goes: mobile numbers and e-mail addresses."""

    async def look() -> tuple[tuple[str, ...], tuple[str, ...]]:
        book = Book(desk.dsn, desk.provider, "http://127.0.0.1:8000")
        pager: Any = tell.Teller(desk.dsn, book, "http://127.0.0.1:8000", cast(Any, None))
        async with await psycopg.AsyncConnection.connect(desk.dsn) as connection:
            await flow.name_practices(connection, [MAPLE])
            await book.fresh(connection, [MAPLE])
            cursor = await connection.execute(
                "select id from notice where kind = 'page' and role = 'oncall' order by id desc limit 1"
            )
            row = await cursor.fetchone()
            assert row is not None
            note = await pager._note(connection, flow.Work(MAPLE, flow.NOTICE, row[0], 0), clock.now())
            [person] = note.people
            return person.phones, person.emails

    return asyncio.run(look())


def test_a_page_goes_to_one_s_own_ways_and_to_the_invitation_s_for_the_kinds_without_one(desk: Desk, browse) -> None:
    desk.text(MARIA, "URGENT my chest hurts")
    assert told_where(desk) == (("+12025550185",), ()), "nothing entered: the invitation's number"
    nurse = browse("nurse")
    nurse.post("/on-call/reach/add", {"kind": "email", "address": "nurse@maple.example"})
    assert told_where(desk) == (("+12025550185",), ("nurse@maple.example",)), "an e-mail silences no phone"
    way(desk, nurse)
    assert told_where(desk) == (("+12025550177",), ("nurse@maple.example",))


def test_ways_are_their_owner_s_alone(desk: Desk, browse) -> None:
    method = way(desk, browse("nurse"))
    for other in (browse("owner"), browse("nurse", BIRCH)):
        assert "not there" in said(other.post(f"/on-call/reach/{method}/test", headers=HX))
        assert "not there" in said(other.post(f"/on-call/reach/{method}/remove", headers=HX))
    assert desk.rows("select count(*) from contact_method") == [(1,)]
    assert "Taken off" in said(browse("nurse").post(f"/on-call/reach/{method}/remove", headers=HX))
    assert "not there" in said(browse("nurse").post(f"/on-call/reach/{uuid4()}/test", headers=HX))


@pytest.mark.parametrize("kind, address", [("sms", "12"), ("sms", "+44 20 7946 0000"), ("email", "me"), ("fax", "x")])
def test_an_address_that_is_none_is_not_added(desk: Desk, browse, kind: str, address: str) -> None:
    answer = browse("nurse").post("/on-call/reach/add", {"kind": kind, "address": address}, headers=HX)
    assert "Not added" in said(answer) and desk.rows("select count(*) from contact_method") == [(0,)]


# ---- the page of the day ---------------------------------------------------------------------------------------------


def test_next_takes_the_urgent_thing_then_one_s_own_queue_then_the_nearest_clock(desk: Desk, browse) -> None:
    billing = desk.text(MARIA, "BILLING")
    booking = desk.text("+12025550144", "BOOK")
    desk.change("update task set due = now() - interval '1 hour' where case_id = %s", (booking,))
    answer = browse("biller").post("/next")
    assert answer["Location"].startswith(f"/cases/{billing}/callback?task=")
    assert desk.rows("select owner from task where case_id = %s", (billing,)) == [("7",)]
    assert browse("front_desk").post("/next")["Location"].split("/callback")[0] != f"/cases/{billing}", (
        "a lease is held"
    )


def test_an_empty_practice_is_told_what_will_appear_and_the_one_next_act(desk: Desk, browse) -> None:
    seen = page(browse("owner"), "/")
    assert "No call has come in yet" in seen and "Go on with set-up" in seen
    assert "hang up before anybody answers" in page(browse("nurse"), "/")
    desk.text(MARIA, "BILLING")
    seen = page(browse("owner"), "/")
    assert "No call has come in yet" not in seen and "Needs a person" in seen


def test_recovered_and_otherwise_closed_are_told_apart(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    nurse = browse("nurse")
    nurse.post(f"/cases/{case}/close", {"closure": "resolved", "reason": "answered by phone"})
    seen = page(nurse, "/today/lists")
    assert 'data-count="recovered">1<' in seen and str(case) in seen
    desk.text("+12025550144", "STOP")
    assert "1 closed another way" in page(nurse, "/today/lists")
