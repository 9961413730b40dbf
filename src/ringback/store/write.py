"""Writing what a batch decided: one statement a table, columns as arrays, inside the batch's own transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from psycopg import AsyncConnection

from ringback.store import arrays

Connection = AsyncConnection[Any]
_MAKE: Mapping[str, Callable[[Iterable[Any]], str]] = {
    "int": arrays.ints,
    "smallint": arrays.ints,
    "boolean": arrays.bools,
    "uuid": arrays.uuids,
    "timestamptz": arrays.moments,
    "bytea": arrays.blobs,
    "text": arrays.texts,
    "jsonb": arrays.texts,
}


class Table:
    """One table's insert (or upsert) as a fixed statement, made once from its columns and their types."""

    def __init__(self, name: str, columns: Mapping[str, str], *, key: str = "", update: Iterable[str] = ()) -> None:
        self.columns = tuple(columns)
        self.makers = tuple(_MAKE[kind] for kind in columns.values())
        arguments = ", ".join(f"%s::{'text' if kind == 'jsonb' else kind}[]" for kind in columns.values())
        chosen = ", ".join(f"{c}::jsonb" if kind == "jsonb" else c for c, kind in columns.items())
        names = ", ".join(columns)
        self.sql = f"insert into {name} ({names}) select {chosen} from unnest({arguments}) as g({names})"
        if key:
            sets = ", ".join(f"{c} = excluded.{c}" for c in update)
            self.sql += f" on conflict ({key}) do " + (f"update set {sets}" if sets else "nothing")

    async def write(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write the rows (tuples in the order of the columns); nothing to write is nothing sent."""
        if rows:
            turned = zip(*rows, strict=True)
            await connection.execute(
                self.sql, [make(column) for make, column in zip(self.makers, turned, strict=True)], prepare=True
            )


CALLS = Table(
    "call",
    {
        "practice": "int",
        "id": "uuid",
        "source": "int",
        "key": "text",
        "line": "int",
        "began": "timestamptz",
        "ended": "timestamptz",
        "number_index": "bytea",
        "number": "bytea",
        "facts": "jsonb",
        "verdict": "text",
        "why": "text",
        "case_id": "uuid",
        "closure": "text",
        "closure_reason": "text",
        "at": "timestamptz",
        "closed_at": "timestamptz",
    },
    key="practice, id",
    update=(
        [
            "line",
            "began",
            "ended",
            "number_index",
            "number",
            "facts",
            "verdict",
            "why",
            "case_id",
            "closure",
            "closure_reason",
            "closed_at",
        ]
    ),
)
CASES = Table(
    "cases",
    {
        "practice": "int",
        "id": "uuid",
        "line": "int",
        "number_index": "bytea",
        "number": "bytea",
        "phase": "text",
        "workflow": "text",
        "due": "timestamptz",
        "opened_at": "timestamptz",
        "last_call_at": "timestamptz",
        "changed_at": "timestamptz",
        "closed_at": "timestamptz",
        "closure": "text",
        "closure_reason": "text",
        "steps": "int",
        "state": "jsonb",
    },
    key="practice, id",
    update=(
        [
            "phase",
            "workflow",
            "due",
            "last_call_at",
            "changed_at",
            "closed_at",
            "closure",
            "closure_reason",
            "steps",
            "state",
        ]
    ),
)
STEPS = Table(
    "step",
    {
        "practice": "int",
        "id": "uuid",
        "case_id": "uuid",
        "seq": "int",
        "at": "timestamptz",
        "event": "text",
        "why": "text",
        "phase": "text",
        "effects": "jsonb",
    },
)
TASKS = Table(
    "task",
    {
        "practice": "int",
        "case_id": "uuid",
        "id": "text",
        "queue": "text",
        "kind": "text",
        "priority": "text",
        "state": "text",
        "owner": "text",
        "opened_at": "timestamptz",
        "due": "timestamptz",
        "lease_until": "timestamptz",
        "attempts": "int",
        "overdue": "boolean",
        "disposition": "text",
        "done_at": "timestamptz",
        "not_before": "timestamptz",
    },
    key="practice, case_id, id",
    update=[
        "queue",
        "kind",
        "priority",
        "state",
        "owner",
        "due",
        "lease_until",
        "attempts",
        "overdue",
        "disposition",
        "done_at",
        "not_before",
    ],
)
MESSAGES = Table(
    "message",
    {
        "practice": "int",
        "id": "uuid",
        "case_id": "uuid",
        "at": "timestamptz",
        "kind": "text",
        "sealed": "bytea",
        "key": "text",
        "reading": "jsonb",
        "number_index": "bytea",
        "by": "text",
        "media": "int",
        "played_from": "bytea",
    },
)
OUTGOING = Table(
    "outgoing",
    {
        "practice": "int",
        "id": "uuid",
        "case_id": "uuid",
        "line": "int",
        "created_at": "timestamptz",
        "purpose": "text",
        "template": "text",
        "lang": "text",
        "basis": "text",
        "unprompted": "boolean",
        "reply_to": "text",
        "reply_to_at": "timestamptz",
        "number_index": "bytea",
        "number": "bytea",
        "body": "bytea",
        "segments": "smallint",
        "state": "text",
        "verdict": "text",
        "verdict_why": "text",
        "claimed_at": "timestamptz",
    },
)
NOTICES = Table(
    "notice",
    {
        "practice": "int",
        "id": "uuid",
        "case_id": "uuid",
        "kind": "text",
        "role": "text",
        "turn": "int",
        "about": "text",
        "task": "text",
        "created_at": "timestamptz",
        "state": "text",
        "channel": "text",
    },
)
LINKS = Table(
    "link",
    {
        "practice": "int",
        "token_hash": "bytea",
        "case_id": "uuid",
        "kind": "text",
        "created_at": "timestamptz",
        "expires_at": "timestamptz",
    },
)
EVENTS = Table(
    "event",
    {"practice": "int", "id": "uuid", "case_id": "uuid", "at": "timestamptz", "body": "jsonb", "by": "text"},
)
