"""Tasks: filters are addresses, many are moved at once and taken back, and a call back is led from dial to outcome."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import psycopg
from desk import BIRCH, MAPLE, MARIA, SHARED, STRANGE, Desk

from ringback.engine import clock
from ringback.engine.bulk_acts import finish_bulk_acts
from ringback.store import bulk

HX = {"HX-Request": "true"}
OWNER, NURSE, BILLER, FRONT = "1", "5", "7", "8"


def said(answer: object) -> str:
    """What an htmx answer says."""
    return str(json.loads(answer.headers["HX-Trigger"])["said"]["words"])  # type: ignore[attr-defined]


def tasks_of(page: str) -> list[str]:
    """The cases whose cards a page shows, in order."""
    return re.findall(r'class="ticket[^>]*data-case="([^"]+)"', page)


def press(client: object, act: str, *picks: str, **more: str) -> str:
    """Press a button of the bar with these ticked."""
    return said(client.post("/tasks/bulk", {"act": act, "pick": list(picks), **more}, headers=HX))  # type: ignore[attr-defined]


def states(desk: Desk) -> list[tuple[str, str]]:
    """State and owner of every task, in the order in which they were opened."""
    return [(str(a), str(b) if a == "claimed" else "") for a, b in desk.rows("select state, owner from task order by opened_at, case_id, id")]  # fmt: skip


def house(desk: Desk) -> None:
    """The practice's house does its chore, as it does by itself when a page was closed."""
    with psycopg.connect(desk.dsn) as connection:
        connection.execute("select set_config('ringback.practices', %s, true)", (str(MAPLE),))
        finish_bulk_acts(connection, None, MAPLE, clock.now())  # type: ignore[arg-type]
    desk.fold()


def three(desk: Desk) -> list[str]:
    """Three callers, three tasks: a bill, a call, a bill of somebody unknown."""
    cases = [
        desk.text(MARIA, "I have a question about my bill"),
        desk.text(SHARED, "CALL"),
        desk.text(STRANGE, "BILLING"),
    ]
    return [f"{case}:{desk.task_of(case)}" for case in cases]


def test_filters_are_addresses_and_each_card_says_what_was_asked(desk: Desk, browse) -> None:
    bill, call, unknown = (one.partition(":")[0] for one in three(desk))
    front = browse("front_desk")
    everything = front.get("/tasks").content.decode()
    assert set(tasks_of(everything)) == {bill, call, unknown}
    assert "question about my bill" in everything and "Maria López Vega" in everything
    assert tasks_of(front.get("/tasks?queue=front_desk").content.decode()) == [call]
    assert set(tasks_of(front.get("/tasks?queue=billing").content.decode())) == {bill, unknown}
    assert tasks_of(front.get("/tasks?owner=me").content.decode()) == []
    assert "Nothing matches these filters" in front.get("/tasks?owner=me").content.decode()
    front.post("/tasks/bulk", {"act": "claim", "pick": three_ids(desk)[0]})
    assert tasks_of(front.get("/tasks?owner=me").content.decode()) == [bill]
    assert tasks_of(browse("biller").get(f"/tasks?owner={FRONT}").content.decode()) == [bill]
    assert bill not in tasks_of(front.get("/tasks?owner=none").content.decode())
    desk.change("update task set due = now() - interval '1 minute' where case_id = %s", (call,))
    assert tasks_of(front.get("/tasks?due=overdue").content.decode()) == [call]
    assert call not in tasks_of(front.get("/tasks?due=later").content.decode())
    board = front.get("/tasks?view=board").content.decode()
    assert 'data-columns="queue"' in board and set(tasks_of(board)) == {bill, call, unknown}
    assert (
        'data-drop="none"' not in board
        and f'data-drop="{FRONT}"' in front.get("/tasks?view=board&by=owner").content.decode()
    )
    # An address that means nothing filters nothing.
    assert set(tasks_of(front.get("/tasks?view=x&queue=zz&location=77&owner=9999&due=never").content.decode())) == {
        bill,
        call,
        unknown,
    }


