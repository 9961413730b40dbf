"""`ringback crypto`: which cryptography is used where (inventory), and whether the module that does it is validated (attest).

The register below names every file that uses cryptography; a test compares it with the source, so that nothing comes in
unnamed (C19; ASVS 11.1.2).
"""

from __future__ import annotations

import argparse
import json
import ssl
import sys
from dataclasses import asdict, dataclass
from typing import Any, TextIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use: what for, with which algorithm and key, by which library, in which files of the package."""

    what: str
    algorithm: str
    key: str
    library: str
    files: tuple[str, ...]


USES: tuple[Use, ...] = (
    Use(
        what="values of patients and of the practice's set-up, at rest",
        algorithm="AES-256-GCM, 96-bit random nonce, bound to its place",
        key="data key of the practice; a key a caller, a key a person",
        library="cryptography (OpenSSL)",
        files=("store/crypt.py", "store/keys.py", "store/callers.py"),
    ),
    Use(
        what="practice keys, by the provider",
        algorithm="AES-256-GCM (sealed file); the service's own (Vault, AWS KMS)",
        key="provider key",
        library="cryptography, hvac, boto3",
        files=("store/keys.py", "store/providers/__init__.py"),
    ),
    Use(
        what="finding numbers",
        algorithm="HMAC-SHA-256, 128 bits kept",
        key="index key of the practice",
        library="hmac",
        files=("store/crypt.py",),
    ),
    Use(what="the audit chain", algorithm="SHA-256", key="none", library="hashlib", files=("core/audit.py",)),
    Use(
        what="checkpoints, proofs and drill reports",
        algorithm="Ed25519",
        key="signing key of the practice",
        library="cryptography",
        files=("store/checkpoints.py", "store/drill_report.py", "store/proof.py"),
    ),
    Use(
        what="what the gate allowed",
        algorithm="HMAC-SHA-256",
        key="of the process, gone with it",
        library="hmac",
        files=("core/gate.py", "engine/ask.py"),
    ),
    Use(
        what="a provider's webhook signature",
        algorithm="HMAC-SHA-1, as Twilio signs",
        key="the connection's token",
        library="hmac",
        files=("adapters/twilio_signature.py",),
    ),
    Use(
        what="signatures of our own webhooks",
        algorithm="HMAC-SHA-256",
        key="the connection's secret",
        library="hmac",
        files=("engine/tell.py",),
    ),
    Use(
        what="staff passwords and emergency codes",
        algorithm="Argon2id",
        key="none",
        library="argon2-cffi",
        files=("store/glass.py",),
    ),
    Use(
        what="sessions, CSRF, signed links",
        algorithm="HMAC-SHA-256 (Django)",
        key="RINGBACK_SECRET_KEY",
        library="Django",
        files=(),
    ),
    Use(
        what="digests that name, compare or find: wordings, files, tokens, keys, pages",
        algorithm="SHA-256",
        key="none",
        library="hashlib",
        files=(
            "core/consent.py",
            "core/office/bundle.py",
            "core/office/snoop.py",
            "core/texts.py",
            "directory/views.py",
            "words_model/encoder.py",
            "words_model/model.py",
            "engine/onward.py",
            "engine/receive.py",
            "backup_cli.py",
            "store/backup.py",
            "store/devices.py",
            "store/inventory.py",
            "store/invitations.py",
            "store/links.py",
            "store/parcel.py",
            "store/sessions.py",
            "store/setup_words.py",
            "store/shred.py",
            "store/takeout.py",
            "web/journal.py",
            "web/limits.py",
            "web/office_door.py",
            "web/pages/live.py",
            "web/pages/sign_on.py",
            "consent_cli.py",
        ),
    ),
    Use(
        what="single sign-on",
        algorithm="RS256 and others of the provider's list; PKCE S256; XML signatures of SAML",
        key="the provider's",
        library="PyJWT, python3-saml",
        files=("web/oidc.py",),
    ),
    Use(
        what="random keys, tokens and passwords",
        algorithm="the system's generator",
        key="none",
        library="secrets, os.urandom",
        files=(
            "store/keys.py",
            "store/callers.py",
            "store/invitations.py",
            "store/links.py",
            "engine/onward.py",
            "backup_cli.py",
            "store/drill.py",
            "store/secure.py",
            "engine/beside.py",
            "engine/postgres.py",
            "engine/tell.py",
            "settings.py",
            "engine/ask.py",
        ),
    ),
    Use(
        what="the demo, the bench and the made-up carrier: nothing of production",
        algorithm="various",
        key="made up",
        library="various",
        files=(
            "bench/laid.py",
            "bench/pure.py",
            "demo/account.py",
            "demo/past.py",
            "demo/prepare.py",
            "demo/run.py",
            "demo/show.py",
            "simulator/wire.py",
        ),
    ),
    Use(
        what="passkeys, codes of an app",
        algorithm="WebAuthn (ES256 and others); TOTP, HMAC-SHA-1 as RFC 6238 has it",
        key="of the account, sealed by the provider",
        library="django-allauth, fido2",
        files=("web/accounts.py", "web/sign_in_journal.py"),
    ),
)


def inventory() -> list[dict[str, Any]]:
    """The register, as values."""
    return [asdict(use) for use in USES]


def attest() -> dict[str, Any]:
    """What the modules are and whether they are validated; nothing is claimed that this machine does not say."""
    import cryptography
    from cryptography.hazmat.backends.openssl.backend import backend

    fips = bool(getattr(backend, "_fips_enabled", False))
    return {
        "at_rest": {
            "module": "OpenSSL in the cryptography package",
            "version": backend.openssl_version_text(),
            "package": f"cryptography {cryptography.__version__}",
            "fips_mode": fips,
            "certificate": "",
        },
        "in_transit": {
            "module": "OpenSSL of this Python",
            "version": ssl.OPENSSL_VERSION,
            "fips_mode": fips,
            "certificate": "",
        },
        "keys": "kept apart from the data: the provider wraps them, the database holds wrapped ones only",
        "validated": False,
        "warning": "No certificate of validation (FIPS 140-3) is known for these builds; whether yours is one is for you to record.",
    }


def crypto_main(argv: list[str], out: TextIO = sys.stdout) -> int:
    """Print one of the two; `attest` exits 1 when no validated module is in use and `--strict` asks for one."""
    parser = argparse.ArgumentParser(prog="ringback crypto", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("inventory", help="algorithms, keys and files, as JSON")
    strict = commands.add_parser("attest", help="the modules and their state, as JSON")
    strict.add_argument("--strict", action="store_true", help="exit 1 without a validated module")
    options = parser.parse_args(argv)
    told = inventory() if options.command == "inventory" else attest()
    print(json.dumps(told, indent=2), file=out)
    if options.command == "attest" and isinstance(told, dict):
        print(told["warning"], file=sys.stderr)
        return 1 if options.strict and not told["validated"] else 0
    return 0
