"""`ringback calls --system NAME FILE...`: a phone system's own records, read into one JSON object a call.

Standard output holds calls and nothing else, in order of time; what could not be read goes to standard error in plain
words, with how to mend it. Exit 2: nothing usable was given.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from ringback.adapters.contract import NotUnderstood, Recorded
from ringback.adapters.discover import phone_systems
from ringback.core.calls import Call, judge
from ringback.core.numbers import caller_number, e164

LARGE = 20_000_000


class Unusable(Exception):
    """What was given cannot be used; the message says how to mend it."""


def calls_main(argv: list[str], stdout: TextIO) -> int:
    """Entry point of `ringback calls`. Returns 0, or 2 when nothing usable was given."""
    parser = argparse.ArgumentParser(
        prog="ringback calls", description="Read a phone system's own records; print a JSON object a call."
    )
    arguments(parser)
    given = parser.parse_args(argv)
    try:
        calls = read_calls(given.system, given.option, given.files)
    except Unusable as wrong:
        print(f"ringback calls: {wrong}", file=sys.stderr)
        return 2
    for call in calls:
        stdout.write(json.dumps(shown(call), ensure_ascii=False) + "\n")
    return 0


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options that every command reading records has."""
    parser.add_argument("--system", required=True, metavar="NAME", help=f"one of: {', '.join(recorded())}")
    parser.add_argument(
        "--option", action="append", default=[], metavar="K=V", help="what the system's reader should know"
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="files of records (also .gz), or - for standard input")


def recorded() -> dict[str, Recorded]:
    """The phone systems whose records can be read, by name."""
    return {name: system for name, system in phone_systems().items() if isinstance(system, Recorded)}


def read_calls(system: str, options: Sequence[str], files: Sequence[str]) -> list[Call]:
    """Calls from files. Notes go to standard error. Raises `Unusable`."""
    systems = recorded()
    reader = systems.get(system)
    if reader is None:
        known = ", ".join(systems)
        if system in phone_systems():
            raise Unusable(f"{system} writes no files that could be read here; systems that do: {known}")
        raise Unusable(f"no system is called {system!r}; those whose records can be read: {known}")
    texts = [(name, text_of(name)) for name in files]
    size = sum(len(text) for _, text in texts)
    if size > LARGE:
        say(f"reading {size // 1_000_000} MB of records ...")
    try:
        calls = reader.read_records(texts, chosen(system, reader, options))
    except NotUnderstood as wrong:
        raise Unusable(str(wrong)) from None
    for note in getattr(calls, "notes", ()):
        say(note)
    if not any(text.strip() for _, text in texts):
        raise Unusable("nothing to read: every file is empty. Is logging switched on at the phone system?")
    return calls


def chosen(system: str, reader: Recorded, options: Sequence[str]) -> dict[str, str]:
    """`--option k=v` as values. Raises `Unusable` for one without `=` or that the system does not have."""
    hints: dict[str, str] = dict(getattr(reader, "record_options", {}))
    found: dict[str, str] = {}
    for option in options:
        name, equals, value = option.partition("=")
        name = name.strip().replace("_", "-")
        if not equals:
            raise Unusable(f"--option wants name=value, not {option!r}")
        if name not in hints:
            listed = "".join(f"\n  {known}: {hint}" for known, hint in hints.items())
            raise Unusable(f"{system} has no option {name!r}; it has:{listed}")
        found[name] = value
    return found


def text_of(name: str) -> str:
    """A file's text: UTF-8 (with or without a mark), UTF-16 with one, else Latin-1; .gz is unpacked. Raises `Unusable`."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except IsADirectoryError:
        raise Unusable(f"{name} is a folder; name the files in it") from None
    except OSError as wrong:
        raise Unusable(f"{name} cannot be read: {(wrong.strerror or 'unknown error').lower()}") from None
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError):
            raise Unusable(f"{name} is not a whole .gz file; copy it again") from None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def shown(call: Call) -> dict[str, str | None]:
    """A call as the command line shows it (the keys are stable: other programs rely on them)."""
    verdict = judge(call)
    return {
        "key": call.key,
        "from": caller_number(call.caller).number or call.caller,
        "to": e164(call.line) or call.line,
        "at": moment(call.began),
        "verdict": verdict.verdict.value,
        "why": verdict.why,
    }


def moment(at: datetime | None) -> str | None:
    """A moment as ISO 8601 in UTC, to the second; null where the records do not say."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at is not None else None


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(f"ringback: {text}", file=sys.stderr)