def three_ids(desk: Desk) -> list[str]:
    """The tick values of the open tasks, oldest first."""
    return [f"{case}:{task}" for case, task in desk.rows("select case_id, id from task where state in ('open', 'claimed') order by opened_at, case_id, id")]  # fmt: skip


def test_the_clock_counts_opening_hours_and_lunch_is_none(desk: Desk, browse) -> None:
    desk.text(MARIA, "BILLING")
    day = [["08:00", "12:00"], ["13:00", "17:00"]]
    week = json.dumps({"week": [day] * 7, "federal_holidays": False})
    desk.change("update location set hours = %s", (week,))
    desk.change("update task set due = '2026-11-24 18:30:00+00'")
    move_to(desk, "2026-11-24 16:30:00+00")  # 11:30 in New York; half an hour to lunch, half an hour after it
    page = browse("front_desk").get("/tasks").content.decode()
    assert "in 1 h of opening hours" in page and "Closed hours and lunch do not count" in page
    move_to(desk, "2026-11-24 17:15:00+00")  # at lunch
    assert "The practice is closed; the clock runs again 1:00 pm" in browse("front_desk").get("/tasks").content.decode()
    move_to(desk, "2026-11-24 19:00:00+00")
    assert "30 min late" in browse("front_desk").get("/tasks").content.decode()


def move_to(desk: Desk, told: str) -> None:
    """Let it be this moment."""
    from datetime import datetime

    clock.move(timedelta(0))
    clock.move(datetime.fromisoformat(told) - clock.now())


def test_many_are_taken_handed_over_and_given_back_and_each_is_undone(desk: Desk, browse) -> None:
    three(desk)
    ticks = three_ids(desk)
    front, biller = browse("front_desk"), browse("biller")
    assert press(front, "claim", *ticks) == "3 tasks are yours."
    assert states(desk) == [("claimed", FRONT)] * 3
    # A colleague's tasks are not taken away by ticking them.
    assert "Nothing was changed" in press(biller, "release", *ticks)
    undo = re.findall(r'action="(/tasks/bulk/[^"]+/undo)"', front.get("/tasks").content.decode())
    assert len(undo) == 1
    assert "Too late" in said(biller.post(undo[0], headers=HX))
    assert said(front.post(undo[0], headers=HX)) == "Taken back."
    assert states(desk) == [("open", "")] * 3
    assert "Too late" in said(front.post(undo[0], headers=HX))
    press(front, "claim", ticks[0])
    assert press(front, "hand", *ticks, to=BILLER) == "3 tasks were handed over."
    assert states(desk) == [("claimed", BILLER)] * 3
    front.post(newest_undo(front), headers=HX)
    assert sorted(states(desk)) == [("claimed", FRONT), ("open", ""), ("open", "")]
    assert "Choose who takes them" in press(front, "hand", *ticks, to="11")
    assert "Tick the tasks first" in press(front, "claim")
    assert press(front, "release", ticks[0]) == "1 task was given back."
    clock.move(timedelta(seconds=20))
    assert "Undo" not in front.get("/tasks/acts").content.decode()


def newest_undo(client) -> str:
    return re.findall(r'action="(/tasks/bulk/[^"]+/undo)"', client.get("/tasks/acts").content.decode())[0]


def test_whoever_runs_the_practice_moves_anybodys_tasks(desk: Desk, browse) -> None:
    three(desk)
    ticks = three_ids(desk)
    press(browse("front_desk"), "claim", *ticks)
    assert press(browse("manager"), "hand", *ticks, to=NURSE) == "3 tasks were handed over."
    assert states(desk) == [("claimed", NURSE)] * 3


