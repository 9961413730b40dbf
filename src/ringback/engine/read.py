"""From kept messages to what they mean: an arrival is opened, its adapter translates it, numbers become keyed digests.

Reading never fails a batch: what an adapter cannot read is marked `not_understood`, kept raw, and can be replayed.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from ringback.adapters.contract import (
    CallSeen,
    NotUnderstood,
    Observation,
    Request,
    TextSeen,
    TextStatus,
    VoicemailSeen,
)
from ringback.adapters.discover import phone_systems, text_carriers
from ringback.core.numbers import caller_number
from ringback.engine.book import Book
from ringback.engine.receive import Letter
from ringback.store import crypt

log = logging.getLogger("ringback.read")
_LETTER = msgspec.msgpack.Decoder(Letter)


@dataclass(slots=True, kw_only=True)
class Seen:
    """One observation with the caller it is about. `index` is None where there is no number to find."""

    practice: int
    source: int
    at: datetime
    what: Observation
    caller_kind: str = "withheld"
    number: str = ""
    index: bytes | None = None


@dataclass(slots=True, kw_only=True)
class Readout:
    """What a batch of arrivals said."""

    seen: list[Seen] = field(default_factory=list)
    not_understood: list[tuple[int, UUID, str, str]] = field(default_factory=list)
    statuses: list[tuple[Seen, UUID]] = field(default_factory=list)


def read(book: Book, rows: Sequence[tuple[Any, ...]]) -> Readout:
    """Open and translate arrivals (practice, id, at, source, sealed)."""
    out = Readout()
    for practice_id, row, at, source, sealed in rows:
        practice = book.known(practice_id)
        link = practice.connections.get(source)
        if link is None:
            out.not_understood.append((practice_id, row, "not_understood", "its connection was removed"))
            continue
        letter = _LETTER.decode(crypt.open_(book.ring, practice_id, "arrival", "sealed", row, sealed))
        adapter: Any = (phone_systems() if link.kind == "phone" else text_carriers())[link.system]
        request = Request(
            method=letter.method,
            url=_without_null(letter.url.encode()).decode(),
            headers={"content-type": letter.content_type},
            body=_without_null(letter.body),
        )
        try:
            observations = adapter.parse(request, at)
        except NotUnderstood as wrong:
            out.not_understood.append((practice_id, row, "not_understood", str(wrong)[:200]))
            continue
        except Exception as wrong:  # an adapter's mistake must not hold up everybody else's calls
            log.error("adapter %s failed on an arrival: %s", link.system, type(wrong).__name__)
            out.not_understood.append((practice_id, row, "not_understood", f"adapter failed: {type(wrong).__name__}"))
            continue
        for what in observations:
            seen = Seen(practice=practice_id, source=source, at=at, what=what)
            if isinstance(what, TextStatus):
                out.statuses.append((seen, row))
                continue
            raw = _raw_caller(what)
            caller = caller_number(raw)
            seen.caller_kind = caller.kind
            if caller.number:
                seen.number = caller.number
                seen.index = crypt.index(book.ring, practice_id, "phone", caller.number)
            out.seen.append(seen)
    return out


def _without_null(raw: bytes) -> bytes:
    """A genuine message without the null characters somebody put into it: PostgreSQL keeps none, and one would hold up
    its case for ever. The signature was checked at the door, on the message as it came."""
    for null in (b"\0", b"%00", b"\\u0000"):
        if null in raw:
            raw = raw.replace(null, b"")
    return raw


def _raw_caller(what: Observation) -> str:
    if isinstance(what, CallSeen):
        return what.call.caller
    if isinstance(what, VoicemailSeen):
        return what.caller
    if isinstance(what, TextSeen):
        return what.sender
    return ""
