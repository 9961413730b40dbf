"""C16: practice keys are wrapped by Vault, AWS KMS or a sealed file, and a file in production has to be acknowledged.

Not here: the real Vault and the real AWS; both are tried against stand-ins (an HTTP server of the test, and moto). Google's
and Azure's services and PKCS#11 have no provider.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ringback.store import crypt, keys, providers
from ringback.store.keys import BadKey, Keyring, SealedFile
from ringback.store.providers.aws import Kms
from ringback.store.providers.vault import Vault

TOKEN = "s.test-token"


class Transit(BaseHTTPRequestHandler):
    """As much of Vault's transit engine as the provider uses: encrypt and decrypt with a derived key, a token asked for."""

    def do_POST(self) -> None:
        self.do_PUT()

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        what = self.path.split("/")[3]
        if self.headers.get("X-Vault-Token") != TOKEN:
            return self._say(403, {"errors": ["permission denied"]})
        pad = hashlib.sha256(b"key of the stand-in" + base64.b64decode(body["context"])).digest()
        if what == "encrypt":
            plain = base64.b64decode(body["plaintext"])
            mixed = bytes(a ^ b for a, b in zip(plain, pad, strict=True))
            mark = hashlib.sha256(pad + plain).digest()[:8]
            return self._say(200, {"data": {"ciphertext": "vault:v1:" + base64.b64encode(mixed + mark).decode()}})
        sealed = base64.b64decode(body["ciphertext"].removeprefix("vault:v1:"))
        plain = bytes(a ^ b for a, b in zip(sealed[:-8], pad, strict=False))
        if hashlib.sha256(pad + plain).digest()[:8] != sealed[-8:]:
            return self._say(400, {"errors": ["invalid ciphertext"]})
        return self._say(200, {"data": {"plaintext": base64.b64encode(plain).decode()}})

    def _say(self, status: int, told: dict[str, Any]) -> None:
        raw = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *words: object) -> None:
        """Quiet."""


@pytest.fixture
def vault() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Transit)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def works(provider: keys.KeyProvider) -> None:
    """A practice's keys made with it open what they sealed, as that practice's only."""
    ring = Keyring(provider)
    ring.load(keys.create(provider, 5))
    sealed = crypt.seal(ring, 5, "person", "sealed", "1", "Maria")
    again = Keyring(provider)
    rows = keys.create(provider, 5)
    ring.load(rows)
    assert crypt.open_(ring, 5, "person", "sealed", "1", sealed) == b"Maria"
    head = provider.wrap(5, bytes(range(32)))
    assert provider.unwrap(5, head) == bytes(range(32))
    assert bytes(range(32)) not in head
    with pytest.raises(BadKey):
        provider.unwrap(6, head)
    with pytest.raises(BadKey):
        again.load([(6, *row[1:]) for row in rows])


def test_a_sealed_file(tmp_path: Path) -> None:
    works(SealedFile(tmp_path / "key", create=True))


def test_vault_transit_stand_in(vault: str, monkeypatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    provider = Vault.from_name(f"{vault}#transit/ringback")
    works(provider)
    monkeypatch.setenv("VAULT_TOKEN", "another")
    with pytest.raises(BadKey, match="Vault did not encrypt"):
        Vault.from_name(f"{vault}#transit/ringback").wrap(5, bytes(32))
    monkeypatch.setenv("RINGBACK_ENV", "production")
    with pytest.raises(BadKey, match="without TLS"):
        Vault.from_name(f"{vault}#transit/ringback")


def test_aws_kms_stand_in(monkeypatch) -> None:
    from moto import mock_aws

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        import boto3

        client = boto3.client("kms")
        works(Kms(client.create_key()["KeyMetadata"]["KeyId"], client))


def test_the_environment_says_which(tmp_path: Path, monkeypatch) -> None:
    for name in (providers.VARIABLE, providers.FILE, "RINGBACK_ENV"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BadKey, match="no key provider"):
        providers.from_environment()
    SealedFile(tmp_path / "key", create=True)
    monkeypatch.setenv(providers.FILE, str(tmp_path / "key"))
    assert providers.from_environment().name == "sealed file"
    monkeypatch.setenv(providers.VARIABLE, "abacus:7")
    with pytest.raises(BadKey, match="abacus"):
        providers.from_environment()


def test_a_local_file_in_production_does_not_start_unless_it_is_acknowledged(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv(providers.VARIABLE, raising=False)
    path = tmp_path / "key"
    SealedFile(path, create=True)
    monkeypatch.setenv(providers.FILE, str(path))
    monkeypatch.setenv("RINGBACK_ENV", "production")
    with pytest.raises(BadKey, match=providers.ACCEPTED):
        providers.from_environment()
    monkeypatch.setenv(providers.ACCEPTED, "yes")
    with pytest.raises(BadKey):
        providers.from_environment()
    monkeypatch.setenv(providers.ACCEPTED, providers.fingerprint(path))
    assert providers.from_environment().name == "sealed file"


def test_secrets_are_in_no_file_of_the_project_and_a_key_file_is_closed(tmp_path: Path) -> None:
    SealedFile(tmp_path / "key", create=True)
    assert stat.S_IMODE(os.stat(tmp_path / "key").st_mode) == 0o600
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(BadKey, match="chmod"):
        SealedFile(tmp_path / "key")
