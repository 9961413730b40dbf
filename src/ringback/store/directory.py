"""Writing a patient list: one transaction or nothing, everything sealed, and no sudden shrinking.

A file is the whole list: who is not in it any more is removed. When that would remove more than a fifth of the people
the import is refused unless somebody said so, because the likelier reason is half an export.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from uuid_utils.compat import uuid7

from ringback.core import consent
from ringback.core.directory import Entry, Reading
from ringback.store import callers, crypt
from ringback.store.keys import Keyring

SHRINK = 0.2
# So many rows are opened at a time: their keys fit into memory together.
AT_ONCE = 5_000
CONSENT = consent.CALLBACK
"""The category a 'consent' column speaks of: a further automatic text about a call of theirs."""


class TooMuchGone(Exception):
    """The file would remove more than a fifth of the directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an import does, or would do: people added, changed, left alone, removed, and how many there were."""

    added: int
    changed: int
    same: int
    removed: int
    before: int

    @property
    def shrinks(self) -> bool:
        """Whether more than a fifth of the people would go."""
        return self.before > 0 and self.removed / self.before > SHRINK


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    facts: tuple[Any, ...]


def _facts(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.name,
        entry.birth_date.isoformat() if entry.birth_date else "",
        entry.lang,
        entry.next_visit,
        entry.callback_requested,
        entry.open_refill,
        entry.recent_visit,
        tuple(sorted(entry.phones)),
    )


def _known(cursor: psycopg.Cursor[Any], ring: Keyring, practice: int) -> dict[bytes, _Known]:
    phones: dict[UUID, list[tuple[str, str]]] = {}
    cursor.execute("select sealed, person, number_index, kind from phone where practice = %s", (practice,))
    for sealed, person, index, kind in _opened(cursor, ring, practice):
        number = _plain(ring, practice, "phone", f"{person}:{bytes(index).hex()}", sealed)
        phones.setdefault(person, []).append((number, kind))
    cursor.execute(
        "select sealed, id, record_index, lang, next_visit, callback_requested, open_refill, recent_visit from person "
        "where practice = %s",
        (practice,),
    )
    found = {}
    for sealed, person, record, *rest in _opened(cursor, ring, practice):
        body = json.loads(_plain(ring, practice, "person", person, sealed) or '{"name": null, "birth_date": null}')
        facts = (body["name"], body["birth_date"], *rest, tuple(sorted(phones.get(person, []))))
        found[bytes(record)] = _Known(person, facts)
    return found


def _opened(cursor: psycopg.Cursor[Any], ring: Keyring, practice: int) -> Iterator[Sequence[Any]]:
    """The rows of a query, with the keys of their first column loaded."""
    rows = cursor.fetchall()
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        callers.opened(cursor.connection, ring, practice, (row[0] for row in some))
        yield from some


def _plain(ring: Keyring, practice: int, table: str, row: UUID | str, sealed: bytes) -> str:
    """A value in the clear; empty when its key was destroyed: the list says it anew."""
    try:
        return crypt.open_(ring, practice, table, "sealed", row, bytes(sealed)).decode()
    except crypt.Gone:
        return ""


def _compare(known: Mapping[bytes, _Known], entries: Mapping[bytes, Entry]) -> Change:
    changed = sum(1 for record, entry in entries.items() if record in known and known[record].facts != _facts(entry))
    both = sum(1 for record in entries if record in known)
    return Change(
        added=len(entries) - both, changed=changed, same=both - changed, removed=len(known) - both, before=len(known)
    )


def _by_record(ring: Keyring, practice: int, reading: Reading) -> dict[bytes, Entry]:
    return {crypt.index(ring, practice, "record", entry.record): entry for entry in reading.entries}


def preview(connection: psycopg.Connection[Any], ring: Keyring, practice: int, reading: Reading) -> Change:
    """What importing this file would do. Nothing is written."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
        return _compare(_known(cursor, ring, practice), _by_record(ring, practice, reading))


