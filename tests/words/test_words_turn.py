"""What a batch does with the model: each message is asked about once, and a silent model sends the words to a person."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from ringback.adapters.contract import TextSeen, VoicemailSeen
from ringback.core.words import read
from ringback.core.words.reading import INTENTS
from ringback.core.words.scores import Scores
from ringback.engine.read import Readout, Seen
from ringback.engine.step import Batch
from ringback.engine.turn import _scored

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DANGER = Scores(intents=tuple(0.9 if name == "urgent" else 0.0 for name in INTENTS), care=0.9, lang_sure=0.9)
HEARD = "she turned grey and slid off the couch"


class Listener:
    """An ear that keeps what it was asked and says one thing of everything."""

    def __init__(self, says: Scores | None) -> None:
        self.says, self.asked = says, list[tuple[str, bool]]()

    async def ask(self, texts: Sequence[tuple[str, bool]]) -> list[Scores | None]:
        self.asked += texts
        return [self.says] * len(texts)


def seen(what: TextSeen | VoicemailSeen) -> Seen:
    return Seen(practice=1, source=1, at=NOW, what=what)


def text(body: str) -> Seen:
    return seen(TextSeen(sender="+12025550123", line="+12025550100", body=body, message_id="m", event_key="e"))


def voicemail(words: str) -> Seen:
    return seen(VoicemailSeen(call_key="c", event_key="e", caller="+12025550123", line="+12025550100", words=words))


def batch(ear: Listener | None, *said: Seen) -> Batch:
    """The working memory of a batch, with what the model said of it."""
    book: Any = SimpleNamespace(ear=ear)
    found = Batch(book, NOW)
    found.scores = asyncio.run(_scored(book, Readout(seen=list(said))))
    return found


def test_each_message_is_asked_about_once_and_voicemails_as_spoken() -> None:
    ear = Listener(DANGER)
    held = batch(ear, text(HEARD), text(HEARD), text("  "), voicemail("call me about my bill"), voicemail(""))
    assert ear.asked == [(HEARD, False), ("call me about my bill", True)]
    assert held.understood(HEARD).attention == "page"


def test_a_silent_model_sends_the_words_to_a_person_and_an_offered_word_goes_on() -> None:
    held = batch(Listener(None), text("can i get in this week"), text("1"))
    assert held.understood("can i get in this week").attention == "person"
    assert held.understood("1").attention == "routine"


def test_where_no_model_is_set_up_the_rules_read_alone() -> None:
    assert batch(None, text(HEARD)).understood(HEARD) == read(HEARD)
