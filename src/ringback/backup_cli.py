"""`ringback backup`, `restore` and `drill`: a copy of everything, the way back, and the proof that it works.

ringback backup --key FILE OUT            the data into OUT, the keys into OUT.keys (keep that 35 days, elsewhere)
ringback backup --expire DIR              remove key files older than 35 days
ringback restore --key FILE IN [--without-keys]     into an empty, migrated database (RINGBACK_OWNER_URL)
ringback drill --into URL                 back up, restore into an empty database of that owner's address, look at it
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
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
    return path.read_text().strip()


def _progress(table: str, rows: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{table:<24}{rows:>10} rows", end="", file=sys.stderr, flush=True)


def backup_main(argv: list[str], out: TextIO = sys.stdout) -> int:
    """Make a backup, or remove key files that are past their time."""
    from ringback.store import backup

    parser = argparse.ArgumentParser(prog="ringback backup", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--key", type=Path, help="the file whose words seal the backup; made when it is not there")
    parser.add_argument("--expire", type=Path, metavar="DIR", help="remove key files older than 35 days")
    options = parser.parse_args(argv)
    if options.expire is not None:
        for one in sorted(options.expire.glob("*.keys")):
            age = datetime.now(UTC) - datetime.fromtimestamp(one.stat().st_mtime, UTC)
            if age > WINDOW:
                one.unlink()
                print(f"removed {one.name}, {age.days} days old", file=out)
        return 0
    dsn = os.environ.get("RINGBACK_DATABASE_URL", "")
    if options.out is None or options.key is None or not dsn:
        print("needed: OUT, --key FILE, and RINGBACK_DATABASE_URL", file=sys.stderr)
        return 2
    phrase = _phrase(options.key)
    data, _keys = backup.make(dsn, options.out, keys_of(options.out), phrase, phrase, datetime.now(UTC), _progress)
    rows = sum(one["rows"] for one in data.tables.values())
    print(
        f"\n{options.out}: {rows} rows of {len(data.tables)} tables, {len(data.practices)} chains; keys in {keys_of(options.out).name}",
        file=out,
    )
    return 0


def keys_of(path: Path) -> Path:
    """The file of a backup's keys."""
    return path.with_name(path.name + ".keys")


def restore_main(argv: list[str], out: TextIO = sys.stdout) -> int:
    """Bring a backup into an empty database."""
    from ringback.store import backup

    parser = argparse.ArgumentParser(prog="ringback restore", description="bring a backup into an empty database")
    parser.add_argument("backup", type=Path)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument(
        "--without-keys", action="store_true", help="data only: nothing sealed opens until the keys are there"
    )
    options = parser.parse_args(argv)
    owner = os.environ.get("RINGBACK_OWNER_URL", "")
    if not owner:
        print("RINGBACK_OWNER_URL is not set; give it the address of the empty database as its owner", file=sys.stderr)
        return 2
    keys = None if options.without_keys else keys_of(options.backup)
    phrase = _phrase(options.key)
    try:
        done = backup.restore(owner, options.backup, phrase, keys, phrase, _progress)
    except (backup.NotRestored, OSError) as wrong:
        print(f"not restored: {wrong}", file=sys.stderr)
        return 1
    print(f"\nrestored what was there at {done.at}: {sum(one['rows'] for one in done.tables.values())} rows", file=out)
    return 0


def drill_main(argv: list[str], out: TextIO = sys.stdout) -> int:
    """Do a drill; the report is JSON; exit 1 when it failed."""
    from ringback.store import drill, providers
    from ringback.store.migrate import migrate

    parser = argparse.ArgumentParser(
        prog="ringback drill", description="back up, restore elsewhere, look at it, write it down"
    )
    parser.add_argument(
        "--into", required=True, metavar="URL", help="an empty database, as its owner; it is left as restored"
    )
    options = parser.parse_args(argv)
    dsn = os.environ.get("RINGBACK_DATABASE_URL", "")
    if not dsn:
        print("RINGBACK_DATABASE_URL is not set", file=sys.stderr)
        return 2
    now = datetime.now(UTC)
    migrate(options.into)
    report = drill.run(dsn, options.into, providers.from_environment(), now, progress=_progress)
    drill.record(dsn, report, now)
    print(json.dumps({**asdict(report), "good": report.good}), file=out)
    return 0 if report.good else 1
