"""Reading the ledgers: a number's history with the person's words, what holds for it now, the wordings it was told."""

from __future__ import annotations

from collections.abc import Iterable

from ringback.store.access import ERASED, Row, Rows

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
