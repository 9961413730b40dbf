"""The command line of records: exports, bringing a practice in, erasing, retention, legal holds.

ringback export practice PLACE [--passphrase-file FILE]   everything of a practice: a folder, FILE.zip, or a sealed file
ringback export person RECORD DIR                         one patient's copy: FHIR, CSV, and a page to print
ringback export accounting RECORD DIR --from --to         whom their record was disclosed to
ringback import practice PLACE [--passphrase-file FILE]   into an installation that does not have it
ringback erase person RECORD --yes [--despite-retention]  destroy a patient's keys; prints the certificate
ringback retention show|run                               the spans; purge what is over, now
ringback hold list|ask                                    what must stay; a second person places it on the page
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO

import psycopg

import ringback
from ringback import records_kept
from ringback.records_open import BY, SOURCE, Stop, opened, passphrase, person_of
from ringback.store import access, audit, boxes, disclosures, parcel, practices, record, takeout
from ringback.store.access import Row


def records_main(argv: list[str], out: TextIO | None = None) -> int:
    """Run `export`, `import`, `erase`, `retention` or `hold`. 1: refused, nothing was changed; 2: the command is wrong."""
    told = out or sys.stdout
    given = _parser().parse_args(argv)
    try:
        run: Callable[[Any, TextIO], int] = given.run
        return run(given, told)
    except Stop as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except psycopg.OperationalError:
        print("the database cannot be reached; set RINGBACK_DATABASE_URL to its address", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ringback", description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(required=True)
    practice = argparse.ArgumentParser(add_help=False)
    practice.add_argument("--practice", type=int, default=None, help="its number, when there is more than one")
    secret = argparse.ArgumentParser(add_help=False)
    secret.add_argument("--passphrase-file", type=Path, help="a file whose first line is the passphrase")
    out = verbs.add_parser("export").add_subparsers(required=True)
    one = out.add_parser("practice", parents=[practice, secret])
    one.add_argument("place", type=Path, help="a new folder, or FILE.zip")
    one.set_defaults(run=_export_practice)
    one = out.add_parser("person", parents=[practice])
    one.add_argument("record", help="the patient's id on the patient list")
    one.add_argument("folder", type=Path)
    one.set_defaults(run=_export_person)
    one = out.add_parser("accounting", parents=[practice])
    one.add_argument("record")
    one.add_argument("folder", type=Path)
    one.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="DAY")
    one.add_argument("--to", dest="last", type=date.fromisoformat, required=True, metavar="DAY")
    one.set_defaults(run=_export_accounting)
    one = verbs.add_parser("import").add_subparsers(required=True).add_parser("practice", parents=[secret])
    one.add_argument("place", type=Path)
    one.set_defaults(run=_import_practice)
    one = verbs.add_parser("erase").add_subparsers(required=True).add_parser("person", parents=[practice])
    one.add_argument("record")
    one.add_argument("--yes", action="store_true", help="it cannot be undone")
    one.add_argument("--despite-retention", metavar="REASON", default="", help="why records go before their time")
    one.set_defaults(run=records_kept.erase_person)
    kept = verbs.add_parser("retention").add_subparsers(required=True)
    kept.add_parser("show", parents=[practice]).set_defaults(run=records_kept.retention_show)
    kept.add_parser("run", parents=[practice]).set_defaults(run=records_kept.retention_run)
    hold = verbs.add_parser("hold").add_subparsers(required=True)
    hold.add_parser("list", parents=[practice]).set_defaults(run=records_kept.hold_list)
    one = hold.add_parser("ask", parents=[practice])
    one.add_argument("--staff", type=int, required=True, help="the number of the owner or privacy officer who asks")
    one.add_argument("--matter", required=True)
    one.add_argument("--reason", required=True)
    what = one.add_mutually_exclusive_group(required=True)
    what.add_argument("--person", metavar="RECORD")
    what.add_argument("--number")
    what.add_argument("--period", nargs=2, type=date.fromisoformat, metavar=("FROM", "TO"))
    what.add_argument("--all", action="store_true")
    one.set_defaults(run=records_kept.hold_ask)
    return parser


# ---- out and in ------------------------------------------------------------------------------------------------------


def export_practice(practice: int | None, put: boxes.Put, *, by: str, role: str = "", source: str = "page") -> Row:
    """Write a practice's files. It is in the audit log before the first file is, in a transaction of its own."""
    with opened(practice) as rows:
        audit.write(
            rows,
            act="export",
            what="practice.exported",
            object=f"practice:{rows.practice}",
            by=by,
            role=role,
            source=source,
        )
        practice = rows.practice
    with opened(practice, snapshot=True) as rows:
        return takeout.out(rows, put, datetime.now(UTC), ringback.__version__)


