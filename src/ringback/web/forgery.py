"""Plain forms of our own pages, told from forged ones although no page says where it is (C78).

Our pages send no referrer, and a browser then calls the origin of a plain form `null`, which Django takes for a forgery:
without scripts nothing could be sent. The browser itself says in Sec-Fetch-Site, which no page can write, whether a form
comes from this very origin; only then is the origin put back. The form's token is asked for all the same.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


def own_origin(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Stands before Django's own check."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.META.get("HTTP_ORIGIN") == "null" and request.META.get("HTTP_SEC_FETCH_SITE") == "same-origin":
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return get_response(request)

    return answer
