"""Stories of urgent messages: paged at once, round the list until somebody presses the button, called back in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from story import Clinic

from ringback.core.case import Caller, Closure, Phase, Tick
from ringback.core.effects import Page, SendText

TWO_AM = "2026-03-03 02:00"


def urgent(at: str = "2026-03-02 09:00", words: str = "URGENT", **more: object) -> Clinic:
    """A clinic whose caller has just written something urgent."""
    clinic = Clinic(at, Caller.PATIENT, **more)  # type: ignore[arg-type]
    clinic.call_missed()
    clinic.wait(minutes=1)
    clinic.new_wishes()
    clinic.texts(words)
    return clinic


def test_somebody_is_paged_at_once_and_the_911_line_goes() -> None:
    clinic = urgent()
    assert clinic.pages() == [("oncall", 0)]
    text = clinic.expect_text("urgent")
    assert text.basis == "urgent_answer" and text.reply_to
    clinic.expect_task("urgent_callback", due="Mon 09:31", queue="clinical", priority="urgent")
    clinic.expect_phase(Phase.URGENT)


def test_pages_go_round_every_two_minutes_and_reach_the_officer_from_the_third_on() -> None:
    clinic = urgent(TWO_AM)
    clinic.wait(minutes=7)
    assert clinic.pages() == [
        ("oncall", 0),
        ("oncall", 1),
        ("oncall", 2),
        ("officer", 0),
        ("oncall", 3),
        ("officer", 1),
    ]


def test_acknowledging_stops_the_pages_and_tells_the_patient_once() -> None:
    clinic = urgent()
    clinic.wait(minutes=3)
    clinic.acknowledges()
    clinic.expect_text("urgent", "urgent_acknowledged")
    pages = clinic.pages()
    clinic.wait(minutes=20)
    assert clinic.pages() == pages
    clinic.acknowledges("Dr Ray")
    clinic.expect_nothing()
    clinic.expect_phase(Phase.URGENT)


def test_a_call_back_that_reached_the_patient_ends_it() -> None:
    clinic = urgent()
    clinic.acknowledges()
    clinic.wait(minutes=10)
    clinic.calls_back()
    clinic.expect_closed(Closure.REACHED)


def test_acknowledged_but_not_called_back_reaches_the_manager_and_then_is_a_breach() -> None:
    clinic = urgent(TWO_AM)
    clinic.acknowledges()
    clinic.wait(minutes=44)
    assert ("manager", 0) not in clinic.pages()
    clinic.wait(minutes=2)
    assert ("manager", 0) in clinic.pages()
    clinic.expect_alert("manager", "urgent_not_called_back")
    assert clinic.case.urgent is not None and not clinic.case.urgent.breached
    clinic.wait(minutes=15)
    assert clinic.case.urgent.breached
    clinic.expect_alert("officer", "urgent_breach")
    before = len(clinic.wishes)
    clinic.wait(hours=1)
    assert len(clinic.wishes) > before, "it is said again through the night until somebody calls"


def test_nobody_on_call_is_said_honestly_once() -> None:
    clinic = urgent()
    clinic.page_fails()
    clinic.expect_text("urgent", "urgent_nobody")
    assert ("officer", 0) in clinic.pages()
    clinic.expect_alert("manager", "nobody_on_call")
    clinic.page_fails()
    clinic.expect_nothing()
    clinic.wait(minutes=20)
    clinic.expect_no_text()
    clinic.acknowledges()
    clinic.expect_text("urgent_acknowledged")


def test_an_unstaffed_line_does_not_claim_that_anyone_was_alerted() -> None:
    clinic = urgent(TWO_AM, staffed=False)
    clinic.expect_text("urgent_unstaffed")
    assert ("officer", 0) in clinic.pages()
    clinic.expect_alert("manager", "nobody_on_call")
    clinic.page_fails()
    clinic.wait(minutes=30)
    clinic.expect_no_text()


def test_pages_that_nobody_answers_are_said_honestly_too() -> None:
    clinic = urgent()
    clinic.wait(minutes=30)
    clinic.expect_text("urgent", "urgent_nobody")


def test_a_failed_try_counts_as_acknowledged_and_is_tried_again() -> None:
    clinic = urgent()
    clinic.calls_back(reached=False)
    clinic.expect_text("urgent", "urgent_acknowledged")
    pages = clinic.pages()
    clinic.wait(minutes=13)
    assert clinic.pages() == pages
    clinic.expect_alert("clinical", "try_again")
    for _ in range(5):
        clinic.calls_back(reached=False)
    clinic.expect_phase(Phase.URGENT)
    assert any(clock.tick is Tick.RETRY for clock in clinic.case.clocks)


def test_the_task_may_be_finished_instead_of_the_button() -> None:
    clinic = urgent()
    clinic.finishes("urgent_callback", "reached")
    clinic.expect_closed(Closure.REACHED)


def test_other_wishes_in_the_same_words_are_kept() -> None:
    clinic = urgent(words="bill, and chest pain")
    clinic.expect_text("urgent")
    clinic.expect_task("billing")
    clinic.calls_back()
    clinic.expect_phase(Phase.WORKING)
    clinic.finishes("billing", "resolved")
    clinic.expect_closed(Closure.REACHED)


def test_finishing_other_work_does_not_stop_the_urgent_clocks() -> None:
    clinic = urgent(words="bill, and chest pain")
    clinic.acknowledges()
    clinic.finishes("billing", "resolved")
    clinic.expect_phase(Phase.URGENT)
    clinic.wait(minutes=61)
    clinic.expect_alert("officer", "urgent_breach")


def test_urgent_words_after_the_acknowledgement_page_again_but_push_nothing_back() -> None:
    clinic = urgent()
    clinic.acknowledges()
    clinic.wait(minutes=30)
    clinic.texts("chest pain")
    assert clinic.pages()[-1] == ("oncall", 1)
    clinic.expect_alert("clinical", "urgent_again")
    clinic.wait(minutes=15)
    assert ("manager", 0) in clinic.pages()


def test_urgent_words_after_the_call_back_begin_a_new_round() -> None:
    clinic = urgent(words="bill, and chest pain")
    clinic.calls_back()
    clinic.wait(hours=1)
    clinic.texts("chest pain")
    clinic.expect_phase(Phase.URGENT)
    clinic.expect_text("urgent", "urgent")
    clinic.expect_task("urgent_callback", due="Mon 10:31")
    assert clinic.pages()[-1] == ("oncall", 1)


def test_a_call_that_is_answered_does_not_end_an_urgent_case_silently() -> None:
    clinic = urgent()
    clinic.call_answered()
    clinic.expect_phase(Phase.URGENT)
    clinic.wait(minutes=3)
    assert clinic.pages()[-1] == ("oncall", 1)
    clinic.call_missed()
    clinic.expect_phase(Phase.URGENT)


def test_a_booking_does_not_end_an_urgent_case() -> None:
    for acknowledged in (False, True):
        clinic = urgent()
        if acknowledged:
            clinic.acknowledges()
        clinic.books()
        clinic.expect_phase(Phase.URGENT)
        clinic.calls_back()
        clinic.expect_closed(Closure.BOOKED)


def test_a_request_on_the_page_is_not_lost_in_an_urgent_case() -> None:
    clinic = urgent()
    clinic.asks_on_the_page()
    clinic.expect_task("confirm_visit")
    clinic.expect_phase(Phase.URGENT)


def test_stop_and_urgent_together_are_both_obeyed_and_the_911_line_is_the_single_answer() -> None:
    clinic = urgent(words="stop. chest pain")
    clinic.expect_text("urgent")
    assert clinic.pages() == [("oncall", 0)] and clinic.suppressions()
    clinic.expect_task("urgent_callback")
    clinic.texts("chest pain")
    clinic.expect_no_text()
    clinic.acknowledges()
    clinic.expect_text("urgent_acknowledged")
    clinic.calls_back()
    clinic.expect_closed(Closure.REACHED)


def test_after_a_stop_one_status_text_at_most() -> None:
    clinic = urgent(words="stop. chest pain")
    clinic.page_fails()
    clinic.acknowledges()
    clinic.expect_text("urgent", "urgent_nobody")


def test_a_stop_during_an_urgent_case_stops_texts_and_not_the_pages() -> None:
    clinic = urgent()
    clinic.texts("STOP")
    clinic.expect_text("urgent", "stop_confirmation")
    clinic.wait(minutes=3)
    assert clinic.pages()[-1] == ("oncall", 1)


def test_urgent_words_on_a_voicemail_page_at_once() -> None:
    clinic = Clinic(TWO_AM, Caller.PATIENT)
    clinic.voicemail_left()
    clinic.voicemail_heard("chest pain")
    assert clinic.pages() == [("oncall", 0)]
    clinic.expect_text("urgent")
    clinic.wait(minutes=1)
    clinic.expect_no_text()
    landline = Clinic(TWO_AM, Caller.PATIENT, untextable="landline")
    landline.voicemail_heard("chest pain")
    assert landline.pages() == [("oncall", 0)]
    landline.expect_no_text()
    landline.expect_task("urgent_callback")


def test_an_urgent_text_from_a_closed_case_opens_a_new_one() -> None:
    clinic = urgent()
    clinic.calls_back()
    clinic.wait(hours=2)
    clinic.texts("chest pain")
    assert len(clinic.over) == 1
    clinic.expect_phase(Phase.URGENT)


def test_a_person_may_close_it_only_after_it_was_acknowledged() -> None:
    clinic = urgent()
    clinic.closes(Closure.RESOLVED, "spoke at the desk")
    clinic.expect_nothing()
    clinic.acknowledges()
    clinic.closes(Closure.RESOLVED, "spoke at the desk")
    clinic.expect_closed(Closure.RESOLVED, "at the desk")


@pytest.mark.parametrize("night", [True, False])
def test_urgent_runs_on_the_wall_clock(night: bool) -> None:
    clinic = urgent("2026-03-08 01:30" if night else "2026-03-02 11:55")
    start = clinic.now
    assert clinic.task("urgent_callback").due - start == timedelta(minutes=30)
    clinic.wait(minutes=61)
    assert clinic.case.urgent is not None and clinic.case.urgent.breached


def test_pages_and_texts_of_one_decision_come_in_the_order_in_which_they_must_be_done() -> None:
    clinic = urgent(words="stop. chest pain")
    kinds = [type(wish).__name__ for _, wish in clinic.wishes if not isinstance(wish, SendText | Page)]
    assert kinds[:2] == ["Suppress", "CancelTexts"]
    order = [type(w) for w in clinic.last.effects]  # type: ignore[union-attr]
    assert order.index(Page) < order.index(SendText)
