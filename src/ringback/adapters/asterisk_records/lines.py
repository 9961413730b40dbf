"""Which kind of record a text is, told from its columns (never from its name), and its rows.

A log is read as it is found: Windows line ends, a byte order mark, a last line that is still being written and single
broken lines are stepped over and said; only a text that is none of the known kinds is refused.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ringback.adapters.contract import NotUnderstood

CDR, CEL, QUEUE, ENVELOPE = "cdr", "cel", "queue_log", "voicemail"

DISPOSITIONS = frozenset({"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION", "CANCEL", "UNKNOWN"})
CEL_EVENTS = frozenset(
    {
        "CHAN_START", "CHAN_END", "ANSWER", "HANGUP", "APP_START", "APP_END", "BRIDGE_ENTER",
        "BRIDGE_EXIT", "BRIDGE_START", "BRIDGE_END", "BRIDGE_UPDATE", "CONF_ENTER", "CONF_EXIT",
        "CONF_START", "CONF_END", "PARK_START", "PARK_END", "TRANSFER", "BLINDTRANSFER",
        "ATTENDEDTRANSFER", "PICKUP", "FORWARD", "3WAY_START", "3WAY_END", "HOOKFLASH",
        "LINKEDID_END", "USER_DEFINED", "LOCAL_OPTIMIZE", "LOCAL_OPTIMIZE_BEGIN", "STREAM_BEGIN",
        "STREAM_END", "DTMF",
    }
)  # fmt: skip
UNIQUE = re.compile(r"(?:.+-)?(\d{9,11})\.\d+")
"""A channel's unique id: an optional system name, the second it was made, a counter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file cut into rows of one kind. `header` is empty when the file has none; `notes` say what was stepped over."""

    kind: str
    rows: tuple[list[str], ...] = ()
    header: tuple[str, ...] = ()
    text: str = ""
    notes: tuple[str, ...] = ()


def table(name: str, text: str) -> Table:
    """Cut a file into rows. Raises `NotUnderstood` for a text that is no record of Asterisk, saying what was looked for."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return Table(kind="", notes=(f"{name} is empty",))
    if "\0" in text[:4096]:
        raise NotUnderstood(f"{name} is not a text file; name the CSV, queue_log or msgNNNN.txt files themselves")
    if re.search(r"^\s*\[message\]\s*$", text, re.MULTILINE) and re.search(r"^\s*origtime\s*=", text, re.MULTILINE):
        return Table(kind=ENVELOPE, text=text)
    lines = text.splitlines()
    whole = text.endswith(("\n", "\r"))
    if _votes(lines, lambda line: QUEUE_LINE.match(line) is not None):
        return _cut(name, QUEUE, [line.split("|") for line in lines], whole, least=5)
    rows = [_row(line) for line in lines]
    header = _header(rows)
    if header:
        kind = CEL if "eventtype" in header else CDR
        return _cut(name, kind, rows[1:], whole, least=len(header), header=header)
    if _votes(rows, lambda row: len(row) > 8 and row[0].upper() in CEL_EVENTS):
        return _cut(name, CEL, rows, whole, least=9)
    if _votes(rows, lambda row: 16 <= len(row) <= 21 and row[14] in DISPOSITIONS):
        return _cut(name, CDR, rows, whole, least=16, most=21)
    raise NotUnderstood(
        f"{name} is none of Asterisk's records: a CDR file has 16 to 21 columns with the disposition in the 15th, a CEL "
        "file begins each line with an event such as CHAN_START, a queue_log is divided by |, a voicemail's text file "
        "has [message]. A file with other columns needs a first line that names them"
    )


QUEUE_LINE = re.compile(r"\d{9,11}(?:\.\d+)?\|[^|]*\|[^|]*\|[^|]*\|[A-Z]+(?:\||$)")
_TIME = frozenset({"start", "calldate"})


def _votes(lines: Sequence[Any], fits: Callable[[Any], bool]) -> bool:
    """Whether at least half of the first lines that say anything fit: one broken line never decides."""
    seen = fitting = 0
    for line in lines[:200]:
        if line and line != [""]:
            seen += 1
            fitting += bool(fits(line))
    return fitting > 0 and fitting * 2 >= seen


def _row(line: str) -> list[str]:
    try:
        return next(csv.reader((line,)), [])
    except csv.Error:
        return []


def _header(rows: list[list[str]]) -> tuple[str, ...]:
    """The names of the columns where the first line gives them (an export from the database)."""
    names = tuple(name.strip().lower() for name in rows[0])
    if "linkedid" in names and {"eventtype", "eventtime"} <= set(names):
        return names
    return names if "disposition" in names and _TIME & set(names) else ()


def _cut(
    name: str,
    kind: str,
    rows: list[list[str]],
    whole: bool,
    *,
    least: int,
    most: int = 1000,
    header: tuple[str, ...] = (),
) -> Table:
    """Keep the rows that are whole; say how many were not."""
    usual = Counter(len(row) for row in rows if row and row != [""]).most_common(1)
    notes, broken, kept = [], [], []
    for number, row in enumerate(rows, start=2 if header else 1):
        if not row or row == [""]:
            continue
        last = number - (1 if header else 0) == len(rows)
        cut_off = last and not whole and bool(usual) and len(row) != usual[0][0] and kind != QUEUE
        if cut_off:
            notes.append(f"{name}: the last line is not finished and was left out")
        elif not least <= len(row) <= most:
            broken.append(number)
        else:
            kept.append(row)
    if broken:
        many = f"{len(broken)} lines" if len(broken) > 1 else "a line"
        notes.append(
            f"{name}: {many} could not be read and {'were' if len(broken) > 1 else 'was'} left out (line {broken[0]})"
        )
    return Table(kind=kind, rows=tuple(kept), header=header, notes=tuple(notes))


def epoch_of(unique: str) -> int | None:
    """The second at which a channel was made, told from its unique id."""
    found = UNIQUE.fullmatch(unique)
    return int(found[1]) if found else None
