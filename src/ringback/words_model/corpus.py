"""The corpus: messages with their labels, as `corpus/README.md` says they stand in its files.

The rule: a line that is not of the form is an error that names file and line, never the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ringback.core.words.reading import INTENTS

PLAIN: Final = "~"
TOGETHER: Final = 8
"""Lines in a row of one file that stay together when the corpus is divided."""
_ABOUT: Final = re.compile(r"(\w+)=(\S+)")


class BadLine(ValueError):
    """A line of the corpus that cannot be read; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One labelled message. `ordinary`: an `other` that is plainly administrative."""

    text: str
    intents: frozenset[str]
    ordinary: bool
    lang: str
    topic: str
    style: str
    place: str
    number: int = 0
    about: dict[str, str] = field(default_factory=dict)

    @property
    def urgent(self) -> bool:
        return "urgent" in self.intents

    @property
    def opt_out(self) -> bool:
        return "opt_out" in self.intents

    @property
    def group(self) -> str:
        """Lines written in one go: they stay together when the corpus is divided."""
        return f"{self.place}/{self.topic}/{self.lang}/{self.style}/{self.number // TOGETHER}"


def lines(folder: Path) -> list[Line]:
    """Every line of every `.tsv` file under `folder`, in the order of names. Raises `BadLine`."""
    return [line for path in sorted(folder.rglob("*.tsv")) for line in _of_file(path, folder)]


def _of_file(path: Path, folder: Path) -> Iterator[Line]:
    name = str(path.relative_to(folder))
    about: dict[str, str] = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        row = raw.rstrip("\r")
        if not row.strip():
            continue
        if row.startswith("#"):
            about = {**about, **dict(_ABOUT.findall(row))}
            continue
        yield _line(row, about, name, number)


def _line(row: str, about: dict[str, str], name: str, number: int) -> Line:
    where = f"{name}:{number}"
    labels, tab, text = row.partition("\t")
    if not tab:
        raise BadLine(f"{where}: labels and words must stand apart by a tab")
    given = [label.strip() for label in labels.split(",") if label.strip() not in ("", "-")]
    ordinary = any(label.endswith(PLAIN) for label in given)
    intents = frozenset(label.removesuffix(PLAIN) for label in given)
    if not intents <= set(INTENTS):
        raise BadLine(f"{where}: {', '.join(sorted(intents - set(INTENTS)))[:60]} is no label")
    return Line(
        text=text.replace("\\n", "\n"),
        intents=intents,
        ordinary=ordinary,
        lang=about.get("lang", "en"),
        topic=about.get("topic", "none"),
        style=about.get("style", "none"),
        place=name,
        number=number,
        about=about,
    )


def spoken(line: Line) -> bool:
    """A voicemail's transcript."""
    return line.style in ("spoken", "voicemail") or line.topic == "voicemail"
