"""Short answers that staff put into the box with one press, in the caller's language: neutral, and true whoever reads them.

They pass the content lint as they stand; whoever sends one may change it first, and then the lint reads it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

QUICK: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "en": (
        ("call_you", "Thank you for your message. We will call you at this number today."),
        ("call_us", "Please call us when you have a minute; it is quicker to speak."),
        ("which_time", "Which time of day suits you best, morning or afternoon?"),
        ("done", "That is taken care of. Reply here if you need anything else."),
        ("not_here", "We cannot answer that by text. Please call us."),
        ("looking", "We are looking into it and will write to you today."),
    ),
    "es": (
        ("call_you", "Gracias por su mensaje. Le llamaremos hoy a este numero."),
        ("call_us", "Llamenos cuando tenga un momento; es mas rapido hablar."),
        ("which_time", "¿Que hora del dia le conviene mas, la mañana o la tarde?"),
        ("done", "Ya esta resuelto. Responda aqui si necesita algo mas."),
        ("not_here", "No podemos contestar eso por mensaje de texto. Llamenos, por favor."),
        ("looking", "Lo estamos revisando y le escribiremos hoy."),
    ),
}


def of(lang: str) -> tuple[tuple[str, str], ...]:
    """(code, words) of the quick replies in a language; English where there is none in it."""
    return QUICK.get(lang, QUICK["en"])


def beside(lang: str, reader: str) -> tuple[tuple[str, str, str], ...]:
    """(code, words, meant): the quick replies in the caller's language, each with what it says in the reader's; `meant` is
    empty where both speak the same."""
    words, meant = of(lang), dict(of(reader))
    return tuple((code, said, "" if meant[code] == said else meant[code]) for code, said in words)
