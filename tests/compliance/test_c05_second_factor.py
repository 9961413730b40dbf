"""C5: a second factor for everybody before any page of a practice: a passkey, or a code of an app, never one by text or mail."""

from __future__ import annotations

import json
import time

import pytest
from desk import MAPLE, Desk
from django.conf import settings
from django.test import Client
from joining import PASSWORD, Passkey, add_app, code, invite, join, real

from ringback.web import routes

__all__ = ["real"]
ORIGIN = "http://127.0.0.1:8000"
INES = "ines.ortega@clinic.example"


def with_app(client: Client, secret: str, at: float | None = None) -> int:
    """Sign in with password and code; the status of Today."""
    assert client.post("/account/sign-in/", {"login": INES, "password": PASSWORD}).status_code == 302
    client.post("/account/factors/show/", {"code": code(secret, at)})
    client.get("/account/enter/")
    return client.get("/").status_code


def test_the_kinds_are_passkey_app_and_recovery_codes_and_nothing_by_phone_or_mail(django_ready) -> None:
    from allauth.mfa.models import Authenticator

    assert set(settings.MFA_SUPPORTED_TYPES) == {"webauthn", "totp", "recovery_codes"}
    kinds = {str(kind.value) for kind in Authenticator.Type}
    assert not any("sms" in kind or "mail" in kind or "phone" in kind for kind in kinds)
    assert not getattr(settings, "ACCOUNT_LOGIN_BY_CODE_ENABLED", False)


def test_a_password_alone_reaches_no_page_of_a_practice(real: Desk) -> None:
    client = join(invite())
    for name, row in routes.ROUTES.items():
        if row.roles is routes.ANYBODY or not row.patients or name.startswith("demo"):
            continue
        from test_web_door import address

        answer = client.get(address(name, "00000000-0000-7000-8000-000000000000"))
        assert answer.status_code in (302, 401), (name, answer.status_code)
        assert answer.get("Location", "/account/enrol/").startswith("/account/enrol/"), name


def test_with_the_app_a_nurse_is_in_and_a_code_works_once(real: Desk) -> None:
    first = join(invite())
    secret = add_app(first)
    at = time.time()
    assert with_app(Client(), secret, at + 30) == 200
    assert with_app(Client(), secret, at + 30) == 302, "the same code again"
    assert with_app(Client(), secret, at - 3000) == 302, "an old code"


def test_the_apps_secret_and_the_codes_are_sealed_at_rest(real: Desk) -> None:
    secret = add_app(join(invite()))
    kept = str(real.rows("select data from mfa_authenticator"))
    assert secret not in kept and "seed" in kept


def test_recovery_codes_work_once_each(real: Desk) -> None:
    client = join(invite())
    secret = add_app(client)
    page = client.get("/account/factors/codes/")
    assert page.status_code == 200, page.get("Location")
    one = page.context["unused_codes"][0]
    for expected in (200, 302):
        other = Client()
        other.post("/account/sign-in/", {"login": INES, "password": PASSWORD})
        other.post("/account/factors/show/", {"code": one})
        other.get("/account/enter/")
        assert other.get("/").status_code == expected
    assert secret


def test_an_owner_has_to_use_a_passkey_and_gets_in_with_one(real: Desk) -> None:
    client = join(invite(role="owner"))
    add_app(client)
    assert client.get("/")["Location"].startswith("/account/enrol/"), "an app is not enough for an owner"
    key = Passkey("127.0.0.1")
    page = client.get("/account/passkeys/add/", HTTP_HOST="testserver")
    assert page.status_code == 200, page.get("Location")
    options = page.context["js_data"]["creation_options"]
    made = key.make(options, ORIGIN)
    answer = client.post("/account/passkeys/add/", {"name": "desk key", "credential": json.dumps(made)})
    assert answer.status_code == 302, answer.context["form"].errors
    assert client.get("/")["Location"].startswith("/account/passkeys/again/")
    asked = client.get("/account/passkeys/again/?next=/account/enter/").context["js_data"]["request_options"]
    answer = client.post(
        "/account/passkeys/again/", {"credential": json.dumps(key.sign(asked, ORIGIN)), "next": "/account/enter/"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    client.get("/account/enter/")
    assert client.get("/").status_code == 200


def test_a_passkey_of_another_site_does_not_sign_in_here(real: Desk) -> None:
    client = join(invite(role="owner"))
    page = client.get("/account/passkeys/add/")
    made = Passkey("evil.example").make(page.context["js_data"]["creation_options"], "https://evil.example")
    answer = client.post("/account/passkeys/add/", {"name": "x", "credential": json.dumps(made)})
    assert answer.status_code == 200 and answer.context["form"].errors


def test_the_one_time_link_exists_in_the_demo_only(real: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from ringback.web.sign_in import one_time_link

    path = one_time_link(real.accounts[(MAPLE, "owner")], MAPLE)
    assert Client().get(path).status_code == 404 and Client().post(path).status_code == 404
    monkeypatch.setenv("RINGBACK_DEMO", "1")
    assert Client().get(path).status_code == 200


def test_the_last_factor_is_not_taken_away(real: Desk) -> None:
    client = join(invite())
    add_app(client)
    client.post("/account/factors/app/remove/")
    assert real.rows("select count(*) from mfa_authenticator where type = 'totp'") == [(1,)]


def test_lost_factors_are_taken_away_by_an_officer_and_the_sessions_with_them(desk: Desk, browse) -> None:
    from allauth.mfa.models import Authenticator

    nurse, officer = browse("nurse"), browse("security_officer")
    account = desk.accounts[(MAPLE, "nurse")].pk
    Authenticator.objects.create(user_id=account, type=Authenticator.Type.TOTP, data={"secret": "x"})
    member = desk.rows("select id from staff where account = %s", (account,))[0][0]
    assert nurse.get("/").status_code == 200
    assert officer.post(f"/people/{member}/reset").status_code == 302
    assert not Authenticator.objects.filter(user_id=account).exists()
    assert nurse.get("/").status_code == 302, "whoever held the lost factor is out"
