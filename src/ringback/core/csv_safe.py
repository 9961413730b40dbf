"""CSV that a spreadsheet opens as words: no cell of an export is ever read as a formula (C79).

The rule: a text cell that begins with what a spreadsheet takes for a formula gets an apostrophe before it; every cell is
quoted. Numbers that the program made itself stay numbers. Every CSV file that leaves the product is written here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# Excel, LibreOffice and Google Sheets; the wide forms are typed on Asian keyboards and read the same.
FORMULA = frozenset("=+-@\t\r\n|%＝＋－＠")
# Shown as nothing and skipped by some programs before they look.
UNSEEN = " \u00a0\u200b\u200c\u200d\u2060\ufeff\0"


def cell(value: object) -> str:
    """One cell's words, harmless in a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    words = str(value).replace("\0", "")
    if words[:1] in FORMULA or words.lstrip(UNSEEN)[:1] in FORMULA:
        return f"'{words}" if words.strip(UNSEEN) else words
    return words


def row(values: Iterable[object]) -> list[str]:
    """A row of harmless cells, for a writer that wants rows."""
    return [cell(value) for value in values]


def text(header: Sequence[object], rows: Iterable[Iterable[object]]) -> str:
    """A whole file: its header and its rows, every cell quoted, lines ending as RFC 4180 says."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(row(header))
    writer.writerows(row(one) for one in rows)
    return out.getvalue()
