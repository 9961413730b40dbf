"""What one process needs to take part, from its environment: the database, the keys, the public address.

| variable | meaning |
|---|---|
| RINGBACK_DATABASE_URL | PostgreSQL >= 15, as the application role |
| RINGBACK_KEY_FILE | the sealed key file (a key service in production) |
| RINGBACK_PUBLIC_URL | the address the world reaches this server by, signatures included |
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ringback.engine.book import Book
from ringback.store.keys import SealedFile


class NotConfigured(Exception):
    """Something this process needs is missing; the text says what and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One process's place: where the rows are, how to read them, how it is reached."""

    dsn: str
    public_url: str
    book: Book


def from_environment() -> Node:
    """Build the node; raises `NotConfigured` with the mend."""
    dsn = os.environ.get("RINGBACK_DATABASE_URL", "")
    if not dsn:
        raise NotConfigured("RINGBACK_DATABASE_URL is not set; give it the address of a PostgreSQL >= 15")
    key_file = os.environ.get("RINGBACK_KEY_FILE", "")
    if not key_file:
        raise NotConfigured("RINGBACK_KEY_FILE is not set; make one with: ringback keys create FILE")
    public_url = os.environ.get("RINGBACK_PUBLIC_URL", "http://127.0.0.1:8000")
    return Node(dsn=dsn, public_url=public_url, book=Book(dsn, SealedFile(Path(key_file)), public_url))
