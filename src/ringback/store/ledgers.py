"""The ledgers of consent, preference and suppression: every change of what may be sent to a number is written down here,
in the transaction that makes it, and the tables the hot path reads are changed by the same statement.

One stop is one statement whoever says it: a text (the engine hands over a batch), or anything staff and pages take down
(`revoke`). It blocks the number, ends its consents and keeps the person's words, sealed. A block is keyed by the number's
digest: no merge, erasure or import reaches it (C28, C32, C35).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg import AsyncConnection
from uuid_utils.compat import uuid7

from ringback.core import consent
from ringback.core.events import OptedOut
from ringback.store import arrays, audit
from ringback.store.access import ERASED, Row, Rows
from ringback.store.submit import submit

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


class NoWords(ValueError):
    """A block is lifted by the person only: their own words are not recorded."""


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


# ---- what pages and people take down ---------------------------------------------------------------------------------


def revoke(
    rows: Rows,
    index: bytes,
    *,
    source: str,
    now: datetime,
    by: str,
    role: str = "",
    words: str = "",
    number: str = "",
    evidence: str = "",
    wrong_number: bool = False,
) -> list[UUID]:
    """The person said stop, by whatever way: blocked from now on, consents ended, written down.

    The open case of the number is told (`OptedOut`), so that its waiting texts are cancelled and it ends where nothing
    else is owed; returns those events. The gate denies every text from this commit on, whatever the case does.
    """
    if source not in consent.SOURCES:
        raise ValueError("no such way")
    _said(rows, index, "stop", source, now, by, role, words, number, evidence, wrong_number)
    found = rows.all(
        "select id from cases where practice = %s and number_index = %s and phase <> 'closed'", (rows.practice, index)
    )
    stopped = OptedOut(source=source, at=now)
    return [submit(rows.connection, rows.practice, one["id"], stopped, now, by) for one in found]


def lift(rows: Rows, index: bytes, *, now: datetime, by: str, words: str, role: str = "", number: str = "") -> UUID:
    """Staff lift a block because the person asked for texts again. Raises `NoWords` without the person's words (C33)."""
    if not words.strip():
        raise NoWords("write down what the person said; a block is lifted by the person only")
    return _said(rows, index, "lift", "staff", now, by, role, words, number, "", False)


def asked(rows: Rows, index: bytes, *, now: datetime, by: str, role: str = "", number: str = "") -> UUID:
    """Staff asked the person, who wished it, to text YES; within a day that lifts the block (C33)."""
    return _said(rows, index, "asked", "staff", now, by, role, "", number, "", False)


def _said(
    rows: Rows,
    index: bytes,
    kind: Literal["stop", "lift", "asked"],
    source: str,
    now: datetime,
    by: str,
    role: str,
    words: str,
    number: str,
    evidence: str,
    wrong_number: bool,
) -> UUID:
    row = uuid7()
    entry = Said(
        practice=rows.practice,
        id=row,
        index=index,
        kind=kind,
        source=source,
        at=now,
        by=by,
        wrong_number=wrong_number,
        evidence=evidence,
        sealed=_sealed(rows, "suppression_entry", row, index, now, words=words, number=number),
    )
    for sql, values in statements([entry]):
        rows.run(sql, values)
    _audited(rows, f"suppression.{kind}", index, by, role, {"entry": row.hex, "source": source})
    return row


