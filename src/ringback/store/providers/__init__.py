"""Where practice keys are wrapped: a sealed local file, HashiCorp Vault's transit engine, or AWS KMS.

`RINGBACK_KEYS` says which: `file:/etc/ringback/key`, `vault:https://vault.example:8200#transit/ringback`, or
`aws-kms:alias/ringback`. Without it `RINGBACK_KEY_FILE` names a sealed file. A local file in production has to be
acknowledged, for whoever copies the machine copies the key (C16).
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from ringback.store.keys import BadKey, KeyProvider, SealedFile

VARIABLE, FILE = "RINGBACK_KEYS", "RINGBACK_KEY_FILE"
ACCEPTED = "RINGBACK_KEY_FILE_ACCEPTED"


def told() -> str:
    """Which provider the environment names; empty when it names none."""
    keys = os.environ.get(VARIABLE, "").strip()
    file = os.environ.get(FILE, "").strip()
    return keys or (f"file:{file}" if file else "")


def from_environment() -> KeyProvider:
    """The provider of this process. Raises `BadKey` with the mend when there is none or it may not be used."""
    name = told()
    if not name:
        raise BadKey(f"no key provider: set {VARIABLE} (file:PATH, vault:ADDRESS#MOUNT/KEY, aws-kms:KEY) or {FILE}")
    return open_(name, os.environ.get("RINGBACK_ENV", "") == "production", os.environ.get(ACCEPTED, ""))


@lru_cache(maxsize=8)
def open_(name: str, production: bool = False, accepted: str = "") -> KeyProvider:
    """The provider of this name, for this process; raises `BadKey`."""
    kind, _, place = name.partition(":")
    if kind == "file":
        if production and accepted != fingerprint(Path(place)):
            raise BadKey(
                f"a local key file in production: use Vault or a key service, or accept the risk in writing by setting "
                f"{ACCEPTED}={fingerprint(Path(place))}"
            )
        return SealedFile(Path(place))
    if kind == "vault":
        from ringback.store.providers.vault import Vault

        return Vault.from_name(place)
    if kind == "aws-kms":
        from ringback.store.providers.aws import Kms

        return Kms(place)
    raise BadKey(f"{VARIABLE} begins with {kind!r}; use file:PATH, vault:ADDRESS#MOUNT/KEY or aws-kms:KEY")


def fingerprint(path: Path) -> str:
    """What stands for a key file in an acknowledgement: nothing of the key can be learned from it."""
    try:
        return "yes-" + hashlib.sha256(b"ringback key file\0" + path.read_bytes()).hexdigest()[:12]
    except OSError as wrong:
        raise BadKey(f"the key file {path} cannot be read: {wrong.strerror}") from None
