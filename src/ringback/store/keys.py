"""Keys. Each practice has data keys by number and one index key; a practice's keys are wrapped by the provider's.

The provider is an interface: a sealed local file for the demo and small clinics, a key service in production. A data
key is never stored in the clear and never leaves this process's memory.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Row = tuple[int, int, str, bytes]


class KeyProvider(Protocol):
    """Wraps and unwraps a practice's keys."""

    name: str

    def wrap(self, practice: int, key: bytes) -> bytes: ...

    def unwrap(self, practice: int, wrapped: bytes) -> bytes: ...


class BadKey(Exception):
    """A key could not be unwrapped, or its file is not safe to use."""


class SealedFile:
    """The provider's key in a local file that only its owner can read (demo, development, one-machine clinics)."""

    name = "sealed file"

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if create and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "wb") as file:
                file.write(secrets.token_bytes(32))
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            root = path.read_bytes()
        except OSError as wrong:
            raise BadKey(f"the key file {path} cannot be read: {wrong.strerror}") from None
        if mode & 0o077:
            raise BadKey(f"the key file {path} can be read by others; run: chmod 600 {path}")
        if len(root) != 32:
            raise BadKey(f"the key file {path} does not hold a key of 32 bytes")
        self._cipher = AESGCM(root)

    def wrap(self, practice: int, key: bytes) -> bytes:
        """The practice's key, readable only with the file and only as this practice's."""
        nonce = secrets.token_bytes(12)
        return nonce + self._cipher.encrypt(nonce, key, b"practice %d" % practice)

    def unwrap(self, practice: int, wrapped: bytes) -> bytes:
        """Undo `wrap`; raises `BadKey` when the bytes were changed or belong to another practice."""
        try:
            return self._cipher.decrypt(wrapped[:12], wrapped[12:], b"practice %d" % practice)
        except InvalidTag:
            raise BadKey(f"the keys of practice {practice} cannot be unwrapped with this key file") from None


def create(provider: KeyProvider, practice: int) -> list[Row]:
    """A new practice's first keys as rows of `data_key`: (practice, number, purpose, wrapped)."""
    return [
        (practice, 1, purpose, provider.wrap(practice, secrets.token_bytes(32))) for purpose in ("data", "index")
    ]


class Keyring:
    """The unwrapped keys this process has loaded, by practice. `newest` is the data key new values are sealed with."""

    def __init__(self, provider: KeyProvider) -> None:
        self._provider = provider
        self.ciphers: dict[tuple[int, int], AESGCM] = {}
        self.newest: dict[int, int] = {}
        self.index: dict[int, bytes] = {}

    def load(self, rows: Iterable[Row]) -> None:
        """Unwrap rows of `data_key`; those already held are not asked for again."""
        for practice, number, purpose, wrapped in rows:
            if purpose == "index":
                if practice not in self.index:
                    self.index[practice] = self._provider.unwrap(practice, bytes(wrapped))
            elif (practice, number) not in self.ciphers:
                self.ciphers[(practice, number)] = AESGCM(self._provider.unwrap(practice, bytes(wrapped)))
                self.newest[practice] = max(number, self.newest.get(practice, 0))

    def forget(self, practice: int) -> None:
        """Drop a practice's keys from memory."""
        self.ciphers = {held: cipher for held, cipher in self.ciphers.items() if held[0] != practice}
        self.newest.pop(practice, None)
        self.index.pop(practice, None)
