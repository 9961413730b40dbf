"""The people of a practice: who works here, in which role, with which second factor; inviting, changing, ending."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ringback.engine import clock
from ringback.store import access, audit, invitations, offboarding, practices, sessions
from ringback.web import words
from ringback.web.pages.act import said, visitor_of
from ringback.web.routes import ROLES

GIVEN = tuple(role for role in ROLES if role != "integration")
# Nobody gives what they do not have: a manager makes no owners and no officers.
HIGH = frozenset({"owner", "privacy_officer", "security_officer", "auditor"})
FACTORS = {"webauthn": "passkey", "totp": "code of an app"}


def _may_give(mine: str, role: str) -> bool:
    return role in GIVEN and (mine in ("owner", "security_officer") or role not in HIGH)


def _roles(mine: str) -> list[tuple[str, str]]:
    return [(role, words.ROLES.get(role, role)) for role in GIVEN if _may_give(mine, role)]


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The page."""
    visitor, now = visitor_of(request), datetime.now(UTC)
    with access.practice(visitor.practice) as rows:
        staff = practices.staff(rows)
        waiting = invitations.waiting(rows, now)
    accounts = [one["account"] for one in staff.values() if one["account"]]
    factors: dict[int, set[str]] = {}
    for account, kind in Authenticator.objects.filter(user_id__in=accounts).values_list("user_id", "type"):
        if kind in FACTORS:
            factors.setdefault(account, set()).add(FACTORS[kind])
    listed: list[dict[str, Any]] = []
    for one in staff.values():
        mine = one["id"] == visitor.staff
        listed.append(
            {**one, "factors": sorted(factors.get(one["account"] or 0, ())), "mine": mine,
             "may": not mine and _may_give(visitor.role, one["role"])}
        )  # fmt: skip
    context = {
        "here": "people",
        "people": sorted(listed, key=lambda one: (not one["active"], one["name"].lower())),
        "waiting": waiting,
        "roles": _roles(visitor.role),
    }
    return render(request, "ringback/people.html", context)


@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: the link is shown once, to be handed over."""
    visitor, where = visitor_of(request), reverse("people")
    role = request.POST.get("role", "")
    if not _may_give(visitor.role, role):
        return said(request, "That role is not yours to give.", tone="bad", fallback=where)
    try:
        with access.practice(visitor.practice) as rows:
            token = invitations.invite(
                rows, name=request.POST.get("name", ""), email=request.POST.get("email", ""), role=role,
                by=visitor.by, by_role=visitor.role, now=datetime.now(UTC),
            )  # fmt: skip
    except invitations.NotAPerson as wrong:
        text = str(wrong)
        return said(request, f"{text[:1].upper()}{text[1:]}.", tone="bad", fallback=where)
    link = settings.PUBLIC_URL.rstrip("/") + reverse("invited", args=[visitor.practice, token])
    return render(request, "ringback/invited_link.html", {"here": "people", "link": link})


@require_POST
def withdraw(request: HttpRequest, invitation: UUID) -> HttpResponse:
    """Take an invitation back."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        if not invitations.withdraw(rows, str(invitation), visitor.by, visitor.role, datetime.now(UTC)):
            raise Http404
    return said(request, "The invitation is withdrawn; its link is dead.", fallback=reverse("people"))


def _member(rows: access.Rows, member: int, request: HttpRequest) -> dict[str, Any]:
    """A member whom this visitor may change: never oneself, never somebody above."""
    visitor = visitor_of(request)
    found = practices.staff(rows).get(member)
    if found is None or member == visitor.staff or not _may_give(visitor.role, found["role"]):
        raise Http404
    return found


@require_POST
def role(request: HttpRequest, member: int) -> HttpResponse:
    """Give another role; every session of that person ends."""
    visitor, now, where = visitor_of(request), datetime.now(UTC), reverse("people")
    wanted = request.POST.get("role", "")
    if not _may_give(visitor.role, wanted):
        return said(request, "That role is not yours to give.", tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        found = _member(rows, member, request)
        rows.run("update staff set role = %s where practice = %s and id = %s", (wanted, visitor.practice, member))
        audit.write(
            rows, act="change", what="account.role", object=f"staff:{member}", by=visitor.by, role=visitor.role,
            detail={"from": found["role"], "to": wanted},
        )  # fmt: skip
        if found["account"]:
            sessions.end_sessions(rows, found["account"], now, "role", by=visitor.by)
    return said(
        request, f"{found['name']} is {words.ROLES.get(wanted, wanted).lower()} now and signs in anew.", fallback=where
    )


@require_POST
def reset(request: HttpRequest, member: int) -> HttpResponse:
    """Take the second factors away, when they are lost; the person enrols new ones at the next sign-in."""
    visitor, now = visitor_of(request), datetime.now(UTC)
    with access.practice(visitor.practice) as rows:
        found = _member(rows, member, request)
        if found["account"]:
            # On this transaction: the framework's own delete would open another one inside it.
            rows.run("delete from mfa_authenticator where user_id = %s", (found["account"],))
            sessions.end_sessions(rows, found["account"], now, "factor", by=visitor.by)
        audit.write(
            rows, act="change", what="account.factors_reset", object=f"staff:{member}", by=visitor.by, role=visitor.role
        )
    return said(request, f"{found['name']} enrols a new factor at the next sign-in.", fallback=reverse("people"))


@require_POST
def leave(request: HttpRequest, member: int) -> HttpResponse:
    """Somebody leaves: everything of theirs ends in one transaction (C9)."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        found = _member(rows, member, request)
        try:
            offboarding.leave(rows, member, visitor.by, datetime.now(UTC), role=visitor.role, case_now=clock.now())
        except offboarding.NotAllowed as wrong:
            return said(request, str(wrong), tone="bad", fallback=reverse("people"))
    return said(request, f"{found['name']} has left: sessions, duties and tasks are ended.", fallback=reverse("people"))
