"""What every page's frame shows: who is signed in, the practice, the counters beside the menu, the moment it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from ringback.core.sessions import WARNING
from ringback.engine import clock
from ringback.store import access, practices, queries, replies, roster
from ringback.web import glass, masks, routes


def midnight(now: datetime, zone: str) -> datetime:
    """When today began in this zone."""
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def numbers(practice: int, staff: int | None = None) -> dict[str, Any]:
    """The frame's counters of a practice, whether somebody is on call now, and how often a member of staff is newly named."""
    now = clock.now()
    with access.practice(practice) as rows:
        about = practices.practice(rows)
        counts = queries.counters(rows, now, midnight(now, about["zone"]))
        on_call = roster.standing(rows).who(now)
        people = practices.staff(rows) if on_call else {}
        mentioned = replies.unseen(rows, staff) if staff is not None else 0
    first = people.get(on_call[0]) if on_call else None
    return {"about": about, "counts": counts, "on_call_now": first["name"] if first else "", "mentioned": mentioned}


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Pages without a visitor get an empty frame."""
    visitor = getattr(request, "visitor", None)
    if visitor is None:
        return {"visitor": None, "now": clock.now()}
    return {
        "visitor": visitor,
        "now": clock.now(),
        "may": glass.may(visitor, visitor.role),
        "emergency": glass.needed(visitor.role) or visitor.role in routes.REVIEWS_GLASS,
        "warning": int(WARNING.total_seconds()),
        "full_numbers": masks.of(visitor).numbers,
        "full_words": masks.of(visitor).words,
        **numbers(visitor.practice, visitor.staff),
    }
