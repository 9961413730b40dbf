"""C7: dangerous acts ask for a factor that was shown within five minutes; the answer is 403 `reauth_required`."""

from __future__ import annotations

import pytest
from desk import MAPLE, ROLES
from sitting import PASSWORD, sit, watch

from ringback.web import routes

__all__ = ["sit", "watch"]
# Stopping is never slowed down, and who is urgent is not asked again.
NEVER = {"kill", "acknowledge", "called_back", "line_mode", "lock", "again", "emergency_end", "on_call_add"}


def test_five_minutes_are_enough_and_one_second_more_is_not(sit, watch, desk) -> None:
    owner = sit("owner")
    watch.on(minutes=5)
    assert owner.post("/setup/policy", {"manager_after": "40"}).status_code == 302
    watch.on(seconds=1)
    asked = owner.post("/setup/policy", {"manager_after": "35"})
    assert asked.status_code == 403 and asked["X-Reason"] == "reauth_required"
    assert "Is it you?" in asked.content.decode()
    assert desk.rows("select count(*) from policy") == [(2,)], "the second one was not kept"


def test_a_factor_opens_it_again_and_leads_back(sit, watch, desk) -> None:
    owner = sit("owner")
    watch.on(minutes=6)
    asked = owner.post("/setup/policy", {"note": "x", "from_page": "/setup?at=policy"}).content.decode()
    assert 'name="back" value="/setup?at=policy"' in asked
    assert owner.post("/me/again", {"password": "guess", "back": "/setup"}).status_code == 200
    assert owner.post("/setup/policy", {"note": "x"}).status_code == 403
    assert owner.post("/me/again", {"password": PASSWORD, "back": "/setup"})["Location"] == "/setup"
    assert owner.post("/setup/policy", {"note": "x"}).status_code == 302
    told = desk.rows("select result from audit where what = 'factor.shown' order by seq")
    assert told == [("refused",), ("ok",)]


def test_an_htmx_form_is_led_to_the_sheet(sit, watch) -> None:
    owner = sit("owner")
    watch.on(minutes=6)
    led = owner.post("/setup/policy", {}, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/setup"})
    assert led.status_code == 403 and led["HX-Redirect"] == "/me/again?back=%2Fsetup"
    assert led.content == b"reauth_required\n"


def test_another_s_password_is_no_factor(sit, watch, desk) -> None:
    owner = sit("owner")
    other = desk.accounts[(MAPLE, "manager")]
    other.set_password("the manager's own long password")
    other.save()
    watch.on(minutes=6)
    owner.post("/me/again", {"password": "the manager's own long password"})
    assert owner.post("/setup/policy", {}).status_code == 403


def test_guessing_here_ends_the_session_too(sit, watch) -> None:
    owner = sit("owner")
    watch.on(minutes=6)
    for _ in range(5):
        owner.post("/me/again", {"password": "guess"})
    assert owner.get("/")["Location"] == "/sign-in/"


def test_looking_never_asks(sit, watch) -> None:
    owner = sit("owner")
    watch.on(minutes=10)
    assert owner.get("/setup").status_code == 200
    assert owner.get("/emergency").status_code == 200


def test_an_account_without_a_factor_of_ours_signs_in_anew(watch, browse) -> None:
    owner = browse("owner")
    watch.on(minutes=6)
    asked = owner.post("/setup/policy", {})
    assert asked.status_code == 403 and "sign in again" in asked.content.decode()
    assert owner.post("/me/again", {"button": "yes", "password": ""}).status_code == 200
    assert owner.post("/setup/policy", {}).status_code == 403
    assert browse("owner").post("/setup/policy", {}).status_code == 302


@pytest.mark.parametrize("name", sorted(NEVER))
def test_what_must_be_instant_asks_nothing(name: str) -> None:
    assert not routes.ROUTES[name].fresh


def test_each_export_and_each_change_of_people_keys_and_protection_asks() -> None:
    danger = {name for name, row in routes.ROUTES.items() if row.act == "export"}
    danger |= {"policy", "directory", "emergency", "emergency_codes", "places_set", "compliance_setting_act"}
    danger |= {"compliance_setting_propose", "compliance_register_add", "compliance_change", "device_act"}
    assert {name for name in danger if not routes.ROUTES[name].fresh} == set()


def test_every_such_route_says_so_to_whoever_may_use_it(sit, watch, desk) -> None:
    from test_web_door import address

    tried = 0
    case = "0190a000-0000-7000-8000-000000000000"
    names = [n for n, row in routes.ROUTES.items() if row.fresh]
    browsers = {role: sit(role) for role in ROLES if role != "integration"}
    watch.on(minutes=5, seconds=1)
    for name in names:
        role = next(one for one in ROLES if one in routes.ROUTES[name].roles)
        answer = browsers[role].post(address(name, case))
        assert answer.status_code == 403 and answer.get("X-Reason") == "reauth_required", name
        tried += 1
    assert tried == len(names) >= 10
