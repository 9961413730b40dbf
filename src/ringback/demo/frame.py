"""Lets the demo's made-up phone show patient pages inside its own page. Outside the demo no page may be framed."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_ANCESTORS = re.compile(r"frame-ancestors [^;]*")


def on_the_phone(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: patient pages may be framed by this origin, and the demo page may hold such a frame."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.headers.get("Sec-Fetch-Dest") == "iframe" and request.headers.get("Sec-Fetch-Site") in (
            "same-origin",
            "none",
        ):
            response["X-Frame-Options"] = "SAMEORIGIN"
            policy = response.get("Content-Security-Policy", "")
            if policy:
                response["Content-Security-Policy"] = _ANCESTORS.sub("frame-ancestors 'self'", policy)
        elif request.path == "/demo" and "Content-Security-Policy" in response:
            response["Content-Security-Policy"] += "; frame-src 'self'"
        return response

    return answer
