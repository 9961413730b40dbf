"""Making the demo's database ready: migrations when they changed, the made-up practice when it is missing."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from ringback import store
from ringback.demo import practice as made_up
from ringback.demo.facts import PRACTICE
from ringback.store import crypt, partitions, standing
from ringback.store.keys import Keyring, SealedFile
from ringback.store.migrate import migrate
from ringback.store.provision import create


def _fingerprint() -> str:
    """A digest of everything migrations are made of."""
    root = Path(store.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(
        [*root.glob("*.sql"), *(root / "migrations").glob("*.py"), root / "tables.py", root / "migrate.py"]
    ):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def prepare(owner: str, app: str, data: Path, token: str, simulator: str) -> None:
    """Bring the database of `data` up to date and set the made-up practice up, its carrier at `simulator`."""
    mark = data / "migrated"
    if not mark.exists() or mark.read_text() != _fingerprint():
        migrate(owner)
        mark.write_text(_fingerprint())
    else:
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(partitions.create(datetime.now(UTC)))
    provider = SealedFile(data / "ringback.key", create=True)
    with psycopg.connect(app, autocommit=True) as connection:
        with connection.transaction():
            connection.execute("select set_config('ringback.practices', %s, true)", (str(PRACTICE),))
            there = connection.execute("select 1 from practice where practice = %s", (PRACTICE,)).fetchone()
        now = datetime.now(UTC)
        if there is None:
            create(connection, provider, made_up.plan(token, simulator, now), now)
        else:
            _retarget(connection, provider, token, simulator)


def _retarget(
    connection: psycopg.Connection[tuple[object, ...]], provider: SealedFile, token: str, simulator: str
) -> None:
    """The made-up carrier may listen somewhere else than last time."""
    plan = made_up.plan(token, simulator, datetime.now(UTC))
    ring = Keyring(provider)
    with connection.transaction():
        connection.execute("select set_config('ringback.practices', %s, true)", (str(PRACTICE),))
        keys = connection.execute(
            "select practice, number, purpose, wrapped from data_key where practice = %s", (PRACTICE,)
        )
        ring.load(keys.fetchall())  # type: ignore[arg-type]
        for one in plan.connections:
            sealed = crypt.seal(
                ring, PRACTICE, "connection", "settings", str(one.id), json.dumps(dict(one.settings)).encode()
            )
            connection.execute(
                "update connection set settings = %s where practice = %s and id = %s", (sealed, PRACTICE, one.id)
            )
        connection.execute(
            "update practice set gate = %s, version = version + 1 where practice = %s",
            (json.dumps(standing.without(plan.gate)), PRACTICE),
        )
