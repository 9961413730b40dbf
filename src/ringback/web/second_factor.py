"""A second factor before any page of a practice (C5): a passkey or a code was shown in this session, or is asked for now.

Owners, officers and auditors show a passkey; the others may choose. An account that has none is led to enrol one. The
demo asks for none.
"""

from __future__ import annotations

import os

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from ringback.web.routes import Route

KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
PASSKEY_ROLES = frozenset({"owner", "privacy_officer", "security_officer", "auditor"})
# What a session carries that was begun with a sealed code.
GLASS = "ringback_glass"
# A provider of single sign-on that said it checked a second factor counts as one (C11).
BY_PROVIDER = "ringback_factor_by_provider"


def passkey_roles() -> frozenset[str]:
    """Who must use a passkey: RINGBACK_PASSKEY_ROLES, else owners, officers and auditors."""
    told = os.environ.get("RINGBACK_PASSKEY_ROLES")
    return PASSKEY_ROLES if told is None else frozenset(one.strip() for one in told.split(",") if one.strip())


def shown(request: HttpRequest) -> set[str]:
    """The kinds of second factor shown in this session."""
    found = {
        str(one.get("type")) for one in get_authentication_records(request, request.user) if one.get("method") == "mfa"
    }
    return found | ({"provider"} if request.session.get(BY_PROVIDER) else set())


def need(request: HttpRequest, route: Route) -> HttpResponse | None:
    """The door's question: None when the session has what its role needs, else the way to it."""
    if os.environ.get("RINGBACK_DEMO") == "1":
        return None
    # A sealed code is for when no factor can be shown; its session only reads and ends with the hour (C8).
    if request.session.get(GLASS):
        return None
    visitor = request.visitor  # type: ignore[attr-defined]
    passkey = visitor.role in passkey_roles()
    kinds = shown(request)
    if "webauthn" in kinds or "provider" in kinds or (kinds and not passkey):
        return None
    has = set(Authenticator.objects.filter(user=request.user, type__in=KINDS).values_list("type", flat=True))
    wanted = {str(Authenticator.Type.WEBAUTHN)} if passkey else {str(kind) for kind in KINDS}
    if not has & wanted:
        return _to(request, "enrol")
    return _to(request, "mfa_reauthenticate_webauthn" if passkey else "mfa_reauthenticate")


def _to(request: HttpRequest, name: str) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" and not request.headers.get("HX-Request") else "/"
    where = f"{reverse(name)}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": where})
    if request.headers.get("Accept") == "text/event-stream":
        return HttpResponse(status=401)
    return redirect(where)
