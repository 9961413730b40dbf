"""Keys of callers and people: one a practice and number, one a practice and person, made and loaded a batch at a time.

Every value of a caller is sealed with the key of their number, so that destroying that key shreds the caller and nobody
else (decision 15, C18). Once the directory says that a number is one person's alone, that person's key wraps the
number's. When it says something else later (the number became another's, or shared), the key is ended: it still opens
what it sealed, and the number takes a new one, so that erasing one person never takes another's words along.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, AsyncCursor
from uuid_utils.compat import uuid7

from ringback.store import arrays, crypt
from ringback.store.keys import BadKey, Key, Keyring

Number = tuple[int, bytes]
Loaded = tuple[int, UUID, bytes, bytes, UUID | None, bytes | None]
COLUMNS = "k.practice, k.id, k.number_index, k.wrapped, k.person_key, p.wrapped"
PERSON = "left join person_key p on p.practice = k.practice and p.id = k.person_key"
# One statement loads the present keys of a batch's numbers and makes those that are missing. A number that another
# transaction makes a key for meanwhile is not among the answers and is asked about again (`told`).
ENSURE = f"""
with given as (
  select * from unnest(%s::int[], %s::bytea[], %s::uuid[], %s::int[], %s::bytea[])
    as g(practice, number_index, id, under, wrapped)
), made as (
  insert into caller_key (practice, id, number_index, under, wrapped, made_at)
  select practice, id, number_index, under, wrapped, %s from given where id is not null
  on conflict (practice, number_index) where ended_at is null do nothing
  returning practice, id, number_index, wrapped
)
select practice, id, number_index, wrapped, null::uuid, null::bytea from made
union all
select {COLUMNS} from given g
join caller_key k on k.practice = g.practice and k.number_index = g.number_index and k.ended_at is null {PERSON}
"""
# Keys by id, of callers and of people: what values of format 2 name. A destroyed key is not among the answers.
BY_ID = f"""
with given as (select * from unnest(%s::int[], %s::uuid[]) as g(practice, id))
select {COLUMNS} from given g join caller_key k on k.practice = g.practice and k.id = g.id and k.destroyed_at is null {PERSON}
union all
select p.practice, p.id, ''::bytea, p.wrapped, null, null from given g
join person_key p on p.practice = g.practice and p.id = g.id and p.destroyed_at is null
"""
# A live key whose person's key is not there (a key file that was only partly restored) opens nothing any more.
ORPHANS = """
update caller_key k set wrapped = '', destroyed_at = %s, ended_at = %s
from unnest(%s::int[], %s::bytea[]) as g(practice, number_index)
where k.practice = g.practice and k.number_index = g.number_index and k.ended_at is null and k.person_key is not null
  and not exists (select 1 from person_key p where p.practice = k.practice and p.id = k.person_key and p.destroyed_at is null)
