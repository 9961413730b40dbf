"""Rules and scores, put together: what the rules found stands, and a model adds to it.

The rule: scores raise and never lower. A page, a stop or a doubt that a rule found stays whatever a model says; a figure
of speech that a rule knows turns a model's page into a person, never a rule's. Where no model answers, only words that
we or the carrier offered are routine, and a person reads all else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ringback.core.words.normal import normal
from ringback.core.words.optout_words import NOT
from ringback.core.words.reading import INTENTS, Reading, Span
from ringback.core.words.scores import Scores
from ringback.core.words.understand import QUOTE, read

PAGE: Final = 0.35
"""A model's `urgent` from which somebody is called; `person` from DOUBT on."""
DOUBT: Final = 0.05
CARE: Final = 0.50
CAUTION: Final = 0.50
SURE: Final = 0.90
"""A model's `urgent` that a figure of speech does not explain."""
STOP: Final = 0.20
STOP_SPOKEN: Final = 0.80
SPOKEN_WORDS: Final = 4
STOP_DOUBT: Final = 0.10
NOTHING: Final = 0.45
ORDINARY: Final = 0.40
"""What makes an `other` routine: a plain question, or nothing at all that needs a person (below UNCLEAR)."""
UNCLEAR: Final = 0.05
ADD: Final = 0.55
"""What a wish needs that no rule found; one that a rule found needs KEEP only; the best of a message that has none, LEAST."""
KEEP: Final = 0.15
LEAST: Final = 0.02
TOLD: Final = 0.30
"""How sure a language must be; to change the one that is stored, CHANGED."""
CHANGED: Final = 0.80
_APART: Final = ("urgent", "opt_out", "wrong_number", "help", "other")
_SCRIPTS: Final = {"zh": ("zh", "ja"), "ja": ("ja",), "ko": ("ko",), "ru": ("ru",), "ar": ("ar", "fa"), "hi": ("hi",)}


def understand(
    text: str, scores: Scores | None, *, lang: str | None = None, asked: str | None = None, voicemail: bool = False
) -> Reading:
    """What `text` says, by rules and by the scores of a model; None: no model answered.

    Never raises for any text. Pure: the same arguments give the same reading.
    """
    found = read(text, lang=lang, asked=asked, voicemail=voicemail)
    words = normal(text).words
    innocent = bool(NOT.find(words))
    fused = fuse(found, scores, words=len(words), lang=lang, voicemail=voicemail, innocent=innocent)
    first = next((span for span in fused.spans if span.kind in fused.intents[:1]), None)
    if first is None or fused.quote:
        return fused
    return replace(fused, quote=text[first.start : first.end][:QUOTE])


