"""What the pure parts cost, each as a ratio to the same machine's SHA-256 of 4 KB in the same run: `python -m ringback.bench.pure`.

One JSON object: microseconds a piece of work and `ratio`. Figures are the best of several rounds, for a machine that is
busy with something else only ever adds time.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ringback.core import audit, words
from ringback.core.quiet import quiet_until, zones_of

ROUNDS, TIMES = 9, 300
NIGHT = datetime(2026, 11, 23, 21, tzinfo=ZoneInfo("America/New_York"))
SAID = "hi this is Maria, could I move my appointment on tuesday, also my refill was never sent to the pharmacy"


def _best(work: Callable[[], object]) -> float:
    """Microseconds for one, the best round's."""
    work()
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(TIMES):
            work()
        best = min(best, (time.perf_counter() - began) / TIMES)
    return best * 1e6


def main() -> None:
    """Print the figures."""
    block = bytes(4096)
    yard = _best(lambda: hashlib.sha256(block).digest())
    places = zones_of("+14155550100")
    entry = audit.Entry(practice=1, act="send", what="text", object="case:1", by="engine", detail={"text": "1" * 32})
    at = datetime(2026, 11, 23, tzinfo=UTC)
    parts: dict[str, Callable[[], object]] = {
        "quiet hours asked again": lambda: quiet_until(places, "America/New_York", NIGHT, states=("CA",)),
        "a reply read": lambda: words.read(SAID),
        "an audit entry linked": lambda: audit.link((0, audit.START), [entry], at),
    }
    found = {name: _best(work) for name, work in parts.items()}
    print(
        json.dumps(
            {"sha256_4k_us": round(yard, 2)}
            | {name: {"us": round(us, 2), "ratio": round(us / yard, 2)} for name, us in found.items()}
        )
    )


if __name__ == "__main__":
    main()