def grant(
    rows: Rows,
    index: bytes,
    *,
    category: str,
    method: str,
    now: datetime,
    by: str,
    role: str = "",
    wording: consent.Wording | None = None,
    words: str = "",
    number: str = "",
    source: str = "staff",
    lang: str = "en",
    evidence_hash: str = "",
) -> UUID:
    """Write a consent down, with the wording that was read or shown to the person."""
    if category not in consent.CATEGORIES or method not in consent.METHODS:
        raise ValueError("no such category or method")
    row = uuid7()
    if wording is not None:
        _shown(rows, wording, now)
    rows.run(
        "insert into consent_entry (practice, id, number_index, kind, category, method, wording, wording_hash, lang, at, "
        'source, "by", evidence_hash, sealed) values (%s, %s, %s, \'granted\', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)',
        (
            rows.practice, row, index, category, method, wording.name if wording else "", wording.hash if wording else "",
            lang, now, source, by, evidence_hash, _sealed(rows, "consent_entry", row, index, now, words=words, number=number),
        ),
    )  # fmt: skip
    rows.run(
        'insert into consent (practice, id, number_index, category, method, wording, at, "by") '
        "select %s, %s, %s, %s, %s, %s, %s, %s where not exists (select 1 from consent where practice = %s and "
        "number_index = %s and category = %s and revoked_at is null)",
        (
            rows.practice, row, index, category, method, wording.name if wording else "", now, by,
            rows.practice, index, category,
        ),
    )  # fmt: skip
    _audited(rows, "consent.granted", index, by, role, {"entry": row.hex, "category": category, "method": method})
    return row


def withdraw(
    rows: Rows,
    index: bytes,
    *,
    category: str,
    method: str,
    now: datetime,
    by: str,
    role: str = "",
    words: str = "",
    number: str = "",
    source: str = "staff",
) -> UUID:
    """Take one category of consent back; other texts go on. A stop of everything is `revoke`."""
    if category not in consent.CATEGORIES or method not in consent.METHODS:
        raise ValueError("no such category or method")
    row = uuid7()
    rows.run(
        "insert into consent_entry (practice, id, number_index, kind, category, method, at, source, \"by\", sealed) "
        "values (%s, %s, %s, 'revoked', %s, %s, %s, %s, %s, %s)",
        (
            rows.practice, row, index, category, method, now, source, by,
            _sealed(rows, "consent_entry", row, index, now, words=words, number=number),
        ),
    )  # fmt: skip
    rows.run(
        "update consent set revoked_at = %s where practice = %s and number_index = %s and category = %s "
        "and revoked_at is null",
        (now, rows.practice, index, category),
    )
    _audited(rows, "consent.revoked", index, by, role, {"entry": row.hex, "category": category, "method": method})
    return row


def prefer(
    rows: Rows,
    index: bytes,
    *,
    level: str,
    now: datetime,
    by: str,
    role: str = "",
    channel: str = "text",
    warning: consent.Wording | None = None,
    words: str = "",
    alternate: str = "",
    number: str = "",
    source: str = "staff",
    lang: str = "en",
) -> UUID:
    """What a person chose: how much a text may say, or that they want to be reached elsewhere (C31).

    More than neutral needs the warning they were read. It holds from the next look at the gate on, for texts that wait
    too. Going back to neutral is how a choice is taken back.
    """
    if channel not in consent.CHANNELS or level not in (*consent.LEVELS, consent.ELSEWHERE):
        raise ValueError("no such channel or level")
    if level in ("admin_ok", "phi_ok") and warning is None:
        raise ValueError("more than neutral needs the warning that was read to the person")
    row = uuid7()
    if warning is not None:
        _shown(rows, warning, now)
    rows.run(
        "insert into preference_entry (practice, id, number_index, channel, level, warning, warning_hash, lang, at, source, "
        '"by", sealed) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)',
        (
            rows.practice, row, index, channel, level, warning.name if warning else "", warning.hash if warning else "",
            lang, now, source, by,
            _sealed(rows, "preference_entry", row, index, now, words=words, number=number, alternate=alternate),
        ),
    )  # fmt: skip
    if channel == "text":
        _listed(rows, index, "preference", "" if level == "neutral_only" else level, now)
    _audited(rows, "preference", index, by, role, {"entry": row.hex, "channel": channel, "level": level})
    return row


