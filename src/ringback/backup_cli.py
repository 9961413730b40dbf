"""`ringback backup`, `restore` and `drill`: a copy of everything, the way back, and the proof that it works.

ringback backup --key FILE OUT [--keys-key FILE]    the data into OUT, the keys into OUT.keys (35 days, elsewhere)
ringback backup --expire DIR --key FILE             remove key files older than 35 days
ringback restore --key FILE IN [--keys FILE]        into an empty, migrated database (RINGBACK_OWNER_URL)
ringback drill [--of IN --key FILE] [--every]       back up (or take IN), restore beside the live one, look at it

The drill makes its database as RINGBACK_ADMIN_URL (or as the owner, where that role may) and drops it again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import secrets
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

WINDOW = timedelta(days=35)


def _phrase(path: Path) -> str:
    """The passphrase of a key file, made first where there is none."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
        print(f"made {path}: without it no backup opens; keep it where the backups are not", file=sys.stderr)
    if path.stat().st_mode & 0o077:
        raise SystemExit(f"{path} can be read by others; run: chmod 600 {path}")
    try:
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise SystemExit(
            f"{path} holds no words: name the file that ringback backup made, not the practice's key"
        ) from None


def _progress(table: str, rows: int) -> None:
    print(f"{table:<24}{rows:>10} rows", file=sys.stderr, flush=True)


def _audited(dsn: str, what: str, detail: dict[str, object]) -> None:
    """Write down what was taken out, in the installation's own log."""
    import psycopg

    from ringback.core.audit import Entry
    from ringback.store import audit

    with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection, connection.transaction():
        connection.execute("select set_config('ringback.practices', '0', true)")
        audit.flush(
            connection,
            [Entry(practice=0, act="export", what=what, by="command line", source="command", detail=detail)],
        )


