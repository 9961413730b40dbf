"""From the words themselves to what is done: the resolver's table, end to end through the core."""

from __future__ import annotations

import pytest
from story import Clinic

from ringback.core.case import Caller, Closure, Phase


def texted(**more: object) -> Clinic:
    clinic = Clinic(caller=Caller.PATIENT, **more)  # type: ignore[arg-type]
    clinic.call_missed()
    clinic.wait(minutes=1)
    clinic.new_wishes()
    return clinic


@pytest.mark.parametrize(
    "words", ["STOP", "stop.", "S T O P", "Stop all", "quit", "optout", "please stop texting me", "alto"]
)
def test_a_stop_in_any_words_ends_with_one_confirmation(words: str) -> None:
    clinic = texted()
    clinic.writes(words)
    clinic.expect_text("stop_confirmation")
    clinic.expect_closed(Closure.OPTED_OUT)


@pytest.mark.parametrize("words", ["CANCEL", "cancel.", "cancel and stop texting me"])
def test_a_cancel_that_is_a_stop_is_asked_about(words: str) -> None:
    clinic = texted()
    clinic.writes(words)
    clinic.expect_text("cancel_confirmation")
    assert [task.kind for task in clinic.case.tasks] == ["possible_appointment_cancel"]


@pytest.mark.parametrize("words", ["wrong number", "not me"])
def test_a_wrong_number_is_unlinked(words: str) -> None:
    clinic = texted()
    clinic.writes(words)
    clinic.expect_text("stop_confirmation")
    assert [stop.wrong_number for stop in clinic.suppressions()] == [True]


@pytest.mark.parametrize(
    "words", ["can't stop bleeding", "help me i can't breathe", "ayuda no puedo respirar", "URGENT"]
)
def test_danger_pages_and_is_no_stop(words: str) -> None:
    clinic = texted()
    clinic.writes(words)
    clinic.expect_phase(Phase.URGENT)
    clinic.expect_text("urgent")
    assert clinic.pages() == [("oncall", 0)] and not clinic.suppressions()


def test_a_stop_with_danger_is_both() -> None:
    clinic = texted()
    clinic.writes("stop. chest pain")
    clinic.expect_text("urgent")
    clinic.expect_task("urgent_callback")
    assert clinic.suppressions()


@pytest.mark.parametrize(
    ("words", "purpose", "kind"),
    [
        ("1", "booking_link", ""),
        ("2", "reschedule_link", "reschedule"),
        ("3", "billing", "billing"),
        ("4", "refill", "refill"),
        ("5", "unclear", "other"),
        ("CALL", "call_back", "callback"),
        ("BOOK", "booking_link", ""),
        ("necesito una cita", "booking_link", ""),
        ("need to cancel tmrw 3pm", "acknowledged", "reschedule"),
        ("HELP", "help", ""),
    ],
)
def test_the_menu_and_the_words_lead_where_they_say(words: str, purpose: str, kind: str) -> None:
    clinic = texted()
    clinic.writes(words)
    clinic.expect_text(purpose)
    assert [task.kind for task in clinic.case.tasks] == ([kind] if kind else [])
    assert not clinic.suppressions()


@pytest.mark.parametrize("words", ["👍", "Liked “we are closed”", "thanks!"])
def test_a_reaction_is_not_answered(words: str) -> None:
    clinic = texted()
    clinic.writes(words)
    clinic.expect_nothing()


def test_yes_from_who_stopped_changes_nothing_but_a_person_reads_it() -> None:
    clinic = texted()
    clinic.writes("STOP")
    clinic.new_wishes()
    clinic.writes("YES")
    clinic.expect_no_text()
    assert clinic.facts.suppressed
    assert [task.queue for task in clinic.case.tasks] == ["front_desk"]


def test_start_lifts_the_block_and_unstop_too() -> None:
    for words in ("START", "unstop"):
        clinic = texted()
        clinic.writes("STOP")
        clinic.writes(words)
        assert not clinic.facts.suppressed


@pytest.mark.parametrize(
    ("words", "purpose"), [("no", "booking_link"), ("1", "booking_link"), ("not yet", "booking_link")]
)
def test_not_booked_yet_gets_the_link_again(words: str, purpose: str) -> None:
    clinic = texted(booking="outside_link")
    clinic.writes("BOOK")
    clinic.wait(hours=3)
    clinic.expect_text("booking_link", "did_you_book")
    clinic.writes(words)
    clinic.expect_text(purpose)


def test_booked_it_closes_the_case() -> None:
    clinic = texted(booking="outside_link")
    clinic.writes("BOOK")
    clinic.wait(hours=3)
    clinic.writes("yes")
    clinic.expect_closed(Closure.BOOKED)
