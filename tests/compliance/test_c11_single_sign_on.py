"""C11: a practice's own provider signs invited people on, by OpenID Connect, for this practice alone; silence about factors asks for ours.

Not here: a real provider (one of our own runs in these tests), and SCIM; who leaves is ended on the page of people.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from desk import BIRCH, MAPLE, Desk
from django.contrib.auth import get_user_model
from django.test import Client
from identity import Provider, key, running, signs_on
from joining import PASSWORD, add_app, code, invite, join, real

__all__ = ["real"]
INES = "ines.ortega@clinic.example"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as made:
        yield made


def set_up(provider: Provider, practice: int = MAPLE, slug: str = "clinic", **more: str) -> None:
    """The practice has this provider."""
    from ringback.store import access, sign_on

    told = {"name": "Clinic", "issuer": provider.issuer, "client_id": provider.client, "secret": provider.secret} | more
    with access.practice(practice) as rows:
        assert sign_on.keep(rows, slug, "oidc", told, "1", "owner", datetime.now(UTC))


def known(client: Client) -> bool:
    return "_auth_user_id" in client.session


def refusals(desk: Desk) -> list[str]:
    """Why sign-ons were refused, as the audit log has it."""
    import json

    found = desk.rows("select body from audit where what = 'sign_on.refused' order by seq")
    return [json.loads(body)["reason"] for (body,) in found]


def today(client: Client) -> Any:
    client.get("/account/enter/")
    return client.get("/")


def test_an_invited_nurse_signs_on_and_her_account_has_no_password(real: Desk, provider: Provider) -> None:
    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["pwd", "mfa"])
    client = Client()
    answer = signs_on(client, provider)
    assert answer.status_code == 302 and answer["Location"] == "/account/enter/", answer.content
    assert today(client).status_code == 200
    user = get_user_model().objects.get(pk=client.session["_auth_user_id"])
    assert not user.has_usable_password() and user.email == "" and INES not in user.username
    kept = str(real.rows("select uid, extra_data from socialaccount_socialaccount"))
    assert INES not in kept and "s-1" not in kept
    # And again, by the provider's name for her, whatever her e-mail is by then.
    provider.says("married.name@clinic.example", amr=["mfa"])
    other = Client()
    signs_on(other, provider)
    assert today(other).status_code == 200 and other.session["_auth_user_id"] == str(user.pk)


def test_who_was_not_invited_gets_no_account(real: Desk, provider: Provider) -> None:
    set_up(provider)
    before = get_user_model().objects.count()
    provider.says("sam.stranger@clinic.example", amr=["mfa"])
    client = Client()
    assert signs_on(client, provider).status_code == 403 and not known(client)
    assert get_user_model().objects.count() == before and refusals(real) == ["unknown"]


def test_an_invitation_is_found_only_by_an_address_the_provider_checked(real: Desk, provider: Provider) -> None:
    set_up(provider)
    invite(INES)
    for more in ({"email_verified": False}, {"email_verified": None}, {"email_verified": "true"}, {"email": ""}):
        provider.says(INES, amr=["mfa"])
        provider.claims |= more
        client = Client()
        assert signs_on(client, provider).status_code == 403 and not known(client), more
    assert refusals(real) == ["email"] * 4


def test_a_second_provider_that_names_her_e_mail_is_refused(real: Desk, provider: Provider) -> None:
    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["mfa"])
    signs_on(Client(), provider)
    with running(1) as other:
        set_up(other, slug="other")
        for sub in ("s-1", "s-2"):
            other.says(INES, sub, amr=["mfa", "hwk"])
            client = Client()
            assert signs_on(client, other, "1-other").status_code == 403 and not known(client)
    # Nor does another person of her own provider become her.
    provider.says(INES, "s-2", amr=["mfa"])
    client = Client()
    assert signs_on(client, provider).status_code == 403 and not known(client)
    assert refusals(real) == ["bound"] * 3


def test_a_provider_set_up_anew_under_the_old_name_brings_nobody_back(real: Desk, provider: Provider) -> None:
    from ringback.store import access, sign_on

    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["mfa"])
    signs_on(Client(), provider)
    with access.practice(MAPLE) as rows:
        assert sign_on.switch(rows, "clinic", False, "1", "owner")
    with running(1) as other:
        set_up(other)
        other.says("somebody.else@clinic.example", "s-1", amr=["mfa"])
        client = Client()
        assert signs_on(client, other).status_code == 403 and not known(client)


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, False), ({"amr": ["pwd"]}, False), ({"amr": ["pwd", "mfa", "sms"]}, False), ({"amr": ["tel"]}, False),
        ({"acr": "two"}, True), ({"acr": "one"}, False), ({"amr": ["pwd", "otp"]}, True), ({"amr": ["hwk"]}, True),
        ({"amr": ["mfa"], "auth_time": None}, False),
    ],
)  # fmt: skip
def test_what_the_provider_says_of_its_check_counts_and_silence_asks_for_ours(
    real: Desk, provider: Provider, more: dict[str, Any], counts: bool
) -> None:
    set_up(provider, acr="two three")
    invite(INES)
    provider.says(INES, **more)
    client = Client()
    assert signs_on(client, provider).status_code == 302
    answer = today(client)
    assert answer.status_code == (200 if counts else 302), more
    if not counts:
        assert answer["Location"].startswith("/account/enrol/")


def test_with_a_silent_provider_she_enrols_an_app_here_and_shows_it_each_time(real: Desk, provider: Provider) -> None:
    set_up(provider)
    invite(INES)
    provider.says(INES)
    client = Client()
    signs_on(client, provider)
    add_app(client)
    provider.says(INES)
    later = Client()
    assert signs_on(later, provider)["Location"].startswith("/account/factors/show/")
    assert not known(later) and today(later).status_code == 302


@pytest.mark.parametrize(("amr", "counts"), [(["mfa"], False), (["otp"], False), (["pwd", "hwk"], True)])
def test_an_owner_needs_a_key_at_the_provider_too(real: Desk, provider: Provider, amr: list[str], counts: bool) -> None:
    set_up(provider)
    invite(INES, role="owner")
    provider.says(INES, amr=amr)
    client = Client()
    signs_on(client, provider)
    assert (today(client).status_code == 200) is counts


def test_a_check_of_yesterday_is_too_old(real: Desk, provider: Provider) -> None:
    set_up(provider)
    invite(INES)
    for moment in (time.time() - 13 * 3600, time.time() + 600):
        provider.says(INES, amr=["mfa"], auth_time=int(moment))
        assert signs_on(Client(), provider).status_code == 403
    assert refusals(real) == ["old", "old"]


@pytest.mark.parametrize(
    "bend",
    [
        {"claims": {"nonce": "of-another-question"}}, {"claims": {"nonce": None}}, {"claims": {"aud": "somebody-else"}},
        {"claims": {"aud": ["ringback", "somebody-else"]}}, {"claims": {"azp": "somebody-else"}},
        {"claims": {"iss": "https://evil.example"}}, {"claims": {"exp": 1}}, {"claims": {"exp": None}},
        {"claims": {"iat": 4102444800}}, {"claims": {"sub": ""}}, {"claims": {"sub": None}}, {"key": key(2)},
        {"kid": "k2", "key": key(2)}, {"alg": "none", "key": None}, {"alg": "HS256", "key": "made-up-secret" * 4},
        {"alg": "RS512"},
    ],
)  # fmt: skip
def test_a_token_that_is_not_a_good_one_signs_nobody_on(real: Desk, provider: Provider, bend: dict[str, Any]) -> None:
    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["mfa"])
    provider.bend = bend
    client = Client()
    answer = signs_on(client, provider)
    assert answer.status_code == 401 and not known(client), bend
    assert refusals(real) == ["answer"]
    assert real.rows("select count(*) from invitation where spent_at is not null") == [(0,)]


def test_an_answer_is_for_the_browser_that_asked_and_works_once(real: Desk, provider: Provider) -> None:
    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["mfa"])
    client, thief = Client(), Client()
    back = "/account/sign-on/oidc/1-clinic/back?"
    query = provider.grant(client.get("/account/sign-on/oidc/1-clinic")["Location"])
    assert thief.get(back + query).status_code == 401 and not known(thief)
    assert client.get(back + query.replace("state=", "state=x")).status_code == 401
    assert client.get(back + query.split("&")[0]).status_code == 401
    assert client.get(back + query).status_code == 302 and known(client)
    assert Client().get(back + query).status_code == 401 and client.get(back + query).status_code == 401


def test_a_code_caught_on_the_way_is_worth_nothing_without_the_verifier(real: Desk, provider: Provider) -> None:
    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["mfa"])
    client, thief = Client(), Client()
    caught = provider.grant(client.get("/account/sign-on/oidc/1-clinic")["Location"]).split("&")[0]
    own = provider.grant(thief.get("/account/sign-on/oidc/1-clinic")["Location"]).split("&")[1]
    assert thief.get(f"/account/sign-on/oidc/1-clinic/back?{caught}&{own}").status_code == 401 and not known(thief)


def test_nothing_typed_into_the_address_goes_to_the_provider(real: Desk, provider: Provider) -> None:
    set_up(provider)
    gone = Client().get(
        "/account/sign-on/oidc/1-clinic?scope=admin&auth_params=prompt%3Dnone%26nonce%3Dx&process=connect&next=//evil.example"
    )["Location"]
    assert "admin" not in gone and "prompt" not in gone and "evil" not in gone and "nonce=x&" not in gone + "&"


def test_a_provider_that_calls_itself_another_is_not_asked(real: Desk, provider: Provider) -> None:
    set_up(provider)
    provider.named = "https://evil.example"
    answer = Client().get("/account/sign-on/oidc/1-clinic")
    assert answer.status_code == 401 and refusals(real) == ["answer"]


def test_an_answer_that_names_another_issuer_is_refused(real: Desk, provider: Provider) -> None:
    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["mfa"])
    client = Client()
    query = provider.grant(client.get("/account/sign-on/oidc/1-clinic")["Location"])
    answer = client.get(f"/account/sign-on/oidc/1-clinic/back?{query}&iss=https://evil.example")
    assert answer.status_code == 401 and not known(client)


def test_one_practices_provider_opens_no_other_practice(real: Desk, provider: Provider) -> None:
    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["mfa"])
    client = Client()
    signs_on(client, provider)
    assert today(client).status_code == 200
    # Were she staff at Birch too: the session that Maple's provider began holds at Maple.
    account = int(client.session["_auth_user_id"])
    real.change("update staff set account = %s where practice = %s and role = 'nurse'", (account, BIRCH), BIRCH)
    session = client.session
    session["practice"] = BIRCH
    session.save()
    assert client.get("/")["Location"] == "/sign-in/"
    # And an account of two practices is opened by neither's provider.
    real.change("insert into membership (practice, account) values (%s, %s)", (BIRCH, account), BIRCH)
    assert signs_on(Client(), provider).status_code == 403 and refusals(real) == ["elsewhere"]


def test_an_invitation_to_another_practice_does_not_take_her_account_over(real: Desk, provider: Provider) -> None:
    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["mfa"])
    client = Client()
    signs_on(client, provider)
    mine = client.session["_auth_user_id"]
    other = join(invite(INES, practice=BIRCH))
    assert other.session["_auth_user_id"] != mine
    assert not get_user_model().objects.get(pk=mine).has_usable_password()


def test_a_password_account_is_connected_by_its_owner_with_both_factors_only(real: Desk, provider: Provider) -> None:
    set_up(provider)
    client = join(invite(INES))
    provider.says(INES, amr=["mfa"])
    stranger = Client()
    assert signs_on(stranger, provider).status_code == 403 and not known(stranger)
    assert signs_on(client, provider).status_code == 403, "signed in with a password only"
    secret = add_app(client)
    assert signs_on(client, provider).status_code == 403, "an app was enrolled, its code not shown"
    client.post("/account/factors/again/", {"code": code(secret, time.time() + 30)})
    signs_on(client, provider)
    assert real.rows("select count(*) from socialaccount_socialaccount") == [(1,)]
    assert refusals(real) == ["connect"] * 3
    assert get_user_model().objects.get(username=INES).check_password(PASSWORD)


def test_switched_off_it_signs_nobody_on_and_whoever_left_is_out(real: Desk, provider: Provider) -> None:
    from ringback.store import access, sign_on

    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["mfa"])
    client = Client()
    signs_on(client, provider)
    account = int(client.session["_auth_user_id"])
    real.change("update staff set active = false where account = %s", (account,))
    assert signs_on(Client(), provider).status_code == 403 and refusals(real) == ["left"]
    with access.practice(MAPLE) as rows:
        sign_on.switch(rows, "clinic", False, "1", "owner")
    for path in ("", "/back?code=x&state=y"):
        assert Client().get(f"/account/sign-on/oidc/1-clinic{path}").status_code == 404


@pytest.mark.parametrize("name", ["1-none", "2-clinic", "0-clinic", "clinic", "99999999999-clinic", "1-CLINIC"])
def test_there_is_no_provider_by_another_name(real: Desk, provider: Provider, name: str) -> None:
    set_up(provider)
    for kind in ("oidc", "saml"):
        assert Client().get(f"/account/sign-on/{kind}/{name}").status_code == 404


def form(provider: Provider, **more: str) -> dict[str, str]:
    return {
        "kind": "oidc", "slug": "clinic", "name": "Clinic", "issuer": provider.issuer, "client_id": "ringback",
        "secret": "made-up-secret",
    } | more  # fmt: skip


def fresh(client: Client) -> None:
    """The button that stands for a factor in the demo."""
    client.post("/me/again", {"button": "yes", "back": "/people/sign-on"})


def test_an_owner_sets_it_up_and_its_secret_is_sealed_and_never_shown(desk: Desk, browse, provider: Provider) -> None:
    owner = browse("owner")
    owner.get("/people/sign-on")
    fresh(owner)
    assert owner.post("/people/sign-on/add", form(provider)).status_code == 302
    page = owner.get("/people/sign-on").content.decode()
    assert provider.issuer in page and "made-up-secret" not in page
    assert "made-up-secret" not in str(desk.rows("select * from sign_on"))
    assert "made-up-secret" not in str(desk.rows("select * from audit"))
    assert b"Sign in with Clinic" in Client().get(f"/account/sign-on/{MAPLE}").content
    assert b"Sign in with Clinic" in Client().get("/account/sign-in/").content
    assert Client().get(f"/account/sign-on/{BIRCH}").status_code == 302
    # A second one of this name does not replace the first; another practice does not see it.
    owner.post("/people/sign-on/add", form(provider, client_id="thief"))
    stranger = browse("owner", BIRCH)
    assert provider.issuer not in stranger.get("/people/sign-on").content.decode()
    fresh(stranger)
    assert stranger.post("/people/sign-on/clinic/switch", {"on": "no"}).status_code == 404
    assert "ringback" in desk.rows("select count(*), 'ringback' from sign_on where active")[0]


def test_switching_it_off_ends_the_sessions_it_began(desk: Desk, browse, provider: Provider, monkeypatch) -> None:
    owner = browse("owner")
    owner.get("/people/sign-on")
    fresh(owner)
    owner.post("/people/sign-on/add", form(provider))
    invite(INES)
    provider.says(INES, amr=["mfa"])
    client = Client()
    signs_on(client, provider)
    assert today(client).status_code == 200
    assert owner.post("/people/sign-on/clinic/switch", {"on": "no"}).status_code == 302
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "issuer",
    ["http://127.0.0.1:1", "https://169.254.169.254", "https://10.0.0.1", "ftp://idp.example", "not an address"],
)
def test_a_provider_inside_the_network_cannot_be_set_up(
    desk: Desk, browse, provider: Provider, monkeypatch: pytest.MonkeyPatch, issuer: str
) -> None:
    owner = browse("owner")
    owner.get("/people/sign-on")
    fresh(owner)
    monkeypatch.setenv("RINGBACK_INSIDE", "")
    monkeypatch.delenv("RINGBACK_DEMO")
    from ringback.web import middleware

    monkeypatch.setattr(middleware, "CHECKS", ())
    # The resolver knows numbers; nothing is connected to.
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_: [(2, 1, 6, "", (host, port))])
    owner.post("/people/sign-on/add", form(provider, issuer=issuer))
    assert desk.rows("select count(*) from sign_on") == [(0,)]


def test_a_provider_that_moved_inside_is_not_asked(
    real: Desk, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(provider)
    monkeypatch.setenv("RINGBACK_INSIDE", "")
    assert Client().get("/account/sign-on/oidc/1-clinic").status_code == 401
    assert provider.fetched == []
