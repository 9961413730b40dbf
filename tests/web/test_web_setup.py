"""Set-up, the on-call list, signing in, the stream of what changed, and the entrance of the server."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk import BIRCH, MAPLE, MARIA, STRANGE, Desk
from django.test import AsyncClient, Client

from ringback.engine import clock
from ringback.store.practices import gaps

HX = {"HX-Request": "true"}


def said(answer: object) -> str:
    return str(json.loads(answer.headers["HX-Trigger"])["said"]["words"])  # type: ignore[attr-defined]


def version(desk: Desk) -> int:
    return int(desk.rows("select version from practice")[0][0])


# ---- lines and the kill switch ---------------------------------------------------------------------------------------


def test_the_kill_switch_wants_to_be_sure_and_stops_the_very_next_text(desk: Desk, browse) -> None:
    owner, before = browse("owner"), version(desk)
    assert "confirm it first" in said(owner.post("/setup/kill", {"kill": "yes"}, headers=HX))
    assert version(desk) == before
    assert "switched off" in said(owner.post("/setup/kill", {"kill": "yes", "sure": "yes"}, headers=HX))
    assert version(desk) > before
    case = desk.miss(STRANGE)
    assert desk.rows("select state, verdict from outgoing where case_id = %s", (case,)) == [("denied", "kill_switch")]
    assert "Texting is switched off for the whole practice" in owner.get("/").content.decode()
    assert "on again" in said(owner.post("/setup/kill", {"kill": "no", "sure": "yes"}, headers=HX))
    assert browse("nurse").post("/setup/kill", {"kill": "yes", "sure": "yes"}).status_code == 403


def test_one_line_is_tried_in_shadow_before_it_sends(desk: Desk, browse) -> None:
    manager = browse("manager")
    assert "shadow now" in said(manager.post("/setup/lines/1", {"mode": "shadow"}, headers=HX))
    case = desk.miss(STRANGE)
    assert {row[0] for row in desk.rows("select verdict from outgoing where case_id = %s", (case,))} == {"shadow"}
    assert "Choose live" in said(manager.post("/setup/lines/1", {"mode": "loud"}, headers=HX))
    assert manager.post("/setup/lines/99", {"mode": "off"}).status_code == 404
    assert desk.rows("select mode from line", (), BIRCH) == [("live",)]


def test_a_missing_fact_says_what_it_blocks(desk: Desk, browse) -> None:
    desk.change("update agreement set last_day = from_day - 1")
    desk.change("update line set greeting_notice_on = null")
    page = browse("auditor").get("/setup").content.decode()
    assert "3 missing" in page  # the agreement, the greeting, and no alerts are set up
    assert "Missing. Every text is denied." in page and "First texts from this line are denied." in page
    assert 'data-action="kill"' not in page


def test_wordings_stand_with_their_length_as_the_carrier_counts_it(desk: Desk, browse) -> None:
    page = browse("owner").get("/setup/wordings").content.decode()
    assert "Maple Family: sorry we missed your call." in page
    lengths = [int(found) for found in re.findall(r"(\d+) characters", page)]
    assert len(lengths) > 20 and all(0 < length <= 320 for length in lengths)


def test_the_delay_of_the_phone_system_is_measured(desk: Desk, browse) -> None:
    assert "no calls yet" in browse("owner").get("/setup/connections").content.decode()
    case = desk.miss(STRANGE)
    desk.change("update call set ended = ended - interval '4 minutes' where case_id = %s", (case,))
    page = browse("owner").get("/setup/connections").content.decode()
    assert "4 min" in page and "texts go minutes late" in page


# ---- policy ----------------------------------------------------------------------------------------------------------


def test_a_changed_policy_is_a_new_version_and_running_cases_keep_theirs(desk: Desk, browse) -> None:
    old = desk.miss(MARIA)
    owner = browse("owner")
    assert "version 2" in said(owner.post("/setup/policy", {"reply_gate": "30"}, headers=HX))
    new = desk.miss(STRANGE)
    clock.move(timedelta(minutes=40))
    desk.fold()
    assert [desk.state(case)[0] for case in (old, new)] == ["waiting", "working"]
    assert desk.rows('select body::text, "by" from policy where version = 2') == [
        ('{"reply_gate": 30, "settle_seconds": 0}', "staff 1")
    ]
    page = owner.get("/setup/windows").content.decode()
    assert "minutes, default 120" in page and "Owner Maple" in page
    owner.post("/setup/policy", {"reply_gate": "120"})
    assert desk.rows("select body::text from policy where version = 3") == [('{"settle_seconds": 0}',)]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"settle_seconds": "601"}, "from 0 to 600"),
        ({"settle_seconds": "-1"}, "from 0 to 600"),
        ({"settle_seconds": "٣"}, "from 0 to 600"),
        ({"attempts": "many"}, "from 1 to 10"),
        ({"night_first": "always"}, "no such choice"),
        ({"manager_after": "60"}, "before the breach"),
        ({"switches": "yes", "second_text": "yes"}, "two officers"),
        ({}, "Nothing was changed"),
    ],
)
def test_a_policy_that_makes_no_sense_is_not_saved(desk: Desk, browse, body: dict[str, str], says: str) -> None:
    assert says in said(browse("owner").post("/setup/policy", body, headers=HX))
    assert desk.rows("select count(*) from policy") == [(1,)]


def test_a_note_of_who_approved_it_does_not_lower_a_protection(desk: Desk, browse) -> None:
    body = {"switches": "yes", "second_text": "yes", "note": "Both officers, 3 May"}
    browse("manager").post("/setup/policy", body)
    assert desk.rows("select count(*) from policy") == [(1,)]


def test_a_saved_policy_keeps_the_note_with_who_saved_it(desk: Desk, browse) -> None:
    browse("manager").post("/setup/policy", {"attempts": "4", "note": "agreed on Monday"})
    assert desk.rows('select "by" from policy where version = 2') == [("staff 9: agreed on Monday",)]


# ---- on call ---------------------------------------------------------------------------------------------------------


def test_nobody_on_call_stands_red_before_it_matters(desk: Desk, browse) -> None:
    owner = browse("owner")
    assert "Nurse Maple" in owner.get("/on-call").content.decode()
    [(entry,)] = desk.rows("select id from on_call")
    owner.post(f"/on-call/{entry}/remove")
    page = owner.get("/on-call").content.decode()
    assert "Nobody is on call now" in page and "<b>Nobody</b>" in page
    answer = owner.post("/on-call/add", {"staff": "4", "role": "oncall", "place": "1"}, headers=HX)
    assert said(answer) == "Added to the list."
    assert "Clinician Maple" in owner.get("/on-call").content.decode()
    assert desk.rows("select count(*) from on_call", (), BIRCH) == [(1,)]


@pytest.mark.parametrize(
    "body",
    [
        {"staff": "4", "role": "boss", "place": "1"},
        {"staff": "x", "role": "oncall", "place": "1"},
        {"staff": "4", "role": "oncall", "place": "0"},
        {"staff": "99", "role": "oncall", "place": "1"},
        {"staff": "4", "role": "oncall", "place": "1", "starts_at": "2026-12-02T08:00", "ends_at": "2026-12-01T08:00"},
        {"staff": "4", "role": "oncall", "place": "1", "starts_at": "soon"},
    ],
)
def test_a_wrong_entry_is_not_added(desk: Desk, browse, body: dict[str, str]) -> None:
    assert "Not added" in said(browse("owner").post("/on-call/add", body, headers=HX))
    assert desk.rows("select count(*) from on_call") == [(1,)]


def test_gaps_of_a_week_are_found() -> None:
    start = datetime(2026, 5, 4, 8, tzinfo=UTC)
    hours = [start + timedelta(hours=hour) for hour in range(200)]

    def entry(
        begins: datetime | None, ends: datetime | None, role: str = "oncall", active: bool = True
    ) -> dict[str, Any]:
        return {"starts_at": begins, "ends_at": ends, "role": role, "active": active}

    week = (start, start + timedelta(days=7))
    assert gaps([entry(None, None)], *week) == []
    assert gaps([], *week) == [week]
    assert gaps([entry(None, None, "officer"), entry(None, None, active=False)], *week) == [week]
    shifts = [entry(hours[12], hours[24]), entry(None, hours[10]), entry(hours[20], None)]
    assert gaps(shifts, *week) == [(hours[10], hours[12])]


# ---- signing in ------------------------------------------------------------------------------------------------------


def test_a_sign_in_link_is_opened_by_a_scanner_and_works_once(desk: Desk) -> None:
    from ringback.web.sign_in import one_time_link

    link = one_time_link(desk.accounts[(MAPLE, "owner")], MAPLE)  # type: ignore[attr-defined]
    client, other = Client(), Client()
    assert b"Sign in" in other.get(link).content and b"Sign in" in other.get(link).content
    assert other.get("/").status_code == 302
    assert client.post(link)["Location"] == "/"
    assert client.get("/").status_code == 200
    assert other.post(link).status_code == 403 and other.get("/").status_code == 302
    client.post("/sign-out")
    assert client.get("/").status_code == 302


def test_a_sign_in_link_ends_and_cannot_be_made_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from ringback.web import sign_in

    link = sign_in.one_time_link(desk.accounts[(MAPLE, "owner")], MAPLE)  # type: ignore[attr-defined]
    assert Client().post(link[:-2] + "xx").status_code == 403
    monkeypatch.setattr(sign_in, "SECONDS", -1)
    assert Client().post(link).status_code == 403


def test_signing_in_at_a_practice_one_does_not_work_at_lets_nobody_in(desk: Desk) -> None:
    from ringback.web.sign_in import one_time_link

    client = Client()
    client.post(one_time_link(desk.accounts[(MAPLE, "owner")], BIRCH))  # type: ignore[attr-defined]
    assert client.get("/").status_code == 302


def test_a_form_from_another_site_is_refused(desk: Desk) -> None:
    from ringback.web.sign_in import one_time_link

    client = Client(enforce_csrf_checks=True)
    link = one_time_link(desk.accounts[(MAPLE, "owner")], MAPLE)  # type: ignore[attr-defined]
    assert client.post(link).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(link).content.decode())
    assert token and client.post(link, {"csrfmiddlewaretoken": token[1]}).status_code == 302
    assert client.post("/setup/kill", {"kill": "yes", "sure": "yes"}).status_code == 403


# ---- the stream and the entrance ---------------------------------------------------------------------------------------


async def _looks(cookies: dict[str, str], many: int) -> list[str]:
    client = AsyncClient()
    client.cookies.load(cookies)
    answer = await client.get("/events", headers={"Accept": "text/event-stream"})
    assert answer.status_code == 200 and answer["Content-Type"] == "text/event-stream"
    found: list[str] = []
    async for chunk in answer.streaming_content:  # type: ignore[attr-defined]
        found += [line[6:] for line in chunk.decode().splitlines() if line.startswith("data: ")]
        if len(found) >= many:
            return found
    return found


def test_the_stream_carries_a_mark_and_never_people(desk: Desk, browse, monkeypatch: pytest.MonkeyPatch) -> None:
    from ringback.web.pages import live

    monkeypatch.setattr(live, "EVERY", 0.01)
    cookies = {name: morsel.value for name, morsel in browse("owner").cookies.items()}

    def mark() -> str:
        [look] = asyncio.run(_looks(cookies, 1))
        assert json.loads(look).keys() == {"mark", "now"}
        return str(json.loads(look)["mark"])

    first = mark()
    assert mark() == first
    desk.miss(STRANGE, BIRCH)
    assert mark() == first
    desk.text(MARIA, "BILLING")
    assert mark() != first


def test_open_pages_share_one_connection_and_give_it_back(desk: Desk, browse, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    from ringback.web.pages import live

    monkeypatch.setattr(live, "EVERY", 0.01)
    cookies = {name: morsel.value for name, morsel in browse("owner").cookies.items()}
    connection.close()

    def held() -> int:
        return int(desk.rows("select count(*) from pg_stat_activity where datname = current_database()")[0][0])

    async def open_pages() -> tuple[int, int]:
        client = AsyncClient()
        client.cookies.load(cookies)
        # The response's own stream: closing it is what a browser that goes away does.
        pages = [(await client.get("/events"))._iterator for _ in range(3)]  # type: ignore[attr-defined]
        for page in pages:
            for _ in range(2):
                await anext(page)
        during = held()
        for page in pages:
            await page.aclose()
        # What was closed ends in turns of the loop, and the database takes a moment to see that somebody left.
        for _ in range(500):
            await asyncio.sleep(0)
            if held() == 1:
                break
        return during, held()

    # The one that counts here, and the one that looks for all three pages; then only the one that counts.
    assert asyncio.run(open_pages()) == (2, 1)


def test_the_stream_ends_with_its_session(desk: Desk, browse, monkeypatch: pytest.MonkeyPatch) -> None:
    from ringback.web.pages import live

    monkeypatch.setattr(live, "EVERY", 0.01)
    client = browse("owner")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    monkeypatch.setattr(live.sessions, "alive", lambda practice, session: False)
    assert asyncio.run(_looks(cookies, 99))[-1] == "{}"


def test_the_entrance_sends_files_pages_and_hooks_their_way(desk: Desk) -> None:
    from ringback.web import asgi

    async def get(path: str) -> tuple[int, dict[bytes, bytes], bytes]:
        out: list[Any] = []
        asked: list[bool] = []

        async def receive() -> dict[str, Any]:
            if asked:
                await asyncio.Event().wait()  # the browser stays on the line
            asked.append(True)
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            out.append(message)

        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": [(b"host", b"testserver")], "scheme": "http", "server": ("testserver", 80), "root_path": "",
        }  # fmt: skip
        await asgi.application(scope, receive, send)
        body = b"".join(message.get("body", b"") for message in out)
        return out[0]["status"], dict(out[0]["headers"]), body

    status, headers, body = asyncio.run(get("/static/ringback/tokens.css"))
    assert status == 200 and b"--brand" in body and headers[b"x-content-type-options"] == b"nosniff"
    assert int(headers[b"content-length"]) == len(body)
    assert asyncio.run(get("/static/django_htmx/htmx-2.min.js"))[0] == 200
    assert asyncio.run(get("/static/../settings.py"))[0] == 404
    assert asyncio.run(get("/hooks/nonsense"))[0] == 404
    assert asyncio.run(get("/health"))[2] == b"ok\n"
