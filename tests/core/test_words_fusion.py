"""Rules and a model together: a model adds attention and never takes any away; without one more goes to people."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core.words import INTENTS, read
from ringback.core.words.fusion import PAGE, STOP, SURE, fuse, understand
from ringback.core.words.reading import ATTENTION, Span
from ringback.core.words.scores import Scores

SAID = [
    "can't breathe", "stop texting me", "wrong number", "STOP", "CANCEL", "1", "5", "thanks!", "call me back", "HELP",
    "I need an appointment", "are you open on saturday", "i'm dying to get this sorted", "no chest pain", "START", "",
    "need to move my visit and a refill", "mi mama no puede respirar", "stop by at 5?", "where do i park", "胸痛", "ok",
    "he had a stroke in 2019, needs a checkup", "I'm driving with focus on", "my knee hurts", "tôi cần hẹn bác sĩ",
    "urgent refill please", "any results yet", "stop. chest pain", "yes", "no", "maybe stop some of these",
]  # fmt: skip
CHANCE = st.floats(0, 1, allow_nan=False)
SCORES = st.builds(
    Scores,
    intents=st.tuples(*[CHANCE] * len(INTENTS)),
    care=CHANCE,
    caution=CHANCE,
    nothing=CHANCE,
    ordinary=CHANCE,
    lang=st.sampled_from(["en", "es", "vi", "fa", "ja"]),
    lang_sure=CHANCE,
)
WORDS = st.one_of(st.sampled_from(SAID), st.text(max_size=80))


def scores(*, lang: str = "en", lang_sure: float = 0.99, places: tuple[Span, ...] = (), **said: float) -> Scores:
    """Scores of one's choosing; what is not named is 0."""
    apart = {name: said.pop(name, 0.0) for name in ("care", "caution", "nothing", "ordinary")}
    intents = tuple(said.pop(name, 0.0) for name in INTENTS)
    assert not said
    return Scores(intents=intents, lang=lang, lang_sure=lang_sure, places=places, **apart)


@settings(max_examples=400, deadline=None)
@given(WORDS, SCORES, st.booleans(), st.sampled_from([None, "en", "es", "vi"]))
def test_whatever_a_model_says_nothing_a_rule_found_is_lost(
    text: str, told: Scores, voicemail: bool, lang: str | None
) -> None:
    rules = read(text, lang=lang, voicemail=voicemail)
    fused = understand(text, told, lang=lang, voicemail=voicemail)
    assert fused.urgent >= rules.urgent and fused.opt_out >= rules.opt_out
    assert fused.wrong_number >= rules.wrong_number and fused.bare_cancel == rules.bare_cancel
    assert fused.opt_out_unsure or fused.opt_out or not rules.opt_out_unsure
    assert fused.crisis == rules.crisis and fused.call_me == rules.call_me and fused.start == rules.start
    if rules.wary or rules.urgent:
        assert ATTENTION.index(fused.attention) >= ATTENTION.index(rules.attention)


@settings(max_examples=400, deadline=None)
@given(WORDS, SCORES)
def test_a_reading_always_holds_together(text: str, told: Scores) -> None:
    fused = understand(text, told)
    assert fused == understand(text, told)
    assert set(fused.intents) <= set(INTENTS) and len(set(fused.intents)) == len(fused.intents)
    assert (fused.attention == "page") == fused.urgent == ("urgent" in fused.intents)
    assert fused.opt_out == ("opt_out" in fused.intents)
    assert fused.wrong_number == ("wrong_number" in fused.intents)
    assert bool(fused.intents) != (fused.ignore or (fused.start and not fused.intents))
    assert not fused.ignore or fused.attention == "routine"
    assert not {"clinical", "language"} & set(fused.intents) or fused.attention != "routine"
    assert msgspec.json.decode(msgspec.json.encode(fused), type=type(fused)) == fused


@settings(max_examples=200, deadline=None)
@given(WORDS, SCORES, SCORES)
def test_more_danger_never_means_less_attention(text: str, told: Scores, other: Scores) -> None:
    at = INTENTS.index("urgent")
    low, high = sorted((told.intents[at], other.intents[at]))
    calm, worse = (replace(told, intents=(*told.intents[:at], value, *told.intents[at + 1 :])) for value in (low, high))
    order = [ATTENTION.index(understand(text, one).attention) for one in (calm, worse)]
    assert order[0] <= order[1]


@settings(max_examples=200, deadline=None)
@given(WORDS)
def test_without_a_model_the_rules_stand_and_only_our_own_words_are_routine(text: str) -> None:
    rules, alone = read(text), understand(text, None)
    assert replace(alone, attention=rules.attention, why=rules.why) == rules
    assert ATTENTION.index(alone.attention) >= ATTENTION.index(rules.attention)
    assert alone.attention != "routine" or rules.keyword or rules.start or rules.ignore


