"""Stories of missed calls: who is texted, who is called back, and what ends without either."""

from __future__ import annotations

from datetime import timedelta

import pytest
from story import ROUND_THE_CLOCK, Clinic

from ringback.core.calls import Verdict
from ringback.core.case import Caller, Closure, Phase, Tick, Workflow

NIGHT = "2026-03-02 22:00"


def test_a_new_patient_is_texted_after_the_settle_window_and_the_coordinator_is_told() -> None:
    clinic = Clinic(caller=Caller.UNMATCHED)
    clinic.call_missed()
    clinic.expect_phase(Phase.SETTLING)
    clinic.wait(seconds=14)
    assert clinic.sent() == []
    clinic.wait(seconds=1)
    clinic.expect_alert("scheduling", "new_caller_texted")
    text = clinic.expect_text("first")
    assert text.unprompted and text.basis == "greeting_notice"
    assert clinic.case.workflow is Workflow.NEW_PATIENT
    clinic.expect_phase(Phase.WAITING)


@pytest.mark.parametrize(
    ("caller", "flagged", "workflow"),
    [
        (Caller.UNMATCHED, False, Workflow.NEW_PATIENT),
        (Caller.UNTEXTABLE, False, Workflow.NEW_PATIENT),
        (Caller.PATIENT, False, Workflow.GENERAL),
        (Caller.HOUSEHOLD, False, Workflow.GENERAL),
        (Caller.PATIENT, True, Workflow.CALLBACK),
    ],
)
def test_the_workflow_follows_who_is_calling(caller: Caller, flagged: bool, workflow: Workflow) -> None:
    clinic = Clinic(caller=caller, flagged=flagged)
    clinic.call_missed()
    assert clinic.case.workflow is workflow


def test_a_settle_window_of_zero_texts_in_the_same_breath() -> None:
    clinic = Clinic(settle_seconds=0)
    clinic.call_missed()
    clinic.expect_text("first")


def test_a_redial_that_is_answered_within_the_window_means_no_text() -> None:
    clinic = Clinic()
    clinic.call_missed()
    clinic.wait(seconds=10)
    clinic.call_answered()
    clinic.wait(hours=12)
    clinic.expect_no_text()
    clinic.expect_closed(Closure.CALLED_BACK_IN)


def test_a_call_back_in_after_the_text_ends_the_case_and_cancels_what_waits() -> None:
    clinic = Clinic()
    clinic.call_missed()
    clinic.wait(minutes=5)
    clinic.call_answered()
    clinic.expect_closed(Closure.CALLED_BACK_IN)
    assert clinic.cancelled()


def test_an_answered_call_from_before_the_missed_one_ends_nothing() -> None:
    """Call records come late and out of order (P10)."""
    clinic = Clinic()
    clinic.call_missed()
    clinic.call_answered(minutes_ago=3)
    clinic.expect_nothing()
    clinic.wait(minutes=1)
    clinic.call_answered(minutes_ago=9)
    clinic.expect_nothing()
    clinic.expect_text("first")


def test_a_call_that_was_answered_after_all_is_answered() -> None:
    """The phone system's own late word on the very same call."""
    clinic = Clinic()
    clinic.call_missed()
    clinic.call(Verdict.ANSWERED, same_call=True)
    clinic.expect_closed(Closure.ANSWERED)


def test_many_calls_of_one_caller_are_one_case_and_one_text() -> None:
    clinic = Clinic()
    for _ in range(4):
        clinic.call_missed()
        clinic.wait(minutes=6)
    assert clinic.case.calls == 4
    clinic.expect_text("first")


def test_who_keeps_redialling_is_texted_within_the_minute() -> None:
    clinic = Clinic()
    for _ in range(12):
        clinic.call_missed()
        clinic.wait(seconds=10)
    clinic.expect_text("first")
    assert clinic.wishes[0][0] - clinic.case.opened_at <= timedelta(seconds=60)  # type: ignore[operator]