"""


def _proposals(ring: Keyring, numbers: Iterable[Number], now: datetime) -> tuple[Any, ...]:
    """New keys for these numbers, in the one order in which every transaction writes them; none is proposed for a number
    that had one a moment ago."""
    wanted = sorted(set(numbers))
    ids = [None if number in ring.numbers else uuid7() for number in wanted]
    boxes = [
        crypt.seal(ring, practice, "caller_key", "wrapped", id_, secrets.token_bytes(32)) if id_ is not None else None
        for (practice, _), id_ in zip(wanted, ids, strict=True)
    ]
    return (
        arrays.ints([number[0] for number in wanted]),
        arrays.blobs([number[1] for number in wanted]),
        arrays.uuids(ids),
        arrays.ints([int.from_bytes(box[1:3], "big") if box is not None else None for box in boxes]),
        arrays.blobs(boxes),
        now,
    )


def _ids(wanted: Iterable[Number]) -> tuple[str, str]:
    listed = sorted(set(wanted))
    return arrays.ints([one[0] for one in listed]), arrays.uuids([one[1].hex() for one in listed])


def taken(ring: Keyring, rows: Iterable[Sequence[Any]]) -> dict[Number, Key]:
    """Unwrap loaded rows into the ring; the keys by practice and number (those of people by their empty digest).

    What cannot be unwrapped because its person's key is gone is passed over; raises `BadKey` for a row that was changed.
    """
    found: dict[Number, Key] = {}
    for practice, id_, index, wrapped, person, person_wrapped in rows:
        cipher = ring.held(practice, id_.bytes)
        if cipher is not None:
            found[(practice, bytes(index))] = Key(id_.bytes, cipher)
            continue
        try:
            if person is not None and ring.held(practice, person.bytes) is None:
                if not person_wrapped:
                    continue
                key = crypt.open_(ring, practice, "person_key", "wrapped", person, bytes(person_wrapped))
                ring.hold(practice, person.bytes, key)
            table = "caller_key" if index else "person_key"
            key = crypt.open_(ring, practice, table, "wrapped", id_, bytes(wrapped))
        except crypt.Unreadable:
            raise BadKey(f"a caller's key of practice {practice} was changed, or its data key is gone") from None
        found[(practice, bytes(index))] = ring.hold(practice, id_.bytes, key)
    return found


# ---- the engine ------------------------------------------------------------------------------------------------------


async def ask(
    connection: AsyncConnection[Any], ring: Keyring, numbers: Iterable[Number], now: datetime
) -> AsyncCursor[Any]:
    """Ask for the present keys of these numbers, making those that are missing: one statement, fit for a pipeline."""
    return await connection.execute(ENSURE, _proposals(ring, numbers, now), prepare=True)


async def told(
    connection: AsyncConnection[Any],
    ring: Keyring,
    cursor: AsyncCursor[Any],
    numbers: Collection[Number],
    now: datetime,
) -> dict[Number, Key]:
    """What `ask` found: a key for each number."""
    found = taken(ring, await cursor.fetchall())
    for _ in range(2):
        missing = [number for number in numbers if number not in found]
        if not missing:
            ring.remember(found)
            return found
        ring.numbers.difference_update(missing)
        await connection.execute(ORPHANS, _orphans(missing, now))
        found |= taken(ring, await (await ask(connection, ring, missing, now)).fetchall())
    if any(number not in found for number in numbers):
        raise BadKey("a number has no key and takes none")
    return found


async def fetch(connection: AsyncConnection[Any], ring: Keyring, values: Iterable[tuple[int, bytes | None]]) -> None:
    """Load the keys that these sealed values (practice, value) name and the ring does not hold; nothing to load asks nothing."""
    wanted = _lacking(ring, values)
    if wanted:
        taken(ring, await (await connection.execute(BY_ID, _ids(wanted), prepare=True)).fetchall())


def _orphans(numbers: Collection[Number], now: datetime) -> tuple[Any, ...]:
    return now, now, arrays.ints([n[0] for n in numbers]), arrays.blobs([n[1] for n in numbers])


def _lacking(ring: Keyring, values: Iterable[tuple[int, bytes | None]]) -> list[Number]:
    named = {(practice, crypt.key_of(value)) for practice, value in values if value is not None}
    return [(practice, id_) for practice, id_ in named if id_ is not None and ring.held(practice, id_) is None]


# ---- pages, imports, commands ----------------------------------------------------------------------------------------


def ensure(
    connection: psycopg.Connection[Any], ring: Keyring, practice: int, indexes: Iterable[bytes], now: datetime
) -> dict[bytes, Key]:
    """The present keys of these numbers, made where there are none. Within a transaction that names the practice."""
    numbers = {(practice, index) for index in indexes}
    found: dict[Number, Key] = {}
    for attempt in range(3):
        missing = [number for number in numbers if number not in found]
        if not missing:
            break
        with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
            if attempt:
                ring.numbers.difference_update(missing)
                cursor.execute(ORPHANS, _orphans(missing, now))
            found |= taken(ring, cursor.execute(ENSURE, _proposals(ring, missing, now)).fetchall())
    else:
        if len(found) < len(numbers):
            raise BadKey(f"a number of practice {practice} has no key and takes none")
    return {index: key for (_, index), key in found.items()}


def load(connection: psycopg.Connection[Any], ring: Keyring, practice: int, ids: Iterable[bytes]) -> set[bytes]:
    """Load keys of callers and people by id, asking the table whatever the ring holds; those that are gone are dropped
    from the ring and given back."""
    wanted = set(ids)
    if not wanted:
        return set()
    with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
        rows = cursor.execute(BY_ID, _ids((practice, id_) for id_ in wanted)).fetchall()
    taken(ring, rows)
    gone = wanted - {row[1].bytes for row in rows if row[4] is None or row[5]}
    for id_ in gone:
        ring.drop(practice, id_)
    return gone


def opened(connection: psycopg.Connection[Any], ring: Keyring, practice: int, values: Iterable[Any]) -> None:
    """Load the keys that these sealed values name, so that `crypt.open_` opens them."""
    load(connection, ring, practice, {id_ for value in values if value and (id_ := crypt.key_of(bytes(value)))})


PEOPLE = """
with given as (
  select * from unnest(%s::uuid[], %s::uuid[], %s::int[], %s::bytea[]) as g(person, id, under, wrapped)
), made as (
  insert into person_key (practice, id, person, under, wrapped, made_at)
  select %s, id, person, under, wrapped, %s from given
  on conflict (practice, person) where destroyed_at is null do nothing returning id, person, wrapped
)
select id, person, wrapped from made
union all
select k.id, k.person, k.wrapped from given g
join person_key k on k.practice = %s and k.person = g.person and k.destroyed_at is null
"""


def ensure_people(
    connection: psycopg.Connection[Any], ring: Keyring, practice: int, people: Iterable[UUID], now: datetime
) -> dict[UUID, Key]:
    """The keys of these people, made where there are none. Who changes people holds the directory's lock."""
    wanted = sorted(set(people))
    if not wanted:
        return {}
    ids = [uuid7() for _ in wanted]
    boxes = [crypt.seal(ring, practice, "person_key", "wrapped", id_, secrets.token_bytes(32)) for id_ in ids]
    given = (
        arrays.uuids(wanted), arrays.uuids(ids), arrays.ints([int.from_bytes(box[1:3], "big") for box in boxes]),
        arrays.blobs(boxes), practice, now, practice,
    )  # fmt: skip
    with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
        rows = cursor.execute(PEOPLE, given).fetchall()
    found = {}
    for id_, person, wrapped in rows:
        cipher = ring.held(practice, id_.bytes)
        if cipher is not None:
            found[person] = Key(id_.bytes, cipher)
        else:
            key = crypt.open_(ring, practice, "person_key", "wrapped", id_, bytes(wrapped))
            found[person] = ring.hold(practice, id_.bytes, key)
    return found


