"""C28: a stop in any reasonable words and by any way blocks the number at once and ends in one ledger; danger is still heard.

Not here: e-mail and voicemail greetings are not read for stops by themselves; staff take them down on the page.
"""

from __future__ import annotations

import unicodedata

import pytest
from desk import MAPLE, MARIA, STRANGE, Desk
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from sending import blocked, goes, index_of, stops, texts

from ringback.core import words
from ringback.store import access, ledger_read

STOPS = (
    *("STOP", "stop.", " Stop!! ", "S T O P", "ＳＴＯＰ", "stop 🙏", "STOPALL", "Stop all"),
    *("quit", "End", "revoke", "opt out", "OPT-OUT", "optout", "unsubscribe"),
    *("please stop texting me", "remove me from your list", "take me off", "don't text this number", "no more texts"),
    *("lose my number", "wrong number", "not me", "who is this I never called"),
    *("alto", "no mas", "parar", "ya no me manden mensajes", "停止", "arrêt", "cancel and stop texting me"),
)
CANCELS = ("CANCEL", "cancel.", "Cancel!")
NOT_STOPS = ("cancel my appointment tuesday", "need to cancel tmrw 3pm", "end of the month works", "stop by at 5?")


@pytest.mark.parametrize("text", (*STOPS, *CANCELS))
def test_each_row_of_the_table_is_a_stop(text: str) -> None:
    assert words.read(text).opt_out


@pytest.mark.parametrize("text", (*NOT_STOPS, "can't stop bleeding"))
def test_what_only_holds_the_word_is_none(text: str) -> None:
    assert not words.read(text).opt_out


SEVEN = ("stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe")
AROUND = st.text(alphabet=" \t\n.!?,;:-*\"'()🙏👍…", max_size=6)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(SEVEN), st.lists(st.booleans(), min_size=12, max_size=12), AROUND, AROUND, st.booleans())
def test_case_punctuation_and_width_change_nothing(
    word: str, upper: list[bool], before: str, after: str, wide: bool
) -> None:
    said = "".join(letter.upper() if up else letter for letter, up in zip(word, upper, strict=False))
    if wide:
        said = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in said)
        assert unicodedata.normalize("NFKC", said).casefold() == word
    reading = words.read(before + said + after)
    assert reading.opt_out and not reading.urgent


@pytest.mark.parametrize(
    ("text", "purpose"),
    [("Stop!!", "stop_confirmation"), ("take me off", "stop_confirmation"), ("CANCEL", "cancel_confirmation")],
)
def test_a_texted_stop_blocks_at_once_and_is_confirmed_once(desk: Desk, text: str, purpose: str) -> None:
    desk.miss(STRANGE)
    desk.text(STRANGE, text)
    assert blocked(desk, STRANGE) and stops(desk, STRANGE) == [("stop", "text")]
    assert goes(desk) == [purpose]
    ((sealed, evidence),) = desk.rows("select sealed, evidence from suppression_entry")
    assert text.encode() not in bytes(sealed) and evidence.startswith("message:")
    with access.practice(MAPLE) as rows:
        (entry,) = [one for one in ledger_read.history(rows, index_of(desk, STRANGE)) if one["ledger"] == "suppression"]
    assert entry["words"] == text


def test_a_first_text_that_waits_is_not_sent_after_the_stop(desk: Desk) -> None:
    desk.miss(STRANGE)
    assert [one[:2] for one in texts(desk, STRANGE)] == [("first", "queued")]
    desk.text(STRANGE, "stop")
    assert goes(desk) == ["stop_confirmation"]
    assert texts(desk, STRANGE)[0][:2] == ("first", "cancelled")


def test_stop_and_danger_in_one_text_are_both_obeyed(desk: Desk) -> None:
    case = desk.text(STRANGE, "stop. chest pain")
    assert blocked(desk, STRANGE)
    assert desk.state(case)[0] == "urgent"
    assert desk.rows("select count(*) from notice where kind = 'page'")[0][0] >= 1
    assert goes(desk) == ["urgent"], "the one reply that may still go"


@pytest.mark.parametrize("source", ["voice", "voicemail", "in_person", "paper", "email", "web", "staff"])
def test_whatever_staff_take_down_ends_in_the_same_ledger(desk: Desk, browse, source: str) -> None:
    desk.miss(STRANGE)
    where = reverse("choices_stop", args=[index_of(desk, STRANGE).hex()])
    answer = browse("front_desk").post(where, {"source": source, "words": "please leave me alone"})
    assert answer.status_code == 302
    assert blocked(desk, STRANGE) and stops(desk, STRANGE) == [("stop", source)]
    assert goes(desk) == [] and texts(desk, STRANGE)[0][:2] == ("first", "cancelled")
    assert desk.rows("select staff from audit where what = 'suppression.stop'") == [("8",)]


def test_the_button_on_a_case_works_while_it_is_open_and_after(desk: Desk, browse) -> None:
    hand = browse("front_desk")
    case = desk.miss(STRANGE)
    hand.post(f"/cases/{case}/opt-out", {"source": "voice", "words": "no texts"})
    assert desk.state(case) == ("closed", "opted_out") and stops(desk, STRANGE) == [("stop", "voice")]
    other = desk.text(MARIA, "BILLING")
    hand.post(f"/cases/{other}/tasks/{desk.task_of(other)}/done", {"disposition": "resolved"})
    assert desk.state(other)[0] == "closed"
    hand.post(f"/cases/{other}/opt-out", {"source": "paper"})
    assert blocked(desk, MARIA) and stops(desk, MARIA) == [("stop", "paper")]


def test_a_patient_stops_texts_on_the_page_of_their_link(desk: Desk) -> None:
    case = desk.text(MARIA, "BOOK")
    link = desk.link(case)
    seen = Client().get(link).content.decode()
    assert 'value="stop"' in seen and not blocked(desk, MARIA), "to look is not to stop"
    answer = Client().post(link, {"step": "stop"})
    assert answer.status_code == 200 and "not send automatic texts" in answer.content.decode()
    assert blocked(desk, MARIA) and stops(desk, MARIA) == [("stop", "patient")]
    stranger = Client().post(f"/p/{MAPLE}/no-such-token", {"step": "stop"})
    assert stranger.status_code == 200 and desk.rows("select count(*) from suppression") == [(1,)]


def test_words_that_may_be_a_stop_hold_texts_until_a_person_has_read_them(desk: Desk, browse) -> None:
    desk.miss(STRANGE)
    unsure = "not interested"
    assert words.read(unsure).opt_out_unsure
    case = desk.text(STRANGE, unsure)
    assert not blocked(desk, STRANGE) and goes(desk) == []
    ((task,),) = desk.rows("select id from task where kind = 'opt_out_check' and state = 'open'")
    hand = browse("front_desk")
    assert "Yes, they meant stop" in hand.get(f"/cases/{case}").content.decode()
    hand.post(f"/cases/{case}/tasks/{task}/done", {"disposition": "opted_out"})
    assert blocked(desk, STRANGE) and stops(desk, STRANGE) == [("stop", "staff")]
    assert desk.state(case) == ("closed", "opted_out")
    billing = desk.text(MARIA, "BILLING")
    hand.post(f"/cases/{billing}/tasks/{desk.task_of(billing)}/done", {"disposition": "opted_out"})
    assert not blocked(desk, MARIA), "only the task that asks may say so"
