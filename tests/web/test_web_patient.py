"""The patient's own page behind the link of a text: harmless to open, silent before a name, one winner a time."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from desk import MAPLE, MARIA, SHARED, STRANGE, Desk
from django.test import Client

from ringback.engine import clock

MARIA_SAYS = {"name": "maria lopez", "month": "7", "day": "21", "year": "1984"}
STRANGE_SAYS = {"name": "Jo Ann Field", "birth_date": "1990-02-03"}


def pass_of(body: str) -> str:
    found = re.search(r'name="pass" value="([^"]+)"', body)
    assert found, body
    return found[1]


def slots_of(body: str) -> list[str]:
    return re.findall(r'name="slot" value="([^"]+)"', body)


def let_in(client: Client, link: str, says: dict[str, str]) -> str:
    body = client.post(link, {"step": "ask", **says}).content.decode()
    assert 'data-action="book"' in body or 'data-action="ask"' in body, body
    return body


def test_a_link_scanner_opens_the_page_and_burns_nothing(desk: Desk) -> None:
    case = desk.text(MARIA, "BOOK")
    link, client = desk.link(case), Client()
    before = desk.rows("select * from link")
    for _ in range(3):
        answer = client.get(link)
        body = answer.content.decode()
        assert answer.status_code == 200 and "First, who are you?" in body
        assert not slots_of(body) and "López" not in body and "0143" not in body
    assert "<title>Visit request</title>" in body and answer["X-Robots-Tag"].startswith("noindex")
    assert not answer.cookies
    assert desk.rows("select * from link") == before
    assert slots_of(let_in(client, link, MARIA_SAYS))


def test_the_patient_books_by_her_own_hand(desk: Desk) -> None:
    case = desk.text(MARIA, "BOOK")
    link, client = desk.link(case), Client()
    body = let_in(client, link, MARIA_SAYS)
    slot = slots_of(body)[1]
    done = client.post(link, {"step": "book", "pass": pass_of(body), "slot": slot}).content.decode()
    assert "You are booked" in done and "Main Street" in done
    desk.fold()
    assert desk.state(case) == ("closed", "booked")
    assert desk.rows("select taken_by from slot where id = %s", (UUID(slot),)) == [(case,)]
    [note] = desk.notes(case)
    assert note.startswith("maria lopez, born 1984-07-21, took ")
    # Coming back later she says again who she is and sees what she booked; nothing more is taken.
    again = client.post(link, {"step": "ask", **MARIA_SAYS}).content.decode()
    assert "You are booked" in again
    client.post(link, {"step": "book", "pass": pass_of(body), "slot": slots_of(body)[2]})
    assert desk.rows("select count(*) from slot where taken_by is not null") == [(1,)]


def test_a_change_shows_the_visit_only_to_the_one_whose_it_is(desk: Desk) -> None:
    case = desk.text(MARIA, "CHANGE")
    link, client = desk.link(case), Client()
    body = let_in(client, link, MARIA_SAYS)
    assert "Your visit now" in body and "Choose a new time" in body
    done = client.post(link, {"step": "book", "pass": pass_of(body), "slot": slots_of(body)[0]}).content.decode()
    assert "Your visit is changed" in done
    desk.fold()
    assert desk.state(case) == ("closed", "booked")


@pytest.mark.parametrize(
    "says",
    [
        {**MARIA_SAYS, "name": "Maria"},
        {**MARIA_SAYS, "name": "Someone Else"},
        {**MARIA_SAYS, "year": "1985"},
        {**MARIA_SAYS, "month": "21", "day": "7"},
        {**MARIA_SAYS, "year": "soon"},
        {"name": "", "month": "", "day": "", "year": ""},
    ],
)
def test_a_wrong_name_a_dead_link_and_nonsense_get_the_same_answer(desk: Desk, says: dict[str, str]) -> None:
    link = desk.link(desk.text(MARIA, "BOOK"))
    client = Client()
    answers = [client.post(where, {"step": "ask", **says}) for where in (link, f"/p/{MAPLE}/{'x' * 22}")]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].content == answers[1].content
    assert "We could not open this" in answers[0].content.decode()


def test_five_tries_an_hour_and_no_more_also_over_two_links_of_one_number(desk: Desk) -> None:
    first = desk.link(desk.text(MARIA, "BOOK"))
    client = Client()
    wrong = {**MARIA_SAYS, "day": "22"}
    for _ in range(5):
        client.post(first, {"step": "ask", **wrong})
    refused = client.post(first, {"step": "ask", **MARIA_SAYS}).content.decode()
    assert "We could not open this" in refused and not slots_of(refused)
    desk.text(MARIA, "CHANGE please")
    second = desk.link(desk.case_of(MARIA))
    assert second != first
    assert not slots_of(client.post(second, {"step": "ask", **MARIA_SAYS}).content.decode())
    clock.move(timedelta(minutes=61))
    assert slots_of(let_in(client, second, MARIA_SAYS))


def test_two_people_on_one_phone_each_say_who_they_are(desk: Desk) -> None:
    link, client = desk.link(desk.text(SHARED, "BOOK")), Client()
    for name, born in (("Linh Nguyen", "1979-03-30"), ("Nguyen Minh", "2012-06-14")):
        body = let_in(client, link, {"name": name, "birth_date": born})
        other = "Minh" if "Linh" in name else "Linh"
        assert other not in body
    mixed = client.post(link, {"step": "ask", "name": "Linh Nguyen", "birth_date": "2012-06-14"}).content.decode()
    assert "We could not open this" in mixed


def test_a_caller_nobody_knows_goes_on_with_the_name_they_give(desk: Desk) -> None:
    case = desk.text(STRANGE, "BOOK")
    link, client = desk.link(case), Client()
    body = let_in(client, link, STRANGE_SAYS)
    client.post(link, {"step": "book", "pass": pass_of(body), "slot": slots_of(body)[0]})
    desk.fold()
    assert desk.state(case) == ("closed", "booked")
    assert desk.notes(case)[0].startswith("Jo Ann Field, born 1990-02-03")


def test_the_slower_of_two_sees_the_other_times(desk: Desk) -> None:
    links = [desk.link(desk.text(number, "BOOK")) for number in (MARIA, STRANGE)]
    client = Client()
    bodies = [let_in(client, link, says) for link, says in zip(links, (MARIA_SAYS, STRANGE_SAYS), strict=True)]
    slot = slots_of(bodies[0])[0]
    answers = [
        client.post(link, {"step": "book", "pass": pass_of(body), "slot": slot}).content.decode()
        for link, body in zip(links, bodies, strict=True)
    ]
    assert "You are booked" in answers[0]
    assert (
        "Somebody has just taken that time" in answers[1] and slot not in slots_of(answers[1]) and slots_of(answers[1])
    )
    desk.fold()
    assert desk.state(desk.case_of(STRANGE))[0] != "closed"


def test_of_twenty_at_once_one_takes_the_time(desk: Desk) -> None:
    from ringback.store import access, links

    [(slot, case)] = [(desk.rows("select id from slot order by starts_at limit 1")[0][0], desk.text(MARIA, "BOOK"))]
    won: list[bool] = []
    ready = threading.Barrier(20)

    def grab() -> None:
        with psycopg.connect(desk.dsn) as connection:
            connection.execute("select set_config('ringback.practices', '1', true)")
            ready.wait()
            won.append(links.take(access.Rows(connection, MAPLE, None), slot, case, clock.now()))  # type: ignore[arg-type]

    grabbers = [threading.Thread(target=grab) for _ in range(20)]
    for one in grabbers:
        one.start()
    for one in grabbers:
        one.join()
    assert sorted(won) == [False] * 19 + [True]


def test_when_none_suits_a_person_confirms(desk: Desk) -> None:
    case = desk.text(MARIA, "BOOK")
    link, client = desk.link(case), Client()
    given = pass_of(let_in(client, link, MARIA_SAYS))
    empty = client.post(link, {"step": "days", "pass": given}).content.decode()
    assert "choose at least one day" in empty
    done = client.post(link, {"step": "days", "pass": given, "days": ["1", "3"], "parts": ["morning"]}).content.decode()
    assert "We have your request" in done
    desk.fold()
    assert desk.state(case) == ("working", None)
    assert desk.rows("select kind from task where case_id = %s and state = 'open'", (case,)) == [("confirm_visit",)]
    assert desk.notes(case) == ["maria lopez, born 1984-07-21, would like: Tuesday, Thursday; morning."]


def test_what_was_signed_for_one_link_opens_no_other(desk: Desk) -> None:
    mine, other = (desk.link(desk.text(number, "BOOK")) for number in (STRANGE, MARIA))
    client = Client()
    body = let_in(client, mine, STRANGE_SAYS)
    answer = client.post(other, {"step": "book", "pass": pass_of(body), "slot": slots_of(body)[0]}).content.decode()
    assert "We could not open this" in answer
    forged = client.post(other, {"step": "book", "pass": "forged", "slot": slots_of(body)[0]}).content.decode()
    assert "Please start again" in forged
    assert desk.rows("select count(*) from slot where taken_by is not null") == [(0,)]


def test_a_link_ends_after_a_day(desk: Desk) -> None:
    link = desk.link(desk.text(MARIA, "BOOK"))
    clock.move(timedelta(hours=25))
    assert "We could not open this" in Client().post(link, {"step": "ask", **MARIA_SAYS}).content.decode()


def test_a_case_that_staff_closed_says_so_and_takes_no_time(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BOOK")
    link, client = desk.link(case), Client()
    body = let_in(client, link, MARIA_SAYS)
    browse("front_desk").post(f"/cases/{case}/close", {"closure": "reached", "reason": "rang her"})
    answer = client.post(link, {"step": "book", "pass": pass_of(body), "slot": slots_of(body)[0]}).content.decode()
    assert "This request has ended" in answer
    assert desk.rows("select count(*) from slot where taken_by is not null") == [(0,)]


def test_the_outside_booking_page_and_the_way_back(desk: Desk) -> None:
    desk.change(
        'update practice set gate = gate || \'{"outside_link": "https://book.example/maple"}\', version = version + 1'
    )
    desk.change('update policy set body = body || \'{"booking": "outside_link"}\'')
    yes, no = desk.text(MARIA, "BOOK"), desk.text(STRANGE, "BOOK")
    client = Client()
    assert 'href="https://book.example/maple"' in client.get(desk.link(yes)).content.decode()
    client.post(desk.link(yes), {"step": "yes"})
    client.post(desk.link(no), {"step": "no"})
    desk.fold()
    assert desk.state(yes) == ("closed", "booked")
    assert desk.rows("select kind from task where case_id = %s and state = 'open'", (no,)) == [("confirm_visit",)]


def test_the_page_speaks_spanish(desk: Desk) -> None:
    from ringback.web.patient import speech

    assert speech.EN.keys() == speech.ES.keys()
    link, client = desk.link(desk.text(MARIA, "BOOK")), Client()
    assert "¿quién es usted?" in client.get(link, headers={"Accept-Language": "es-MX,es;q=0.9"}).content.decode()
    assert "who are you?" in client.get(link, {"lang": "en"}, headers={"Accept-Language": "es"}).content.decode()
    body = client.post(link, {"step": "ask", "lang": "es", **MARIA_SAYS}).content.decode()
    assert "Elija una hora" in body and re.search(
        r"(lunes|martes|miércoles|jueves|viernes|sábado|domingo) \d+ de ", body
    )


@pytest.mark.parametrize("where", ["/p/99999999999999/abc", "/p/7/abc", f"/p/{MAPLE}/{'a' * 300}", "/p/1/%00"])
def test_nonsense_addresses_are_harmless(desk: Desk, where: str) -> None:
    client = Client()
    assert client.get(where).status_code in (200, 404)
    assert client.post(where, {"step": "ask", **MARIA_SAYS}).status_code in (200, 404)