def test_closing_many_waits_ten_seconds_and_nothing_is_closed_before(desk: Desk, browse) -> None:
    three(desk)
    ticks, front = three_ids(desk), browse("front_desk")
    assert press(front, "done-resolved", *ticks[:2]) == "2 tasks close in 10 seconds."
    assert states(desk) == [("open", "")] * 3
    page = front.get("/tasks").content.decode()
    assert page.count("closing: Resolved") == 2
    finish = re.findall(r'data-finish="([^"]+)"', page)[0]
    assert front.post(finish, headers=HX).status_code == 204  # too early: the page may not hurry it
    assert states(desk) == [("open", "")] * 3
    assert said(front.post(newest_undo(front), headers=HX)) == "Taken back: nothing was closed."
    clock.move(timedelta(seconds=12))
    assert front.post(finish, headers=HX).status_code == 204
    house(desk)
    assert states(desk) == [("open", "")] * 3
    # The second time nobody takes it back.
    press(front, "done-resolved", *ticks[:2])
    finish = re.findall(r'data-finish="([^"]+)"', front.get("/tasks/acts").content.decode())[0]
    clock.move(timedelta(seconds=30))
    assert said(front.post(finish, headers=HX)) == "2 tasks were closed."
    assert [state for state, _ in states(desk)].count("done") == 2
    assert front.post(finish, headers=HX).status_code == 204
    assert "Too late" in said(front.post(finish.replace("finish", "undo"), headers=HX))


def test_a_closed_browser_loses_nothing_the_house_finishes_it(desk: Desk, browse) -> None:
    three(desk)
    ticks = three_ids(desk)
    press(browse("front_desk"), "done-reached", *ticks)
    woken = desk.rows("select due from work where kind = 6 and practice = %s", (MAPLE,))
    assert woken and woken[0][0] <= clock.now() + bulk.WINDOW
    house(desk)
    assert [state for state, _ in states(desk)] == ["open"] * 3
    clock.move(timedelta(seconds=11))
    house(desk)
    assert [state for state, _ in states(desk)] == ["done"] * 3
    before = desk.rows("select count(*) from event")
    house(desk)
    assert desk.rows("select count(*) from event") == before
    assert desk.rows("select count(*) from bulk_act") == [(1,)]
    clock.move(timedelta(days=31))
    house(desk)
    assert desk.rows("select count(*) from bulk_act") == [(0,)]


def test_what_needs_one_persons_care_is_not_closed_with_many(desk: Desk, browse) -> None:
    urgent, refill = desk.text(STRANGE, "URGENT chest pain"), desk.text(MARIA, "REFILL please")
    bill = desk.text(SHARED, "BILLING")
    nurse = browse("nurse")
    ticks = [f"{case}:{desk.task_of(case)}" for case in (urgent, refill, bill)]
    assert "1 task closes in 10 seconds. 2 were left out" in press(nurse, "done-resolved", *ticks)
    assert "Nothing was changed" in press(nurse, "done-resolved", *ticks[:2])
    assert "Choose what to do" in press(nurse, "done-wrong_number", ticks[2])


def test_a_stranger_of_another_practice_moves_nothing(desk: Desk, browse) -> None:
    three(desk)
    ticks, stranger, front = three_ids(desk), browse("owner", BIRCH), browse("front_desk")
    assert "Nothing was changed" in press(stranger, "claim", *ticks)
    press(front, "done-resolved", *ticks)
    assert "Too late" in said(stranger.post(newest_undo(front), headers=HX))
    clock.move(timedelta(seconds=20))
    finish = newest_undo(front).replace("undo", "finish")
    stranger.post(finish, headers=HX)
    assert [state for state, _ in states(desk)] == ["open"] * 3
    assert stranger.get(f"/cases/{ticks[0].partition(':')[0]}/callback").status_code == 404


def test_an_auditor_looks_on_without_names_words_or_buttons(desk: Desk, browse) -> None:
    three(desk)
    page = browse("auditor").get("/tasks").content.decode()
    for secret in ("López", "my bill", "0143", 'name="pick"', "/callback"):
        assert secret not in page, secret
    assert browse("auditor").post("/tasks/bulk", {"act": "claim", "pick": three_ids(desk)}).status_code == 403


