"""The restore drill (C72): a backup is only as good as the last time it came back.

The live installation is backed up, restored into an empty database beside it, and looked at there: rows as the manifest has
them, every practice walled off, every audit chain whole, a sample of every sealed column open. What came of it is written
into the live installation, and the duty on the Compliance page with it.
"""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from uuid_utils.compat import uuid7

from ringback.store import audit_read, backup, callers, crypt, tables
from ringback.store.keys import KeyProvider
from ringback.store.rotation import _bound, _columns, ring_of

SAMPLE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a drill found."""

    at: str
    seconds: float
    tables: int
    rows: int
    cases: int
    practices: int
    opened: int
    entries: int
    findings: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not self.findings


def run(
    live_dsn: str, scratch_owner_dsn: str, provider: KeyProvider, now: datetime, folder: Path | None = None,
    progress: backup.Progress = lambda table, rows: None,
) -> Report:  # fmt: skip
    """Do the drill; the scratch database is migrated and empty. The backup's files are gone afterwards."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ringback-drill-", dir=folder) as place:
        data, keys = Path(place) / "data", Path(place) / "keys"
        phrase = uuid7().hex + uuid7().hex
        backup.make(live_dsn, data, keys, phrase, phrase, now, progress)
        try:
            manifest = backup.restore(scratch_owner_dsn, data, phrase, keys, phrase, progress)
        except backup.NotRestored as wrong:
            return _nothing(now, began, str(wrong))
    return look(scratch_owner_dsn, manifest, provider, now, began)


def _nothing(now: datetime, began: float, why: str) -> Report:
    return Report(
        at=now.isoformat(timespec="seconds"), seconds=time.monotonic() - began, tables=0, rows=0, cases=0, practices=0,
        opened=0, entries=0, findings=(why,),
    )  # fmt: skip


def look(dsn: str, manifest: backup.Manifest, provider: KeyProvider, now: datetime, began: float) -> Report:
    """Look at what was restored."""
    findings: list[str] = []
    opened = entries = 0
    with psycopg.connect(dsn, autocommit=True) as connection:
        for row in connection.execute(
            "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' "
            "and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)"
        ).fetchall():
            if row[0] not in tables.SHELL:
                findings.append(f"{row[0]} is not walled off")
        backup.name(connection, manifest.practices)
        for table, told in manifest.tables.items():
            found = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()
            if found != (told["rows"],):
                findings.append(f"{table} has not the rows it had")
        for practice in manifest.practices:
            with connection.transaction():
                connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
                proof = audit_read.prove(connection, practice, [])
            entries += proof.size
            if proof.finding is not None:
                findings.append(f"the audit log of practice {practice}: entry {proof.finding.seq} {proof.finding.what}")
            opened += _samples(connection, provider, practice, findings)
    return Report(
        at=now.isoformat(timespec="seconds"), seconds=round(time.monotonic() - began, 1), tables=len(manifest.tables),
        rows=sum(one["rows"] for one in manifest.tables.values()), cases=manifest.tables["cases"]["rows"],
        practices=len(manifest.practices), opened=opened, entries=entries, findings=tuple(findings),
    )  # fmt: skip


def _samples(connection: psycopg.Connection[Any], provider: KeyProvider, practice: int, findings: list[str]) -> int:
    """Open a few values of every sealed column of a practice."""
    ring = ring_of(connection, provider, practice)
    if practice not in ring.newest:
        return 0
    opened = 0
    with connection.transaction():
        connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
        for table, columns in tables.SEALED.items():
            keys = [one for one in _columns(connection, table) if one != "practice"]
            for column in columns:
                rows = connection.execute(
                    sql.SQL("select {}, {} from {} where practice = %s and length({}) > 0 limit {}").format(
                        sql.SQL(", ").join(map(sql.Identifier, keys)), sql.Identifier(column), sql.Identifier(table),
                        sql.Identifier(column), sql.Literal(SAMPLE),
                    ),
                    (practice,),
                ).fetchall()  # fmt: skip
                callers.opened(connection, ring, practice, [row[-1] for row in rows])
                for *key, sealed in rows:
                    try:
                        crypt.open_(ring, practice, table, column, _bound(table, keys, key), bytes(sealed))
                        opened += 1
                    except crypt.Gone:
                        pass  # an erased person's
                    except crypt.Unreadable:
                        findings.append(f"{table}.{column} of practice {practice} does not open")
    return opened


def record(live_dsn: str, report: Report, now: datetime) -> None:
    """Write the result into the live installation: for it as a whole, and each practice's duty."""
    with psycopg.connect(live_dsn, autocommit=True) as connection:
        numbers = backup.practices(connection)
        for practice in numbers:
            with connection.transaction():
                connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
                connection.execute(
                    "insert into drill (practice, id, at, seconds, cases, good, findings) values (%s, %s, %s, %s, %s, %s, %s)",
                    (
                        practice,
                        uuid7(),
                        now,
                        round(report.seconds),
                        report.cases,
                        report.good,
                        json.dumps(report.findings),
                    ),
                )
                if practice:
                    _duty(connection, practice, report, now)


def _duty(connection: psycopg.Connection[Any], practice: int, report: Report, now: datetime) -> None:
    from ringback.store import audit, registers
    from ringback.store.access import Rows
    from ringback.store.keys import Keyring

    class _None:
        name = "none"

        def wrap(self, practice: int, key: bytes) -> bytes:
            raise NotImplementedError

        def unwrap(self, practice: int, wrapped: bytes) -> bytes:
            raise NotImplementedError

    rows = Rows(connection, practice, Keyring(_None()))
    if rows.one("select 1 as x from practice where practice = %s", (practice,)) is not None:
        registers.done(rows, "restore_drill", report.good, None, now)
    audit.flush(connection, rows.entries)
