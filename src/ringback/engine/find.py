"""The search index is kept up by whoever keeps house: the hot path that writes a message knows nothing of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from ringback.store import search_index
from ringback.store.access import Rows
from ringback.store.keys import Keyring

AT_ONCE = 500
# So many batches a round: a round is one transaction, and the next one goes on.
BATCHES = 40


def index_words(connection: psycopg.Connection[Any], ring: Keyring, practice: int, now: datetime) -> None:
    """Read on from where the index of a practice stopped."""
    rows = Rows(connection, practice, ring)
    for _ in range(BATCHES):
        if search_index.catch_up(rows, AT_ONCE):
            break
    search_index.tidy(rows, AT_ONCE)
