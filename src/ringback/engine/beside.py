"""An empty database beside the live one, on the same server, for a restore drill: made by the administrator, gone afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

PREFIX = "ringback_drill_"


@contextmanager
def database(
    admin_dsn: str, owner_dsn: str, *, keep: bool = False, say: Callable[[str], None] = lambda words: None
) -> Iterator[str]:
    """The owner's address of a new database; it is dropped at the end, unless `keep`.

    `admin_dsn` is an address of somebody who may make databases (the owner, where that role has CREATEDB). Raises
    `psycopg.Error`.
    """
    name, owner = PREFIX + secrets.token_hex(6), str(conninfo_to_dict(owner_dsn).get("user") or "")
    with psycopg.connect(admin_dsn, autocommit=True, connect_timeout=10) as admin:
        theirs = sql.SQL(" owner {}").format(sql.Identifier(owner)) if owner else sql.SQL("")
        admin.execute(sql.SQL("create database {}{}").format(sql.Identifier(name), theirs))
        try:
            # Nobody else looks in: it holds what the live one holds.
            admin.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
            yield make_conninfo(owner_dsn, dbname=name)
        finally:
            if keep:
                say(f"kept the database {name}; drop it when you have looked, it holds what the live one holds")
            else:
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
