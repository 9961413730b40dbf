"""Searching what is sealed: people by the words of their name, callers by number, cases by the words that were said.

The rule: only keyed digests are compared, whole words alone, all of them (decision 19). A search reads `WINDOW` rows of its
rarest word at most, the newest first, so a word that everybody says costs no more than one that somebody said once.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ringback.core import search
from ringback.core.numbers import e164
from ringback.store import inbox, search_index
from ringback.store.access import Row, Rows

WINDOW = 2000
MOST_CASES = 30
MOST_PEOPLE = 12
# A search reads on before it looks, but not for long: who keeps house does the rest.
CATCH_UP = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found. `whole`: the index had come to the newest words. `cut`: there may be more."""

    people: list[Row]
    cases: list[Row]
    whole: bool
    cut: bool


def find(rows: Rows, typed: str, *, words: bool, numbers: bool) -> Found:
    """Look for what was typed. `words`, `numbers`: whether the visitor reads them; what one does not read is not searched."""
    whole = search_index.catch_up(rows, CATCH_UP)
    digits = search.digits_of(typed)
    people: list[UUID] = []
    cases: list[UUID] = []
    hits: dict[UUID, UUID] = {}
    if digits:
        if numbers and len(digits) == 4:
            digest = search_index.tail(rows, digits)
            people, hits = _people(rows, [digest]), _cases(rows, [digest])
        elif numbers and len(digits) > 4 and (number := e164(typed)):
            people, cases = _of_number(rows, rows.index("phone", number))
    elif words:
        said = search.words_of(typed)
        people = _people(rows, [search_index.name(rows, one) for one in search.name_words(typed)])
        hits = _cases(rows, [search_index.word(rows, one) for one in said]) if said else {}
    listed = list(dict.fromkeys([*cases, *hits]))
    cut = len(listed) > MOST_CASES
    opened = inbox.of_cases(rows, listed[:MOST_CASES])
    shown = [opened[one] for one in listed[:MOST_CASES] if one in opened]
    _with_words(rows, shown, hits)
    return Found(
        people=_opened(rows, people[:MOST_PEOPLE]), cases=shown, whole=whole, cut=cut or len(people) > MOST_PEOPLE
    )


def _cases(rows: Rows, digests: list[bytes]) -> dict[UUID, UUID]:
    """Cases in which all these words stand, newest first, each with the newest message that has the rarest of them."""
    wanted = sorted(set(digests))
    rarest = rows.one(
        "select g.digest from unnest(%s::bytea[]) g(digest) cross join lateral (select count(*) as n from (select 1 from "
        "word_index w where w.practice = %s and w.digest = g.digest limit %s) x) c order by c.n, g.digest limit 1",
        (wanted, rows.practice, WINDOW),
    )
    assert rarest is not None
    first = bytes(rarest["digest"])
    rest = [one for one in wanted if one != first]
    more = "".join(
        f" and exists (select 1 from word_index w{n} where w{n}.practice = w.practice and w{n}.case_id = w.case_id and "
        f"w{n}.digest = %s)"
        for n in range(len(rest))
    )
    found = rows.all(
        "select w.case_id, w.message from (select practice, case_id, message from word_index where practice = %s and "
        f"digest = %s order by message desc limit {WINDOW}) w join cases c on c.practice = w.practice and c.id = w.case_id "
        f"where {rows.sees('c')}{more} order by w.message desc limit {MOST_CASES + 1}",
        (rows.practice, first, *rest),
    )
    return {row["case_id"]: row["message"] for row in found}


def _people(rows: Rows, digests: list[bytes]) -> list[UUID]:
    """People whose names have all these words."""
    wanted = sorted(set(digests))
    if not wanted:
        return []
    rarest = rows.one(
        "select g.digest from unnest(%s::bytea[]) g(digest) cross join lateral (select count(*) as n from (select 1 from "
        "name_index w where w.practice = %s and w.digest = g.digest limit %s) x) c order by c.n, g.digest limit 1",
        (wanted, rows.practice, WINDOW),
    )
    assert rarest is not None
    first = bytes(rarest["digest"])
    rest = [one for one in wanted if one != first]
    more = "".join(
        f" and exists (select 1 from name_index w{n} where w{n}.practice = w.practice and w{n}.person = w.person and "
        f"w{n}.digest = %s)"
        for n in range(len(rest))
    )
    found = rows.all(
        f"select w.person from (select practice, person from name_index where practice = %s and digest = %s "
        f"order by person limit {WINDOW}) w where true{more}{_seen(rows, 'w.person')} order by w.person limit {MOST_PEOPLE + 1}",
        (rows.practice, first, *rest),
    )
    return [row["person"] for row in found]


def _of_number(rows: Rows, index: bytes) -> tuple[list[UUID], list[UUID]]:
    people = rows.all(
        f"select person from phone where practice = %s and number_index = %s{_seen(rows, 'phone.person')} "
        f"order by person limit {MOST_PEOPLE + 1}",
        (rows.practice, index),
    )
    cases = rows.all(
        f"select c.id from cases c where c.practice = %s and c.number_index = %s and {rows.sees('c')} "
        f"order by c.changed_at desc limit {MOST_CASES + 1}",
        (rows.practice, index),
    )
    return [row["person"] for row in people], [row["id"] for row in cases]


def _seen(rows: Rows, person: str) -> str:
    """Who works at some sites only finds the people who called there."""
    sees = rows.sees("c")
    if sees == "true":
        return ""
    return (
        " and exists (select 1 from phone h join cases c on c.practice = h.practice and c.number_index = h.number_index "
        f"where h.practice = {rows.practice} and h.person = {person} and {sees})"
    )


def _opened(rows: Rows, people: list[UUID]) -> list[Row]:
    """People with name, birth date, numbers, and their newest case."""
    found = rows.all(
        "select p.id, p.sealed, p.lang, newest.id as newest, newest.phase, newest.changed_at from unnest(%s::uuid[]) g(id) "
        "join person p on p.practice = %s and p.id = g.id left join lateral (select c.id, c.phase, c.changed_at from phone h "
        "join lateral (select c.id, c.phase, c.changed_at from cases c where c.practice = h.practice and "
        f"c.number_index = h.number_index and {rows.sees('c')} order by c.changed_at desc limit 1) c on true "
        "where h.practice = p.practice and h.person = p.id order by c.changed_at desc limit 1) newest on true",
        (people, rows.practice),
    )
    by: dict[UUID, list[str]] = {}
    for row in rows.all(
        "select person, number_index, sealed from phone where practice = %s and person = any(%s) order by number_index",
        (rows.practice, people),
    ):
        place = f"{row['person']}:{bytes(row['number_index']).hex()}"
        by.setdefault(row["person"], []).append(rows.text("phone", "sealed", place, row["sealed"]))
    for row in found:
        row |= {**rows.record("person", "sealed", row["id"], row["sealed"]), "sealed": None}
        row["numbers"] = by.get(row["id"], [])
    return sorted(found, key=lambda row: search.plain(str(row.get("name") or "")))


def _with_words(rows: Rows, shown: list[Row], hits: dict[UUID, UUID]) -> None:
    """The message that was found stands where a row shows the newest."""
    found = rows.all(
        "select id, case_id, at, kind, sealed from message where practice = %s and id = any(%s)",
        (rows.practice, [hits[row["id"]] for row in shown if row["id"] in hits]),
    )
    said = {row["case_id"]: row for row in found}
    for row in shown:
        if row["id"] in said:
            one = said[row["id"]]
            row["newest"], row["newest_at"] = one["kind"], one["at"]
            row["snippet"] = rows.text("message", "sealed", one["id"], one["sealed"])
