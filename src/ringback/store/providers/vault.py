"""HashiCorp Vault's transit engine wraps practice keys: the key never leaves Vault, the practice is its context.

The transit key is made with `derived=true`, so that a practice's wrapped key opens as no other practice's. The token comes
from VAULT_TOKEN or the file VAULT_TOKEN_FILE. Tried against a stand-in only: unverified against a real Vault.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

from ringback.store.keys import BadKey


class Vault:
    """One transit key of one Vault."""

    name = "vault transit"

    def __init__(self, client: Any, mount: str, key: str) -> None:
        self._client, self._mount, self._key = client, mount, key

    @classmethod
    def from_name(cls, place: str) -> Vault:
        """From `https://vault.example:8200#transit/ringback`; raises `BadKey` with the mend."""
        address, _, where = place.partition("#")
        mount, _, key = (where or "transit/ringback").rpartition("/")
        if not address.startswith("https://") and os.environ.get("RINGBACK_ENV") == "production":
            raise BadKey("Vault is reached without TLS: give its https:// address")
        token = os.environ.get("VAULT_TOKEN", "")
        file = os.environ.get("VAULT_TOKEN_FILE", "")
        if not token and file:
            token = Path(file).read_text().strip()
        if not token:
            raise BadKey("no token for Vault: set VAULT_TOKEN or VAULT_TOKEN_FILE")
        try:
            import hvac  # type: ignore[import-untyped]
        except ImportError:
            raise BadKey("Vault needs a package more: pip install 'ringback[keys]'") from None
        return cls(hvac.Client(url=address, token=token, timeout=10), mount or "transit", key)

    def wrap(self, practice: int, key: bytes) -> bytes:
        """The practice's key as Vault encrypted it."""
        answer = self._ask("encrypt_data", practice, plaintext=base64.b64encode(key).decode())
        return str(answer["ciphertext"]).encode()

    def unwrap(self, practice: int, wrapped: bytes) -> bytes:
        """Undo `wrap`; raises `BadKey`."""
        answer = self._ask("decrypt_data", practice, ciphertext=wrapped.decode("ascii", "replace"))
        return base64.b64decode(answer["plaintext"])

    def _ask(self, what: str, practice: int, **more: str) -> dict[str, Any]:
        context = base64.b64encode(b"ringback practice %d" % practice).decode()
        try:
            answer = getattr(self._client.secrets.transit, what)(
                name=self._key, mount_point=self._mount, context=context, **more
            )
        except Exception as wrong:  # the package's and the transport's errors alike
            raise BadKey(
                f"Vault did not {what.split('_')[0]} practice {practice}'s key: {type(wrong).__name__}"
            ) from None
        found: dict[str, Any] = answer["data"]
        return found