def backup_main(argv: list[str], out: TextIO = sys.stdout) -> int:
    """Make a backup, or remove key files that are past their time."""
    from ringback.store import backup

    parser = argparse.ArgumentParser(prog="ringback backup", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--key", type=Path, help="the file whose words seal the backup; made when it is not there")
    parser.add_argument("--keys-key", type=Path, help="another such file for the keys; default: the same")
    parser.add_argument("--expire", type=Path, metavar="DIR", help="remove key files older than 35 days")
    options = parser.parse_args(argv)
    if options.expire is not None:
        return _expire(options.expire, options.keys_key or options.key, out)
    dsn = os.environ.get("RINGBACK_DATABASE_URL", "") or os.environ.get("RINGBACK_OWNER_URL", "")
    if options.out is None or options.key is None or not dsn:
        print("needed: OUT, --key FILE, and RINGBACK_DATABASE_URL", file=sys.stderr)
        return 2
    phrase = _phrase(options.key)
    keys_phrase = _phrase(options.keys_key) if options.keys_key else phrase
    try:
        data, _keys = backup.make(
            dsn, options.out, keys_of(options.out), phrase, keys_phrase, datetime.now(UTC), _progress
        )
    except OSError as wrong:
        print(f"no backup was made: {wrong}", file=sys.stderr)
        return 1
    rows = sum(one["rows"] for one in data.tables.values())
    _audited(dsn, "backup.made", {"rows": rows, "practices": len(data.practices), "sha256": _digest(options.out)})
    print(
        f"{options.out}: {rows} rows of {len(data.tables)} tables, {len(data.practices)} chains; keys in {keys_of(options.out).name}",
        file=out,
    )
    return 0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _expire(folder: Path, key: Path | None, out: TextIO) -> int:
    """Remove key files of more than 35 days ago: by the moment sealed in them, or without the key by the file's own date."""
    from ringback.store import backup

    phrase, unread = _phrase(key) if key is not None and key.exists() else None, 0
    for one in sorted(folder.glob("*.keys")):
        made = datetime.fromtimestamp(one.stat().st_mtime, UTC)
        if phrase is not None:
            try:
                made = datetime.fromisoformat(backup.opened(one, phrase)["at"])
            except (backup.NotRestored, OSError) as wrong:
                unread += 1
                print(f"left {one.name}: {wrong}", file=sys.stderr)
                continue
        age = datetime.now(UTC) - made
        if age > WINDOW:
            one.unlink()
            print(f"removed {one.name}, {age.days} days old", file=out)
    return 1 if unread else 0


def keys_of(path: Path) -> Path:
    """The file of a backup's keys."""
    return path.with_name(path.name + ".keys")


def restore_main(argv: list[str], out: TextIO = sys.stdout) -> int:
    """Bring a backup into an empty database."""
    from ringback.store import backup

    parser = argparse.ArgumentParser(prog="ringback restore", description="bring a backup into an empty database")
    parser.add_argument("backup", type=Path)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--keys", type=Path, help="the key file to restore with; default: the one made with the backup")
    parser.add_argument("--keys-key", type=Path, help="what opens the key file; default: the same as the data")
    parser.add_argument(
        "--without-keys", action="store_true", help="data only: nothing sealed opens until the keys are there"
    )
    parser.add_argument(
        "--sending-on", action="store_true", help="leave the kill switches as they were; default: every practice's is thrown"
    )  # fmt: skip
    options = parser.parse_args(argv)
    owner = os.environ.get("RINGBACK_OWNER_URL", "")
    if not owner:
        print("RINGBACK_OWNER_URL is not set; give it the address of the empty database as its owner", file=sys.stderr)
        return 2
    absent = [one for one in (options.key, options.keys_key) if one is not None and not one.exists()]
    if absent:
        print(f"not restored: there is no key file {absent[0]}", file=sys.stderr)
        return 2
    keys = None if options.without_keys else options.keys or keys_of(options.backup)
    phrase = _phrase(options.key)
    keys_phrase = _phrase(options.keys_key) if options.keys_key else phrase
    try:
        done = backup.restore(
            owner, options.backup, phrase, keys, keys_phrase, _progress, hold=not options.sending_on
        )  # fmt: skip
    except (backup.NotRestored, OSError) as wrong:
        print(f"not restored: {wrong}", file=sys.stderr)
        return 1
    print(f"restored what was there at {done.at}: {sum(one['rows'] for one in done.tables.values())} rows", file=out)
    if not options.sending_on:
        print(
            "No texts go out yet: look at what waits, then let each practice send again on its Set-up page.", file=out
        )
    return 0


def drill_main(argv: list[str], out: TextIO = sys.stdout) -> int:
    """Do a drill; the report is one signed line of JSON; exit 1 when it failed."""
    import psycopg

    from ringback.engine import beside
    from ringback.store import checkpoints, drill, drill_report, providers
    from ringback.store.migrate import migrate

    parser = argparse.ArgumentParser(
        prog="ringback drill", description="back up, restore elsewhere, look at it, write it down"
    )
    parser.add_argument("--into", metavar="URL", help="an empty database, as its owner, on another machine; it is left")
    parser.add_argument("--keep", action="store_true", help="keep the database that the drill makes")
    parser.add_argument("--of", type=Path, metavar="IN", help="restore this backup; default: one made now")
    parser.add_argument("--key", type=Path, help="what opens it")
    parser.add_argument("--keys", type=Path, help="its key file; default: the one made with it")
    parser.add_argument("--keys-key", type=Path, help="what opens the key file; default: the same")
    parser.add_argument("--every", action="store_true", help="open every sealed value, not a sample of each column")
    options = parser.parse_args(argv)
    dsn, owner = os.environ.get("RINGBACK_DATABASE_URL", ""), os.environ.get("RINGBACK_OWNER_URL", "")
    if not dsn or not (options.into or owner):
        print("needed: RINGBACK_DATABASE_URL, and RINGBACK_OWNER_URL or --into URL", file=sys.stderr)
        return 2
    kept = None
    if options.of is not None:
        if options.key is None or not options.key.exists():
            print("--of needs --key FILE, the file that the backup was made with", file=sys.stderr)
            return 2
        phrase = _phrase(options.key)
        kept = drill.Kept(
            data=options.of, keys=options.keys or keys_of(options.of), phrase=phrase,
            keys_phrase=_phrase(options.keys_key) if options.keys_key else phrase,
        )  # fmt: skip
    provider, now = providers.from_environment(), datetime.now(UTC)
    lines = [line for sink in checkpoints.sinks() for line in sink.all() if line.strip()]
    began = time.monotonic()
    with ExitStack() as stack:
        into = options.into
        if into is None:
            admin = os.environ.get("RINGBACK_ADMIN_URL", "") or owner
            try:
                into = stack.enter_context(beside.database(admin, owner, keep=options.keep, say=_say))
            except psycopg.errors.InsufficientPrivilege:
                print(
                    "the owner may not make databases: set RINGBACK_ADMIN_URL, or give an empty one with --into URL",
                    file=sys.stderr,
                )
                return 2
        _say("migrating the empty database")
        migrate(into)
        report = drill.run(
            dsn, into, provider, now, progress=_progress, kept=kept, lines=lines, every=options.every, began=began
        )  # fmt: skip
    drill.record(dsn, report, now)
    told = {**asdict(report), "findings": list(report.findings), "good": report.good}
    print(drill_report.sign(drill.signing_key(dsn, provider, now), told), file=out)
    return 0 if report.good else 1


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
