"""The wall, checked in the database itself: a new table that forgets any of it fails here (C3, C14)."""

from __future__ import annotations

import psycopg
import pytest

from ringback.store import tables

# Plain text in tables of a practice, each with the reason it is no person's data.
PLAIN = {
    ("practice", "name"): "the practice's own",
    ("practice", "phone"): "the practice's own",
    ("location", "name"): "the practice's own",
    ("location", "address"): "the practice's own",
    ("line", "name"): "the practice's own",
    ("line", "number"): "the practice's own line",
    ("template", "body"): "an approved wording without people",
    ("policy", "body"): "rules",
    ("event", "body"): "ids, moments and field terms",
    ("audit", "body"): "ids, moments and field terms",
}
PERSONAL = ("name", "number", "phone", "body", "words", "email", "address", "birth", "ssn", "transcript", "payload")


@pytest.fixture
def admin(database):
    with psycopg.connect(database.admin_dsn, autocommit=True) as connection:
        yield connection


def rows(connection, query, *arguments):
    return connection.execute(query, arguments).fetchall()


def test_every_table_is_listed(admin):
    """A table nobody wrote down is a table nobody walled."""
    found = {
        row[0]
        for row in rows(
            admin,
            "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition",
        )
    }
    assert found == {*tables.TENANT, *tables.OPEN, *tables.SHELL}


def test_every_row_carries_its_practice(admin):
    for table in (*tables.TENANT, *tables.OPEN):
        found = rows(
            admin,
            "select is_nullable, data_type from information_schema.columns where table_name = %s and column_name = 'practice'",
            table,
        )
        assert found == [("NO", "integer")], table


def test_the_wall_stands_on_every_table_and_partition(admin):
    """Row-level security is enabled AND forced, with a policy for reading and writing."""
    for name, enabled, forced, partition in rows(
        admin,
        "select c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relispartition from pg_class c join pg_namespace n "
        "on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p')",
    ):
        if name in tables.SHELL:
            continue
        assert enabled and forced, name
        if partition:
            continue
        policies = rows(admin, "select qual, with_check, cmd from pg_policies where tablename = %s", name)
        assert len(policies) == 1, name
        qual, check, command = policies[0]
        assert command == "ALL"
        assert qual == check, name
        if name in tables.TENANT:
            assert "ringback.practices" in qual, name


def test_tables_open_to_the_loop_hold_ids_and_moments_only(admin):
    kinds = {"integer", "smallint", "bigint", "uuid", "timestamp with time zone", "interval"}
    for table in tables.OPEN:
        for column, kind in rows(
            admin, "select column_name, data_type from information_schema.columns where table_name = %s", table
        ):
            assert kind in kinds, (table, column)


def test_personal_columns_are_sealed(admin):
    for table, columns in tables.SEALED.items():
        for column in columns:
            found = rows(
                admin,
                "select data_type from information_schema.columns where table_name = %s and column_name = %s",
                table,
                column,
            )
            assert found == [("bytea",)], (table, column)


def test_no_column_by_a_personal_name_is_in_the_clear(admin):
    for table in tables.TENANT:
        for column, kind in rows(
            admin, "select column_name, data_type from information_schema.columns where table_name = %s", table
        ):
            if kind in ("text", "jsonb", "character varying") and column.startswith(PERSONAL):
                assert (table, column) in PLAIN, f"{table}.{column} looks like a person's data in the clear"


def test_the_application_role_owns_and_bypasses_nothing(admin):
    assert rows(
        admin,
        "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = 'ringback_app'",
    ) == [(False, False, False, False)]
    owned = rows(
        admin, "select relname from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'ringback_app'"
    )
    assert owned == []
    truncates = rows(
        admin,
        "select table_name from information_schema.role_table_grants where grantee = 'ringback_app' and privilege_type = 'TRUNCATE'",
    )
    assert truncates == []


def put_practice(connection, number):
    with connection.transaction():
        connection.execute("select set_config('ringback.practices', %s, true)", (str(number),))
        connection.execute(
            "insert into practice (practice, name, alias, phone, zone, created_at) values (%s, 'A', 'A', '1', 'UTC', now())",
            (number,),
        )


def test_who_names_no_practice_sees_nothing(database):
    with psycopg.connect(database.app_dsn, autocommit=True) as app:
        put_practice(app, 1)
        put_practice(app, 2)
        assert rows(app, "select practice from practice") == []
        with app.transaction():
            app.execute("select set_config('ringback.practices', '2', true)")
            assert rows(app, "select practice from practice") == [(2,)]
        # The name was for one transaction: nothing is left of it on a pooled connection.
        assert rows(app, "select practice from practice") == []


def test_a_row_cannot_be_put_into_or_moved_to_another_practice(database):
    with psycopg.connect(database.app_dsn, autocommit=True) as app:
        put_practice(app, 1)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
            app.execute("select set_config('ringback.practices', '1', true)")
            app.execute("insert into location (practice, id, name, zone, hours) values (2, 1, 'x', 'UTC', '{}')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
            app.execute("select set_config('ringback.practices', '1', true)")
            app.execute("update practice set practice = 2")


def test_partitions_cannot_be_entered_by_the_side_door(database):
    with psycopg.connect(database.app_dsn, autocommit=True) as app:
        found = rows(app, "select relname from pg_class where relispartition and relkind = 'r'")
        assert found
        for (name,) in found:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(f"select * from {name}")