def test_who_calls_again_an_hour_after_the_text_is_called_by_a_person() -> None:
    clinic = Clinic(caller=Caller.PATIENT)
    clinic.call_missed()
    clinic.wait(minutes=61)
    clinic.call_missed()
    clinic.expect_text("first")
    clinic.expect_task("callback", due="Mon 15:01")


def test_no_reply_within_two_hours_makes_a_call_back_task_due_at_four() -> None:
    clinic = Clinic("2026-03-03 08:00", caller=Caller.UNMATCHED)
    clinic.call_missed()
    clinic.until("2026-03-03 09:59")
    clinic.expect_no_tasks()
    clinic.until("2026-03-03 10:01")
    clinic.expect_task("callback", due="Tue 13:00", queue="scheduling")
    clinic.expect_text("first")
    clinic.until("2026-03-03 13:01")
    assert clinic.task("callback").overdue
    clinic.expect_alert("scheduling", "overdue")
    clinic.expect_alert("manager", "overdue")
    clinic.wait(days=7)
    clinic.expect_no_text()
    clinic.expect_phase(Phase.WORKING)


def test_the_gate_counts_business_time_over_lunch_and_night() -> None:
    clinic = Clinic("2026-03-02 16:00")
    clinic.call_missed()
    clinic.until("2026-03-03 08:59")
    clinic.expect_no_tasks()
    clinic.until("2026-03-03 09:01")
    clinic.expect_task("callback", due="Tue 11:00")


def test_a_second_text_goes_only_where_the_policy_allows_it() -> None:
    clinic = Clinic("2026-03-03 08:00", second_text=True)
    clinic.call_missed()
    clinic.until("2026-03-03 10:01")
    text = clinic.expect_text("first", "second")
    assert text.unprompted and text.basis.startswith("consent:")
    clinic.expect_task("callback")
    clinic.wait(days=3)
    clinic.expect_no_text()


def test_a_flagged_patient_gets_a_task_for_clinical_staff_and_the_manager_hears_at_forty_five_minutes() -> None:
    clinic = Clinic(caller=Caller.PATIENT, flagged=True)
    clinic.call_missed()
    clinic.wait(seconds=15)
    clinic.expect_task("flagged_callback", due="Mon 09:30", queue="clinical")
    clinic.expect_alert("clinical", "flagged_callback")
    clinic.expect_text("first")
    clinic.wait(minutes=44)
    assert ("manager", "callback_not_done") not in [(w.role, w.about) for _, w in clinic.wishes if hasattr(w, "about")]
    clinic.wait(minutes=2)
    clinic.expect_alert("manager", "callback_not_done")


def test_a_flagged_call_back_that_was_done_alarms_nobody() -> None:
    clinic = Clinic(caller=Caller.PATIENT, flagged=True)
    clinic.call_missed()
    clinic.wait(minutes=5)
    clinic.finishes("flagged_callback", "reached")
    clinic.expect_closed(Closure.REACHED)


def test_a_closed_practice_says_so_in_the_text() -> None:
    clinic = Clinic(NIGHT)
    clinic.call_missed()
    clinic.wait(minutes=1)
    clinic.expect_text("first_closed")


def test_a_practice_that_holds_its_night_texts_opens_a_task_and_texts_at_opening() -> None:
    clinic = Clinic(NIGHT, caller=Caller.PATIENT, night_first="hold")
    clinic.call_missed()
    clinic.wait(minutes=1)
    clinic.expect_no_text()
    clinic.expect_task("callback", due="Tue 12:00")
    clinic.until("2026-03-03 08:01")
    clinic.expect_text("first")


def test_a_held_text_is_not_sent_to_who_was_reached_or_is_too_old() -> None:
    reached = Clinic(NIGHT, night_first="hold")
    reached.call_missed()
    reached.wait(hours=1)
    reached.call_answered()
    reached.wait(days=1)
    reached.expect_no_text()
    weekend = Clinic("2026-03-07 15:00", night_first="hold")
    weekend.call_missed()
    weekend.wait(days=3)
    weekend.expect_no_text()
    weekend.expect_task("new_patient_callback")


