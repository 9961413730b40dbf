"""Stories of replies that a model would not let pass: a person sees them today, and a link still goes out."""

from __future__ import annotations

from story import Clinic

from ringback.core.case import Caller
from ringback.core.words import Reading


def texted() -> Clinic:
    """A clinic whose caller has had the first text."""
    clinic = Clinic("2026-03-02 09:00", Caller.PATIENT)
    clinic.call_missed()
    clinic.wait(minutes=1)
    clinic.new_wishes()
    return clinic


def test_whoever_may_be_in_danger_gets_a_person_beside_the_link() -> None:
    clinic = texted()
    clinic.texts("...", understood=Reading(intents=("book",), attention="person", doubt=True))
    clinic.expect_text("booking_link")
    clinic.expect_task("clinical")


def test_a_wish_that_a_person_works_on_anyway_makes_one_task() -> None:
    clinic = texted()
    clinic.texts("...", understood=Reading(intents=("refill",), attention="person", doubt=True))
    clinic.expect_task("refill")
    assert len(clinic.case.tasks) == 1


def test_a_plain_wish_needs_nobody() -> None:
    clinic = texted()
    clinic.texts("...", understood=Reading(intents=("book",)))
    clinic.expect_text("booking_link")
    clinic.expect_no_tasks()


def test_who_writes_in_a_language_we_do_not_read_gets_the_link_and_an_interpreter() -> None:
    clinic = texted()
    clinic.texts("...", understood=Reading(intents=("book",), lang="vi", foreign=True))
    clinic.expect_text("booking_link")
    clinic.expect_task("interpreter")
