"""Forged and foolish messages at the hooks, in the audit log: counted for ten seconds, then one entry a connection.

One entry a message would let anybody who knows the address fill the log; a count with its moment says as much.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

import psycopg

from ringback.core.audit import Entry
from ringback.store import audit, flow, spool

log = logging.getLogger("ringback.audit")
EVERY = 10.0


class Refusals:
    """What was refused lately by this process, and the task that writes it down."""

    def __init__(self, dsn: str, every: float = EVERY) -> None:
        self._dsn = dsn
        self._every = every
        self._counted: Counter[tuple[int, int, str]] = Counter()
        self._writing: asyncio.Task[None] | None = None

    def note(self, practice: int, connection: int, why: str) -> None:
        """One more message of this connection was refused."""
        self._counted[(practice, connection, why)] += 1
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._later())

    async def close(self) -> None:
        """Write down what is left."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
        await self.write()

    async def _later(self) -> None:
        await asyncio.sleep(self._every)
        await self.write()

    async def write(self) -> None:
        """Write the counts as entries."""
        counted, self._counted = self._counted, Counter()
        entries = [
            Entry(
                practice=practice, act="refusal", what="hook", object=f"connection:{connection}", by="anybody",
                result="refused", reason=why, source="hook", detail={"messages": count},
            )
            for (practice, connection, why), count in sorted(counted.items())
        ]  # fmt: skip
        if not entries:
            return
        try:
            async with await psycopg.AsyncConnection.connect(self._dsn, connect_timeout=3) as connection:
                await flow.name_practices(connection, {entry.practice for entry in entries})
                await audit.append(connection, entries)
        except (psycopg.Error, OSError) as wrong:
            if not spool.add(entries):
                log.error("refused messages could not be written to the audit log: %s", type(wrong).__name__)
