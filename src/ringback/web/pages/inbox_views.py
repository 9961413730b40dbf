"""Views of the inbox that are kept: one's own, and those who run the practice keep for everybody."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ringback.engine import clock
from ringback.store import access, inbox_views, practices
from ringback.web import routes
from ringback.web.pages.act import said, visitor_of
from ringback.web.pages.inbox import query_of, wish_of


@require_POST
def view_keep(request: HttpRequest) -> HttpResponse:
    """Keep the filters that stand in the address under a name."""
    visitor, where = visitor_of(request), reverse("inbox")
    shared = request.POST.get("shared") == "yes"
    if shared and visitor.role not in routes.RUNS:
        return said(request, _("Only an owner or a manager keeps views for everybody."), tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        told = QueryDict(request.POST.get("query", "").removeprefix("?")[:400])
        wish = wish_of(told, visitor, practices.staff(rows), practices.locations(rows))
        try:
            inbox_views.keep(
                rows, request.POST.get("name", ""), wish, staff=visitor.staff, shared=shared, role=visitor.role, now=clock.now()
            )  # fmt: skip
        except ValueError:
            return said(request, _("Give the view a name."), tone="bad", fallback=where + query_of(wish, visitor))
        except inbox_views.Full:
            told_most = _("There are %(most)s views already. Delete one first.") % {"most": inbox_views.MOST}
            return said(request, told_most, tone="bad", fallback=where + query_of(wish, visitor))
    return said(request, _("The view is kept as a tab."), fallback=where + query_of(wish, visitor))


@require_POST
def view_rename(request: HttpRequest, view: UUID) -> HttpResponse:
    """Give a view another name."""
    visitor, where = visitor_of(request), reverse("inbox")
    with access.practice(visitor.practice) as rows:
        try:
            done = inbox_views.rename(
                rows, view, request.POST.get("name", ""), staff=visitor.staff, runs=visitor.role in routes.RUNS, role=visitor.role
            )  # fmt: skip
        except ValueError:
            return said(request, _("Give the view a name."), tone="bad", fallback=where)
    if not done:
        return said(request, _("That view is not yours to change."), tone="bad", fallback=where)
    return said(request, _("The view has its new name."), fallback=where)


@require_POST
def view_delete(request: HttpRequest, view: UUID) -> HttpResponse:
    """Delete a view. The cases it showed stay where they are."""
    visitor, where = visitor_of(request), reverse("inbox")
    with access.practice(visitor.practice) as rows:
        done = inbox_views.drop(rows, view, staff=visitor.staff, runs=visitor.role in routes.RUNS, role=visitor.role)
    if not done:
        return said(request, _("That view is not yours to change."), tone="bad", fallback=where)
    return said(request, _("The view is gone. Its cases stay where they are."), fallback=where)
