"""Learning the shipped model from the corpus. Needs scipy, which only those who train need.

The rule: the same corpus gives the same bytes. Nothing is drawn by lot: the sum of losses is convex, its minimum is
looked for from zero, and what is kept is rounded to whole numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ringback.core.words.reading import INTENTS, Reading
from ringback.core.words.understand import read
from ringback.words_model import tongues
from ringback.words_model.corpus import Line, spoken
from ringback.words_model.encoder import Encoder
from ringback.words_model.features import BITS, LANGUAGE_BITS, Indices, accents, folded
from ringback.words_model.head import marked
from ringback.words_model.learn_head import learn_head
from ringback.words_model.model import HEADS, LANGUAGES, held, packed

Doubles = NDArray[np.float64]

STIFF: Final = 0.06
"""How much weights cost: larger learns less by heart."""
LANGUAGE_STIFF: Final = 0.02
SEEN_BY: Final = 2
"""Messages that must hold a piece for it to be kept."""
STEPS: Final = 40
_MARKS: Final = re.compile(r"[^\w\s]")
WEIGHT: Final = {"urgent": 1.5, "care": 1.5}


def wanted(line: Line) -> list[float]:
    """What each head should say of a line."""
    care = line.urgent or "clinical" in line.intents
    unclear = "other" in line.intents and not line.ordinary
    said = {
        **{intent: intent in line.intents for intent in INTENTS},
        "care": care,
        "caution": care or unclear,
        "nothing": not line.intents,
        "ordinary": line.ordinary,
    }
    return [float(said[head]) for head in HEADS]


def sparse(rows: Sequence[Indices], bits: int) -> Any:
    """Which message holds which piece, as a scipy matrix of ones."""
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *(len(row) for row in rows)])
    held = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
    return csr_matrix((np.ones(len(held)), held, ends), shape=(len(rows), 1 << bits))


def rarities(held: Any) -> tuple[NDArray[np.int64], Doubles]:
    """The pieces worth keeping, and how rare each is."""
    many = np.asarray(held.sum(axis=0)).ravel()
    kept = np.nonzero(many >= SEEN_BY)[0]
    rare = np.log((1 + held.shape[0]) / (1 + many[kept])) + 1
    return kept, np.asarray(rare, dtype=np.float64)


def scaled(held: Any, kept: NDArray[np.int64], rare: Doubles) -> Any:
    """Messages as directions: rare pieces weigh more, long messages no more than short ones."""
    from scipy.sparse import diags

    found = held[:, kept] @ diags(rare)
    length = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    return (diags(1 / np.maximum(length, 1e-9)) @ found).tocsr()


def fitted(given: Any, want: Doubles, weight: Doubles, stiff: float) -> tuple[Doubles, float]:
    """Weights and bias of one output: logistic loss and the square of the weights."""
    from scipy.optimize import minimize

    turned = given.T.tocsr()
    sign = np.where(want > 0.5, 1.0, -1.0)

    def loss(at: Doubles) -> tuple[float, Doubles]:
        margin = sign * (given @ at[:-1] + at[-1])
        lost = np.logaddexp(0, -margin)
        slope = -weight * sign * np.exp(-margin - lost)
        back = np.concatenate((turned @ slope + stiff * at[:-1], [slope.sum()]))
        return float((weight * lost).sum() + 0.5 * stiff * (at[:-1] @ at[:-1])), back

    start = np.zeros(given.shape[1] + 1)
    share = float(np.clip((weight * want).sum() / weight.sum(), 1e-4, 1 - 1e-4))
    start[-1] = np.log(share / (1 - share))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 8})
    return found.x[:-1], float(found.x[-1])


def _found(line: Line, index: int) -> Reading:
    """What the rules find. They were tuned to earlier lines, so half of those are learnt without them."""
    if line.style == "earlier" and index % 2:
        return Reading()
    return read(line.text, voicemail=spoken(line))


def plainer(line: Line) -> Line | None:
    """The line as a hurried thumb writes it: no accents, no capitals, no marks; None when it is so already."""
    text = " ".join(_MARKS.sub("", folded(line.text.lower())).split())
    return replace(line, text=text) if text and text != line.text else None


def table(
    rows: Sequence[Indices], bits: int, wants: Doubles, stiff: float, weights: Sequence[float]
) -> dict[str, NDArray[Any]]:
    """One table's arrays, as they are shipped."""
    ones = sparse(rows, bits)
    kept, rare = rarities(ones)
    given = scaled(ones, kept, rare)
    found, bias = [], []
    for index in range(wants.shape[1]):
        want = wants[:, index]
        one, at = fitted(given, want, np.where(want > 0.5, weights[index], 1.0), stiff)
        found.append(one)
        bias.append(at)
    told = np.stack(found, axis=1)
    scale = np.maximum(np.abs(told).max(axis=0), 1e-6) / 127
    small = np.rint(told / scale).astype(np.int8)
    return {
        "rows": kept.astype(np.uint32),
        "weights": small,
        "scale": scale.astype(np.float32),
        "bias": np.array(bias, dtype=np.float32),
        "rarity": rare.astype(np.float16),
    }


