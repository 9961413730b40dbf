"""Checkpoints of the audit log: how long a practice's chain is and its last hash, signed with Ed25519, handed to places
off the database. Only those copies can show a cut tail or a chain made anew (C23).

A sink takes one line of JSON a checkpoint and only ever adds it: a file (on another mount), syslog (another machine), an
object store with a lock. `RINGBACK_AUDIT_SINKS` names them: `file:/mnt/audit/checkpoints,syslog:udp://log.example:514`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import logging.handlers
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ringback.core.audit import Checkpoint, note, read_note
from ringback.store import crypt
from ringback.store.keys import Keyring, create

VARIABLE = "RINGBACK_AUDIT_SINKS"
EVERY_ENTRIES = 1000
EVERY_SECONDS = 3600


class Sink(Protocol):
    """A place off the database that keeps checkpoints; `put` raises OSError when it did not take one."""

    @property
    def name(self) -> str: ...

    def put(self, line: str) -> None: ...

    def all(self) -> Iterator[str]: ...


@dataclass(frozen=True)
class FileSink:
    """A file that is only added to; put it on another mount than the database's."""

    path: Path

    @property
    def name(self) -> str:
        return f"file:{self.path}"

    def put(self, line: str) -> None:
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        try:
            os.write(file, line.encode() + b"\n")
            os.fsync(file)
        finally:
            os.close(file)

    def all(self) -> Iterator[str]:
        if self.path.exists():
            yield from self.path.read_text().splitlines()


@dataclass(frozen=True)
class SyslogSink:
    """Syslog, here (`syslog:/dev/log`) or on another machine (`syslog:tcp://host:601`). It is not read back from here."""

    where: str

    @property
    def name(self) -> str:
        return f"syslog:{self.where}"

    def put(self, line: str) -> None:
        parts = urlsplit(self.where)
        kind = socket.SOCK_STREAM if parts.scheme == "tcp" else socket.SOCK_DGRAM
        place: Any = (parts.hostname or "localhost", parts.port or 514) if parts.scheme else self.where
        sink = _Syslog(address=place, socktype=None if isinstance(place, str) else kind)
        try:
            sink.emit(logging.LogRecord("ringback.audit", logging.INFO, "", 0, "ringback-audit %s", (line,), None))
        finally:
            sink.close()

    def all(self) -> Iterator[str]:
        return iter(())


class _Syslog(logging.handlers.SysLogHandler):
    """The library's own handler, but for one thing: a line that was not taken is said, not swallowed."""

    def handleError(self, record: logging.LogRecord) -> None:
        raise OSError("syslog did not take a checkpoint")


@dataclass(frozen=True)
class ObjectSink:
    """An object store with a lock on its objects (S3's Object Lock, compliance mode). Unverified against a real store."""

    bucket: str
    days: int = 2220

    @property
    def name(self) -> str:
        return f"s3:{self.bucket}"

    def _client(self) -> Any:
        import boto3  # type: ignore[import-untyped]

        return boto3.client("s3")

    def put(self, line: str) -> None:
        from datetime import timedelta

        told = json.loads(line)
        key = f"audit/{read_note(told['note']).practice}/{told['at']}.json"
        until = datetime.now(UTC) + timedelta(days=self.days)
        try:
            self._client().put_object(
                Bucket=self.bucket, Key=key, Body=line.encode(), ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=until, ChecksumAlgorithm="SHA256",
            )  # fmt: skip
        except Exception as wrong:
            raise OSError(f"the object store did not take a checkpoint: {type(wrong).__name__}") from wrong

    def all(self) -> Iterator[str]:
        client = self._client()
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix="audit/")
        for page in pages:
            for one in page.get("Contents", []):
                yield client.get_object(Bucket=self.bucket, Key=one["Key"])["Body"].read().decode()


def sinks(told: str | None = None) -> list[Sink]:
    """The sinks that are set up. Raises ValueError with the mend for one that cannot be read."""
    found: list[Sink] = []
    for one in (os.environ.get(VARIABLE, "") if told is None else told).split(","):
        kind, _, place = one.strip().partition(":")
        if not kind:
            continue
        if kind == "file" and place:
            found.append(FileSink(Path(place)))
        elif kind == "syslog" and place:
            found.append(SyslogSink(place))
        elif kind == "s3" and place:
            found.append(ObjectSink(place))
        else:
            raise ValueError(f"{VARIABLE} has {one.strip()!r}; use file:/path, syslog:tcp://host:port or s3:bucket")
    return found


