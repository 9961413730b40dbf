"""A whole practice as files: every table as JSON lines in the clear, with a manifest of SHA-256, and back again (C58).

The rule: what an import writes, exported again, has the same digests, or the import is undone. Values are sealed anew with
the new place's keys; the index key travels along, so that digests of numbers (stops above all) keep their meaning; values
whose key was destroyed travel as they are and stay unreadable. Secrets of connections, sign-ins and the accounts stay here.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import tuple_row

from ringback.store import crypt, keys, tables
from ringback.store.access import Row, Rows
from ringback.store.keys import Key, KeyProvider

FORM = "ringback/practice/1"
AT_ONCE = 500
LEFT_OUT = {
    "data_key": "the keys stay; the importing place makes its own",
    "audit_key": "the key that signs checkpoints stays; its public half is in the checkpoints' receipts",
    "session": "sign-ins end here",
    "session_cut": "sign-ins end here",
    "glass_code": "codes in sealed envelopes are this place's",
    "invitation": "people are invited anew",
    "sign_on": "single sign-on is set up anew: its secrets stay",
    "seen": "digests of messages that came here",
    "word_index": "made anew from what it points at",
    "name_index": "made anew from what it points at",
    "index_mark": "made anew from what it points at",
}
# Columns that are this place's own. Secrets of connections are entered anew.
WITHOUT: dict[str, tuple[str, ...]] = {
    "staff": ("account",),
    "person_key": ("wrapped", "under"),
    "caller_key": ("wrapped", "under"),
}
SECRETS = {("connection", "settings")}
# These go on growing while they are read: as many rows as the manifest says are compared.
GROWS = {"audit": "seq"}
MOVES = ("audit_head",)
KEYS_FIRST = ("person_key", "caller_key")
# Limits, locks and backups of the machine, where later migrations made such tables.
MACHINE = ("0010", "0011")


class NotEqual(Exception):
    """What was written is not what the manifest says; nothing was kept."""


def names() -> list[str]:
    """The tables of an export, in the order they are written back."""
    machine = {table for made in MACHINE for table in tables.LATER.get(made, [])}
    listed = [table for table in tables.TENANT if table not in LEFT_OUT and table not in machine]
    return [*KEYS_FIRST, *(table for table in listed if table not in KEYS_FIRST), "work"]


def lines(rows: Rows, table: str, most: int | None = None) -> Iterator[bytes]:
    """A table's rows as JSON lines, by its primary key. `most`: the first so many."""
    sealed = tables.SEALED.get(table, ())
    order = ", ".join(f'"{name}"' for name in _primary(rows, table))
    drop = "".join(f" - '{name}'" for name in (*WITHOUT.get(table, ()), *sealed))
    raw = "".join(f', t."{name}"' for name in sealed)
    with rows.connection.cursor(name="takeout", row_factory=tuple_row, withhold=False) as cursor:
        cursor.execute(
            f"select (to_jsonb(t){drop})::text{raw} from {table} t where practice = %s order by {order}"
            + (f" limit {int(most)}" if most is not None else ""),
            (rows.practice,),
        )
        while some := cursor.fetchmany(AT_ONCE):
            rows.keys_for(value for row in some for value in row[1:])
            for row in some:
                told = json.loads(row[0])
                for name, value in zip(sealed, row[1:], strict=True):
                    told[name] = _open(rows, table, name, told, value)
                yield json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _primary(rows: Rows, table: str) -> list[str]:
    found = rows.all(
        "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) "
        "where i.indrelid = %s::regclass and i.indisprimary order by array_position(i.indkey::int[], a.attnum::int)",
        (table,),
    )
    return [row["attname"] for row in found]


def _place(table: str, told: Row) -> UUID | str:
    """The row's name in its seal."""
    if table == "phone":
        return f"{told['person']}:{told['number_index'].removeprefix(chr(92) + 'x')}"
    return UUID(told["id"]) if isinstance(told["id"], str) and len(told["id"]) == 36 else str(told["id"])


def _open(rows: Rows, table: str, column: str, told: Row, value: Any) -> Any:
    if value is None or (table, column) in SECRETS:
        return None if value is None else {"left_out": True}
    sealed = bytes(value)
    if not sealed:
        return {"erased": ""}
    try:
        plain = crypt.open_(rows.ring, rows.practice, table, column, _place(table, told), sealed)
    except crypt.Gone:
        return {"erased": base64.b64encode(sealed).decode()}
    made: Row = {}
    try:
        made["clear"] = plain.decode()
    except UnicodeDecodeError:
        made["base64"] = base64.b64encode(plain).decode()
    key = crypt.key_of(sealed)
    return made | ({"key": key.hex()} if key is not None else {})


# ---- out -------------------------------------------------------------------------------------------------------------


def out(rows: Rows, put: Callable[[str, Iterable[bytes]], None], now: datetime, version: str) -> Row:
    """Hand every file to `put`, the manifest last, and return the manifest. The transaction is one snapshot."""
    rows.run("set local timezone = 'UTC'")
    head = rows.one("select name from practice where practice = %s", (rows.practice,))
    if head is None:
        raise LookupError(f"there is no practice {rows.practice}")
    listed: dict[str, Row] = {}
    for table in names():
        digest, count = hashlib.sha256(), 0

        def counted(table: str = table, digest: Any = digest) -> Iterator[bytes]:
            nonlocal count
            for line in lines(rows, table):
                digest.update(line)
                count += 1
                yield line

        put(f"tables/{table}.jsonl", counted())
        listed[table] = {"rows": count, "sha256": digest.hexdigest()}
    manifest = {
        "form": FORM, "practice": rows.practice, "name": head["name"], "made": now.isoformat(), "version": version,
        "tables": listed, "left_out": LEFT_OUT, "index_key": base64.b64encode(rows.ring.index[rows.practice]).decode(),
    }  # fmt: skip
    put("manifest.json", [json.dumps(manifest, indent=1, sort_keys=True).encode()])
    return manifest


