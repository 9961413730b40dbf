"""Days, times, amounts and names as they stand in a message, so that a task opens filled in.

The rule: a span says where, never what it comes to; what is doubtful is left to the person who reads. Places count
characters of the message as it came.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from ringback.core.words.lists import either
from ringback.core.words.normal import LONGEST
from ringback.core.words.reading import Span

MOST: Final = 20
"""Spans kept of each kind: nobody reads more, and a flood of numbers is no message."""

_DAYS = (
    r"mon(?:day)?s?|tue(?:s(?:day)?)?s?|wed(?:nesday|s)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?s?|sat(?:urday)?s?|sun(?:day)?s?|"
    r"lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo"
)
_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
)
_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
_KINDS: Final = (
    (
        "date",
        rf"\b(?:(?:this|next|coming|el|pr[oó]ximo)\s+)?(?:{_DAYS})\b|\b(?:today|tonight|tomorrow|tmrw|tmr|tomoro?w|hoy|ma[nñ]ana|pasado ma[nñ]ana)\b|"
        rf"\b(?:next|this|la pr[oó]xima|esta)\s+(?:week|month|semana)\b|\b(?:{_MONTHS})\.?\s+{_NUMBER}\b|"
        rf"\b{_NUMBER}\s+(?:of\s+|de\s+)?(?:{_MONTHS})\b|\b\d{{1,2}}[/-]\d{{1,2}}(?:[/-]\d{{2,4}})?\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b|\bthe\s+\d{{1,2}}(?:st|nd|rd|th)\b",
    ),
    (
        "time",
        r"\b\d{1,2}(?::[0-5]\d)?\s?[ap]\.?\s?m\b\.?|\b(?:[01]?\d|2[0-3]):[0-5]\d\b|\b(?:noon|midnight|mediod[ií]a|morning|mornings|afternoon|afternoons|evening|evenings)\b|"
        r"\b(?:at|after|before|around|by|a las|despu[eé]s de las|antes de las)\s+(?:1[0-2]|[1-9])\b(?!\s*[/%:.\d-])(?!\s*(?:st|nd|rd|th|mg|days?|weeks?|months?|years?|d[ií]as|semanas)\b)|"
        r"\bpor la (?:ma[nñ]ana|tarde|noche)\b",
    ),
    (
        "amount",
        r"[$€]\s?\d[\d,]*(?:\.\d{1,2})?|\b\d[\d,]*(?:\.\d{1,2})?\s?(?:dollars|bucks|usd|d[oó]lares|pesos)\b",
    ),
)
_PATTERNS: Final = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
# A name is taken only after words that bring one, and only where it is written as one.
_NAME: Final = re.compile(
    r"\b(?:[Tt]his is|[Mm]y name(?:'|’)?s|[Mm]y name is|[Nn]ame is|[Nn]ame:|[Mm]e llamo|[Mm]i nombre es|[Ss]oy|[Hh]abla)\s+"
    r"([A-ZÁÉÍÓÚÑ][\w'’-]+(?:\s+[A-ZÁÉÍÓÚÑ][\w'’-]+){0,2})"
)
_NO_NAMES: Final = either(
    "The A An My Your Urgent I It Not Very So Just About For Regarding Dr Doctor Paciente La El Un Una"
)


def details(text: str) -> tuple[Span, ...]:
    """Spans of kind `date`, `time`, `amount` and `name`, in order of place. Never raises."""
    text = text[:LONGEST]
    spans: list[Span] = []
    for kind, pattern in _PATTERNS:
        spans += [Span(kind=kind, start=m.start(), end=m.end()) for m in islice(pattern.finditer(text), MOST)]
    for match in islice(_NAME.finditer(text), MOST):
        if match.group(1).split()[0] not in _NO_NAMES:
            spans.append(Span(kind="name", start=match.start(1), end=match.end(1)))
    return tuple(sorted(spans, key=lambda span: (span.start, span.end, span.kind)))
