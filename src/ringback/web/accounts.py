"""How accounts behave: nobody signs up, secrets of second factors are sealed, the last factor is not taken away.

Accounts, passwords, passkeys and codes are django-allauth's; here stands only what this product decides otherwise.
"""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from ringback.store import access

# Secrets of accounts belong to the installation, not to a practice: they are wrapped as practice 0's.
HOUSE = 0


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Invited people only; no mail goes out by itself."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("enter")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Changes of factors are in the audit log and on the page; no message names them."""

    def add_message(self, *words: Any, **more: Any) -> None:
        """The pages say what was done; allauth's own messages would say it twice."""


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Passkeys and codes, their secrets sealed by the key provider."""

    def get_totp_issuer(self) -> str:
        return "Ringback"

    def encrypt(self, text: str) -> str:
        return base64.b64encode(access.provider().wrap(HOUSE, text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return access.provider().unwrap(HOUSE, base64.b64decode(encrypted_text)).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """The last factor stays: another one is enrolled first."""
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return False
        others = Authenticator.objects.filter(
            user=authenticator.user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        ).exclude(pk=authenticator.pk)
        return bool(others.exists())

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to this server's name."""
        from urllib.parse import urlsplit

        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "localhost", "name": "Ringback"}
