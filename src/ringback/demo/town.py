"""The demo's way to the made-up town: ring the clinic, send a text, look at a phone."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

from ringback.engine import clock


class TownAway(Exception):
    """The simulator does not answer now (it is being started again)."""


def _ask(path: str, body: dict[str, Any] | None = None, timeout: float = 20.0) -> dict[str, Any]:
    origin = os.environ.get("RINGBACK_SIMULATOR", "http://127.0.0.1:8100")
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(origin + path, data=data, headers={"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as wrong:
        raise ValueError(json.load(wrong).get("error", "refused")) from None
    except OSError as wrong:
        raise TownAway(type(wrong).__name__) from None


def call(sender: str, to: str, kind: str, words: str = "", seconds: float = 1.8, wait: bool = False) -> dict[str, Any]:
    """Ring the clinic; `kind` as the simulator's KINDS. ValueError when it refuses."""
    return _ask(
        "/phone/call", {"from": sender, "to": to, "kind": kind, "words": words, "seconds": seconds, "wait": wait}
    )


def text(sender: str, to: str, body: str) -> dict[str, Any]:
    """Send a text from a phone to the clinic."""
    return _ask("/phone/text", {"from": sender, "to": to, "body": body})


def messages(number: str, after: int = 0, wait: float = 0.0) -> list[dict[str, Any]]:
    """The texts of one phone, oldest first; waits up to `wait` seconds for one after place `after`."""
    query = urlencode({"number": number, "after": after, "wait": wait})
    found = _ask(f"/phone/messages?{query}", timeout=wait + 10)
    shift = clock.shift().total_seconds()
    if abs(found["clock_shift"] - shift) > 5:  # the town was started again and knows only the real time
        set_clock(shift)
    return list(found["messages"])


def clear() -> None:
    """Forget all texts and faults."""
    _ask("/control", {"reset": True})


def set_clock(seconds: float) -> None:
    """The town's clock runs so many seconds ahead."""
    _ask("/control", {"clock_shift": seconds})
