"""What stories of accounts stand on: outside the demo, an invitation, an authenticator app, a passkey of our own making."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from desk import MAPLE, Desk
from django.core.cache import cache
from django.test import Client

PASSWORD = "seven quiet herons at dusk"


@pytest.fixture
def real(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The practice as it is in earnest: no demo, every factor asked for."""
    monkeypatch.delenv("RINGBACK_DEMO")
    cache.clear()
    return desk


def invite(
    email: str = "ines.ortega@clinic.example", role: str = "nurse", name: str = "Ines Ortega", practice: int = MAPLE
) -> str:
    """An invitation's path."""
    from ringback.store import access, invitations

    with access.practice(practice) as rows:
        token = invitations.invite(
            rows, name=name, email=email, role=role, by="1", by_role="owner", now=datetime.now(UTC)
        )
    return f"/invited/{practice}/{token}"


def join(path: str, password: str = PASSWORD) -> Client:
    """Take an invitation up: an account with a password, and no second factor yet."""
    client = Client()
    assert client.get(path).status_code == 200
    answer = client.post(path, {"password": password, "again": password})
    assert answer.status_code == 302 and answer["Location"] == "/account/enrol/", answer.content
    return client


def add_app(client: Client) -> str:
    """Enrol an authenticator app; its secret."""
    page = client.get("/account/factors/app/add/")
    assert page.status_code == 200, (page.status_code, page.get("Location"))
    secret = page.context["form"].secret
    answer = client.post("/account/factors/app/add/", {"code": code(secret)})
    assert answer.status_code == 302, answer.content
    return str(secret)


def code(secret: str, at: float | None = None) -> str:
    """The code the app shows."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    moment = time.time() if at is None else at
    return str(format_hotp_value(hotp_value(secret, int(moment) // 30)))


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Passkey:
    """A software authenticator: it makes a credential and signs challenges, as a browser's would."""

    def __init__(self, rp: str = "127.0.0.1") -> None:
        from cryptography.hazmat.primitives.asymmetric import ec

        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id, self._rp, self._count = b"passkey-of-a-test", rp, 0

    def _data(self, flags: int, more: bytes = b"") -> bytes:
        import hashlib

        self._count += 1
        return hashlib.sha256(self._rp.encode()).digest() + bytes([flags]) + self._count.to_bytes(4, "big") + more

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        import json

        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def make(self, options: dict[str, Any], origin: str) -> dict[str, Any]:
        """The answer to a registration's options."""
        from fido2 import cbor
        from fido2.cose import ES256

        told = options["publicKey"]
        public = cbor.encode(ES256.from_cryptography_key(self._key.public_key()))
        made = bytes(16) + len(self._id).to_bytes(2, "big") + self._id + public
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": self._data(0x45, made)})
        return {
            "id": b64(self._id), "rawId": b64(self._id), "type": "public-key", "clientExtensionResults": {"credProps": {"rk": True}},
            "response": {
                "clientDataJSON": b64(self._client("webauthn.create", told["challenge"], origin)),
                "attestationObject": b64(attestation), "transports": ["internal"],
            },
        }  # fmt: skip

    def sign(self, options: dict[str, Any], origin: str, user: bytes = b"") -> dict[str, Any]:
        """The answer to a challenge."""
        import hashlib

        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        told = options["publicKey"]
        client, data = self._client("webauthn.get", told["challenge"], origin), self._data(0x05)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "id": b64(self._id), "rawId": b64(self._id), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature),
                "userHandle": b64(user) if user else None,
            },
        }  # fmt: skip
