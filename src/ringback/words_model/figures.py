"""What is counted: the figures of a set of readings against their labels, with intervals.

The rule: a share is never shown without how many it is of and its 95 % interval (Wilson).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from ringback.core.words.language import READ
from ringback.core.words.reading import INTENTS, Reading
from ringback.words_model.corpus import Line, spoken
from ringback.words_model.model import LANGUAGES

_Z: Final = 1.959964
_NOT_ADMINISTRATIVE: Final = frozenset(("urgent", "clinical", "opt_out", "wrong_number", "language", "help"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`hits` of `of`."""

    hits: int
    of: int

    @property
    def rate(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def between(self) -> tuple[float, float]:
        """Where the true share lies, at 95 %."""
        if not self.of:
            return 0.0, 1.0
        rate, many = self.rate, self.of
        middle = (rate + _Z * _Z / (2 * many)) / (1 + _Z * _Z / many)
        apart = _Z / (1 + _Z * _Z / many) * sqrt(rate * (1 - rate) / many + _Z * _Z / (4 * many * many))
        return max(0.0, middle - apart), min(1.0, middle + apart)

    def __str__(self) -> str:
        if not self.of:
            return "none to count"
        low, high = self.between
        return f"{self.rate * 100:.1f} % ({self.hits} of {self.of}; {low * 100:.1f} to {high * 100:.1f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A labelled message and what was read."""

    line: Line
    reading: Reading

    @property
    def exact(self) -> bool:
        """All intents and nothing added; what wants nothing may be read as nothing only."""
        return frozenset(self.reading.intents) == self.line.intents


def share(among: Iterable[Read], hit: Callable[[Read], bool]) -> Share:
    """How many of `among` are a hit."""
    told = [hit(one) for one in among]
    return Share(hits=sum(told), of=len(told))


def administrative(line: Line) -> bool:
    """Plainly of the office: nothing medical, no stop, nothing unclear."""
    unclear = "other" in line.intents and not line.ordinary
    return bool(line.intents) and not unclear and not line.intents & _NOT_ADMINISTRATIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table: what, how many, what it must be at least (or, `most`, at most)."""

    what: str
    share: Share
    must: float
    aim: float
    most: bool = False

    @property
    def met(self) -> str:
        """`aim`, `must` or `missed`."""
        rate = -self.share.rate if self.most else self.share.rate
        must, aim = (-self.must, -self.aim) if self.most else (self.must, self.aim)
        return "aim" if rate >= aim else "must" if rate >= must else "missed"


def figures(reads: Sequence[Read]) -> list[Figure]:
    """The figures of the table, in its order."""
    texts = [one for one in reads if not spoken(one.line)]
    voices = [one for one in reads if spoken(one.line)]
    plain = [one for one in texts if one.line.lang in READ]
    others = [one for one in texts if one.line.lang not in READ]
    urgent = [one for one in texts if one.line.urgent]
    calm = [one for one in texts if not one.line.urgent]

    def pages(one: Read) -> bool:
        return one.reading.attention == "page"

    def seen(one: Read) -> bool:
        return one.reading.attention != "routine"

    def stops(one: Read) -> bool:
        return one.reading.opt_out

    def wants(name: str) -> Callable[[Read], bool]:
        return lambda one: name in one.reading.intents

    def labelled(among: Iterable[Read], name: str, there: bool = True) -> list[Read]:
        return [one for one in among if (name in one.line.intents) == there]

    found = [
        Figure(what="urgent paged, English and Spanish", share=share(labelled(plain, "urgent"), pages), must=0.92, aim=0.98),
        Figure(what="urgent to a page or a person, all languages", share=share(urgent, seen), must=0.985, aim=0.998),
        Figure(what="urgent paged, other languages", share=share(labelled(others, "urgent"), pages), must=0.85, aim=0.95),
        Figure(what="not urgent that paged", share=share(calm, pages), must=0.06, aim=0.02, most=True),
        Figure(
            what="administrative to a person for caution",
            share=share((one for one in texts if administrative(one.line)), seen), must=0.15, aim=0.06, most=True,
        ),
        Figure(what="opt-out found", share=share(labelled(texts, "opt_out"), stops), must=0.94, aim=0.99),
        Figure(what="false opt-out", share=share(labelled(texts, "opt_out", False), stops), must=0.02, aim=0.005, most=True),
    ]  # fmt: skip
    for what, among, must, aim in (
        ("English", [one for one in texts if one.line.lang == "en"], 0.78, 0.92),
        ("Spanish", [one for one in texts if one.line.lang == "es"], 0.78, 0.90),
        ("other languages", others, 0.75, 0.88),
    ):
        found.append(
            Figure(what=f"all intents right, {what}", share=share(among, lambda one: one.exact), must=must, aim=aim)
        )
    for name, must, wrong, aim, best in (("reschedule", 0.92, 0.05, 1.0, 0.02), ("urgent", 0.97, 0.08, 1.0, 0.03)):
        right = share(labelled(voices, name), wants(name))
        false = share(labelled(voices, name, False), wants(name))
        found.append(Figure(what=f"voicemail: {name} found", share=right, must=must, aim=aim))
        found.append(Figure(what=f"voicemail: false {name}", share=false, must=wrong, aim=best, most=True))
    long = [one for one in texts if one.line.lang in LANGUAGES and two_words(one.line)]
    told = share(long, lambda one: one.reading.lang == one.line.lang)
    found.append(Figure(what="language of two words or more", share=told, must=0.97, aim=0.99))
    return found


def two_words(line: Line) -> bool:
    """Long enough to tell its language."""
    return len(line.text.split()) > 1 or (line.lang in ("zh", "ja") and len(line.text) >= 4)


def by_intent(reads: Sequence[Read]) -> list[tuple[str, Share, Share]]:
    """Precision and recall of each intent."""

    def one(name: str) -> tuple[str, Share, Share]:
        said = [read for read in reads if name in read.reading.intents]
        meant = [read for read in reads if name in read.line.intents]
        right = len([read for read in said if name in read.line.intents])
        return name, Share(hits=right, of=len(said)), Share(hits=right, of=len(meant))

    return [one(name) for name in INTENTS]


def by_language(reads: Sequence[Read]) -> list[tuple[str, Share, Share, Share, Share]]:
    """Of each language: all intents right, urgent that paged, others that paged, language told."""

    def one(lang: str) -> tuple[str, Share, Share, Share, Share]:
        mine = [read for read in reads if read.line.lang == lang]
        return (
            lang,
            share(mine, lambda read: read.exact),
            share((read for read in mine if read.line.urgent), lambda read: read.reading.urgent),
            share((read for read in mine if not read.line.urgent), lambda read: read.reading.urgent),
            share((read for read in mine if two_words(read.line)), lambda read: read.reading.lang == lang),
        )

    return [one(lang) for lang in sorted({read.line.lang for read in reads}, key=lambda lang: (lang not in READ, lang))]
