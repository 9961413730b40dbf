"""HTML, formulas and control characters in everything somebody can write: forms, texts, names in a file, file names.

Whatever is written comes back as the same letters and never as a tag; a scheduler's form sets no field it does not show.
"""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from desk import BIRCH, MAPLE, MARIA, STRANGE, Desk
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from forms import body, forms
from test_web_door import address, names

from ringback.web import routes

SCRIPT = "<script>alert('zq')</script>"
NASTY = [
    SCRIPT,
    "\"><img src=x onerror=alert('zq')>",
    '=HYPERLINK("http://evil.example","zq")',
    "{{ settings.SECRET_KEY }}{% debug %} zq",
    "javascript:alert('zq')",
    "zq\u202egpj.exe",
]
RAW = re.compile(r"<script>alert|<img src=x|onerror=alert\('zq'\)>|href=\"javascript:", re.I)


def looks(desk: Desk, client: Client, case: object, task: str) -> dict[str, str]:
    """Every page this client may GET, by route."""
    seen = {}
    for name in sorted(names() - {"events", "sign_out", "next_task"}):
        answer = client.get(address(name, case, task))
        assert answer.status_code < 500, name
        if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
            seen[name] = answer.content.decode()
    return seen


@pytest.mark.parametrize("nasty", NASTY[:3])  # the rest in a note, below: the crawl is long
def test_every_field_of_every_form_gives_letters_back(desk: Desk, browse, nasty: str) -> None:
    case = desk.text(MARIA, f"BILLING {nasty}")
    desk.text(STRANGE, f"{nasty} question about my bill")
    task = desk.task_of(case)
    client = browse("owner")
    written = set()
    for name, page in looks(desk, client, case, task).items():
        for form in forms(page):
            if form.method != "post" or "sign-out" in form.action:
                continue
            for fieldname in form.writable:
                if (form.action, fieldname) in written:
                    continue
                written.add((form.action, fieldname))
                values = form.values | {other: "x" for other in form.writable} | {fieldname: nasty, "sure": "yes"}
                answer = client.post(form.action or address(name, case, task), values, follow=True)
                assert answer.status_code < 500, (name, form.action, fieldname)
                assert not RAW.search(body(answer).decode(errors="replace")), (name, fieldname)
    assert len(written) >= 3, "no fields were found to write into"
    for role in ("owner", "front_desk", "auditor"):
        for name, page in looks(desk, browse(role), case, task).items():
            assert not RAW.search(page), (role, name)
            assert "SECRET_KEY }}" in page or "zq{" not in page


