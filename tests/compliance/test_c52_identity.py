"""C52: name and birth date before anything is shown; five tries an hour; a social security number has no place.

A page that shows records asks for a code sent to the number on file as well, and each try is written down. How staff make
sure of somebody on the phone is tried in tests/web/test_web_callback.py.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from desk import MARIA, SHARED, Desk
from django.test import Client
from secure_story import left, opened

from ringback.engine import clock
from ringback.store import tables

RIGHT = {"step": "ask", "name": "maria lopez", "birth_date": "1984-07-21"}


def shows(answer: object) -> bool:
    """Whether the page let somebody in."""
    return 'name="pass"' in answer.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "says",
    [
        {"name": "maria lopez"},
        {"birth_date": "1984-07-21"},
        {"name": "maria lopez", "birth_date": "1984-07-22"},
        {"name": "maria otero", "birth_date": "1984-07-21"},
        {"name": "maria", "birth_date": "1984-07-21"},
        {"name": "linh nguyen", "birth_date": "1979-03-30"},
    ],
)
def test_one_identifier_or_a_wrong_one_opens_nothing(desk: Desk, says: dict[str, str]) -> None:
    client, link = Client(), desk.link(desk.text(MARIA, "CHANGE"))
    answer = client.post(link, {"step": "ask", **says})
    assert not shows(answer) and "Your visit" not in answer.content.decode()


def test_both_right_open_it_and_the_visit_is_shown_only_then(desk: Desk) -> None:
    client, link = Client(), desk.link(desk.text(MARIA, "CHANGE"))
    assert "Your visit" not in client.get(link).content.decode()
    answer = client.post(link, RIGHT)
    assert shows(answer) and "Your visit now" in answer.content.decode()


def test_five_wrong_ones_lock_it_for_an_hour_also_for_the_right_one(desk: Desk) -> None:
    client, link = Client(), desk.link(desk.text(MARIA, "CHANGE"))
    for day in range(1, 6):
        client.post(link, {**RIGHT, "birth_date": f"1990-01-0{day}"})
    assert not shows(client.post(link, RIGHT))
    clock.move(timedelta(minutes=61))
    assert shows(client.post(link, RIGHT))


def test_who_shares_a_phone_sees_only_their_own(desk: Desk) -> None:
    client, link = Client(), desk.link(desk.text(SHARED, "BOOK"))
    seen = client.post(link, {"step": "ask", "name": "linh nguyen", "birth_date": "1979-03-30"}).content.decode()
    assert 'name="pass"' in seen and "Minh" not in seen and "2012" not in seen


def test_there_is_no_column_for_a_social_security_number(desk: Desk) -> None:
    columns = desk.rows("select table_name, column_name from information_schema.columns where table_schema = 'public'")
    assert len(columns) > 300 and not [one for one in columns if re.search(r"\bssn\b|social|tax_id", one[1], re.I)]
    assert not any("ssn" in column for columns in tables.SEALED.values() for column in columns)


def test_records_need_the_code_on_the_phone_as_well_and_each_try_is_written_down(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    answer = Client().post(link, RIGHT)
    desk.fold()
    assert "potassium" not in answer.content.decode() and not shows(answer)
    assert not shows(Client().post(link, {"step": "code", "code": "12"}))
    assert "potassium" in opened(desk, case, link)
    told = [row[0] for row in desk.rows("select body from audit") if "secure." in row[0] and str(case) in row[0]]
    assert (
        sum("secure.name_and_birth_date" in one for one in told) == 2 and sum("secure.code" in one for one in told) == 2
    )


def test_five_wrong_ones_lock_a_thread_for_an_hour(desk: Desk, browse) -> None:
    _, link = left(desk, browse)
    for day in range(1, 6):
        Client().post(link, {**RIGHT, "birth_date": f"1990-01-0{day}"})
    before = desk.rows("select count(*) from secure_code")
    Client().post(link, RIGHT)
    assert desk.rows("select count(*) from secure_code") == before
