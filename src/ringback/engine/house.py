"""Keeping house, a practice at a time: what is neither a call nor a text but has to be done every hour.

`work` holds one row a practice (kind 6); whichever worker claims it does the chores in a thread, on a connection of its
own, each chore in a transaction of its own. A chore that fails is said and tried again with the next round; it holds up
nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from ringback.engine import clock
from ringback.engine.bulk_acts import finish_bulk_acts
from ringback.engine.find import index_words
from ringback.engine.office import office
from ringback.engine.purge import purge
from ringback.store import audit, checkpoints, flow, spool
from ringback.store.keys import KeyProvider, Keyring

log = logging.getLogger("ringback.house")
HOUSE = 6
AGAIN = timedelta(minutes=10)
LEASE = timedelta(minutes=15)
Chore = Callable[[psycopg.Connection[Any], Keyring, int, datetime], None]


def bring_in(connection: psycopg.Connection[Any], ring: Keyring, practice: int, now: datetime) -> None:
    """What the audit log's second sink holds comes into the chains. Every practice's at once: the file is one."""
    aside = spool.take()
    if aside is None:
        return
    entries = spool.waiting(aside)
    names = ",".join(str(number) for number in sorted({entry.practice for entry in entries}))
    connection.execute("select set_config('ringback.practices', %s, true)", (names,))
    audit.flush(connection, entries)
    aside.unlink()


def checkpoint(connection: psycopg.Connection[Any], ring: Keyring, practice: int, now: datetime) -> None:
    """Sign the chain as it is and hand it to the sinks, when it is due."""
    found = checkpoints.due(connection, practice, datetime.now(UTC))
    if found is None:
        return
    failed = checkpoints.make(connection, ring, found, checkpoints.sinks())
    for name in failed:
        log.error("an audit checkpoint was not taken by %s", name)


CHORES: list[Chore] = [finish_bulk_acts, bring_in, checkpoint, office, purge, index_words]


def keep(dsn: str, provider: KeyProvider, practice: int, now: datetime) -> int:
    """Do all chores of a practice. Returns how many failed."""
    failed = 0
    ring = Keyring(provider)
    with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
        with connection.transaction():
            connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
            ring.load(
                connection.execute(
                    "select practice, number, purpose, wrapped from data_key where practice = %s", (practice,)
                ).fetchall()
            )
        for chore in CHORES:
            try:
                with connection.transaction():
                    connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
                    chore(connection, ring, practice, now)
            except Exception as wrong:
                failed += 1
                log.error("a chore failed: %s %s", chore.__name__, type(wrong).__name__)
    return failed


async def claim(connection: flow.Connection, dsn: str, provider: KeyProvider, now: datetime) -> int:
    """Claim one practice's house and keep it."""
    async with connection.transaction():
        work = await flow.claim(connection, (HOUSE,), now, 1)
        await flow.put_off(connection, [(HOUSE, one.id, now + LEASE) for one in work])
    for one in work:
        await asyncio.to_thread(keep, dsn, provider, one.practice, clock.now())
        async with connection.transaction():
            await flow.put_off(connection, [(HOUSE, one.id, now + AGAIN)])
    return len(work)
