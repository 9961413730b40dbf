"""The door every page request passes: headers on the way out, the role table on the way in (decision 23).

No page sets a header or checks a role by itself. What the table does not allow is refused before the view runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection as django_connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from ringback.store import access
from ringback.web import glass, journal, limits, routes, second_factor, sessions, sign_in

Answer = Callable[[HttpRequest], HttpResponseBase]

CONTENT = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FIXED = {
    "Content-Security-Policy": CONTENT,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HSTS = "max-age=31536000; includeSubDomains"


def headers(get_response: Answer) -> Answer:
    """Security headers for every page; pages are never kept by a browser or a proxy, static files may be."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        if settings.SECURE:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        return response

    return answer


def door(get_response: Answer) -> Answer:
    """Let a request through to its view only when the role table says so; the visitor is `request.visitor`.

    Whatever is asked is written into the audit log here (decision 23), so that no page can forget it.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        request.visitor = None  # type: ignore[attr-defined]
        request.number = uuid4().hex[:16]  # type: ignore[attr-defined]
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return get_response(request)
        request.resolver_match = match
        route = routes.ROUTES.get(match.url_name or "", routes.NOBODY)
        known = route.roles is not routes.ANYBODY
        visitor = sign_in.visitor(request) if known else None
        request.visitor = visitor  # type: ignore[attr-defined]
        slower = limits.over(request, route)
        if slower is not None:
            return slower
        if known:
            if visitor is None:
                return _sign_in_first(request)
            for reason, check in CHECKS:
                stopped = check(request, route)
                if stopped is not None:
                    entry = journal.entry(request, route, match, act="refusal", result="refused", reason=reason)
                    journal.keep(entry)
                    return stopped
        elif (match.url_name or "").startswith(("account_", "mfa_")):
            # Accounts' own pages know nothing of our sessions: a locked or ended one opens them no more than others.
            stopped = sessions.of_account(request)
            if stopped is not None:
                return stopped
        return _written_down(request, route, match, get_response)

    return answer


def _written_down(
    request: HttpRequest, route: routes.Route, match: ResolverMatch, get_response: Answer
) -> HttpResponseBase:
    """Run the view and write down what was done. A change is written before it, a view before its answer leaves."""
    if route.act == "none":
        return get_response(request)
    reads = request.method in ("GET", "HEAD", "OPTIONS")
    if not reads and not journal.keep(journal.entry(request, route, match)) and route.patients:
        return unwritten(request)
    with access.watch() as seen:
        response = get_response(request)
        # Pieces of a page that are rendered later would be opened unseen.
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.render()
    result = "ok" if response.status_code < 400 else "refused" if response.status_code < 500 else "failed"
    if not reads and result == "ok" and not journal.opened(seen):
        return response
    page = journal.page_of(request, match) if route.polls else ""
    if page and result == "ok" and journal.lately.again(page, seen):
        return response
    detail = {"opened": journal.opened(seen), "status": response.status_code}
    act = {} if reads and result == "ok" else {"act": "view" if result == "ok" else "refusal"}
    kept = journal.keep(journal.entry(request, route, match, result=result, detail=detail, **act))
    if not kept and route.patients and result == "ok":
        return unwritten(request)
    if response.streaming:
        # An open page must not hold a connection for as long as it is open.
        django_connection.close()
    if kept and page:
        journal.lately.keep(page, seen)
    return response


def unwritten(request: HttpRequest) -> HttpResponse:
    """The plain page of a request that could not be written down, and so was not answered."""
    return render(request, "ringback/unwritten.html", status=503)


def _sign_in_first(request: HttpRequest) -> HttpResponseBase:
    where = reverse("sign_in")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": where})
    if request.headers.get("Accept") == "text/event-stream":
        return HttpResponse(status=401)
    return redirect(where)


def _role(request: HttpRequest, route: routes.Route) -> HttpResponse | None:
    """Only the roles of the route's row, and whom a running emergency access lets."""
    allowed = request.visitor.role in route.roles or glass.lets(request, route)  # type: ignore[attr-defined]
    return None if allowed else refused(request)


def refused(request: HttpRequest, *_: Any) -> HttpResponse:
    """The plain page of a refusal."""
    return render(request, "ringback/refused.html", status=403)


# What stands between a visitor and a page, in this order; each says no with an answer, and the reason goes into the log.
CHECKS: tuple[tuple[str, Callable[[HttpRequest, routes.Route], HttpResponseBase | None]], ...] = (
    ("second_factor", second_factor.need),
    ("session", sessions.check),
    ("role", _role),
    ("factor", sessions.factor),
)
