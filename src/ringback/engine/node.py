"""What one process needs to take part, from its environment: the database, the keys, the public address.

| variable | meaning |
|---|---|
| RINGBACK_DATABASE_URL | PostgreSQL >= 15, as the application role |
| RINGBACK_KEYS or RINGBACK_KEY_FILE | the key provider: Vault, AWS KMS, or a sealed file |
| RINGBACK_PUBLIC_URL | the address the world reaches this server by, signatures included |
| RINGBACK_WORDS_MODEL | `off`: words are read by rules alone, and more goes to people |
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from ringback.engine.book import Book
from ringback.store import providers
from ringback.store.keys import BadKey


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
    try:
        provider = providers.from_environment()
    except BadKey as wrong:
        raise NotConfigured(str(wrong)) from None
    public_url = os.environ.get("RINGBACK_PUBLIC_URL", "http://127.0.0.1:8000")
    return Node(dsn=dsn, public_url=public_url, book=Book(dsn, provider, public_url))
