"""OpenID Connect as we take it: code flow with PKCE, state and nonce, a signed token for us, of the provider set up (C11).

State, PKCE and the exchange of the code are django-allauth's. Here stands what it leaves open: the nonce, the signature
checked always and by a list of algorithms, the issuer that was set up and no other, and nothing taken from the address
but what the flow needs.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import jwt
import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from ringback.core.sign_on import APART, OLDEST, Told

# Public keys only: with a shared secret whoever knows it could sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
NEEDED = ("iss", "sub", "aud", "exp", "iat", "nonce")


def subject(issuer: str, sub: str) -> str:
    """A person as their own provider names them: the same name of another provider is somebody else."""
    return hashlib.sha256(f"{issuer}\0{sub}".encode()).hexdigest()


def words(value: Any) -> frozenset[str]:
    """A claim that may be one word or a list of them."""
    return frozenset(str(one) for one in (value if isinstance(value, list) else [value] if value else []))


class Checked(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """One exchange with the provider."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself; only when it is the issuer that was set up."""
        if not hasattr(self, "_openid_config"):
            issuer = self.get_provider().app.settings["issuer"]
            try:
                with get_adapter().get_requests_session() as session:
                    answer = session.get(issuer.rstrip("/") + "/.well-known/openid-configuration")
                    answer.raise_for_status()
                    told = answer.json()
            except (requests.RequestException, ValueError) as wrong:
                raise OAuth2Error("the provider does not answer as it should") from wrong
            places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if not isinstance(told, dict) or told.get("issuer") != issuer or not all(told.get(one) for one in places):
                raise OAuth2Error("the provider is not the one that was set up")
            self._openid_config: dict[str, Any] = told
        return self._openid_config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Ours, by the public address and not by what a request says."""
        path = reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})
        return str(settings.PUBLIC_URL).rstrip("/") + path

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **more: Any) -> Any:
        """A person, from a token that was checked. Raises `OAuth2Error`."""
        answer = more["response"]
        claims = self._claims(app, str(answer.get("id_token") or ""))
        if not claims.get("email") and self.openid_config.get("userinfo_endpoint"):
            more_of = self._fetch_user_info(token.token)
            if not isinstance(more_of, dict) or more_of.get("sub") != claims["sub"]:
                raise OAuth2Error("the provider speaks of two people")
            claims |= {name: more_of.get(name) for name in ("email", "email_verified")}
        return self.get_provider().sociallogin_from_response(request, claims)

    def _claims(self, app: SocialApp, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise OAuth2Error("the token is signed in a way that is not taken")
            claims: dict[str, Any] = jwt.decode(
                token, key=self._key(header), algorithms=list(ALGORITHMS), audience=app.client_id,
                issuer=app.settings["issuer"], leeway=APART, options={"require": list(NEEDED)},
            )  # fmt: skip
        except (jwt.PyJWTError, requests.RequestException, ValueError, TypeError) as wrong:
            raise OAuth2Error("the token is not a good one") from wrong
        if not self.nonce or not hmac.compare_digest(str(claims["nonce"]).encode(), self.nonce.encode()):
            raise OAuth2Error("the token answers another question")
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != app.client_id:
            raise OAuth2Error("the token is for somebody else")
        if claims.get("azp", app.client_id) != app.client_id or not claims["sub"]:
            raise OAuth2Error("the token is for somebody else")
        return claims

    def _key(self, header: dict[str, Any]) -> Any:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            told = answer.json()
        listed = told.get("keys") if isinstance(told, dict) else None
        keys = [
            one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict)
            and one.get("use", "sig") == "sig" and one.get("kty") != "oct" and one.get("kid") == header.get("kid")
        ]  # fmt: skip
        if len(keys) != 1:
            raise OAuth2Error("the provider has no such key")
        # The key's own algorithm counts, not the one a token names.
        key = jwt.PyJWK(keys[0], algorithm=keys[0].get("alg") or header["alg"])
        if key.algorithm_name != header["alg"]:
            raise OAuth2Error("the token is signed in another way than its key")
        return key.key


class Oidc(OpenIDConnectProvider):  # type: ignore[misc]
    """A provider of a practice."""

    pkce_enabled_default = True
    oauth2_adapter_class = Checked

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing of the address goes to the provider: no scope, no parameter, no other purpose."""
        return {"process": AuthProcess.LOGIN}

    def get_default_scope(self) -> list[str]:
        return ["openid", "email"]

    def redirect(self, request: HttpRequest, process: str, next_url: Any = None, data: Any = None, **more: Any) -> Any:
        """To the provider, with a nonce that only its answer to this very question can carry."""
        nonce = secrets.token_urlsafe(32)
        asked = {"nonce": nonce, "max_age": str(int(OLDEST.total_seconds()))}
        if self.app.settings.get("acr"):
            asked["acr_values"] = self.app.settings["acr"]
        return super().redirect(request, process, next_url, data, auth_params=asked, nonce=nonce, **more)

    def sociallogin_from_response(self, request: HttpRequest, response: dict[str, Any]) -> Any:
        """The person as the provider named them; what else it says is judged, not kept."""
        found = super().sociallogin_from_response(request, response)
        at = response.get("auth_time")
        found.told = Told(
            email=str(response.get("email") or "").strip().lower(),
            email_verified=response.get("email_verified") is True or self.app.settings.get("trust_email") == "yes",
            amr=words(response.get("amr")),
            acr=words(response.get("acr")),
            at=datetime.fromtimestamp(at, UTC) if isinstance(at, int) and 0 < at < 2**33 else None,
        )
        return found

    def extract_uid(self, data: dict[str, Any]) -> str:
        return subject(self.app.settings["issuer"], str(data["sub"]))

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


class _Callback(OAuth2CallbackView):  # type: ignore[misc]
    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        told = request.GET.get("iss")
        # RFC 9207: an answer that names its issuer names ours.
        if state is not None and told is not None and told != provider.app.settings["issuer"]:
            return None, render_authentication_error(request, provider)
        return state, answer


@require_GET
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the practice's provider."""
    try:
        provider = Checked(request, provider_id).get_provider()
    except SocialApp.DoesNotExist:
        raise Http404 from None
    try:
        answer: HttpResponse = provider.redirect_from_request(request)
    except OAuth2Error as wrong:
        return render_authentication_error(request, provider, exception=wrong)
    except ImmediateHttpResponse as stopped:
        return stopped.response
    return answer


@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    adapter = Checked(request, provider_id)
    try:
        answer: HttpResponse = _Callback.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (ValueError, KeyError, TypeError, json.JSONDecodeError) as wrong:
        return render_authentication_error(request, adapter.get_provider(), exception=wrong)
    return answer
