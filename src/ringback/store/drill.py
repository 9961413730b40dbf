"""The restore drill (C72): a backup is only as good as the last time it came back.

The live installation is backed up (or a backup that is kept is taken), restored into an empty database beside it, and looked
at there: rows as the manifest has them, every practice walled off, every audit chain whole and as the checkpoints know it, a
sample of every sealed column open, or with `every` each value of it. What came of it is written into the live installation,
and the duty on the Compliance page with it.
"""

from __future__ import annotations

import json
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from uuid_utils.compat import uuid7

from ringback.store import audit, audit_read, backup, callers, checkpoints, crypt, integrity, registers, tables
from ringback.store.access import Rows
from ringback.store.keys import KeyProvider, Keyring
from ringback.store.rotation import _bound, _columns, ring_of

SAMPLE = 20
MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A backup that is kept: its two files and what opens each."""

    data: Path
    keys: Path
    phrase: str
    keys_phrase: str


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
    erased: int
    entries: int
    checkpoints: int
    findings: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not self.findings


def run(
    live_dsn: str, scratch_owner_dsn: str, provider: KeyProvider, now: datetime, folder: Path | None = None,
    progress: backup.Progress = lambda table, rows: None, *,
    kept: Kept | None = None, lines: Sequence[str] = (), every: bool = False, began: float | None = None,
) -> Report:  # fmt: skip
    """Do the drill; the scratch database is migrated and empty. A backup made for it is gone afterwards.

    `kept`: restore this one instead. `lines`: checkpoints kept off the database, read before the backup was made.
    """
    began = time.monotonic() if began is None else began
    with tempfile.TemporaryDirectory(prefix="ringback-drill-", dir=folder) as place:
        if kept is None:
            phrase = secrets.token_urlsafe(32)
            kept = Kept(data=Path(place) / "data", keys=Path(place) / "keys", phrase=phrase, keys_phrase=phrase)
            backup.make(live_dsn, kept.data, kept.keys, phrase, phrase, now, progress)
        try:
            manifest = backup.restore(scratch_owner_dsn, kept.data, kept.phrase, kept.keys, kept.keys_phrase, progress)
        except backup.NotRestored as wrong:
            return _nothing(now, began, str(wrong))
    return look(scratch_owner_dsn, manifest, provider, now, began, lines=lines, every=every)


def _nothing(now: datetime, began: float, why: str) -> Report:
    return Report(
        at=now.isoformat(timespec="seconds"), seconds=time.monotonic() - began, tables=0, rows=0, cases=0, practices=0,
        opened=0, erased=0, entries=0, checkpoints=0, findings=(why,),
    )  # fmt: skip


def look(
    dsn: str, manifest: backup.Manifest, provider: KeyProvider, now: datetime, began: float, *,
    lines: Sequence[str] = (), every: bool = False,
) -> Report:  # fmt: skip
    """Look at what was restored."""
    findings: list[str] = []
    entries = agreed = 0
    seen = integrity.Scan(damage=[])
    with psycopg.connect(dsn, autocommit=True) as connection:
        findings += _walls(connection)
        backup.name(connection, manifest.practices)
        for table, told in manifest.tables.items():
            found = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()
            if found != (told["rows"],):
                findings.append(f"{table} has not the rows it had")
        heads = set(connection.execute("select practice from audit_head").fetchall())
        for practice in manifest.practices:
            with connection.transaction():
                connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
                proof = audit_read.prove(connection, practice, _known(lines, manifest.at))
            entries, agreed = entries + proof.size, agreed + proof.agreed
            if proof.finding is not None:
                findings.append(f"the audit log of practice {practice}: entry {proof.finding.seq} {proof.finding.what}")
            elif proof.size and (practice,) not in heads:
                findings.append(f"the audit log of practice {practice} has no head")
            ring = ring_of(connection, provider, practice)
            with connection.transaction():
                connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
                if every:
                    scan = integrity.scan(connection, ring, practice)
                    findings += [f"{one.table} {one.row} of practice {practice}: {one.what}" for one in scan.damage]
                    seen.opened, seen.erased = seen.opened + scan.opened, seen.erased + scan.erased
                else:
                    findings += _samples(connection, ring, practice, seen)
    return Report(
        at=now.isoformat(timespec="seconds"), seconds=round(time.monotonic() - began, 1), tables=len(manifest.tables),
        rows=sum(one["rows"] for one in manifest.tables.values()), cases=manifest.tables["cases"]["rows"],
        practices=len(manifest.practices), opened=seen.opened, erased=seen.erased, entries=entries, checkpoints=agreed,
        findings=tuple(findings[:MOST_FINDINGS]),
    )  # fmt: skip


def _walls(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """What is not walled off: by the catalogue, and by looking without having named a practice."""
    for row in connection.execute(
        "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' "
        "and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)"
    ).fetchall():
        if row[0] not in tables.SHELL:
            yield f"{row[0]} is not walled off"
    for table in tables.TENANT:
        query = sql.SQL("select 1 from {} limit 1").format(sql.Identifier(table))
        if connection.execute(query).fetchone() is not None:
            yield f"{table} shows rows to who names no practice"


def _known(lines: Sequence[str], at: str) -> list[str]:
    """The checkpoints that were signed before the backup's moment; a later one knows entries that it cannot hold."""
    moment = datetime.fromisoformat(at)
    found = []
    for line in lines:
        try:
            signed = datetime.fromisoformat(json.loads(line)["at"])
        except (ValueError, KeyError, TypeError):
            found.append(line)  # it is none: the proof says so
            continue
        if signed <= moment:
            found.append(line)
    return found


