"""Carrier words and danger as people mangle them: any case, full-width letters, spaces, marks and emoji around."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core.words import INTENTS, read

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
