"""The corpus in parts: each part is read by a model that was learnt from the others.

The rule: lines written in one go stay in one part, so that no message is read by a model that knew its twin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ringback.core.words.fusion import understand
from ringback.core.words.scores import Scores
from ringback.words_model.corpus import Line, spoken
from ringback.words_model.features import hash_of
from ringback.words_model.figures import Read
from ringback.words_model.model import Model

PARTS: Final = 5
EARLIER: Final = "earlier"
"""Lines that the rules were tuned to: learnt from, never asked."""
Scored = tuple[Line, Scores | None]


def part_of(line: Line, parts: int = PARTS) -> int:
    """The part a line falls into: that of all lines of its group."""
    return hash_of(line.group) % parts


def held_out(lines: Sequence[Line], learn: Callable[[Sequence[Line]], Model], parts: int = PARTS) -> list[Scored]:
    """Each line with the scores of a model that never saw its group."""
    found: list[Scored] = []
    for part in range(parts):
        asked = [line for line in lines if part_of(line, parts) == part and line.style != EARLIER]
        if not asked:
            continue
        model = learn([line for line in lines if part_of(line, parts) != part])
        found += [(line, model.score(line.text, spoken=spoken(line))) for line in asked]
    return found


def readings(scored: Sequence[Scored]) -> list[Read]:
    """Rules and scores together, for each."""
    return [Read(line=line, reading=understand(line.text, scores, voicemail=spoken(line))) for line, scores in scored]