@pytest.mark.parametrize(
    ("caller", "reason"),
    [
        (Caller.STAFF, "staff"),
        (Caller.OWN, "own numbers"),
        (Caller.EXTENSION, "extension"),
        (Caller.BLOCKED, "blocked"),
        (Caller.WITHHELD, "hid"),
    ],
)
def test_calls_that_nobody_has_to_answer_end_at_once_with_their_reason(caller: Caller, reason: str) -> None:
    clinic = Clinic(caller=caller, untextable="no number" if caller is Caller.WITHHELD else "")
    clinic.call_missed()
    clinic.expect_closed(Closure.SUPPRESSED, reason)
    clinic.expect_no_text()


def test_an_internal_call_and_an_answered_one_end_at_once() -> None:
    internal = Clinic()
    internal.call(Verdict.INTERNAL)
    internal.expect_closed(Closure.SUPPRESSED)
    answered = Clinic()
    answered.call_answered()
    answered.expect_closed(Closure.ANSWERED)


def test_a_call_that_has_not_ended_is_nothing_yet() -> None:
    clinic = Clinic()
    clinic.call(Verdict.UNKNOWN)
    clinic.expect_nothing()
    clinic.expect_phase(Phase.NEW)


@pytest.mark.parametrize("verdict", [Verdict.MISSED, Verdict.ABANDONED, Verdict.BUSY, Verdict.VOICEMAIL])
def test_rang_out_hung_up_busy_and_voicemail_are_all_missed(verdict: Verdict) -> None:
    clinic = Clinic()
    clinic.call(verdict)
    clinic.wait(seconds=20)
    clinic.expect_text("first")


def test_who_cannot_be_texted_is_called_back_with_the_same_clock() -> None:
    for clinic in (
        Clinic(caller=Caller.UNTEXTABLE, untextable="landline"),
        Clinic(caller=Caller.UNMATCHED, suppressed=True),
    ):
        clinic.call_missed()
        clinic.expect_no_text()
        clinic.expect_task("new_patient_callback", due="Mon 09:15", queue="scheduling")
    flagged = Clinic(caller=Caller.PATIENT, untextable="landline", flagged=True)
    flagged.call_missed()
    flagged.expect_task("flagged_callback", due="Mon 09:30")
    assert any(clock.tick is Tick.CALLBACK for clock in flagged.case.clocks)


def test_a_call_reported_too_late_is_a_task_and_not_a_text() -> None:
    clinic = Clinic(caller=Caller.PATIENT)
    clinic.call_missed(minutes_ago=61)
    clinic.expect_no_text()
    clinic.expect_task("callback")
    recent = Clinic(caller=Caller.PATIENT)
    recent.call_missed(minutes_ago=15)
    recent.expect_text("first")


def test_a_machine_that_slept_through_the_window_does_not_text_hours_later() -> None:
    clinic = Clinic(caller=Caller.PATIENT)
    clinic.call_missed()
    clinic.now += timedelta(hours=3)
    clinic.tick()
    clinic.expect_no_text()
    clinic.expect_task("callback")


def test_a_voicemail_is_a_task_even_if_its_words_never_come() -> None:
    clinic = Clinic(caller=Caller.PATIENT)
    clinic.voicemail_left()
    clinic.expect_task("voicemail", due="Mon 10:00")
    clinic.wait(seconds=15)
    clinic.expect_text("first")
    clinic.expect_phase(Phase.WORKING)


def test_who_hides_the_number_but_leaves_a_message_is_listened_to() -> None:
    clinic = Clinic(caller=Caller.WITHHELD, untextable="no number")
    clinic.voicemail_left()
    clinic.expect_task("voicemail")
    clinic.wait(days=1)
    clinic.expect_no_text()


