"""A file that only a passphrase opens: Scrypt makes the key, AES-256-GCM seals pieces of a megabyte, each bound to its place.

    RINGBACK-PARCEL-1\\n   salt (16)   nonce prefix (8)   then pieces: length (4), sealed bytes

Each piece's nonce is the prefix and its number; whether it is the last one is part of what is authenticated, so a file that
was cut, reordered or added to does not open.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"RINGBACK-PARCEL-1\n"
PIECE = 1 << 20
SHORTEST = 12


class Closed(ValueError):
    """The file does not open: another passphrase, or it was changed."""


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << 16, r=8, p=1).derive(passphrase.encode()))


class Writer:
    """A file to write into; what goes into `to` is sealed. Close it, or it does not open."""

    def __init__(self, to: IO[bytes], passphrase: str) -> None:
        if len(passphrase) < SHORTEST:
            raise ValueError(f"the passphrase is shorter than {SHORTEST} characters")
        self._to, salt, self._prefix = to, os.urandom(16), os.urandom(8)
        self._cipher, self._held, self._number, self._place = _cipher(passphrase, salt), bytearray(), 0, 0
        to.write(MAGIC + salt + self._prefix)

    def write(self, data: Any) -> int:
        """Seal these bytes."""
        self._held += data
        self._place += len(data)
        while len(self._held) > PIECE:
            self._piece(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def tell(self) -> int:
        """How much was written, in the clear."""
        return self._place

    def flush(self) -> None:
        """Pieces are written when they are full."""

    def close(self) -> None:
        """Write the last piece."""
        self._piece(bytes(self._held), last=True)

    def _piece(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(
            self._prefix + self._number.to_bytes(4, "big"), plain, b"last" if last else b"more"
        )
        self._to.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


def sealed(start: bytes) -> bool:
    """Whether a file that starts so is a parcel."""
    return start.startswith(MAGIC)


def read(file: IO[bytes], passphrase: str) -> Iterator[bytes]:
    """The pieces in the clear. Raises `Closed`."""
    head = file.read(len(MAGIC) + 24)
    if not sealed(head) or len(head) < len(MAGIC) + 24:
        raise Closed("this is no sealed export")
    cipher, prefix = _cipher(passphrase, head[len(MAGIC) : len(MAGIC) + 16]), head[-8:]
    number, length = 0, file.read(4)
    while True:
        size = int.from_bytes(length, "big")
        if len(length) < 4 or size > PIECE + 16:
            raise Closed("the file was cut off or changed")
        piece, length = file.read(size), file.read(4)
        try:
            yield cipher.decrypt(prefix + number.to_bytes(4, "big"), piece, b"more" if length else b"last")
        except InvalidTag:
            raise Closed("another passphrase, or the file was changed") from None
        if not length:
            return
        number += 1
