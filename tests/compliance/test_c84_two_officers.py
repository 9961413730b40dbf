"""C84: a protective setting is lowered by two officers only, with a reason and an end of 30 days at most; at its end the default is back by itself, and the status names what is lowered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from desk import MAPLE, Desk

from ringback import cli
from ringback.core.office import protect
from ringback.engine import clock, house

HX = {"HX-Request": "true"}
ASK = {"setting": "second_text", "days": "10", "reason": "Pilot with recorded consent, agreed by the board"}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.move(timedelta(0))


def words(answer: object) -> str:
    return str(json.loads(answer.headers["HX-Trigger"])["said"]["words"])  # type: ignore[attr-defined]


def policy(desk: Desk) -> dict[str, object]:
    [(body,)] = desk.rows("select y.body from practice p join policy y on y.version = p.policy_version")
    return dict(body)


def proposed(desk: Desk, browse, **more: str) -> str:
    answer = browse("privacy_officer").post("/compliance/settings/propose", {**ASK, **more}, headers=HX)
    assert "Another officer has to approve" in words(answer)
    return f"/compliance/settings/{desk.rows('select id from lowering order by id desc')[0][0]}"


def test_one_officer_alone_lowers_nothing(desk: Desk, browse) -> None:
    where = proposed(desk, browse)
    assert "It takes two" in words(browse("privacy_officer").post(where, {"act": "approve"}, headers=HX))
    assert "second_text" not in policy(desk)
    owner = browse("owner").post("/setup/policy", {"switches": "yes", "second_text": "yes", "note": "me"}, headers=HX)
    assert "two officers" in words(owner) and "second_text" not in policy(desk)
    with pytest.raises(psycopg.errors.CheckViolation):
        desk.change("update lowering set approved_by = proposed_by, approved_at = now(), expires_at = now()")


def test_the_owner_is_no_officer_unless_named(desk: Desk, browse) -> None:
    owner, where = browse("owner"), proposed(desk, browse)
    assert "Only a privacy or security officer" in words(owner.post(where, {"act": "approve"}, headers=HX))
    assert "Only a privacy or security officer" in words(owner.post("/compliance/settings/propose", ASK, headers=HX))
    owner.post("/compliance/registers/officers/add", {"kind": "security", "staff": "1", "from_day": "2026-01-01"})
    assert "in force" in words(owner.post(where, {"act": "approve"}, headers=HX))
    for role in ("manager", "nurse", "auditor"):
        assert browse(role).post(where, {"act": "approve"}).status_code == 403


def test_two_officers_lower_it_and_its_end_puts_the_default_back(
    desk: Desk, browse, capsys: pytest.CaptureFixture[str]
) -> None:
    where = proposed(desk, browse)
    browse("security_officer").post(where, {"act": "approve"})
    assert policy(desk)["second_text"] is True
    cli.main(["compliance", "status"])
    assert "due   C84  Protective settings: second_text lowered for a while" in capsys.readouterr().out
    clock.move(timedelta(days=9, hours=23))
    house.keep(desk.dsn, desk.provider, MAPLE, clock.now())
    assert policy(desk)["second_text"] is True
    clock.move(timedelta(days=10))
    assert house.keep(desk.dsn, desk.provider, MAPLE, clock.now()) == 0
    assert "second_text" not in policy(desk)
    assert desk.rows("select ended_why, ended_by from lowering") == [("expired", None)]
    assert desk.rows("select count(*) from notice where about = 'protection_is_back'") == [(2,)]
    told = desk.rows("select what from audit where what like 'setting.%%' order by seq")
    assert [row[0] for row in told] == ["setting.proposed", "setting.lowered", "setting.restored"]


def test_a_cap_is_raised_and_falls_back_without_touching_the_others(desk: Desk, browse) -> None:
    desk.change("""update practice set gate = gate || '{"alerts": {"webhook": "https://x.example"}}'""")
    where = proposed(desk, browse, setting="replies_24h", value="12")
    browse("security_officer").post(where, {"act": "approve"})
    [(gate,)] = desk.rows("select gate from practice")
    assert gate["caps"] == {"replies_24h": 12} and gate["alerts"]
    browse("security_officer").post(where, {"act": "end"})
    [(gate,)] = desk.rows("select gate from practice")
    assert gate["caps"] == {} and gate["alerts"]


def test_what_was_lowered_by_other_means_is_red(desk: Desk, browse) -> None:
    desk.change("""update practice set gate = gate || '{"assume_textable": true}'""")
    page = browse("auditor").get("/compliance").content.decode()
    assert "lowered without two officers" in page
    assert "lowered without two officers" in browse("auditor").get("/compliance/settings").content.decode()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"days": "31"}, "1 to 30 days"),
        ({"days": "0"}, "1 to 30 days"),
        ({"reason": "because"}, "Write the reason"),
        ({"setting": "settle_seconds", "value": "1"}, "no such protective setting"),
        ({"setting": "replies_24h", "value": "4"}, "does not lower"),
        ({"setting": "replies_24h", "value": "21"}, "The most that may be asked for is 20"),
        ({"setting": "replies_24h", "value": "٩"}, "are numbers"),
    ],
)
def test_a_proposal_without_reason_or_end_is_not_kept(desk: Desk, browse, more: dict[str, str], says: str) -> None:
    answer = browse("privacy_officer").post("/compliance/settings/propose", {**ASK, **more}, headers=HX)
    assert says in words(answer)
    assert desk.rows("select count(*) from lowering") == [(0,)]


def test_every_protective_setting_lowers_only_upwards() -> None:
    for name, one in protect.PROTECTED.items():
        assert not protect.lowered(name, one.default) and protect.lowered(name, one.most)
    assert not protect.lowered("attempts", 9)


def test_downloads_on_unmanaged_devices_open_for_a_while_only(desk: Desk, browse) -> None:
    stranger = browse("privacy_officer", managed=False)
    assert stranger.post("/compliance/pack").status_code == 403
    where = proposed(desk, browse, setting="unmanaged_downloads")
    browse("security_officer").post(where, {"act": "approve"})
    assert stranger.post("/compliance/pack").status_code == 200
    browse("security_officer").post(where, {"act": "end"})
    assert stranger.post("/compliance/pack").status_code == 403
