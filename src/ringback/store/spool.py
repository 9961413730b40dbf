"""The audit log's second sink: a file on this machine that takes entries while the database's log does not.

One line of JSON an entry, on the disk before the call returns. The worker brings the lines into their chains as soon as
the log takes entries again, each marked with the moment it was written here. The file holds ids and field terms only, as
the log itself does.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ringback.core.audit import Entry

VARIABLE = "RINGBACK_AUDIT_SPOOL"


class Spooled(msgspec.Struct):
    """A line of the file: when, and the entry."""

    at: datetime
    entry: Entry


def place() -> Path | None:
    """Where the file is; None when there is no second sink."""
    told = os.environ.get(VARIABLE, "")
    return Path(told) if told else None


def add(entries: Sequence[Entry]) -> bool:
    """Keep entries on disk. False when there is no file or it takes nothing."""
    path = place()
    if path is None:
        return False
    now = datetime.now(UTC)
    lines = b"".join(msgspec.json.encode(Spooled(now, entry)) + b"\n" for entry in entries)
    try:
        with _locked(path) as file:
            os.write(file, lines)
            os.fsync(file)
    except OSError:
        return False
    return True


def waiting(path: Path) -> list[Entry]:
    """The entries in the file, each with the moment it was written there; lines that were cut off are passed over."""
    found = []
    for line in path.read_bytes().splitlines():
        try:
            one = msgspec.json.decode(line, type=Spooled)
        except (msgspec.DecodeError, msgspec.ValidationError):
            continue
        detail = {**one.entry.detail, "spooled_at": one.at.isoformat(timespec="seconds")}
        found.append(replace(one.entry, detail=detail))
    return found


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file, open for adding, and nobody else's meanwhile. A file that was taken away while we waited is made anew."""
    while True:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                same = os.stat(path).st_ino == os.fstat(file).st_ino
            except FileNotFoundError:
                same = False
            if same:
                yield file
                return
        finally:
            os.close(file)


def take() -> Path | None:
    """Set the file's lines aside to be brought into the log; returns where they are now, None when there are none.

    What was set aside before and not finished comes first.
    """
    path = place()
    if path is None:
        return None
    aside = path.with_name(path.name + ".taken")
    if aside.exists():
        return aside
    try:
        if path.stat().st_size == 0:
            return None
        with _locked(path):
            path.rename(aside)
    except FileNotFoundError:
        return None
    return aside