def never(
    rows: Rows,
    index: bytes,
    *,
    on: bool,
    now: datetime,
    by: str,
    role: str = "",
    words: str = "",
    number: str = "",
) -> UUID:
    """Put a number on the do-not-contact list, or take it off: it overrides everything else (C59)."""
    row = uuid7()
    rows.run(
        "insert into preference_entry (practice, id, number_index, channel, level, at, source, \"by\", sealed) "
        "values (%s, %s, %s, 'all', %s, %s, 'staff', %s, %s)",
        (
            rows.practice, row, index, "never" if on else "contact_ok", now, by,
            _sealed(rows, "preference_entry", row, index, now, words=words, number=number),
        ),
    )  # fmt: skip
    _listed(rows, index, "do_not_contact", "on" if on else "", now)
    _audited(rows, "do_not_contact.on" if on else "do_not_contact.off", index, by, role, {"entry": row.hex})
    return row


def _listed(rows: Rows, index: bytes, kind: str, detail: str, now: datetime) -> None:
    rows.run(
        "delete from known_number where practice = %s and number_index = %s and kind = %s", (rows.practice, index, kind)
    )
    if detail:
        rows.run(
            "insert into known_number (practice, number_index, kind, detail, at) values (%s, %s, %s, %s, %s)",
            (rows.practice, index, kind, detail, now),
        )


def attest(rows: Rows, line: int, told: str, *, since: datetime, now: datetime, by: str, role: str = "") -> int | None:
    """A line's greeting says these words since that day: a new version, and the gate lets first texts go from that day on.

    Returns the version; None when there is no such line, ValueError for an empty wording (C36).
    """
    words = told.strip()
    if not words:
        raise ValueError("the greeting's words are missing")
    if rows.one("select 1 as x from line where practice = %s and id = %s for update", (rows.practice, line)) is None:
        return None
    name, day = f"greeting.{line}", since.date()
    rows.run(
        'insert into disclosure (practice, id, version, hash, told, since, at, "by") '
        "select %s, %s, coalesce(max(version), 0) + 1, %s, %s, %s, %s, %s from disclosure where practice = %s and id = %s",
        (rows.practice, name, consent.digest(words), words, day, now, by, rows.practice, name),
    )
    rows.run(
        "update line set greeting = %s, greeting_notice_on = %s where practice = %s and id = %s",
        (words, day, rows.practice, line),
    )
    rows.run("update practice set version = version + 1 where practice = %s", (rows.practice,))
    newest = rows.one("select max(version) as v from disclosure where practice = %s and id = %s", (rows.practice, name))
    assert newest is not None
    audit.write(
        rows, act="change", what="greeting", object=f"line:{line}", by=by, role=role, detail={"version": newest["v"]}
    )
    return int(newest["v"])


def _shown(rows: Rows, wording: consent.Wording, now: datetime) -> None:
    """Keep the words that were shown with the practice: a later version of the program has others."""
    rows.run(
        "insert into disclosure (practice, id, version, hash, lang, told, at) values (%s, %s, %s, %s, %s, %s, %s) "
        "on conflict do nothing",
        (rows.practice, wording.id, wording.version, wording.hash, wording.lang, wording.told, now),
    )


def _sealed(rows: Rows, table: str, row: UUID, index: bytes, now: datetime, **told: str) -> bytes | None:
    kept = {name: value for name, value in told.items() if value}
    # With the key of the number: what somebody said goes with them when they are erased, that they said it stays.
    return rows.seal(table, "sealed", row, json.dumps(kept), rows.of_number(index, now)) if kept else None


def _audited(rows: Rows, what: str, index: bytes, by: str, role: str, detail: dict[str, Any]) -> None:
    audit.write(rows, act="change", what=what, object=f"number:{index.hex()}", by=by, role=role, detail=detail)


# ---- reading ---------------------------------------------------------------------------------------------------------

