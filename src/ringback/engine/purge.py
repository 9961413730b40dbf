"""The chore of removing what was kept long enough, once an hour a practice (C27)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg

from ringback.store import audit, retention
from ringback.store.access import Rows
from ringback.store.keys import Keyring

EVERY = timedelta(hours=1)
# When each practice was looked at last by this process: looking again costs little, so nothing of it is kept.
_last: dict[int, datetime] = {}


def purge(connection: psycopg.Connection[Any], ring: Keyring, practice: int, now: datetime) -> None:
    """One round, when the last one is an hour ago."""
    last = _last.get(practice)
    if last is not None and timedelta(0) <= now - last < EVERY:
        return
    rows = Rows(connection, practice, ring)
    retention.purge(rows, now)
    audit.flush(connection, rows.entries)
    _last[practice] = now
