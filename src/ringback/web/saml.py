"""SAML 2.0 as we take it: answers to our own asking, once, with a signed assertion of the provider set up (C11).

Reading and checking answers is python3-saml's, the steps between are django-allauth's. Here stands what a practice's
provider may be, what is made of its answer, and that addresses come from our own and not from a request.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import xmlsec
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.saml import views
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from allauth.socialaccount.providers.saml.utils import build_saml_config, get_app_or_404
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Settings
from onelogin.saml2.errors import OneLogin_Saml2_Error
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from ringback.core.sign_on import Told
from ringback.web.oidc import subject

PASSING = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
BY_MAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
MAILS = (
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "email",
    "mail",
)
# Where Microsoft's providers say how they checked.
METHODS = "http://schemas.microsoft.com/claims/authnmethodsreferences"
# What of a request the flow needs; the rest (addresses, headers, cookies) is not kept between its two steps.
NEEDED = ("HTTP_HOST", "PATH_INFO", "SCRIPT_NAME", "SERVER_NAME", "SERVER_PORT", "REQUEST_METHOD")
COOKIE = "saml-acs-session"
# What answers that are none, or no XML, raise on their way.
NONSENSE = (
    PermissionDenied, OneLogin_Saml2_Error, etree.LxmlError, xmlsec.Error, ValueError, KeyError, TypeError,
    AttributeError, IndexError,
)  # fmt: skip


def security() -> dict[str, Any]:
    """What every provider is held to."""
    return {
        "strict": True, "want_assertion_signed": True, "want_name_id": True, "want_attribute_statement": False,
        "reject_deprecated_algorithm": True, "reject_idp_initiated_sso": True, "allow_single_label_domains": True,
    }  # fmt: skip


def instant(auth: Any) -> datetime | None:
    """When the person showed themselves, by the assertion whose signature was checked and no other element."""
    try:
        xml = OneLogin_Saml2_XML.to_etree(auth.get_last_response_xml())
        found = xml.xpath(
            "//a:Assertion[@ID=$id]/a:AuthnStatement/@AuthnInstant",
            namespaces={"a": "urn:oasis:names:tc:SAML:2.0:assertion"}, id=auth.get_last_assertion_id(),
        )  # fmt: skip
        at = datetime.fromisoformat(str(found[0]))
    except (ValueError, IndexError, TypeError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


class Saml(SAMLProvider):  # type: ignore[misc]
    """A provider of a practice."""

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing of the address is taken."""
        return {"process": AuthProcess.LOGIN}

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> Any:
        """The person as the provider named them; what else it says is judged, not kept."""
        found = super().sociallogin_from_response(request, response)
        attributes = response.get_attributes()
        told = [str(attributes[name][0]) for name in MAILS if attributes.get(name)]
        if not told and response.get_nameid_format() == BY_MAIL:
            told = [str(response.get_nameid())]
        found.told = Told(
            email=told[0].strip().lower() if told else "",
            # SAML has no word for it: the practice says that its provider gives these addresses out itself.
            email_verified=self.app.settings.get("trust_email") == "yes",
            amr=frozenset(),
            acr=frozenset(map(str, [*response.get_last_authn_contexts(), *attributes.get(METHODS, ())])),
            at=instant(response),
        )
        return found

    def extract_uid(self, data: Any) -> str:
        name = data.get_nameid()
        if not name or data.get_nameid_format() == PASSING:
            raise PermissionDenied("the provider gives no lasting name")
        return subject(self.app.settings["idp"]["entity_id"], str(name))

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        return {}

    def extract_common_fields(self, data: Any) -> dict[str, Any]:
        return {}


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


@csrf_exempt
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
