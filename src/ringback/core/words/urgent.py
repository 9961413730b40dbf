"""Who may be in danger, by what the words mean together.

The rule: recall first. A hit pages unless it is a figure of speech, is plainly denied or plainly history; then
a person reads it. Words that a rule masks do not hide other words of the same message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ringback.core.words.lists import either
from ringback.core.words.match import Hit, Phrases
from ringback.core.words.normal import BREAK, Words
from ringback.core.words.urgent_es import SPANISH
from ringback.core.words.urgent_figures import FIGURES, SCRIPTS
from ringback.core.words.urgent_lists import LISTS
from ringback.core.words.urgent_more import MORE
from ringback.core.words.urgent_words import CRISIS, ENGLISH

_DANGER: Final = Phrases([*ENGLISH.items(), *MORE.items(), *SPANISH.items()], LISTS)
_FIGURES: Final = Phrases([("figure of speech", FIGURES)], LISTS)

_DENIED: Final = either("no not never without denies deny sin nunca ningun ninguna")
_OR: Final = either("or nor ni o")
# What may stand between a denial and what it denies.
_BETWEEN: Final = either(
    """
a an any the more having have had has been getting got really actual currently longer signs sign symptoms of
like el la un una tengo tiene tener tenido hay he ha me da nor or ni experiencing real new
"""
)
_STILL: Final = either("now again still sudden suddenly today tonight keeps keep worse ahora otra vez hoy currently")
_PAST: Final = Phrases(
    {
        "history": """
years/year/yrs ago
last year/month/spring/summer/winter/fall
history of
back in
in @year
since @year
when i was
hace anos/meses
months ago
survivor
age of
""",
    }.items(),
    {"year": frozenset(str(year) for year in range(1950, 2026))},
)
_CARE: Final = either(
    """
medication medications medicine pills prescription clinic specialist appointment follow followup
class group refill bill billing invoice claim records center awareness prevention program screening
patient history survivor rehab study risk action plan medicamento medicina receta cita
"""
)
# Kinds a past or an appointment explains; nobody's threat to themselves is explained away so.
_EXPLAINED: Final = frozenset(
    {
        "stroke signs",
        "a seizure",
        "fainted or not responding",
        "heart signs",
        "an overdose",
        "violence",
        "a poisoning",
        "an allergic reaction",
        "pregnancy in danger",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """What was found: `page` at once, or only `person`; `crisis` when it is about suicide or self-harm."""

    page: bool = False
    person: bool = False
    crisis: bool = False
    hit: Hit | None = None
    figures: tuple[Hit, ...] = ()


def find(message: Words) -> Danger:
    """Look for danger in every message, whatever else it says."""
    words = list(message.words)
    for script, name in SCRIPTS:
        at = message.text.find(script)
        if at >= 0:
            index = next((i for i, p in enumerate(message.places) if p[0] <= at < p[1]), 0)
            crisis = name in CRISIS
            return Danger(page=True, crisis=crisis, hit=Hit(name=name, start=index, end=index + 1) if words else None)
    figures = tuple(_FIGURES.find(words))
    for figure in figures:
        words[figure.start : figure.end] = ["~"] * (figure.end - figure.start)
    soft: Hit | None = None
    found: Hit | None = None
    denied: Hit | None = None
    for hit in _DANGER.find(words):
        no = _denied(message, words, hit, denied)
        denied = hit if no else denied
        if no or (hit.name in _EXPLAINED and _explained(words, hit)):
            if hit.name != "says it is urgent":
                soft = soft or hit
            continue
        if hit.name in CRISIS:
            return Danger(page=True, crisis=True, hit=hit)
        found = found or hit
    if found is not None:
        return Danger(page=True, hit=found, figures=figures)
    if soft is not None:
        return Danger(person=True, hit=soft, figures=figures)
    return Danger(person="urgent" in words or "urgente" in words or "asap" in words, figures=figures)


def _denied(message: Words, words: Sequence[str], hit: Hit, before: Hit | None) -> bool:
    """'no chest pain', 'not having a seizure', 'no chest pain or fever'. 'No, chest pain' denies nothing."""
    index = hit.start - 1
    if index >= 0 and words[index] in _OR and before is not None and hit.start - before.end <= 2:
        return True
    while index >= 0 and words[index] in _BETWEEN:
        index -= 1
    if index < 0 or words[index] not in _DENIED:
        return False
    return message.text[message.places[index][1] :].lstrip()[:1] not in (",", "-", "\u2013", "\u2014")


def _explained(words: Sequence[str], hit: Hit) -> bool:
    after = words[hit.end : hit.end + 1]
    before = words[max(0, hit.start - 4) : hit.start]
    if hit.end - hit.start <= 2 and (_CARE.intersection(after) or _CARE.intersection(before)) and BREAK not in before:
        return not _STILL.intersection(words)
    start, end = hit.start, hit.end
    while start > 0 and words[start - 1] != BREAK:
        start -= 1
    while end < len(words) and words[end] != BREAK:
        end += 1
    sentence = words[start:end]
    return not _STILL.intersection(sentence) and bool(_PAST.find(sentence))
