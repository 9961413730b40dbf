"""Sealing values into their place: AES-256-GCM, bound to practice, table, column, row and key number.

A ciphertext moved to another row, column, table or practice does not open. Numbers are found by a keyed digest
(HMAC-SHA-256 with the practice's index key, the first 16 bytes), never by a bare hash (C14, C15).
"""

from __future__ import annotations

import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag

from ringback.store.keys import Keyring

FORMAT = 1


class Unreadable(Exception):
    """The bytes do not open here: changed, moved from another place, or sealed with a key that is gone."""


def _place(practice: int, table: str, column: str, row: UUID | str, number: int) -> bytes:
    # None of the parts can contain a NUL, so no two places share a form.
    return f"{practice}\0{table}\0{column}\0{row}\0{number}".encode()


def seal(ring: Keyring, practice: int, table: str, column: str, row: UUID | str, plain: bytes | str) -> bytes:
    """Seal a value for its place: format (1 byte), key number (2), nonce (12), ciphertext and tag."""
    number = ring.newest[practice]
    nonce = os.urandom(12)
    data = plain.encode() if isinstance(plain, str) else plain
    sealed = ring.ciphers[(practice, number)].encrypt(nonce, data, _place(practice, table, column, row, number))
    return b"\x01" + number.to_bytes(2, "big") + nonce + sealed


def open_(ring: Keyring, practice: int, table: str, column: str, row: UUID | str, sealed: bytes) -> bytes:
    """Open a sealed value; raises `Unreadable` when it does not belong here."""
    if len(sealed) < 31 or sealed[0] != FORMAT:
        raise Unreadable("not a sealed value")
    number = int.from_bytes(sealed[1:3], "big")
    cipher = ring.ciphers.get((practice, number))
    if cipher is None:
        raise Unreadable(f"key {number} of practice {practice} is not held")
    try:
        return cipher.decrypt(sealed[3:15], sealed[15:], _place(practice, table, column, row, number))
    except InvalidTag:
        raise Unreadable(f"a value of {table}.{column} does not open in its place") from None


def index(ring: Keyring, practice: int, kind: str, value: str) -> bytes:
    """The keyed digest a value is found by; differs between practices and between kinds."""
    return hmac.digest(ring.index[practice], f"{kind}\0{value}".encode(), "sha256")[:16]
