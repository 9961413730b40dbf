"""Identity providers of our own making, on this machine: OpenID Connect over HTTP, and SAML answers signed here."""

from __future__ import annotations

import base64
import hashlib
import json
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.test import Client

KEYS: list[rsa.RSAPrivateKey] = []


def key(number: int) -> rsa.RSAPrivateKey:
    """A key pair, made once."""
    while len(KEYS) <= number:
        KEYS.append(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    return KEYS[number]


class Provider:
    """An OpenID provider. `claims` are what its next token says; `bend` changes how it is made."""

    def __init__(self, number: int = 0) -> None:
        self.key, self.kid = key(number), f"k{number}"
        self.issuer = self.named = ""
        self.client, self.secret = "ringback", "made-up-secret"
        self.claims: dict[str, Any] = {}
        self.bend: dict[str, Any] = {}
        self.asked: dict[str, dict[str, str]] = {}
        self.fetched: list[str] = []
        # What it answers at a path instead, and what its description says besides.
        self.pages: dict[str, tuple[int, Any]] = {}
        self.places: dict[str, str] = {}

    def says(self, email: str, sub: str = "s-1", **more: Any) -> None:
        """Whom the next sign-on is of, and what the provider says of them."""
        self.claims = {"sub": sub, "email": email, "email_verified": True, "auth_time": int(time.time())} | more
        self.bend = {}

    def grant(self, location: str) -> str:
        """The person signs in at the provider: the query with which their browser comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        return f"code={code}&state={asked['state']}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The exchange of a code, once, with the verifier whose digest came before."""
        asked = self.asked.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        good = (
            asked is not None
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            and form["redirect_uri"] == asked["redirect_uri"]
            and form["client_secret"] == self.secret
        )
        if not good or asked is None:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.client, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.claims | self.bend.get("claims", {})
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = self.bend.get("key", self.key)
        made = jwt.encode(
            claims, signed, self.bend.get("alg", "RS256"), headers={"kid": self.bend.get("kid", self.kid)}
        )
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": made}

    def answer(self, path: str) -> tuple[int, Any]:
        """What the provider says of itself."""
        self.fetched.append(path)
        if path in self.pages:
            return self.pages[path]
        if path == "/.well-known/openid-configuration":
            places = {
                "authorization_endpoint": "authorize",
                "token_endpoint": "token",
                "jwks_uri": "keys",
            } | self.places
            return 200, {"issuer": self.named, **{name: f"{self.issuer}/{leaf}" for name, leaf in places.items()}}
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return 200, {"keys": [public | {"kid": self.kid, "use": "sig", "alg": "RS256"}]}
        return 404, {}


@contextmanager
def running(number: int = 0) -> Iterator[Provider]:
    """A provider that answers on this machine."""
    made = Provider(number)

    class Desk(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def _send(self, status: int, body: Any) -> None:
            told = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def do_GET(self) -> None:
            self._send(*made.answer(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told = made.token({name: values[0] for name, values in parse_qs(body).items()})
            self._send(*made.pages.get(self.path, told))

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    made.issuer = made.named = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(number: int) -> str:
    """A signing certificate, PEM."""
    made, now = key(number), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sign-on of a test")])
    built = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(made.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30)).sign(made, hashes.SHA256())
    )  # fmt: skip
    return built.public_bytes(serialization.Encoding.PEM).decode()


def private(number: int) -> str:
    """The key of that certificate, PEM."""
    return (
        key(number)
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


ANSWER = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r{n}" Version="2.0" IssueInstant="{now}" Destination="{acs}" InResponseTo="{asked}"><saml:Issuer>{issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{assertion}</samlp:Response>"""
ASSERTION = """<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a{n}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer><saml:Subject><saml:NameID Format="{format}">{name}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{later}" Recipient="{acs}" InResponseTo="{asked}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{before}" NotOnOrAfter="{later}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{at}" SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef>{context}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="mail"><saml:AttributeValue>{email}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>"""
LASTING = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


def asked(location: str) -> str:
    """The id of the request that a browser carries to the provider."""
    told = parse_qs(urlsplit(location).query)["SAMLRequest"][0]
    xml = zlib.decompress(base64.b64decode(told), -15).decode()
    return xml.split('ID="', 1)[1].split('"', 1)[0]


def saml_answer(asked: str, acs: str, email: str, *, signer: int = 5, shown: int = 5, **more: Any) -> str:
    """A provider's answer as the form field carries it. `signer`: whose key signs; None leaves it unsigned."""
    from onelogin.saml2.utils import OneLogin_Saml2_Utils

    now = datetime.now(UTC)

    def stamp(minutes: int) -> str:
        return (now + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")

    values = {
        "asked": asked, "acs": acs, "email": email, "n": asked, "now": stamp(0), "later": stamp(5), "before": stamp(-5),
        "at": stamp(0), "issuer": "https://idp.example/entity", "audience": acs.removesuffix("back") + "metadata",
        "name": "n-1", "format": LASTING, "context": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
    } | more  # fmt: skip
    made = ASSERTION.format(**values)
    if signer is not None:
        signed = OneLogin_Saml2_Utils.add_sign(made, private(signer), certificate(shown))
        made = (signed.decode() if isinstance(signed, bytes) else signed).split("?>", 1)[-1]
    if "instead" in more:
        made = made.replace(*more["instead"])
    return base64.b64encode(ANSWER.format(**values, assertion=made).encode()).decode()


def signs_on(client: Client, provider: Provider, name: str = "1-clinic") -> Any:
    """The whole way: to the provider, and back."""
    gone = client.get(f"/account/sign-on/oidc/{name}")
    assert gone.status_code == 302, gone.status_code
    return client.get(f"/account/sign-on/oidc/{name}/back?{provider.grant(gone['Location'])}")
