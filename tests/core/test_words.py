"""The resolver's vectors: each wording that compliance names, and what must come of it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core.words import INTENTS, Reading, read

STOPS = ["STOP", "stop.", " Stop!! ", "S T O P", "ＳＴＯＰ", "stop 🙏", "STOPALL", "Stop all"]
STOPS += ["quit", "End", "revoke", "opt out", "OPT-OUT", "optout", "unsubscribe"]
STOPS += ["please stop texting me", "remove me from your list", "take me off", "don't text this number"]
STOPS += ["don’t text this number", "no more texts", "lose my number"]


@pytest.mark.parametrize("text", STOPS)
def test_a_stop_is_a_stop_and_no_cancelled_visit(text: str) -> None:
    reading = read(text)
    assert reading.intents == ("opt_out",)
    assert reading.opt_out and not reading.bare_cancel and not reading.wrong_number and not reading.urgent


@pytest.mark.parametrize("text", ["CANCEL", "cancel.", "Cancel!", "Cancel please"])
def test_a_bare_cancel_opts_out_and_may_have_meant_the_visit(text: str) -> None:
    reading = read(text)
    assert reading.opt_out and reading.bare_cancel and reading.intents == ("opt_out",)


@pytest.mark.parametrize("text", ["cancel my appointment tuesday", "need to cancel tmrw 3pm"])
def test_a_cancelled_visit_leaves_the_person_subscribed(text: str) -> None:
    reading = read(text)
    assert reading.intents == ("cancel",)
    assert not reading.opt_out and not reading.opt_out_unsure and not reading.bare_cancel


def test_cancel_and_stop_texting_is_both() -> None:
    reading = read("cancel and stop texting me")
    assert reading.opt_out and reading.bare_cancel


@pytest.mark.parametrize("text", ["wrong number", "not me", "who is this I never called"])
def test_a_wrong_number_opts_out_and_unlinks(text: str) -> None:
    reading = read(text)
    assert reading.intents == ("wrong_number", "opt_out") and reading.opt_out and reading.wrong_number


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("alto", "es"),
        ("no mas", "es"),
        ("parar", "es"),
        ("ya no me manden mensajes", "es"),
        ("停止", "zh"),
        ("arrêt", "fr"),
    ],
)
def test_a_stop_in_another_language(text: str, lang: str) -> None:
    reading = read(text)
    assert reading.opt_out and reading.intents == ("opt_out",) and reading.lang == lang


@pytest.mark.parametrize("text", ["end of the month works", "stop by at 5?", "can't stop bleeding"])
def test_what_holds_a_keyword_is_no_stop(text: str) -> None:
    assert not read(text).opt_out


@pytest.mark.parametrize("text", ["can't stop bleeding", "help me i can't breathe", "ayuda no puedo respirar"])
def test_danger_is_never_taken_for_a_keyword(text: str) -> None:
    reading = read(text)
    assert reading.urgent and not reading.help and not reading.opt_out


def test_stop_and_danger_in_one_text_are_both_heard() -> None:
    reading = read("stop. chest pain")
    assert reading.urgent and reading.opt_out and reading.attention == "page"
    assert reading.intents == ("urgent", "opt_out")


@pytest.mark.parametrize("text", ["HELP", "info", "ayuda", "Help?"])
def test_help_asks_who_we_are(text: str) -> None:
    reading = read(text)
    assert reading.help and reading.intents == ("help",) and not reading.urgent


@pytest.mark.parametrize("text", ["START", "unstop", "Start."])
def test_start_lifts_the_block_and_asks_for_nothing(text: str) -> None:
    reading = read(text)
    assert reading.start and reading.intents == () and not reading.opt_out


def test_a_yes_to_nothing_is_read_by_a_person() -> None:
    reading = read("YES")
    assert reading.yes is None and reading.attention == "person" and not reading.start


@pytest.mark.parametrize(
    ("texts", "wish"),
    [
        (("1", "1.", "one", "uno", " 1 ", "１", "BOOK", "CITA", "1 please"), "book"),
        (("2", "two", "dos", "CHANGE", "RESCHEDULE", "CAMBIO"), "reschedule"),
        (("3", "three", "tres", "BILLING", "PAGO"), "billing"),
        (("4", "four", "cuatro", "REFILL", "RECETA"), "refill"),
        (("5", "five", "cinco"), "other"),
        (("URGENT", "URGENTE", "urgent!"), "urgent"),
    ],
)
def test_the_menu(texts: tuple[str, ...], wish: str) -> None:
    for text in texts:
        assert read(text).intents == (wish,), text


@pytest.mark.parametrize("text", ["CALL", "LLAMAR", "call me", "please call me back", "llámame"])
def test_call_asks_for_a_person(text: str) -> None:
    reading = read(text)
    assert reading.intents == ("other",) and reading.attention == "person" and reading.call_me


@pytest.mark.parametrize("text", ["👍", "", "   ", 'Liked "See you"', "Loved “x”", "Thanks!", "gracias"])
def test_reactions_and_thanks_want_nothing(text: str) -> None:
    reading = read(text)
    assert reading.ignore and reading.intents == () and reading.attention == "routine"


@pytest.mark.parametrize("text", ["I want to kill myself", "quiero morir", "overdose"])
def test_a_crisis_pages(text: str) -> None:
    reading = read(text)
    assert reading.urgent and reading.crisis and reading.attention == "page"


def test_the_answer_to_did_you_book() -> None:
    assert read("yes", asked="did_you_book").yes is True
    assert read("sí", asked="did_you_book").yes is True
    assert read("not yet", asked="did_you_book").yes is False
    again = read("1", asked="did_you_book")
    assert again.yes is False and again.intents == ("book",)
    assert read("I need a refill", asked="did_you_book").yes is None


def test_two_wishes_in_one_text_are_both_kept() -> None:
    assert read("need to move my appt on tuesday and also a refill").intents == ("reschedule", "refill")


def test_one_word_never_changes_the_stored_language() -> None:
    assert read("no", lang="es").lang == "es"
    assert read("ok", lang="es").lang == "es"
    assert read("quiero cambiar mi cita por favor", lang="en").lang == "es"


def test_words_spoken_in_a_voicemail_are_no_keywords() -> None:
    spoken = "hi it's ana. stop. no wait. i need to reschedule my appointment. end."
    reading = read(spoken, voicemail=True)
    assert not reading.opt_out and reading.intents == ("reschedule",)


def test_spans_point_into_the_text_as_it_came() -> None:
    text = "🙏 I CAN’T  breathe"
    [span] = [s for s in read(text).spans if s.kind == "urgent"]
    assert text[span.start : span.end] == "CAN’T  breathe"


def test_a_reading_travels() -> None:
    reading = read("stop. chest pain")
    assert msgspec.json.decode(msgspec.json.encode(reading), type=Reading) == reading


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_the_same_twice_and_never_raises(text: str) -> None:
    reading = read(text)
    assert reading == read(text)
    assert set(reading.intents) <= set(INTENTS)
    assert (reading.attention == "page") == reading.urgent == ("urgent" in reading.intents)
    assert all(0 <= span.start < span.end <= len(text) for span in reading.spans)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["STOP", "Unsubscribe", "stop texting me"]),
    st.sampled_from(["", " ", "  ", "\n"]),
    st.sampled_from(["", ".", "!!", " 🙏", "…"]),
)
def test_a_stop_survives_what_surrounds_it(stop: str, before: str, after: str) -> None:
    assert read(before + stop + after).opt_out
