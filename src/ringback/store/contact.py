"""How a patient wants to be reached, by their own choice: language, texts or calls, and the best time.

The language stands with the person, the rest in the ledger of preferences, so that it holds at the gate and can be proved.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from ringback.core.consent import ELSEWHERE
from ringback.store import audit, ledgers
from ringback.store.access import Row, Rows

WAYS: Final = ("by_text", "by_phone")


def of(rows: Rows, person: UUID, index: bytes) -> Row:
    """What holds now: `lang`, `way` and `when` (empty when it was never said)."""
    found = rows.one("select lang from person where practice = %s and id = %s", (rows.practice, person))
    level = _last(rows, index, "text")
    spoken = _last(rows, index, "voice")
    when = ""
    if spoken is not None and spoken["sealed"] is not None:
        when = rows.record("preference_entry", "sealed", spoken["id"], spoken["sealed"]).get("words", "")
    by_phone = level is not None and level["level"] == ELSEWHERE
    return {"lang": found["lang"] if found else "", "way": "by_phone" if by_phone else "by_text", "when": when}


def choose(rows: Rows, person: UUID, index: bytes, *, lang: str, way: str, when: str, by: str, now: datetime) -> None:
    """Keep a choice; what did not change is not written again."""
    before = of(rows, person, index)
    if lang != before["lang"]:
        rows.run(
            "update person set lang = %s, changed_at = %s where practice = %s and id = %s",
            (lang, now, rows.practice, person),
        )
        audit.write(
            rows, act="change", what="person.language", object=f"person:{person}", by="patient", role="patient",
            detail={"lang": lang},
        )  # fmt: skip
    if way != before["way"]:
        level = ELSEWHERE if way == "by_phone" else "neutral_only"
        ledgers.prefer(rows, index, level=level, now=now, by=by, role="patient", source="patient", lang=lang)
    if when != before["when"]:
        ledgers.prefer(
            rows, index, level="neutral_only", channel="voice", now=now, by=by, role="patient", source="patient",
            words=when, lang=lang,
        )  # fmt: skip


def _last(rows: Rows, index: bytes, channel: str) -> Row | None:
    return rows.one(
        "select id, level, sealed from preference_entry where practice = %s and number_index = %s and channel = %s "
        "order by at desc, id desc limit 1",
        (rows.practice, index, channel),
    )
