"""Documents that are made from the program itself: `python -m ringback.docs_cli --write`, or `--check` that they are true."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from ringback import asvs, controls, roles_page
from ringback.core import lifebook

ROOT = Path(__file__).resolve().parents[2]
PAGES: Mapping[str, Callable[[], str]] = {
    "life-of-a-case.md": lambda: lifebook.page(lifebook.look()),
    "compliance.md": lambda: controls.page(ROOT),
    "asvs.md": asvs.page,
    "roles.md": roles_page.page,
}


def main(argv: list[str] | None = None) -> int:
    """Write the documents, or say whether they are up to date (exit 1 when not)."""
    parser = argparse.ArgumentParser(prog="python -m ringback.docs_cli", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="write the documents")
    what.add_argument("--check", action="store_true", help="exit 1 when a document is out of date")
    wanted = parser.parse_args(argv)
    stale = 0
    for name, make in PAGES.items():
        path, made = ROOT / "docs" / name, make()
        if wanted.write:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != made:
            stale += 1
            print(f"{name} is out of date: run python -m ringback.docs_cli --write", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
