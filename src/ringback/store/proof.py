"""The proof of one number: everything said and sent, in a file that proves itself with nothing but a public key (C35).

The file is a zip of JSON documents, a manifest with the SHA-256 of each, and an Ed25519 signature of the manifest with the
key that signs the audit log's checkpoints. The zip is written in one fixed way, so that a byte changed anywhere in it,
outside its documents too, is found.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ringback.core.audit import digest
from ringback.store import audit, checkpoints, ledger_read
from ringback.store.access import Row, Rows

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
FORM = "ringback/consent-proof/1"
LARGEST = 64 * 1024 * 1024
README = """What this is: everything on record about one number at one practice, as of the moment in manifest.json.

entries.json    consents, preferences and stops, with the person's own words, oldest first
wordings.json   the wordings these entries name, with their SHA-256
texts.json      every text to the number: ground, template and hash, what the send gate said, what became of it
messages.json   every text from the number
calls.json      the calls of its cases
audit.json      the entries of the audit log about it; each hash is SHA-256 over the hash before it and the entry
manifest.json   the SHA-256 of each of these files; manifest.sig is its Ed25519 signature

Check it:  ringback consent check FILE --key PUBLIC
"""


class Broken(ValueError):
    """The file does not prove itself: it was changed, or is not such a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What a file that proves itself says of itself."""

    practice: int
    number: str
    at: str
    counts: Mapping[str, int]
    public: str


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(type(value).__name__)


def _json(value: Any) -> bytes:
    told = json.dumps(value, default=_plain, sort_keys=True, indent=1, ensure_ascii=False)
    return told.encode() + b"\n"


def gather(rows: Rows, number: str) -> dict[str, Any]:
    """Everything on record about a number, as plain documents."""
    index = rows.index("phone", number)
    entries = ledger_read.history(rows, index)
    hashes = {one.get("wording_hash") or one.get("warning_hash") or "" for one in entries}
    texts = rows.all(
        "select o.id, o.case_id, o.line, o.created_at, o.purpose, o.template, t.hash as template_hash, o.lang, o.basis, "
        "o.unprompted, o.reply_to, o.reply_to_at, o.body, o.state, o.verdict, o.verdict_why, o.message_id, o.code, "
        "o.sent_at, o.delivered_at from outgoing o left join template t on t.practice = o.practice and "
        "o.template = t.id || '.' || t.version where o.practice = %s and o.number_index = %s order by o.created_at, o.id",
        (rows.practice, index),
    )
    for one in texts:
        one["body"] = rows.text("outgoing", "body", one["id"], one["body"])
    messages = rows.all(
        "select id, case_id, at, kind, sealed from message where practice = %s and number_index = %s order by at, id",
        (rows.practice, index),
    )
    for one in messages:
        one["words"] = rows.text("message", "sealed", one["id"], one.pop("sealed"))
    calls = rows.all(
        "select id, case_id, line, began, ended, verdict, why, closure from call where practice = %s and number_index = %s "
        "order by at, id",
        (rows.practice, index),
    )
    cases = rows.all("select id from cases where practice = %s and number_index = %s", (rows.practice, index))
    objects = [f"number:{index.hex()}", *(f"case:{one['id']}" for one in cases)]
    log = rows.all(
        "select seq, body, prev, hash from audit where practice = %s and object = any(%s) order by seq",
        (rows.practice, objects),
    )
    return {
        "entries.json": entries,
        "wordings.json": ledger_read.wordings(rows, hashes),
        "texts.json": texts,
        "messages.json": messages,
        "calls.json": calls,
        "audit.json": log,
        "now.json": ledger_read.standing(rows, index),
    }


def make(rows: Rows, number: str, *, by: str, role: str = "", source: str = "page") -> bytes:
    """The file of a number, signed. That it was made is written into the audit log with it."""
    at = datetime.now(UTC)
    index = rows.index("phone", number)
    documents = gather(rows, number)
    files = {"README.txt": README.encode(), **{name: _json(told) for name, told in documents.items()}}
    private = Ed25519PrivateKey.from_private_bytes(checkpoints.key_of(rows.connection, rows.ring, rows.practice, at))
    manifest = _json(
        {
            "form": FORM,
            "practice": rows.practice,
            "number": number,
            "index": index.hex(),
            "at": at.isoformat(timespec="seconds"),
            "public": base64.b64encode(private.public_key().public_bytes_raw()).decode(),
            "counts": {name: len(told) for name, told in documents.items() if isinstance(told, list)},
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        }
    )
    signature = private.sign(manifest).hex().encode()
    audit.write(
        rows, act="export", what="consent.proof", object=f"number:{index.hex()}", by=by, role=role, source=source,
        detail={"sha256": hashlib.sha256(manifest).hexdigest()},
    )  # fmt: skip
    return pack({**files, MANIFEST: manifest, SIGNATURE: signature})


def pack(files: Mapping[str, bytes]) -> bytes:
    """These files as a zip, in the one way it is written: by name, stored, without moments or attributes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as zipped:
        for name in sorted(files):
            one = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            one.create_system = 3
            one.external_attr = 0o644 << 16
            zipped.writestr(one, files[name])
    return out.getvalue()


def check(data: bytes, public: str = "") -> Proven:
    """Prove a file: signature, manifest, every document, the audit entries' hashes, and the zip itself. Raises `Broken`.

    `public` is the key it must be signed with (base64); without one the file's own is taken, which shows that it is whole
    and not whose it is.
    """
    try:
        files = _unpack(data)
        manifest, signature = files.pop(MANIFEST), files.pop(SIGNATURE)
        told: Row = json.loads(manifest)
        key = public or str(told["public"])
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True)).verify(
            bytes.fromhex(signature.decode()), manifest
        )
        if bytes.fromhex(signature.decode()).hex().encode() != signature:
            raise Broken("the signature is written in another way")
        if told["form"] != FORM or told["public"] != key:
            raise Broken("it is signed with another key than the one given")
        if set(told["files"]) != set(files):
            raise Broken("documents were added or taken away")
        for name, wanted in told["files"].items():
            if hashlib.sha256(files[name]).hexdigest() != wanted:
                raise Broken(f"{name} was changed")
        for one in json.loads(files["audit.json"]):
            if digest(bytes.fromhex(one["prev"]), one["body"].encode()).hex() != one["hash"]:
                raise Broken(f"audit entry {one['seq']} was changed")
        for one in json.loads(files["wordings.json"]):
            if hashlib.sha256(one["told"].encode()).hexdigest() != one["hash"]:
                raise Broken(f"the wording {one['id']} was changed")
        if pack({**files, MANIFEST: manifest, SIGNATURE: signature}) != data:
            raise Broken("the file was changed outside its documents")
    except InvalidSignature:
        raise Broken("the signature does not fit: it was changed, or signed with another key") from None
    except Broken:
        raise
    except Exception as wrong:  # whatever a changed byte does to a zip or to JSON
        raise Broken(f"it cannot be read as a proof ({type(wrong).__name__})") from None
    return Proven(
        practice=told["practice"], number=told["number"], at=told["at"], counts=told["counts"], public=told["public"]
    )


def _unpack(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        if sum(one.file_size for one in zipped.infolist()) > LARGEST:
            raise Broken("it is larger than a proof is")
        return {one.filename: zipped.read(one) for one in zipped.infolist()}


__all__ = ["Broken", "Proven", "check", "gather", "make", "pack"]
