"""The steps of SAML 2.0: to the provider, its answer laid aside, read with the cookie of whoever asked, and our description (C11).

This module loads what reads and checks XML, so `sign_on_urls` imports it with the first request. Addresses come from our
own and not from a request.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import xmlsec
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.saml import views
from allauth.socialaccount.providers.saml.utils import build_saml_config, get_app_or_404
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_GET, require_POST
from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Settings
from onelogin.saml2.errors import OneLogin_Saml2_Error

# What of a request the flow needs; the rest (addresses, headers, cookies) is not kept between its two steps.
NEEDED = ("HTTP_HOST", "PATH_INFO", "SCRIPT_NAME", "SERVER_NAME", "SERVER_PORT", "REQUEST_METHOD")
COOKIE = "saml-acs-session"
# What answers that are none, or no XML, raise on their way.
NONSENSE = (
    PermissionDenied, OneLogin_Saml2_Error, etree.LxmlError, xmlsec.Error, ValueError, KeyError, TypeError,
    AttributeError, IndexError,
)  # fmt: skip


def _ours(request: HttpRequest) -> None:
    """Addresses are made of the public one: what an answer is for is compared with it."""
    place = urlsplit(settings.PUBLIC_URL)
    request.META["HTTP_HOST"] = place.netloc
    request._get_scheme = lambda: place.scheme  # type: ignore[attr-defined]


@require_GET
def start(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """To the practice's provider."""
    _ours(request)
    return views.login(request, organization_slug=organization_slug)  # type: ignore[no-any-return]


@require_POST
def acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """An answer comes in by the browser from elsewhere, without our cookie: it is laid aside and read in the next step."""
    get_app_or_404(request, organization_slug)
    _ours(request)
    told = QueryDict(mutable=True)
    told["SAMLResponse"] = request.POST.get("SAMLResponse", "")
    request.POST = told  # type: ignore[assignment]
    request.META = {name: request.META[name] for name in NEEDED if name in request.META}
    answer: HttpResponse = views.acs(request, organization_slug=organization_slug)
    answer.cookies[COOKIE]["httponly"] = True
    return answer


@require_GET
def finish(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """The answer is read, with the cookie of whoever asked for it."""
    _ours(request)
    try:
        answer: HttpResponse = views.finish_acs(request, organization_slug=organization_slug)
    except NONSENSE as wrong:
        provider = get_app_or_404(request, organization_slug).get_provider(request)
        return render_authentication_error(request, provider, exception=wrong)
    return answer


@require_GET
def metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """What the provider has to know of us. Signing out there does not end a session here, so none is offered."""
    _ours(request)
    app = get_app_or_404(request, organization_slug)
    config = build_saml_config(request, app.settings, organization_slug)
    del config["sp"]["singleLogoutService"]
    told = OneLogin_Saml2_Settings(settings=config, sp_validation_only=True).get_sp_metadata()
    return HttpResponse(told, content_type="text/xml")


def no_sign_out(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Our sessions end by their own limits; there is nothing here."""
    raise Http404
