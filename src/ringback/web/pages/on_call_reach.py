"""How I am reached when paged: my own contact methods, and the test page whose link only its recipient can press.

The link's page needs no sign-in and shows no name and no address: the token is all there is, and a press all it takes.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from ringback.engine import clock
from ringback.store import access, practices, reach
from ringback.web.pages.act import said, visitor_of

REFUSED = {
    "phone": gettext_lazy("Write the mobile number with its area code, ten digits."),
    "email": gettext_lazy("That is no e-mail address."),
    "kind": gettext_lazy("Choose text or e-mail."),
    "many": gettext_lazy("Six ways are enough: take one off first."),
    "there": gettext_lazy("That one is there already."),
    "too_soon": gettext_lazy("A test page has just gone out. Wait a minute for it."),
}


@require_POST
def reach_add(request: HttpRequest) -> HttpResponse:
    """Add a way to reach me."""
    visitor = visitor_of(request)
    try:
        with access.practice(visitor.practice) as rows:
            kind, address = request.POST.get("kind", ""), request.POST.get("address", "")
            reach.add(rows, visitor.staff, kind, address, visitor.role, clock.now())
    except reach.NotAllowed as wrong:
        return said(
            request,
            _("Not added. %(why)s") % {"why": REFUSED.get(str(wrong), "")},
            tone="bad",
            fallback=reverse("on_call"),
        )
    return said(request, _("Added. Now send a test page to it."), fallback=reverse("on_call"))


@require_POST
def reach_test(request: HttpRequest, method: UUID) -> HttpResponse:
    """Send a test page to one of my ways."""
    visitor = visitor_of(request)
    try:
        with access.practice(visitor.practice) as rows:
            done = reach.send_test(rows, visitor.staff, method, visitor.role, clock.now())
    except reach.NotAllowed as wrong:
        return said(request, str(REFUSED.get(str(wrong), "")), tone="bad", fallback=reverse("on_call"))
    words = _("A test page is on its way. Press the link in it.") if done else _("It is not there any more.")
    return said(request, words, fallback=reverse("on_call"))


@require_POST
def reach_remove(request: HttpRequest, method: UUID) -> HttpResponse:
    """Take one of my ways off."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        done = reach.remove(rows, visitor.staff, method, visitor.role)
    words = _("Taken off.") if done else _("It is not there any more.")
    return said(request, words, fallback=reverse("on_call"))


# As on the acknowledge page the token is the authority and no cookie is.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def reached(request: HttpRequest, practice: int, token: str) -> HttpResponse:
    """The page behind the link of a test page: GET asks, POST says that it arrived."""
    say, alias = "gone", ""
    if practice <= 2**31 - 1 and len(token) <= 64:
        now = clock.now()
        with access.practice(practice) as rows:
            found = reach.find(rows, token, now)
            if found is not None:
                alias = practices.practice(rows)["alias"]
                say = "done" if found["state"] == "acknowledged" else "ask"
                if say == "ask" and request.method == "POST":
                    reach.arrived(rows, found, now)
                    say = "done"
    context = {"say": say, "alias": alias, "now": clock.now()}
    response = render(request, "ringback/on_call_reached.html", context, status=404 if say == "gone" else 200)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