def settle(
    connection: psycopg.Connection[Any],
    ring: Keyring,
    practice: int,
    owners: Mapping[bytes, Collection[UUID]],
    now: datetime,
) -> dict[bytes, Key]:
    """Bring the keys of these numbers in line with whose they are, by the directory; their present keys.

    A number nobody was known for and that is one person's now: its key is wrapped by theirs. A number that changed hands,
    became shared or ceased to be: its key is ended and a new one begins. A number that is nobody's any more stays as it is.
    """
    people = ensure_people(
        connection, ring, practice, {one for them in owners.values() if len(them) == 1 for one in them}, now
    )
    with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
        present = {
            bytes(row[0]): row[1:]
            for row in cursor.execute(
                "select k.number_index, k.id, k.shared, k.person_key, k.wrapped, p.wrapped, p.person from caller_key k "
                f"{PERSON} where k.practice = %s and k.number_index = any(%s) and k.ended_at is null for update of k",
                (practice, list(owners)),
            ).fetchall()
        }
        ended, wrapped, made = [], [], []
        for index, them in sorted(owners.items()):
            key = people[next(iter(them))] if len(them) == 1 else None
            found = present.get(index)
            if found is not None:
                id_, shared, person_key, box, _, person = found
                if not them or (person in them if key is not None else shared):
                    continue
                if person_key is None and not shared and key is not None:
                    plain = crypt.open_(ring, practice, "caller_key", "wrapped", id_, bytes(box))
                    wrapped.append((*_wrapped(ring, practice, id_, plain, key), practice, id_))
                    continue
                if person_key is None and not shared:
                    cursor.execute(
                        "update caller_key set shared = true where practice = %s and id = %s", (practice, id_)
                    )
                    continue
                ended.append(id_)
            if them:
                id_ = uuid7()
                plain = secrets.token_bytes(32)
                made.append((practice, id_, index, len(them) > 1, now, *_wrapped(ring, practice, id_, plain, key)))
        cursor.execute(
            "update caller_key set ended_at = %s where practice = %s and id = any(%s)", (now, practice, ended)
        )
        cursor.executemany(
            "update caller_key set wrapped = %s, under = %s, person_key = %s where practice = %s and id = %s", wrapped
        )
        cursor.executemany(
            "insert into caller_key (practice, id, number_index, shared, made_at, wrapped, under, person_key) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (practice, number_index) where ended_at is null do nothing",
            made,
        )
    return ensure(connection, ring, practice, owners, now)


def _wrapped(
    ring: Keyring, practice: int, id_: UUID, plain: bytes, person: Key | None
) -> tuple[bytes, int | None, UUID | None]:
    """A caller's key wrapped by their person's key, or else by the practice's data key: `wrapped`, `under`, `person_key`."""
    box = crypt.seal(ring, practice, "caller_key", "wrapped", id_, plain, person)
    if person is not None:
        return box, None, UUID(bytes=person.id)
    return box, int.from_bytes(box[1:3], "big"), None
