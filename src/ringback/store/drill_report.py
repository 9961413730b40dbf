"""A drill's report as a signed file: canonical JSON (RFC 8785) and an Ed25519 signature by the installation's own key, the
one that signs the installation's checkpoints, so that a report can be held against those kept off the database.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FORM = "ringback/drill/1"


def sign(private: bytes, report: Mapping[str, Any]) -> str:
    """The report as one line: what was found, the public key, the signature over the canonical form."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    body = {"form": FORM, **report}
    return json.dumps(
        {
            "report": body,
            "public": base64.b64encode(key.public_key().public_bytes_raw()).decode(),
            "signature": base64.b64encode(key.sign(rfc8785.dumps(body))).decode(),
        },
        sort_keys=True,
    )


def check(line: str, public: str | None = None) -> dict[str, Any]:
    """What a signed report says. ValueError when it was changed, is none, or is not signed with `public`."""
    try:
        told = json.loads(line)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(told["public"]))
        key.verify(base64.b64decode(told["signature"]), rfc8785.dumps(told["report"]))
        if told["report"].get("form") != FORM or (public is not None and told["public"] != public):
            raise ValueError("the report is not signed by this installation")
        found: dict[str, Any] = told["report"]
        return found
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError, InvalidSignature) as wrong:
        raise ValueError("the report was changed or is none") from wrong
