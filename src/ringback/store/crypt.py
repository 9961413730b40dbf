"""Sealing values into their place: AES-256-GCM, bound to practice, table, column, row and key.

A ciphertext moved to another row, column, table or practice does not open. A value says by itself which key opens it:

    format 1   byte 1, number of the practice's data key (2), nonce (12), ciphertext and tag
    format 2   byte 2, id of a caller's or a person's key (16), nonce (12), ciphertext and tag

Numbers are found by a keyed digest (HMAC-SHA-256 with the practice's index key, the first 16 bytes), never by a bare
hash (C14, C15).
"""

from __future__ import annotations

import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag

from ringback.store.keys import Key, Keyring

FORMAT, OF_CALLER = 1, 2


class Unreadable(Exception):
    """The bytes do not open here: changed, moved from another place, or sealed with a key that is gone."""


class Gone(Unreadable):
    """The key of a value is not held: not loaded yet, or destroyed."""


def _place(practice: int, table: str, column: str, row: UUID | str, key: int | str) -> bytes:
    # None of the parts can contain a NUL, so no two places share a form.
    return f"{practice}\0{table}\0{column}\0{row}\0{key}".encode()


def seal(
    ring: Keyring,
    practice: int,
    table: str,
    column: str,
    row: UUID | str,
    plain: bytes | str,
    key: Key | None = None,
) -> bytes:
    """Seal a value for its place: with a caller's or a person's key, or without one with the practice's newest data key.

    Raises `Gone` when the practice's keys are not held.
    """
    nonce = os.urandom(12)
    data = plain.encode() if isinstance(plain, str) else plain
    if key is not None:
        return (
            b"\x02"
            + key.id
            + nonce
            + key.cipher.encrypt(nonce, data, _place(practice, table, column, row, key.id.hex()))
        )
    number = ring.newest.get(practice)
    if number is None:
        raise Gone(f"the keys of practice {practice} are not held")
    sealed = ring.ciphers[(practice, number)].encrypt(nonce, data, _place(practice, table, column, row, number))
    return b"\x01" + number.to_bytes(2, "big") + nonce + sealed


def key_of(sealed: bytes) -> bytes | None:
    """The id of the caller's or person's key that a value of format 2 was sealed with; None for anything else."""
    return sealed[1:17] if len(sealed) >= 45 and sealed[0] == OF_CALLER else None


def open_(ring: Keyring, practice: int, table: str, column: str, row: UUID | str, sealed: bytes) -> bytes:
    """Open a sealed value; raises `Unreadable` when it does not belong here, `Gone` when its key is not held."""
    id_ = key_of(sealed)
    if id_ is not None:
        cipher, head, name = ring.held(practice, id_), 17, id_.hex()
    elif len(sealed) >= 31 and sealed[0] == FORMAT:
        number = int.from_bytes(sealed[1:3], "big")
        cipher, head, name = ring.ciphers.get((practice, number)), 3, str(number)
    else:
        raise Unreadable("not a sealed value")
    if cipher is None:
        raise Gone(f"key {name} of practice {practice} is not held")
    try:
        return cipher.decrypt(sealed[head : head + 12], sealed[head + 12 :], _place(practice, table, column, row, name))
    except InvalidTag:
        raise Unreadable(f"a value of {table}.{column} does not open in its place") from None


def index(ring: Keyring, practice: int, kind: str, value: str) -> bytes:
    """The keyed digest a value is found by; differs between practices and between kinds. Raises `Gone` without the key."""
    key = ring.index.get(practice)
    if key is None:
        raise Gone(f"the keys of practice {practice} are not held")
    return hmac.digest(key, f"{kind}\0{value}".encode(), "sha256")[:16]