def fuse(
    found: Reading,
    scores: Scores | None,
    *,
    words: int = 2,
    lang: str | None = None,
    voicemail: bool = False,
    innocent: bool = False,
) -> Reading:
    """The reading `found` by rules, raised by `scores`.

    `words`: how many it has; `lang`: the stored language; `innocent`: a rule knows words in it that only sound like a stop.
    """
    if found.keyword:
        return found
    if scores is None:
        return _unaided(found)
    danger = scores.of("urgent")
    page = found.urgent or (danger >= PAGE and not (found.figure and danger < SURE))
    # A voicemail that is a word or two is no stop, whatever it sounds like.
    least = STOP if not voicemail else STOP_SPOKEN if words >= SPOKEN_WORDS else 1.1
    least = max(least, SURE) if innocent else least
    wrong = found.wrong_number or scores.of("wrong_number") >= least
    stop = found.opt_out or wrong or scores.of("opt_out") >= least
    unsure = not stop and (found.opt_out_unsure or (not voicemail and scores.of("opt_out") >= STOP_DOUBT))
    asks_help = found.help or (not page and not stop and scores.of("help") >= ADD)
    wishes = _wishes(found, scores, page=page, stop=stop)
    kinds = [
        *(["urgent"] if page else []),
        *(["wrong_number"] if wrong else []),
        *(["opt_out"] if stop else []),
        *(["help"] if asks_help else []),
        *wishes,
    ]
    ignore = found.ignore
    if ignore and kinds:
        ignore = False
    elif not kinds and not ignore:
        calm = max(scores.of("urgent") / DOUBT, scores.care / CARE) < 0.5 and not found.wary
        ignore = calm and scores.nothing >= NOTHING and not found.start
        kinds = [] if ignore or found.start else ["other"]
    person = (
        found.wary
        or unsure
        or danger >= DOUBT
        or scores.care >= CARE
        or scores.caution >= CAUTION
        or bool({"clinical", "language"}.intersection(kinds))
        or ("other" in kinds and scores.ordinary < ORDINARY and scores.caution >= UNCLEAR)
        or scores.lang_sure < TOLD
    )
    told = _told(found, scores, words, lang)
    spans = _spans(found, scores, kinds)
    unclear = found.intents == ("other",) and not found.wary
    whys = [found.why] if found.why and not (unclear and (kinds != ["other"] or not person)) else []
    if kinds == ["other"] and not person:
        whys.append("reads like a plain question about the office")
    added = [kind for kind in kinds if kind not in found.intents]
    if (page and not found.urgent) or (stop and not found.opt_out) or added:
        whys.append("reads like: " + ", ".join(f"{kind} ({scores.of(kind):.2f})" for kind in added))
    if danger >= PAGE and not page:
        whys.append(f"reads like danger ({danger:.2f}), but as a figure of speech")
    elif not page and person and danger >= DOUBT:
        whys.append(f"may be danger ({danger:.2f})")
    return replace(
        found,
        intents=tuple(kinds),
        attention="page" if page else "person" if person and not ignore else "routine",
        urgent=page,
        opt_out=stop,
        opt_out_unsure=unsure,
        wrong_number=wrong,
        doubt=not page and (danger >= DOUBT or scores.care >= CARE) and not ignore,
        help=asks_help,
        ignore=ignore,
        auto_reply=found.auto_reply and ignore,
        lang=told,
        foreign=told not in ("en", "es"),
        spans=spans,
        quote=found.quote if kinds[:1] == list(found.intents[:1]) else "",
        why="; ".join(whys),
    )


def _unaided(found: Reading) -> Reading:
    """Rules alone: whoever was not asked for a word of ours is read by a person."""
    if found.attention != "routine" or found.ignore or found.start:
        return found
    return replace(found, attention="person", why=f"{found.why}; no model answered: a person reads it".lstrip("; "))


def _wishes(found: Reading, scores: Scores, *, page: bool, stop: bool) -> list[str]:
    """What is asked for, besides what is looked at apart: all that is likely, or else the likeliest."""
    kinds = [name for name in INTENTS if name not in _APART]
    wishes = [name for name in kinds if scores.of(name) >= (KEEP if name in found.intents else ADD)]
    if scores.of("other") >= ADD:
        wishes.append("other")
    if not wishes and not page and not stop:
        best = max((*kinds, "other"), key=scores.of)
        wishes = [best] if scores.of(best) >= max(LEAST, scores.nothing) else []
    if page:
        wishes = [name for name in wishes if name not in ("clinical", "confirm", "other")]
    if stop:
        wishes = [name for name in wishes if name not in ("confirm", "other")]
    return wishes


def _told(found: Reading, scores: Scores, words: int, stored: str | None) -> str:
    """The language. One word never changes the stored one; a script that is read by rule limits what it may be."""
    likely = _SCRIPTS.get(found.lang)
    if likely is not None and found.lang != stored:
        return scores.lang if scores.lang in likely and scores.lang_sure >= TOLD else found.lang
    if words < 2:
        return found.lang
    least = CHANGED if stored and scores.lang != stored else TOLD
    return scores.lang if scores.lang_sure >= least else found.lang


def _spans(found: Reading, scores: Scores, kinds: list[str]) -> tuple[Span, ...]:
    """The rules' places of what was found, then the model's for what only it found; days, names and such stay."""
    kept = tuple(span for span in found.spans if span.kind in kinds or span.kind not in INTENTS)
    known = {span.kind for span in kept}
    return (*kept, *(place for place in scores.places if place.kind in kinds and place.kind not in known))
