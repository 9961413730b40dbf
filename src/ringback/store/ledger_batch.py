"""What a batch of the engine writes into the ledgers: stops, their lifting, and the ground of each first text, set-based.

A stop is one statement whoever says it: it blocks the number where it is not blocked yet, ends its consents, and keeps the
entry. Pages use the same statements (store/ledgers.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg import AsyncConnection

from ringback.core import consent
from ringback.store import arrays

Statement = tuple[str, tuple[Any, ...]]
GIVEN = """
given as (
  select * from unnest(%s::int[], %s::uuid[], %s::bytea[], %s::text[], %s::boolean[], %s::timestamptz[], %s::text[],
    %s::text[], %s::text[], %s::text[], %s::bytea[])
    as g(practice, id, number_index, source, wrong_number, at, "by", evidence, evidence_hash, lang, sealed)
), kept as (
  insert into suppression_entry (practice, id, number_index, kind, source, wrong_number, at, "by", evidence,
    evidence_hash, lang, sealed)
  select practice, id, number_index, %s, source, wrong_number, at, "by", evidence, evidence_hash, lang, sealed from given
)
"""
STOP = f"""
with {GIVEN}, blocked as (
  insert into suppression (practice, id, number_index, source, wrong_number, at)
  select practice, id, number_index, source, wrong_number, at from given g where not exists (
    select 1 from suppression s where s.practice = g.practice and s.number_index = g.number_index and s.lifted_at is null)
), ended as (
  update consent c set revoked_at = g.at from given g where c.practice = g.practice and c.number_index = g.number_index
    and c.revoked_at is null returning c.practice, c.number_index, c.category, c.method, g.id, g.at, g.source, g."by"
)
insert into consent_entry (practice, id, number_index, kind, category, method, at, source, "by")
select practice, gen_random_uuid(), number_index, 'revoked', category, method, at, 'stop:' || id, "by" from ended
"""
LIFT = f"""
with {GIVEN}
update suppression s set lifted_at = g.at, lifted_by = coalesce(nullif(g."by", ''), g.source) from given g
where s.practice = g.practice and s.number_index = g.number_index and s.lifted_at is null
"""
ASKED = f"""
with {GIVEN}
update suppression s set asked_at = g.at from given g
where s.practice = g.practice and s.number_index = g.number_index and s.lifted_at is null
"""
SQL = {"stop": STOP, "lift": LIFT, "asked": ASKED}
GRANT = """
insert into consent_entry (practice, id, number_index, kind, category, method, wording, wording_hash, lang, at, source)
select practice, id, number_index, 'granted', %s, 'greeting_notice', wording, wording_hash, lang, at, source
from unnest(%s::int[], %s::uuid[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[])
  as g(practice, id, number_index, wording, wording_hash, lang, at, source)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A stop, the lifting of one, or that we asked for the lifting: one entry of the suppression ledger.

    `evidence` names what shows it (`message:<id>`, `case:<id>`), `evidence_hash` is the digest of it.
    """

    practice: int
    id: UUID
    index: bytes
    kind: Literal["stop", "lift", "asked"]
    source: str
    at: datetime
    by: str = ""
    wrong_number: bool = False
    evidence: str = ""
    evidence_hash: str = ""
    lang: str = ""
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """A first text goes on the ground of the line's greeting: which wording of it, and the case whose call heard it."""

    practice: int
    id: UUID
    index: bytes
    wording: str
    wording_hash: str
    lang: str
    at: datetime
    source: str


def rounds(entries: Sequence[Said]) -> Iterator[list[Said]]:
    """The entries in sets of one kind that may be written at once, so that each number's come in their order."""
    left = list(entries)
    while left:
        kind = left[0].kind
        now: list[Said] = []
        later: list[Said] = []
        seen: set[tuple[int, bytes]] = set()
        for one in left:
            key = (one.practice, one.index)
            (now if one.kind == kind and key not in seen else later).append(one)
            seen.add(key)
        yield now
        left = later


def statements(entries: Sequence[Said]) -> Iterator[Statement]:
    """What writes these entries and makes the block follow them, in order."""
    for one in rounds(entries):
        yield (
            SQL[one[0].kind],
            (
                arrays.ints([e.practice for e in one]),
                arrays.uuids([e.id for e in one]),
                arrays.blobs([e.index for e in one]),
                arrays.texts([e.source for e in one]),
                arrays.bools([e.wrong_number for e in one]),
                arrays.moments([e.at for e in one]),
                arrays.texts([e.by for e in one]),
                arrays.texts([e.evidence for e in one]),
                arrays.texts([e.evidence_hash for e in one]),
                arrays.texts([e.lang for e in one]),
                arrays.blobs([e.sealed for e in one]),
                one[0].kind,
            ),
        )


async def write(
    connection: AsyncConnection[Any], entries: Sequence[Said] = (), noticed: Sequence[Noticed] = ()
) -> None:
    """A batch of the engine: what people said, and the grounds of first texts."""
    for sql, values in statements(entries):
        await connection.execute(sql, values)
    if noticed:
        columns = (
            arrays.ints([e.practice for e in noticed]),
            arrays.uuids([e.id for e in noticed]),
            arrays.blobs([e.index for e in noticed]),
            arrays.texts([e.wording for e in noticed]),
            arrays.texts([e.wording_hash for e in noticed]),
            arrays.texts([e.lang for e in noticed]),
            arrays.moments([e.at for e in noticed]),
            arrays.texts([e.source for e in noticed]),
        )
        await connection.execute(GRANT, (consent.MISSED_CALL, *columns), prepare=True)
