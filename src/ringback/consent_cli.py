"""`ringback consent`: the proof of one number, and checking such a proof with nothing but the file.

ringback consent prove --practice N NUMBER [--out FILE]  everything said and sent, signed, as a zip
ringback consent check FILE [--key PUBLIC]               whether it is whole, and signed with that key
ringback consent key --practice N                        the public key to hand to whoever checks
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ringback.core.numbers import e164
from ringback.store import audit, checkpoints, proof, providers
from ringback.store.access import Rows
from ringback.store.keys import Keyring


def consent_main(argv: list[str], out: TextIO = sys.stdout) -> int:
    """Run one of the commands above. 1: the proof does not hold; 2: the command line or the set-up is wrong."""
    parser = argparse.ArgumentParser(prog="ringback consent", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    prove = commands.add_parser("prove", help="write the proof of a number")
    prove.add_argument("--practice", type=int, required=True)
    prove.add_argument("--out", type=Path, help="where to; default consent-proof-<moment>.zip")
    prove.add_argument("number")
    check = commands.add_parser("check", help="check a proof, offline")
    check.add_argument("file", type=Path)
    check.add_argument("--key", default="", help="the public key (base64), or a file that holds it")
    key = commands.add_parser("key", help="the practice's public key")
    key.add_argument("--practice", type=int, required=True)
    options = parser.parse_args(argv)
    if options.command == "check":
        return _check(options.file, options.key, out)
    dsn = os.environ.get("RINGBACK_DATABASE_URL", "")
    if not dsn:
        print("RINGBACK_DATABASE_URL is not set; give it the address of the database", file=sys.stderr)
        return 2
    number = (e164(options.number) or "") if options.command == "prove" else ""
    if options.command == "prove" and not number:
        print("that is no number; write it as +12025550123", file=sys.stderr)
        return 2
    with psycopg.connect(dsn, connect_timeout=5, autocommit=True) as connection, connection.transaction():
        connection.execute("select set_config('ringback.practices', %s, true)", (str(options.practice),))
        found = connection.execute("select 1 from practice where practice = %s", (options.practice,)).fetchone()
        if found is None:
            print(f"there is no practice {options.practice}", file=sys.stderr)
            return 2
        ring = Keyring(providers.from_environment())
        rows = Rows(connection, options.practice, ring)
        if options.command == "key":
            private = checkpoints.key_of(connection, rows.ring, options.practice, datetime.now(UTC))
            public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
            print(base64.b64encode(public).decode(), file=out)
            return 0
        made = proof.make(rows, number, by="command line", source="command")
        audit.flush(connection, rows.entries)
    told = proof.check(made)
    path = options.out or Path(f"consent-proof-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(made)
    print(f"wrote {path}: {_counts(told)}; signed with {checkpoints.fingerprint(told.public)}", file=out)
    return 0


def _counts(told: proof.Proven) -> str:
    return ", ".join(f"{count} {name.removesuffix('.json')}" for name, count in told.counts.items())


def _check(path: Path, key: str, out: TextIO) -> int:
    try:
        public = Path(key).read_text().strip() if key and Path(key).is_file() else key
        told = proof.check(path.read_bytes(), public)
    except OSError as wrong:
        print(f"{path} cannot be read: {wrong.strerror}", file=sys.stderr)
        return 2
    except proof.Broken as wrong:
        print(f"BAD   {path}: {wrong}", file=out)
        return 1
    whose = "with the key given" if key else "but whose key that is was not checked: give --key"
    print(f"ok    {path}: practice {told.practice}, {told.number}, as of {told.at}; {_counts(told)}", file=out)
    print(f"      whole, and signed with {checkpoints.fingerprint(told.public)}, {whose}", file=out)
    return 0
