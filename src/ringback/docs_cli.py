"""Documents that are made from the program itself: `python -m ringback.docs_cli --write`, or `--check` that they are true."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ringback.core import lifebook

PAGE = Path(__file__).resolve().parents[2] / "docs" / "life-of-a-case.md"


def main(argv: list[str] | None = None) -> int:
    """Write the documents, or say whether they are up to date (exit 1 when not)."""
    parser = argparse.ArgumentParser(prog="python -m ringback.docs_cli", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="write the documents")
    what.add_argument("--check", action="store_true", help="exit 1 when a document is out of date")
    wanted = parser.parse_args(argv)
    made = lifebook.page(lifebook.look())
    if wanted.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
        return 0
    print(f"{PAGE.name} is out of date: run python -m ringback.docs_cli --write", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