# ---- in --------------------------------------------------------------------------------------------------------------


class Wrong(ValueError):
    """This is not an export that can be brought in here; the text says why."""


def check(manifest: Row, get: Callable[[str], Iterable[bytes]]) -> None:
    """Whether the files are those of the manifest. Raises `Wrong`."""
    if manifest.get("form") != FORM:
        raise Wrong("this is not an export of a practice, or of another version")
    missing = set(names()) - set(manifest["tables"])
    unknown = set(manifest["tables"]) - set(names())
    if missing or unknown:
        raise Wrong(f"it was made by another version: tables {', '.join(sorted(missing | unknown))}")
    for table, told in manifest["tables"].items():
        digest, count = hashlib.sha256(), 0
        for line in get(f"tables/{table}.jsonl"):
            digest.update(line)
            count += 1
        if (digest.hexdigest(), count) != (told["sha256"], told["rows"]):
            raise Wrong(f"tables/{table}.jsonl is not the file of the manifest")


def bring_in(
    rows: Rows, provider: KeyProvider, manifest: Row, get: Callable[[str], Iterable[bytes]], now: datetime
) -> None:
    """Write a practice that is not there yet, within the caller's transaction, and compare. Raises `Wrong`, `NotEqual`."""
    check(manifest, get)
    practice = rows.practice
    if rows.one("select 1 as x from practice where practice = %s", (practice,)) is not None or rows.one(
        "select 1 as x from data_key where practice = %s", (practice,)
    ):
        raise Wrong(f"practice {practice} is here already; an import never writes over one")
    rows.run("set local timezone = 'UTC'")
    made = keys.create(provider, practice, base64.b64decode(manifest["index_key"]))
    for one in made:
        rows.run(
            "insert into data_key (practice, number, purpose, wrapped, created_at) values (%s, %s, %s, %s, %s)",
            (*one, now),
        )
    rows.ring.forget(practice)
    rows.ring.load(made)
    cutter = _Cutter(rows)
    for table in names():
        with rows.connection.cursor() as cursor:
            batch: list[tuple[str]] = []
            for line in get(f"tables/{table}.jsonl"):
                told = json.loads(line)
                if told.get("practice") != practice:
                    raise Wrong(f"tables/{table}.jsonl holds another practice")
                batch.append((json.dumps(cutter.sealed(table, told)),))
                if len(batch) == AT_ONCE:
                    _write(cursor, table, batch)
                    batch = []
            _write(cursor, table, batch)
    compare(rows, manifest)


def _write(cursor: Any, table: str, batch: list[tuple[str]]) -> None:
    if batch:
        # `line` is also a type of PostgreSQL's own.
        cursor.executemany(
            f"insert into {table} select * from jsonb_populate_record(null::public.{table}, %s::jsonb)", batch
        )


class _Cutter:
    """Seals values anew, each with the key that has the same name here: people's and callers' keys are cut anew."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._keys: dict[str, Key] = {}

    def sealed(self, table: str, told: Row) -> Row:
        """A row as it is written here."""
        if table in KEYS_FIRST:
            return self._cut(table, told)
        for column in tables.SEALED.get(table, ()):
            value = told.get(column)
            if value is None:
                continue
            if "erased" in value:
                told[column] = "\\x" + base64.b64decode(value["erased"]).hex()
                continue
            plain = (
                b"{}"
                if "left_out" in value
                else value["clear"].encode()
                if "clear" in value
                else base64.b64decode(value["base64"])
            )
            key = self._keys[value["key"]] if "key" in value else None
            box = crypt.seal(self.rows.ring, self.rows.practice, table, column, _place(table, told), plain, key)
            told[column] = "\\x" + box.hex()
        return told

    def _cut(self, table: str, told: Row) -> Row:
        rows, id_ = self.rows, UUID(told["id"])
        if told["destroyed_at"] is not None:
            told["wrapped"], told["under"] = "\\x", 1 if table == "person_key" or told["person_key"] is None else None
            return told
        import secrets

        plain = secrets.token_bytes(32)
        person = self._keys[told["person_key"].replace("-", "")] if told.get("person_key") else None
        box = crypt.seal(rows.ring, rows.practice, table, "wrapped", id_, plain, person)
        told["wrapped"] = "\\x" + box.hex()
        told["under"] = None if person is not None else int.from_bytes(box[1:3], "big")
        self._keys[id_.hex] = rows.ring.hold(rows.practice, id_.bytes, plain)
        return told


def compare(rows: Rows, manifest: Row) -> None:
    """Export again and compare digest by digest. Raises `NotEqual`."""
    wrong = []
    for table, told in manifest["tables"].items():
        digest, count = hashlib.sha256(), 0
        for line in lines(rows, table, told["rows"] if table in GROWS else None):
            digest.update(line)
            count += 1
        if (digest.hexdigest(), count) != (told["sha256"], told["rows"]):
            wrong.append(table)
    if wrong:
        raise NotEqual(f"not equal to the manifest: {', '.join(sorted(wrong))}")
