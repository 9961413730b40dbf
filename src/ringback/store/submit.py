"""How anything outside the loop changes a case: it writes an event row and its work, and the loop decides.

Pages use `submit` inside their own transaction (which names exactly one practice) and `settled` afterwards to show the
result; nothing else may change a case.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from uuid_utils.compat import uuid7

from ringback.core import events

CHANNEL = "work"
KINDS: Mapping[str, type[Any]] = {kind.__name__: kind for kind in events.Event.__args__}


def encode(event: events.Event) -> str:
    """An event as JSON with its type's name."""
    return msgspec.json.encode({"type": type(event).__name__, **msgspec.to_builtins(event)}).decode()


def decode(body: Mapping[str, Any]) -> events.Event:
    """The event of a row's body; raises `msgspec.ValidationError` on a body that is none."""
    fields = {key: value for key, value in body.items() if key != "type"}
    event: events.Event = msgspec.convert(fields, KINDS[body["type"]])
    return event


def submit(
    connection: psycopg.Connection[Any], practice: int, case_id: UUID, event: events.Event, now: datetime, by: str = ""
) -> UUID:
    """Write an event for a case; the loop folds it within milliseconds of the commit. Returns the event's id."""
    event_id = uuid7()
    connection.execute(
        "insert into event (practice, id, case_id, at, body, by) values (%s, %s, %s, %s, %s, %s)",
        (practice, event_id, case_id, now, encode(event), by),
    )
    connection.execute(
        "insert into work (practice, kind, id, due) values (%s, 3, %s, %s)",
        (practice, event_id, now),
    )
    connection.execute("select pg_notify(%s, 'decide')", (CHANNEL,))
    return event_id


def settled(connection: psycopg.Connection[Any], practice: int, event_id: UUID, seconds: float = 2.0) -> str | None:
    """Wait until the loop has folded an event and say its `why`; None when it has not within `seconds`.

    The connection must be in autocommit with the practice named for the session, or each look in its own transaction.
    """
    end = time.monotonic() + seconds
    while True:
        with connection.transaction():
            connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
            row = connection.execute(
                "select why from event where practice = %s and id = %s and done_at is not null", (practice, event_id)
            ).fetchone()
        if row is not None:
            return str(row[0])
        if time.monotonic() > end:
            return None
        time.sleep(0.01)
