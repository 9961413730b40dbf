"""The two roles of a database and the database itself, on any PostgreSQL >= 15.

The owner owns the tables and runs the migrations. The application owns nothing and bypasses nothing: row-level security
holds for it whatever a query forgets (C3). Running this again changes nothing but the passwords.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

OWNER, APP = "ringback_owner", "ringback_app"
OLDEST = 15
POWERS = {
    "superuser": "rolsuper",
    "bypassrls": "rolbypassrls",
    "createdb": "rolcreatedb",
    "createrole": "rolcreaterole",
    "replication": "rolreplication",
}


class CannotPrepare(Exception):
    """The server is too old, or a role has powers it must not have and we may not take them away."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Addresses of one database: as its owner (migrations), as the application, as the administrator."""

    owner_dsn: str
    app_dsn: str
    admin_dsn: str


def prepare_at(admin_dsn: str, dbname: str, *, owner_password: str, app_password: str) -> Roles:
    """Make the roles and the database when missing; the passwords reach the server as digests only.

    The administrator need not be a superuser: CREATEROLE and CREATEDB are enough. Raises `CannotPrepare` and
    `psycopg.Error`.
    """
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        if admin.info.server_version < OLDEST * 10000:
            raise CannotPrepare(
                f"Ringback needs PostgreSQL {OLDEST} or newer; this is {admin.info.server_version // 10000}"
            )
        for role, password in ((OWNER, owner_password), (APP, app_password)):
            _role(admin, role, password)
        if admin.execute("select 1 from pg_database where datname = %s", (dbname,)).fetchone() is None:
            _database(admin, dbname)
        admin.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(dbname)))
        admin.execute(sql.SQL("grant connect on database {} to {}").format(sql.Identifier(dbname), sql.Identifier(APP)))
    return Roles(
        owner_dsn=make_conninfo(admin_dsn, dbname=dbname, user=OWNER, password=owner_password),
        app_dsn=make_conninfo(admin_dsn, dbname=dbname, user=APP, password=app_password),
        admin_dsn=make_conninfo(admin_dsn, dbname=dbname),
    )


def _role(admin: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    digest = admin.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    known = admin.execute(f"select {', '.join(POWERS.values())} from pg_roles where rolname = %s", (role,)).fetchone()
    admin.execute(
        sql.SQL("{} role {} login password {}").format(
            sql.SQL("create" if known is None else "alter"), sql.Identifier(role), sql.Literal(digest)
        )
    )
    powers = [power for power, held in zip(POWERS, known or (), strict=False) if held]
    if powers:
        # Only who is a superuser may take some of these away; a role that keeps one would walk through the wall.
        try:
            admin.execute(
                sql.SQL("alter role {} {}").format(
                    sql.Identifier(role), sql.SQL(" ").join(sql.SQL(f"no{power}") for power in powers)
                )
            )
        except psycopg.errors.InsufficientPrivilege:
            raise CannotPrepare(f"the role {role} has {', '.join(powers)}; take it away as a superuser") from None


def _database(admin: psycopg.Connection[tuple[object, ...]], dbname: str) -> None:
    name, owner = sql.Identifier(dbname), sql.Identifier(OWNER)
    try:
        admin.execute(sql.SQL("create database {} owner {}").format(name, owner))
    except psycopg.errors.InsufficientPrivilege:
        # Who is no superuser must be a member of the owner to give it a database.
        admin.execute(sql.SQL("grant {} to current_user").format(owner))
        admin.execute(sql.SQL("create database {} owner {}").format(name, owner))
    except psycopg.errors.DuplicateDatabase:
        pass  # another start was first
