"""Learning the shipped model from the corpus. Needs scipy, which only those who train need.

The rule: the same corpus gives the same bytes. Nothing is drawn by lot: the sum of losses is convex, its minimum is
looked for from zero, and what is kept is rounded to whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ringback.core.words.reading import INTENTS
from ringback.words_model.corpus import Line
from ringback.words_model.features import BITS, LANGUAGE_BITS, Indices, accents, pieces
from ringback.words_model.model import HEADS, LANGUAGES, Model, packed, unpacked

Doubles = NDArray[np.float64]

STIFF: Final = 0.06
"""How much weights cost: larger learns less by heart."""
LANGUAGE_STIFF: Final = 0.02
SEEN_BY: Final = 2
"""Messages that must hold a piece for it to be kept."""
STEPS: Final = 80
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


def table(
    rows: Sequence[Indices], bits: int, wants: Doubles, stiff: float, weights: Sequence[float]
) -> dict[str, NDArray[Any]]:
    """One table's arrays, as they are shipped."""
    held = sparse(rows, bits)
    kept, rare = rarities(held)
    given = scaled(held, kept, rare)
    found, bias = [], []
    for index in range(wants.shape[1]):
        want = wants[:, index]
        one, at = fitted(given, want, np.where(want > 0.5, weights[index], 1.0), stiff)
        found.append(one)
        bias.append(at)
    learnt = np.stack(found, axis=1)
    scale = np.maximum(np.abs(learnt).max(axis=0), 1e-6) / 127
    small = np.rint(learnt / scale).astype(np.int8)
    used = np.nonzero(np.any(small != 0, axis=1))[0]
    return {
        "rows": kept[used].astype(np.uint32),
        "weights": small[used],
        "scale": scale.astype(np.float32),
        "bias": np.array(bias, dtype=np.float32),
        "rarity": rare[used].astype(np.float16),
    }


def learnt(lines: Sequence[Line]) -> bytes:
    """The file of a model made from these lines."""
    heads = np.array([wanted(line) for line in lines])
    meaning = table(
        [pieces(line.text) for line in lines], BITS, heads, STIFF, [WEIGHT.get(head, 1.0) for head in HEADS]
    )
    spoken = [line for line in lines if line.lang in LANGUAGES]
    tongues = np.array([[float(line.lang == lang) for lang in LANGUAGES] for line in spoken])
    language = table(
        [accents(line.text) for line in spoken], LANGUAGE_BITS, tongues, LANGUAGE_STIFF, [1.0] * len(LANGUAGES)
    )
    parts = {f"meaning_{name}": array for name, array in meaning.items()}
    parts |= {f"language_{name}": array for name, array in language.items()}
    return packed(parts)


def model_of(lines: Sequence[Line]) -> Model:
    """A model made from these lines, in memory."""
    return unpacked(learnt(lines))
