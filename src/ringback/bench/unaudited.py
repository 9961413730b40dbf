"""A worker that writes nothing into the audit log, to measure what writing it costs. For `ringback bench` only."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from ringback import cli
from ringback.engine import journal


async def _nothing(self: journal.Journal, connection: Any, entries: Sequence[Any]) -> None:
    return None


if __name__ == "__main__":
    journal.Journal.keep = _nothing  # type: ignore[method-assign]
    sys.exit(cli.main(["work"]))