def new_key() -> tuple[str, bytes]:
    """A signing key: its public part as base64, its private part raw."""
    key = Ed25519PrivateKey.generate()
    return base64.b64encode(key.public_key().public_bytes_raw()).decode(), key.private_bytes_raw()


def sign(private: bytes, checkpoint: Checkpoint, at: datetime) -> str:
    """A checkpoint as the line a sink keeps: the note, the public key and the signature over the note."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    text = note(checkpoint, at)
    return json.dumps(
        {
            "note": text,
            "at": at.strftime("%Y%m%dT%H%M%SZ"),
            "public": base64.b64encode(key.public_key().public_bytes_raw()).decode(),
            "signature": base64.b64encode(key.sign(text.encode())).decode(),
        },
        sort_keys=True,
    )


def read(line: str, public: set[str] | None = None) -> Checkpoint:
    """The checkpoint of a sink's line. ValueError when it is none, was changed, or is not signed by one of `public`."""
    try:
        told = json.loads(line)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(told["public"]))
        key.verify(base64.b64decode(told["signature"]), told["note"].encode())
        if public is not None and told["public"] not in public:
            raise ValueError("a checkpoint is signed with a key this log never had")
        return read_note(told["note"])
    except (KeyError, TypeError, json.JSONDecodeError, InvalidSignature) as wrong:
        raise ValueError("a checkpoint was changed or is not one") from wrong


def fingerprint(public: str) -> str:
    """A public key's short name, for people to compare."""
    return hashlib.sha256(base64.b64decode(public)).hexdigest()[:16]


def due(connection: psycopg.Connection[Any], practice: int, now: datetime) -> Checkpoint | None:
    """The checkpoint a practice's chain is due for: an hour after the last one, or a thousand entries, if any is new."""
    row = connection.execute(
        "select h.seq, h.hash, k.size, k.at from audit_head h left join lateral (select size, at from audit_checkpoint c "
        "where c.practice = h.practice order by size desc limit 1) k on true where h.practice = %s",
        (practice,),
    ).fetchone()
    if row is None or row[0] == 0 or row[0] == row[2]:
        return None
    if row[2] is not None and row[0] - row[2] < EVERY_ENTRIES and (now - row[3]).total_seconds() < EVERY_SECONDS:
        return None
    return Checkpoint(practice=practice, size=row[0], hash=bytes(row[1]))


def key_of(connection: psycopg.Connection[Any], ring: Keyring, practice: int, at: datetime) -> bytes:
    """The private key a practice signs with, made when it is first needed. Runs in a transaction that names the practice."""
    if practice not in ring.newest:
        _house_keys(connection, ring, practice, at)
    with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
        row = cursor.execute(
            "select number, private from audit_key where practice = %s order by number desc limit 1", (practice,)
        ).fetchone()
    if row is not None:
        return crypt.open_(ring, practice, "audit_key", "private", str(row[0]), bytes(row[1]))
    public, private = new_key()
    sealed = crypt.seal(ring, practice, "audit_key", "private", "1", private)
    connection.execute(
        "insert into audit_key (practice, number, public, private, made_at) values (%s, 1, %s, %s, %s)",
        (practice, public, sealed, at),
    )
    return private


def make(connection: psycopg.Connection[Any], ring: Keyring, checkpoint: Checkpoint, places: list[Sink]) -> list[str]:
    """Sign a checkpoint, hand it to every sink and note which took it. Returns the names of those that did not.

    Runs in a transaction that names the practice.
    """
    at = datetime.now(UTC)
    practice = checkpoint.practice
    line = sign(key_of(connection, ring, practice, at), checkpoint, at)
    took, failed = [], []
    for sink in places:
        try:
            sink.put(line)
            took.append(sink.name)
        except OSError:
            failed.append(sink.name)
    connection.execute(
        "insert into audit_checkpoint (practice, size, at, hash, note, sinks) values (%s, %s, %s, %s, %s, %s) "
        "on conflict do nothing",
        (practice, checkpoint.size, at, checkpoint.hash, line, " ".join(took)),
    )
    return failed


def _house_keys(connection: psycopg.Connection[Any], ring: Keyring, practice: int, at: datetime) -> None:
    """The installation's own chain is no practice's: it gets keys when it first needs them."""
    if connection.execute("select 1 from data_key where practice = %s", (practice,)).fetchone() is None:
        for row in create(ring.provider, practice):
            connection.execute(
                "insert into data_key (practice, number, purpose, wrapped, created_at) values (%s, %s, %s, %s, %s) "
                "on conflict do nothing",
                (*row, at),
            )
    rows = connection.execute(
        "select practice, number, purpose, wrapped from data_key where practice = %s", (practice,)
    ).fetchall()
    ring.load(rows)
