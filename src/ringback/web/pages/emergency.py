"""Emergency access: asking for it, what runs, the sealed codes, and the reviews that are owed (C8).

Somebody who cannot sign in because the sign-on service is down comes by `emergency_code`: a user name and a sealed code.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ringback.core.office.duties_people import glass_due
from ringback.store import access, glass, office, practices
from ringback.web import glass as opened
from ringback.web import routes, sessions, sign_in
from ringback.web.pages.act import said, visitor_of

WRONG = "That is not a code of yours that still works. Each works once, for somebody with an account here."


def _page(
    request: HttpRequest, *, problem: str = "", codes: list[str] | None = None, status: int = 200
) -> HttpResponse:
    visitor, now = visitor_of(request), sessions.moment()
    reviews = visitor.role in routes.REVIEWS_GLASS
    with access.practice(visitor.practice) as rows:
        found = glass.all_(rows) if reviews else []
        staff = practices.staff(rows) if reviews else {}
        left = glass.codes_left(rows) if reviews else {}
        held = office.held(rows, now) if found else None
    for row in found:
        row["who"] = staff[row["staff"]]["name"] if row["staff"] in staff else "somebody who left"
        row["by_name"] = staff[row["reviewed_by"]]["name"] if row["reviewed_by"] in staff else ""
        row["says"] = glass.CATEGORIES.get(row["category"], row["category"])
        row["runs"] = row["ended_at"] is None and row["ends_at"] >= now
        row["mine"] = row["staff"] == visitor.staff
        if held is not None and row["reviewed_at"] is None:
            row["due"] = glass_due(row["begun_at"], held)
            row["late"] = now >= row["due"]
    context = {
        "here": "emergency",
        "needed": opened.needed(visitor.role),
        "categories": list(glass.CATEGORIES.items()),
        "typed": {name: request.POST.get(name, "")[: glass.LONGEST] for name in ("category", "reason")},
        "shortest": glass.SHORTEST,
        "problem": problem,
        "reviews": reviews,
        "found": found,
        "left": left,
        "codes": codes or [],
        "real_now": now,
    }
    return render(request, "ringback/emergency.html", context, status=status)


@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Ask for an hour of reading; officers see who asked, and review."""
    if request.method == "GET":
        return _page(request)
    visitor, now = visitor_of(request), sessions.moment()
    if not opened.needed(visitor.role):
        return _page(request, problem="You see every case as it is.", status=400)
    with access.practice(visitor.practice) as rows:
        try:
            glass.begin(
                rows, visitor.staff, visitor.role, request.POST.get("category", ""), request.POST.get("reason", ""), now
            )
        except glass.Refused as wrong:
            problem = str(wrong)
        else:
            return redirect("today")
    return _page(request, problem=problem, status=400)


@require_POST
def emergency_end(request: HttpRequest) -> HttpResponse:
    """End it before its hour is over."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        done = glass.end(rows, visitor.staff, sessions.moment())
    words = "Emergency access is ended." if done else "No emergency access was running."
    return said(request, words, fallback=reverse("emergency"))


@require_POST
def emergency_review(request: HttpRequest, glass_id: UUID) -> HttpResponse:
    """An officer has looked at what was opened."""
    visitor, given = visitor_of(request), request.POST
    where = reverse("emergency")
    with access.practice(visitor.practice) as rows:
        try:
            glass.review(
                rows, glass_id, visitor.staff, visitor.role, given.get("verdict", ""), given.get("words", ""),
                sessions.moment(),
            )  # fmt: skip
        except glass.Refused as wrong:
            return said(request, str(wrong), tone="bad", fallback=where)
    return said(request, "The review is signed.", fallback=where)


@require_POST
def emergency_codes(request: HttpRequest) -> HttpResponse:
    """New sealed codes, shown on this answer and never again."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        made = glass.make_codes(rows, visitor.staff, visitor.role, sessions.moment())
    return _page(request, codes=made)


@require_http_methods(["GET", "POST"])
def emergency_code(request: HttpRequest) -> HttpResponse:
    """The way in while the sign-on service is down: to read, for an hour."""
    problem = ""
    if request.method == "POST":
        problem = _enter(request)
        if not problem:
            return redirect("today")
    context: dict[str, Any] = {
        "problem": problem, "categories": list(glass.CATEGORIES.items()), "shortest": glass.SHORTEST,
        "typed": {name: request.POST.get(name, "")[: glass.LONGEST] for name in ("user", "category", "reason")},
    }  # fmt: skip
    return render(request, "ringback/emergency_code.html", context, status=403 if problem else 200)


def _enter(request: HttpRequest) -> str:
    """Sign in with a sealed code; says what was wrong, and the same of a wrong code and a wrong name."""
    given, now = request.POST, sessions.moment()
    reason, category = given.get("reason", ""), given.get("category", "")
    if category not in glass.CATEGORIES or len(reason.replace("\0", "").strip()) < glass.SHORTEST:
        return f"Choose what kind of emergency it is, and say why in at least {glass.SHORTEST} characters."
    code = glass.read_code(given.get("code", "")[:80])
    if code is None:
        return WRONG
    practice, mark, secret = code
    name = given.get("user", "").replace("\0", "").strip()[:150]
    people = get_user_model().objects.filter(is_active=True)
    user = people.filter(username__iexact=name).first() or people.filter(email__iexact=name).exclude(email="").first()
    with access.practice(practice) as rows:
        member = practices.staff_of_account(rows, user.pk) if user is not None else None
        used = glass.spend(rows, mark, secret, member["id"] if member else None, now)
        if used is None or member is None or user is None:
            return WRONG
        running = glass.running(rows, member["id"], now)
        row = running["id"] if running else glass.begin(rows, member["id"], member["role"], category, reason, now, used)
    sign_in.begin(request, user, practice)
    request.session[sessions.GLASS] = str(row)
    return ""