def replace(
    connection: psycopg.Connection[Any],
    ring: Keyring,
    practice: int,
    reading: Reading,
    now: datetime,
    *,
    allow_shrink: bool = False,
    by: str = "import",
) -> Change:
    """Make the directory what the file says, in one transaction. Raises ValueError while the file has errors, and
    `TooMuchGone` when it would remove more than a fifth of the people and `allow_shrink` is not given."""
    if reading.errors:
        raise ValueError(f"{len(reading.errors)} rows are wrong; nothing was imported")
    entries = _by_record(ring, practice, reading)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
        # Two imports at once would each remove what the other added.
        cursor.execute("select pg_advisory_xact_lock(hashtext('directory'), %s)", (practice,))
        known = _known(cursor, ring, practice)
        change = _compare(known, entries)
        if change.shrinks and not allow_shrink:
            raise TooMuchGone(f"{change.removed} of {change.before} people would be removed")
        # Who is under a legal hold stays as they are, whatever the file says (C60).
        held = _held(cursor, practice)
        frozen = {record: one for record, one in known.items() if one.id in held}
        entries = {record: entry for record, entry in entries.items() if record not in frozen}
        gone = [one.id for record, one in known.items() if record not in entries and record not in frozen]
        touched = {
            record: entry
            for record, entry in entries.items()
            if record not in known or known[record].facts != _facts(entry)
        }
        replaced = [known[record].id for record in touched if record in known]
        cursor.execute("delete from phone where practice = %s and person = any(%s)", (practice, gone + replaced))
        cursor.execute("delete from person where practice = %s and id = any(%s)", (practice, gone))
        people, phones = [], []
        ids = {record: known[record].id if record in known else uuid7() for record in entries}
        persons = callers.ensure_people(connection, ring, practice, [ids[record] for record in touched], now)
        owners = _owners(ring, practice, entries, ids)
        for one in frozen.values():
            for number, _ in one.facts[-1]:
                owners.setdefault(crypt.index(ring, practice, "phone", number), set()).add(one.id)
        numbers = callers.settle(connection, ring, practice, owners, now)
        for record, entry in touched.items():
            person = ids[record]
            body = {
                "record": entry.record,
                "name": entry.name,
                "birth_date": entry.birth_date.isoformat() if entry.birth_date else "",
            }
            sealed = crypt.seal(ring, practice, "person", "sealed", person, json.dumps(body).encode(), persons[person])
            people.append(
                (
                    practice, person, sealed, record, entry.lang, entry.next_visit, entry.callback_requested,
                    entry.open_refill, entry.recent_visit, now,
                )
            )  # fmt: skip
            for number, kind in entry.phones:
                index = crypt.index(ring, practice, "phone", number)
                box = crypt.seal(ring, practice, "phone", "sealed", f"{person}:{index.hex()}", number, numbers[index])
                phones.append((practice, index, person, kind, box))
        cursor.executemany(
            "insert into person (practice, id, sealed, record_index, lang, next_visit, callback_requested, open_refill, "
            "recent_visit, changed_at) values (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s) on conflict (practice, id) do update set "
            "sealed = excluded.sealed, lang = excluded.lang, next_visit = excluded.next_visit, "
            "callback_requested = excluded.callback_requested, open_refill = excluded.open_refill, "
            "recent_visit = excluded.recent_visit, changed_at = excluded.changed_at",
            people,
        )
        cursor.executemany(
            "insert into phone (practice, number_index, person, kind, sealed) values (%s,%s,%s,%s,%s)", phones
        )
        _consents(cursor, ring, practice, reading, now, by)
    return change


def _held(cursor: psycopg.Cursor[Any], practice: int) -> set[UUID]:
    """The people of the list who are under a legal hold."""
    cursor.execute("select 1 from legal_hold where practice = %s and lifted_at is null limit 1", (practice,))
    if cursor.fetchone() is None:
        return set()
    cursor.execute(
        "select id from person where practice = %s and held(practice, id, null, null, null)",
        (practice,),
    )
    return {row[0] for row in cursor.fetchall()}


def _owners(
    ring: Keyring, practice: int, entries: Mapping[bytes, Entry], ids: Mapping[bytes, UUID]
) -> dict[bytes, set[UUID]]:
    """Whose each number is, by the whole list."""
    owners: dict[bytes, set[UUID]] = {}
    for record, entry in entries.items():
        for number, _ in entry.phones:
            owners.setdefault(crypt.index(ring, practice, "phone", number), set()).add(ids[record])
    return owners


def _consents(
    cursor: psycopg.Cursor[Any], ring: Keyring, practice: int, reading: Reading, now: datetime, by: str
) -> None:
    """A yes adds what is not on record; a no ends what is; silence changes nothing. Who took it back themselves, by a
    stop or otherwise, is not brought back by a list that still says yes."""
    said = [
        (crypt.index(ring, practice, "phone", number), entry.consent)
        for entry in reading.entries
        if entry.consent is not None
        for number, _ in entry.phones
    ]
    cursor.executemany(
        "with ended as (update consent set revoked_at = %s where practice = %s and number_index = %s and category = %s and "
        "revoked_at is null returning practice, number_index, category) insert into consent_entry (practice, id, "
        "number_index, kind, category, method, at, source, by) "
        "select practice, %s, number_index, 'revoked', category, 'import', %s, 'import', %s from ended",
        [(now, practice, index, CONSENT, uuid7(), now, by) for index, yes in said if not yes],
    )
    cursor.executemany(
        "with made as (insert into consent (practice, id, number_index, category, method, at, by) "
        "select %s, %s, %s, %s, 'import', %s, %s where not exists (select 1 from consent where practice = %s and "
        "number_index = %s and category = %s and revoked_at is null) and not exists (select 1 from suppression_entry "
        "where practice = %s and number_index = %s and kind = 'stop') and not exists (select 1 from consent_entry "
        "where practice = %s and number_index = %s and category = %s and kind = 'revoked' and source <> 'import') "
        "returning practice, id, number_index, category) "
        "insert into consent_entry (practice, id, number_index, kind, category, method, at, source, by) "
        "select practice, id, number_index, 'granted', category, 'import', %s, 'import', %s from made",
        [
            (
                *(practice, uuid7(), index, CONSENT, now, by, practice, index, CONSENT),
                *(practice, index, practice, index, CONSENT, now, by),
            )
            for index in sorted({index for index, yes in said if yes} - {index for index, yes in said if not yes})
        ],
    )
