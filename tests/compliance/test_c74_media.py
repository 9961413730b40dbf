"""C74: what held patients' data and was destroyed, wiped or given back is recorded with method, day, who did it, witness and certificate; a destroyed key too. The record is only added to, and its free text is sealed."""

from __future__ import annotations

import psycopg
import pytest
from desk import Desk

FORM = {
    "kind": "disk", "end": "destroyed", "method": "destroy", "done_on": "2026-11-02", "staff": "3", "witness": "9",
    "certificate": "SH-2211", "note": "serial WX-99, from Dr. Sample's office",
}  # fmt: skip


def test_a_disposal_is_recorded_and_stays(desk: Desk, browse) -> None:
    officer = browse("security_officer")
    officer.post("/compliance/registers/media/add", FORM)
    [row] = desk.rows(
        'select kind, "end", method, done_on::text, staff, witness, certificate, made_by, sealed from disposal'
    )
    assert row[:8] == ("disk", "destroyed", "destroy", "2026-11-02", 3, 9, "SH-2211", 3)
    assert b"WX-99" not in bytes(row[8])
    page = officer.get("/compliance/registers/media").content.decode()
    assert "serial WX-99" in page and "Destroy (NIST SP 800-88)" in page and "Manager Maple" in page
    for sql in ("update disposal set certificate = 'x'", "delete from disposal"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk.change(sql)
    [(one,)] = desk.rows("select id from disposal")
    officer.post(f"/compliance/registers/media/{one}/change", {**FORM, "certificate": "other"})
    assert desk.rows("select certificate from disposal") == [("SH-2211",)]


def test_a_key_that_was_destroyed_has_its_record(desk: Desk, browse) -> None:
    browse("security_officer").post("/compliance/registers/media/add", {**FORM, "kind": "key", "end": "key_destroyed", "method": "crypto"})  # fmt: skip
    assert desk.rows('select kind, "end" from disposal') == [("key", "key_destroyed")]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"done_on": "soon"}, "On: a day such as"),
        ({"done_on": "0001-01-01"}, "from 1950"),
        ({"method": "hammer"}, "How: choose"),
        ({"staff": "99"}, "Done by: choose somebody"),
        ({"staff": "٣"}, "Done by: choose somebody"),
        ({"note": ""}, "fill it in"),
        ({"certificate": "x" * 201}, "200 characters"),
        ({"note": "a\0b"}, "cannot be kept"),
    ],
)
def test_a_form_that_is_wrong_comes_back_filled_in(desk: Desk, browse, wrong: dict[str, str], says: str) -> None:
    answer = browse("security_officer").post("/compliance/registers/media/add", {**FORM, **wrong})
    page = answer.content.decode()
    assert answer.status_code == 400 and says in page
    assert desk.rows("select count(*) from disposal") == [(0,)]
    if "certificate" not in wrong:
        assert 'value="SH-2211"' in page


def test_who_may_not_keep_registers_adds_nothing(desk: Desk, browse) -> None:
    for role in ("auditor", "manager", "nurse", "integration"):
        assert browse(role).post("/compliance/registers/media/add", FORM).status_code == 403
    assert browse("owner").post("/compliance/registers/no-such/add", FORM).status_code == 404
    assert desk.rows("select count(*) from disposal") == [(0,)]
