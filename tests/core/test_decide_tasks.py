"""Stories of the desk: tasks are taken, tried, finished, and never forgotten; texts that fail become tasks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from story import Clinic

from ringback.core.case import Caller, Closure, Phase, TaskState, Tick


def waiting(at: str = "2026-03-02 09:00", **more: object) -> Clinic:
    """A caller on a landline whose call-back is open."""
    clinic = Clinic(at, Caller.PATIENT, untextable="landline", **more)  # type: ignore[arg-type]
    clinic.call_missed()
    return clinic


def texted(**more: object) -> Clinic:
    clinic = Clinic(caller=Caller.PATIENT, **more)  # type: ignore[arg-type]
    clinic.call_missed()
    clinic.wait(minutes=1)
    clinic.new_wishes()
    return clinic


def test_a_taken_task_falls_free_again_when_nobody_finishes_it() -> None:
    clinic = waiting()
    clinic.claims("callback")
    assert clinic.task("callback").owner == "Ana"
    clinic.claims("callback", by="Ben")
    clinic.expect_nothing()
    clinic.wait(minutes=10)
    clinic.claims("callback")
    clinic.wait(minutes=14)
    assert clinic.task("callback").state is TaskState.CLAIMED
    clinic.wait(minutes=2)
    task = clinic.task("callback")
    assert task.state is TaskState.OPEN and task.owner == ""
    clinic.expect_alert("front_desk", "free_again")


def test_a_task_can_be_given_back() -> None:
    clinic = waiting()
    clinic.claims("callback")
    clinic.releases("callback")
    clinic.claims("callback", by="Ben")
    assert clinic.task("callback").owner == "Ben"


def test_a_try_that_reached_nobody_is_repeated_in_ten_to_fifteen_minutes() -> None:
    clinic = waiting()
    clinic.claims("callback")
    clinic.tries("callback")
    task = clinic.task("callback")
    assert task.attempts == 1 and task.state is TaskState.OPEN
    assert task.not_before is not None
    assert timedelta(minutes=10) <= task.not_before - clinic.now <= timedelta(minutes=15)
    clinic.wait(minutes=13)
    clinic.expect_alert("front_desk", "try_again")
    assert clinic.task("callback").not_before is None


def test_a_try_just_before_closing_is_repeated_in_the_morning() -> None:
    clinic = waiting("2026-03-02 16:55")
    clinic.tries("callback")
    assert clinic.local(clinic.task("callback").not_before) == "Tue 08:07"


def test_when_the_tries_are_used_up_somebody_says_how_it_ends() -> None:
    clinic = waiting()
    for _ in range(3):
        clinic.tries("callback")
        clinic.wait(minutes=15)
    assert clinic.task("callback").needs_disposition
    assert not [c for c in clinic.case.clocks if c.tick is Tick.RETRY]
    clinic.expect_alert("front_desk", "disposition_needed")
    clinic.expect_alert("manager", "not_reached")
    clinic.finishes("callback", "unreached_with_plan")
    clinic.expect_closed(Closure.UNREACHED_WITH_PLAN)


@pytest.mark.parametrize(
    ("disposition", "closure"),
    [
        ("booked", Closure.BOOKED),
        ("reached", Closure.REACHED),
        ("resolved", Closure.RESOLVED),
        ("unreached_with_plan", Closure.UNREACHED_WITH_PLAN),
        ("unrecovered", Closure.UNRECOVERED),
        ("wrong_number", Closure.SUPPRESSED),
    ],
)
def test_what_staff_say_is_how_the_case_ends(disposition: str, closure: Closure) -> None:
    clinic = waiting()
    clinic.finishes("callback", disposition)
    clinic.expect_closed(closure)
    assert bool(clinic.suppressions()) == (disposition == "wrong_number")


def test_an_unknown_disposition_changes_nothing() -> None:
    clinic = waiting()
    clinic.finishes("callback", "maybe")
    clinic.expect_nothing()
    clinic.expect_task("callback")


def test_the_case_ends_with_its_last_task_and_is_remembered_by_the_best_of_them() -> None:
    clinic = texted()
    clinic.texts("BILLING")
    clinic.texts("records please")
    clinic.finishes("billing", "reached")
    clinic.expect_phase(Phase.WORKING)
    clinic.finishes("records", "unrecovered")
    clinic.expect_closed(Closure.REACHED)


def test_who_was_reached_needs_no_other_call_but_a_message_is_still_read() -> None:
    clinic = waiting()
    clinic.voicemail_left()
    clinic.finishes("callback", "reached")
    clinic.expect_task("voicemail")
    clinic.finishes("voicemail", "resolved")
    clinic.expect_closed(Closure.REACHED)


def test_a_finished_task_cannot_be_taken_tried_or_finished_again() -> None:
    clinic = texted()
    clinic.texts("BILLING")
    clinic.texts("records please")
    task = clinic.task("billing")
    clinic.finishes("billing", "resolved")
    from ringback.core import events

    for event in (
        events.TaskClaimed(task=task.id, by="Ben", at=clinic.now),
        events.TaskReleased(task=task.id, by="Ben", at=clinic.now),
        events.TaskTried(task=task.id, by="Ben", at=clinic.now),
        events.TaskDone(task=task.id, by="Ben", disposition="booked", at=clinic.now),
        events.RefillProcessed(task=task.id, by="Ben", at=clinic.now),
    ):
        clinic.happens(event)
        clinic.expect_nothing()


def test_an_overdue_task_is_pushed_again_and_again() -> None:
    clinic = waiting()
    clinic.until("2026-03-02 14:30")
    assert clinic.task("callback").overdue
    first = len(clinic.wishes)
    clinic.until("2026-03-03 17:00")
    assert len(clinic.wishes) > first


def test_a_person_closes_a_case_with_its_reason() -> None:
    clinic = texted()
    clinic.closes(Closure.RESOLVED, "came to the desk")
    clinic.expect_closed(Closure.RESOLVED, "came to the desk")
    assert clinic.cancelled()


def test_after_the_end_nothing_is_heard_but_a_stop() -> None:
    clinic = texted()
    clinic.books()
    before = clinic.case
    clinic.acknowledges()
    clinic.expect_nothing()
    clinic.books()
    clinic.expect_nothing()
    clinic.page_fails()
    clinic.expect_nothing()
    clinic.text_failed("first", "landline")
    clinic.expect_nothing()
    assert clinic.case == before
    clinic.opts_out_by("paper")
    assert [s.source for s in clinic.suppressions()] == ["paper"]
    clinic.expect_closed(Closure.BOOKED)


# ---- what became of a text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["landline", "invalid", "unreachable", "carrier_down", "filtered"])
def test_a_text_that_did_not_arrive_becomes_a_call_at_once(reason: str) -> None:
    clinic = texted()
    clinic.text_failed("first", reason)
    clinic.expect_task("callback", due="Mon 14:01")
    clinic.expect_phase(Phase.WORKING)
    assert not clinic.suppressions()


def test_an_undelivered_text_is_not_waited_for_either() -> None:
    clinic = texted()
    clinic.text_failed("first", "unreachable", permanent=False)
    clinic.expect_task("callback")


def test_a_text_that_the_gate_denies_becomes_a_call() -> None:
    clinic = texted()
    clinic.text_failed("first", "day_cap", denied=True)
    clinic.expect_task("callback")
    assert "day_cap" in clinic.whys[-1]


def test_a_stop_that_only_the_carrier_knew_is_kept_here_too() -> None:
    clinic = texted()
    clinic.text_failed("first", "opted_out")
    assert [s.source for s in clinic.suppressions()] == ["carrier"]
    clinic.expect_task("callback")
    clinic.wait(days=2)
    clinic.expect_no_text()
    after = texted()
    after.texts("BOOK")
    after.books()
    after.text_failed("booking_link", "opted_out")
    assert after.suppressions()
    after.expect_closed(Closure.BOOKED)


def test_a_text_whose_fate_is_unknown_is_looked_at_and_never_sent_again() -> None:
    clinic = texted()
    clinic.text_failed("first", "unknown", permanent=False, uncertain=True)
    clinic.expect_task("text_fate_unknown", due="Mon 09:31")
    clinic.wait(days=2)
    clinic.expect_no_text()


def test_where_a_person_has_the_case_already_a_failed_text_opens_no_second_task() -> None:
    clinic = texted()
    clinic.texts("BILLING")
    clinic.text_failed("billing", "unreachable")
    assert [t.kind for t in clinic.case.tasks] == ["billing"]


# ---- stops by another way ----------------------------------------------------------------------------------------


def test_a_stop_by_paper_ends_a_case_that_waits_for_nobody_else() -> None:
    clinic = texted()
    clinic.opts_out_by("paper")
    clinic.expect_closed(Closure.OPTED_OUT)
    clinic.expect_no_text()


def test_a_stop_by_paper_keeps_open_work_and_a_call_just_missed() -> None:
    working = texted()
    working.texts("BILLING")
    working.opts_out_by("voice")
    working.expect_task("billing")
    settling = Clinic(caller=Caller.PATIENT)
    settling.call_missed()
    settling.opts_out_by("voice")
    settling.wait(minutes=5)
    settling.expect_no_text()
    settling.expect_task("callback")
