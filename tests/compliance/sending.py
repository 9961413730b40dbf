"""What the ledgers' tests share: messages that arrive as the carrier sends them, and the engine's second look at the gate."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
import psycopg
from desk import LINES, MAPLE, Desk
from uuid_utils.compat import uuid7

from ringback.engine import clock
from ringback.engine.allow import allow
from ringback.engine.book import Book
from ringback.engine.receive import Letter
from ringback.store import crypt, flow


def index_of(desk: Desk, number: str, practice: int = MAPLE) -> bytes:
    """The digest a number is found by."""
    return crypt.index(desk._ring(practice), practice, "phone", number)


def arrives(desk: Desk, number: str, body: str, sid: str = "", practice: int = MAPLE, **more: str) -> int:
    """A text is kept as the hook keeps it, and not read yet. How many were new: a message seen before is dropped."""
    sid = sid or f"SM{uuid7().hex}"
    form = {"MessageSid": sid, "From": number, "To": LINES[practice], "Body": body, **more}

    async def keep() -> int:
        book = Book(desk.dsn, desk.provider, "http://127.0.0.1:8000")
        async with (
            await psycopg.AsyncConnection.connect(desk.dsn, autocommit=True) as connection,
            connection.transaction(),
        ):
            await flow.name_practices(connection, [practice])
            await book.fresh(connection, [practice])
            row = uuid7()
            letter = Letter(
                "POST",
                f"http://127.0.0.1:8000/hooks/{practice}/2/text",
                "application/x-www-form-urlencoded",
                urlencode(form).encode(),
            )
            sealed = crypt.seal(book.ring, practice, "arrival", "sealed", row, msgspec.msgpack.encode(letter))
            key = hashlib.sha256(f"text\0{sid} in ".encode()).digest()[:16]
            return (
                await flow.keep_arrivals(connection, [flow.Arrival(practice, row, 2, key, sealed)], clock.now())
            ).rowcount

    return asyncio.run(keep())


def goes(desk: Desk, at: datetime | None = None) -> list[str]:
    """The sending side's turn: which texts that wait the gate lets go now, by purpose."""

    async def turns() -> list[str]:
        book = Book(desk.dsn, desk.provider, "http://127.0.0.1:8000")
        found: list[str] = []
        now = at or clock.now()
        async with await psycopg.AsyncConnection.connect(desk.dsn, autocommit=True) as connection:
            claimed = 1
            while claimed:
                claimed, rows = await allow(connection, book, now, 50, timedelta(seconds=60))
                found += [row.purpose for row in rows]
        return found

    gone = asyncio.run(turns())
    # The carrier took them: nobody asks about them again.
    desk.change("delete from work where id in (select id from outgoing where state = 'sending')")
    desk.change("update outgoing set state = 'sent', sent_at = now() where state = 'sending'")
    return gone


def texts(desk: Desk, number: str, practice: int = MAPLE) -> list[tuple[str, str, str]]:
    """(purpose, state, verdict) of every text to a number, oldest first."""
    rows: list[Any] = desk.rows(
        "select purpose, state, verdict from outgoing where number_index = %s order by id",
        (index_of(desk, number, practice),),
        practice,
    )
    return rows


def blocked(desk: Desk, number: str, practice: int = MAPLE) -> bool:
    """Whether a block is in force."""
    found = desk.rows(
        "select count(*) from suppression where number_index = %s and lifted_at is null",
        (index_of(desk, number, practice),),
        practice,
    )
    return bool(found[0][0])


def stops(desk: Desk, number: str, practice: int = MAPLE) -> list[tuple[str, str]]:
    """(kind, source) of the suppression ledger's entries of a number, oldest first."""
    rows: list[Any] = desk.rows(
        "select kind, source from suppression_entry where number_index = %s order by at, id",
        (index_of(desk, number, practice),),
        practice,
    )
    return rows
