"""Search over people, numbers and words. What is typed comes by POST, so that no address, log or history keeps it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ringback.store import access, inbox, practices
from ringback.store import search as store
from ringback.web import masks, routes
from ringback.web.pages import today
from ringback.web.pages.act import visitor_of
from ringback.web.pages.inbox import shaped

LONGEST = 120


@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The page; a POST looks."""
    visitor = visitor_of(request)
    typed = " ".join(request.POST.get("q", "").split())[:LONGEST]
    context: dict[str, object] = {"here": "search", "typed": typed, "found": None}
    if typed:
        mask = masks.of(visitor)
        with access.practice(visitor.practice) as rows:
            found = store.find(rows, typed, words=mask.words, numbers=mask.numbers)
            staff = practices.staff(rows)
            read = inbox.read_by(rows, visitor.staff, [row["id"] for row in found.cases])
        for person in found.people:
            person["numbers"] = [mask.number(one) for one in person["numbers"]]
        context |= {
            "found": found,
            "rows": [shaped(row, visitor, staff, read) for row in found.cases],
            "people": found.people,
            "person_page": "person" in routes.ROUTES,
        }
    if request.headers.get("HX-Request"):
        return render(request, "ringback/search_found.html", context)
    return render(request, "ringback/search.html", {**context, "strip": today.alarms(request)})
