"""The evidence bundle's forms: no cell is a formula, and the manifest finds what was changed."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core.office import bundle

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("https://x.example")'])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    [_, row] = list(csv.reader(io.StringIO(bundle.table([{"words": text}]).decode(), newline="")))
    assert row == [f"'{text}"]


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.integers(),
        st.lists(st.text(max_size=5), max_size=3),
        st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2),
    )
)
def test_no_value_of_any_kind_begins_a_formula(value: object) -> None:
    assert not bundle.cell(value).startswith(bundle.FORMULA)


def test_the_manifest_finds_a_changed_a_missing_and_a_foreign_file() -> None:
    files = {"a.json": b"1", "b.csv": b"2"}
    written = bundle.manifest(files, NOW, {"practice": 1})
    assert bundle.verify({**files, "manifest.json": written}, written) == []
    assert bundle.verify({**files, "a.json": b"9"}, written) == ["a.json"]
    assert bundle.verify({"a.json": b"1"}, written) == ["b.csv"]
    assert bundle.verify({**files, "c.txt": b""}, written) == ["c.txt"]
    assert b"2026-11-23" in written
