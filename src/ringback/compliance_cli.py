"""`ringback compliance status`, `ringback compliance pack FILE.zip` and `ringback inventory`: the privacy officer's page for a terminal.

Exit 1 when something is late, so that a monitor can watch it; 2 when the command or the set-up is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import psycopg

from ringback.core.office import bundle
from ringback.core.office.duties import duties, worst
from ringback.engine.node import from_environment
from ringback.store import audit, inventory, office, pack
from ringback.store.access import Rows

MARKS = {"green": "ok   ", "due": "due  ", "red": "LATE ", "not_set": "unset"}


@contextmanager
def _rows(practice: int) -> Iterator[Rows]:
    """The practice's rows in one transaction, as the application."""
    node = from_environment()
    with psycopg.connect(node.dsn, autocommit=True, connect_timeout=5) as connection, connection.transaction():
        connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
        rows = Rows(connection, practice, node.book.ring)
        yield rows
        audit.flush(connection, rows.entries)


def compliance_main(argv: list[str], out: TextIO) -> int:
    """Say how the duties stand, or write the evidence bundle."""
    parser = argparse.ArgumentParser(prog="ringback compliance")
    parts = parser.add_subparsers(dest="what", required=True)
    status = parts.add_parser("status", help="how every duty stands; exit 1 when one is late")
    status.add_argument("--json", action="store_true")
    bundle_ = parts.add_parser("pack", help="the evidence bundle as a ZIP with a manifest of hashes")
    bundle_.add_argument("file", type=Path)
    bundle_.add_argument("--with-notes", action="store_true", help="with the free text, which may name people")
    for part in (status, bundle_):
        part.add_argument("--practice", type=int, default=1)
    return _told(
        lambda options: _status(options, out) if options.what == "status" else _pack(options, out), parser, argv
    )


def inventory_main(argv: list[str], out: TextIO) -> int:
    """Print the inventory as JSON; with --keep it is kept, with --diff FILE it says what changed since that one (exit 1)."""
    parser = argparse.ArgumentParser(prog="ringback inventory")
    parser.add_argument("--practice", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep it as this year's inventory")
    parser.add_argument("--diff", type=Path, metavar="FILE", help="what changed since an earlier one")
    return _told(lambda options: _inventory(options, out), parser, argv)


def _told(work: Callable[[argparse.Namespace], int], parser: argparse.ArgumentParser, argv: list[str]) -> int:
    options = parser.parse_args(argv)
    try:
        return int(work(options))
    except LookupError:
        print(f"there is no practice {options.practice} here", file=sys.stderr)
    except psycopg.OperationalError as wrong:
        print(f"the database cannot be reached: {str(wrong).splitlines()[0]}", file=sys.stderr)
    except psycopg.errors.UndefinedTable:
        print("the database is not up to date: run `ringback migrate`", file=sys.stderr)
    except (OSError, json.JSONDecodeError) as wrong:
        print(f"{wrong}", file=sys.stderr)
    return 2


def _status(options: argparse.Namespace, out: TextIO) -> int:
    now = datetime.now(UTC)
    with _rows(options.practice) as rows:
        found = duties(office.held(rows, now), now)
    if options.json:
        told = [
            {name: getattr(one, name) for name in ("duty", "control", "state", "since", "due_by", "why", "mend")}
            for one in found
        ]
        print(json.dumps(bundle.plain({"practice": options.practice, "worst": worst(found), "duties": told})), file=out)
    else:
        for one in found:
            due = f", by {one.due_by:%Y-%m-%d}" if one.due_by else ""
            print(f"{MARKS[one.state]} {one.control:<4} {one.title}: {one.why}{due}", file=out)
            if one.mend:
                print(f"           mend: {one.mend}", file=out)
        late = sum(1 for one in found if one.state == "red")
        print(f"\n{f'{late} late.' if late else 'Nothing is late.'}", file=out)
    return 1 if any(one.state == "red" for one in found) else 0


def _pack(options: argparse.Namespace, out: TextIO) -> int:
    now = datetime.now(UTC)
    with _rows(options.practice) as rows:
        found = pack.files(rows, now, os.environ, with_notes=options.with_notes)
        pack.said(rows, found, "command line", "", options.with_notes, "command")
    # Only its owner may read it: it may hold what staff wrote.
    handle = os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pack.zipped(found, now))
    print(f"{options.file}: {len(found)} files, each with its SHA-256 in manifest.json", file=out)
    return 0


def _inventory(options: argparse.Namespace, out: TextIO) -> int:
    with _rows(options.practice) as rows:
        items = json.loads(json.dumps(inventory.take(rows, os.environ), default=str))
        if options.keep:
            inventory.keep(rows, items, None, datetime.now(UTC))
    if options.diff is None:
        print(json.dumps(items, indent=1), file=out)
        return 0
    told = inventory.changes(json.loads(options.diff.read_text()), items)
    print("\n".join(told) or "Nothing changed.", file=out)
    return 1 if told else 0
