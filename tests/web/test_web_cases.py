"""What staff do with a case: each press is one event, folded by the engine, said in its own words."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from desk import BIRCH, MAPLE, MARIA, SHARED, STRANGE, Desk
from django.test import Client

from ringback.engine import clock

HX = {"HX-Request": "true"}


def said(answer: object) -> str:
    """What an htmx answer says."""
    return str(json.loads(answer.headers["HX-Trigger"])["said"]["words"])  # type: ignore[attr-defined]


def test_the_day_stands_by_clock(desk: Desk, browse) -> None:
    billing, waits = desk.text(MARIA, "BILLING"), desk.miss(STRANGE)
    page = browse("front_desk").get("/").content.decode()
    assert "Billing question" in page and str(billing) in page and str(waits) in page
    assert 'data-count="waiting">1<' in page and 'data-count="overdue">0<' in page
    for hours in (3, 9):
        clock.move(timedelta(hours=hours))
        desk.fold()
    later = browse("front_desk").get("/today/lists").content.decode()
    assert 'data-count="overdue">2<' in later and "Overdue" in later


def test_a_task_is_taken_tried_and_done(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    task = desk.task_of(case)
    biller, other = browse("biller"), browse("front_desk")
    assert "was taken" in said(biller.post(f"/cases/{case}/tasks/{task}/claim", headers=HX))
    assert "somebody else has this task" in said(other.post(f"/cases/{case}/tasks/{task}/claim", headers=HX))
    assert "reached nobody, voicemail left" in said(
        biller.post(f"/cases/{case}/tasks/{task}/tried", {"left_voicemail": "yes"}, headers=HX)
    )
    assert desk.rows("select attempts, state from task where case_id = %s", (case,)) == [(1, "open")]
    biller.post(f"/cases/{case}/tasks/{task}/claim")
    assert "given back" in said(biller.post(f"/cases/{case}/tasks/{task}/release", headers=HX))
    answer = biller.post(f"/cases/{case}/tasks/{task}/done", {"disposition": "reached"}, follow=True)
    assert desk.state(case) == ("closed", "reached")
    assert "Reached" in answer.content.decode()


def test_not_reached_needs_a_plan(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    task, biller = desk.task_of(case), browse("biller")
    where = f"/cases/{case}/tasks/{task}/done"
    assert "Write the plan first" in said(biller.post(where, {"disposition": "unreached_with_plan"}, headers=HX))
    assert "Choose how it ended" in said(biller.post(where, {"disposition": "vanished"}, headers=HX))
    biller.post(where, {"disposition": "unreached_with_plan", "plan": "Letter goes out Friday"})
    assert desk.state(case) == ("closed", "unreached_with_plan")
    assert desk.notes(case) == ["Plan: Letter goes out Friday"]


def test_the_next_thing_is_the_most_pressing_of_ones_own_queue(desk: Desk, browse) -> None:
    desk.text(MARIA, "BILLING")
    urgent = desk.text(STRANGE, "URGENT chest pain")
    nurse = browse("nurse")
    answer = nurse.post("/next")
    assert answer["Location"].startswith(f"/cases/{urgent}/callback?task=")
    biller = browse("biller")
    assert biller.post("/next")["Location"].startswith(f"/cases/{desk.case_of(MARIA)}/callback?task=")


def test_a_note_is_kept_sealed_and_stays_inside(desk: Desk, browse) -> None:
    case, desk_hand = desk.text(MARIA, "BILLING"), browse("front_desk")
    assert said(desk_hand.post(f"/cases/{case}/note", {"words": "She prefers <b>mornings</b>"}, headers=HX)) == "Noted."
    assert "empty" in said(desk_hand.post(f"/cases/{case}/note", {"words": "   "}, headers=HX))
    page = desk_hand.get(f"/cases/{case}").content.decode()
    assert "She prefers &lt;b&gt;mornings&lt;/b&gt;" in page and "Front Desk Maple" in page
    stored = desk.rows("select sealed from message where kind = 'note'")
    assert len(stored) == 1 and b"mornings" not in bytes(stored[0][0])


def test_closing_by_hand_wants_a_reason_and_seals_it(desk: Desk, browse) -> None:
    case, owner = desk.miss(STRANGE), browse("owner")
    where = f"/cases/{case}/close"
    assert "few words why" in said(owner.post(where, {"closure": "resolved"}, headers=HX))
    assert "Choose how it ended" in said(owner.post(where, {"closure": "opted_out", "reason": "x"}, headers=HX))
    owner.post(where, {"closure": "resolved", "reason": "Jo came by the desk"})
    assert desk.state(case) == ("closed", "resolved")
    assert "Jo" not in desk.rows("select closure_reason from cases where id = %s", (case,))[0][0]
    assert desk.notes(case) == ["Closed: Jo came by the desk"]


def test_a_stop_said_at_the_desk_counts_at_once(desk: Desk, browse) -> None:
    case, hand = desk.text(MARIA, "BILLING"), browse("front_desk")
    answer = hand.post(f"/cases/{case}/opt-out", {"source": "in_person"}, headers=HX)
    assert "pted out" in said(answer)
    assert desk.rows("select source from suppression where lifted_at is null") == [("in_person",)]
    page = hand.get(f"/cases/{case}").content.decode()
    assert "data-suppressed" in page and 'data-action="opt-out"' not in page
    assert desk.state(case)[0] == "working"


def test_a_refill_that_is_done_tells_the_patient(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "REFILL")
    browse("nurse").post(f"/cases/{case}/tasks/{desk.task_of(case)}/refill-done")
    assert "refill_done" in [row[0] for row in desk.rows("select purpose from outgoing where case_id = %s", (case,))]
    assert browse("biller").post(f"/cases/{case}/tasks/t1/refill-done").status_code == 403


def test_urgent_stands_on_every_page_until_somebody_presses(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "URGENT chest pain")
    nurse = browse("nurse")
    for page in ("/", "/tasks", "/on-call", "/setup", f"/cases/{case}"):
        if page != "/setup":
            assert 'data-action="acknowledge"' in nurse.get(page).content.decode(), page
    assert "cknowledged" in said(nurse.post(f"/cases/{case}/acknowledge", headers=HX))
    strip = nurse.get("/urgent").content.decode()
    assert "Acknowledged by Nurse Maple" in strip and 'data-action="acknowledge"' not in strip
    clock.move(timedelta(minutes=61))
    desk.fold()
    assert "60 minutes passed without a call-back" in nurse.get("/urgent").content.decode()
    nurse.post(f"/cases/{case}/called-back", {"reached": "no"})
    assert desk.state(case)[0] == "urgent"
    nurse.post(f"/cases/{case}/called-back", {"reached": "yes"})
    assert desk.state(case) == ("closed", "reached")
    assert nurse.get("/urgent").content.decode().strip() == ""


def test_two_people_on_one_phone_are_both_shown_and_neither_guessed(desk: Desk, browse) -> None:
    case = desk.miss(SHARED)
    page = browse("front_desk").get(f"/cases/{case}").content.decode()
    assert "Linh Nguyen or Minh Nguyen" in page and "2 people use this phone" in page


def test_a_thread_shows_no_link_that_would_let_staff_act_as_the_caller(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BOOK")
    token = desk.link(case).rsplit("/", 1)[1]
    page = browse("owner").get(f"/cases/{case}").content.decode()
    assert token not in page and "/p/1/…" in page


def test_the_coordinator_sees_who_and_when_behind_the_notice(desk: Desk, browse) -> None:
    desk.text(MARIA, "CHANGE")
    page = browse("scheduler").get("/tasks").content.decode()
    assert (
        "Reschedule link sent" in page and "Maria López Vega" in page and "(202) 555-0143" in page and "visit " in page
    )


# ---- the acknowledge link -------------------------------------------------------------------------------------------


def page_link(desk: Desk, case: object) -> str:
    """Give the newest page of a case a token, as the pager does when it sends the text."""
    token = "acknowledge-token-22ch"
    desk.change(
        "update notice set token_hash = %s, staff = 5 where id = (select id from notice where case_id = %s and kind = 'page' "
        "order by id desc limit 1)",
        (hashlib.sha256(token.encode()).digest(), case),
    )
    return f"/ack/{MAPLE}/{token}"


def test_the_link_of_a_page_shows_an_id_and_an_age_and_a_press_acknowledges(desk: Desk) -> None:
    case = desk.text(MARIA, "URGENT chest pain")
    link, client = page_link(desk, case), Client()
    for _ in range(2):
        seen = client.get(link).content.decode()
        assert "I have this" in seen
        for secret in ("Maria", "López", "0143", "chest", str(case)):
            assert secret not in seen
    assert desk.rows("select state #>> '{urgent,acked_at}' from cases where id = %s", (case,)) == [(None,)]
    assert "You have it" in client.post(link).content.decode()
    assert desk.rows("select state #>> '{urgent,acked_by}' from cases where id = %s", (case,)) == [("5",)]
    assert desk.rows("select distinct state from notice where token_hash is not null") == [("acknowledged",)]


def test_a_second_press_by_another_link_says_that_somebody_was_faster(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "URGENT chest pain")
    link = page_link(desk, case)
    browse("nurse").post(f"/cases/{case}/acknowledge")
    assert "Somebody was faster" in Client().post(link).content.decode()


def test_an_acknowledge_link_of_another_practice_or_none_is_nothing(desk: Desk) -> None:
    case = desk.text(MARIA, "URGENT chest pain")
    link = page_link(desk, case)
    elsewhere = link.replace(f"/ack/{MAPLE}/", f"/ack/{BIRCH}/")
    for where in (elsewhere, "/ack/1/nothing", "/ack/99999999999/x", f"/ack/1/{'a' * 200}"):
        assert Client().get(where).status_code == 404
        assert Client().post(where).status_code == 404
    assert desk.rows("select state #>> '{urgent,acked_at}' from cases where id = %s", (case,)) == [(None,)]
