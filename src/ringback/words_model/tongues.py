"""More words of each language, for telling languages apart: Django's own translations (BSD), which are installed anyway.

The rule: only for learning, and only for the language; a corpus of messages is small, and little words are what tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from typing import Final

from ringback.words_model.model import LANGUAGES

MOST: Final = 900
"""Pieces taken of each language."""
_FOLDERS: Final = {"en": ("es",), "zh": ("zh_Hans", "zh_Hant"), "pt": ("pt", "pt_BR"), "es": ("es", "es_MX")}
_MARKUP: Final = re.compile(r"%\([^)]*\)\w|%\w|\{[^}]*\}|<[^>]*>|&\w+;|[\"“”«»„]|https?:\S+")
_SENTENCE: Final = re.compile(r"[.!?:;\n。！？؟।]+")


def pieces_of(lang: str) -> list[str]:
    """Short pieces of text in a language, the same ones every time; none for a language Django does not speak."""
    import django

    root = Path(django.__file__).parent
    found: dict[str, None] = {}
    for folder in _FOLDERS.get(lang, (lang,)):
        for path in sorted(root.glob(f"c*/**/locale/{folder}/LC_MESSAGES/*.mo")):
            with path.open("rb") as file:
                catalog: dict[object, str] = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            for key, said in sorted(catalog.items(), key=lambda pair: str(pair[0])):
                if key:
                    found |= dict.fromkeys(
                        _cut(str(key[0] if isinstance(key, tuple) else key) if lang == "en" else said)
                    )
    every = list(found)
    step = max(1, len(every) // MOST)
    return every[::step][:MOST]


def _cut(said: str) -> Iterator[str]:
    for part in _SENTENCE.split(_MARKUP.sub(" ", said)):
        words = part.split()
        for at in range(0, len(words), 7):
            piece = " ".join(words[at : at + 7])
            if len(piece) > 6:
                yield piece


def every() -> list[tuple[str, str]]:
    """(language, piece) for all languages that are told apart."""
    return [(lang, piece) for lang in LANGUAGES for piece in pieces_of(lang)]
