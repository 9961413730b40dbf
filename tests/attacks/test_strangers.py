"""A member of another practice, a scheduler, and somebody with a bent path, host, verb or cookie: each gets nothing."""

from __future__ import annotations

from typing import Any

import pytest
from desk import BIRCH, MAPLE, MARIA, Desk
from django.test import Client
from django.urls import URLPattern, get_resolver
from forms import body
from outsider import Ledger
from test_web_door import address, names

from ringback.web import limits, routes

SAYS = {
    "words": "a note", "closure": "resolved", "reason": "x", "source": "voice", "disposition": "reached",
    "mode": "off", "kill": "yes", "sure": "yes", "role": "oncall", "place": "1",
}  # fmt: skip


# What a visitor does to their own session: it would lock or end the very one that is trying.
OWN = frozenset({"sign_out", "lock", "locked", "again", "kiosk", "session_stay", "session_end", "sessions_end_others"})

# Routes after which a session is over or locked, which would hide what the next one answers.
ENDS = {name for name in routes.ROUTES if "lock" in name or "logout" in name or name.startswith("session")}


def takes(name: str, argument: str) -> bool:
    """Whether this route's address names such a thing."""
    found: Any = next(one for one in get_resolver("ringback.web.urls").url_patterns if one.name == name)
    return argument in found.pattern.converters


def ids_of(desk: Desk, practice: int) -> dict[str, str]:
    """Ids of everything a practice has, by the field they are posted as."""
    case = desk.text(MARIA, "BOOK", practice=practice)
    first = {
        "slot": "select id from slot order by id limit 1",
        "notice": "select id from notice order by id limit 1",
        "person": "select id from person order by id limit 1",
        "call": "select id from call order by id limit 1",
        "message": "select id from message order by id limit 1",
        "outgoing": "select id from outgoing order by id limit 1",
    }
    found = {name: str(rows[0][0]) for name, query in first.items() if (rows := desk.rows(query, practice=practice))}
    return found | {"case": str(case), "case_id": str(case), "id": str(case), "practice": str(practice)}


def test_another_practices_ids_in_every_address_and_every_body_change_nothing(desk: Desk, browse) -> None:
    theirs = ids_of(desk, MAPLE)
    case, task = theirs["case"], desk.task_of(desk.text(MARIA, "BILLING"))
    tables = ("cases", "task", "message", "outgoing", "slot", "on_call", "line", "practice", "policy", "suppression")

    def maple() -> dict[str, Any]:
        return {
            one: desk.rows(f"select t::text from {one} t where practice = %s order by 1", (MAPLE,)) for one in tables
        }

    before = maple()
    for role in ("owner", "nurse"):
        stranger = browse(role, BIRCH)
        for name in sorted(names() - OWN):
            if routes.ROUTES[name].roles is routes.ANYBODY:
                continue
            where = address(name, case, task)
            for answer in (
                stranger.post(where, SAYS | theirs),
                stranger.get(where, theirs) if name != "events" else stranger.get("/"),
            ):
                assert answer.status_code < 500, name
                if takes(name, "case_id"):
                    assert answer.status_code in (403, 404, 405), (name, answer.status_code)
                if "text" in answer.headers.get("Content-Type", ""):
                    page = body(answer).decode()
                    # Its own audit log and search echo what the stranger typed; what is Maple's is nowhere.
                    assert "Maple Family" not in page and "(202) 555-0100" not in page, name
    desk.fold()
    assert maple() == before


def test_a_link_of_one_practice_opens_nothing_at_another(desk: Desk) -> None:
    link = desk.link(desk.text(MARIA, "BOOK"))
    token = link.rsplit("/", 1)[1]
    says = {"step": "ask", "name": "Maria Lopez", "month": "7", "day": "21", "year": "1984"}
    for path in (
        f"/p/{BIRCH}/{token}",
        f"/p/99/{token}",
        f"/ack/{MAPLE}/{token}",
        f"/p/{MAPLE}/{token}x",
        f"/p/{MAPLE}/{token.upper()}",
    ):
        answer = Client().post(path, says)
        assert answer.status_code in (200, 404) and 'name="slot"' not in answer.content.decode(), path


