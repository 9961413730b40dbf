"""The chore of acts on many tasks: those whose window is over, and whose page did not come back, become events now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from ringback.store import bulk
from ringback.store.keys import Keyring


def finish_bulk_acts(connection: psycopg.Connection[Any], ring: Keyring, practice: int, now: datetime) -> None:
    """Close the tasks that somebody closed together."""
    bulk.finish(connection, practice, now)
    bulk.forget(connection, practice, now)
