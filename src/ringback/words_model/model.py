"""The shipped model: a table of weights, and the scores it gives.

The rule: the table is data and only data (an array file, never pickled); one that is missing or damaged is no model, and
the product runs without.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ringback.core.words.reading import INTENTS, Reading, Span
from ringback.core.words.scores import Scores
from ringback.core.words.understand import read
from ringback.words_model.encoder import Encoder, NoEncoder, installed
from ringback.words_model.features import BITS, LANGUAGE_BITS, LONGEST, Indices, accents, hash_of, pieces
from ringback.words_model.head import Head, marks

Floats = NDArray[np.float32]

HEADS: Final = (*INTENTS, "care", "caution", "nothing", "ordinary")
LANGUAGES: Final = (
    "en",
    "es",
    "zh",
    "vi",
    "ko",
    "tl",
    "ru",
    "ar",
    "ht",
    "fr",
    "pl",
    "pt",
    "it",
    "de",
    "ja",
    "fa",
    "hi",
)
SHIPPED: Final = "words.npz"
HEAD: Final = ("mean", "spread", "into", "shift", "out", "bias")
_SENTENCE: Final = re.compile(r"[^.!?;\n…。！？؟।]+[.!?;\n…。！？؟।]*")
NETWORK, TABLE = np.float32(0.8), np.float32(0.25)
"""How much each counts where both speak: the table knows spellings, the network meanings."""
FLOOD: Final = 40
"""Messages of one batch that are read with the encoder: nobody waits seconds for a flood."""
SHORT: Final = 6
"""Words of a sentence below which it is looked at together with the next."""
MOST_SENTENCES: Final = 40
_WHERE: Final = 0.3


class NoModel(Exception):
    """There is no usable model; the text says why."""


class Table:
    """Weights of some outputs for some of the pieces, kept small: whole numbers and one scale an output."""

    __slots__ = ("bias", "place", "rarity", "scale", "weights")

    def __init__(
        self,
        bits: int,
        rows: NDArray[np.uint32],
        weights: NDArray[np.int8],
        scale: Floats,
        bias: Floats,
        rarity: Floats,
    ) -> None:
        """Raises `NoModel` when the parts do not fit each other."""
        if not (len(rows) == len(weights) == len(rarity) and weights.shape[1] == len(scale) == len(bias)):
            raise NoModel("the model's tables do not fit each other")
        if len(rows) and int(rows.max()) >= 1 << bits:
            raise NoModel("the model's tables do not fit its features")
        # Row 0 of the weights is that of a piece never seen.
        self.place = np.zeros(1 << bits, dtype=np.int32)
        self.place[rows] = np.arange(1, len(rows) + 1, dtype=np.int32)
        self.weights = np.concatenate((np.zeros((1, weights.shape[1]), dtype=np.int8), weights))
        self.rarity = np.concatenate((np.zeros(1, dtype=np.float32), rarity.astype(np.float32)))
        self.scale, self.bias = scale.astype(np.float32), bias.astype(np.float32)

    def logits(self, held: Indices) -> Floats:
        """What each output says of a message that holds these pieces."""
        places = self.place[held]
        places = places[places > 0]
        rarity = self.rarity[places]
        length = float(np.sqrt(np.square(rarity).sum()))
        if not length:
            return self.bias
        told: Floats = ((rarity / length) @ self.weights[places].astype(np.float32)) * self.scale + self.bias
        return told


class Model:
    """The whole: a table for the meaning, one for the language, and a network where there is an encoder for it."""

    def __init__(
        self, meaning: Table, language: Table, name: str, head: Head | None = None, encoder: Encoder | None = None
    ) -> None:
        self.meaning, self.language, self.name = meaning, language, name
        self.head, self.encoder = head, encoder

    def score(self, text: str, *, spoken: bool = False, quick: bool = False) -> Scores:
        """The scores of one message. `spoken`: the words of a voicemail; `quick`: without the encoder."""
        text = text[:LONGEST]
        found = read(text, voicemail=spoken)
        letters = self.meaning.logits(held(text, found))
        # A word that we offered needs no model, so it gets the quick part only.
        if self.encoder is not None and self.head is not None and not found.keyword and not quick:
            each = np.stack([self.head.logits(one, found) for one in self.encoder.vectors(text, spoken=spoken)])
            each = NETWORK * each + TABLE * letters
            return self.scores(text, joined(chance(each.mean(0)), chance(each)))
        return self.scores(text, chance(letters))

    def scores(self, text: str, whole: Floats) -> Scores:
        """The scores of a message whose heads say `whole`."""
        places: list[Span] = []
        cuts = sentences(text)
        if len(cuts) > 1:
            each = np.stack([chance(self.meaning.logits(pieces(text[start:end]))) for start, end in cuts])
            for index, kind in enumerate(INTENTS):
                if whole[index] >= _WHERE:
                    start, end = cuts[int(each[:, index].argmax())]
                    places.append(Span(kind=kind, start=start, end=end))
        elif cuts:
            start, end = cuts[0]
            places = [Span(kind=k, start=start, end=end) for i, k in enumerate(INTENTS) if whole[i] >= _WHERE]
        told = self.language.logits(accents(text))
        told = np.exp(told - told.max())
        told /= told.sum()
        best = int(told.argmax())
        given = [round(float(value), 4) for value in whole]
        many = len(INTENTS)
        return Scores(
            intents=tuple(given[:many]),
            care=given[many],
            caution=given[many + 1],
            nothing=given[many + 2],
            ordinary=given[many + 3],
            lang=LANGUAGES[best],
            lang_sure=round(float(told[best]), 4),
            places=tuple(places),
            model=self.name,
        )

    def score_all(self, texts: Sequence[tuple[str, bool]]) -> list[Scores]:
        """The scores of each message, given with whether it was spoken. In a flood the first are read with the encoder and the rest without."""
        return [self.score(text, spoken=spoken, quick=at >= FLOOD) for at, (text, spoken) in enumerate(texts)]


def held(text: str, found: Reading) -> Indices:
    """What a message holds, the rules' marks among it."""
    told = [hash_of(f"rule {mark}") % (1 << BITS) for mark in marks(found)]
    return np.union1d(pieces(text), np.array(told, dtype=np.int64))


