"""The ledgers of consent, preference and suppression: every change of what may be sent to a number is written down here,
in the transaction that makes it, and the tables the hot path reads are changed by the same statement.

One stop is one statement whoever says it: a text (the engine hands over a batch), or anything staff and pages take down
(`revoke`). It blocks the number, ends its consents and keeps the person's words, sealed. A block is keyed by the number's
digest: no merge, erasure or import reaches it (C28, C32, C35).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.core import consent
from ringback.core.events import OptedOut
from ringback.store import audit
from ringback.store.access import Rows
from ringback.store.ledger_batch import Said, statements
from ringback.store.submit import submit


class NoWords(ValueError):
    """A block is lifted by the person only: their own words are not recorded."""


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
