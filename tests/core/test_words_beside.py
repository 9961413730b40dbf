"""Danger said beside, or in the words of, a figure of speech, a bill, a denial or an old story still pages."""

from __future__ import annotations

import pytest

from ringback.core.words import read
from ringback.core.words.urgent_figures import IDIOMS, OFFICE

MEANT = """
please call my husband collapsed
he got up and collapsed
my dad can’t talk right
my dad can't talk right and seems off
he hit me with a bat
he beat me to a pulp
he got shot in the arm
Bill had a heart attack
the bill came and he had a heart attack
worst headache with the vision going
headache with a stiff neck
can't catch my breath after walking to the kitchen
severe pain in my neck and left arm
pay attention call 911
car accident my wife is dying
No she has chest pain
no, my chest hurts
not sure what to do he had a seizure
he had a stroke last year and his mouth is drooping
took pills overdose
i don't want to die
"""
DENIED = """
no chest pain or shortness of breath
she is not having a seizure
he denies chest pain
never had a stroke
sin dolor de pecho
"""
IDIOM = """
I'm dying to get in
this wait is killing me
your hold music is killing me
lol dead
that bill gave me a heart attack
allergic reaction to the bill
me muero de hambre
"""
OFFICE_TALK = """
ER bill question
urgent care bill
question about a charge from the ambulance
update my emergency contact and pay my bill
i have a plan with blue cross, is it covered
"""


@pytest.mark.parametrize("text", MEANT.strip().splitlines())
def test_danger_is_not_hidden_by_the_words_around_it(text: str) -> None:
    reading = read(text)
    assert reading.urgent and reading.attention == "page"


@pytest.mark.parametrize("text", [*DENIED.strip().splitlines(), *IDIOM.strip().splitlines()])
def test_what_is_denied_or_a_figure_of_speech_wakes_nobody_but_is_read_by_a_person(text: str) -> None:
    reading = read(text)
    assert not reading.urgent and reading.attention == "person"


@pytest.mark.parametrize("text", OFFICE_TALK.strip().splitlines())
def test_office_talk_is_routine(text: str) -> None:
    assert read(text).attention == "routine"


@pytest.mark.parametrize("line", [*OFFICE.strip().splitlines(), *IDIOMS.strip().splitlines()])
def test_a_figure_of_speech_reaches_over_no_other_words(line: str) -> None:
    assert not {"*", "**", "&"}.intersection(line.split()), "a gap would hide 'call, my husband collapsed'"


@pytest.mark.parametrize(
    "text",
    ["他不能呼吸", "НЕ МОГУ ДЫШАТЬ", "숨을 못 쉬어요", "لا أستطيع التنفس", "Tôi bị đau ngực", "não consigo respirar"],
)
def test_plain_words_of_danger_in_other_languages_page(text: str) -> None:
    assert read(text).urgent
