"""C82: an error says nothing of what went wrong, nothing is open that production does not need, and trouble means closed."""

from __future__ import annotations

import json
import logging
from uuid import uuid4

import psycopg
import pytest
from desk import MAPLE, MARIA, Desk
from django.conf import settings
from django.test import Client, override_settings
from outsider_site import serve
from test_web_door import address, names

from ringback import logs
from ringback.web import routes

__all__ = ["serve"]
CANARY = "Maria López +12025550143 born 1984-07-21"
GUESSES = (
    "admin/", "admin", "docs", "swagger", "openapi.json", "schema/", "redoc", "graphql", "metrics", "debug", "__debug__/",
    "server-status", ".env", ".git/config", "settings.py", "phpinfo.php", "actuator", "console", "api/", "api/docs",
    "static/", "static/../settings.py", "media/", "backup.sql", "robots.txt", "hooks/", "hooks", "health/../setup",
)  # fmt: skip


def test_a_page_that_breaks_shows_and_logs_nothing_of_why(
    desk: Desk, browse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(CANARY)

    client = browse("owner")
    client.raise_request_exception = False
    monkeypatch.setattr("ringback.store.practices.on_call", broken)
    answer = client.get("/on-call")
    page = answer.content.decode()
    assert answer.status_code == 500 and "Something went wrong here" in page
    for word in ("RuntimeError", "Traceback", "López", "0143", "site-packages", "on_call.py", "SECRET"):
        assert word not in page, word
    assert (
        answer.headers["Cache-Control"] == "no-store"
        and "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    )
    lines = [logs.Allowed().format(record) for record in caplog.records]
    told = [json.loads(line) for line in lines]
    assert any(one.get("route") == "on_call" and one.get("error") == "RuntimeError" for one in told)
    for line in lines:
        assert "López" not in line and "0143" not in line and "1984" not in line
    assert all(set(one) <= set(logs.FIELDS) for one in told)


def test_every_kind_of_refusal_has_a_plain_page(desk: Desk, browse) -> None:
    strict = Client(enforce_csrf_checks=True)
    owner = browse("owner")
    strict.cookies = owner.cookies
    found = {
        404: owner.get("/nothing-here"),
        403: browse("auditor").get("/directory/"),
        405: owner.get("/setup/kill"),
    }
    for status, answer in found.items():
        assert answer.status_code == status
    forged = strict.post("/setup/kill", {"kill": "yes", "sure": "yes"})
    assert forged.status_code == 403 and "nothing was changed" in forged.content.decode()
    assert "There is no such page" in found[404].content.decode()
    wrong_host = owner.get("/", headers={"host": "evil.example"})
    assert wrong_host.status_code == 400 and "evil.example" not in wrong_host.content.decode()


@pytest.mark.parametrize("guess", GUESSES)
def test_nothing_is_open_that_production_does_not_need(desk: Desk, browse, guess: str) -> None:
    for client in (Client(), browse("owner")):
        assert client.get(f"/{guess}").status_code in (301, 302, 404), guess
        assert client.get(f"/{guess}", follow=True).status_code == 404


def test_debugging_is_off_and_the_admin_is_not_even_there(desk: Desk) -> None:
    assert settings.DEBUG is False
    assert not any("admin" in app or "debug" in app for app in settings.INSTALLED_APPS)
    assert not any("admin" in name for name in names())


def test_the_server_does_not_say_what_it_is(desk: Desk, serve) -> None:
    server = serve()
    for path in (
        "/health",
        "/",
        "/nothing",
        f"/hooks/{MAPLE}/1/voice",
        "/static/ringback/tokens.css",
        "/static/none.css",
    ):
        _, said = server.request("GET", path)
        head = said.split("\r\n\r\n")[0].lower()
        for word in ("server:", "x-powered-by", "uvicorn", "django", "python", "postgres"):
            assert word not in head, (path, word)


def test_no_verb_echoes_a_request(desk: Desk, serve) -> None:
    server = serve()
    for verb in ("TRACE", "TRACK", "CONNECT", "DEBUG"):
        status, said = server.request(verb, "/", cookie="ringback=a-secret")
        assert status in (400, 405) and "a-secret" not in said


def test_without_its_database_every_page_is_closed(desk: Desk, browse, monkeypatch: pytest.MonkeyPatch) -> None:
    case = desk.text(MARIA, "BILLING")
    client = browse("owner")
    client.raise_request_exception = False

    def away(*_: object, **__: object) -> None:
        raise psycopg.OperationalError(f"connection to {CANARY} refused")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.ensure_connection", away)
    for name in sorted(names() - {"events", "health"}):
        if routes.ROUTES[name].roles is routes.ANYBODY:
            continue
        answer = client.get(address(name, case))
        assert answer.status_code >= 500, (name, answer.status_code)
        page = answer.content.decode()
        assert "López" not in page and "OperationalError" not in page, name


class Kept(logging.Handler):
    """Keeps records as they come."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def test_logs_keep_to_their_fields_whatever_is_said() -> None:
    """Canaries through every way a line can be made."""
    form, kept = logs.Allowed(), Kept()
    ours, theirs = logging.getLogger("ringback.test"), logging.getLogger("somebody.else")
    for log in (ours, theirs):
        log.propagate, log.handlers = False, [kept]
        log.error("a patient: %s", CANARY)
        log.error("a mail to %s", "maria.lopez@example.org")
        log.error("a value %r", {"name": CANARY})
        log.error("%d people", CANARY)
        log.error("named %(who)s", {"who": CANARY})
        try:
            raise ValueError(CANARY)
        except ValueError as wrong:
            log.error("failed: %s", wrong, exc_info=True, extra={"name_of": CANARY, "patient": CANARY})
    theirs.error(f"task exception: {CANARY}")
    ours.error("a link: /p/1/AbCdEfGhIjKlMnOpQrStUv and +1 (202) 555-0143 and maria@example.org")
    ours.warning("kept %s of %s in %s", 3, uuid4(), "audit_head")
    lines = [form.format(record) for record in kept.records]
    assert len(lines) == 15
    for line in lines:
        told = json.loads(line)
        assert set(told) <= set(logs.FIELDS)
        for secret in ("López", "L\\u00f3pez", "0143", "1984", "example.org", "AbCdEf"):
            assert secret not in line, line
    assert "kept 3 of" in lines[-1] and "audit_head" in lines[-1]


def test_what_nobody_caught_is_scrubbed_too() -> None:
    import subprocess
    import sys

    program = (
        "import threading; from ringback import logs; logs.begin()\n"
        f"def bad(): raise ValueError({CANARY!r})\n"
        "t = threading.Thread(target=bad); t.start(); t.join()\n"
        f"patient = {CANARY!r}\nraise KeyError(patient)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    lines = [json.loads(line) for line in ended.stderr.strip().splitlines()]
    assert [one["error"] for one in lines] == ["ValueError", "KeyError"]
    assert "López" not in ended.stderr and "0143" not in ended.stderr


def test_a_cookie_of_another_host_and_a_guessed_session_open_nothing(desk: Desk) -> None:
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        client = Client()
        for value in ("x" * 32, "0" * 32, "' or 1=1 --", "../../x"):
            client.cookies[settings.SESSION_COOKIE_NAME] = value
            assert client.get("/").status_code == 302
