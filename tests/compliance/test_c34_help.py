"""C34: HELP is answered with who we are, how to reach us, STOP and 911, at any hour; not to a number that said stop."""

from __future__ import annotations

import pytest
from desk import STRANGE, Desk
from sending import goes, texts


@pytest.mark.parametrize("word", ["HELP", "info", "ayuda"])
def test_help_says_who_how_and_911(desk: Desk, word: str) -> None:
    case = desk.text(STRANGE, word)
    assert goes(desk) == ["help"]
    (body,) = desk.bodies(case)
    rates, often = ("tarifas", "Frecuencia") if word == "ayuda" else ("rates", "frequency")
    for said in ("Maple Family", "202-555-0100", "STOP", "911", rates, often):
        assert said in body, said


def test_it_is_answered_when_the_practice_is_closed(desk: Desk) -> None:
    desk.change("""update location set hours = '{"week": [[], [], [], [], [], [], []], "closed": []}'""")
    desk.change("update practice set version = version + 1")
    desk.text(STRANGE, "HELP")
    assert goes(desk) == ["help"]


def test_a_number_that_said_stop_gets_none(desk: Desk) -> None:
    desk.text(STRANGE, "STOP")
    goes(desk)
    desk.text(STRANGE, "HELP")
    assert goes(desk) == [] and "help" not in {one[0] for one in texts(desk, STRANGE) if one[1] != "denied"}
