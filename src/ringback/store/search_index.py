"""Keeping what a search finds: keyed digests of whole words of messages and notes, of people's names, of last four digits.

The engine's hot path knows nothing of it. Whoever keeps house, and each search before it looks, reads on from where the
index stopped. An id is older than the commit that shows it, so the mark stays `BEHIND` the newest ids, and what lies
after the mark is read again: to read a row twice changes nothing. What was erased is not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ringback.core import search
from ringback.store import access, partitions
from ringback.store.access import ERASED, Row, Rows

BEHIND = timedelta(minutes=2)
DIGEST = 8
FIRST = UUID(int=0)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
KEEP = (
    "insert into word_index (practice, case_id, digest, message) select %s, * from unnest(%s::uuid[], %s::bytea[], %s::uuid[]) "
    "on conflict (practice, case_id, digest) do update set message = greatest(word_index.message, excluded.message) "
    "where word_index.message < excluded.message"
)


def word(rows: Rows, told: str) -> bytes:
    """What a word of a message is found by."""
    return rows.index("word", told)[:DIGEST]


def name(rows: Rows, told: str) -> bytes:
    """What a word of a name is found by."""
    return rows.index("name", told)[:DIGEST]


def tail(rows: Rows, digits: str) -> bytes:
    """What the last four digits of a number are found by."""
    return rows.index("tail", digits)[:DIGEST]


def catch_up(rows: Rows, most: int) -> bool:
    """Read on: `most` rows of each kind at most. True when there is nothing left to read."""
    # What is opened here is seen by nobody, so it does not stand in the visitor's audit entry.
    with access.watch():
        rows.run("select pg_advisory_xact_lock(hashtext('word_index'), %s)", (rows.practice,))
        return all([_messages(rows, most), _cases(rows, most), _people(rows, most)])


def tidy(rows: Rows, most: int) -> None:
    """Take in people the mark went past, and drop the names of people who are gone."""
    with access.watch():
        missed = rows.all(
            "select p.id, p.sealed from person p where p.practice = %s and not exists (select 1 from name_index n "
            "where n.practice = p.practice and n.person = p.id) order by p.id limit %s",
            (rows.practice, most),
        )
        _names(rows, missed)
    rows.run(
        "delete from name_index n where n.practice = %s and not exists (select 1 from person p where "
        "p.practice = n.practice and p.id = n.person)",
        (rows.practice,),
    )


def forget(rows: Rows, person: UUID, numbers: Iterable[bytes]) -> None:
    """Somebody is erased: nothing leads to them or to the words of their numbers any more."""
    rows.run("delete from name_index where practice = %s and person = %s", (rows.practice, person))
    rows.run(
        "delete from word_index where practice = %s and case_id in (select id from cases where practice = %s and "
        "number_index = any(%s))",
        (rows.practice, rows.practice, list(numbers)),
    )


def forget_all(rows: Rows) -> None:
    """The whole practice is erased."""
    for table in ("word_index", "name_index"):
        rows.run(f"delete from {table} where practice = %s", (rows.practice,))


# ---- what is read ----------------------------------------------------------------------------------------------------


def _mark(rows: Rows, kind: str) -> tuple[datetime, UUID]:
    found = rows.one("select at, id from index_mark where practice = %s and kind = %s", (rows.practice, kind))
    return (found["at"], found["id"]) if found else (LONG_AGO, FIRST)


def _come(rows: Rows, kind: str, at: datetime, id_: UUID) -> None:
    rows.run(
        "insert into index_mark (practice, kind, at, id) values (%s, %s, %s, %s) "
        "on conflict (practice, kind) do update set at = excluded.at, id = excluded.id",
        (rows.practice, kind, at, id_),
    )


def _come_to(rows: Rows, kind: str, mark: UUID, found: list[Row]) -> None:
    """The mark of rows that are told apart by their ids alone: behind what may still be committed."""
    latest = UUID(partitions.first_id(datetime.now(UTC) - BEHIND))
    if found and min(found[-1]["id"], latest) > mark:
        _come(rows, kind, LONG_AGO, min(found[-1]["id"], latest))


def _messages(rows: Rows, most: int) -> bool:
    _, mark = _mark(rows, "message")
    found = rows.all(
        "select id, case_id, sealed from message where practice = %s and id > %s and kind <> 'code' order by id limit %s",
        (rows.practice, mark, most),
    )
    kept: dict[tuple[UUID, bytes], UUID] = {}
    for row in found:
        if row["case_id"] is None:
            continue
        said = rows.text("message", "sealed", row["id"], row["sealed"])
        if said != ERASED:
            kept |= {(row["case_id"], word(rows, one)): row["id"] for one in search.words_of(said)}
    _keep(rows, kept)
    _come_to(rows, "message", mark, found)
    return len(found) < most


def _cases(rows: Rows, most: int) -> bool:
    _, mark = _mark(rows, "case")
    found = rows.all(
        "select id, number from cases where practice = %s and id > %s order by id limit %s", (rows.practice, mark, most)
    )
    kept: dict[tuple[UUID, bytes], UUID] = {}
    for row in found:
        digits = search.digits_of(rows.text("cases", "number", row["id"], row["number"]))
        if len(digits) >= 4:
            kept[row["id"], tail(rows, digits[-4:])] = row["id"]
    _keep(rows, kept)
    _come_to(rows, "case", mark, found)
    return len(found) < most


def _keep(rows: Rows, kept: dict[tuple[UUID, bytes], UUID]) -> None:
    if kept:
        # In one order, whoever writes.
        pairs = sorted(kept)
        rows.run(
            KEEP, (rows.practice, [one[0] for one in pairs], [one[1] for one in pairs], [kept[one] for one in pairs])
        )


def _people(rows: Rows, most: int) -> bool:
    at, mark = _mark(rows, "person")
    found = rows.all(
        "select id, sealed, changed_at from person where practice = %s and (changed_at, id) > (%s, %s) "
        "order by changed_at, id limit %s",
        (rows.practice, at, mark, most),
    )
    _names(rows, found)
    if found:
        _come(rows, "person", found[-1]["changed_at"], found[-1]["id"])
    return len(found) < most


def _names(rows: Rows, found: list[Row]) -> None:
    ids = [row["id"] for row in found]
    if not ids:
        return
    pairs: set[tuple[UUID, bytes]] = set()
    for row in found:
        who = str(rows.record("person", "sealed", row["id"], row["sealed"]).get("name") or "")
        pairs |= {(row["id"], name(rows, one)) for one in search.name_words(who)}
    for row in rows.all(
        "select person, number_index, sealed from phone where practice = %s and person = any(%s)", (rows.practice, ids)
    ):
        place = f"{row['person']}:{bytes(row['number_index']).hex()}"
        digits = search.digits_of(rows.text("phone", "sealed", place, row["sealed"]))
        if len(digits) >= 4:
            pairs.add((row["person"], tail(rows, digits[-4:])))
    rows.run("delete from name_index where practice = %s and person = any(%s)", (rows.practice, ids))
    listed = sorted(pairs)
    rows.run(
        "insert into name_index (practice, person, digest) select %s, * from unnest(%s::uuid[], %s::bytea[])",
        (rows.practice, [one[0] for one in listed], [one[1] for one in listed]),
    )
