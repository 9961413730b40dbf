"""C63: every page a patient opens says in fifteen languages that help with language is free.

Not here: the lines were not reviewed by qualified translators (they follow the federal sample), the list is the whole
country's and not each state's, and texts and greetings say it only where the practice words them so.
"""

from __future__ import annotations

import re
import unicodedata

import pytest
from desk import MAPLE, MARIA, Desk
from django.test import Client

from ringback.core.words.availability import REVIEWED, SOURCE, TAGS

RIGHT = {"step": "ask", "name": "maria lopez", "birth_date": "1984-07-21"}


def test_fifteen_languages_each_in_its_own_script_with_where_it_is_from() -> None:
    assert len(TAGS) == 15 and not REVIEWED and SOURCE.startswith("https://www.hhs.gov/")
    scripts = {"zh": "CJK", "ko": "HANGUL", "ru": "CYRILLIC", "ar": "ARABIC", "fa": "ARABIC", "hi": "DEVANAGARI"}
    for code, script in scripts.items():
        letters = [one for one in TAGS[code].words if one.isalpha()]
        assert sum(unicodedata.name(one).startswith(script) for one in letters) > len(letters) / 2, code
    assert {code for code, tag in TAGS.items() if tag.right_to_left} == {"ar", "fa"}
    assert len({tag.words for tag in TAGS.values()}) == 15


@pytest.mark.parametrize("lang", ["en", "es"])
def test_each_page_of_a_patient_says_it(desk: Desk, lang: str) -> None:
    link, client = desk.link(desk.text(MARIA, "BOOK")), Client()
    pages = [
        client.get(f"{link}?lang={lang}"), client.post(link, {**RIGHT, "lang": lang}),
        client.post(link, {"step": "stop", "lang": lang}), client.get(f"/p/{MAPLE}/{'A' * 22}?lang={lang}"),
    ]  # fmt: skip
    for page in pages:
        body = page.content.decode()
        for code, tag in TAGS.items():
            direction = ' dir="rtl"' if tag.right_to_left else ""
            assert f'<li lang="{code}"{direction}>' in body, code
        plain = body.replace("&#x27;", "'")
        assert all(tag.words in plain for tag in TAGS.values())
        assert re.search(r'<details class="languages"><summary[^>]*>\S', body), "it opens without a script"
