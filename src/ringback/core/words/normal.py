"""From what was typed to plain words: one spelling for each word, and where each word stood.

The rule: NFKC, lower case, no accents, no apostrophes, no emoji; sentence ends become the word `|`, which no
phrase may cross. Shorthand and near misses of words that matter are put right; everything else is left.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from ringback.core.words.lists import either
from ringback.core.words.spelling import PAIRS, SHORTHAND, mend

BREAK: Final = "|"
LONGEST: Final = 4000
"""Characters read; a text message has at most 1,600 and a voicemail of three minutes about 3,000."""

_APOSTROPHES: Final = frozenset("'’‘ʼ`´′＇")
_WORD = re.compile(r"[$€]?[^\W_]+(?:[.:,][0-9]+)*|[.!?;\n…。！？،؛¿¡]+")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W_][ .\-_*]+){2,}[^\W_](?![^\W_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a message in order, with the place of each in the message as it came."""

    text: str
    plain: str
    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Start and end, in the message as it came, of the words first..last-1."""
        return self.places[first][0], self.places[last - 1][1]


def _plain(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the index it came from."""
    out: list[str] = []
    places: list[int] = []
    if text.isascii() and not _APOSTROPHES.intersection(text):
        return text.lower(), list(range(len(text)))
    for index, raw in enumerate(text):
        if raw in _APOSTROPHES:
            continue
        if raw < "\x80":
            out.append(raw.lower())
            places.append(index)
            continue
        for char in unicodedata.normalize("NFKD", raw).casefold():
            if char in _APOSTROPHES or unicodedata.category(char) in ("Mn", "Cf", "Me"):
                continue
            out.append(char)
            places.append(index)
    return "".join(out), places


def normal(text: str) -> Words:
    """The words of `text`. Never raises; what is beyond LONGEST is not read."""
    text = text[:LONGEST]
    plain, origin = _plain(text)
    words: list[str] = []
    places: list[tuple[int, int]] = []
    joined = {m.start(): m.end() for m in _SPACED.finditer(plain)}
    until = 0
    for found in _WORD.finditer(plain):
        start, end = found.span()
        if start < until:
            continue
        word = found.group()
        if start in joined:
            letters = re.sub(r"[\W_]", "", plain[start : joined[start]])
            if letters in SPACED_WORDS:
                word, end, until = letters, joined[start], joined[start]
        if not (word[0].isalnum() or word[0] in "$€"):
            word = BREAK
        for part in SHORTHAND.get(word) or (mend(word),):
            words.append(part)
            places.append((origin[start], origin[end - 1] + 1))
    while words and words[-1] == BREAK:
        words.pop()
        places.pop()
    return _pairs(text, plain, words, places)


SPACED_WORDS: Final = either("stop stopall quit end cancel unsubscribe help urgent alto parar baja start")


def _pairs(text: str, plain: str, words: list[str], places: list[tuple[int, int]]) -> Words:
    """Join the pairs that people write as two words ("can not", "no body")."""
    index = 0
    while index < len(words) - 1:
        one = PAIRS.get((words[index], words[index + 1]))
        if one is not None:
            words[index : index + 2] = [one]
            places[index : index + 2] = [(places[index][0], places[index + 1][1])]
        index += 1
    return Words(text=text, plain=plain, words=tuple(words), places=tuple(places))
