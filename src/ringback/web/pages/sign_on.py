"""The page on which a practice sets up its single sign-on, and the one that shows its buttons to who is not signed in."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount
from cryptography import x509
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ringback.engine import outside
from ringback.store import access, practices, sessions, sign_on
from ringback.web import sign_on as signing
from ringback.web.pages.act import said, visitor_of

# What each kind asks for, and how much of it at most; all but those of `FREE` have to be there.
FIELDS: Mapping[str, Mapping[str, int]] = {
    "oidc": {"name": 40, "issuer": 500, "client_id": 190, "secret": 190, "acr": 300, "trust_email": 3},
    "saml": {"name": 40, "entity_id": 500, "sso_url": 500, "certificate": 8000, "acr": 300, "trust_email": 3},
}
FREE = frozenset({"secret", "acr", "trust_email"})


class Wrong(ValueError):
    """What was typed cannot be used; the text says how to mend it."""


def _certificate(told: str) -> x509.Certificate:
    body = "".join(line for line in told.splitlines() if "-----" not in line).strip()
    try:
        return x509.load_der_x509_certificate(base64.b64decode(body, validate=True))
    except (ValueError, binascii.Error):
        raise Wrong("The certificate cannot be read: paste the provider's signing certificate as it is, PEM.") from None


def read(kind: str, form: Mapping[str, str]) -> dict[str, str]:
    """What a form sets up. Raises `Wrong`."""
    told = {name: form.get(name, "").strip() for name in FIELDS[kind]}
    for name, most in FIELDS[kind].items():
        if len(told[name]) > most or (not told[name] and name not in FREE):
            raise Wrong(f"{name.replace('_', ' ').capitalize()} is missing or too long.")
    try:
        if kind == "oidc":
            outside.check_url(told["issuer"])
        else:
            outside.shape(told["sso_url"], schemes=("https",))
    except outside.NotAllowed as wrong:
        raise Wrong(f"The provider's address cannot be used: {wrong}.") from None
    if kind == "saml":
        _certificate(told["certificate"])
    return told


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The providers of this practice. A secret is never shown again."""
    with access.practice(visitor_of(request).practice) as rows:
        found = sign_on.all_of(rows)
    public = settings.PUBLIC_URL.rstrip("/")
    listed: list[dict[str, Any]] = []
    for one in found:
        kwargs = {"provider_id": one.name} if one.kind == "oidc" else {"organization_slug": one.name}
        back = "openid_connect_callback" if one.kind == "oidc" else "saml_acs"
        listed.append(
            {
                "slug": one.slug, "kind": one.kind, "active": one.active, "name": one.settings["name"],
                "at": one.settings.get("issuer") or one.settings.get("entity_id"),
                "back": public + reverse(back, kwargs=kwargs),
                "metadata": public + reverse("saml_metadata", kwargs=kwargs) if one.kind == "saml" else "",
                "start": public + signing.start_of(one),
                "until": _certificate(one.settings["certificate"]).not_valid_after_utc if one.kind == "saml" else None,
            }
        )  # fmt: skip
    ways = public + reverse("sign_on_ways", args=[visitor_of(request).practice])
    return render(request, "ringback/sign_on.html", {"here": "people", "providers": listed, "ways": ways})


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Set a provider up, or one that is switched off anew."""
    visitor, where = visitor_of(request), reverse("sign_on")
    kind, slug = request.POST.get("kind", ""), request.POST.get("slug", "").strip().lower()
    if kind not in FIELDS:
        raise Http404
    if sign_on.SLUG.fullmatch(slug) is None:
        return said(request, "The short name is a letter, then letters and digits.", tone="bad", fallback=where)
    try:
        told = read(kind, request.POST.dict())
    except Wrong as wrong:
        return said(request, str(wrong), tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        done = sign_on.keep(rows, slug, kind, told, visitor.by, visitor.role, datetime.now(UTC))
    if not done:
        return said(request, "One of this short name is on. Switch it off first.", tone="bad", fallback=where)
    return said(request, "Set up. Invited people can sign on with it from now on.", fallback=where)


@require_POST
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """On, or off: then every session of those who sign on with it ends."""
    visitor, now, on = visitor_of(request), datetime.now(UTC), request.POST.get("on") == "yes"
    with access.practice(visitor.practice) as rows:
        if not sign_on.switch(rows, slug, on, visitor.by, visitor.role):
            raise Http404
        if not on:
            name = f"{visitor.practice}-{slug}"
            for account in SocialAccount.objects.filter(provider=name).values_list("user_id", flat=True):
                sessions.end_sessions(rows, account, now, "sign-on", by=visitor.by)
    words = "It is on." if on else "It is off; whoever signed on with it is signed out."
    return said(request, words, fallback=reverse("sign_on"))


@require_GET
def ways(request: HttpRequest, practice: int) -> HttpResponse:
    """The practice's buttons, for a bookmark; a practice that has none, or is none, leads to the usual page."""
    found = signing.offered(practice) if practice < 2**31 else []
    if not found:
        return redirect("account_login")
    with access.practice(practice) as rows:
        about = practices.practice(rows)
    return render(request, "account/sign_on_ways.html", {"sign_ons": found, "practice": about})


@require_GET
def cancelled(request: HttpRequest) -> HttpResponse:
    """Somebody changed their mind at the provider."""
    return redirect("sign_in")
