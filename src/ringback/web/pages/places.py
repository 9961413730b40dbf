"""Who works where: a member limited to sites sees the cases, tasks and lines of these only (C2)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ringback.store import access, members, practices
from ringback.web import routes
from ringback.web.pages.act import said, visitor_of
from ringback.web.sessions import numbers


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Everybody active, with their sites."""
    with access.practice(visitor_of(request).practice) as rows:
        staff = [one for one in practices.staff(rows).values() if one["active"]]
        sites, limited = practices.locations(rows), members.everybodys(rows)
    for one in staff:
        mine = limited.get(one["id"], [])
        one["sites"] = [(site["id"], site["name"], site["id"] in mine) for site in sites]
        one["everywhere"], one["clinical"] = not mine, one["role"] in routes.CLINICAL
    return render(request, "ringback/places.html", {"here": "setup", "people": staff, "sites": sites})


@require_POST
def places_set(request: HttpRequest, member: int) -> HttpResponse:
    """Set the sites of one member; none: everywhere."""
    visitor, where = visitor_of(request), reverse("places")
    if member == visitor.staff:
        return said(request, "Somebody else has to say where you work.", tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        done = members.set_locations(rows, member, numbers(request.POST.getlist("site")), visitor.by, visitor.role)
    if not done:
        raise Http404
    return said(request, "Kept. It counts from the next page on.", fallback=where)