def test_a_voicemail_is_read_once_whichever_comes_first() -> None:
    words_first = Clinic(caller=Caller.PATIENT)
    words_first.voicemail_heard("hmm")
    words_first.voicemail_left()
    words_first.expect_task("voicemail")
    assert words_first.case.calls == 1
    words_first.wait(seconds=20)
    words_first.expect_text("first")
    call_first = Clinic(caller=Caller.PATIENT)
    call_first.voicemail_left()
    call_first.wait(seconds=40)
    call_first.voicemail_heard("hmm")
    call_first.expect_task("voicemail")
    call_first.expect_text("first")


def test_a_message_about_medicine_goes_to_clinical_staff() -> None:
    clinic = Clinic(caller=Caller.PATIENT)
    clinic.voicemail_left()
    clinic.voicemail_heard("REFILL")
    clinic.expect_task("voicemail", queue="clinical")


def test_a_message_asking_for_another_time_opens_a_filled_in_task_in_place_of_the_voicemail() -> None:
    clinic = Clinic(caller=Caller.PATIENT, visit_in=timedelta(days=5))
    clinic.voicemail_left()
    clinic.wait(seconds=40)
    clinic.voicemail_heard("CHANGE")
    assert [t.kind for t in clinic.case.tasks if t.state == "open"] == ["reschedule"]
    clinic.expect_task("reschedule", due="Mon 11:00", queue="scheduling")
    assert clinic.case.workflow is Workflow.RESCHEDULE
    clinic.expect_text("first")


def test_a_link_answers_a_voicemail_only_where_the_policy_allows_and_is_the_one_unprompted_text() -> None:
    clinic = Clinic(caller=Caller.PATIENT, visit_in=timedelta(days=5), voicemail_link=True)
    clinic.voicemail_heard("CHANGE")
    text = clinic.expect_text("voicemail_link")
    assert text.unprompted
    clinic.expect_alert("scheduling", "reschedule_link_sent")
    clinic.wait(days=2)
    clinic.expect_no_text()
    far = Clinic(caller=Caller.PATIENT, visit_in=timedelta(days=15), voicemail_link=True)
    far.voicemail_heard("CHANGE")
    far.wait(minutes=1)
    far.expect_text("first")
    far.expect_task("reschedule")
    unknown = Clinic(caller=Caller.HOUSEHOLD, voicemail_link=True)
    unknown.voicemail_heard("CHANGE")
    unknown.wait(minutes=1)
    unknown.expect_text("first")


def test_after_the_first_text_no_link_follows_by_itself() -> None:
    clinic = Clinic(caller=Caller.PATIENT, visit_in=timedelta(days=5), voicemail_link=True)
    clinic.voicemail_left()
    clinic.wait(minutes=2)
    clinic.voicemail_heard("CHANGE")
    clinic.expect_text("first")


def test_a_visit_within_two_days_that_is_not_moved_in_four_hours_is_protected() -> None:
    clinic = Clinic(caller=Caller.PATIENT, visit_in=timedelta(hours=30), hours=ROUND_THE_CLOCK)
    clinic.voicemail_heard("CHANGE")
    clinic.wait(hours=3, minutes=59)
    assert [t.kind for t in clinic.case.tasks] == ["reschedule"]
    clinic.wait(minutes=2)
    clinic.expect_task("protect_visit", priority="high", queue="scheduling")
    clinic.expect_alert("scheduling", "protect_visit")


def test_a_stop_said_on_the_voicemail_counts() -> None:
    clinic = Clinic(caller=Caller.PATIENT)
    clinic.voicemail_heard("STOP")
    assert [s.source for s in clinic.suppressions()] == ["voicemail"]
    clinic.wait(days=1)
    clinic.expect_no_text()
    clinic.expect_task("voicemail")
    settling = Clinic(caller=Caller.PATIENT)
    settling.voicemail_left()
    settling.voicemail_heard("STOP")
    settling.wait(days=1)
    settling.expect_no_text()
    settling.expect_phase(Phase.WORKING)


def test_staff_leaving_a_message_is_not_a_case() -> None:
    clinic = Clinic(caller=Caller.STAFF)
    clinic.voicemail_heard("hmm")
    clinic.expect_closed(Closure.SUPPRESSED, "staff")
