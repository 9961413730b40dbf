"""The audit chain as a value: canonical entries, each hashed over its predecessor, and signed checkpoints of its size.

An entry is a flat record of ids, moments and field terms; what it is about is named, never quoted. Its canonical form is
JSON after RFC 8785. An entry's hash covers the hash before it, so an edit, a gap, an insertion or another order shows at
the first entry that is wrong. A cut tail and a chain made anew are consistent in themselves: only a checkpoint kept
somewhere else shows them (C22, C23).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

ACTS = ("view", "search", "export", "change", "send", "sign_in", "refusal", "alert")
START = bytes(32)
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is to be written down: who did what to which object, and how it came out.

    `what` is a field term or a route's name, `object` an id, `by` a staff number, `patient`, or a part of the machine.
    `detail` holds ids, numbers and field terms: never a name, a number to ring, or words.
    """

    practice: int
    act: str
    what: str
    object: str = ""
    by: str = ""
    role: str = ""
    result: str = "ok"
    reason: str = ""
    source: str = ""
    request: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """An entry in its place: number, the bytes its hash was taken of, the hash before it and its own.

    `shown` is what stands beside the bytes for finding an entry, by member; it must say what the bytes say.
    """

    seq: int
    body: bytes
    prev: bytes
    hash: bytes
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a chain was at one moment: how many entries, and the hash of the last."""

    practice: int
    size: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The first thing that is wrong with a chain: at which entry, and what."""

    seq: int
    what: str


def canonical(entry: Entry, seq: int, at: datetime) -> bytes:
    """The bytes an entry's hash is taken of (RFC 8785: members sorted, no spaces; text and whole numbers only)."""
    body = {
        "v": 1,
        "practice": entry.practice,
        "seq": seq,
        "at": at.isoformat(timespec="microseconds"),
        "act": entry.act,
        "what": entry.what,
        "object": entry.object,
        "by": entry.by,
        "role": entry.role,
        "result": entry.result,
        "reason": entry.reason,
        "source": entry.source,
        "request": entry.request,
        "detail": entry.detail,
    }
    return _encode(body)


def digest(prev: bytes, body: bytes) -> bytes:
    """An entry's hash: SHA-256 over the hash before it and its own canonical bytes."""
    return hashlib.sha256(prev + body).digest()


def link(head: tuple[int, bytes], entries: Iterable[Entry], at: datetime) -> list[Linked]:
    """Put entries after `head` (number and hash of the last one), in their order."""
    seq, prev = head
    linked = []
    for entry in entries:
        seq += 1
        body = canonical(entry, seq, at)
        own = digest(prev, body)
        linked.append(Linked(seq=seq, body=body, prev=prev, hash=own))
        prev = own
    return linked


def check(entries: Iterable[Linked], practice: int, start: tuple[int, bytes] = (0, START)) -> Finding | Linked | None:
    """Walk a chain in the order of its numbers. The first finding, else the last entry, else None for an empty chain."""
    seq, prev = start
    last: Linked | None = None
    for one in entries:
        if one.seq != seq + 1:
            what = "is missing" if one.seq > seq + 1 else "stands twice"
            return Finding(seq=seq + 1, what=what)
        if one.prev != prev:
            return Finding(seq=one.seq, what="does not follow the entry before it")
        if one.hash != digest(prev, one.body):
            return Finding(seq=one.seq, what="was changed")
        told = msgspec.json.decode(one.body)
        if told.get("seq") != one.seq or told.get("practice") != practice:
            return Finding(seq=one.seq, what="was moved here from another place")
        if any(told.get(name) != value for name, value in one.shown.items()):
            return Finding(seq=one.seq, what="was changed beside its bytes")
        seq, prev, last = one.seq, one.hash, one
    return last


def against(checkpoint: Checkpoint, hash_at_size: bytes | None) -> Finding | None:
    """Hold a chain against a checkpoint kept elsewhere: `hash_at_size` is the chain's hash there, None when it is shorter."""
    if hash_at_size is None:
        return Finding(seq=checkpoint.size, what="was cut off: a checkpoint knows it")
    if hash_at_size != checkpoint.hash:
        return Finding(seq=checkpoint.size, what="is not what a checkpoint knows: the chain was made anew up to here")
    return None


def note(checkpoint: Checkpoint, at: datetime) -> str:
    """A checkpoint's text, to be signed: origin, size, hash and moment, a line each (C2SP checkpoint, with one line more)."""
    head = base64.b64encode(checkpoint.hash).decode()
    return f"ringback/audit/{checkpoint.practice}\n{checkpoint.size}\n{head}\n{at.isoformat(timespec='seconds')}\n"


def read_note(text: str) -> Checkpoint:
    """The checkpoint of a note's text; raises ValueError when it is none."""
    lines = text.split("\n")
    origin, _, practice = lines[0].rpartition("/") if lines else ("", "", "")
    if origin != "ringback/audit" or len(lines) < 3:
        raise ValueError("not a checkpoint of an audit log")
    found = Checkpoint(practice=int(practice), size=int(lines[1]), hash=base64.b64decode(lines[2], validate=True))
    if len(found.hash) != 32 or found.size < 0:
        raise ValueError("not a checkpoint of an audit log")
    return found
