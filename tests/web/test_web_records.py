"""The privacy officer's desk: requests of patients, legal holds, disclosures, what is kept, and taking everything out."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from desk import BIRCH, MARIA, Desk
from django.test import Client

from ringback.engine import clock
from ringback.store import parcel

CANARY = "my canary words"


def take(client: Client, kind: str = "access", record: str = "R1") -> str:
    """Take a request down; its page."""
    day = clock.now().date().isoformat()
    answer = client.post("/records/take", {"kind": kind, "record": record, "came_on": day, "words": "a letter"})
    assert answer.status_code == 302
    return str(answer["Location"])


def read(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return str(answer.content.decode())


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_request_from_the_letter_to_the_copy(desk: Desk, browse: Any) -> None:
    desk.text(MARIA, CANARY)
    officer = browse("privacy_officer")
    page = take(officer)
    assert "30 days left" in read(officer, page) and "Maria López Vega" in read(officer, "/records")
    fhir = officer.post(f"{page}/copy", {"form": "fhir"})
    assert fhir["Content-Type"] == "application/fhir+json" and "attachment" in fhir["Content-Disposition"]
    assert CANARY in json.dumps(json.loads(fhir.content))
    printed = officer.post(f"{page}/copy", {"form": "print"}).content.decode()
    assert CANARY in printed and "save it as PDF" in printed and "print.css" in printed
    officer.post(f"{page}/act", {"act": "deliver", "way": "unencrypted"})
    assert "Sent unencrypted, after the warning</p>" not in read(officer, page)
    officer.post(f"{page}/act", {"act": "warn"})
    officer.post(f"{page}/act", {"act": "deliver", "way": "unencrypted"})
    officer.post(f"{page}/act", {"act": "answer", "outcome": "granted"})
    seen = read(officer, page)
    assert "Sent unencrypted, after the warning</p>" in seen and "Done as asked" in seen
    exports = desk.rows("select act, what from audit where what = 'person.exported'")
    assert exports == [("export", "person.exported")] * 2


def test_nobody_on_the_list_and_a_day_to_come(desk: Desk, browse: Any) -> None:
    officer = browse("privacy_officer")
    day = clock.now().date()
    officer.post("/records/take", {"kind": "access", "record": "R99", "came_on": day.isoformat()})
    officer.post("/records/take", {"kind": "access", "record": "R1", "came_on": (day + timedelta(days=3)).isoformat()})
    assert desk.rows("select count(*) from patient_request") == [(0,)]


def test_a_hold_takes_two_browsers(desk: Desk, browse: Any) -> None:
    owner, officer = browse("owner"), browse("privacy_officer")
    owner.post(
        "/records/holds/ask", {"kind": "person", "record": "R1", "matter": "Vega v. Maple", "reason": "a letter"}
    )
    seen = read(owner, "/records/holds")
    assert "Somebody else places it." in seen and 'value="place"' not in seen
    found = re.search(r"/records/holds/([0-9a-f-]{36})/act", seen)
    assert found
    act = f"/records/holds/{found[1]}/act"
    owner.post(act, {"act": "place"})
    assert desk.rows("select placed_by from legal_hold") == [(None,)]
    officer.post(act, {"act": "place"})
    assert desk.rows("select asked_by, placed_by from legal_hold") == [(1, 2)]
    officer.post(act, {"act": "lift"})
    officer.post(act, {"act": "lift"})
    assert desk.rows("select lifted_at from legal_hold") == [(None,)]
    owner.post(act, {"act": "lift"})
    assert desk.rows("select lifted_by from legal_hold") == [(1,)]


def test_a_disclosure_and_its_accounting(desk: Desk, browse: Any) -> None:
    officer = browse("privacy_officer")
    day = clock.now().date().isoformat()
    told = {
        "record": "R1",
        "on": day,
        "recipient": "=County",
        "what": "a report",
        "why": "public_health",
        "authority": "12.3",
    }
    officer.post("/records/disclosures/add", told)
    officer.post("/records/disclosures/add", {**told, "why": "treatment"})
    assert desk.rows("select count(*) from disclosed") == [(1,)]
    page = take(officer, "accounting")
    csv = officer.post(f"{page}/copy", {"form": "csv", "from": day, "to": day}).content.decode()
    assert '"\'=County"' in csv
    assert officer.post(f"{page}/copy", {"form": "csv", "from": "1999-01-01", "to": day}).status_code == 302


def test_everything_goes_out_sealed_or_in_the_clear_when_that_is_said(desk: Desk, browse: Any) -> None:
    desk.text(MARIA, CANARY)
    officer = browse("privacy_officer")
    assert officer.post("/records/export", {}).status_code == 302
    assert officer.post("/records/export", {"passphrase": "short"}).status_code == 302
    with zipfile.ZipFile(io.BytesIO(body(officer.post("/records/export", {"clear": "yes"})))) as archive:
        assert CANARY.encode() in archive.read("tables/message.jsonl")
        assert json.loads(archive.read("manifest.json"))["practice"] == 1
    sealed = body(officer.post("/records/export", {"passphrase": "correct horse battery"}))
    assert CANARY.encode() not in sealed
    assert b"manifest.json" in b"".join(parcel.read(io.BytesIO(sealed), "correct horse battery"))
    assert desk.rows("select count(*) from audit where what = 'practice.exported'") == [(2,)]


def test_spans_are_lengthened_never_shortened_and_a_line_is_put_under_part_2(desk: Desk, browse: Any) -> None:
    officer = browse("privacy_officer")
    officer.post("/records/kept/set", {"kind": "thread", "months": "12"})
    assert desk.rows("select count(*) from retention_span") == [(0,)]
    officer.post("/records/kept/set", {"kind": "thread", "months": "240"})
    officer.post("/records/kept/set", {"line": "1", "on": "yes"})
    seen = read(officer, "/records/kept")
    assert "20 years" in seen and "lengthened" in seen and "No QSOA in force" in seen
    assert "Put under Part 2" not in read(browse("auditor"), "/records/kept")


@pytest.mark.parametrize("role", ["front_desk", "clinician", "manager", "security_officer", "auditor"])
def test_nobody_else_sees_requests_or_holds(desk: Desk, browse: Any, role: str) -> None:
    page = take(browse("privacy_officer"))
    client = browse(role)
    for where in ("/records", page, "/records/holds", "/records/disclosures"):
        assert client.get(where).status_code == 403, where
    assert client.post("/records/export", {"clear": "yes"}).status_code == 403


def test_another_practices_officer_finds_nothing(desk: Desk, browse: Any) -> None:
    page = take(browse("privacy_officer"))
    stranger = browse("privacy_officer", BIRCH)
    assert stranger.get(page).status_code == 404
    for path, told in ((f"{page}/act", {"act": "warn"}), (f"{page}/copy", {"form": "fhir"})):
        assert stranger.post(path, told).status_code == 404
    assert "Maria" not in read(stranger, "/records")
