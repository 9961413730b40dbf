"""Signing in: a link that works once, for fifteen minutes. Opening it shows a button, pressing the button signs in.

The link carries the account, its practice and the moment of its last sign-in, signed; signing in changes that moment,
so the link is spent. Whether the account may act is asked of the practice's own staff row on every request.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login, logout
from django.contrib.auth.models import AbstractBaseUser
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ringback.store import access, practices

SALT = "ringback.sign_in"
SECONDS = 15 * 60
# What a session carries that a practice's provider began: the number of that practice.
ONLY = "ringback_sign_on_practice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is looking: a member of staff of one practice."""

    practice: int
    staff: int
    role: str
    name: str
    # Emergency access that runs (C8): its id and its end. `reading`: signed in by a sealed code, to read only.
    glass: UUID | None = None
    glass_ends: datetime | None = None
    reading: bool = False

    @property
    def by(self) -> str:
        """How events name this person: the number of the staff row, never a name."""
        return str(self.staff)


def one_time_link(user: AbstractBaseUser, practice: int) -> str:
    """The path of a link that signs this account in once, within fifteen minutes."""
    body = {"u": user.pk, "p": practice, "l": _mark(user)}
    return reverse("sign_in_link", args=[signing.dumps(body, salt=SALT, compress=True)])


def _mark(user: AbstractBaseUser) -> str:
    return user.last_login.isoformat() if user.last_login else ""


def begin(request: HttpRequest, user: AbstractBaseUser, practice: int) -> None:
    """Sign this account in at this practice."""
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    request.session["practice"] = practice


def visitor(request: HttpRequest) -> Visitor | None:
    """The staff row behind this request's session; None when nobody is signed in or the row is gone or inactive."""
    user = request.user
    if not user.is_authenticated:
        return None
    # A server with a single practice need not be told which one an account belongs to: its staff row says.
    kept: int | None = request.session.get("practice")
    practice = kept if kept is not None else int(getattr(settings, "RINGBACK_PRACTICE", 1))
    # What one practice's own sign-on began holds at that practice only (C11).
    if request.session.get(ONLY, practice) != practice:
        return None
    with access.practice(practice) as rows:
        found = practices.staff_of_account(rows, user.pk)
    if found is None:
        return None
    return Visitor(practice=practice, staff=found["id"], role=found["role"], name=found["name"])


@require_http_methods(["GET"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Says how to get in; outside the demo that is the account's own page, with the reason somebody was signed out."""
    if os.environ.get("RINGBACK_DEMO") != "1":
        return redirect("account_login")
    return render(request, "ringback/sign_in.html", {"known": request.user.is_authenticated})


@require_http_methods(["GET", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET changes nothing (mail scanners open links); POST signs in and spends the link. In the demo only."""
    if os.environ.get("RINGBACK_DEMO") != "1":
        raise Http404
    try:
        body: dict[str, Any] = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return render(request, "ringback/sign_in.html", {"spent": True}, status=403)
    people = get_user_model()
    with transaction.atomic():
        # The row lock makes two presses at once one sign-in.
        user = people.objects.select_for_update().filter(pk=body["u"], is_active=True).first()
        if user is None or _mark(user) != body["l"]:
            return render(request, "ringback/sign_in.html", {"spent": True}, status=403)
        with access.practice(int(body["p"])) as rows:
            member = practices.staff_of_account(rows, user.pk)
        if member is None:
            return render(request, "ringback/sign_in.html", {"spent": True}, status=403)
        if request.method == "GET":
            return render(request, "ringback/sign_in.html", {"who": member["name"]})
        begin(request, user, int(body["p"]))
    return redirect("today")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.info(request, "You are signed out.")
    return redirect("sign_in")
