"""Stories of replies: what the caller writes, what is sent back, and whose desk it lands on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from story import ROUND_THE_CLOCK, Clinic

from ringback.core.case import Caller, Closure, Phase, Tick, Workflow


def texted(at: str = "2026-03-02 09:00", caller: Caller = Caller.PATIENT, **more: object) -> Clinic:
    """A clinic whose caller has had the first text."""
    clinic = Clinic(at, caller, **more)  # type: ignore[arg-type]
    clinic.call_missed()
    clinic.wait(minutes=1)
    clinic.new_wishes()
    return clinic


def test_book_gets_the_link_and_a_booking_by_the_patients_own_hand_closes_the_case() -> None:
    clinic = texted()
    clinic.texts("BOOK")
    text = clinic.expect_text("booking_link")
    assert text.basis == "reply_to_inbound" and not text.unprompted
    clinic.expect_no_tasks()
    clinic.wait(minutes=6)
    clinic.books()
    clinic.expect_closed(Closure.BOOKED)


def test_a_link_that_nobody_uses_becomes_a_booking_call() -> None:
    clinic = texted()
    clinic.texts("BOOK")
    clinic.wait(hours=2, minutes=1)
    clinic.expect_task("booking", queue="scheduling")
    clinic.expect_text("booking_link")


def test_a_practice_with_an_outside_booking_page_asks_once_whether_it_was_booked() -> None:
    clinic = texted(booking="outside_link")
    clinic.texts("BOOK")
    clinic.expect_text("booking_link")
    clinic.wait(hours=2, minutes=1)
    clinic.expect_text("did_you_book")
    clinic.texts("YES")
    clinic.expect_closed(Closure.BOOKED)
    clinic.expect_no_text()


def test_not_yet_gets_the_link_again_and_silence_gets_a_person() -> None:
    again = texted(booking="outside_link")
    again.texts("BOOK")
    again.wait(hours=3)
    again.texts("not yet")
    again.expect_text("booking_link", "did_you_book", "booking_link")
    again.wait(hours=6)
    again.expect_no_text()
    again.expect_task("booking")
    silent = texted(booking="outside_link")
    silent.texts("BOOK")
    silent.wait(hours=6)
    silent.expect_text("booking_link", "did_you_book")
    silent.expect_task("booking")


def test_a_yes_to_nothing_closes_nothing() -> None:
    clinic = texted()
    clinic.texts("BOOK")
    clinic.texts("YES")
    assert clinic.case.open
    clinic.expect_task("informational")


def test_a_yes_with_urgent_words_is_urgent() -> None:
    clinic = texted(booking="outside_link")
    clinic.texts("BOOK")
    clinic.wait(hours=3)
    clinic.texts("chest pain")
    clinic.expect_phase(Phase.URGENT)


def test_change_gets_the_link_with_a_person_behind_it_within_two_hours() -> None:
    clinic = texted()
    clinic.texts("CHANGE")
    clinic.expect_alert("scheduling", "reschedule_link_sent")
    clinic.expect_text("reschedule_link")
    clinic.expect_task("reschedule", due="Mon 11:01")
    assert clinic.case.workflow is Workflow.RESCHEDULE
    clinic.books("reschedule")
    clinic.expect_closed(Closure.BOOKED)


@pytest.mark.parametrize(
    ("visit_in", "protected"),
    [
        (timedelta(hours=2), "at once"),
        (timedelta(hours=30), "after four hours"),
        (timedelta(hours=51), "after four hours"),
        (timedelta(hours=53), "never"),
        (None, "never"),
    ],
)
def test_the_slot_of_a_near_visit_is_protected(visit_in: timedelta | None, protected: str) -> None:
    clinic = texted(visit_in=visit_in, hours=ROUND_THE_CLOCK)
    clinic.texts("CHANGE")
    kinds = [t.kind for t in clinic.case.tasks]
    assert ("protect_visit" in kinds) == (protected == "at once")
    clinic.wait(hours=4, minutes=1)
    kinds = [t.kind for t in clinic.case.tasks]
    assert ("protect_visit" in kinds) == (protected != "never")


def test_a_cancelled_visit_is_a_task_and_the_person_stays_subscribed() -> None:
    clinic = texted()
    clinic.texts("cancel my appointment tuesday")
    clinic.expect_text("acknowledged")
    clinic.expect_task("reschedule", queue="scheduling")
    assert not clinic.case.opted_out


@pytest.mark.parametrize(
    ("words", "kind", "queue", "due", "purpose", "promise"),
    [
        ("BILLING", "billing", "billing", "Mon 14:01", "billing", "Tue 17:00"),
        ("REFILL", "refill", "clinical", "Mon 14:01", "refill", "Mon 14:01"),
        ("records please", "records", "front_desk", "Mon 14:01", "acknowledged", "Mon 14:01"),
        ("my referral", "referral", "front_desk", "Mon 14:01", "acknowledged", "Mon 14:01"),
        ("my results", "results", "clinical", "Mon 14:01", "acknowledged", "Mon 14:01"),
        ("the rash is back", "clinical", "clinical", "Mon 14:01", "acknowledged", "Mon 14:01"),
        ("interpreter", "interpreter", "front_desk", "Mon 10:01", "acknowledged", "Mon 10:01"),
        ("CALL", "callback", "front_desk", "Mon 14:01", "call_back", "Mon 14:01"),
        ("call me to book", "booking", "scheduling", "Mon 09:16", "call_back", "Mon 09:16"),
    ],
)
def test_each_wish_has_its_queue_its_clock_and_its_promise(
    words: str, kind: str, queue: str, due: str, purpose: str, promise: str
) -> None:
    clinic = texted()
    clinic.texts(words)
    text = clinic.expect_text(purpose)
    clinic.expect_task(kind, queue=queue, due=due)
    assert clinic.local(text.promise) == promise
    assert [clinic.local(c.at) for c in clinic.case.clocks if c.tick is Tick.PROMISE] == [promise]


def test_a_broken_promise_reaches_the_manager() -> None:
    clinic = texted()
    clinic.texts("BILLING")
    clinic.until("2026-03-03 17:01")
    clinic.expect_alert("manager", "promise_missed")
    clinic.expect_text("billing")


def test_a_kept_promise_alarms_nobody() -> None:
    clinic = texted()
    clinic.texts("BILLING")
    clinic.wait(minutes=30)
    clinic.finishes("billing", "resolved")
    clinic.expect_closed(Closure.RESOLVED)


def test_a_refill_late_in_the_day_is_due_before_closing() -> None:
    clinic = texted("2026-03-02 15:00")
    clinic.texts("REFILL")
    clinic.expect_task("refill", due="Mon 17:00")


def test_no_moment_is_named_that_lies_more_than_a_few_days_ahead() -> None:
    clinic = texted("2026-03-02 22:00")
    clinic.texts("records please")
    assert clinic.local(clinic.expect_text("acknowledged").promise) == "Tue 12:00"


def test_two_wishes_get_two_tasks_and_one_answer() -> None:
    clinic = texted()
    clinic.texts("book and bill")
    clinic.expect_text("booking_link")
    clinic.expect_task("billing")
    clinic.books()
    assert clinic.case.open, "the bill is still somebody's work"
    clinic.finishes("billing", "resolved")
    clinic.expect_closed(Closure.BOOKED)


def test_words_that_fit_nothing_get_the_menu_once_and_a_person() -> None:
    clinic = texted()
    clinic.texts("hmm")
    clinic.expect_text("unclear")
    clinic.expect_task("other")
    clinic.texts("mornings are best")
    clinic.expect_alert("front_desk", "new_message")
    clinic.expect_no_text()


def test_the_answer_to_when_may_we_call_joins_the_open_task() -> None:
    clinic = texted()
    clinic.texts("BILLING")
    clinic.expect_text("billing")
    clinic.texts("mornings are best")
    clinic.expect_no_text()
    assert [t.kind for t in clinic.case.tasks] == ["billing"]
    clinic.texts("BILLING")
    clinic.expect_no_text()
    assert [t.kind for t in clinic.case.tasks] == ["billing"]


@pytest.mark.parametrize("words", ["thanks", "I'm driving"])
def test_thanks_and_machines_are_not_answered_and_reopen_nothing(words: str) -> None:
    clinic = texted()
    clinic.texts(words)
    clinic.expect_nothing()
    clinic.texts("STOP")
    clinic.texts(words)
    clinic.expect_nothing()
    clinic.expect_phase(Phase.NEW)


def test_help_is_answered_and_the_wait_goes_on() -> None:
    clinic = texted()
    clinic.texts("HELP")
    clinic.expect_text("help")
    clinic.wait(hours=3)
    clinic.expect_task("callback")


# ---- stops -------------------------------------------------------------------------------------------------------


def test_stop_is_confirmed_once_and_ends_the_case() -> None:
    clinic = texted()
    clinic.texts("STOP")
    text = clinic.expect_text("stop_confirmation")
    assert text.basis == "stop_confirmation"
    clinic.expect_closed(Closure.OPTED_OUT)
    assert [s.wrong_number for s in clinic.suppressions()] == [False]
    clinic.wait(days=30)
    clinic.expect_no_text()


def test_a_stop_that_the_carrier_confirmed_is_not_confirmed_again() -> None:
    clinic = texted()
    clinic.texts("STOP", carrier_replied=True)
    clinic.expect_no_text()
    clinic.expect_closed(Closure.OPTED_OUT)


def test_bare_cancel_opts_out_says_that_no_visit_changed_and_a_person_asks() -> None:
    clinic = texted()
    clinic.texts("CANCEL")
    clinic.expect_text("cancel_confirmation")
    clinic.expect_task("possible_appointment_cancel", queue="scheduling", priority="high")
    clinic.expect_alert("scheduling", "possible_appointment_cancel")
    clinic.finishes("possible_appointment_cancel", "resolved")
    clinic.expect_closed(Closure.RESOLVED)
    clinic.expect_no_text()


def test_cancel_and_stop_in_one_breath_is_both() -> None:
    clinic = texted()
    clinic.texts("cancel and stop texting me")
    clinic.expect_text("cancel_confirmation")
    assert [t.kind for t in clinic.case.tasks] == ["possible_appointment_cancel"]


def test_a_stop_keeps_the_work_that_came_with_it() -> None:
    clinic = texted()
    clinic.texts("stop, and my bill")
    clinic.expect_text("stop_confirmation")
    clinic.expect_task("billing")
    clinic.wait(days=3)
    clinic.expect_no_text()
    clinic.finishes("billing", "reached")
    clinic.expect_closed(Closure.REACHED)


def test_wrong_number_opts_out_and_unlinks() -> None:
    clinic = texted()
    clinic.texts("wrong number")
    clinic.expect_text("stop_confirmation")
    clinic.expect_closed(Closure.OPTED_OUT, "wrong number")
    assert [s.wrong_number for s in clinic.suppressions()] == [True]


def test_words_that_may_be_a_stop_hold_the_texts_and_a_person_decides() -> None:
    clinic = texted()
    clinic.texts("stop maybe")
    clinic.expect_no_text()
    clinic.expect_task("opt_out_check")
    assert clinic.cancelled() and not clinic.suppressions()
    clinic.wait(days=2)
    clinic.expect_no_text()


def test_start_lifts_the_block() -> None:
    clinic = texted()
    clinic.texts("STOP")
    clinic.wait(hours=1)
    clinic.texts("START")
    clinic.expect_text("stop_confirmation", "rejoined")
    assert not clinic.facts.suppressed and not clinic.case.opted_out
    clinic.wait(hours=1)
    clinic.expect_closed(Closure.RESOLVED)


def test_who_stopped_and_writes_again_gets_a_person_and_no_text() -> None:
    clinic = texted()
    clinic.texts("STOP")
    clinic.new_wishes()
    clinic.texts("BOOK")
    clinic.expect_no_text()
    clinic.expect_task("booking", due="Mon 09:16")
    clinic.texts("HELP")
    clinic.texts("hmm")
    clinic.expect_no_text()


def test_a_missed_call_after_a_stop_goes_to_a_person() -> None:
    clinic = texted()
    clinic.texts("STOP")
    clinic.new_wishes()
    clinic.call_missed()
    clinic.expect_no_text()
    clinic.expect_task("callback")


# ---- a text that begins a case -----------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["BOOK", "CHANGE", "BILLING", "REFILL", "hmm", "CALL", "YES"])
def test_a_text_out_of_the_blue_is_read_like_a_reply(words: str) -> None:
    clinic = Clinic(caller=Caller.PATIENT)
    clinic.texts(words)
    assert len(clinic.sent()) == 1
    assert clinic.case.open
    clinic.wait(days=3)
    assert any(t.state == "open" for t in clinic.case.tasks)


def test_stop_out_of_the_blue_ends_at_once() -> None:
    clinic = Clinic()
    clinic.texts("STOP")
    clinic.expect_text("stop_confirmation")
    clinic.expect_closed(Closure.OPTED_OUT)


def test_help_out_of_the_blue_is_answered_and_over() -> None:
    clinic = Clinic()
    clinic.texts("HELP")
    clinic.expect_text("help")
    clinic.wait(minutes=16)
    clinic.expect_closed(Closure.RESOLVED)


def test_a_wish_or_a_call_after_help_is_not_lost_when_the_help_is_over() -> None:
    booking = Clinic()
    booking.texts("HELP")
    booking.wait(minutes=1)
    booking.texts("BOOK")
    booking.expect_text("help", "booking_link")
    booking.wait(hours=1)
    assert booking.case.open
    calling = Clinic()
    calling.texts("HELP")
    calling.wait(minutes=1)
    calling.call_missed()
    calling.wait(hours=1)
    calling.expect_task("new_patient_callback")


def test_staff_and_own_numbers_are_not_patients_but_an_urgent_word_counts() -> None:
    staff = Clinic(caller=Caller.STAFF)
    staff.texts("BOOK")
    staff.expect_closed(Closure.SUPPRESSED, "staff")
    staff.expect_no_text()
    own = Clinic(caller=Caller.OWN)
    own.texts("BOOK")
    own.expect_nothing()
    urgent = Clinic(caller=Caller.STAFF)
    urgent.texts("chest pain")
    urgent.expect_phase(Phase.URGENT)


def test_a_reply_within_the_settle_window_needs_no_first_text() -> None:
    clinic = Clinic(caller=Caller.PATIENT)
    clinic.call_missed()
    clinic.texts("BILLING")
    clinic.wait(minutes=5)
    clinic.expect_text("billing")


# ---- the patient's own page --------------------------------------------------------------------------------------


def test_a_request_on_the_page_is_confirmed_by_a_person() -> None:
    clinic = texted()
    clinic.texts("BOOK")
    clinic.asks_on_the_page()
    clinic.expect_task("confirm_visit", due="Mon 09:16", queue="scheduling")
    clinic.expect_alert("scheduling", "book_asked")
    clinic.finishes("confirm_visit", "booked")
    clinic.expect_closed(Closure.BOOKED)


def test_a_processed_refill_is_told_and_the_case_ends() -> None:
    for finish in (lambda c: c.refill_is_done(), lambda c: c.finishes("refill", "resolved")):
        clinic = texted()
        clinic.texts("REFILL")
        clinic.wait(hours=1)
        finish(clinic)
        text = clinic.expect_text("refill", "refill_done")
        assert text.basis == "reply_to_inbound" and text.reply_to
        clinic.wait(hours=25)
        clinic.expect_closed(Closure.RESOLVED)


def test_a_refill_text_that_does_not_arrive_is_told_by_a_person() -> None:
    clinic = texted()
    clinic.texts("REFILL")
    clinic.refill_is_done()
    clinic.text_failed("refill_done", "quiet_hours", denied=True)
    clinic.wait(days=2)
    clinic.expect_task("callback")


def test_a_refill_asked_by_voicemail_is_done_without_a_text() -> None:
    clinic = Clinic(caller=Caller.PATIENT, untextable="landline")
    clinic.voicemail_heard("REFILL")
    clinic.finishes("voicemail", "resolved")
    clinic.expect_closed(Closure.RESOLVED)
    clinic.expect_no_text()
