"""Moments and spans as the reader's language writes them. English keeps its own short forms; Spanish is `23 nov, 3:05 p. m.`"""

from __future__ import annotations

from datetime import date, datetime

from django.utils import dateformat
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _


def spanish() -> bool:
    """Whether the reader's language is Spanish."""
    return (get_language() or "en").startswith("es")


def hour(local: datetime, seconds: bool = False) -> str:
    """The time of day."""
    digits = f"{local.hour % 12 or 12}:{local:%M:%S}" if seconds else f"{local.hour % 12 or 12}:{local:%M}"
    early = local.hour < 12
    if spanish():
        return f"{digits} {'a. m.' if early else 'p. m.'}"
    return f"{digits} {'am' if early else 'pm'}"


def weekday(local: date) -> str:
    """The short name of the weekday."""
    return dateformat.format(local, "D").lower().rstrip(".") if spanish() else f"{local:%a}"


def short(local: date) -> str:
    """A day without its year."""
    return (
        f"{local.day} {dateformat.format(local, 'M').lower().rstrip('.')}" if spanish() else f"{local:%b} {local.day}"
    )


def dated(local: date) -> str:
    """A day with its year."""
    return f"{short(local)} {local.year}" if spanish() else f"{short(local)}, {local.year}"


def in_words(local: date) -> str:
    """A day in words."""
    if spanish():
        return dateformat.format(local, "l j \\d\\e F").lower()
    return f"{local:%A}, {local:%B} {local.day}"


def span(total: float) -> str:
    """A length of time: 40 s, 12 min, 3 h 5 min, 2 days."""
    total = max(0.0, total)
    if total < 60:
        return f"{total:.0f} s"
    minutes = round(total / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, left = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {left} min" if left else f"{hours} h"
    days = round(hours / 24)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def until(left: float) -> str:
    """How long until, or how long past: `in 5 min`, `12 min late`."""
    if left > 0:
        return _("in %(span)s") % {"span": span(left)}
    return _("%(span)s late") % {"span": span(-left)}
