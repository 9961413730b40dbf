"""The first hour's steps for any page: an empty practice is led by the hand wherever somebody looks first."""

from __future__ import annotations

from typing import Any

from django import template

from ringback.engine import clock
from ringback.store import access
from ringback.web import routes
from ringback.web.pages import setup_parts

register = template.Library()


@register.simple_tag(takes_context=True)
def first_hour(context: dict[str, Any]) -> dict[str, Any]:
    """The steps for whoever may set up; nothing once a call has been seen, and nothing for anybody else."""
    visitor = context.get("visitor")
    if visitor is None or not routes.may(visitor.role, "setup"):
        return {}
    with access.practice(visitor.practice) as rows:
        state = setup_parts.State(rows, clock.now())
    if state.called:
        return {}
    steps = setup_parts.first_hour(state)
    done = sum(1 for one in steps if one["done"])
    return {"steps": steps, "step": next((one for one in steps if one["now"]), None), "done": done, "all": len(steps)}
