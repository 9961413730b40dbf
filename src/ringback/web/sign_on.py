"""Single sign-on: which invited person an answer of a practice's provider signs in, and what of it counts (C11).

Nobody gets an account by signing on: an open invitation with the provider's checked e-mail is taken up, or the account
that took one up is found by the provider's own name for the person. Somebody who has a password account connects it by
signing on while signed in with a second factor. What a session got from a provider holds at the provider's practice only.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from ringback.core.sign_on import Told, counts, too_old
from ringback.store import access, invitations, practices, sign_on
from ringback.web import saml, second_factor
from ringback.web.provider_calls import Session
from ringback.web.sign_in import ONLY

# Why somebody is not signed on, in words that help them and say nothing of others.
REASONS = {
    "unknown": "Nobody of this practice is invited with this sign-on. Ask whoever runs Ringback there for an invitation.",
    "email": "The provider does not say that your e-mail address is yours, so no invitation can be found by it.",
    "bound": "This person signs in here in another way already. Use that one.",
    "connect": "You have an account with a password here. Sign in with it first, then open this sign-on again.",
    "elsewhere": "Your account works at several practices, so one practice's sign-on cannot open it. Use your password.",
    "old": "The provider checked you too long ago. Sign out there and try again.",
    "left": "Your access at this practice has ended.",
}


def app_of(one: sign_on.SignOn) -> SocialApp:
    """A provider as django-allauth knows it; it is never put into allauth's own tables."""
    told = one.settings
    if one.kind == "oidc":
        return SocialApp(
            provider="openid_connect", provider_id=one.name, name=told["name"], client_id=told["client_id"],
            secret=told.get("secret", ""),
            settings={
                "issuer": told["issuer"], "server_url": told["issuer"], "acr": told.get("acr", ""),
                "trust_email": told.get("trust_email", ""),
            },
        )  # fmt: skip
    return SocialApp(
        provider="saml", provider_id=one.name, name=told["name"], client_id=one.name,
        settings={
            "idp": {"entity_id": told["entity_id"], "sso_url": told["sso_url"], "x509cert": told["certificate"]},
            "advanced": saml.security(), "acr": told.get("acr", ""), "trust_email": told.get("trust_email", ""),
        },
    )  # fmt: skip


class SignOns(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """How django-allauth finds providers and what it does with their answers."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The one provider of this name; there is no list across practices."""
        named = sign_on.parts(str(client_id if provider == "saml" else provider or client_id or ""))
        if named is None:
            return []
        with access.practice(named[0]) as rows:
            found = sign_on.find(rows, named[1])
        app = app_of(found) if found else None
        return [app] if app and provider in (None, app.provider, app.provider_id) else []

    def get_requests_session(self) -> Session:
        return Session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, *words: Any, **more: Any) -> None:
        """What went wrong with an answer is written down; the page says only that it did."""
        named = sign_on.parts(provider.sub_id)
        if named:
            with access.practice(named[0]) as rows:
                sign_on.refused(rows, named[1], "answer")

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find whom a checked answer signs in; whoever it is not is refused here."""
        named = sign_on.parts(sociallogin.account.provider)
        assert named is not None
        practice, slug = named
        with transaction.atomic(), access.practice(practice) as rows:
            reason = _match(request, rows, sociallogin)
        if reason:
            with access.practice(practice) as rows:
                sign_on.refused(rows, slug, reason)
            page = render(request, "account/sign_on_refused.html", {"reason": REASONS[reason]}, status=403)
            raise ImmediateHttpResponse(page)


def _match(request: HttpRequest, rows: access.Rows, login: Any) -> str:
    """Whom the answer signs in: `login.user` is theirs afterwards. Otherwise why not."""
    told: Told = login.told
    now = datetime.now(UTC)
    if too_old(told, now):
        return "old"
    if login.is_existing:
        member = practices.staff_of_account(rows, login.user.pk)
        if member is None:
            return _back(rows, login, now)
        if not login.user.is_active:
            return "left"
        return "" if sign_on.works_only_here(rows, login.user.pk) else "elsewhere"
    if not told.email or not told.email_verified:
        return "email"
    member = sign_on.member_by_email(rows, told.email)
    if member is not None:
        return _connect(request, rows, login, member["account"])
    invitation = sign_on.invitation_for(rows, told.email, now)
    if invitation is None:
        return "unknown"
    # The account is the provider's: no e-mail and no password lead to it, and no invitation elsewhere finds it.
    user = get_user_model()(username=f"{login.account.provider}:{login.account.uid}"[:150])
    user.set_unusable_password()
    user.save()
    _bind(login, user)
    invitations.accept(rows, invitation, user.pk, now)
    return ""


def _back(rows: access.Rows, login: Any, now: datetime) -> str:
    """Somebody who left is invited again: the same person of the same provider takes the account up that was closed."""
    told: Told = login.told
    invitation = sign_on.invitation_for(rows, told.email, now) if told.email and told.email_verified else None
    if invitation is None:
        return "left"
    if sign_on.works_elsewhere(rows, login.user.pk):
        return "elsewhere"
    login.user.is_active = True
    login.user.save(update_fields=["is_active"])
    invitations.accept(rows, invitation, login.user.pk, now)
    return ""


def _connect(request: HttpRequest, rows: access.Rows, login: Any, account: int) -> str:
    if SocialAccount.objects.filter(user_id=account).exists():
        return "bound"
    if request.user.pk != account or not second_factor.shown(request):
        return "connect"
    if not sign_on.works_only_here(rows, account):
        return "elsewhere"
    _bind(login, get_user_model().objects.get(pk=account))
    return ""


def _bind(login: Any, user: Any) -> None:
    login.user = login.account.user = user
    login.account.save()


def _signed_on(sender: object, request: HttpRequest, user: Any, **more: Any) -> None:
    """Somebody is in by a provider: their session holds at its practice, and its second factor counts where it may."""
    login = more.get("sociallogin")
    if login is None:
        request.session.pop(ONLY, None)
        request.session.pop(second_factor.BY_PROVIDER, None)
        return
    named = sign_on.parts(login.account.provider)
    assert named is not None
    request.session[ONLY] = named[0]
    told: Told | None = getattr(login, "told", None)
    with access.practice(named[0]) as rows:
        member = practices.staff_of_account(rows, user.pk)
        one = sign_on.find(rows, named[1])
    if told is None or member is None or one is None:
        return
    trusted = one.settings.get("acr", "").split()
    request.session[second_factor.BY_PROVIDER] = counts(
        told, trusted, passkey_only=member["role"] in second_factor.passkey_roles()
    )


user_logged_in.connect(_signed_on, dispatch_uid="ringback.sign_on")


def offered(practice: int) -> list[dict[str, str]]:
    """The practice's sign-ons as buttons: a name and where it leads."""
    with access.practice(practice) as rows:
        found = [one for one in sign_on.all_of(rows) if one.active]
    return [{"name": f"Sign in with {one.settings['name']}", "url": start_of(one)} for one in found]


def start_of(one: sign_on.SignOn) -> str:
    """The path at which signing on begins."""
    if one.kind == "oidc":
        return reverse("openid_connect_login", kwargs={"provider_id": one.name})
    return reverse("saml_login", kwargs={"organization_slug": one.name})


def buttons(request: HttpRequest) -> dict[str, Any]:
    """The context processor: the page of signing in shows the buttons of this server's practice; asked for there only."""
    return {"sign_ons": lambda: offered(int(getattr(settings, "RINGBACK_PRACTICE", 1)))}
