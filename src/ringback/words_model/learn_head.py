"""Learning the small network, with numpy alone.

The rule: the same lines in the same order give the same network. What is drawn by lot (the beginning, the order, what is
left out) comes from a fixed seed.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ringback.words_model.head import Floats

SEEDS: Final = (7, 8)
INNER: Final = 256
ROUNDS: Final = 24
BATCH: Final = 64
STEP: Final = 1e-3
WARM: Final = 50
DECAY: Final = 1e-2
LEFT_OUT: Final = 0.3
INPUT_LEFT_OUT: Final = 0.1


def learn_head(given: Floats, wants: NDArray[np.float64], weights: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """The arrays of a network: `given` are evened messages, `wants` what each head should say, `weights` that of a yes.

    Several are learnt from different beginnings and stand side by side; what they say is averaged.
    """
    weight = np.where(wants > 0.5, weights, 1.0).astype(np.float32)
    nets = [_learnt(given, wants.astype(np.float32), weight, seed) for seed in SEEDS]
    return {
        "into": np.concatenate([net[0] for net in nets], 1).astype(np.float16),
        "shift": np.concatenate([net[1] for net in nets]).astype(np.float16),
        "out": (np.concatenate([net[2] for net in nets]) / len(nets)).astype(np.float16),
        "bias": np.mean([net[3] for net in nets], axis=0).astype(np.float32),
    }


def _learnt(given: Floats, wants: Floats, weight: Floats, seed: int) -> list[Floats]:
    draw = np.random.default_rng(seed)
    many, wide = given.shape
    at: list[Floats] = [
        (draw.standard_normal((wide, INNER)) * np.sqrt(2 / wide)).astype(np.float32),
        np.zeros(INNER, np.float32),
        (draw.standard_normal((INNER, wants.shape[1])) * 0.05).astype(np.float32),
        np.log(wants.mean(0) + 1e-3).astype(np.float32),
    ]
    means, squares = [np.zeros_like(one) for one in at], [np.zeros_like(one) for one in at]
    steps = ROUNDS * ((many + BATCH - 1) // BATCH)
    done = 0
    for _ in range(ROUNDS):
        order = draw.permutation(many)
        for start in range(0, many, BATCH):
            chosen = order[start : start + BATCH]
            done += 1
            slopes = _slopes(at, given[chosen], wants[chosen], weight[chosen], draw)
            rate = STEP * min(1.0, done / WARM) * max(0.02, 1 - done / steps)
            for index, slope in enumerate(slopes):
                means[index] += 0.1 * (slope - means[index])
                squares[index] += 0.001 * (slope * slope - squares[index])
                step = means[index] / (1 - 0.9**done) / (np.sqrt(squares[index] / (1 - 0.999**done)) + 1e-8)
                at[index] -= np.float32(rate) * (step + (DECAY if index in (0, 2) else 0.0) * at[index])
    return at


def _slopes(
    at: list[Floats], given: Floats, wants: Floats, weight: Floats, draw: np.random.Generator
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The slope of the loss over a batch, part of what is given and of what is inside being left out."""
    seen = given * ((draw.random(given.shape, dtype=np.float32) >= INPUT_LEFT_OUT) / np.float32(1 - INPUT_LEFT_OUT))
    inner = seen @ at[0] + at[1]
    kept = (draw.random(inner.shape, dtype=np.float32) >= LEFT_OUT) / np.float32(1 - LEFT_OUT)
    held: Floats = np.asarray(np.maximum(inner, 0) * kept, dtype=np.float32)
    told = 1 / (1 + np.exp(-np.clip(held @ at[2] + at[3], -30, 30)))
    back: Floats = np.asarray((told - wants) * weight / np.float32(len(given)), dtype=np.float32)
    into: Floats = np.asarray((back @ at[2].T) * kept * (inner > 0), dtype=np.float32)
    return seen.T @ into, into.sum(0), held.T @ back, back.sum(0)
