"""The addresses of single sign-on: setting it up, its buttons, and the steps of OpenID Connect and SAML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from ringback.web import oidc
from ringback.web.pages import sign_on


def saml(name: str) -> Callable[..., HttpResponse]:
    """A step of SAML; what it stands on is loaded when somebody first takes one."""

    def step(request: HttpRequest, **more: Any) -> HttpResponse:
        from ringback.web import saml_steps

        answer: HttpResponse = getattr(saml_steps, name)(request, **more)
        return answer

    return step


OIDC, SAML = "account/sign-on/oidc/<slug:provider_id>", "account/sign-on/saml/<slug:organization_slug>"
urlpatterns = [
    path("people/sign-on", sign_on.page, name="sign_on"),
    path("people/sign-on/add", sign_on.add, name="sign_on_add"),
    path("people/sign-on/<slug:slug>/switch", sign_on.switch, name="sign_on_switch"),
    path("account/sign-on/<int:practice>", sign_on.ways, name="sign_on_ways"),
    path("account/sign-on/cancelled", sign_on.cancelled, name="socialaccount_login_cancelled"),
    path(OIDC, oidc.start, name="openid_connect_login"),
    path(f"{OIDC}/back", oidc.callback, name="openid_connect_callback"),
    path(SAML, saml("start"), name="saml_login"),
    # The provider's form carries no token of ours: its answer is only laid aside here, and read in the next step.
    path(f"{SAML}/back", csrf_exempt(saml("acs")), name="saml_acs"),
    path(f"{SAML}/back/finish", saml("finish"), name="saml_finish_acs"),
    path(f"{SAML}/metadata", saml("metadata"), name="saml_metadata"),
    path(f"{SAML}/out", saml("no_sign_out"), name="saml_sls"),
]
