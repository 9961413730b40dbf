"""Many closed cases of made-up callers, laid down at once: what a drill of a practice's size restores.

Each caller has a key, a missed call, a case, a text that came in, a text that went out, a step and an entry of the audit
log; everything sealed as the product seals it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from ringback.core.audit import Entry, link
from ringback.store import crypt
from ringback.store.keys import Key, KeyProvider
from ringback.store.rotation import ring_of

AT_ONCE = 5_000
TABLES = {
    "caller_key": "practice, id, number_index, under, wrapped, made_at",
    "cases": "practice, id, line, number_index, number, phase, workflow, opened_at, changed_at, closed_at, closure, steps, state",
    "call": "practice, id, source, key, line, number_index, number, facts, verdict, case_id, closure, at, closed_at",
    "message": "practice, id, case_id, at, kind, sealed, number_index",
    "outgoing": "practice, id, case_id, line, created_at, purpose, template, basis, unprompted, number_index, number, body, state",
    "step": "practice, id, case_id, seq, at, event, why, phase",
}


def lay(admin_dsn: str, provider: KeyProvider, practice: int, count: int) -> None:
    """Put `count` closed cases into a practice."""
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        ring = ring_of(admin, provider, practice)
        done = 0
        while done < count:
            some = min(AT_ONCE, count - done)
            rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
            told = [_one(ring, practice, done + place, rows) for place in range(some)]
            with admin.transaction():
                for table, columns in TABLES.items():
                    _copy(admin, f"copy {table} ({columns}) from stdin", rows[table])
                _audit(admin, practice, told)
            done += some
        for table in (*TABLES, "audit"):
            admin.execute(f"analyze {table}")


def _one(ring: Any, practice: int, place: int, rows: dict[str, list[tuple[Any, ...]]]) -> Entry:
    now = datetime.now(UTC)
    index, plain, id_ = os.urandom(16), secrets.token_bytes(32), uuid7()
    key = Key(id_.bytes, AESGCM(plain))
    box = crypt.seal(ring, practice, "caller_key", "wrapped", id_, plain)
    rows["caller_key"].append((practice, id_, index, ring.newest[practice], box, now))
    number = f"+1202555{place % 10000:04d}"
    case, call, message, text = uuid7(), uuid7(), uuid7(), uuid7()

    def sealed(table: str, column: str, row: Any, words: str) -> bytes:
        return crypt.seal(ring, practice, table, column, row, words, key)

    state = {"phase": "closed", "closure": "handled", "tasks": [], "clocks": []}
    rows["cases"].append(
        (practice, case, 1, index, sealed("cases", "number", case, number), "closed", "general", now, now, now, "handled", 1, Jsonb(state))
    )  # fmt: skip
    rows["call"].append(
        (practice, call, 1, f"many{place}", 1, index, sealed("call", "number", call, number), Jsonb({}), "missed", case, "handled", now, now)
    )  # fmt: skip
    words = json.dumps({"words": "please call me back about next week"})
    rows["message"].append((practice, message, case, now, "text", sealed("message", "sealed", message, words), index))
    rows["outgoing"].append(
        (practice, text, case, 1, now, "first", "T1", "inquiry", True, index, sealed("outgoing", "number", text, number),
         sealed("outgoing", "body", text, "Sorry we missed your call."), "delivered")
    )  # fmt: skip
    rows["step"].append((practice, uuid7(), case, 1, now, "CallEnded", "many", "closed"))
    return Entry(practice=practice, act="change", what="case.closed", object=str(case), by="system", source="test")


def _copy(admin: psycopg.Connection[Any], query: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with admin.cursor() as cursor, cursor.copy(query) as copy:
        for row in rows:
            copy.write_row(row)


def _audit(admin: psycopg.Connection[Any], practice: int, entries: list[Entry]) -> None:
    head = admin.execute("select seq, hash from audit_head where practice = %s for update", (practice,)).fetchone()
    if head is None:
        admin.execute("insert into audit_head (practice) values (%s)", (practice,))
        head = (0, bytes(32))
    now = datetime.now(UTC)
    linked = link((head[0], bytes(head[1])), entries, now)

    def rows() -> Iterator[tuple[Any, ...]]:
        for entry, one in zip(entries, linked, strict=True):
            yield (practice, one.seq, now, entry.act, entry.what, entry.object, entry.by, entry.result, one.body.decode(), one.prev, one.hash)  # fmt: skip

    columns = "practice, seq, at, act, what, object, staff, result, body, prev, hash"
    _copy(admin, f"copy audit ({columns}) from stdin", rows())
    admin.execute(
        "update audit_head set seq = %s, hash = %s where practice = %s", (linked[-1].seq, linked[-1].hash, practice)
    )
