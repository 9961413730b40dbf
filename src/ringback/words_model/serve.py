"""The process the model runs in: `python -m ringback.words_model.serve`, asked over its standard input and output.

The rule: a request is one frame (four bytes of length, then texts, each with whether it was spoken, as MessagePack), and
so is its answer (their scores, in order). It first says which model it has, ends when its input ends, and writes nothing down anywhere.
"""

from __future__ import annotations

import sys
from typing import BinaryIO, Final

import msgspec

from ringback.core.words.scores import Scores
from ringback.words_model.model import NoModel, load

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of one frame; a batch of two hundred long texts is a tenth of it."""


def framed(value: object) -> bytes:
    """A value as a frame."""
    body = msgspec.msgpack.encode(value)
    return len(body).to_bytes(4, "big") + body


def taken(source: BinaryIO) -> bytes | None:
    """The next frame's body; None at the end, or when it is cut off or too large."""
    head = source.read(4)
    if len(head) < 4:
        return None
    many = int.from_bytes(head, "big")
    if many > LARGEST:
        return None
    body = source.read(many)
    return body if len(body) == many else None


def serve(source: BinaryIO, sink: BinaryIO) -> int:
    """Answer until the input ends. Returns 0, or 1 when there is no model."""
    try:
        model = load()
    except NoModel:
        return 1
    model.score("warm")
    sink.write(framed(model.name))
    sink.flush()
    asked = msgspec.msgpack.Decoder(list[tuple[bytes, bool]])
    while (body := taken(source)) is not None:
        answers: list[Scores] = model.score_all(
            [(text.decode("utf-8", "replace"), spoken) for text, spoken in asked.decode(body)]
        )
        sink.write(framed(answers))
        sink.flush()
    return 0


if __name__ == "__main__":
    sys.exit(serve(sys.stdin.buffer, sys.stdout.buffer))
