"""One's own sessions: the list, ending them, the locked screen, and showing a factor again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ringback.store import access, audit, sessions
from ringback.web import factors
from ringback.web.pages.act import said, visitor_of
from ringback.web.sessions import Sitting, moment, path_of

# A locked screen leaves nothing in the browser's memory to go back to.
CLEARED = {"Clear-Site-Data": '"cache"', "Cache-Control": "no-store"}


def _sitting(request: HttpRequest) -> Sitting:
    found: Sitting | None = getattr(request, "sitting", None)
    if found is None:
        raise Http404
    return found


@require_GET
def my_sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        found = sessions.listed(rows, visitor.staff, moment())
    for row in found:
        row["here"] = row["id"] == _sitting(request).id
    context = {"here": "sessions", "found": found, "others": len(found) - 1, "real_now": moment()}
    return render(request, "ringback/sessions.html", context)


@require_POST
def session_end(request: HttpRequest, session: UUID) -> HttpResponse:
    """End one of one's own sessions."""
    visitor, now = visitor_of(request), moment()
    with access.practice(visitor.practice) as rows:
        done = sessions.end(rows, session, now, "ended by its owner", staff=visitor.staff)
        if done:
            audit.write(rows, act="change", what="session.ended", object=str(session), by=visitor.by, role=visitor.role)
    if done and session == _sitting(request).id:
        logout(request)
        messages.info(request, "You are signed out.")
        return redirect("sign_in")
    where = reverse("my_sessions")
    if done:
        return said(request, "That session is ended.", fallback=where)
    return said(request, "That session had ended already.", tone="bad", fallback=where)


@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """End all of one's sessions but this one."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        count = sessions.end_sessions(
            rows, int(request.user.pk or 0), moment(), "ended by its owner", besides=_sitting(request).id, by=visitor.by
        )
    words = ngettext("%(count)s other session is ended.", "%(count)s other sessions are ended.", count) % {
        "count": count
    }
    return said(request, words if count else "There was no other session.", fallback=reverse("my_sessions"))


@require_POST
def kiosk(request: HttpRequest) -> HttpResponse:
    """Say that this is a shared computer: shorter times, until one signs out."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        sessions.is_shared(rows, _sitting(request).id)
    return said(request, "This session now ends after 5 minutes without use.", fallback=reverse("my_sessions"))


@require_POST
def session_stay(request: HttpRequest) -> HttpResponse:
    """Somebody is there: the door has counted this as use."""
    sitting = _sitting(request)
    return JsonResponse({"left": sitting.left, "locked": sitting.locked})


@require_GET
def session_left(request: HttpRequest) -> HttpResponse:
    """How long until this session is idle, for a page that wonders; asking is no use."""
    sitting = _sitting(request)
    return JsonResponse({"left": sitting.left, "locked": sitting.locked})


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the screen."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        sessions.lock(rows, _sitting(request).id, moment())
        audit.write(rows, act="sign_in", what="session.locked", by=visitor.by, role=visitor.role)
    back = path_of(request.POST.get("from_page", ""))
    answer = redirect(f"{reverse('locked')}?{urlencode({'back': back})}")
    for name, value in CLEARED.items():
        answer[name] = value
    return answer


@require_http_methods(["GET", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """The locked screen; a factor of the same account unlocks it."""
    back = path_of(request.POST.get("back", "") or request.GET.get("back", ""))
    if not _sitting(request).locked:
        return redirect(back)
    return _asked(request, back, locked=True)


@require_http_methods(["GET", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """A factor again, before something dangerous; then back to where one was."""
    back = path_of(request.POST.get("back", "") or request.GET.get("back", ""))
    return _asked(request, back, locked=False)


def _asked(request: HttpRequest, back: str, *, locked: bool) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        visitor, now = visitor_of(request), moment()
        good = factors.shown(request)
        with access.practice(visitor.practice) as rows:
            what = "session.unlocked" if locked else "factor.shown"
            audit.write(
                rows, act="sign_in", what=what, by=visitor.by, role=visitor.role, result="ok" if good else "refused"
            )
            row = sessions.find(rows, _sitting(request).id)
            if good and row is not None:
                (sessions.again if factors.demo() else sessions.shown)(rows, row["id"], now)
            over = not good and row is not None and sessions.wrong(rows, row, now)
        if good:
            if not locked:
                messages.info(request, "Thank you. Please do it again now.")
            return redirect(back)
        if over:
            logout(request)
            messages.error(request, "That was wrong too often. Sign in again.")
            return redirect("sign_in")
        problem = "That was not right. Try again."
    answer = factors.ask(request, back=back, problem=problem, locked=locked)
    for name, value in CLEARED.items() if locked else ():
        answer[name] = value
    return answer
