"""`ringback directory import FILE`: read, say what is wrong line by line, and import all of it or nothing."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import psycopg

from ringback.core.directory import NotReadable, Reading, read
from ringback.store import directory, providers
from ringback.store.directory import Change
from ringback.store.keys import BadKey, Keyring

SHOWN = 50


def directory_main(argv: list[str] | None = None, stdout: TextIO | None = None) -> int:
    """Entry point. Exit 0: imported (or the dry run found nothing wrong); 1: refused, nothing changed; 2: not usable."""
    out = stdout or sys.stdout
    parser = argparse.ArgumentParser(prog="ringback directory", description="The practice's patient list.")
    sub = parser.add_subparsers(dest="verb", required=True)
    one = sub.add_parser("import", help="import a CSV export as the practice's patient list")
    one.add_argument("file", help="the CSV file, or - for standard input")
    one.add_argument("--practice", type=int, default=None, help="the practice's number (when there is more than one)")
    one.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
    one.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=FIELD", help="which column holds which field"
    )
    one.add_argument("--dates", choices=("mdy", "dmy"), help="how dates such as 03/04/1980 are written")
    one.add_argument("--allow-shrink", action="store_true", help="even when more than a fifth of the people would go")
    one.add_argument("--json", action="store_true", help="print the report as JSON")
    given = parser.parse_args(argv)
    renamed: dict[str, str] = {}
    for pair in given.map:
        column, found, field = pair.rpartition("=")
        if not found:
            parser.error(f"--map wants COLUMN=FIELD, not {pair!r}")
        renamed[column] = field.strip()
    try:
        data = sys.stdin.buffer.read() if given.file == "-" else Path(given.file).read_bytes()
    except OSError as wrong:
        print(f"{given.file} cannot be read: {wrong.strerror}", file=out)
        return 2
    try:
        with psycopg.connect(os.environ.get("RINGBACK_DATABASE_URL", ""), autocommit=True) as connection:
            practice = given.practice or _only_practice(connection)
            zone, ring = open_practice(connection, practice)
            reading = read(data, zone, renamed=renamed, order=given.dates)
            change = directory.preview(connection, ring, practice, reading)
            refused = bool(reading.errors) or (change.shrinks and not given.allow_shrink)
            if not refused and not given.dry_run:
                change = directory.replace(
                    connection, ring, practice, reading, datetime.now(UTC), allow_shrink=given.allow_shrink
                )
    except (NotReadable, LookupError, BadKey) as wrong:
        print(wrong.args[0] if wrong.args else wrong, file=out)
        return 2
    except psycopg.OperationalError:
        print("The database cannot be reached; set RINGBACK_DATABASE_URL.", file=out)
        return 2
    written = not refused and not given.dry_run
    if given.json:
        print(json.dumps(as_json(reading, change, written)), file=out)
    else:
        _say(reading, change, given.allow_shrink, given.dry_run, out)
    return 1 if refused else 0


def _only_practice(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    # Row-level security shows no practice that was not named, so the number has to come from somewhere.
    said = os.environ.get("RINGBACK_PRACTICE", "1")
    if not said.isdigit():
        raise LookupError("say which practice with --practice")
    return int(said)


def open_practice(connection: psycopg.Connection[tuple[object, ...]], practice: int) -> tuple[str, Keyring]:
    """The practice's zone and its keys. LookupError when there is none of this number."""
    ring = Keyring(providers.from_environment())
    with connection.transaction():
        connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
        found = connection.execute("select zone from practice where practice = %s", (practice,)).fetchone()
        if found is None:
            raise LookupError(f"there is no practice {practice}")
        keys = connection.execute(
            "select practice, number, purpose, wrapped from data_key where practice = %s", (practice,)
        ).fetchall()
    ring.load(keys)  # type: ignore[arg-type]
    return str(found[0]), ring


def as_json(reading: Reading, change: Change, written: bool) -> dict[str, object]:
    """The report as values; it names lines and columns, never people."""
    return {
        "imported": written,
        "rows": reading.rows,
        "encoding": reading.encoding,
        "columns": dict(reading.columns),
        "ignored": list(reading.ignored),
        "added": change.added,
        "changed": change.changed,
        "same": change.same,
        "removed": change.removed,
        "before": change.before,
        "problems": [{"line": p.line, "column": p.column, "say": p.say, "error": p.error} for p in reading.problems],
    }


def _say(reading: Reading, change: Change, allow_shrink: bool, dry_run: bool, out: TextIO) -> None:
    print(f"{reading.rows} rows, {reading.encoding}, columns read:", file=out)
    for head, field in reading.columns.items():
        print(f"  {head} -> {field}", file=out)
    if reading.ignored:
        print(f"  not used: {', '.join(reading.ignored)}", file=out)
    for problem in reading.problems[:SHOWN]:
        kind = "error" if problem.error else "note"
        print(f"line {problem.line}: {kind}: {f'{problem.column}: ' if problem.column else ''}{problem.say}", file=out)
    if len(reading.problems) > SHOWN:
        print(f"... and {len(reading.problems) - SHOWN} more", file=out)
    counts = f"{change.added} new, {change.changed} changed, {change.same} the same, {change.removed} removed of {change.before}"
    if reading.errors:
        print(f"Nothing was imported: {len(reading.errors)} errors. ({counts})", file=out)
    elif change.shrinks and not allow_shrink:
        print(
            f"Nothing was imported: more than a fifth would be removed ({counts}). Say --allow-shrink if meant.",
            file=out,
        )
    else:
        print(f"{'Would import' if dry_run else 'Imported'}: {counts}.", file=out)
