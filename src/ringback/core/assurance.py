"""Where a patient's identity could come from outside: an assertion of a provider, and when it is enough (C55).

The rule: no record is shown to a patient without a fresh assertion of IAL2 and AAL2 from a provider the practice named,
about a person of its list. There is no page of records here; whoever builds one asks `why_not` first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

LEAST = 2
FRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a provider of identity says, its signature checked by whoever made this value."""

    issuer: str
    subject: str
    audience: str
    ial: int
    aal: int
    at: datetime
    record: str = ""


def why_not(
    assertion: Assertion | None, now: datetime, *, issuers: Collection[str], audience: str, records: Collection[str]
) -> str:
    """Why nothing may be opened; empty when it may. Every other answer than the empty one is a 403."""
    if assertion is None:
        return "no_assertion"
    if assertion.issuer not in issuers:
        return "issuer"
    if assertion.audience != audience:
        return "audience"
    if assertion.ial < LEAST:
        return "ial"
    if assertion.aal < LEAST:
        return "aal"
    if not now - FRESH <= assertion.at <= now:
        return "stale"
    if not assertion.subject or assertion.record not in records:
        return "nobody"
    return ""
