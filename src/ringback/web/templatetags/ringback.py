"""Filters for templates: numbers, moments in the practice's zone, words for codes, icons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ringback.engine import clock
from ringback.web import icons, moments, tongue, words

register = template.Library()
_TABLES: Mapping[str, Mapping[str, str]] = {
    "phase": words.PHASES,
    "workflow": words.WORKFLOWS,
    "caller": words.CALLERS,
    "closure": words.CLOSURES,
    "verdict": words.VERDICTS,
    "task": words.TASKS,
    "queue": words.QUEUES,
    "priority": words.PRIORITIES,
    "text": words.TEXT_STATES,
    "disposition": words.DISPOSITIONS,
    "role": words.ROLES,
    "listed": words.LISTED,
    "event": words.EVENTS,
    "tick": words.TICKS,
    "purpose": words.PURPOSES,
}


@register.filter
def say(code: Any, table: str) -> str:
    """The words for a code: `{{ case.phase|say:"phase" }}`."""
    return tongue.told(words.say(_TABLES[table], str(code) if code else ""))


@register.filter
def phone(number: str) -> str:
    """A number as people read it; what is not a North American number stays as it is."""
    found = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number or "")
    return f"({found[1]}) {found[2]}-{found[3]}" if found else (number or _("Number withheld"))


@register.filter
def clock_time(at: datetime | None, zone: str = "UTC") -> str:
    """A moment as a wall clock of this zone shows it, with the day when it is not today."""
    if at is None:
        return ""
    local, now = at.astimezone(ZoneInfo(zone or "UTC")), clock.now().astimezone(ZoneInfo(zone or "UTC"))
    if local.date() == now.date():
        return moments.hour(local)
    if abs((local.date() - now.date()).days) < 7:
        return f"{moments.weekday(local)} {moments.hour(local)}"
    return f"{moments.short(local)}, {moments.hour(local)}"


@register.filter
def hour(at: datetime | None, zone: str = "UTC") -> str:
    """The time of day of a moment."""
    return moments.hour(at.astimezone(ZoneInfo(zone or "UTC"))) if at else ""


@register.filter
def exact(at: datetime | None, zone: str = "UTC") -> str:
    """A moment with its seconds."""
    return moments.hour(at.astimezone(ZoneInfo(zone or "UTC")), seconds=True) if at else ""


@register.filter
def date_in(at: datetime | None, zone: str = "UTC") -> str:
    """The day of a moment in this zone, with its year."""
    return moments.dated(at.astimezone(ZoneInfo(zone or "UTC"))) if at else ""


@register.filter
def dated(day: date | None) -> str:
    """A day with its year."""
    return moments.dated(day) if day else ""


@register.filter
def dated_short(day: date | None) -> str:
    """A day without its year."""
    return moments.short(day) if day else ""


@register.filter
def day_words(at: datetime | None, zone: str = "UTC") -> str:
    """A day in words."""
    return moments.in_words(at.astimezone(ZoneInfo(zone or "UTC"))) if at else ""


@register.filter
def span(seconds: Any) -> str:
    """A length of time in words: 40 s, 12 min, 3 h 5 min, 2 days."""
    if seconds is None:
        return ""
    return moments.span(seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds))


@register.filter
def since(at: datetime | None) -> str:
    """How long ago."""
    return span(clock.now() - at) if at else ""


@register.filter
def until(at: datetime | None) -> str:
    """How long until, or how long past: `in 5 min`, `12 min late`."""
    return moments.until((at - clock.now()).total_seconds()) if at else ""


@register.filter
def iso(at: datetime | None) -> str:
    """A moment for a machine."""
    return at.isoformat() if at else ""


@register.filter
def plain(code: Any) -> str:
    """A code with its underscores as spaces, in the reader's language."""
    return tongue.told(str(code or "").replace("_", " "))


@register.filter
def told(sentence: Any) -> Any:
    """A sentence of the core, the store or a page's Python in the reader's language."""
    return tongue.told(sentence) if isinstance(sentence, str) or sentence else sentence


@register.filter
def get(table: Any, key: Any) -> Any:
    """A value of a mapping by a key that is itself a value."""
    return table.get(key) if hasattr(table, "get") else None


@register.filter
def initials(name: str) -> str:
    """One or two letters for a face; a number (of people on one phone) stays a number."""
    if name.isdigit():
        return name
    letters = [word[0] for word in re.findall(r"[^\W\d_]+", name or "") if word.lower() not in ("dr", "rn", "md")]
    return "".join(letters[:1] + letters[-1:] if len(letters) > 1 else letters[:1]).upper() or "?"


@register.simple_tag
def icon(name: str, size: int = 18) -> SafeString:
    """One of the icons of `web/icons.py`."""
    return icons.draw(name, size)
