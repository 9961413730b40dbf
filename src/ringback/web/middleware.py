"""The door every page request passes: headers on the way out, the role table on the way in (decision 23).

No page sets a header or checks a role by itself. What the table does not allow is refused before the view runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse

from ringback.web import routes, sign_in

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
    """Let a request through to its view only when the role table says so; the visitor is `request.visitor`."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        request.visitor = None  # type: ignore[attr-defined]
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return get_response(request)
        route = routes.ROUTES.get(match.url_name or "", routes.NOBODY)
        if route.roles is routes.ANYBODY:
            return get_response(request)
        visitor = sign_in.visitor(request)
        if visitor is None:
            return _sign_in_first(request)
        request.visitor = visitor  # type: ignore[attr-defined]
        if visitor.role not in route.roles:
            return refused(request)
        return get_response(request)

    return answer


def _sign_in_first(request: HttpRequest) -> HttpResponseBase:
    where = reverse("sign_in")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": where})
    if request.headers.get("Accept") == "text/event-stream":
        return HttpResponse(status=401)
    return redirect(where)


def refused(request: HttpRequest, *_: Any) -> HttpResponse:
    """The plain page of a refusal."""
    return render(request, "ringback/refused.html", status=403)