RAISED: Final = frozenset(("urgent", "opt_out", "care", "caution"))


def joined(whole: Floats, each: Floats) -> Floats:
    """A message and its parts: danger said in one part is not watered down by the others."""
    out = whole.copy()
    most = each.max(axis=0)
    for index, head in enumerate(HEADS):
        if head in RAISED:
            out[index] = max(out[index], 0.5 * (out[index] + most[index]))
    return out


def chance(logits: Floats) -> Floats:
    """From minus infinity..infinity to 0..1."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))), dtype=np.float32)


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of `text` begin and end; a very short one goes with the next."""
    found: list[tuple[int, int]] = []
    open_at: int | None = None
    for match in _SENTENCE.finditer(text):
        start = match.start() if open_at is None else open_at
        if len(text[start : match.end()].split()) < SHORT:
            open_at = start
            continue
        found.append(_trimmed(text, start, match.end()))
        open_at = None
    if open_at is not None:
        if found:
            found[-1] = _trimmed(text, found[-1][0], len(text))
        elif text.strip():
            found.append(_trimmed(text, open_at, len(text)))
    return found[:MOST_SENTENCES]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    said = text[start:end]
    return start + len(said) - len(said.lstrip()), end - len(said) + len(said.rstrip())


def packed(parts: dict[str, NDArray[np.generic]]) -> bytes:
    """The arrays as one file, the same bytes for the same arrays: no dates, a fixed order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as kept:
        for name in sorted(parts):
            one = io.BytesIO()
            np.lib.format.write_array(one, np.ascontiguousarray(parts[name]), version=(1, 0), allow_pickle=False)
            kept.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), one.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpacked(data: bytes, encoder: Encoder | None = None) -> Model:
    """The model of a file's bytes. Raises `NoModel`."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            meaning, language = (
                Table(bits, *(kept[f"{part}_{name}"] for name in ("rows", "weights", "scale", "bias", "rarity")))
                for part, bits in (("meaning", BITS), ("language", LANGUAGE_BITS))
            )
            head = (
                Head(**{name: kept[f"head_{name}"].astype(np.float32) for name in HEAD})
                if "head_into" in kept
                else None
            )
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as wrong:
        raise NoModel(f"the model's file cannot be read: {type(wrong).__name__}") from None
    if len(meaning.bias) != len(HEADS) or len(language.bias) != len(LANGUAGES):
        raise NoModel("the model's file is for another version of this program")
    if head is not None and head.out.shape[1] != len(HEADS):
        raise NoModel("the model's file is for another version of this program")
    return Model(meaning, language, hashlib.sha256(data).hexdigest()[:12], head, encoder if head else None)


def found_encoder() -> Encoder | None:
    """The encoder, when its package is installed."""
    path = installed()
    try:
        return Encoder(path) if path else None
    except NoEncoder:
        return None


def load(path: Path | None = None) -> Model:
    """The model at `path`, or the shipped one, with the encoder when it is installed. Raises `NoModel`."""
    try:
        data = path.read_bytes() if path else resources.files(__package__).joinpath(SHIPPED).read_bytes()
    except OSError as wrong:
        raise NoModel(f"the model's file cannot be opened: {type(wrong).__name__}") from None
    return unpacked(data, found_encoder())


@cache
def shipped() -> Model | None:
    """The shipped model, read once; None when there is none to use."""
    try:
        return load()
    except NoModel:
        return None
