"""C11: who left comes back by a new invitation only, what a provider says beside its token is held to the token, and SAML waits for its use.

Not here: a factor of this very moment. A provider that signs somebody on silently, as long as it checked them within
twelve hours, passes for a factor just shown (C7); a real provider; SCIM.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from desk import BIRCH, MAPLE, Desk
from django.contrib.auth import get_user_model
from django.test import Client
from identity import Provider, running, signs_on
from joining import invite, real
from test_c11_single_sign_on import known, refusals, set_up, today

__all__ = ["real"]
INES = "ines.ortega@clinic.example"
USERINFO = "/userinfo"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as made:
        yield made


def works(real: Desk, provider: Provider) -> int:
    """Ines was invited and works here: her account."""
    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["mfa"])
    client = Client()
    signs_on(client, provider)
    assert today(client).status_code == 200
    return int(client.session["_auth_user_id"])


def leaves(real: Desk, account: int) -> None:
    """Her access is ended, as the page of people does it."""
    from ringback.engine import clock
    from ringback.store import access, offboarding

    ((staff,),) = real.rows("select id from staff where account = %s and active", (account,))
    with access.practice(MAPLE) as rows:
        assert offboarding.leave(rows, staff, "1", datetime.now(UTC), role="owner", case_now=clock.now())


def test_who_left_is_out_until_invited_again_and_is_then_the_same_person(real: Desk, provider: Provider) -> None:
    account = works(real, provider)
    leaves(real, account)
    assert signs_on(Client(), provider).status_code == 403 and refusals(real) == ["left"]
    invite(INES)
    # The invitation is hers: neither another e-mail nor an unchecked one of hers brings the account back.
    for more in ({"email": "olga.lind@clinic.example"}, {"email_verified": False}):
        provider.claims |= {"email": INES, "email_verified": True} | more
        client = Client()
        assert signs_on(client, provider).status_code == 403 and not known(client), more
    assert not get_user_model().objects.get(pk=account).is_active
    provider.says(INES, amr=["mfa"])
    client = Client()
    assert signs_on(client, provider).status_code == 302
    assert client.session["_auth_user_id"] == str(account) and today(client).status_code == 200
    assert real.rows("select count(*) from staff where account = %s and active", (account,)) == [(1,)]
    assert real.rows("select count(*) from invitation where spent_at is null and withdrawn_at is null") == [(0,)]
    # The invitation is spent: after leaving once more she is out again.
    leaves(real, account)
    assert signs_on(Client(), provider).status_code == 403


def test_a_new_invitation_does_not_bring_back_who_works_elsewhere_by_then(real: Desk, provider: Provider) -> None:
    account = works(real, provider)
    leaves(real, account)
    real.change("insert into membership (practice, account) values (%s, %s)", (BIRCH, account), BIRCH)
    invite(INES)
    client = Client()
    assert signs_on(client, provider).status_code == 403 and not known(client)
    assert refusals(real) == ["elsewhere"]
    assert real.rows("select count(*) from invitation where spent_at is null and withdrawn_at is null") == [(1,)]


def test_an_account_that_was_switched_off_stays_off(real: Desk, provider: Provider) -> None:
    account = works(real, provider)
    get_user_model().objects.filter(pk=account).update(is_active=False)
    client = Client()
    assert signs_on(client, provider).status_code == 403 and not known(client) and refusals(real) == ["left"]


def by_userinfo(provider: Provider, status: int, told: Any) -> None:
    """A provider whose token names no e-mail; it is asked for it."""
    provider.places = {"userinfo_endpoint": "userinfo"}
    provider.says("", amr=["mfa"])
    del provider.claims["email"], provider.claims["email_verified"]
    provider.pages[USERINFO] = (status, told)


def test_an_e_mail_that_stands_beside_the_token_is_taken_for_the_same_person(real: Desk, provider: Provider) -> None:
    set_up(provider)
    invite(INES)
    by_userinfo(provider, 200, {"sub": "s-1", "email": INES, "email_verified": True})
    client = Client()
    assert signs_on(client, provider).status_code == 302 and today(client).status_code == 200
    assert USERINFO in provider.fetched


@pytest.mark.parametrize(
    ("status", "told", "expected"),
    [
        (200, {"sub": "s-2", "email": INES, "email_verified": True}, 401),
        (200, {"email": INES, "email_verified": True}, 401),
        (200, {"sub": "s-1", "email": INES, "email_verified": False}, 403),
        (200, {"sub": "s-1"}, 403), (200, [], 401), (200, "x", 401), (200, None, 401), (500, {}, 401), (302, {}, 401),
    ],
)  # fmt: skip
def test_what_stands_beside_the_token_is_held_to_the_tokens_person(
    real: Desk, provider: Provider, status: int, told: Any, expected: int
) -> None:
    set_up(provider)
    invite(INES)
    by_userinfo(provider, status, told)
    client = Client()
    assert signs_on(client, provider).status_code == expected and not known(client)
    assert real.rows("select count(*) from invitation where spent_at is not null") == [(0,)]


def test_what_stands_beside_the_token_says_nothing_of_factors(real: Desk, provider: Provider) -> None:
    set_up(provider, acr="two")
    invite(INES)
    told = {"sub": "s-1", "email": INES, "email_verified": True, "amr": ["mfa", "hwk"], "acr": "two"}
    by_userinfo(provider, 200, told)
    del provider.claims["amr"]
    client = Client()
    signs_on(client, provider)
    assert today(client)["Location"].startswith("/account/enrol/")


@pytest.mark.parametrize(
    "told",
    [[], {}, None, "x", {"keys": None}, {"keys": "x"}, {"keys": ["x"]}, {"keys": [{}]}, {"keys": [{"kid": "k0"}]},
     {"keys": [{"kid": "k0", "kty": "RSA", "n": 1, "e": []}]}],
)  # fmt: skip
def test_keys_that_are_none_sign_nobody_on_and_break_nothing(real: Desk, provider: Provider, told: Any) -> None:
    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["mfa"])
    provider.pages["/keys"] = (200, told)
    client = Client()
    assert signs_on(client, provider).status_code == 401 and not known(client)
    assert refusals(real) == ["answer"]


@pytest.mark.parametrize(
    "told", [[], {}, None, "x", {"access_token": "a", "id_token": None}, {"access_token": "a", "id_token": ["x"]}]
)
def test_an_exchange_that_gives_no_token_signs_nobody_on(real: Desk, provider: Provider, told: Any) -> None:
    set_up(provider)
    invite(INES)
    provider.says(INES, amr=["mfa"])
    provider.pages["/token"] = (200, told)
    client = Client()
    assert signs_on(client, provider).status_code == 401 and not known(client)


def test_no_token_of_a_provider_is_kept(real: Desk, provider: Provider) -> None:
    works(real, provider)
    assert real.rows("select count(*) from socialaccount_socialtoken") == [(0,)]
    assert real.rows("select count(*) from socialaccount_socialapp") == [(0,)], "and no secret in the clear"


def test_a_server_without_saml_does_not_load_what_reads_it() -> None:
    told = (
        "import sys, django; django.setup(); import ringback.web.urls; "
        "from allauth.socialaccount.providers import registry; registry.load(); "
        "assert registry.get_class('saml').__module__ == 'ringback.web.saml'; "
        "print(sorted({'onelogin', 'xmlsec', 'lxml'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, timeout=60, check=False,
        env={"DJANGO_SETTINGS_MODULE": "ringback.settings", "RINGBACK_DATABASE_URL": "host=127.0.0.1 dbname=none"},
    )  # fmt: skip
    assert done.stdout.strip() == "[]", done.stderr
