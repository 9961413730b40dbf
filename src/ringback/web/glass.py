"""What emergency access opens (C8): the pages that show cases, to read, for the hour it lasts.

The door asks `lets` where a role's row says no. Everything asked while it runs is of its own class in the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest

from ringback.store import access
from ringback.web import routes

OPENS = frozenset({"today", "today_lists", "urgent_strip", "nav", "case", "case_thread", "tasks", "task_lists"})


def lets(request: HttpRequest, route: routes.Route) -> bool:
    """Whether a visitor's running emergency access opens this page."""
    visitor = request.visitor  # type: ignore[attr-defined]
    if visitor.glass is None or request.method not in ("GET", "HEAD"):
        return False
    return route.act == "view" and request.resolver_match is not None and request.resolver_match.url_name in OPENS


def needed(role: str) -> bool:
    """Whether there is anything that this visitor cannot see as it is."""
    return access.limited() or role not in routes.READS_WORDS


def may(visitor: object, role: str) -> Mapping[str, bool]:
    """For templates: which routes this visitor sees as links and buttons; an emergency adds pages and no buttons."""
    found = {name: routes.may(role, name) for name in routes.ROUTES}
    if getattr(visitor, "reading", False):
        found = {name: seen and routes.ROUTES[name].act in ("view", "search") for name, seen in found.items()}
    if getattr(visitor, "glass", None) is not None:
        found |= dict.fromkeys(OPENS, True)
    return found
