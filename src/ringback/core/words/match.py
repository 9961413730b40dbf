"""Phrases as a front desk would write them, and where they stand in a message.

The rule: a phrase is words in order. `a/b` is either; `@name` any word of that list; `?word` may be missing;
`*` up to three words between, `**` up to seven; `^` the beginning and `$` the end of a sentence; `A & B` both,
in either order, up to five words apart. No phrase crosses the end of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ringback.core.words.normal import BREAK

GAPS: Final = {"*": 3, "**": 7}
APART: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One place in a phrase: the words it takes, how many may stand before it, whether it may be missing."""

    takes: frozenset[str]
    gap: int = 0
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One phrase. `name` is what it means, in words fit to be shown."""

    name: str
    parts: tuple[Part, ...]
    first: bool = False
    last: bool = False
    next: frozenset[str] = frozenset()
    """The words of which one must come second; empty when it may be further on. It only saves time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A phrase found at the words start..end-1."""

    name: str
    start: int
    end: int


class Phrases:
    """A list of phrases, looked up by their first word."""

    __slots__ = ("_by_word",)

    def __init__(self, table: Iterable[tuple[str, str]], lists: Mapping[str, frozenset[str]] | None = None) -> None:
        """`table`: meanings, each with its phrases, one a line. Raises KeyError for a word list that does not exist."""
        by_word: dict[str, list[Phrase]] = {}
        for name, lines in table:
            for line in lines.strip().splitlines():
                for phrase in _parsed(name, line.strip(), lists or {}):
                    for word in phrase.parts[0].takes:
                        by_word.setdefault(word, []).append(phrase)
        self._by_word: Final = {word: tuple(phrases) for word, phrases in by_word.items()}

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Every hit, in order of its first word."""
        hits: list[Hit] = []
        for index, word in enumerate(words):
            for phrase in self._by_word.get(word, ()):
                if phrase.first and index and words[index - 1] != BREAK:
                    continue
                if phrase.next and (index + 1 == len(words) or words[index + 1] not in phrase.next):
                    continue
                end = _ends(words, index + 1, phrase.parts, 1, phrase.last)
                if end:
                    hits.append(Hit(name=phrase.name, start=index, end=end))
        return hits


def _parsed(name: str, line: str, lists: Mapping[str, frozenset[str]]) -> Iterable[Phrase]:
    if " & " in line:
        one, two = line.split(" & ")
        for pair in ((one, two), (two, one)):
            left, right = (_parts(side.split(), lists) for side in pair)
            near = Part(takes=right[0].takes, gap=max(APART, right[0].gap))
            yield Phrase(name=name, parts=(*left, near, *right[1:]))
        return
    words = line.split()
    first, last = words[0] == "^", words[-1] == "$"
    parts = _parts(words[first : len(words) - last], lists)
    if parts[0].optional:
        yield from _parsed(name, " ".join(["^"] * first + words[first + 1 :]), lists)
    plain = len(parts) > 1 and not parts[1].gap and not parts[1].optional
    yield Phrase(name=name, parts=parts, first=first, last=last, next=parts[1].takes if plain else frozenset())


def _parts(words: Sequence[str], lists: Mapping[str, frozenset[str]]) -> tuple[Part, ...]:
    parts: list[Part] = []
    gap = 0
    for word in words:
        if word in GAPS:
            gap = GAPS[word]
            continue
        optional = word.startswith("?")
        takes: set[str] = set()
        for choice in word.removeprefix("?").split("/"):
            takes |= lists[choice[1:]] if choice.startswith("@") else {choice}
        parts.append(Part(takes=frozenset(takes), gap=gap, optional=optional))
        gap = 0
    return tuple(parts)


def _ends(words: Sequence[str], index: int, parts: Sequence[Part], at: int, last: bool) -> int:
    """The index after the phrase, or 0. `at` is the part to be found at or after `index`."""
    if at == len(parts):
        return index if not last or index == len(words) or words[index] == BREAK else 0
    part = parts[at]
    for place in range(index, min(index + part.gap, len(words) - 1) + 1):
        word = words[place]
        if word in part.takes:
            end = _ends(words, place + 1, parts, at + 1, last)
            if end:
                return end
        if word == BREAK:
            break
    return _ends(words, index, parts, at + 1, last) if part.optional else 0
