"""From what the store knows of a number to what the core asks: who is calling, and why a text cannot reach it."""

from __future__ import annotations

from datetime import datetime

from ringback.core.case import Caller
from ringback.core.consent import asked_lately
from ringback.core.events import CallerFacts
from ringback.core.gate import eligible
from ringback.core.numbers import caller_number
from ringback.engine.book import Practice
from ringback.store.flow import NumberFacts


def caller_facts(practice: Practice, number: str, raw: str, known: NumberFacts | None, now: datetime) -> CallerFacts:
    """Who is calling. Several people on one phone stay several: nothing is guessed of them (P19)."""
    if not number:
        kind = caller_number(raw).kind
        return CallerFacts(
            kind=Caller.EXTENSION if kind in ("extension", "address") else Caller.WITHHELD, untextable="no number"
        )
    lists = known.known if known is not None else {}
    if number in practice.own:
        return CallerFacts(kind=Caller.OWN, untextable="own number")
    if "staff" in lists or "own" in lists:
        return CallerFacts(kind=Caller.STAFF, untextable="staff")
    if "blocked" in lists:
        return CallerFacts(kind=Caller.BLOCKED, untextable="blocked")
    people = known.people if known is not None else 0
    kind_of = Caller.UNMATCHED if not people else Caller.PATIENT if people == 1 else Caller.HOUSEHOLD
    reason = ""
    if lists.get("line_type") == "landline":
        reason = "landline"
    elif not practice.gate.get("assume_textable"):
        reason = eligible(number) or ""
    if known is None:
        return CallerFacts(kind=kind_of, untextable=reason)
    return CallerFacts(
        kind=Caller.UNTEXTABLE if reason and kind_of is Caller.UNMATCHED else kind_of,
        untextable=reason,
        lang=known.lang,
        # A flag set by a person counts for the phone: a call is owed to somebody on it (decision 8).
        flagged=known.flagged,
        next_visit=known.next_visit if people == 1 else None,
        suppressed=known.suppressed is not None,
        asked_again=asked_lately(known.asked_at, now),
    )