def learnt(
    lines: Sequence[Line], seen: Seen | None = None, pieces_told: Sequence[tuple[str, str]] | None = None
) -> bytes:
    """The file of a model made from these lines; with `seen`, what an encoder makes of messages, with a network for it.

    `pieces_told`: pieces whose language is known, beside the lines; Django's when not given.
    """
    heads = np.array([wanted(line) for line in lines])
    weights = [WEIGHT.get(head, 1.0) for head in HEADS]
    found = [_found(line, index) for index, line in enumerate(lines)]
    meaning = table([held(line.text, one) for line, one in zip(lines, found, strict=True)], BITS, heads, STIFF, weights)
    known = [line for line in lines if line.lang in LANGUAGES]
    told = [(line.lang, line.text) for line in known] + [*(tongues.every() if pieces_told is None else pieces_told)]
    wants = np.array([[float(mine == lang) for lang in LANGUAGES] for mine, _ in told])
    language = table([accents(text) for _, text in told], LANGUAGE_BITS, wants, LANGUAGE_STIFF, [1.0] * len(LANGUAGES))
    # Some languages have more lines than others; patients do not write so.
    language["bias"] *= np.float32(0.5)
    parts = {f"meaning_{name}": array for name, array in meaning.items()}
    parts |= {f"language_{name}": array for name, array in language.items()}
    if seen is not None:
        plain = [(plainer(line), index) for index, line in enumerate(lines)]
        more = [(line, index) for line, index in plain if line is not None]
        vectors = np.stack([seen(line) for line in [*lines, *(line for line, _ in more)]])
        mean, spread = vectors.mean(0), vectors.std(0) + 1e-6
        found += [_found(line, index) for line, index in more]
        given = np.concatenate(((vectors - mean) / spread, np.stack([marked(one) for one in found])), 1)
        wants = np.concatenate((heads, heads[[index for _, index in more]]))
        network = learn_head(given.astype(np.float32), wants, np.array(weights))
        parts |= {f"head_{name}": array for name, array in network.items()}
        parts |= {"head_mean": mean.astype(np.float32), "head_spread": spread.astype(np.float32)}
    return packed(parts)


Seen = Callable[[Line], NDArray[np.float32]]


class Remembering(Encoder):
    """An encoder that is asked for the same messages again and again."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._known: dict[tuple[str, bool], list[NDArray[np.float32]]] = {}

    def vectors(self, text: str, *, spoken: bool = False) -> list[NDArray[np.float32]]:
        found = self._known.get((text, spoken))
        if found is None:
            found = self._known[(text, spoken)] = super().vectors(text, spoken=spoken)
        return found


def seer(encoder: Encoder) -> Seen:
    """What the encoder makes of a line; of a long voicemail the mean of its windows."""
    return lambda line: np.mean(encoder.vectors(line.text, spoken=spoken(line)), axis=0, dtype=np.float32)
