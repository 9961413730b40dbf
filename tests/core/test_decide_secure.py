"""A secure message: a text says that it is there, somebody owns it until it is seen, and the case waits a day for an answer."""

from __future__ import annotations

from story import Clinic, reading

from ringback.core import events
from ringback.core.case import Closure, Phase
from ringback.core.decide import Decision
from ringback.core.effects import SendText
from ringback.core.tasks import open_tasks


def texts(decision: Decision) -> list[str]:
    return [one.purpose for one in decision.effects if isinstance(one, SendText)]


def asked_about_a_bill() -> Clinic:
    clinic = Clinic()
    clinic.call_missed()
    clinic.wait(minutes=1)
    clinic.texts("BILLING")
    return clinic


def leave(clinic: Clinic) -> Decision:
    return clinic.happens(events.SecureSent(message="m9", by="Ana", at=clinic.now))


def see(clinic: Clinic) -> Decision:
    return clinic.happens(events.SecureSeen(at=clinic.now))


def write(clinic: Clinic, words: str) -> Decision:
    return clinic.happens(
        events.TextReceived(message="s1", at=clinic.now, reading=reading(words), caller=clinic.facts, secure=True)
    )


def test_a_text_says_that_it_is_there_and_somebody_asks_after_it() -> None:
    clinic = asked_about_a_bill()
    assert texts(leave(clinic)) == ["secure_message"]
    assert {task.kind for task in open_tasks(clinic.case)} == {"billing", "secure_unread"}


def test_a_caller_who_has_not_written_is_called_and_not_texted() -> None:
    clinic = Clinic()
    clinic.call_missed()
    clinic.wait(minutes=1)
    assert leave(clinic).nothing and "call instead" in leave(clinic).why


def test_the_case_is_not_over_while_nobody_has_read_it() -> None:
    clinic = asked_about_a_bill()
    leave(clinic)
    clinic.finishes("billing", "resolved")
    assert clinic.case.open and clinic.case.phase is Phase.WORKING
    clinic.wait(days=3)
    assert clinic.case.open and any(task.overdue for task in open_tasks(clinic.case))


def test_once_it_is_seen_the_case_waits_a_day_for_an_answer_and_then_ends() -> None:
    clinic = asked_about_a_bill()
    leave(clinic)
    clinic.finishes("billing", "resolved")
    see(clinic)
    assert clinic.case.phase is Phase.WAITING and not open_tasks(clinic.case)
    clinic.wait(hours=23)
    assert clinic.case.open
    clinic.wait(hours=2)
    assert clinic.case.closure is Closure.RESOLVED


def test_an_answer_on_the_page_is_work_and_no_text_goes_out_for_it() -> None:
    clinic = asked_about_a_bill()
    leave(clinic)
    clinic.finishes("billing", "resolved")
    see(clinic)
    assert texts(write(clinic, "REFILL")) == []
    assert [task.kind for task in open_tasks(clinic.case)] == ["refill"]


def test_booking_words_on_the_page_open_a_task_and_send_no_link() -> None:
    clinic = asked_about_a_bill()
    assert texts(write(clinic, "BOOK")) == []
    assert "booking" in {task.kind for task in open_tasks(clinic.case)}


def test_urgent_words_on_the_page_page_at_once_and_the_line_with_911_goes_out() -> None:
    clinic = asked_about_a_bill()
    leave(clinic)
    decision = write(clinic, "chest pain")
    assert clinic.case.phase is Phase.URGENT and texts(decision) == ["urgent"]
    assert any(type(one).__name__ == "Page" for one in decision.effects)


def test_a_stop_on_the_page_is_obeyed_and_needs_no_text_to_confirm_it() -> None:
    clinic = asked_about_a_bill()
    decision = write(clinic, "STOP")
    assert clinic.case.opted_out and texts(decision) == []


def test_who_stopped_our_texts_gets_no_text_about_a_secure_message_either() -> None:
    clinic = asked_about_a_bill()
    write(clinic, "stop, and my bill")
    assert leave(clinic).nothing


def test_the_language_that_was_chosen_is_the_cases_from_then_on() -> None:
    clinic = asked_about_a_bill()
    clinic.happens(events.LanguageChosen(lang="es", at=clinic.now))
    assert clinic.case.lang == "es"
    assert clinic.happens(events.LanguageChosen(lang="es", at=clinic.now)).nothing
