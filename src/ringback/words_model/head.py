"""From a message's vector and what the rules found in it to the heads: a small network of one layer.

The rule: what the rules found is one of the things looked at, so the network learns where they can be trusted. Whatever it
says, `core.words.fusion` lets it add and never take away what matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ringback.core.words.reading import INTENTS, Reading

Floats = NDArray[np.float32]

MARKS = (*INTENTS, "page", "wary", "figure", "ignore", "unsure", "call")
_LOUD = np.float32(1.5)


def marks(found: Reading) -> list[str]:
    """What the rules found, by the names of MARKS. A language that no rule reads is no wish for one."""
    held = [name for name in found.intents if name != "language" or not found.foreign]
    flags = (found.urgent, found.wary, found.figure, found.ignore, found.opt_out_unsure, found.call_me)
    return held + [name for name, there in zip(MARKS[len(INTENTS) :], flags, strict=True) if there]


def marked(found: Reading) -> Floats:
    """The marks as a row of numbers."""
    row = np.zeros(len(MARKS), dtype=np.float32)
    row[[MARKS.index(name) for name in marks(found)]] = _LOUD
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """`mean` and `spread` even out a message's vector; then one layer and the heads."""

    mean: Floats
    spread: Floats
    into: Floats
    shift: Floats
    out: Floats
    bias: Floats

    def even(self, vector: Floats, found: Reading) -> Floats:
        """A message as the network takes it."""
        return np.concatenate(((vector - self.mean) / self.spread, marked(found)))

    def logits(self, vector: Floats, found: Reading) -> Floats:
        """What each head says."""
        told: Floats = np.maximum(self.even(vector, found) @ self.into + self.shift, 0) @ self.out + self.bias
        return told
