"""The words that a search finds: whole ones, without accents and capitals, but for those that say nothing by themselves.

A query and what was said go through the same function, so what is typed as it was said is found. What is left out here
is neither kept nor found: single letters, and the words that stand in nearly every sentence.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_WORD = 40
MOST_WORDS = 400
_WORD = re.compile(r"\w+", re.UNICODE)
_EMPTY = (
    "a an and are as at be been but by can did do for from had has have he her his how i if in is it its me my no not of on "
    "or our she so that the their them they this to up us was we were what when will with would you your "
    "al como con de del el ella en es esta este la las le lo los me mi mis muy no nos o para pero por que se si sin su sus "
    "te tu un una y ya yo"
)
EMPTY = frozenset(_EMPTY.split())


def plain(words: str) -> str:
    """Words as they are compared: no accents, no capitals."""
    apart = unicodedata.normalize("NFKD", words)
    return "".join(one for one in apart if not unicodedata.combining(one)).casefold()


def words_of(said: str) -> tuple[str, ...]:
    """The distinct words of a text that can be found, in their order."""
    # An apostrophe joins what people type as one word: don't, dont.
    found = _WORD.findall(plain(said).replace("'", "").replace("\u2019", ""))
    kept = dict.fromkeys(one for one in found if 1 < len(one) <= LONGEST_WORD and one not in EMPTY)
    return tuple(kept)[:MOST_WORDS]


def name_words(name: str) -> tuple[str, ...]:
    """The words of a person's name. None is left out: a name may be any word."""
    return tuple(dict.fromkeys(one for one in _WORD.findall(plain(name)) if len(one) <= LONGEST_WORD))[:12]


def digits_of(typed: str) -> str:
    """The digits of what looks like a number; empty when it holds letters."""
    return "" if re.search(r"[^\d\s()+.\-/]", typed) else re.sub(r"\D", "", typed)
