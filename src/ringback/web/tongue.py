"""The edge where English sentences of the core, the store and the pages become the reader's own.

The rule: everything inside speaks plain English and is kept in English; only what is about to be shown is translated.
A sentence is looked up as it is; one with names or numbers in it is matched against the catalogue's entries that have
places (`%(a)s has left: sessions, duties and tasks are ended.`), and its parts are put back into the translation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext, trans_real

PLACE = re.compile(r"%\((\w+)\)[sd]")


@lru_cache(maxsize=8)
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """(a fixed piece, the pattern, the entry) of every entry with places, those with the most fixed words first."""
    entries = trans_real.translation(language)._catalog  # type: ignore[attr-defined]
    found = []
    for entry in {key if isinstance(key, str) else key[0] for key, _ in entries.items()}:
        entry = entry.rpartition("\x04")[2]
        if "%(" not in entry:
            continue
        names, pieces = [], PLACE.split(entry)
        fixed = [piece.replace("%%", "%") for piece in pieces[::2]]
        built = re.escape(fixed[0])
        for name, after in zip(pieces[1::2], fixed[1:], strict=True):
            built += (f"(?P={name})" if name in names else f"(?P<{name}>.*?)") + re.escape(after)
            names.append(name)
        if sum(len(piece.strip(" .:,()·")) for piece in fixed) >= 3:
            found.append((max(fixed, key=len), re.compile(built, re.DOTALL), entry))
    return tuple(sorted(found, key=lambda one: -len(PLACE.sub("", one[2]))))


def told(words: Any) -> str:
    """A sentence in the language of whoever reads it; one that the catalogue does not have stays as it is."""
    said = str(words or "")
    language = get_language() or "en"
    if not said.strip() or language.startswith("en"):
        return said
    return _told(said, language)


def _told(said: str, language: str) -> str:
    if not said.strip():
        return said
    # Sentences are also met with a capital or without, with a full stop or without.
    lower, bare = said[:1].lower() + said[1:], said.removesuffix(".")
    ways: tuple[tuple[str, Callable[[str], str]], ...] = (
        (said, str),
        (lower, _capital),
        (bare, lambda one: f"{one}."),
        (lower.removesuffix("."), lambda one: f"{_capital(one)}."),
        (_capital(said), lambda one: one[:1].lower() + one[1:]),
    )
    for look in (_exact, _placed):
        for index, (words, back) in enumerate(ways):
            if (index == 0 or words != said) and (found := look(words, language)) is not None:
                return back(found)
    return said


def _exact(words: str, language: str) -> str | None:
    found = gettext(words)
    return found if found != words else None


def _placed(words: str, language: str) -> str | None:
    for fixed, pattern, entry in _patterns(language):
        if fixed in words and (match := pattern.fullmatch(words)):
            return gettext(entry) % {name: _told(part, language) for name, part in match.groupdict().items()}
    return None


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