@pytest.mark.parametrize("text", ["1", "BOOK", "STOP", "START", "thanks!", "HELP", "Liked “See you”", "👍"])
def test_words_that_we_or_the_carrier_offered_need_no_model(text: str) -> None:
    worst = scores(urgent=0.99, opt_out=0.99, clinical=0.99)
    assert understand(text, worst) == understand(text, None) == read(text)


def test_a_model_raises_danger_that_no_rule_names() -> None:
    text = "she turned grey and slid off the couch"
    fused = understand(text, scores(urgent=0.8, care=0.9))
    assert fused.urgent and fused.attention == "page" and fused.intents == ("urgent",)
    assert "urgent (0.80)" in fused.why and "grey" not in fused.why


def test_doubt_about_danger_goes_to_a_person() -> None:
    fused = understand("can i get in this week", scores(book=0.9, urgent=PAGE - 0.1, care=0.4))
    assert fused.attention == "person" and fused.intents == ("book",) and fused.doubt


def test_a_figure_of_speech_turns_a_models_page_into_a_person_but_never_a_rules() -> None:
    text = "i'm dying to get this sorted, call my billing person"
    assert understand(text, scores(urgent=SURE - 0.1, billing=0.9)).attention == "person"
    assert understand(text, scores(urgent=SURE + 0.01)).attention == "page"
    assert understand("dying to get in, and i have chest pain", scores()).attention == "page"


@pytest.mark.parametrize("text", ["are you open on saturday", "where do i park", "how do i get into the portal"])
def test_plain_questions_about_the_office_are_routine_when_the_model_is_sure(text: str) -> None:
    fused = understand(text, scores(other=0.9, ordinary=0.9))
    assert fused.intents == ("other",) and fused.attention == "routine"
    assert understand(text, scores(other=0.9, caution=0.8)).attention == "person"
    assert understand(text, None).attention == "person"


def test_results_are_routine_when_nothing_else_is_in_them() -> None:
    assert understand("any results yet", scores(results=0.9)).attention == "routine"
    assert understand("any results yet", scores(results=0.9, care=0.7)).attention == "person"


def test_free_words_for_stop_are_obeyed_and_doubtful_ones_hold_what_goes_by_itself() -> None:
    sure = understand("i have had quite enough of these", scores(opt_out=0.8))
    assert sure.opt_out and sure.intents == ("opt_out",) and not sure.opt_out_unsure
    doubtful = understand("i have had quite enough of these", scores(opt_out=STOP - 0.02))
    assert not doubtful.opt_out and doubtful.opt_out_unsure and doubtful.attention == "person"


def test_words_that_only_sound_like_a_stop_make_a_models_stop_a_doubt() -> None:
    doubtful = understand("can i stop by the office", scores(opt_out=SURE - 0.1))
    assert not doubtful.opt_out and doubtful.opt_out_unsure and doubtful.attention == "person"
    assert understand("no, stop by the office i said, and stop these texts", scores()).opt_out


def test_a_stop_in_a_voicemail_needs_more() -> None:
    text = "hi this is ana please do not call before noon"
    assert not understand(text, scores(opt_out=0.6, book=0.6), voicemail=True).opt_out
    assert understand(text, scores(opt_out=0.95), voicemail=True).opt_out
    assert not understand("stop", scores(opt_out=0.99), voicemail=True).opt_out


def test_thanks_in_ones_own_words_want_nothing() -> None:
    text = "you have been an absolute star today, see you then"
    assert understand(text, scores(nothing=0.95)).ignore
    assert not understand(text, scores(nothing=0.95, urgent=0.3)).ignore
    assert not understand(text, None).ignore


def test_a_language_that_is_told_surely_is_taken_and_one_word_changes_nothing() -> None:
    spanish = scores(lang="es", book=0.9)
    assert understand("Busco turno con mi medico", spanish).lang == "es"
    assert understand("turno", spanish, lang="en").lang == "en"
    assert understand("rdv svp", scores(lang="fr", lang_sure=0.6, book=0.9), lang="en").lang == "en"
    assert understand("rdv svp", scores(lang="fr", lang_sure=0.9, book=0.9), lang="en").lang == "fr"
    assert understand("میخواهم نوبت بگیرم", scores(lang="fa", book=0.9)).lang == "fa"
    assert understand("我想预约", scores(lang="vi", book=0.9)).lang == "zh"


def test_a_message_in_another_language_keeps_its_wish_and_says_that_it_is_foreign() -> None:
    fused = understand("tôi cần đặt hẹn bác sĩ", scores(lang="vi", book=0.9))
    assert fused.intents == ("book",) and fused.foreign and fused.lang == "vi"


def test_what_only_the_model_found_is_shown_where_it_stands() -> None:
    text = "Hello there all. She turned grey and slid off the couch."
    where = Span(kind="urgent", start=17, end=len(text))
    fused = understand(text, scores(urgent=0.8, care=0.9, places=(where,)))
    assert where in fused.spans and fused.quote == text[17:]


def test_fusing_needs_no_words() -> None:
    found = read("i need a refill")
    assert fuse(found, scores(refill=0.9)).intents == ("refill",)
