"""The evidence bundle's forms: tables that a spreadsheet cannot be tricked by, and the manifest of hashes (C70)."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ringback.core import csv_safe

FORMULA = tuple(csv_safe.FORMULA)


def cell(value: Any) -> str:
    """A table's cell as text. What a spreadsheet would read as a formula gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset | dict):
        value = plain(value)
        text = (
            "; ".join(map(str, value))
            if isinstance(value, list) and all(isinstance(v, str) for v in value)
            else json.dumps(value, sort_keys=True, ensure_ascii=False)
        )
    else:
        text = str(value)
    return csv_safe.cell(text)


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> bytes:
    """Rows as CSV; the columns are those of the rows when none are named."""
    names = list(columns) or list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([cell(name) for name in names])
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in names])
    return out.getvalue().encode()


def plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def record(value: Any) -> bytes:
    """A value as JSON that reads the same each time."""
    return (json.dumps(plain(value), indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def manifest(files: Mapping[str, bytes], at: datetime, about: Mapping[str, Any]) -> bytes:
    """The list of the bundle's files with the SHA-256 of each, dated."""
    listed = [
        {"file": name, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        for name, body in sorted(files.items())
    ]
    return record({**about, "made_at": at, "files": listed})


def verify(files: Mapping[str, bytes], written: bytes) -> list[str]:
    """Which files of a bundle are missing, changed or not in its manifest."""
    listed = {one["file"]: one["sha256"] for one in json.loads(written)["files"]}
    wrong = [
        name
        for name, digest in listed.items()
        if name not in files or hashlib.sha256(files[name]).hexdigest() != digest
    ]
    return sorted([*wrong, *(name for name in files if name not in listed and name != "manifest.json")])
