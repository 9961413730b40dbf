"""C53: a patient's link is 128 random bits kept as a digest, for one purpose; opening it changes nothing, and no answer tells whether somebody is known.

A link to a secure thread, which shows records, lives an hour. A booking link lives a day, because it shows none (decided;
see store/links.py).
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta

from desk import MAPLE, MARIA, STRANGE, Desk
from django.test import Client
from secure_story import left, opened

from ringback.engine import clock

RIGHT = {"step": "ask", "name": "maria lopez", "birth_date": "1984-07-21"}
WRONG = {"step": "ask", "name": "jo nobody", "birth_date": "1984-07-21"}


def test_128_bits_kept_as_a_digest_only(desk: Desk) -> None:
    tokens = [desk.link(desk.text(number, "BOOK")).rsplit("/", 1)[1] for number in (MARIA, STRANGE)]
    assert len(set(tokens)) == 2 and all(len(base64.urlsafe_b64decode(one + "==")) == 16 for one in tokens)
    kept = {bytes(row[0]) for row in desk.rows("select token_hash from link")}
    assert {hashlib.sha256(one.encode()).digest() for one in tokens} <= kept
    everything = desk.rows("select l::text from link l")
    assert not any(token in row[0] for row in everything for token in tokens)


def test_a_scanner_that_opens_it_burns_nothing(desk: Desk) -> None:
    link = desk.link(desk.text(MARIA, "BOOK"))
    before = desk.rows("select l::text from link l")
    for agent in ("Mozilla", "Slackbot-LinkExpanding", "BarracudaCentral", "curl"):
        for method in ("get", "head", "options"):
            getattr(Client(headers={"User-Agent": agent}), method)(link)
    assert desk.rows("select l::text from link l") == before
    assert 'name="pass"' in Client().post(link, RIGHT).content.decode()


def test_the_same_answer_for_whoever_is_known_and_whoever_is_not(desk: Desk) -> None:
    known = desk.link(desk.text(MARIA, "BOOK"))
    ended = desk.link(desk.text(STRANGE, "BOOK"))
    desk.change("update link set expires_at = now() - interval '1 hour' where case_id = (select id from cases where number_index is not null order by opened_at desc limit 1)")  # fmt: skip
    never = f"/p/{MAPLE}/{'A' * 22}"
    bare = re.compile(r"/p/\d+/[\w-]+|csrf\S+")
    answers = [Client().post(link, WRONG) for link in (known, ended, never)]
    bodies = {bare.sub("", one.content.decode()) for one in answers}
    assert len(bodies) == 1 and {one.status_code for one in answers} == {200}
    assert len({tuple(sorted(one.headers.items())) for one in answers}) == 1
    assert len({bare.sub("", Client().get(link).content.decode()) for link in (known, ended, never)}) == 1


def test_nothing_of_a_person_stands_in_the_address_the_title_or_what_is_sent_on(desk: Desk) -> None:
    link = desk.link(desk.text(MARIA, "BOOK"))
    answer = Client().get(link)
    body = answer.content.decode()
    assert re.fullmatch(rf"/p/{MAPLE}/[\w-]{{22}}", link) and "<title>Visit request</title>" in body
    assert "og:" not in body and "twitter:" not in body and "López" not in body and "0143" not in body
    assert answer["X-Robots-Tag"].startswith("noindex") and answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store" and not answer.cookies
    assert not re.search(r"""(?:src|href)=["']https?://""", body), "no third party is asked for anything"


def test_for_one_purpose_and_one_time(desk: Desk) -> None:
    link = desk.link(desk.text(MARIA, "BOOK"))
    client = Client()
    body = client.post(link, RIGHT).content.decode()
    given = re.search(r'name="pass" value="([^"]+)"', body)
    slots = re.findall(r'name="slot" value="([^"]+)"', body)
    assert given
    for slot in slots[:2]:
        client.post(link, {"step": "book", "pass": given[1], "slot": slot})
    assert desk.rows("select count(*) from slot where taken_by is not null") == [(1,)]
    clock.move(timedelta(hours=25))
    assert 'name="pass"' not in client.post(link, RIGHT).content.decode()


def test_a_link_to_records_lives_an_hour_and_a_scanner_does_not_burn_it(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    for _ in range(3):
        Client(headers={"User-Agent": "BarracudaCentral"}).get(link)
    assert "potassium" in opened(desk, case, link)
    fresh = left(desk, browse)[1]
    clock.move(timedelta(minutes=61))
    for form in ({"step": "ask", **RIGHT}, {"step": "code", "code": "123456"}, {"step": "look", "pass": "x"}):
        assert "potassium" not in Client().post(fresh, form).content.decode()


def test_an_answer_about_a_thread_says_not_whether_somebody_is_known(desk: Desk, browse) -> None:
    _, link = left(desk, browse)
    right, wrong = (Client().post(link, form).content for form in (RIGHT, WRONG))
    assert right == wrong
