"""C80: of a hundred at once exactly one wins: a free time, one call's text, one number's opt-out."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from desk import LINES, MAPLE, MARIA, STRANGE, Desk
from outsider import PUBLIC, call

from ringback.engine import clock
from ringback.engine.book import Book
from ringback.engine.receive import Hooks
from ringback.simulator.wire import signature
from ringback.store import access, links

MANY = 100


def at_once(dsn: str, act: Callable[[Any, int], Any]) -> list[Any]:
    """A hundred connections that begin at the same moment; what each got."""
    got: list[Any] = []
    ready = threading.Barrier(MANY)

    def one(place: int) -> None:
        with psycopg.connect(dsn) as connection:
            connection.execute("select set_config('ringback.practices', %s, true)", (str(MAPLE),))
            ready.wait(60)
            try:
                got.append(act(connection, place))
            except psycopg.Error as wrong:
                got.append(type(wrong).__name__)
                connection.rollback()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(got) == MANY
    return got


def test_of_a_hundred_who_want_one_time_one_gets_it(desk: Desk) -> None:
    cases = [desk.text(number, "BOOK") for number in (MARIA, STRANGE)]
    slot = desk.rows("select id from slot order by starts_at limit 1")[0][0]

    def take(connection: Any, place: int) -> bool:
        return links.take(access.Rows(connection, MAPLE, None), slot, cases[place % 2], clock.now())  # type: ignore[arg-type]

    assert sorted(at_once(desk.dsn, take)) == [False] * (MANY - 1) + [True]
    assert desk.rows("select count(*) from slot where taken_by is not null") == [(1,)]


def test_of_a_hundred_presses_on_one_link_one_spends_it(desk: Desk) -> None:
    token = desk.link(desk.text(MARIA, "BOOK")).rsplit("/", 1)[1]

    def spend(connection: Any, place: int) -> bool:
        rows = access.Rows(connection, MAPLE, None)  # type: ignore[arg-type]
        held = links.find(rows, token, clock.now(), lock=True)
        if held is None or held["used_at"] is not None:
            return False
        links.spend(rows, held, clock.now())
        return True

    assert sorted(at_once(desk.dsn, spend)) == [False] * (MANY - 1) + [True]


def deliver(desk: Desk, path: str, form: dict[str, str]) -> list[int]:
    """The same genuine message a hundred times at once, at ten processes."""

    async def storm() -> list[int]:
        doors = [Hooks(desk.dsn, Book(desk.dsn, desk.provider, PUBLIC), PUBLIC) for _ in range(10)]
        mark = signature("desk-token", PUBLIC + path, sorted(form.items()))

        async def one(place: int) -> int:
            from urllib.parse import urlencode

            answer: list[Any] = []

            async def receive() -> dict[str, Any]:
                return {"type": "http.request", "body": urlencode(form).encode()}

            async def send(message: Any) -> None:
                answer.append(message)

            headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"x-twilio-signature", mark.encode())]
            scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
            await doors[place % 10](scope, receive, send)
            return int(answer[0]["status"])

        statuses = await asyncio.gather(*(one(place) for place in range(MANY)))
        for door in doors:
            await door.close()
        return list(statuses)

    return asyncio.run(storm())


def test_a_call_reported_a_hundred_times_at_once_is_one_text(desk: Desk) -> None:
    assert deliver(desk, f"/hooks/{MAPLE}/1/voice", call(who=STRANGE)) == [200] * MANY
    assert desk.rows("select count(*) from arrival") == [(1,)]
    desk.fold()
    assert desk.rows("select count(*) from cases") == [(1,)]
    assert len(desk.bodies(desk.case_of(STRANGE))) == 1


def test_a_stop_that_comes_a_hundred_times_at_once_is_one_row_and_one_answer(desk: Desk) -> None:
    case = desk.miss(STRANGE)
    stop = {"MessageSid": "SM77", "From": STRANGE, "To": LINES[MAPLE], "Body": "STOP"}
    assert deliver(desk, f"/hooks/{MAPLE}/2/text", stop) == [200] * MANY
    desk.fold()
    assert desk.rows("select count(*) from suppression where lifted_at is null") == [(1,)]
    sent = desk.rows("select count(*) from outgoing where case_id = %s and reply_to <> ''", (case,))
    assert sent[0][0] <= 1
