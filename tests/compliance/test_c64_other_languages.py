"""C64: what is written in a language we do not read goes to a person with an interpreter's mark, never away.

Not here: opt-outs and urgent words are found by rule in some of these languages only; the rest is a person's to read.
"""

from __future__ import annotations

import pytest
from desk import STRANGE, Desk

from ringback.core import words

ASKS = {
    "ru": "Мне нужна помощь, позвоните", "zh": "我需要预约", "vi": "tôi không muốn hẹn", "fr": "bonjour je suis malade avec des",
    "pt": "preciso de uma consulta", "ar": "أحتاج إلى موعد", "ko": "예약이 필요합니다", "ja": "予約をお願いします",
    "ht": "mwen bezwen yon randevou", "hi": "मुझे अपॉइंटमेंट चाहिए", "tl": "kailangan ko po ng salamat sa doktor",
}  # fmt: skip


@pytest.mark.parametrize("lang", sorted(ASKS))
def test_eleven_languages_are_told_and_wait_for_a_person(lang: str) -> None:
    reading = words.read(ASKS[lang])
    assert reading.lang == lang and "language" in reading.intents and reading.attention != "routine"


@pytest.mark.parametrize("lang", ["ru", "zh", "ar", "vi", "ht"])
def test_the_task_says_interpreter(desk: Desk, lang: str) -> None:
    case = desk.text(STRANGE, ASKS[lang])
    kinds = {row[0] for row in desk.rows("select kind from task where case_id = %s and state = 'open'", (case,))}
    assert "interpreter" in kinds


@pytest.mark.parametrize(
    "text", ["Ich brauche einen Termin bitte", "potrzebuję wizyty u lekarza", "ፈጣን እርዳታ", "qwrt zzkp"]
)
def test_what_nobody_can_name_is_never_dropped(desk: Desk, text: str) -> None:
    case = desk.text(STRANGE, text)
    assert desk.rows("select count(*) > 0 from task where case_id = %s and state = 'open'", (case,)) == [(True,)]
    assert desk.state(case)[0] != "closed"


@pytest.mark.parametrize("text", ["no mas", "parar", "dừng lại", "停止", "arrêt"])
def test_a_stop_in_other_languages_is_a_stop(desk: Desk, text: str) -> None:
    desk.text(STRANGE, text)
    assert desk.rows("select count(*) from suppression where lifted_at is null") == [(1,)]


def test_chest_pain_in_chinese_pages_somebody() -> None:
    assert words.read("救命 胸痛").attention == "page"
