"""SAML 2.0 as we take it: answers to our own asking, once, with a signed assertion of the provider set up (C11).

Reading and checking answers is python3-saml's, the steps between are django-allauth's. Here stands what a practice's
provider may be and what is made of its answer; the steps are in `saml_steps`. What reads XML is loaded with the first
step only: a server without SAML does not carry it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

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


def security() -> dict[str, Any]:
    """What every provider is held to."""
    return {
        "strict": True, "want_assertion_signed": True, "want_name_id": True, "want_attribute_statement": False,
        "reject_deprecated_algorithm": True, "reject_idp_initiated_sso": True, "allow_single_label_domains": True,
    }  # fmt: skip


def instant(auth: Any) -> datetime | None:
    """When the person showed themselves, by the assertion whose signature was checked and no other element."""
    from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

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
