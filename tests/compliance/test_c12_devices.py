"""C12: a device on the register that is locked, encrypted and checked this year may download; any other browser only looks, copies nothing, and has a short session.

A withdrawn device is out at its next request; a lost one opens an incident as well.
Not here: that a phone or laptop really is encrypted; the register takes the security officer's word and its day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from desk import Desk

from ringback.core.office.devices import SHORT_MINUTES, may
from ringback.core.office.values import Device
from ringback.web import office_door

GOOD = Device(id="d", screen_lock=True, disk_encrypted=True, attested_on=date(2026, 2, 1))
TODAY = date(2026, 11, 23)


def test_what_each_kind_of_device_may_do() -> None:
    assert may(GOOD, TODAY).download and may(GOOD, TODAY).copy and may(GOOD, TODAY).minutes == 0
    for weak in (
        None,
        replace(GOOD, screen_lock=False),
        replace(GOOD, disk_encrypted=False),
        replace(GOOD, attested_on=None),
    ):
        found = may(weak, TODAY)
        assert (found.enter, found.download, found.copy, found.minutes) == (True, False, False, SHORT_MINUTES)
    assert may(GOOD, date(2027, 2, 1)).download and not may(GOOD, date(2027, 2, 2)).download
    for gone in (replace(GOOD, revoked_at=datetime.now(UTC)), replace(GOOD, lost_at=datetime.now(UTC))):
        assert not may(gone, TODAY).enter


def test_a_download_on_an_unmanaged_device_is_refused_and_written_down(desk: Desk, browse) -> None:
    stranger = browse("privacy_officer", managed=False)
    answer = stranger.post("/compliance/pack")
    assert answer.status_code == 403 and b"may look, not download" in answer.content
    assert desk.rows("select act, result from audit where what = 'compliance_pack' order by seq desc limit 1") == [
        ("refusal", "refused")
    ]
    assert browse("privacy_officer").post("/compliance/pack").status_code == 200


def test_an_unmanaged_page_copies_nothing_and_a_managed_one_does(desk: Desk, browse) -> None:
    assert "nocopy.js" in browse("front_desk", managed=False).get("/").content.decode()
    assert "nocopy.js" not in browse("front_desk").get("/").content.decode()


def test_a_session_on_an_unmanaged_device_ends_after_a_quarter_of_an_hour_without_a_person(
    desk: Desk, browse, monkeypatch
) -> None:
    client, managed = browse("front_desk", managed=False), browse("front_desk")
    real, start = office_door.time.time, office_door.time.time()
    assert client.get("/").status_code == 200 and managed.get("/").status_code == 200
    monkeypatch.setattr(office_door.time, "time", lambda: start + 14 * 60)
    assert client.get("/today/lists").status_code == 200, "a page that asks by itself is no sign of a person"
    monkeypatch.setattr(office_door.time, "time", lambda: start + 16 * 60)
    assert client.get("/").status_code == 403
    monkeypatch.setattr(office_door.time, "time", real)
    assert client.get("/").status_code == 302, "signed out, not only refused"
    assert managed.get("/").status_code == 200


def test_a_withdrawn_device_is_out_at_its_next_request(desk: Desk, browse) -> None:
    nurse, officer = browse("nurse"), browse("security_officer")
    assert nurse.get("/").status_code == 200
    [(device,)] = desk.rows("select id from device")
    officer.post(f"/compliance/devices/{device}/act", {"act": "withdraw"})
    assert nurse.get("/").status_code == 403
    assert nurse.get("/").status_code == 302, "its session is over too"


def test_a_lost_device_opens_an_incident_with_what_is_known(desk: Desk, browse) -> None:
    officer = browse("security_officer", managed=False)
    [(device,)] = desk.rows("select id from device")
    officer.post(f"/compliance/devices/{device}/act", {"act": "lost"})
    assert desk.rows("select source, device from incident") == [("lost_device", device)]
    assert desk.rows("select facts from incident_entry where kind = 'facts'") == [({"encrypted": True},)]
    assert desk.rows("select lost_at is not null, revoked_at is not null from device") == [(True, True)]
    assert desk.rows("select count(*) from audit where act = 'alert' and what = 'device.lost'") == [(1,)]


def test_a_browser_becomes_a_device_by_its_owner_or_an_officer_only(desk: Desk, browse) -> None:
    form = {"label": "Nora's laptop", "kind": "laptop", "staff": "5", "screen_lock": "yes", "disk_encrypted": "yes", "attested_on": datetime.now(UTC).date().isoformat()}  # fmt: skip
    browse("security_officer").post("/compliance/registers/devices/add", form)
    [(device,)] = desk.rows("select id from device where staff = 5")
    stranger = browse("scheduler", managed=False)
    stranger.post(f"/training/devices/{device}")
    assert "ringback-device-1" not in stranger.cookies
    nurse = browse("nurse", managed=False)
    assert "this browser looks only" in nurse.get("/training").content.decode()
    answer = nurse.post(f"/training/devices/{device}")
    cookie = answer.cookies["ringback-device-1"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert "this browser may download" in nurse.get("/training").content.decode()
    [(kept,)] = desk.rows("select token_hash from device where staff = 5")
    assert bytes(kept) == office_door.digest(cookie.value) and cookie.value.encode() not in bytes(kept)
    assert nurse.post(f"/training/devices/{device}").cookies["ringback-device-1"].value != cookie.value
    assert timedelta(days=300) < timedelta(seconds=int(cookie["max-age"]))
