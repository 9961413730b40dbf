"""Backups (C72): every table as it was at one moment, sealed in pieces, and a way back into an empty database.

One repeatable-read transaction copies the tables out in the database's own binary form, through a parcel (Scrypt and
AES-256-GCM, each piece bound to its place), with a manifest of rows and SHA-256 at the end. Keys go into a second file: the
first never holds one, so that what was shredded stays shredded when an old copy of the data comes back (C18).
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from ringback.core.audit import Entry
from ringback.store import audit, parcel, tables

FORM = "ringback/backup/1"
# Wrapped keys, kept apart and for 35 days only.
KEYS = ("data_key", "person_key", "caller_key", "audit_key")
# Of Django's own tables those that are people's; the others are made by the migrations or end with a session.
ACCOUNTS = ("auth_user", "account_emailaddress", "mfa_authenticator", "socialaccount_socialaccount")
Progress = Callable[[str, int], None]


class NotRestored(Exception):
    """Nothing was written; the text says why and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds: its moment, and for each table how many rows and the digest of its bytes."""

    at: str
    part: str
    tables: dict[str, dict[str, Any]]
    practices: list[int]


def contents(part: str) -> list[str]:
    """The tables of a part, accounts first: others name them."""
    if part == "keys":
        return list(KEYS)
    # The roster fills itself as practices come in.
    return [*ACCOUNTS, *(one for one in (*tables.TENANT, *tables.OPEN) if one not in (*KEYS, "roster"))]


def practices(connection: psycopg.Connection[Any]) -> list[int]:
    """Every practice there ever was, and the installation itself."""
    return sorted({0, *(row[0] for row in connection.execute("select practice from roster").fetchall())})


def name(connection: psycopg.Connection[Any], numbers: Iterable[int]) -> None:
    """Name all of these for the session: a backup is the one thing that sees every practice at once."""
    connection.execute("select set_config('ringback.practices', %s, false)", (",".join(map(str, numbers)),))


def _columns(connection: psycopg.Connection[Any], table: str) -> list[str]:
    rows = connection.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped "
        "and attgenerated = '' order by attnum",
        (table,),
    ).fetchall()
    return [row[0] for row in rows]


def _migrations(connection: psycopg.Connection[Any]) -> list[str]:
    rows = connection.execute("select name from django_migrations where app = 'store' order by name").fetchall()
    return [row[0] for row in rows]


def _said(kind: bytes, told: object) -> bytes:
    body = json.dumps(told, sort_keys=True).encode()
    return kind + struct.pack(">I", len(body)) + body


def write(
    connection: psycopg.Connection[Any], to: IO[bytes], passphrase: str, part: str, now: datetime,
    progress: Progress = lambda table, rows: None,
) -> Manifest:  # fmt: skip
    """Copy a part out, within the caller's transaction (begun repeatable read), and seal it."""
    out = parcel.Writer(to, passphrase)
    told: dict[str, dict[str, Any]] = {}
    head = {"form": FORM, "part": part, "at": now.isoformat(timespec="seconds")}
    out.write(_said(b"H", head | {"practices": practices(connection), "migrations": _migrations(connection)}))
    for table in contents(part):
        columns, digest, size = _columns(connection, table), hashlib.sha256(), 0
        out.write(_said(b"T", {"table": table, "columns": columns}))
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        query = sql.SQL("copy (select {} from {}) to stdout (format binary)").format(names, sql.Identifier(table))
        with connection.cursor() as cursor:
            with cursor.copy(query) as copied:
                for piece in copied:
                    data = bytes(piece)
                    digest.update(data)
                    size += len(data)
                    out.write(b"D" + struct.pack(">I", len(data)) + data)
            count = cursor.rowcount
        told[table] = {"rows": count, "bytes": size, "sha256": digest.hexdigest()}
        out.write(_said(b"E", told[table]))
        progress(table, count)
    manifest = Manifest(at=now.isoformat(timespec="seconds"), part=part, tables=told, practices=practices(connection))
    out.write(_said(b"M", {"tables": told, "practices": manifest.practices}))
    out.close()
    return manifest


