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
from ringback.core.words.scripts import named
from ringback.core.words.urgent_es import SPANISH
from ringback.core.words.urgent_figures import IDIOMS, OFFICE
from ringback.core.words.urgent_lists import LISTS
from ringback.core.words.urgent_more import MORE
from ringback.core.words.urgent_words import CRISIS, ENGLISH

_DANGER: Final = Phrases([*ENGLISH.items(), *MORE.items(), *SPANISH.items()], LISTS)
_IDIOM: Final = "a figure of speech"
_FIGURES: Final = Phrases([("office talk", OFFICE), (_IDIOM, IDIOMS)], LISTS)

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
_CARE_FOR: Final = _CARE | either("prescribed family check checkup seen referral paperwork form forms refills meds")
_LEADS: Final = either("for of after about para por de")
_HASTE: Final = either("urgent urgente asap")
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
    other = named(message.text)
    if other:
        where = Hit(name=other, start=0, end=len(words)) if words else None
        return Danger(page=True, crisis=other in CRISIS, hit=where)
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
    person = any(figure.name == _IDIOM for figure in figures) or bool(_HASTE.intersection(words))
    return Danger(person=person, figures=figures)


def _denied(message: Words, words: Sequence[str], hit: Hit, before: Hit | None) -> bool:
    """'no chest pain', 'not having a seizure', 'no chest pain or fever'. 'No, chest pain' denies nothing.

    Of suicide only the plain word is ever denied ('not suicidal'): 'I don't want to die' is somebody afraid.
    """
    if hit.name == "suicide or self-harm" and hit.end - hit.start > 1:
        return False
    index = hit.start - 1
    if index >= 0 and words[index] in _OR and before is not None and hit.start - before.end <= 2:
        return True
    while index >= 0 and words[index] in _BETWEEN:
        index -= 1
    if index < 0 or words[index] not in _DENIED:
        return False
    return message.text[message.places[index][1] :].lstrip()[:1] not in (",", "-", "\u2013", "\u2014")


def _explained(words: Sequence[str], hit: Hit) -> bool:
    """A diagnosis by its name, long past or the subject of an appointment, and nothing that says it is now."""
    if hit.end - hit.start > 2:
        return False
    start, end = hit.start, hit.end
    while start > 0 and words[start - 1] != BREAK:
        start -= 1
    while end < len(words) and words[end] != BREAK:
        end += 1
    sentence = words[start:end]
    if _STILL.intersection(sentence):
        return False
    if hit.end < end and words[hit.end] in _CARE:
        return True
    before = words[max(start, hit.start - 4) : hit.start]
    if _LEADS.intersection(before[-2:]) and _CARE_FOR.intersection(before):
        return True
    return bool(_PAST.find(sentence))
