"""C78: every answer of every route carries the headers, cookies are of this host only, and a page loads from one origin."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path
from typing import Any

import pytest
from desk import MAPLE, MARIA, Desk
from django.test import Client, override_settings
from django.urls import reverse
from outsider_site import serve
from test_web_door import address, names

from ringback import doctor
from ringback.web import routes

__all__ = ["serve"]

# The snapshot: what leaves with every page, refusal and error.
FIXED = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
INLINE = re.compile(
    r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:|<base|<iframe|<object",
    re.I,
)
FOREIGN = re.compile(r"(?:src|href|action)=\"(?:https?:)?//", re.I)


def secured() -> dict[str, Any]:
    """The settings as an https address makes them."""
    return runpy.run_path(str(Path(doctor.__file__).with_name("settings.py")))


def test_every_route_answers_with_the_headers_whatever_it_answers(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "URGENT my chest hurts")
    task = desk.task_of(case)
    owner, stranger, seen = browse("owner"), Client(raise_request_exception=False), set()
    for name in sorted(names() - {"events", "sign_out"}):
        where = address(name, case, task)
        for client in (owner, stranger):
            for answer in (client.get(where), client.post(where, {})):
                seen.add(answer.status_code)
                for header, value in FIXED.items():
                    given = answer.headers.get(header)
                    if header == "Cache-Control" and given and "no-store" in given.split(", "):
                        continue  # more than asked for
                    assert given == value, (name, answer.status_code, header, given)
                assert not [one for one in answer.headers if one.lower().startswith("access-control-")], name
                assert "Server" not in answer.headers and "X-Powered-By" not in answer.headers
                if answer.headers.get("Content-Type", "").startswith("text/html"):
                    body = answer.content.decode()
                    assert not INLINE.search(body), (name, INLINE.search(body))
                    assert not FOREIGN.search(body), (name, FOREIGN.search(body))
    assert {200, 302, 405} <= seen and max(seen) < 500


def test_no_route_is_without_a_forgery_check_but_those_whose_token_is_the_authority(desk: Desk) -> None:
    """Every POST wants the form's token; a link's own page is exempt, for no cookie speaks for anybody there."""
    from django.urls import URLPattern, get_resolver

    exempt = {
        str(one.name)
        for one in get_resolver("ringback.web.urls").url_patterns
        if isinstance(one, URLPattern) and getattr(one.callback, "csrf_exempt", False)
    }
    assert {"patient", "ack"} <= exempt
    for name in exempt:
        assert routes.ROUTES[name].roles is routes.ANYBODY, f"{name} is exempt and yet acts for a signed-in person"


def test_a_form_from_elsewhere_changes_nothing(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    kept = browse("owner").cookies
    client = Client(enforce_csrf_checks=True)
    client.cookies = kept
    for name in sorted(names()):
        if routes.ROUTES[name].roles is routes.ANYBODY:
            continue
        answer = client.post(address(name, case), {"kill": "yes", "sure": "yes", "words": "x"})
        assert answer.status_code == 403, (name, answer.status_code)
    assert desk.rows("select kill from practice where practice = %s", (MAPLE,)) == [(False,)]


def test_cookies_belong_to_this_host_alone_under_https(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from ringback.web.sign_in import one_time_link

    monkeypatch.setenv("RINGBACK_PUBLIC_URL", "https://calls.example")
    made = {
        name: value for name, value in secured().items() if "COOKIE" in name or name in ("SECURE", "MESSAGE_STORAGE")
    }
    with override_settings(**made, ALLOWED_HOSTS=["calls.example"]):
        client = Client(headers={"host": "calls.example"})
        user = desk.accounts[(MAPLE, "owner")]
        user.refresh_from_db()
        answer = client.post(one_time_link(user, MAPLE), secure=True)
        page = client.get(reverse("setup"), secure=True)
        cookies = {**answer.cookies, **page.cookies, **client.cookies}
        assert {"__Host-ringback", "__Host-csrf"} <= set(cookies)
        for name, cookie in cookies.items():
            assert name.startswith("__Host-"), name
            assert cookie["secure"] and cookie["httponly"] and cookie["path"] == "/" and not cookie["domain"], name
            assert cookie["samesite"] in ("Lax", "Strict"), name
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_cookie_that_was_tampered_with_is_nobodys(desk: Desk, browse) -> None:
    client = browse("owner")
    for name in list(client.cookies):
        value = client.cookies[name].value
        for bent in (value[:-1] + ("a" if value[-1] != "a" else "b"), value + "x", "", "../../etc/passwd", "\u00e9"):
            other = Client()
            other.cookies[name] = bent
            assert other.get("/").status_code == 302, name


def test_static_files_carry_what_they_need(desk: Desk, serve) -> None:
    server = serve()
    status, said = server.request("GET", "/static/ringback/tokens.css")
    assert status == 200
    for header in ("x-content-type-options: nosniff", "cross-origin-resource-policy: same-origin"):
        assert header in said.lower()


def test_a_page_loads_from_one_origin_only(desk: Desk, browse, serve) -> None:
    """The network log of a real browser over the pages of an owner and of a patient."""
    from playwright.sync_api import sync_playwright

    case = desk.text(MARIA, "BOOK")
    link = desk.link(case)
    kept = [
        {"name": one.key, "value": one.value, "domain": "testserver", "path": "/"}
        for one in browse("owner").cookies.values()
    ]
    server = serve()
    origin = f"http://testserver:{server.port}"
    pages = ["/", "/tasks", "/on-call", "/setup", f"/cases/{case}", "/directory/", link, "/sign-in/"]
    asked: set[str] = set()
    wrong: list[str] = []
    found = next(
        (one for name in ("chromium", "chromium-browser", "google-chrome") if (one := shutil.which(name))), None
    )
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        arguments.append("--host-resolver-rules=MAP testserver 127.0.0.1, MAP * ~NOTFOUND")
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        context = browser.new_context()
        context.add_cookies(kept)
        # Asked for and seen, but not opened: a stream that is cut off while it connects would leave its connection open.
        context.route("**/events", lambda route: route.abort())
        for path in pages:
            page = context.new_page()
            page.on("request", lambda request: asked.add("/".join(request.url.split("/")[:3])))
            page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
            page.goto(origin + path, wait_until="domcontentloaded")
            page.close()
        browser.close()
    assert asked - {"data:"} == {origin}
    assert [one for one in wrong if "Content Security Policy" in one] == []


def test_a_plain_form_works_in_a_browser_without_scripts_and_a_forged_one_does_not(desk: Desk, browse, serve) -> None:
    """Our pages send no referrer, so a browser calls the origin of a plain form `null`: it has to work all the same."""
    from playwright.sync_api import sync_playwright

    client = browse("owner")
    client.get("/on-call")  # the form's page gives the token's cookie
    cookies = client.cookies.values()
    server = serve()
    with override_settings(ALLOWED_HOSTS=["127.0.0.1", "testserver"]), sync_playwright() as playwright:
        found = next(
            (one for name in ("chromium", "chromium-browser", "google-chrome") if (one := shutil.which(name))), None
        )
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        context = browser.new_context(java_script_enabled=False)
        kept = [{"name": one.key, "value": one.value, "domain": "127.0.0.1", "path": "/"} for one in cookies]
        context.add_cookies(kept)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.port}/on-call", wait_until="domcontentloaded")
        with page.expect_navigation() as went:
            page.locator("form[action$='on-call/add'] button").first.click()
        status = went.value.status
        browser.close()
        assert status == 200
        cookie = "; ".join(f"{one.key}={one.value}" for one in cookies)
        token = next(one.value for one in cookies if one.key == "csrftoken")
        body = f"csrfmiddlewaretoken={token}&staff=1&role=oncall&place=1".encode()
        form = {"content_type": "application/x-www-form-urlencoded", "cookie": cookie}
        statuses = [
            server.request("POST", "/on-call/add", body, **form, **more)[0]
            for more in (
                {"origin": "null", "sec_fetch_site": "cross-site"},
                {"origin": "null"},
                {"origin": "http://evil.example"},
                {"origin": "http://testserver.evil.example", "sec_fetch_site": "same-site"},
                {"origin": "null", "sec_fetch_site": "same-origin"},
            )
        ]
        assert statuses == [403, 403, 403, 403, 302]


def test_behind_the_proxy_a_form_of_the_https_address_is_ours(desk: Desk, browse, serve) -> None:
    """The proxy speaks plain HTTP to us; the address the browser knows is https, and only that one counts."""
    client = browse("owner")
    client.get("/on-call")  # the form's page gives the token's cookie
    cookies = client.cookies.values()
    cookie = "; ".join(f"{one.key}={one.value}" for one in cookies)
    token = next(one.value for one in cookies if one.key == "csrftoken")
    body = f"csrfmiddlewaretoken={token}&staff=1&role=oncall&place=1".encode()
    form = {"content_type": "application/x-www-form-urlencoded", "cookie": cookie}
    server = serve()
    with override_settings(SECURE=True):
        ours = server.request("POST", "/on-call/add", body, **form, origin="https://testserver")
        plain = server.request("POST", "/on-call/add", body, **form, origin="http://testserver")
    assert ours[0] == 302 and plain[0] == 403
    assert "strict-transport-security: max-age=31536000" in ours[1].lower()
