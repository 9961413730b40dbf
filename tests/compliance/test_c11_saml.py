"""C11: a practice's SAML provider signs invited people on with a signed answer to our own asking, once, in the browser that asked.

Not here: a real provider (answers are signed in these tests), encrypted assertions, and signing out at the provider.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from desk import MAPLE, Desk
from django.test import Client, override_settings
from identity import asked, certificate, saml_answer
from joining import invite, real
from test_c11_single_sign_on import known, refusals, today

__all__ = ["real"]
INES = "ines.ortega@clinic.example"
PATH = "/account/sign-on/saml/1-house"
ACS = f"http://127.0.0.1:8000{PATH}/back"
MFA = "https://refeds.org/profile/mfa"


@pytest.fixture
def house(real: Desk) -> Iterator[Desk]:
    """Maple with a SAML provider whose second factor counts, and an invited nurse."""
    from ringback.store import access, sign_on

    told = {
        "name": "House", "entity_id": "https://idp.example/entity", "sso_url": "https://idp.example/sso",
        "certificate": certificate(5), "acr": MFA, "trust_email": "yes",
    }  # fmt: skip
    with access.practice(MAPLE) as rows:
        assert sign_on.keep(rows, "house", "saml", told, "1", "owner", datetime.now(UTC))
    invite(INES)
    with override_settings(ALLOWED_HOSTS=["testserver", "127.0.0.1"]):
        yield real


def begin(client: Client) -> str:
    """To the provider: the id of what is asked."""
    gone = client.get(PATH)
    assert gone.status_code == 302 and gone["Location"].startswith("https://idp.example/sso?"), gone.content
    return asked(gone["Location"])


def back(client: Client, answer: str, **more: str) -> Any:
    """The browser carries the answer back; the second step is taken with our own cookie."""
    aside = client.post(f"{PATH}/back", {"SAMLResponse": answer, **more})
    assert aside.status_code == 302 and aside["Location"] == f"{PATH}/back/finish"
    return client.get(aside["Location"])


def test_an_invited_nurse_signs_on(house: Desk) -> None:
    client = Client()
    answer = back(client, saml_answer(begin(client), ACS, INES, context=MFA))
    assert answer.status_code == 302 and answer["Location"] == "/account/enter/", answer.content
    assert today(client).status_code == 200
    assert INES not in str(house.rows("select uid, extra_data from socialaccount_socialaccount"))
    # The answer, which names her, is not kept between the steps.
    again = Client()
    back(again, saml_answer(begin(again), ACS, INES, context=MFA))
    assert again.session["_auth_user_id"] == client.session["_auth_user_id"]


def test_a_password_at_the_provider_asks_for_our_factor(house: Desk) -> None:
    client = Client()
    back(client, saml_answer(begin(client), ACS, INES))
    assert today(client)["Location"].startswith("/account/enrol/")


def test_an_answer_works_once_and_in_the_browser_that_asked(house: Desk) -> None:
    client, thief = Client(), Client()
    answer = saml_answer(begin(client), ACS, INES, context=MFA)
    assert back(thief, answer).status_code == 401 and not known(thief)
    assert back(client, answer).status_code == 302 and known(client)
    for again in (client, Client()):
        assert back(again, answer).status_code == 401
    assert set(refusals(house)) == {"answer"}


@pytest.mark.parametrize(
    "more",
    [
        {"signer": None}, {"signer": 6, "shown": 6}, {"signer": 6, "shown": 5}, {"instead": ("n-1", "n-2")},
        {"instead": (INES, "olga.lind@clinic.example")}, {"audience": "https://somebody.else.example"},
        {"issuer": "https://evil.example/entity"}, {"later": "2020-01-01T00:00:00Z"}, {"asked": "ONELOGIN_of_another"},
        {"acs": "https://somebody.else.example/back"}, {"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
    ],
)  # fmt: skip
def test_an_answer_that_is_not_a_good_one_signs_nobody_on(house: Desk, more: dict[str, Any]) -> None:
    client = Client()
    values = {"asked": begin(client), "acs": ACS, "audience": f"http://127.0.0.1:8000{PATH}/metadata"} | more
    answer = back(client, saml_answer(values.pop("asked"), values.pop("acs"), INES, context=MFA, **values))
    assert answer.status_code == 401 and not known(client), more
    assert house.rows("select count(*) from invitation where spent_at is not null") == [(0,)]


def test_a_second_assertion_smuggled_in_beside_the_signed_one_is_refused(house: Desk) -> None:
    client = Client()
    made = base64.b64decode(saml_answer(begin(client), ACS, INES, context=MFA)).decode()
    start, end = made.index("<saml:Assertion"), made.index("</saml:Assertion>") + len("</saml:Assertion>")
    forged = made[start:end].replace(INES, "olga.lind@clinic.example").replace("n-1", "n-9")
    for bent in (made[:start] + forged + made[start:], made[:end] + forged.replace('ID="_a', 'ID="_b') + made[end:]):
        other = base64.b64encode(bent.encode()).decode()
        assert back(client, other).status_code == 401 and not known(client)


NONSENSE = [
    "", "<a>", "<a/>", "<samlp:Response/>", "\0", "\ufffe" * 9, "<a>" * 500 + "</a>" * 500,
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    '<r xmlns="urn:oasis:names:tc:SAML:2.0:protocol" ID="x" Version="2.0" InResponseTo="y"/>',
    '<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" Version="2.0" ID="x"><p:Status/></p:Response>',
]  # fmt: skip


@pytest.mark.parametrize("body", ["no base64!", "\0", *(base64.b64encode(one.encode()).decode() for one in NONSENSE)])
def test_nonsense_is_refused_without_an_error(house: Desk, body: str) -> None:
    client = Client()
    begin(client)
    answer = back(client, body)
    assert answer.status_code == 401 and not known(client) and b"root:" not in answer.content


def test_without_an_answer_there_is_nothing_to_finish_and_no_signing_out(house: Desk) -> None:
    assert Client().get(f"{PATH}/back/finish").status_code == 401
    assert Client().get(f"{PATH}/back").status_code == 405
    assert Client().get(f"{PATH}/out").status_code == Client().post(f"{PATH}/out").status_code == 404


def test_what_is_laid_aside_carries_no_cookie_and_no_address_of_the_browser(house: Desk) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    client = Client(REMOTE_ADDR="203.0.113.9", headers={"user-agent": "a-browser"})
    begin(client)
    aside = client.post(f"{PATH}/back", {"SAMLResponse": "PGE+"})
    cookie = aside.cookies["saml-acs-session"]
    assert cookie["httponly"] and cookie["path"] == f"{PATH}/back/finish"
    kept = str(SessionStore(cookie.value).load())
    assert "203.0.113.9" not in kept and "a-browser" not in kept and "HTTP_COOKIE" not in kept
    client.get(aside["Location"])
    assert SessionStore(cookie.value).load() == {}


def test_the_provider_is_told_where_to_answer_and_that_assertions_are_signed(house: Desk) -> None:
    told = Client().get(f"{PATH}/metadata").content.decode()
    assert ACS in told and 'WantAssertionsSigned="true"' in told and "SingleLogout" not in told
