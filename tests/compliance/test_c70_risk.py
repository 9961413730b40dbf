"""C70: a risk register with owner and day, a risk analysis every year, and an evidence bundle: a dated ZIP with a manifest of SHA-256 that verifies, free of formulas and of patients.

The status exits 1 while something is late.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from desk import MAPLE, MARIA, Desk

from ringback import cli
from ringback.core.office import bundle
from ringback.core.office.duties import duties, regular, risks
from ringback.core.office.values import Deed, Registers

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
RISK = {"asset": "=cmd|'/c calc'!A1", "threat": "@SUM(1+1) phone left in a taxi", "likelihood": "3", "impact": "4", "staff": "3", "due_on": "2026-12-31", "state": "open", "note": ""}  # fmt: skip


def opened(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as made:
        assert made.testzip() is None
        return {name: made.read(name) for name in made.namelist()}


def test_the_risk_analysis_is_due_every_year() -> None:
    def state(now: datetime, *deeds: Deed) -> str:
        held = Registers(zone="UTC", began_at=BEGAN, deeds=deeds)
        return next(one.state for one in regular(held, now) if one.duty == "risk_analysis")

    done = Deed(duty="risk_analysis", at=datetime(2028, 2, 29, tzinfo=UTC))
    assert state(datetime(2029, 1, 28, tzinfo=UTC), done) == "green"
    assert state(datetime(2029, 2, 1, tzinfo=UTC), done) == "due"
    assert state(datetime(2029, 2, 28, tzinfo=UTC), done) == "red"
    assert state(BEGAN + timedelta(days=29)) == "not_set" and state(BEGAN + timedelta(days=30)) == "red"
    failed = Deed(duty="risk_analysis", at=datetime(2028, 6, 1, tzinfo=UTC), good=False)
    assert state(datetime(2028, 7, 1, tzinfo=UTC), done, failed) == "red", "a try that failed does not count"


def test_an_open_risk_past_its_day_is_red() -> None:
    held = Registers(zone="America/New_York", began_at=BEGAN, risks_due=(date(2026, 11, 22), date(2027, 5, 1)))
    assert risks(held, datetime(2026, 11, 23, 4, 59, tzinfo=UTC)).state == "due"
    assert risks(held, datetime(2026, 11, 23, 5, tzinfo=UTC)).state == "red"


def test_the_bundle_from_the_page_verifies_and_holds_no_formula_and_no_patient(desk: Desk, browse) -> None:
    desk.text(MARIA, "BILLING")
    officer = browse("privacy_officer")
    officer.post("/compliance/registers/risks/add", RISK)
    officer.post("/compliance/incidents/open", {"title": "About Maria", "discovered_at": "2026-11-02T10:30"})
    officer.post("/compliance/inventory")
    answer = officer.post("/compliance/pack")
    today = datetime.now(UTC).date().isoformat()
    assert answer["Content-Disposition"] == f'attachment; filename="compliance-{today}.zip"'
    files = opened(answer.content)
    assert bundle.verify(files, files["manifest.json"]) == []
    told = json.loads(files["manifest.json"])
    assert told["made_at"].startswith(today) and len(told["files"]) == len(files) - 1
    wanted = {
        "registers/agreements.csv", "registers/officers.json", "registers/risks.csv", "evidence/audit_checkpoints.json",
        "evidence/policies.json", "evidence/templates.csv", "evidence/incidents.json", "registers/deeds.json",
        "inventory.json", "inventory-now.json", "status.json",
    }  # fmt: skip
    assert wanted <= set(files)
    for name, body in files.items():
        assert b"L\xc3\xb3pez" not in body and b"2025550143" not in body and b"About Maria" not in body, name
        if name.endswith(".csv"):
            for row in csv.reader(io.StringIO(body.decode(), newline="")):
                assert not any(cell.startswith(bundle.FORMULA) for cell in row), name
    assert b"'=cmd|" in files["registers/risks.csv"] and b"'@SUM" in files["registers/risks.csv"]
    assert desk.rows("select staff from audit where act = 'export' and what = 'compliance.pack'") == [("2",)]


def test_the_notes_come_only_when_asked_for_by_who_may(desk: Desk, browse) -> None:
    browse("privacy_officer").post(
        "/compliance/incidents/open", {"title": "About Maria", "discovered_at": "2026-11-02T10:30"}
    )
    asked = opened(browse("privacy_officer").post("/compliance/pack", {"notes": "yes"}).content)
    assert b"About Maria" in asked["evidence/incidents.json"]
    auditor = opened(browse("auditor").post("/compliance/pack", {"notes": "yes"}).content)
    assert b"About Maria" not in b"".join(auditor.values())
    assert browse("nurse").post("/compliance/pack").status_code == 403


def test_the_command_line_writes_the_same_bundle_for_its_owner_only(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "evidence.zip"
    assert cli.main(["compliance", "pack", str(target), "--practice", str(MAPLE)]) == 0
    files = opened(target.read_bytes())
    assert bundle.verify(files, files["manifest.json"]) == []
    assert target.stat().st_mode & 0o077 == 0
    assert desk.rows("select body::json ->> 'source' from audit where what = 'compliance.pack'") == [("command",)]


def test_the_status_names_every_duty_and_exits_1_while_one_is_late(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.change("update agreement set project_flagged = true, media_locked = true, verified_on = current_date")
    assert cli.main(["compliance", "status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["control"] for one in told["duties"]} >= {"C8", "C10", "C12", "C26", "C66", "C67", "C68", "C69", "C70", "C71", "C72", "C73", "C75", "C84"}  # fmt: skip
    assert all(one["mend"] for one in told["duties"] if one["state"] != "green")
    desk.change("delete from agreement")
    assert cli.main(["compliance", "status"]) == 1
    said = capsys.readouterr().out
    assert "LATE  C66  Agreement (BAA) with twilio: none is on record. No text goes out." in said and "mend:" in said


def test_a_practice_that_is_not_there_is_said(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compliance", "status", "--practice", "99"]) == 2
    assert "no practice 99" in capsys.readouterr().err


def test_the_worst_comes_first(desk: Desk, browse) -> None:
    held = Registers(zone="UTC", began_at=BEGAN)
    states = [one.state for one in duties(held, BEGAN + timedelta(days=400))]
    assert states == sorted(states, key=["red", "not_set", "due", "green"].index)
    desk.change("delete from officer")
    page = browse("owner").get("/compliance").content.decode()
    assert page.index("Needs you now") < page.index("In order")
    assert "no privacy and no security officer is named: no text goes out" in page.lower()
