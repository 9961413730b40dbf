"""C15: a number is found by a digest keyed per practice; without the key no number of an exchange matches anything."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import Any

import psycopg
from desk import BIRCH, LINES, MAPLE, MARIA, SHARED, STRANGE, Desk
from sealed import dump

from ringback.store import crypt, tables

EXCHANGE = [f"+1202555{last:04}" for last in range(10_000)]


def indexes(admin_dsn: str) -> dict[tuple[str, int], set[bytes]]:
    """Every digest a number is found by, of each table and practice."""
    found: dict[tuple[str, int], set[bytes]] = {}
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        for (table,) in admin.execute(
            "select distinct table_name from information_schema.columns where column_name = 'number_index' "
            "and table_schema = 'public'"
        ).fetchall():
            if table in tables.TENANT:
                for practice, index in admin.execute(
                    f"select practice, number_index from {table} where number_index is not null"
                ).fetchall():
                    found.setdefault((table, practice), set()).add(bytes(index))
    return found


def busy(desk: Desk) -> Desk:
    for practice in (MAPLE, BIRCH):
        for number in (MARIA, SHARED, STRANGE):
            desk.miss(number, practice)
            desk.text(number, "BOOK", practice)
        desk.text(STRANGE, "STOP", practice)
    return desk


def test_the_same_number_has_another_index_at_each_practice(desk: Desk, database: Any) -> None:
    found = indexes(busy(desk) and database.admin_dsn)
    for table in ("call", "cases", "message", "outgoing", "phone", "caller_key", "suppression"):
        assert found[(table, MAPLE)] and found[(table, BIRCH)], table
    mine = set.union(*(them for (_, practice), them in found.items() if practice == MAPLE))
    theirs = set.union(*(them for (_, practice), them in found.items() if practice == BIRCH))
    assert mine & theirs == set()


def test_the_number_is_written_in_one_way_before_it_is_looked_for(desk: Desk) -> None:
    """However a phone system writes it, it is the same caller."""
    for place, written in enumerate((STRANGE, "12025550160", "2025550160", "+1 (202) 555-0160", "202-555-0160")):
        form = {"MessageSid": f"SM{place:032x}", "From": written, "To": LINES[MAPLE], "Body": f"BOOK {place}"}
        asyncio.run(desk._work([(MAPLE, 2, "text", form)]))
    assert desk.rows("select count(*), count(distinct number_index) from message") == [(5, 1)]
    assert desk.rows("select count(*) from caller_key k join cases c on c.number_index = k.number_index") == [(1,)]


def guesses(number: str) -> list[bytes]:
    """What somebody without the key could compute of a number, with everything public mixed in."""
    found = []
    for said in (number, number[1:], number[2:]):
        for text in (said, f"phone\0{said}", f"phone:{said}", f"1{said}", f"{MAPLE}\0phone\0{said}"):
            data = text.encode()
            found += [hashlib.new(name, data).digest() for name in ("sha256", "sha1", "md5")]
            found += [hmac.digest(key, data, "sha256") for key in (b"", b"1", b"phone", b"\0" * 32)]
    return [one[:16] for one in found]


def test_without_the_key_no_number_of_the_exchange_is_found(desk: Desk, database: Any) -> None:
    """All ten thousand numbers are tried against every digest, and against every byte of a dump."""
    found = set.union(*indexes(busy(desk) and database.admin_dsn).values())
    tried = {guess for number in EXCHANGE for guess in guesses(number)}
    assert len(tried) > 800_000 and tried & found == set()
    told = b"\n".join(dump(database.admin_dsn).values())
    for number in (MARIA, SHARED, STRANGE):
        assert not any(guess in told for guess in guesses(number))


def test_with_the_key_they_are_found(desk: Desk, database: Any) -> None:
    """The trial above could find something: who holds the key finds all three."""
    found = indexes(busy(desk) and database.admin_dsn)[("cases", MAPLE)]
    keys = desk._ring(MAPLE)
    by_key = {number for number in EXCHANGE if crypt.index(keys, MAPLE, "phone", number) in found}
    assert by_key == {MARIA, SHARED, STRANGE}
    other = desk._ring(BIRCH)
    other.index[MAPLE] = other.index[BIRCH]
    assert not any(crypt.index(other, MAPLE, "phone", number) in found for number in EXCHANGE)


def test_the_index_key_is_wrapped_like_every_key(desk: Desk) -> None:
    ((wrapped,),) = desk.rows("select wrapped from data_key where purpose = 'index'")
    key = desk._ring(MAPLE).index[MAPLE]
    assert len(key) == 32 and key not in bytes(wrapped)
