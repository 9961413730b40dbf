"""C62: a translation goes out only when a named person reviewed it; English and Spanish are shipped.

Not here: the date of the review is that of publication; wordings are changed in the set-up file, there is no page for it.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from desk import STRANGE, Desk

from ringback.core.gate import decide

sys.path.append(str(Path(__file__).parents[1] / "core"))
from gate_cases import GOOD, NOON, first


def test_english_and_spanish_are_shipped_for_the_same_purposes(desk: Desk) -> None:
    found = desk.rows("select lang, count(distinct purpose) from template group by lang order by lang")
    assert [row[0] for row in found] == ["en", "es"] and found[0][1] == found[1][1]


def spanish(desk: Desk) -> list[tuple[str, str]]:
    case = desk.text(STRANGE, "hola, quiero hablar con alguien de mi factura por favor")
    return [(row[0], row[1]) for row in desk.rows("select lang, verdict from outgoing where case_id = %s", (case,))]


def test_reviewed_it_goes_in_the_persons_language(desk: Desk) -> None:
    found = spanish(desk)
    assert found and all(lang == "es" and verdict != "not_reviewed" for lang, verdict in found)


def test_without_a_reviewer_it_is_not_published(desk: Desk) -> None:
    desk.change("update template set language_reviewer = '' where lang = 'es'")
    desk.change("update practice set version = version + 1")
    found = spanish(desk)
    assert found and all(lang == "en" for lang, _ in found), "until somebody reviewed it, English goes"


def test_the_gate_itself_asks_again() -> None:
    ask = first()
    assert decide(ask, GOOD, NOON).kind == "allow"
    assert decide(ask, replace(GOOD, language_reviewed=False), NOON).code == "not_reviewed"


def test_the_reviewer_is_on_record_beside_the_wording(desk: Desk) -> None:
    found = desk.rows("select distinct language_reviewer, published_at is not null from template where lang = 'es'")
    assert found == [("A certified translator", True)]
