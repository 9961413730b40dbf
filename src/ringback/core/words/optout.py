"""Who asks for no more texts, in any words.

The rule: a carrier keyword counts when it is the whole message or a sentence of its own; free wording counts
wherever it stands. What only sounds like it ("stop by at 5", "can't stop bleeding") does not. A bare CANCEL is
a stop that may have meant a visit.
"""

from __future__ import annotations

from dataclasses import dataclass

from ringback.core.words.match import Hit
from ringback.core.words.normal import BREAK, Words
from ringback.core.words.optout_words import CANCELS, KEYWORDS, NOT, SURE, UNSURE, WRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What was found. `where` are the words it stands in; `lang` is that of a keyword, else empty."""

    sure: bool = False
    unsure: bool = False
    bare_cancel: bool = False
    wrong_number: bool = False
    lang: str = ""
    where: Hit | None = None


def sentences(words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where each sentence begins and ends, breaks left out."""
    found: list[tuple[int, int]] = []
    start = 0
    for index, word in enumerate((*words, BREAK)):
        if word == BREAK:
            if index > start:
                found.append((start, index))
            start = index + 1
    return found


def find(message: Words, voicemail: bool = False) -> Stop:
    """Look for a stop. In a voicemail keywords alone mean nothing: people end sentences with them."""
    words = message.words
    hits = SURE.find(words)
    blocked = NOT.find(words)
    sure = [h for h in hits if not any(b.start <= h.start < b.end for b in blocked)]
    wrong = [h for h in WRONG.find(words) if not any(b.start <= h.start < b.end for b in blocked)]
    parts = sentences(words)
    if not voicemail:
        for start, end in parts:
            said = " ".join(words[start:end])
            lang = KEYWORDS.get(said)
            if lang is not None:
                where = Hit(name="the word for stop", start=start, end=end)
                cancel = "cancel" in words or "cancelar" in words
                return Stop(
                    sure=True, wrong_number=bool(wrong), lang=lang, where=where, bare_cancel=cancel and len(parts) > 1
                )
        if len(parts) == 1 and " ".join(words[parts[0][0] : parts[0][1]]) in CANCELS:
            lang = "es" if "cancel" not in words else ""
            where = Hit(name="the word CANCEL alone", start=parts[0][0], end=parts[0][1])
            return Stop(sure=True, bare_cancel=True, lang=lang, where=where)
    if wrong:
        return Stop(sure=True, wrong_number=True, where=wrong[0])
    if sure:
        bare = words[:2] == ("cancel", "and")
        lang = "es" if "Spanish" in sure[0].name else ""
        return Stop(sure=True, bare_cancel=bare, lang=lang, where=sure[0])
    maybe = UNSURE.find(words)
    if not maybe and not voicemail and not blocked and words[:1] in (("stop",), ("unsubscribe",), ("stopall",)):
        maybe = [Hit(name="begins with stop", start=0, end=1)]
    if maybe:
        return Stop(unsure=True, where=maybe[0])
    return Stop()