def make(
    dsn: str, path: Path, keys_path: Path, passphrase: str, keys_passphrase: str, now: datetime,
    progress: Progress = lambda table, rows: None,
) -> tuple[Manifest, Manifest]:  # fmt: skip
    """A backup of the whole installation: the data and the keys of one moment. Files appear whole or not at all."""
    drafts = {target: target.with_name(target.name + ".part") for target in (path, keys_path)}
    for target in drafts:
        if target.exists():
            raise FileExistsError(f"{target} is there already; a backup never writes over another")
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection, connection.transaction():
            connection.execute("set transaction isolation level repeatable read, read only")
            name(connection, practices(connection))
            made = []
            for target, part, phrase in ((path, "data", passphrase), (keys_path, "keys", keys_passphrase)):
                flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
                with os.fdopen(os.open(drafts[target], flags, 0o600), "wb") as file:
                    made.append(write(connection, file, phrase, part, now, progress))
                    file.flush()
                    os.fsync(file.fileno())
        for target, draft in drafts.items():
            draft.rename(target)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    for folder in {target.parent for target in drafts}:
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)
    return made[0], made[1]


class _Stream:
    """The plain bytes of a parcel, to be read by length."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, bytearray()

    def take(self, size: int) -> bytes:
        while len(self._held) < size:
            piece = next(self._pieces, None)
            if piece is None:
                raise NotRestored("the backup ends too early")
            self._held += piece
        found = bytes(self._held[:size])
        del self._held[:size]
        return found

    def record(self) -> tuple[bytes, bytes]:
        kind = self.take(1)
        return kind, self.take(struct.unpack(">I", self.take(4))[0])


def opened(path: Path, passphrase: str) -> dict[str, Any]:
    """What a backup's head says: its part, its moment, its practices. Raises `NotRestored`."""
    try:
        with path.open("rb") as file:
            found: dict[str, Any] = json.loads(_Stream(parcel.read(file, passphrase)).record()[1])
            return found
    except (parcel.Closed, ValueError) as wrong:
        raise NotRestored(f"{path.name}: {wrong}") from None


def read(
    connection: psycopg.Connection[Any], file: IO[bytes], passphrase: str, part: str, progress: Progress = lambda table, rows: None,
) -> Manifest:  # fmt: skip
    """Copy a part in, within the caller's transaction. Raises `NotRestored`, after which it has to be rolled back."""
    stream = _Stream(parcel.read(file, passphrase))
    head = json.loads(stream.record()[1])
    if head.get("form") != FORM:
        raise NotRestored("this is no backup of Ringback, or of another version's form")
    if head["part"] != part:
        raise NotRestored(f"this file holds the {head['part']}, not the {part}: give the other one of the pair")
    if head["migrations"] != _migrations(connection):
        raise NotRestored(
            "the backup is of another version's tables: restore with the version that made it, then update"
        )
    # Each row comes in through the wall, so its practice has to be named; there may be more keys than data, or fewer.
    name(connection, {*head["practices"], *practices(connection)})
    told: dict[str, dict[str, Any]] = {}
    while True:
        kind, body = stream.record()
        if kind == b"M":
            manifest = json.loads(body)
            if manifest["tables"] != told or set(told) != set(contents(head["part"])):
                raise NotRestored("the backup does not hold what its manifest says")
            return Manifest(at=head["at"], part=head["part"], tables=told, practices=manifest["practices"])
        about = json.loads(body)
        told[about["table"]] = _bring(connection, stream, about["table"], about["columns"])
        progress(about["table"], told[about["table"]]["rows"])


