"""C36: no first text from a line whose greeting is not attested, by a person and with a day; its words are kept by version.

Not here: a key pressed during the greeting to decline is the phone system's own; the words to decline by text are C28.
"""

from __future__ import annotations

from datetime import timedelta

from desk import MAPLE, STRANGE, Desk
from django.urls import reverse
from sending import goes, index_of, texts

from ringback.core import consent
from ringback.engine import clock
from ringback.store import access, ledger_read

WORDS = "If we miss you we may send you one text. Message and data rates may apply."


def forget_notice(desk: Desk) -> None:
    desk.change("update line set greeting_notice_on = null, greeting = ''")
    desk.change("update practice set version = version + 1")


def test_without_a_notice_the_first_text_is_denied_and_a_person_calls(desk: Desk) -> None:
    forget_notice(desk)
    case = desk.miss(STRANGE)
    assert texts(desk, STRANGE) == [("first", "denied", "no_notice")] and desk.task_of(case)
    assert desk.rows("select count(*) from consent_entry") == [(0,)]


def test_a_reply_needs_no_greeting(desk: Desk) -> None:
    forget_notice(desk)
    desk.text(STRANGE, "BILLING")
    assert goes(desk) == ["billing"]


def test_a_notice_of_tomorrow_allows_nothing_today(desk: Desk, browse) -> None:
    forget_notice(desk)
    day = (clock.now() + timedelta(days=2)).date().isoformat()
    browse("manager").post(reverse("greeting", args=[1]), {"words": WORDS, "since": day})
    desk.miss(STRANGE)
    assert texts(desk, STRANGE) == [("first", "denied", "no_notice")]


def test_an_attested_greeting_allows_and_its_wording_stands_with_each_text(desk: Desk, browse) -> None:
    forget_notice(desk)
    day = clock.now().date().isoformat()
    answer = browse("manager").post(reverse("greeting", args=[1]), {"words": WORDS, "since": day}, follow=True)
    assert "First texts from this line go" in answer.content.decode()
    desk.miss(STRANGE)
    assert goes(desk) == ["first"]
    ((category, method, digest, source),) = desk.rows(
        "select category, method, wording_hash, source from consent_entry"
    )
    assert (category, method, digest) == ("missed_call", "greeting_notice", consent.digest(WORDS))
    assert source.startswith("case:")
    changed = WORDS.replace("one text", "a text")
    browse("manager").post(reverse("greeting", args=[1]), {"words": changed, "since": day})
    kept = desk.rows("select version, told, \"by\" from disclosure where id = 'greeting.1' order by version")
    assert kept[-2:] == [(kept[-2][0], WORDS, "9"), (kept[-2][0] + 1, changed, "9")]
    with access.practice(MAPLE) as rows:
        (entry,) = ledger_read.history(rows, index_of(desk, STRANGE))
        assert ledger_read.wordings(rows, [entry["wording_hash"]])[0]["told"] == WORDS


def test_words_that_do_not_say_it_are_refused_and_so_is_whoever_may_not(desk: Desk, browse) -> None:
    forget_notice(desk)
    where, day = reverse("greeting", args=[1]), clock.now().date().isoformat()
    for told in ({"words": "Please hold the line.", "since": day}, {"words": WORDS, "since": "soon"}):
        browse("manager").post(where, told)
    assert browse("front_desk").post(where, {"words": WORDS, "since": day}).status_code == 403
    assert desk.rows("select greeting_notice_on from line") == [(None,)]
    assert browse("manager").post(reverse("greeting", args=[77]), {"words": WORDS, "since": day}).status_code == 404