# ---- the call panel --------------------------------------------------------------------------------------------------


def panel(client, case: object, task: str) -> str:
    return client.get(f"/cases/{case}/callback?task={task}").content.decode()


def check(client, case: object, task: str, **answers: str) -> str:
    return said(client.post(f"/cases/{case}/callback/who", {"task": task, **answers}, headers=HX))


def test_who_it_is_stands_nowhere_before_two_answers_match(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "I have a question about my bill")
    task, biller = desk.task_of(case), browse("biller")
    taken = biller.post(f"/cases/{case}/callback/take", {"task": task})
    assert taken["Location"] == f"/cases/{case}/callback?task={task}" and states(desk) == [("claimed", BILLER)]
    page = panel(biller, case, task)
    for secret in ("López", "Maria", "1984", ">R1<"):
        assert secret not in page, secret
    assert f'href="tel:{MARIA}"' in page and "question about my bill" in page and "from Maple Family." in page
    assert "You had a question about your bill" not in page
    assert "two of the three" in check(biller, case, task, name="Maria López Vega")
    assert "does not match" in check(biller, case, task, name="Maria López Vega", birth_date="07/22/1984")
    assert "never ask for it" in check(biller, case, task, name="Maria López Vega", record="123-45-6789")
    assert "not counted" in check(biller, case, task, name="Maria López Vega", birth_date="July")
    assert "2 tries left" in panel(biller, case, task)
    assert "It matches" in check(biller, case, task, name="lopez vega maria", birth_date="7/21/1984")
    after = panel(biller, case, task)
    assert (
        "Maria López Vega" in after
        and "You had a question about your bill" in after
        and 'data-identity="checked"' in after
    )
    kept = desk.rows("select factors, good from identity_check order by at")
    assert kept == [(["name", "birth_date"], False), (["name", "birth_date"], True)]
    told = json.dumps(desk.rows("select what, body from audit where what = 'identity.checked'"), default=str)
    assert told.count("birth_date") == 2 and "1984" not in told and "opez" not in told
    # The right answer is whoever's heard it; a colleague asks again, and so does the same person on the next call.
    assert 'data-identity="open"' in panel(browse("owner"), case, task)
    clock.move(timedelta(minutes=31))
    assert 'data-identity="open"' in panel(biller, case, task)


def test_three_wrong_answers_stop_it_for_everybody(desk: Desk, browse) -> None:
    case = desk.text(SHARED, "BILLING")
    task, front, biller = desk.task_of(case), browse("front_desk"), browse("biller")
    for client in (front, biller):
        assert "does not match" in check(client, case, task, name="Linh Nguyen", birth_date="06/14/2012")
    assert "third time" in check(front, case, task, name="Minh Nguyen", record="R2")
    # The right answers come too late.
    assert "Three answers were wrong" in check(biller, case, task, name="Linh Nguyen", birth_date="03/30/1979")
    assert "Three answers were wrong" in panel(biller, case, task)
    clock.move(timedelta(hours=25))
    assert "It matches" in check(biller, case, task, record="r-2", name="Linh Nguyen")
    assert "Linh Nguyen" in panel(biller, case, task) and "Minh" not in panel(biller, case, task)


def outcome(client, case: object, task: str, how: str, **more: str) -> str:
    return said(client.post(f"/cases/{case}/callback/outcome", {"task": task, "outcome": how, **more}, headers=HX))


