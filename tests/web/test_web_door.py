"""Who gets in: the role table is complete, is what happens, and one practice never sees another's pages."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from desk import BIRCH, MAPLE, MARIA, ROLES, STRANGE, Desk, unmarked
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from ringback.web import routes

PUBLIC_PAGES = ("sign_in", "health")


def names() -> set[str]:
    """The names of all routes of the pages."""
    return {str(one.name) for one in get_resolver("ringback.web.urls").url_patterns if isinstance(one, URLPattern)}


def address(name: str, case: object, task: str = "t1") -> str:
    """An address of this route."""
    given = {
        "case_id": case, "task": task, "entry": 999, "line": 1, "practice": MAPLE, "token": "no-such-token",
        "number": "0" * 32, "bulk_id": uuid4(), "person_id": uuid4(),
        "register": "officers", "row": uuid4(), "incident": uuid4(), "view": uuid4(), "module": "hipaa-basics",
        "session": uuid4(), "glass_id": uuid4(), "member": 1, "invitation": uuid4(), "pk": 1,
        "provider_id": "1-none", "organization_slug": "1-none", "slug": "none",
        "swap": uuid4(), "method": uuid4(), "file_id": uuid4(), "message_id": uuid4(),
        "location": 1, "change": uuid4(), "template": "T1", "base": 1, "version": 1, "lang": "es", "connection": 1,
    }  # fmt: skip
    pattern = next(one for one in get_resolver("ringback.web.urls").url_patterns if one.name == name)  # type: ignore[union-attr]
    wanted = set(pattern.pattern.converters)  # type: ignore[union-attr]
    return reverse(name, kwargs={key: value for key, value in given.items() if key in wanted})


def test_every_route_has_a_row_and_every_row_has_a_route(desk: Desk) -> None:
    rows = {name for name in routes.ROUTES if not name.startswith("demo")}
    assert names() == rows
    for name, row in routes.ROUTES.items():
        assert row.roles is routes.ANYBODY or row.roles <= set(ROLES), name


def test_a_route_without_a_row_is_refused(desk: Desk, browse, monkeypatch: pytest.MonkeyPatch) -> None:
    without = {name: row for name, row in routes.ROUTES.items() if name != "tasks"}
    owner = browse("owner")
    monkeypatch.setattr(routes, "ROUTES", without)
    assert owner.get("/tasks").status_code == 403


def test_each_role_gets_what_the_table_says(desk: Desk, browse) -> None:
    case = desk.miss(STRANGE)
    for role in ROLES:
        client = browse(role)
        for name in sorted(names() - {"events", "sign_out", "next_task"}):
            allowed = routes.ROUTES[name].roles
            if allowed is routes.ANYBODY:
                continue
            # A POST route answers a GET with 405, after the door.
            status = client.get(address(name, case)).status_code
            if role in allowed:
                # The page of a locked screen leads back when the screen is not locked.
                assert status in (200, 404, 405) or (name, status) == ("locked", 302), (role, name, status)
            else:
                assert status == 403, (role, name, status)


def test_nobody_is_let_in_without_signing_in(desk: Desk) -> None:
    case, client = desk.miss(STRANGE), Client()
    for name in sorted(names()):
        if routes.ROUTES[name].roles is routes.ANYBODY:
            continue
        for answer in (client.get(address(name, case)), client.post(address(name, case))):
            assert answer.status_code == 302 and answer["Location"] == "/sign-in/", name
    fragment = client.get("/today/lists", headers={"HX-Request": "true"})
    assert fragment.status_code == 401 and fragment["HX-Redirect"] == "/sign-in/"
    assert client.get("/events", headers={"Accept": "text/event-stream"}).status_code == 401
    assert [client.get(reverse(name)).status_code for name in PUBLIC_PAGES] == [200, 200]


def test_a_stranger_from_another_practice_finds_nothing(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    task = desk.task_of(case)
    stranger = browse("owner", BIRCH)
    for name in sorted(names()):
        if "case_id" not in str(
            next(p.pattern for p in get_resolver("ringback.web.urls").url_patterns if p.name == name)
        ):  # type: ignore[union-attr]
            continue
        where = address(name, case, task)
        body = {"words": "a note", "closure": "resolved", "reason": "x", "source": "voice", "disposition": "reached"}
        answers = [stranger.get(where), stranger.post(where, body)]
        assert {answer.status_code for answer in answers} <= {404, 405}, name
    assert desk.rows("select count(*) from event where case_id = %s", (case,)) == [(0,)]
    assert desk.rows("select count(*) from message where kind = 'note'") == [(0,)]
    for page in ("/", "/tasks", "/on-call", "/setup"):
        seen = stranger.get(page).content.decode()
        assert "Birch" in seen and "Maple" not in seen and "López" not in seen and "555-0143" not in seen, page


def test_an_owner_and_a_colleague_see_the_case_and_an_auditor_sees_it_masked(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "I have a question about my bill")
    for role in ("owner", "front_desk"):
        # Words behind the label are marked; a person reads over the marks.
        seen = unmarked(browse(role).get(f"/cases/{case}").content.decode())
        assert "Maria López Vega" in seen and "(202) 555-0143" in seen and "question about my bill" in seen, role
    masked = unmarked(browse("auditor").get(f"/cases/{case}").content.decode())
    for secret in ("López", "0143", "question about my bill", "1984"):
        assert secret not in masked, secret
    assert "••• ••43" in masked


def test_someone_who_left_is_out_at_once(desk: Desk, browse) -> None:
    nurse = browse("nurse")
    assert nurse.get("/").status_code == 200
    desk.change("update staff set active = false where role = 'nurse'")
    assert nurse.get("/").status_code == 302


def test_a_session_of_one_practice_opens_no_other(desk: Desk, browse) -> None:
    client = browse("owner")
    session = client.session
    session["practice"] = BIRCH
    session.save()
    assert client.get("/").status_code == 302


HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def test_every_page_carries_the_headers_and_no_inline_script_or_style(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "URGENT my chest hurts")
    owner = browse("owner")
    pages = [
        "/",
        "/tasks",
        "/on-call",
        "/setup",
        f"/cases/{case}",
        "/sign-in/",
        f"/p/{MAPLE}/abc",
        f"/ack/{MAPLE}/abc",
        "/nothing",
    ]
    for page in pages:
        answer = owner.get(page)
        for name, value in HEADERS.items():
            assert answer.headers.get(name) == value, (page, name)
        body = answer.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", body), page
        assert not re.search(r"(?:src|href)=\"https?://", body), page


def test_logs_name_routes_and_never_a_path_with_a_token(
    desk: Desk, browse, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.text(MARIA, "BOOK")
    link = desk.link(case)
    token = link.rsplit("/", 1)[1]
    client = Client(raise_request_exception=False)
    client.put(link)
    client.get(f"/ack/{MAPLE}/{token}")
    client.post(f"/sign-in/{token}")
    monkeypatch.setattr("ringback.web.patient.book.links.find", None)
    assert client.get(link).status_code == 500
    client.get(f"/p/x/{token}")
    browse("owner").get(f"/cases/{uuid4()}")
    said = caplog.text
    assert "patient" in said and "an address that does not exist" in said
    for secret in (token, str(case), "López", "0143"):
        assert secret not in said, secret


def test_a_page_of_a_case_that_never_was_is_not_found(desk: Desk, browse) -> None:
    assert browse("owner").get(f"/cases/{uuid4()}").status_code == 404


def test_a_practice_that_somebody_made_up_gets_no_audit_chain(desk: Desk) -> None:
    heads = "select practice from audit_head where practice = 77"
    for address in ("/invited/77/no-such-token", "/p/77/no-such-token", "/ack/77/no-such-token"):
        assert Client().get(address).status_code < 500
    assert desk.rows(heads, practice=77) == []
    assert desk.rows("select 1 from audit where body::text like '%%invited%%'", practice=0) != []
