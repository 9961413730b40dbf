"""Showing a factor again: the password, a code of the authenticator app, or a passkey, of the account that is signed in.

An account without any of them (it signs in by a link or at the practice's own sign-on) signs in anew instead. In the demo
a button stands for every factor.
"""

from __future__ import annotations

import json
import os
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

REASON = "reauth_required"


def demo() -> bool:
    """Whether this is the demo, where a button stands for every factor."""
    return os.environ.get("RINGBACK_DEMO") == "1"


def of(request: HttpRequest) -> list[str]:
    """The factors this account can show: button (demo), password, code, passkey."""
    if demo():
        return ["button"]
    user: Any = request.user
    found = ["password"] if user.has_usable_password() else []
    kinds = {one.type for one in _authenticators(user)}
    return found + [name for kind, name in (("totp", "code"), ("webauthn", "passkey")) if kind in kinds]


def _authenticators(user: Any) -> list[Any]:
    if not apps.is_installed("allauth.mfa"):
        return []
    from allauth.mfa.models import Authenticator

    return list(Authenticator.objects.filter(user=user))


def shown(request: HttpRequest) -> bool:
    """Whether this form shows a factor of the account that is signed in."""
    known, given = of(request), request.POST
    if "button" in known:
        return given.get("button") == "yes"
    if "password" in known and given.get("password") and request.user.check_password(given["password"][:4096]):
        return True
    if "code" in known and given.get("code"):
        # A code is good once: the wrapped authenticator remembers the ones that were used.
        return any(
            one.wrap().validate_code(given["code"].strip()[:20])
            for one in _authenticators(request.user)
            if one.type == "totp"
        )
    return "passkey" in known and bool(given.get("passkey")) and _passkey(request, given["passkey"][:20000])


def challenge(request: HttpRequest) -> str:
    """What the browser signs with a passkey, as JSON; empty when the account has none."""
    if "passkey" not in of(request):
        return ""
    from allauth.core.context import request_context
    from allauth.mfa.webauthn.internal import auth

    with request_context(request):
        return json.dumps(auth.begin_authentication(request.user))


def _passkey(request: HttpRequest, given: str) -> bool:
    from allauth.core.context import request_context
    from allauth.mfa.webauthn.internal import auth

    try:
        with request_context(request):
            told = json.loads(given)
            auth.parse_authentication_response(told)
            auth.complete_authentication(request.user, told)
    except (ValidationError, ValueError, KeyError, TypeError):
        return False
    return True


def ask(request: HttpRequest, *, back: str, problem: str = "", locked: bool = False, status: int = 200) -> HttpResponse:
    """The sheet that asks for a factor: of a locked screen, or before a dangerous act."""
    context = {
        "factors": of(request),
        "challenge": challenge(request),
        "back": back,
        "problem": problem,
        "locked": locked,
    }
    answer = render(request, "ringback/factor.html", context, status=status)
    if status == 403:
        answer["X-Reason"] = REASON
    return answer