def _bring(connection: psycopg.Connection[Any], stream: _Stream, table: str, columns: list[str]) -> dict[str, Any]:
    if table not in (*tables.TENANT, *tables.OPEN, *ACCOUNTS) or set(columns) - set(_columns(connection, table)):
        raise NotRestored(f"{table} is not a table of this version: restore with the version that made the backup")
    digest, size = hashlib.sha256(), 0
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    # A walled table takes no COPY: rows come into a passing table first, and from there by INSERT, through the wall.
    stage = sql.Identifier("stage_of_restore")
    connection.execute(
        sql.SQL("create temp table {} as select {} from {} with no data").format(stage, names, sql.Identifier(table))
    )
    with connection.cursor() as cursor:
        query = sql.SQL("copy {} ({}) from stdin (format binary)").format(stage, names)
        with cursor.copy(query) as copied:
            while True:
                kind, body = stream.record()
                if kind != b"D":
                    break
                digest.update(body)
                size += len(body)
                copied.write(body)
        found = {"rows": cursor.rowcount, "bytes": size, "sha256": digest.hexdigest()}
    if found != json.loads(body):
        raise NotRestored(f"{table} is not what was backed up")
    connection.execute(
        sql.SQL("insert into {} ({}) {} select {} from {}").format(
            sql.Identifier(table), names,
            sql.SQL("overriding system value") if table in ACCOUNTS else sql.SQL(""), names, stage,
        )
    )  # fmt: skip
    connection.execute(sql.SQL("drop table {}").format(stage))
    return found


def restore(
    owner_dsn: str, path: Path, passphrase: str, keys_path: Path | None, keys_passphrase: str,
    progress: Progress = lambda table, rows: None, *, hold: bool = False,
) -> Manifest:  # fmt: skip
    """Bring a backup into an empty, migrated database, as its owner: all of it or nothing. Raises `NotRestored`.

    `hold` throws each practice's kill switch, for texts that waited at the backup's moment may have been sent since; and
    the restoring is written into every audit log.
    """
    with psycopg.connect(owner_dsn, autocommit=True, connect_timeout=10) as connection:
        if connection.execute("select to_regclass('cases')").fetchone() == (None,):
            raise NotRestored("the database is not migrated: run `ringback migrate` first")
        # Whoever has a row here is on the roster.
        name(connection, practices(connection))
        full = ["practice"] if practices(connection) != [0] else []
        full += [one for one in contents("data") + contents("keys") if _any(connection, one)]
        if full:
            raise NotRestored(f"the database is not empty ({full[0]} has rows): restore into a new one")
        try:
            with connection.transaction():
                with path.open("rb") as file:
                    manifest = read(connection, file, passphrase, "data", progress)
                if keys_path is not None:
                    with keys_path.open("rb") as file:
                        read(connection, file, keys_passphrase, "keys", progress)
                _sequences(connection)
                if hold:
                    _hold(connection, manifest, keys_path is not None)
        except parcel.Closed as wrong:
            raise NotRestored(f"{wrong}; nothing was written") from None
        except psycopg.Error as wrong:
            raise NotRestored(f"the database refused a row ({type(wrong).__name__}); nothing was written") from None
    return manifest


def _hold(connection: psycopg.Connection[Any], manifest: Manifest, keys: bool) -> None:
    connection.execute("update practice set kill = true, version = version + 1")
    detail = {"backup_of": manifest.at, "rows": sum(one["rows"] for one in manifest.tables.values()), "keys": keys}
    audit.flush(
        connection,
        [
            Entry(practice=one, act="change", what="backup.restored", by="command line", source="command", detail=detail)
            for one in manifest.practices
        ],
    )  # fmt: skip


def _any(connection: psycopg.Connection[Any], table: str) -> bool:
    return connection.execute(sql.SQL("select 1 from {} limit 1").format(sql.Identifier(table))).fetchone() is not None


def _sequences(connection: psycopg.Connection[Any]) -> None:
    """Numbers go on after the highest that came back."""
    for table in ACCOUNTS:
        connection.execute(
            sql.SQL("select setval(pg_get_serial_sequence({}, 'id'), greatest((select max(id) from {}), 1))").format(
                sql.Literal(table), sql.Identifier(table)
            )
        )
