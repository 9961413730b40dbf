"""Failures are events: what the carrier refuses becomes a person's task, a switch takes effect in the next transaction."""

from __future__ import annotations

import psycopg
from clinic import caller


def switch(clinic, statement: str) -> None:
    """Change the practice's set-up as the set-up page does: the version rises with it."""
    with psycopg.connect(clinic.dsn, autocommit=True) as connection, connection.transaction():
        connection.execute("select set_config('ringback.practices', '1', true)")
        connection.execute(statement)
        connection.execute("update practice set version = version + 1")


def open_tasks(clinic) -> list[str]:
    return [row[0] for row in clinic.rows("select kind from task where state in ('open', 'claimed') order by kind")]


def test_a_number_the_carrier_says_has_stopped_is_suppressed_and_a_person_calls(clinic):
    clinic.open()
    clinic.weather(faults=[{"kind": "21610", "to": caller(1)}])
    clinic.do(clinic.missed(1))
    clinic.until(lambda: open_tasks(clinic), what="the task")
    assert clinic.rows("select source from suppression") == [("carrier",)]
    assert clinic.rows("select state, code, reason from outgoing") == [("failed", "21610", "opted_out")]


def test_a_landline_found_out_late_goes_to_a_person(clinic):
    """The carrier takes the text, and says later that it was a landline (30006)."""
    clinic.open()
    clinic.weather(faults=[{"kind": "30006", "to": caller(2)}])
    clinic.do(clinic.missed(2))
    clinic.until(lambda: open_tasks(clinic), what="the task")
    assert clinic.rows("select state, code, reason from outgoing") == [("failed", "30006", "landline")]


def test_statuses_in_any_order_end_as_delivered(clinic):
    clinic.open()
    clinic.weather(shuffle=True, duplicates=2, statuses=["queued", "sent", "delivered"])
    for place in range(8):
        clinic.do(clinic.missed(place))
    clinic.until(
        lambda: clinic.rows("select count(*) from outgoing where state = 'delivered'") == [(8,)], what="delivery"
    )
    assert open_tasks(clinic) == []


def test_a_busy_carrier_is_asked_again_later_and_the_text_goes_once(clinic):
    clinic.open()
    clinic.weather(faults=[{"kind": "429", "to": caller(3), "times": 1, "retry_after": 1}])
    clinic.do(clinic.missed(3))
    clinic.until(lambda: clinic.texts().get(caller(3)), what="the text")
    assert len(clinic.texts()[caller(3)]) == 1


def test_the_kill_switch_stops_the_very_next_text_and_a_person_takes_over(clinic):
    clinic.open()
    switch(clinic, "update practice set kill = true")
    clinic.do(clinic.missed(4))
    clinic.until(lambda: open_tasks(clinic), what="the task")
    assert clinic.texts() == {}
    assert clinic.rows("select verdict from outgoing") == [("kill_switch",)]


def test_a_shadow_line_does_everything_but_send(clinic):
    clinic.open()
    switch(clinic, "update line set mode = 'shadow'")
    clinic.do(clinic.missed(5))
    clinic.until(lambda: clinic.rows("select 1 from outgoing where verdict = 'shadow'"), what="the gate's word")
    assert clinic.texts() == {}
    assert clinic.rows("select phase from cases") == [("waiting",)]


def test_a_missing_fact_denies_and_says_so(clinic):
    clinic.open()
    switch(clinic, "update agreement set last_day = from_day - 1")
    clinic.do(clinic.missed(6))
    clinic.until(lambda: open_tasks(clinic), what="the task")
    ((code, why),) = clinic.rows("select verdict, verdict_why from outgoing")
    assert code == "no_baa" and "BAA" in why


def test_a_redial_that_is_answered_in_the_settle_window_gets_no_text(clinic):
    clinic.open(settle_seconds=3)
    clinic.do(clinic.missed(7))
    clinic.until(lambda: clinic.rows("select 1 from cases where phase = 'settling'"), what="the window")
    answered = {
        "AccountSid": "AC" + "7" * 32,
        "CallSid": "CA" + "8" * 32,
        "CallStatus": "completed",
        "DialCallStatus": "completed",
        "DialBridged": "true",
        "DialCallSid": "CA" + "9" * 32,
        "From": caller(7),
        "To": "+13035550100",
        "Direction": "inbound",
    }
    url = f"{clinic.public}/hooks/1/1/after"
    assert clinic.do(clinic.courier.deliver(url, "AC" + "7" * 32, answered)).status == 200
    clinic.until(lambda: clinic.rows("select closure from cases") == [("called_back_in",)], what="the closure")
    assert clinic.texts() == {}
    assert {row[0] for row in clinic.rows("select closure from call")} <= {"called_back_in", "answered"}


def test_nobody_on_call_is_said_to_officer_manager_and_patient(clinic):
    clinic.open()
    switch(clinic, "delete from on_call")
    clinic.do(clinic.missed(8))
    clinic.until(lambda: clinic.texts().get(caller(8)), what="the text")
    clinic.do(clinic.text(8, "URGENT"))
    clinic.until(lambda: clinic.rows("select 1 from notice where about = 'nobody_on_call'"), what="the alert")
    # The alert is written with the page; that it reached nobody is known a moment later.
    first = "select state from notice where kind = 'page' and role = 'oncall' order by id limit 1"
    clinic.until(lambda: clinic.rows(first) == [("nobody",)], what="the page that reached nobody")
    clinic.until(lambda: len(clinic.texts()[caller(8)]) >= 2, what="the 911 line")
    assert "911" in clinic.texts()[caller(8)][1]


def test_no_personal_word_is_in_the_database_in_the_clear(clinic):
    """A dump of every column of every table holds neither the caller's number nor a word of the text."""
    clinic.open()
    clinic.do(clinic.missed(9))
    clinic.until(lambda: clinic.texts().get(caller(9)), what="the text")
    clinic.do(clinic.text(9, "zanzibar zebra refill please"))
    clinic.until(lambda: open_tasks(clinic), what="the task")
    canaries = (caller(9), caller(9)[2:], "zanzibar", "zebra")
    for (table,) in clinic.rows("select tablename from pg_tables where schemaname = 'public'"):
        for (row,) in clinic.rows(f'select t::text from "{table}" t'):
            assert not any(canary in row for canary in canaries), table
    assert not any(canary in clinic.logs() for canary in canaries)