def test_a_schedulers_session_gets_nothing_of_what_is_clinical(desk: Desk, browse, ledger: Ledger) -> None:
    case = desk.text(MARIA, "URGENT my chest hurts")
    task = desk.task_of(case)
    client, closed = browse("scheduler"), 0
    before = ledger.digest(without=("auth_user",))
    for name in sorted(names() - OWN - {"events"}):
        row = routes.ROUTES[name]
        if row.roles is routes.ANYBODY or "scheduler" in row.roles:
            continue
        where = address(name, case, task)
        limits.buckets.forget()
        for answer in (
            client.get(where),
            client.post(where, SAYS),
            client.put(where),
            client.delete(where),
            client.head(where),
        ):
            assert answer.status_code == 403, (name, answer.status_code)
        closed += 1
    assert closed >= 8
    assert ledger.digest(without=("auth_user",)) == before


def test_a_verb_in_a_header_or_a_field_is_no_verb(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    owner = browse("owner")
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert owner.get(f"/cases/{case}/note?words=x&_method=POST", headers={header: "POST"}).status_code == 405
        assert owner.get("/setup/kill?kill=yes&sure=yes", headers={header: "POST"}).status_code == 405
    assert desk.notes(case) == []
    assert desk.rows("select kill from practice") == [(False,)]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:80",
        "testserver@evil.example",
        "testserver evil",
        "",
        "[::1",
        "testserver.evil.example",
    ],
)
def test_a_host_of_the_attackers_is_refused(desk: Desk, browse, host: str) -> None:
    answer = browse("owner").get("/", headers={"host": host})
    assert answer.status_code == 400 and "evil" not in answer.content.decode()


def test_a_forwarded_host_is_not_believed(desk: Desk) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-Proto": "https"}
    answer = Client().get("/", headers=headers)
    assert answer.status_code == 302 and answer["Location"] == "/sign-in/"


PATHS = [
    "/static/../settings.py", "/static/..%2f..%2fsettings.py", "/static/%2e%2e/%2e%2e/settings.py", "/static/....//settings.py",
    "/static/ringback/..\\..\\settings.py", "//etc/passwd", "/..%00/", "/%2e%2e/%2e%2e/etc/passwd", "/static/\x00", "/cases/../setup",
    "/hooks/../setup", "/hooks/1/1/../../../setup", "/static/%252e%252e/settings.py", "/.git/config",
    "/p/1/..%2f..%2fsetup", "/p/1/%00", "/p/1/" + "a" * 5000, "/ack/99999999999999999999/x", "/p/-1/x", "/setup;/../",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_climbs_reaches_nothing(desk: Desk, serve, path: str) -> None:
    status, said = serve().request("GET", path.replace("\x00", "%00"))
    assert status in (200, 301, 302, 400, 404), status
    if status == 200:
        assert "First, who are you?" in said, "only the patient's harmless first page may answer"
    for word in ("SECRET_KEY", "root:", "[core]", "INSTALLED_APPS"):
        assert word not in said


def test_where_to_go_next_is_never_elsewhere(desk: Desk, browse) -> None:
    """Open redirects: the form's own field for the way back."""
    owner = browse("owner")
    for back in (
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "/%0d%0aa: b",
    ):
        answer = owner.post("/setup/lines/1", {"mode": "live", "back": back})
        assert answer.status_code == 302
        assert not answer["Location"].startswith(("//", "/\\", "http", "javascript")), (back, answer["Location"])


def test_every_route_of_the_pages_is_a_plain_pattern_of_ours(desk: Desk) -> None:
    """What is included from elsewhere is looked at by hand; this list says what there is."""
    included = [one for one in get_resolver("ringback.web.urls").url_patterns if not isinstance(one, URLPattern)]
    assert included == []
