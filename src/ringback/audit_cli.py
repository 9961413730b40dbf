"""`ringback audit`: prove the log, look something up in it, take it out to be proved elsewhere.

ringback audit verify [--practice N] [--sinks LIST]     exit 1 names the first bad entry of each chain
ringback audit report --practice N [--object ID] [--by STAFF] [--act ACT] [--class breakglass] [--since DAY]
ringback audit export --practice N FILE                 one JSON line an entry, and the checkpoints after them
ringback audit check FILE                               prove such a file, with nothing but the file
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import psycopg

from ringback.core.audit import Finding, Linked, against, check
from ringback.store import audit_read, checkpoints


def audit_main(argv: list[str], out: TextIO = sys.stdout) -> int:
    """Run one of the commands above; 2 when the command line or the set-up is wrong."""
    parser = argparse.ArgumentParser(prog="ringback audit", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="walk every chain and hold it against the checkpoints kept elsewhere")
    verify.add_argument("--practice", type=int)
    verify.add_argument("--sinks", help="where checkpoints are; default RINGBACK_AUDIT_SINKS")
    report = commands.add_parser("report", help="who did what")
    report.add_argument("--practice", type=int, required=True)
    for name in ("--object", "--by", "--act", "--class"):
        report.add_argument(name, default="", dest=name.strip("-").replace("class", "class_"))
    report.add_argument("--since", type=datetime.fromisoformat)
    report.add_argument("--limit", type=int, default=200)
    export = commands.add_parser("export", help="the log as a file that proves itself")
    export.add_argument("--practice", type=int, required=True)
    export.add_argument("file", type=Path)
    offline = commands.add_parser("check", help="prove an exported file")
    offline.add_argument("file", type=Path)
    options = parser.parse_args(argv)
    if options.command == "check":
        return _check(options.file, out)
    dsn = os.environ.get("RINGBACK_DATABASE_URL", "")
    if not dsn:
        print("RINGBACK_DATABASE_URL is not set; give it the address of the database", file=sys.stderr)
        return 2
    with psycopg.connect(dsn, connect_timeout=5, autocommit=True) as connection:
        if options.command == "verify":
            return _verify(connection, options, out)
        if options.command == "report":
            return _report(connection, options, out)
        return _export(connection, options, out)


def _named(connection: psycopg.Connection[Any], practice: int) -> None:
    connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))


def _verify(connection: psycopg.Connection[Any], options: argparse.Namespace, out: TextIO) -> int:
    try:
        places = checkpoints.sinks(options.sinks)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    lines = [line for sink in places for line in sink.all() if line.strip()]
    chosen = [options.practice] if options.practice is not None else audit_read.practices(connection, lines)
    bad = 0
    for practice in chosen:
        with connection.transaction():
            _named(connection, practice)
            proof = audit_read.prove(connection, practice, lines)
        name = f"practice {practice}" if practice else "the installation"
        if proof.finding is not None:
            bad += 1
            at = f"entry {proof.finding.seq} " if proof.finding.seq else ""
            print(f"BAD   {name}: {at}{proof.finding.what}", file=out)
        else:
            agreed = f"{proof.agreed} checkpoint{'s agree' if proof.agreed != 1 else ' agrees'}" if proof.agreed else (
                "no checkpoint was found elsewhere: a cut tail would not show"
            )  # fmt: skip
            print(f"ok    {name}: {proof.size} entries, whole; {agreed}", file=out)
    if not chosen:
        print("No audit log yet.", file=out)
    return 1 if bad else 0


def _report(connection: psycopg.Connection[Any], options: argparse.Namespace, out: TextIO) -> int:
    since = options.since.replace(tzinfo=options.since.tzinfo or UTC) if options.since else None
    with connection.transaction():
        _named(connection, options.practice)
        found = audit_read.find(
            connection, options.practice, object=options.object, by=options.by, act=options.act,
            class_=options.class_, since=since, limit=options.limit,
        )  # fmt: skip
    for one in found:
        print(json.dumps(one, sort_keys=True), file=out)
    return 0


def _export(connection: psycopg.Connection[Any], options: argparse.Namespace, out: TextIO) -> int:
    count = 0
    with connection.transaction(), options.file.open("w") as file:
        connection.execute("set transaction isolation level repeatable read")
        _named(connection, options.practice)
        for one in audit_read.walk(connection, options.practice):
            told = {"body": one.body.decode(), "hash": base64.b64encode(one.hash).decode()}
            print(json.dumps(told), file=file)
            count += 1
        marks = connection.execute(
            "select note from audit_checkpoint where practice = %s order by size", (options.practice,)
        ).fetchall()
        for (note,) in marks:
            print(json.dumps({"checkpoint": json.loads(note)}), file=file)
    print(f"wrote {count} entries and {len(marks)} checkpoints to {options.file}", file=out)
    return 0


def _check(path: Path, out: TextIO) -> int:
    try:
        told = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        entries = [one for one in told if "body" in one]
        practice = json.loads(entries[0]["body"])["practice"] if entries else 0
        end = check(_linked(entries), practice)
        marks = [checkpoints.read(json.dumps(one["checkpoint"])) for one in told if "checkpoint" in one]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        print(f"BAD   {path}: it cannot be read as an exported log: {wrong}", file=out)
        return 1
    finding = end if isinstance(end, Finding) else None
    for mark in marks:
        own = base64.b64decode(entries[mark.size - 1]["hash"]) if 0 < mark.size <= len(entries) else None
        finding = finding or against(mark, own)
    if finding is not None:
        print(f"BAD   {path}: entry {finding.seq} {finding.what}", file=out)
        return 1
    print(
        f"ok    {path}: {len(entries)} entries of practice {practice}, whole; {len(marks)} checkpoints agree", file=out
    )
    return 0


def _linked(entries: list[dict[str, str]]) -> Iterator[Linked]:
    prev = bytes(32)
    for one in entries:
        body = one["body"].encode()
        own = base64.b64decode(one["hash"])
        yield Linked(seq=int(json.loads(body)["seq"]), body=body, prev=prev, hash=own)
        prev = own