def test_no_answer_comes_back_and_says_what_the_voicemail_may_hear(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    task, biller = desk.task_of(case), browse("biller")
    assert "Counted as try 1. The task comes back" in outcome(biller, case, task, "no_answer")
    waits = desk.rows("select not_before - now() < interval '16 minutes', attempts from task")
    assert waits == [(True, 1)]
    page = biller.get(f"/cases/{case}/callback?task={task}&tried=no_answer").content.decode()
    assert "Hello, this is Biller from Maple Family. Please call us back at 202-555-0100." in page
    assert "Maria" not in page
    # In their language, and by their first name where they chose that a text may say more.
    desk.change("update person set lang = 'es'")
    desk.change(
        "insert into known_number (practice, number_index, kind, detail, at) select practice, number_index, 'preference', 'admin_ok', now() from cases"
    )
    assert "Hola, este es un mensaje para Maria" in panel(biller, case, task)
    desk.change("update known_number set detail = 'elsewhere' where kind = 'preference'")
    assert "Leave no voicemail on this number" in panel(biller, case, task)
    assert "voicemail left" in str(outcome_why(desk, outcome(biller, case, task, "voicemail")))
    assert "used up" in outcome(biller, case, task, "no_answer")


def outcome_why(desk: Desk, _: str) -> object:
    return desk.rows("select why from step order by at desc limit 1")


def test_reached_closes_the_task_keeps_the_notes_and_says_whether_identity_was_known(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    task, biller = desk.task_of(case), browse("biller")
    check(biller, case, task, name="Maria López Vega", record="R1")
    assert "Done: Reached and resolved" in outcome(
        biller, case, task, "reached", note="Paid at the desk", follow="Front desk sends a receipt"
    )
    assert desk.state(case) == ("closed", "resolved")
    assert desk.notes(case) == ["Paid at the desk", "Follow-up: Front desk sends a receipt"]
    body = desk.rows("select body from audit where what = 'callback.outcome'")[0][0]
    assert json.loads(body)["detail"] == {"outcome": "reached", "task": task, "identity_checked": True}
    assert "Nothing is left to call about" in panel(biller, case, task)
    assert "done already" in outcome(biller, case, task, "booked")


def test_wrong_number_and_do_not_contact_stop_what_goes_to_the_number(desk: Desk, browse) -> None:
    wrong, never = desk.text(STRANGE, "BILLING"), desk.text(MARIA, "BILLING")
    outcome(browse("biller"), wrong, desk.task_of(wrong), "wrong_number")
    assert desk.state(wrong) == ("closed", "suppressed")
    task = desk.task_of(never)
    assert "no more texts" in outcome(browse("front_desk"), never, task, "no_contact", note="Please leave me alone")
    assert desk.rows("select source from suppression where not wrong_number and lifted_at is null") == [("voice",)]
    assert desk.rows("select count(*) from known_number where kind = 'do_not_contact'") == [(0,)]
    assert any("manager or clinician" in one for one in desk.notes(never))
    assert desk.state(never)[0] == "closed"
    again = desk.text(SHARED, "BILLING")
    assert "do-not-contact list" in outcome(browse("owner"), again, desk.task_of(again), "no_contact")
    assert desk.rows("select count(*) from known_number where kind = 'do_not_contact'") == [(1,)]
    later = desk.miss(SHARED)
    desk.change("update cases set phase = phase")
    page = browse("owner").get(f"/cases/{later}/callback").content.decode()
    assert "Do not contact" in page and f"tel:{SHARED}" not in page


def test_nobody_rings_while_somebody_else_has_the_task(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    task = desk.task_of(case)
    browse("biller").post(f"/cases/{case}/callback/take", {"task": task})
    other = browse("front_desk")
    assert "Biller Maple has this task" in panel(other, case, task)
    assert "Somebody else has this task" in outcome(other, case, task, "reached")
    other.post(f"/cases/{case}/callback/take", {"task": task})
    assert states(desk) == [("claimed", BILLER)]
    assert desk.state(case)[0] != "closed"


def test_an_urgent_message_is_called_back_by_somebody_clinical(desk: Desk, browse) -> None:
    case = desk.text(STRANGE, "URGENT chest pain")
    task = desk.task_of(case)
    assert "called back by a clinician" in outcome(browse("front_desk"), case, task, "reached")
    assert "A clinician or nurse calls back" in panel(browse("front_desk"), case, task)
    assert "Done" in outcome(browse("nurse"), case, task, "reached")