KINDS = {
    "suppression_entry": "kind, source, wrong_number, evidence, evidence_hash, lang",
    "consent_entry": "kind, category, method, wording, wording_hash, lang, source, evidence_hash",
    "preference_entry": "channel, level, warning, warning_hash, lang, source",
}


def history(rows: Rows, index: bytes) -> list[Row]:
    """Every entry of a number, oldest first, with the person's words in the clear; `ledger` says which one it is of."""
    found: list[Row] = []
    for table, columns in KINDS.items():
        for row in rows.all(
            f'select id, {columns}, at, "by", sealed from {table} where practice = %s and number_index = %s order by at, id',
            (rows.practice, index),
        ):
            told = rows.record(table, "sealed", row["id"], row.pop("sealed"))
            found.append({"ledger": table.removesuffix("_entry"), **row, **told})
    return sorted(found, key=lambda one: (one["at"], str(one["id"])))


def standing(rows: Rows, index: bytes) -> Row:
    """What holds for a number now: `blocked` (the block, or None), `consents`, `level`, `never`."""
    blocked = rows.one(
        "select source, at, wrong_number, asked_at from suppression where practice = %s and number_index = %s "
        "and lifted_at is null order by at desc limit 1",
        (rows.practice, index),
    )
    consents = rows.all(
        'select category, method, wording, at, "by" from consent where practice = %s and number_index = %s '
        "and revoked_at is null order by at",
        (rows.practice, index),
    )
    lists = {
        one["kind"]: one["detail"]
        for one in rows.all(
            "select kind, detail from known_number where practice = %s and number_index = %s", (rows.practice, index)
        )
    }
    return {
        "blocked": blocked,
        "consents": consents,
        "level": lists.get("preference", "neutral_only"),
        "never": "do_not_contact" in lists,
    }


def wordings(rows: Rows, hashes: Iterable[str]) -> list[Row]:
    """The wordings of these hashes, as they were told."""
    return rows.all(
        "select id, version, hash, lang, told, since, at from disclosure where practice = %s and hash = any(%s) "
        "order by id, version",
        (rows.practice, sorted(set(hashes) - {""})),
    )


def blocks(rows: Rows, limit: int = 50) -> list[Row]:
    """The numbers on the do-not-contact list, newest first."""
    return rows.all(
        "select number_index, at from known_number where practice = %s and kind = 'do_not_contact' order by at desc limit %s",
        (rows.practice, limit),
    )


def number_of(rows: Rows, index: bytes) -> str:
    """A number in the clear by its digest, from wherever it is on record; empty when it is nowhere."""
    case = rows.one(
        "select id, number from cases where practice = %s and number_index = %s and number is not null "
        "order by changed_at desc limit 1",
        (rows.practice, index),
    )
    if case is not None:
        return _there(rows.text("cases", "number", case["id"], case["number"]))
    phone = rows.one(
        "select person, sealed from phone where practice = %s and number_index = %s limit 1", (rows.practice, index)
    )
    if phone is not None:
        return _there(rows.text("phone", "sealed", f"{phone['person']}:{index.hex()}", phone["sealed"]))
    return next((one["number"] for one in history(rows, index) if one.get("number")), "")


def _there(told: str) -> str:
    return "" if told == ERASED else told


def known(rows: Rows, index: bytes) -> bool:
    """Whether anything is on record about a number."""
    return (
        rows.one(
            "select 1 as x where exists (select 1 from cases where practice = %(p)s and number_index = %(i)s) "
            "or exists (select 1 from phone where practice = %(p)s and number_index = %(i)s) "
            "or exists (select 1 from suppression_entry where practice = %(p)s and number_index = %(i)s) "
            "or exists (select 1 from consent_entry where practice = %(p)s and number_index = %(i)s) "
            "or exists (select 1 from preference_entry where practice = %(p)s and number_index = %(i)s)",
            {"p": rows.practice, "i": index},  # type: ignore[arg-type]
        )
        is not None
    )