def test_a_note_comes_back_letter_for_letter(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    client = browse("owner")
    for nasty in NASTY:
        client.post(f"/cases/{case}/note", {"words": nasty})
    assert desk.notes(case) == [one.strip() for one in NASTY]
    page = client.get(f"/cases/{case}").content.decode()
    assert "&lt;script&gt;alert(&#x27;zq&#x27;)&lt;/script&gt;" in page and not RAW.search(page)


def test_control_characters_break_nothing(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    client = browse("owner")
    for words in ("a\0b", "\ud83d", "x" * 100_000, "\r\nSet-Cookie: a=b", "\x1b[2J"):
        for path, name in (
            (f"/cases/{case}/note", "words"),
            (f"/cases/{case}/close", "reason"),
            ("/setup/policy", "note"),
        ):
            body = {name: words.encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "closure": "resolved"}
            answer = client.post(path, body, headers={"HX-Request": "true"})
            assert answer.status_code < 500, (path, words[:10])
            assert "a=b" not in str(answer.cookies)


FILES: dict[str, tuple[bytes, str]] = {
    "a program": (b"\x7fELF\x02\x01\x01\0" + b"\0" * 64, "wrong"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "wrong"),
    "a spreadsheet": (b"PK\x03\x04" + b"x" * 60, "wrong"),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "wrong"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "wrong"),
    "a packed file": (b"\x1f\x8b\x08\0\0\0\0\0", "wrong"),
    "a page": (b"<!doctype html><script>alert('zq')</script>", "wrong"),
    "an empty file": (b"", "wrong"),
    "nulls inside": (b"record,name\n1,A\0B\n", "wrong"),
    "broken UTF-16": (b"\xff\xfer\0e\0c", "any"),
    "one line without end": (b"a" * 300_000, "wrong"),
    "a quote that never closes": (b'record,name\n1,"' + b"x" * 200_000, "wrong"),
    "ten thousand columns": (b",".join(b"c%d" % n for n in range(10_000)) + b"\n", "any"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_patient_list_is_refused_with_its_reason(desk: Desk, browse, ledger: Any, name: str) -> None:
    data, _ = FILES[name]
    before = ledger.digest()
    client = browse("owner")
    answer = client.post("/directory/", {"file": SimpleUploadedFile("../../../etc/cron.d/x.csv", data)})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert not RAW.search(page) and "/etc/cron.d" not in page
    people = desk.rows("select count(*) from person")
    assert people == [(3,)]
    after = ledger.digest()
    assert {table for table in after if after[table] != before[table]} <= {"auth_user"}


def test_a_poisoned_list_is_shown_as_letters_and_served_nowhere(desk: Desk, browse) -> None:
    rows = [
        "record,first name,last name,birth date,phone",
        "P1,\"=cmd|' /C calc'!A0\",<script>alert('zq')</script>,1980-01-02,2025550177",
        "<script>alert('zq')</script>,\"@SUM(1+1)\",Lee,1980-01-02,2025550178",
        '../../P3,"{{ 7*7 }}",Lee,1980-01-02,not a number',
    ]
    client = browse("owner")
    file = io.BytesIO("\n".join(rows).encode())
    file.name = "<script>alert('zq')</script>.csv"
    page = client.post("/directory/", {"file": file, "allow_shrink": "yes"}).content.decode()
    assert not RAW.search(page)
    # Errors name the line and the column, never what was written there.
    assert "=cmd" not in page and "not a number" not in page
    for guess in ("/media/x.csv", "/static/../directory/", "/uploads/", "/directory/x.csv"):
        assert client.get(guess).status_code == 404


def test_extra_fields_in_a_form_set_nothing(desk: Desk, browse) -> None:
    """Mass assignment: a form that says who it is, for whom and in which practice is not believed."""
    case = desk.text(MARIA, "BILLING")
    theirs = desk.text(MARIA, "BILLING", practice=BIRCH)
    task = desk.task_of(case)
    staff = "select id, role, account, active from staff order by id"
    before = {practice: desk.rows(staff, practice=practice) for practice in (MAPLE, BIRCH)}
    head = "select practice, name, alias, live from practice"
    heads = {practice: desk.rows(head, practice=practice) for practice in (MAPLE, BIRCH)}
    other = desk.rows("select id, phase, changed_at from cases order by id", practice=BIRCH)
    extra = {
        "practice": BIRCH, "practice_id": BIRCH, "role": "owner", "by": "1", "account": 1, "is_superuser": "true",
        "case": str(theirs), "case_id": str(theirs), "_method": "DELETE", "id": 1, "live": "no", "active": "no",
        "words": "a note", "disposition": "reached", "closure": "resolved", "reason": "x", "mode": "shadow", "source": "voice",
    }  # fmt: skip
    for role in ("scheduler", "front_desk"):
        client = browse(role)
        for name in sorted(names()):
            if routes.ROUTES[name].roles is routes.ANYBODY or role not in routes.ROUTES[name].roles:
                continue
            where = address(name, case, task)
            assert client.post(where, extra, headers={"X-HTTP-Method-Override": "DELETE"}).status_code < 500, name
    desk.fold()
    for practice in (MAPLE, BIRCH):
        assert desk.rows(staff, practice=practice) == before[practice]
        assert desk.rows(head, practice=practice) == heads[practice]
    assert desk.rows("select id, phase, changed_at from cases order by id", practice=BIRCH) == other
    assert desk.notes(theirs, BIRCH) == []
