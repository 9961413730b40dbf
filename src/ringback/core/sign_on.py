"""What a provider of single sign-on says about how it checked a person, and whether that counts as a second factor (C11).

A provider that says nothing counts for nothing: a local factor is asked for then. A code by text or by telephone never
counts (C5), and whoever must use a passkey is let in only by a provider that says a key was used.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

# Values of `amr` (RFC 8176), and those that providers say for passkeys besides.
KEYS = frozenset({"hwk", "swk", "pop", "sc", "fido", "phr", "phrh"})
TWO = frozenset({"mfa", "otp"}) | KEYS
BY_PHONE = frozenset({"sms", "tel"})
# How long ago a person may have shown themselves to the provider, and how far clocks may be apart.
OLDEST, APART = timedelta(hours=12), timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a checked answer of a provider says about its person."""

    email: str = ""
    email_verified: bool = False
    amr: frozenset[str] = frozenset()
    acr: frozenset[str] = frozenset()
    # When the person showed themselves to the provider; None where it does not say.
    at: datetime | None = None


def counts(told: Told, trusted: Collection[str], *, passkey_only: bool) -> bool:
    """Whether the provider's check is a second factor here. `trusted`: the values of `acr` that the practice counts."""
    if told.at is None or told.amr & BY_PHONE:
        return False
    if passkey_only:
        return bool(told.amr & KEYS)
    return bool(told.amr & TWO) or bool(told.acr & frozenset(trusted))


def too_old(told: Told, now: datetime) -> bool:
    """Whether the person showed themselves too long ago, or in the future."""
    return told.at is not None and not (now - OLDEST - APART <= told.at <= now + APART)
