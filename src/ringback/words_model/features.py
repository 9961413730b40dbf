"""From words to numbers: which hashed pieces of writing a message holds.

The rule: any string gives an answer, quickly. Pieces are runs of two to five letters within a word, whole words and pairs
of words, folded to one spelling; a second, smaller set keeps accents, for telling languages apart.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]
Hashes = NDArray[np.uint64]

BITS: Final = 18
LANGUAGE_BITS: Final = 15
LONGEST: Final = 4000
"""Characters looked at, as the rules do."""

_P: Final = np.uint64(0x100000001B3)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_FOLDS: Final = str.maketrans(
    {
        # Letters of other alphabets that are drawn like Latin ones, put among Latin ones to pass unread.
        **dict(zip("аеорсухіјѕԁһԛԝ", "aeopcyxijsdhqw", strict=True)),
        **dict(zip("αορνυικτ", "aopvuikt", strict=True)),
    }
)
_LATIN: Final = re.compile(r"[a-z]")
_TOKEN: Final = re.compile(r"\S+")
_RUNS: Final = re.compile(r"(.)\1{2,}", re.DOTALL)
_WORDS: Final = re.compile(r"\w+|[^\w\s]", re.UNICODE)
_KEPT_NUMBERS: Final = frozenset(("911", "988", "999", "112"))
_MARKS: Final = re.compile("[\u0300-\u036f\u064b-\u065f]")
_SLIGHT: Final = re.compile("['’‘ʼ`´′＇\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]")


def _latin(word: str) -> str:
    """A word that mixes alphabets, in one."""
    return word.translate(_FOLDS) if _LATIN.search(word) else word


def spelled(text: str) -> str:
    """One spelling with its accents: NFKC, lower case, no control characters, no runs, words apart."""
    text = text[:LONGEST]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = _SLIGHT.sub("", text).lower()
    if not text.isascii():
        text = " ".join(_latin(word) for word in _TOKEN.findall(text))
    text = _RUNS.sub(r"\1\1", text)
    return " ".join(_number(word) for word in _WORDS.findall(text) if word.isprintable())


def _number(word: str) -> str:
    if word[0].isdecimal() and word.isdecimal() and word not in _KEPT_NUMBERS:
        return "0" * min(len(word), 4)
    return word


def folded(spelling: str) -> str:
    """The spelling without accents: people leave them out."""
    if spelling.isascii():
        return spelling
    bare = _MARKS.sub("", unicodedata.normalize("NFD", spelling)).replace("đ", "d")
    return unicodedata.normalize("NFC", bare)


def _mixed(hashes: Hashes, salt: int, bits: int) -> Indices:
    found = (hashes + np.uint64(salt)) * _MIX
    found ^= found >> np.uint64(29)
    found *= _MIX
    return (found >> np.uint64(64 - bits)).astype(np.int64)


def _runs(text: str, shortest: int, longest: int, bits: int, salt: int) -> list[Indices]:
    """Runs of letters within words; a word's ends count as a letter."""
    codes = np.frombuffer(f" {text} ".encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    space = np.concatenate(([0], np.cumsum(codes == 32)))
    found: list[Indices] = []
    hashes = codes.copy()
    for size in range(2, longest + 1):
        many = len(codes) - size + 1
        if many <= 0:
            break
        hashes = hashes[:many] * _P + codes[size - 1 :]
        if size < shortest:
            continue
        # No space but at the ends: those between first and last letter are counted.
        inner = space[size - 1 : size - 1 + many] - space[1 : 1 + many]
        found.append(_mixed(hashes[inner == 0], salt + size, bits))
    return found


def _word_hashes(words: list[str]) -> Hashes:
    return np.array([hash_of(word) for word in words], dtype=np.uint64)


def hash_of(word: str) -> int:
    """A number for a word, the same on every machine and in every run."""
    value = 0xCBF29CE484222325
    for byte in word.encode("utf-8", "replace"):
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def pieces(text: str) -> Indices:
    """What a message holds, for its meaning: distinct indices below 2**BITS."""
    plain = folded(spelled(text))
    if not plain:
        return np.empty(0, dtype=np.int64)
    found = _runs(plain, 2, 5, BITS, 11)
    words = _word_hashes(plain.split())
    found.append(_mixed(words, 101, BITS))
    for apart, salt in ((1, 202), (2, 303)):
        if len(words) > apart:
            found.append(_mixed(words[:-apart] * _P + words[apart:], salt, BITS))
    return np.unique(np.concatenate(found))


def accents(text: str) -> Indices:
    """What a message holds, for its language: distinct indices below 2**LANGUAGE_BITS."""
    plain = " ".join(word for word in spelled(text).split() if not word.isdecimal())
    if not plain:
        return np.empty(0, dtype=np.int64)
    found = _runs(plain, 2, 4, LANGUAGE_BITS, 11)
    codes = np.frombuffer(plain.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    found.append(_mixed(codes[codes > 127], 55, LANGUAGE_BITS))
    found.append(_mixed(_word_hashes(plain.split()), 101, LANGUAGE_BITS))
    return np.unique(np.concatenate(found))
