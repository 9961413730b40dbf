"""C79: formulas in exports are words, files are judged by their content, and a form sets only the fields it shows.

Not here: pictures sent by text (MMS) are not fetched or kept yet, so there is nothing to scan or to re-encode.
"""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path

import pytest
from desk import MAPLE, MARIA, Desk
from hypothesis import given
from hypothesis import strategies as st

import ringback
from ringback.core import csv_safe
from ringback.core.directory import NotReadable, read

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u200b=1",
    "\ufeff=1",
    "\u00a0=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "%1",
    "|calc",
    '=HYPERLINK("http://evil.example","x")',
    "-",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_that_a_spreadsheet_would_run_is_words(formula: str) -> None:
    given_back = next(csv.reader(io.StringIO(csv_safe.text([formula], []), newline="")))[0]
    assert given_back.startswith("'") and given_back[1:] == formula


def test_ordinary_cells_stay_as_they_are() -> None:
    for words in ("Maria López", "a=b", "3-4", "2026-11-23", "O'Brien", "", " ", "a, b", 'say "x"'):
        assert csv_safe.cell(words) == words
    assert [csv_safe.cell(value) for value in (-3, 2.5, None, True)] == ["-3", "2.5", "", "True"]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=6))
def test_whatever_is_written_no_cell_begins_as_a_formula_and_none_is_lost(rows: list[list[str]]) -> None:
    text = csv_safe.text(["a", "b"], rows)
    back = list(csv.reader(io.StringIO(text, newline="")))
    assert len(back) == len(rows) + 1
    for row, written in zip(back[1:], rows, strict=True):
        for cell, words in zip(row, written, strict=True):
            assert not cell.lstrip(csv_safe.UNSEEN)[:1] or cell.lstrip(csv_safe.UNSEEN)[0] not in csv_safe.FORMULA
            assert cell in (words.replace("\0", ""), "'" + words.replace("\0", ""))


def test_every_csv_file_of_the_product_is_written_by_the_one_function() -> None:
    """A second writer would forget the rule; this finds it in the source."""
    root = Path(ringback.__file__).parent
    found = []
    for file in root.rglob("*.py"):
        if file.name == "csv_safe.py":
            continue
        source = file.read_text()
        uses = "csv.writer(" in source or "csv.DictWriter(" in source
        if uses and not ("csv_safe.row(" in source or "csv_safe.cell(" in source):
            found.append(str(file.relative_to(root)))
        ast.parse(source)
    assert found == []


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", b"%PDF-1.7", b"\x89PNG\r\n", b"\x7fELF", b"\x1f\x8b", b"\xff\xfea", b"a\0b", b""]
)
def test_a_file_is_judged_by_what_is_in_it(data: bytes) -> None:
    with pytest.raises(NotReadable):
        read(data, "America/New_York")


def test_no_page_gives_a_file_back(desk: Desk, browse) -> None:
    """Uploads are read in memory and never stored: there is no address under which one could be fetched."""
    from django.conf import settings

    assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    assert not getattr(settings, "MEDIA_URL", "") or settings.MEDIA_URL == "/"
    for path in ("/media/x", "/static/../../etc/passwd", "/static/%2e%2e/settings.py", "/static/..%2f..%2fsettings.py"):
        assert browse("owner").get(path).status_code == 404


def test_a_form_sets_only_what_it_shows(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    before = desk.rows("select id, role, account, active from staff order by id")
    browse("front_desk").post(
        f"/cases/{case}/note", {"words": "x", "by": "1", "role": "owner", "practice": 2, "kind": "text", "id": "1"}
    )
    assert desk.rows("select id, role, account, active from staff order by id") == before
    assert desk.rows("select kind, by from message where case_id = %s and kind = 'note'", (case,)) == [("note", "8")]
    assert desk.rows("select count(*) from message where practice <> %s", (MAPLE,)) == [(0,)]


def test_an_address_with_a_line_break_adds_no_header_to_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio
    from types import SimpleNamespace

    from ringback.engine import outside, tell

    sent: list[object] = []
    monkeypatch.setattr(outside, "Smtp", lambda place: sent.append(place))
    monkeypatch.setenv("RINGBACK_INSIDE", "127.0.0.1")
    bent = "nurse@example.org\r\nBcc: everybody@evil.example"
    problem = asyncio.run(tell.Teller._mail(SimpleNamespace(), "smtp://127.0.0.1:25", bent, "case 1a2b"))  # type: ignore[arg-type]
    assert problem.startswith("e-mail: ") and sent == []