def _samples(
    connection: psycopg.Connection[Any], ring: Keyring, practice: int, seen: integrity.Scan
) -> Iterator[str]:  # fmt: skip
    """Open a few values of every sealed column of a practice: what does not open, though nobody erased it."""
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
                    seen.opened += 1
                except crypt.Gone:
                    if integrity._destroyed(connection, practice, bytes(sealed)):
                        seen.erased += 1
                    else:
                        yield f"{table}.{column} of practice {practice} names a key that did not come back"
                except crypt.Unreadable:
                    yield f"{table}.{column} of practice {practice} does not open"


def record(live_dsn: str, report: Report, now: datetime) -> None:
    """Write the result into the live installation: for it as a whole, and each practice's duty."""
    with psycopg.connect(live_dsn, autocommit=True) as connection:
        for practice in backup.practices(connection):
            with connection.transaction():
                connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
                connection.execute(
                    "insert into drill (practice, id, at, seconds, cases, good, findings) values (%s, %s, %s, %s, %s, %s, %s)",
                    (practice, uuid7(), now, report.seconds, report.cases, report.good, json.dumps(report.findings)),
                )
                rows = Rows(connection, practice, Keyring(_NoKeys()))
                if rows.one("select 1 as x from practice where practice = %s", (practice,)) is not None:
                    registers.done(rows, "restore_drill", report.good, None, now)
                else:
                    audit.write(
                        rows, act="change", what="duty.restore_drill", by="system", source="command",
                        result="ok" if report.good else "failed",
                    )  # fmt: skip
                audit.flush(connection, rows.entries)


def signing_key(live_dsn: str, provider: KeyProvider, now: datetime) -> bytes:
    """The installation's own key, which signs its checkpoints; made when it is first needed."""
    with psycopg.connect(live_dsn, autocommit=True) as connection, connection.transaction():
        connection.execute("select set_config('ringback.practices', '0', true)")
        return checkpoints.key_of(connection, Keyring(provider), 0, now)


class _NoKeys:
    """Nothing is sealed or opened when a result is written down."""

    name = "none"

    def wrap(self, practice: int, key: bytes) -> bytes:
        raise NotImplementedError

    def unwrap(self, practice: int, wrapped: bytes) -> bytes:
        raise NotImplementedError
