"""Who is on the phone: what a caller says is compared with what the practice keeps, two kinds of answer at least.

The kinds are name, birth date and the practice's own record number; a social security number is never asked for. All that
was said must belong to one and the same person. Everybody is compared, and the answer is only yes or no: which of the
answers was wrong is said to nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FACTORS = ("name", "birth_date", "record")
NEEDED = 2
TRIES = 3
"""Wrong tries, after which nobody asks again for this caller until `STOPPED_FOR` has passed."""
STOPPED_FOR = timedelta(hours=24)
HOLDS_FOR = timedelta(minutes=30)
"""How long a right answer stands for the person who heard it: about one call."""
_SSN = re.compile(r"\d{3}[- ]\d{2}[- ]\d{4}")
_ORDERS = ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m %d %Y", "%Y-%m-%d", "%m%d%Y")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the caller said, as it was typed; empty is not asked."""

    name: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    record: str = field(default="", repr=False)

    @property
    def factors(self) -> tuple[str, ...]:
        """The kinds of answer that were given."""
        return tuple(one for one in FACTORS if str(getattr(self, one)).strip())


def looks_like_ssn(told: str) -> bool:
    """Whether this is written as a social security number is."""
    return _SSN.fullmatch(told.strip()) is not None


def who(said: Said, people: Iterable[Mapping[str, object]]) -> str | None:
    """The id of the one person to whom everything that was said belongs; None for nobody, too little, or more than one."""
    given = said.factors
    if len(given) < NEEDED:
        return None
    right = [str(one["id"]) for one in people if all(_same(kind, said, one) for kind in given)]
    return right[0] if len(right) == 1 else None


def _same(kind: str, said: Said, person: Mapping[str, object]) -> bool:
    known = str(person.get(kind) or "")
    if not known:
        return False
    if kind == "name":
        given, have = _words(said.name), _words(known)
        shared = given & have
        return len(given) >= 2 and len(shared) >= min(2, len(have)) and shared in (given, have)
    if kind == "birth_date":
        return day(said.birth_date) == known
    return _bare(said.record) != "" and _bare(said.record) == _bare(known)


def day(told: str) -> str:
    """A birth date as an American writes it (month first) or as ISO, as ISO; empty when it is neither."""
    plain = " ".join(told.replace(",", " ").split())
    for order in _ORDERS:
        try:
            return datetime.strptime(plain, order).date().isoformat()
        except ValueError:
            continue
    return ""


def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return frozenset(re.findall(r"[^\W\d_]+", bare))


def _bare(record: str) -> str:
    return re.sub(r"[\W_]", "", record).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the checks of one caller stand: wrong tries that count, and whether the last answer was right and still holds."""

    wrong: int = 0
    good: bool = False

    @property
    def stopped(self) -> bool:
        """Whether no more is asked for now."""
        return self.wrong >= TRIES and not self.good


def standing(checks: Iterable[tuple[datetime, bool, str]], by: str, now: datetime) -> Standing:
    """How it stands for `by` after these checks (moment, right, by whom), in any order. Wrong tries count whoever heard
    them, a right answer ends the count and holds only for who heard it."""
    wrong, good = 0, False
    for at, right, whose in sorted(checks):
        if right:
            wrong = 0
            good = good or (whose == by and now - at < HOLDS_FOR)
        elif now - at < STOPPED_FOR:
            wrong += 1
            if whose == by:
                good = False
    return Standing(wrong=wrong, good=good)
