"""One message, read: normalise, look for danger and for a stop, then for the rest.

The rule: danger and stop are both always looked for and neither hides the other. After them come start and
help, a menu answer, phrases, and last a person. Only what is plainly administrative is `routine`.
"""

from __future__ import annotations

from typing import Final

from ringback.core.words import intents, language, optout, urgent
from ringback.core.words.match import Hit
from ringback.core.words.noise import automatic, nothing_said
from ringback.core.words.normal import LONGEST, Words, normal
from ringback.core.words.reading import Reading, Span
from ringback.core.words.spans import details

MENU_QUESTION: Final = "menu"
DID_YOU_BOOK: Final = "did_you_book"
QUOTE: Final = 160
REJOIN: Final = "rejoin"


def read(text: str, *, lang: str | None = None, asked: str | None = None, voicemail: bool = False) -> Reading:
    """What `text` says. `lang`: the language stored for the caller; `asked`: what our last text asked
    (`menu`, `did_you_book`, ...), or `rejoin` where staff asked a person who had said stop for a YES; `voicemail`: the words were spoken, so keywords alone mean nothing.

    Never raises for any text. Pure: the same arguments give the same reading.
    """
    message = normal(text)
    danger = urgent.find(message)
    stop = optout.find(message, voicemail)
    told = language.tell(message, lang)
    if stop.sure and stop.lang and stop.lang != "other" and not lang:
        told = stop.lang
    reply = intents.whole(message)
    if not danger.page and not stop.sure:
        if nothing_said(message):
            return Reading(ignore=True, keyword=True, lang=told, why="thanks, a reaction or nothing: no answer is owed")
        if automatic(message) and not danger.person and not any(intents.find(message)[::2]):
            return Reading(ignore=True, auto_reply=True, lang=told, why="an automatic reply")
    found: list[str] = []
    spans: list[Span] = []
    whys: list[str] = []
    if danger.page:
        found.append("urgent")
        whys.append(f"may be in danger: {danger.hit.name if danger.hit else 'unclear'}")
        _mark(spans, "urgent", message, danger.hit)
    if stop.sure:
        if stop.wrong_number:
            found.append("wrong_number")
        found.append("opt_out")
        whys.append(stop.where.name if stop.where else "a stop")
        _mark(spans, "opt_out", message, stop.where)
    start = reply in intents.START and not voicemail and not stop.sure
    asks_help = reply in intents.HELP and not voicemail and not danger.page
    yes = _yes(reply, asked)
    call = reply in intents.CALL
    wishes: tuple[str, ...] = ()
    keyword = False
    person = danger.person or stop.unsure or len(text) > LONGEST
    if stop.unsure:
        whys.append(stop.where.name if stop.where else "may be a stop")
    if start or asks_help:
        keyword = True
        found += ["help"] if asks_help else []
        whys.append("asks for texts again" if start else "asks for help")
    elif (stop.sure and not stop.bare_cancel and len(reply.split()) <= 2) or (
        stop.bare_cancel and stop.where is not None and stop.where.start == 0 and stop.where.end == len(message.words)
    ):
        keyword = True
    elif reply in intents.MENU and not voicemail:
        keyword = True
        choice = "book" if asked == DID_YOU_BOOK and yes is False else intents.MENU[reply]
        wishes = (*wishes, choice)
        person = person or choice in ("other", "results")
        whys.append(f"menu answer: {choice}")
        _mark(spans, choice, message, Hit(name=choice, start=0, end=len(message.words)))
    elif yes is not None or (reply in intents.YES and not voicemail):
        keyword = True
        wishes = ("confirm",) if reply in intents.YES else (*wishes, "other")
        person = True
        whys.append("yes" if reply in intents.YES else "no")
    else:
        aside = (*danger.figures, *((danger.hit,) if danger.person and danger.hit else ()))
        more, hits, asks_call = intents.find(message, aside)
        keyword = call and not voicemail
        call = call or asks_call
        if stop.sure:
            more = tuple(name for name in more if name not in ("confirm", "clinical"))
        wishes = tuple(dict.fromkeys((*more, *wishes)))
        for hit in hits:
            _mark(spans, hit.name, message, hit)
        whys += [f"asks about: {name}" for name in more]
        if danger.person and danger.hit is not None:
            wishes = wishes or ("clinical",)
            whys.append(f"named, but denied or in the past: {danger.hit.name}")
            _mark(spans, "clinical", message, danger.hit)
        if language.ASKS.find(message.words) or told not in language.READ:
            wishes = (*wishes, "language")
            whys.append("needs another language")
    if danger.page:
        wishes = tuple(name for name in wishes if name not in ("clinical", "confirm"))
    found += wishes
    if call and not voicemail:
        whys.append("asks to be called")
        person = True
    if not found and not start:
        found = ["other"]
        whys = whys or ["unclear: a person reads it"]
    if {"clinical", "other", "language", "results"}.intersection(found):
        person = True
    spans = [span for span in spans if span.kind in found]
    wary = danger.person or stop.unsure or len(text) > LONGEST or (call and not voicemail)
    attention = "page" if danger.page else "person" if person else "routine"
    return Reading(
        intents=tuple(dict.fromkeys(found)),
        attention=attention,
        urgent=danger.page,
        opt_out=stop.sure,
        opt_out_unsure=stop.unsure,
        start=start,
        help=asks_help,
        bare_cancel=stop.bare_cancel,
        wrong_number=stop.wrong_number,
        call_me=call,
        crisis=danger.crisis,
        keyword=keyword and not danger.page,
        figure=bool(danger.figures) or danger.person,
        wary=wary,
        foreign=told not in language.READ,
        yes=yes,
        lang=told,
        spans=(*spans, *details(text)),
        quote=text[spans[0].start : spans[0].end][:QUOTE] if spans else "",
        why="; ".join(dict.fromkeys(whys)),
    )


def _mark(spans: list[Span], kind: str, message: Words, hit: Hit | None) -> None:
    if hit is not None:
        start, end = message.place(hit.start, hit.end)
        spans.append(Span(kind=kind, start=start, end=end))


def _yes(reply: str, asked: str | None) -> bool | None:
    """The answer to a question of ours; None when nothing was asked or it is no answer to it."""
    if asked is None or asked == MENU_QUESTION:
        return None
    if asked == REJOIN:
        return True if reply in intents.REJOINS else None
    if reply in intents.YES:
        return True
    if reply in intents.NO or (asked == DID_YOU_BOOK and reply in ("1", "one", "uno")):
        return False
    return None
