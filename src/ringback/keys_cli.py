"""`ringback keys`: make a key file, see how old keys are, rotate them while the work goes on.

ringback keys create FILE
ringback keys status --practice N
ringback keys rotate practice N [--resume]
ringback keys rotate provider N --from NAME --to NAME     NAME as in RINGBACK_KEYS: file:PATH, vault:..., aws-kms:...
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

import psycopg

from ringback.store import audit, providers, rotation
from ringback.store.keys import BadKey, SealedFile

PRACTICE_DAYS, PROVIDER_DAYS, SIGNING_DAYS = 90, 365, 365


def keys_main(argv: list[str], out: TextIO = sys.stdout) -> int:
    """Run one of the commands above; 2 with a mend when the command line or the set-up is wrong."""
    parser = argparse.ArgumentParser(prog="ringback keys", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("create", help="make a sealed key file").add_argument("file", type=Path)
    commands.add_parser("status", help="ages, and what rests on which key").add_argument(
        "--practice", type=int, required=True
    )
    rotate = commands.add_parser("rotate", help="the next key of a practice, or another provider").add_subparsers(
        dest="what", required=True
    )
    practice = rotate.add_parser("practice")
    practice.add_argument("practice", type=int)
    practice.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    provider = rotate.add_parser("provider")
    provider.add_argument("practice", type=int)
    provider.add_argument("--from", dest="old", required=True)
    provider.add_argument("--to", dest="new", required=True)
    options = parser.parse_args(argv)
    if options.command == "create":
        return _create(options.file)
    dsn = os.environ.get("RINGBACK_DATABASE_URL", "")
    if not dsn:
        print("RINGBACK_DATABASE_URL is not set; give it the address of the database", file=sys.stderr)
        return 2
    now = datetime.now(UTC)
    with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
        if options.command == "status":
            return _status(connection, options.practice, now, out)
        if options.what == "provider":
            old, new = providers.open_(options.old), providers.open_(options.new)
            count = rotation.rewrap_all(connection, old, new, options.practice, now)
            _written(connection, options.practice, "keys.provider", {"rows": count})
            print(
                f"{count} keys of practice {options.practice} are wrapped by {new.name} now; set RINGBACK_KEYS to it",
                file=out,
            )
            return 0
        shown = _Progress()
        try:
            done = rotation.rotate(
                connection, providers.from_environment(), options.practice, now, shown, resume=options.resume
            )
        except LookupError as wrong:
            print(wrong, file=sys.stderr)
            return 2
        finally:
            shown.end()
        _written(
            connection,
            options.practice,
            "keys.rotated",
            {"number": done.number, "changed": done.changed, "left": done.left},
        )
        print(
            f"practice {options.practice}: key {done.number}; {done.changed} values sealed anew, {done.left} on older keys",
            file=out,
        )
        if done.left:
            print(
                "what is left lies in ledgers that are never touched, or was written meanwhile: --resume looks again",
                file=out,
            )
    return 0


class _Progress:
    """How far it is, on one line of a terminal."""

    def __call__(self, place: str, count: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{count:>9} sealed anew, at {place:<30}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if sys.stderr.isatty():
            print(file=sys.stderr)


def _written(
    connection: psycopg.Connection[tuple[object, ...]], practice: int, what: str, detail: dict[str, int]
) -> None:
    with connection.transaction():
        rotation.named(connection, practice)
        entry = audit.Entry(
            practice=practice, act="change", what=what, by="command line", source="command", detail=detail
        )
        audit.flush(connection, [entry])


def _create(path: Path) -> int:
    if path.exists():
        print(f"{path} exists; a key file is never overwritten, for what it sealed would be lost", file=sys.stderr)
        return 2
    try:
        SealedFile(path, create=True)
    except (BadKey, OSError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    print(f"made {path}; keep a copy where the database is not")
    return 0


def _status(connection: psycopg.Connection[tuple[object, ...]], practice: int, now: datetime, out: TextIO) -> int:
    with connection.transaction():
        rotation.named(connection, practice)
        keys = connection.execute(
            "select number, purpose, created_at from data_key where practice = %s and destroyed_at is null order by purpose, number",
            (practice,),
        ).fetchall()
        runs = connection.execute(
            "select kind, number, began_at, changed, ended_at from key_run where practice = %s order by began_at desc limit 5",
            (practice,),
        ).fetchall()
        signing = connection.execute("select max(made_at) from audit_key where practice = %s", (practice,)).fetchone()
    if not keys:
        print(f"practice {practice} has no keys here", file=sys.stderr)
        return 2
    data = [row for row in keys if row[1] == "data"]
    newest = data[-1]
    due = newest[2] + timedelta(days=PRACTICE_DAYS)  # type: ignore[operator]
    late = due < now
    print(
        f"key provider   {providers.told().split('#')[0] or 'not set'}; renew its key within {PROVIDER_DAYS} days",
        file=out,
    )
    print(
        f"data key       number {newest[0]}, made {newest[2]:%Y-%m-%d}, next by {due:%Y-%m-%d}{'  DUE' if late else ''}",
        file=out,
    )
    if signing and signing[0]:
        print(f"signing key    made {signing[0]:%Y-%m-%d}, renew within {SIGNING_DAYS} days", file=out)
    rests = rotation.older(connection, practice, int(newest[0]))  # type: ignore[call-overload]
    print(f"older keys     {len(data) - 1}, on which {sum(rests.values())} values rest", file=out)
    for place, count in rests.items():
        print(f"               {place}: {count}", file=out)
    for kind, number, began, changed, ended in runs:
        state = f"ended {ended:%Y-%m-%d %H:%M}" if ended else "not finished: ringback keys rotate practice N --resume"
        print(
            f"run            {kind} {number or ''}, begun {began:%Y-%m-%d %H:%M}, {changed} changed, {state}", file=out
        )
    return 1 if late else 0
