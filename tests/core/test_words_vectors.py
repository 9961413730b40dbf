"""The messages that compliance.md section 6 names, and what each must come to; then the same words as people mangle
them. Stop and danger are both always looked for, and neither hides the other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core.words import INTENTS, read

STOPS = [
    *(
        "STOP",
        "stop.",
        " Stop!! ",
        "S T O P",
        "ＳＴＯＰ",
        "stop 🙏",
        "STOPALL",
        "Stop all",
        "quit",
        "End",
        "revoke",
        "opt out",
    ),
    *("OPT-OUT", "optout", "unsubscribe", "please stop texting me", "remove me from your list", "take me off"),
    *("don't text this number", "don’t text this number", "no more texts", "lose my number", "leave me alone"),
    *("alto", "no mas", "no más", "parar", "basta", "ya no me manden mensajes", "停止", "arrêt", "ARRET"),
]
STRANGERS = ["wrong number", "not me", "who is this I never called"]
BARE_CANCELS = ["CANCEL", "cancel.", "Cancel!", "cancel and stop texting me"]
STAYS = [
    "end of the month works",
    "stop by at 5?",
    "can't stop bleeding",
    "don't stop my refill",
    "cancel my appointment tuesday",
]
MENU = {
    "book": ("1", "1.", "one", "uno", "BOOK", "CITA"),
    "reschedule": ("2", "2)", "two", "dos", "CHANGE", "RESCHEDULE", "CAMBIO"),
    "billing": ("3", "3.", "three", "tres", "BILLING", "PAGO"),
    "refill": ("4", "four", "cuatro", "REFILL", "RECETA"),
    "other": ("5", "5!", "five", "cinco"),
}
PER_SE = [
    "stop",
    "stopall",
    "stop all",
    "quit",
    "end",
    "revoke",
    "opt out",
    "opt-out",
    "optout",
    "cancel",
    "unsubscribe",
]


@pytest.mark.parametrize("text", STOPS)
def test_a_stop_is_a_stop(text: str) -> None:
    reading = read(text)
    assert reading.opt_out and not reading.bare_cancel and not reading.urgent
    assert reading.intents == ("opt_out",)


@pytest.mark.parametrize("text", STRANGERS)
def test_a_stranger_is_opted_out_and_the_number_unlinked(text: str) -> None:
    reading = read(text)
    assert reading.opt_out and reading.wrong_number and "wrong_number" in reading.intents


@pytest.mark.parametrize("text", BARE_CANCELS)
def test_a_bare_cancel_opts_out_and_may_have_meant_a_visit(text: str) -> None:
    reading = read(text)
    assert reading.opt_out and reading.bare_cancel


@pytest.mark.parametrize("text", STAYS)
def test_what_only_holds_such_a_word_keeps_the_patient_subscribed(text: str) -> None:
    reading = read(text)
    assert not reading.opt_out and not reading.opt_out_unsure and not reading.bare_cancel


@pytest.mark.parametrize("text", ["cancel my appointment tuesday", "need to cancel tmrw 3pm"])
def test_cancelling_a_visit_changes_the_visit_only(text: str) -> None:
    reading = read(text)
    assert set(reading.intents) <= {"cancel", "reschedule"} and reading.intents and not reading.opt_out


@pytest.mark.parametrize(("lang", "text"), [("es", "alto"), ("es", "parar"), ("fr", "arrêt"), ("zh", "停止")])
def test_a_stop_is_confirmed_in_its_own_language(lang: str, text: str) -> None:
    assert read(text).lang == lang


def test_a_stop_and_danger_in_one_message_are_both_found() -> None:
    reading = read("stop. chest pain")
    assert reading.opt_out and reading.urgent and reading.attention == "page"


@pytest.mark.parametrize(
    "text", ["can't stop bleeding", "help me i can't breathe", "ayuda no puedo respirar", "URGENT", "urgente"]
)
def test_danger_is_not_taken_for_a_keyword(text: str) -> None:
    reading = read(text)
    assert reading.urgent and not reading.opt_out and not reading.help


@pytest.mark.parametrize("text", ["I want to kill myself", "quiero morir", "overdose"])
def test_a_crisis_pages_and_is_known_as_one(text: str) -> None:
    reading = read(text)
    assert reading.urgent and reading.crisis


@pytest.mark.parametrize("text", ["HELP", "info", "ayuda", "Help?"])
def test_help_is_help(text: str) -> None:
    reading = read(text)
    assert reading.help and reading.intents == ("help",)


@pytest.mark.parametrize("text", ["START", "unstop", "Start."])
def test_start_lifts_the_block_and_wishes_nothing(text: str) -> None:
    reading = read(text)
    assert reading.start and reading.intents == () and not reading.opt_out


def test_a_yes_that_nobody_asked_for_goes_to_a_person_and_starts_nothing() -> None:
    reading = read("YES")
    assert not reading.start and reading.yes is None and reading.attention == "person"


@pytest.mark.parametrize(("wish", "text"), [(wish, text) for wish, texts in MENU.items() for text in texts])
def test_the_menu_is_answered_by_digit_or_word(wish: str, text: str) -> None:
    assert read(text).intents == (wish,)


@pytest.mark.parametrize("text", ["CALL", "LLAMAR", "call me please"])
def test_call_goes_to_a_person_who_calls(text: str) -> None:
    reading = read(text)
    assert reading.call_me and reading.intents == ("other",) and reading.attention == "person"


@pytest.mark.parametrize(
    "text", ["👍", "Liked “sorry we missed your call”", 'Loved "1 book"', "thanks!", "gracias", "", "  "]
)
def test_reactions_and_thanks_are_left_alone(text: str) -> None:
    reading = read(text)
    assert reading.ignore and reading.intents == () and reading.attention == "routine"


def test_an_answer_is_read_against_what_was_asked() -> None:
    assert read("yes", asked="did_you_book").yes is True
    assert read("not yet", asked="did_you_book").yes is False
    assert read("1", asked="menu").intents == ("book",)


MARKS = st.text(alphabet=" .!,\t\n\r-*_'\"🙏👍❤️…​‍", max_size=4)


@st.composite
def mangled(draw: st.DrawFn, word: str) -> str:
    """The word in any case, full-width or not, with marks and emoji around it."""
    letters = [draw(st.sampled_from((c.lower(), c.upper()))) for c in word]
    if draw(st.booleans()):
        letters = [chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c != "-" else c for c in letters]
    gap = draw(st.sampled_from(("", "", "  ")))
    inside = "".join(c + gap if c == " " else c for c in letters)
    return draw(MARKS) + inside + draw(MARKS)


@given(st.sampled_from(PER_SE).flatmap(mangled))
@settings(max_examples=300, deadline=None)
def test_a_per_se_word_is_a_stop_however_it_is_typed(text: str) -> None:
    assert read(text).opt_out


@given(st.sampled_from(["stop", "quit", "end", "cancel", "unsubscribe"]), st.sampled_from([" ", ".", "-", " . ", "*"]))
@settings(max_examples=60, deadline=None)
def test_a_spelled_out_word_is_a_stop(word: str, between: str) -> None:
    assert read(between.join(word)).opt_out


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_at_all_gets_a_reading(text: str) -> None:
    reading = read(text)
    assert set(reading.intents) <= set(INTENTS)
    assert reading.urgent == (reading.attention == "page")
    assert all(0 <= span.start < span.end <= len(text) for span in reading.spans)
    assert reading.attention != "routine" or "other" not in reading.intents


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_nothing_written_around_it_hides_a_sentence_of_danger(before: str, after: str) -> None:
    assert read(f"{before}\nmy husband has crushing chest pain\n{after}").urgent
