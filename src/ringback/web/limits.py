"""How often a page may be asked for: by an account, a practice, an address and a patient's link (C81).

The door asks `over` once it knows who is looking, before anything is read. An office shares one address, so people who
are signed in are counted by their account and practice, and only strangers by their address. Numbers are by process
(see `engine.rates`). Guessing is bound besides: five tries of a birth date an hour in the database, whatever the address.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from ringback.engine import rates
from ringback.web.routes import ANYBODY, Route

# An open page asks for its pieces by itself, several a second when much happens; a person clicks far less.
RATES: Mapping[str, rates.Rate] = {
    "account": rates.Rate(burst=600, a_second=20),
    "practice": rates.Rate(burst=6_000, a_second=200),
    "address": rates.Rate(burst=600, a_second=5),
    "token": rates.Rate(burst=40, a_second=0.2),
    "export": rates.Rate(burst=12, a_second=1 / 60),
    "poll": rates.Rate(burst=1_200, a_second=40),
}
# A try to get in costs as much as this many looks: 60 at once from one address, then one every two seconds.
TRY_COSTS = 10
HEALTH = "health"
buckets = rates.Buckets()


def over(request: HttpRequest, route: Route) -> HttpResponse | None:
    """None when this request may go on, else the answer: 429, when to come again, and a plain sentence.

    Asks for `request.visitor` (None for a stranger). Call it before the view runs and before a stranger is sent to sign
    in; what it answers needs no audit entry beyond the refusal itself.
    """
    match = request.resolver_match or resolve(request.path_info)
    if match.url_name == HEALTH:
        return None
    asked = _asked(request, route, match.kwargs)
    # Looked at first and taken then: who is over one limit does not use up the others, a practice's among them.
    wait = max(buckets.wait((name, key), RATES[name], cost) for name, key, cost in asked)
    if not wait:
        wait = max(buckets.take((name, key), RATES[name], cost) for name, key, cost in asked)
    return _slower(wait) if wait else None


def _asked(request: HttpRequest, route: Route, given: Mapping[str, object]) -> list[tuple[str, str, float]]:
    """(bucket, key, cost) of everything this request is counted by."""
    visitor = getattr(request, "visitor", None)
    if visitor is not None:
        account = f"{visitor.practice}:{visitor.staff}"
        found = [("poll" if route.polls else "account", account, 1.0), ("practice", str(visitor.practice), 1.0)]
        if route.act == "export":
            found.append(("export", account, 1.0))
        return found
    trying = route.act == "sign_in" and request.method == "POST"
    found = [("address", address(request), float(TRY_COSTS) if trying else 1.0)]
    token = given.get("token")
    if token and route.roles is ANYBODY:
        # The token itself is never kept, not even in memory.
        found.append(("token", hashlib.sha256(str(token).encode()).hexdigest()[:32], 1.0))
    return found


def address(request: HttpRequest) -> str:
    """What a stranger is counted by."""
    told = request.headers.get("X-Forwarded-For", "")
    client = str(request.META.get("REMOTE_ADDR", ""))
    return rates.whose(rates.visitor_address(client, [told], rates.proxies()))


def _slower(wait: float) -> HttpResponse:
    seconds = max(1, math.ceil(wait))
    words = f"That was a lot at once. Please try again in {seconds} seconds.\n"
    return HttpResponse(
        words, status=429, content_type="text/plain; charset=utf-8", headers={"Retry-After": str(seconds)}
    )
