"""Reading a practice's patient list: any export of one row a patient becomes rows of one shape, or errors with their line.

The rule: nothing is guessed that could name the wrong person. A date that can be read two ways, a number that is no
phone and a record that comes twice are errors; what is merely missing is a remark. Errors name the line and the column,
never what was written there. Pure: bytes in, values out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial

import phonenumbers

from ringback.core.directory_dates import DateUnclear, Order, read_date, read_moment, settle_order
from ringback.core.directory_names import FIELDS, LANGUAGES, NO, YES, field_of

LARGEST_FILE = 64 * 1024 * 1024
# How files begin that are often taken for the list, or are sent in its place.
OTHER_KINDS = (
    (b"PK\x03\x04", "a spreadsheet"),
    (b"PK\x05\x06", "a spreadsheet"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet"),
    (b"%PDF-", "a PDF"),
    (b"\x1f\x8b", "a packed file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document"),
)
_SPLIT = re.compile(r"[;|\n]| or ")


class NotReadable(ValueError):
    """The file as a whole cannot be read; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One patient. `phones` are (E.164 number, kind) with kind mobile, home or work; `consent` None where nothing is said."""

    line: int
    record: str = field(repr=False)
    name: str = field(repr=False)
    birth_date: date | None = field(default=None, repr=False)
    phones: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    lang: str = ""
    next_visit: datetime | None = None
    callback_requested: bool = False
    open_refill: bool = False
    recent_visit: bool = False
    consent: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong (`error`) or worth knowing about one line of the file; line 1 is the header."""

    line: int
    column: str
    say: str
    error: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file says. It may be imported when `errors` is empty."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    encoding: str
    delimiter: str
    rows: int

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.error)


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding: UTF-8 (with or without BOM), UTF-16 with BOM, else Windows-1252."""
    if len(data) > LARGEST_FILE:
        raise NotReadable("the file is larger than 64 MB")
    for start, what in OTHER_KINDS:
        if data.startswith(start):
            raise NotReadable(f"this is {what}; save the list as CSV and try again")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            raise NotReadable("the file breaks off or is no text; export the list as CSV once more") from None
        if "\0" in text:
            raise NotReadable("this is not a text file; export the list as CSV")
        return text, "UTF-16"
    if b"\0" in data:
        raise NotReadable("this is not a text file; export the list as CSV")
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "Windows-1252"


def sniff(text: str) -> str:
    """The character between columns: the one of `, ; tab |` that the header has most of, outside quotes."""
    header = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").split("\n", 1)[0])
    best = max(",;\t|", key=header.count)
    return best if header.count(best) else ","


def read(data: bytes, zone: str, *, renamed: Mapping[str, str] | None = None, order: Order | None = None) -> Reading:
    """Read a patient list. `zone` is the practice's; `renamed` maps the file's headers to our fields and wins over what
    is recognised; `order` says how slashed dates are written where the file itself does not tell. Raises NotReadable."""
    text, encoding = decode(data)
    delimiter = sniff(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((before + 1, [cell.strip() for cell in cells]))
            before = reader.line_num
    except csv.Error as wrong:
        raise NotReadable(f"line {reader.line_num} cannot be read as CSV: {wrong}") from None
    if not rows:
        raise NotReadable("the file is empty")
    header = rows[0][1]
    fields, ignored = _columns(header, renamed or {})
    names = {place: header[place] for place in fields}
    dated = [place for place, name in fields.items() if FIELDS[name] == "date"]
    found = order or settle_order(cells[place] for _, cells in rows[1:] for place in dated if place < len(cells))
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for line, cells in rows[1:]:
        if len(cells) > len(header) and any(cells[len(header) :]):
            problems.append(Problem(line=line, column="", say="the row has more columns than the header"))
            continue
        values: dict[str, list[tuple[str, str]]] = {}
        for place, name in fields.items():
            cell = cells[place] if place < len(cells) else ""
            if cell:
                values.setdefault(name, []).append((cell, names[place]))
        entry, remarks = _entry(line, values, zone, found)
        problems.extend(remarks)
        if entry.record and entry.record in seen:
            problems.append(Problem(line=line, column="record", say=f"the same record as on line {seen[entry.record]}"))
        seen.setdefault(entry.record, line)
        entries.append(entry)
    return Reading(
        entries=tuple(entries),
        problems=tuple(problems),
        columns={header[place]: name for place, name in fields.items()},
        ignored=ignored,
        encoding=encoding,
        delimiter=delimiter,
        rows=len(rows) - 1,
    )


def _columns(header: Sequence[str], renamed: Mapping[str, str]) -> tuple[dict[int, str], tuple[str, ...]]:
    wanted = {key.strip().lower(): value for key, value in renamed.items()}
    for name in wanted.values():
        if name not in FIELDS and name != "ignore":
            raise NotReadable(f"there is no field {name!r}; the fields are: {', '.join(FIELDS)}")
    absent = set(wanted) - {head.lower() for head in header}
    if absent:
        raise NotReadable(f"the file has no column {min(absent)!r}")
    fields: dict[int, str] = {}
    for place, head in enumerate(header):
        given = wanted.get(head.lower()) or field_of(head)
        if given and given != "ignore":
            fields[place] = given
    have = set(fields.values())
    taken = [name for name in have if FIELDS[name] != "phone" and list(fields.values()).count(name) > 1]
    if taken:
        raise NotReadable(f"two columns are read as {min(taken)!r}; say which with --map 'column=ignore'")
    if "record" not in have:
        raise NotReadable("no column holds the record number; say which with --map 'column=record'")
    if not ("name" in have or {"first_name", "last_name"} <= have):
        raise NotReadable("no column holds the name; say which with --map 'column=name'")
    if not any(FIELDS[name] == "phone" for name in have):
        raise NotReadable("no column holds a phone number; say which with --map 'column=mobile'")
    return fields, tuple(head for place, head in enumerate(header) if place not in fields and head)


Values = Mapping[str, Sequence[tuple[str, str]]]


def _entry(line: int, values: Values, zone: str, order: Order | None) -> tuple[Entry, list[Problem]]:
    problems: list[Problem] = []
    wrong = partial(Problem, line=line)

    def one(name: str) -> str:
        return values[name][0][0] if name in values else ""

    def head(name: str) -> str:
        return values[name][0][1] if name in values else name

    def flag(name: str) -> bool | None:
        said = one(name).lower()
        if said in NO:
            return False if said else None
        if said not in YES:
            problems.append(wrong(column=head(name), say="neither yes nor no"))
        return said in YES

    entry = Entry(
        line=line, record=one("record"), name=one("name") or f"{one('first_name')} {one('last_name')}".strip()
    )
    if not entry.record:
        problems.append(wrong(column=head("record"), say="no record number"))
    if not entry.name or ("name" not in values and not (one("first_name") and one("last_name"))):
        problems.append(wrong(column=head("name"), say="no full name"))
    born = None
    try:
        born = read_date(one("birth_date"), order) if one("birth_date") else None
        if born is not None and born.year < 1890:
            problems.append(wrong(column=head("birth_date"), say="a birth date before 1890"))
        if born is None:
            problems.append(
                wrong(
                    column=head("birth_date"),
                    say="no birth date: this patient cannot book with their own hand",
                    error=False,
                )
            )
    except DateUnclear as unclear:
        problems.append(wrong(column=head("birth_date"), say=str(unclear)))
    visit = None
    try:
        visit = read_moment(one("next_visit"), one("next_visit_time"), zone, order)
    except DateUnclear as unclear:
        problems.append(wrong(column=head("next_visit"), say=str(unclear)))
    phones = _phones(values, wrong, problems)
    said = one("language").lower().strip()
    lang = LANGUAGES.get(said, said if re.fullmatch(r"[a-z]{2}", said) else "")
    if said and not lang and said not in NO and said not in ("unknown", "declined", "other"):
        problems.append(wrong(column=head("language"), say="a language we do not know; left empty", error=False))
    return (
        replace(
            entry,
            birth_date=born,
            next_visit=visit,
            phones=phones,
            lang=lang,
            callback_requested=bool(flag("callback_requested")),
            open_refill=bool(flag("open_refill")),
            recent_visit=bool(flag("recent_visit")),
            consent=flag("consent"),
        ),
        problems,
    )


def _phones(values: Values, wrong: partial[Problem], problems: list[Problem]) -> tuple[tuple[str, str], ...]:
    said = values["phone_kind"][0][0].lower() if "phone_kind" in values else ""
    kind_of_phone = (
        "mobile" if said in ("", "mobile", "cell", "cellular", "m", "c") else "work" if said[:1] == "w" else "home"
    )
    found: dict[str, str] = {}
    for name, kind in (("mobile", "mobile"), ("phone", kind_of_phone), ("home", "home"), ("work", "work")):
        for cell, head in values.get(name, ()):
            for part in _SPLIT.split(cell):
                number = e164(part) if part.strip() else None
                if number:
                    found.setdefault(number, kind)
                elif part.strip():
                    problems.append(wrong(column=head, say="not a phone number"))
    if not found and not any(p.say == "not a phone number" for p in problems):
        problems.append(
            wrong(column="phone", say="no phone number: this patient's calls cannot be matched", error=False)
        )
    return tuple(found.items())


def e164(text: str) -> str | None:
    """A number as +1..., or None when it cannot be one; an extension is dropped."""
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