def _export_practice(given: Any, out: TextIO) -> int:
    secret = passphrase(given.passphrase_file)
    try:
        with boxes.writing(given.place, secret) as put:
            manifest = export_practice(given.practice, put, by=BY, source=SOURCE)
    except FileExistsError:
        raise Stop(f"{given.place} exists; nothing is written over") from None
    except (OSError, LookupError) as wrong:
        raise Stop(str(wrong)) from None
    rows = sum(one["rows"] for one in manifest["tables"].values())
    print(
        f"wrote {given.place}: practice {manifest['practice']}, {len(manifest['tables'])} tables, {rows} rows", file=out
    )
    if not secret:
        print("      in the clear: whoever reads it reads the patients. Keep it sealed (--passphrase-file)", file=out)
    return 0


def _import_practice(given: Any, out: TextIO) -> int:
    try:
        with boxes.reading(given.place, passphrase(given.passphrase_file)) as get:
            manifest = json.loads(b"".join(get("manifest.json")))
            with opened(int(manifest["practice"])) as rows:
                takeout.bring_in(rows, access.provider(), manifest, get, datetime.now(UTC))
                rows.run(
                    "update practice set live = false, kill = true, version = version + 1 where practice = %s",
                    (rows.practice,),
                )
                audit.write(
                    rows, act="change", what="practice.imported", object=f"practice:{rows.practice}", by=BY, source=SOURCE,
                    detail={"rows": sum(one["rows"] for one in manifest["tables"].values()), "made": manifest["made"]},
                )  # fmt: skip
    except (OSError, parcel.Closed, ValueError, KeyError, psycopg.errors.IntegrityError, takeout.NotEqual) as wrong:
        known = isinstance(wrong, takeout.Wrong | takeout.NotEqual | parcel.Closed)
        words = str(wrong) if known else f"it is not a whole export ({type(wrong).__name__})"
        print(f"BAD   {given.place}: {words}; nothing was imported", file=out)
        return 1
    rows_ = sum(one["rows"] for one in manifest["tables"].values())
    print(f"ok    practice {manifest['practice']}: {rows_} rows, equal to the manifest, table by table", file=out)
    print("      texting is off. Enter the carriers' secrets, invite the staff, then switch it on in Set-up", file=out)
    return 0


def _export_person(given: Any, out: TextIO) -> int:
    with opened(given.practice) as rows:
        who, now = person_of(rows, given.record), datetime.now(UTC)
        mine, about = record.of(rows, who), practices.practice(rows)
        files = {
            "record.fhir.json": json.dumps(
                record.as_fhir(rows, mine, now, about["name"]), ensure_ascii=False, indent=1
            ),
            "record.csv": record.csv(mine),
        }
        audit.write(
            rows,
            act="export",
            what="person.exported",
            object=f"person:{who}",
            by=BY,
            source=SOURCE,
            detail={"part2": mine["part2"]},
        )
        _files(given.folder, files)
    print(
        f"wrote {given.folder}: {len(mine['messages']) + len(mine['texts'])} messages, {len(mine['tasks'])} tasks",
        file=out,
    )
    if mine["left_out"]:
        print(f"      {mine['left_out']} cases of a shared number are not in it: nobody knows whose they are", file=out)
    return 0


def _export_accounting(given: Any, out: TextIO) -> int:
    with opened(given.practice) as rows:
        who, now = person_of(rows, given.record), datetime.now(UTC)
        try:
            told, held = disclosures.accounting(rows, who, given.first, given.last, now)
        except ValueError as wrong:
            raise Stop(str(wrong)) from None
        files = {
            "accounting.json": json.dumps(
                disclosures.document(told, given.first, given.last, now), ensure_ascii=False, indent=1
            ),
            "accounting.csv": disclosures.csv(told),
        }
        audit.write(
            rows, act="export", what="accounting.exported", object=f"person:{who}", by=BY, source=SOURCE,
            detail={"entries": len(told), "held_back": held},
        )  # fmt: skip
        _files(given.folder, files)
    print(f"wrote {given.folder}: {len(told)} disclosures", file=out)
    return 0


def _files(folder: Path, files: dict[str, str]) -> None:
    try:
        folder.mkdir(mode=0o700)
    except OSError as wrong:
        raise Stop(f"{folder}: {wrong.strerror}; give a folder that is not there yet") from None
    for name, words in files.items():
        with open(
            os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
        ) as file:
            file.write(words)
