"""`ringback integrity scan --practice N`: find what was changed past the product. Exit 1 names each row; for every night.

Run it from cron or a timer. It writes its counts into the audit log.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TextIO

import psycopg

from ringback.store import audit, integrity, providers, rotation


def integrity_main(argv: list[str], out: TextIO = sys.stdout) -> int:
    """Scan one practice; 0 whole, 1 damaged, 2 a set-up that is wrong."""
    parser = argparse.ArgumentParser(prog="ringback integrity", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    scan = commands.add_parser("scan", help="open every sealed value, hold rows against each other")
    scan.add_argument("--practice", type=int, required=True)
    scan.add_argument("--json", action="store_true", help="one JSON object a finding")
    options = parser.parse_args(argv)
    dsn = os.environ.get("RINGBACK_DATABASE_URL", "")
    if not dsn:
        print("RINGBACK_DATABASE_URL is not set; give it the address of the database", file=sys.stderr)
        return 2
    practice = options.practice
    with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
        ring = rotation.ring_of(connection, providers.from_environment(), practice)
        with connection.transaction():
            connection.execute("set transaction isolation level repeatable read")
            rotation.named(connection, practice)
            found = integrity.scan(connection, ring, practice)
        with connection.transaction():
            rotation.named(connection, practice)
            detail = {"opened": found.opened, "erased": found.erased, "damaged": len(found.damage)}
            result = "failed" if found.damage else "ok"
            audit.flush(
                connection,
                [audit.Entry(practice=practice, act="view", what="integrity.scan", by="command line", result=result,
                             source="command", detail=detail)],
            )  # fmt: skip
    for one in found.damage:
        if options.json:
            print(json.dumps({"table": one.table, "row": one.row, "what": one.what}), file=out)
        else:
            print(f"BAD   {one.table} {one.row}: {one.what}", file=out)
    if not options.json:
        said = "whole" if not found.damage else f"{len(found.damage)} damaged"
        print(
            f"practice {practice}: {found.opened} sealed values open in their place, {found.erased} of erased people; {said}",
            file=out,
        )
    return 1 if found.damage else 0
