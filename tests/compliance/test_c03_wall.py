"""C3: one practice's rows never reach another: asked of the catalogue, and tried with random work of two practices at once.

Not here: a run through pgbouncer; that a name lives for one transaction only is shown on one connection shared in turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from desk import BIRCH, MAPLE, MARIA, Desk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from ringback.store import tables

# Unique keys without the practice in them, each with why another practice learns nothing from it.
WITHOUT = {
    "work": "kind and a random id; the loop's own table of ids and moments",
    "moved_clock": "the demo's clock",
}


@pytest.fixture
def admin(database: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.admin_dsn, autocommit=True) as connection:
        yield connection


def test_every_foreign_key_and_unique_key_names_the_practice(admin) -> None:
    """A key across practices would tell one of them that the other has such a row."""
    found = admin.execute(
        "select c.relname, k.conname, k.contype, (select array_agg(a.attname) from pg_attribute a "
        "where a.attrelid = k.conrelid and a.attnum = any(k.conkey)) from pg_constraint k "
        "join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = 'public' and k.contype in ('p', 'u', 'f') and not c.relispartition"
    ).fetchall()
    assert found
    bad = [
        (table, name)
        for table, name, _kind, columns in found
        if table in tables.TENANT and "practice" not in columns and table not in WITHOUT
    ]
    assert bad == []
    for table, name, columns in admin.execute(
        "select c.relname, i.relname, (select array_agg(a.attname) from pg_attribute a where a.attrelid = i.oid) "
        "from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid "
        "join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and x.indisunique"
    ).fetchall():
        if table in tables.TENANT:
            assert "practice" in columns, (table, name)


def test_nothing_runs_with_somebody_elses_rights(admin) -> None:
    """No SECURITY DEFINER function, no view that reads with its owner's eyes, no role that bypasses or owns."""
    definers = admin.execute(
        "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
        "where n.nspname = 'public' and p.prosecdef"
    ).fetchall()
    assert definers == []
    views = admin.execute(
        "select c.relname, coalesce('security_invoker=true' = any(c.reloptions), false) from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('v', 'm')"
    ).fetchall()
    assert all(invoker for _, invoker in views), views
    assert admin.execute(
        "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = 'ringback_app'"
    ).fetchall() == [(False, False, False)]
    others = admin.execute(
        "select table_name from information_schema.role_table_grants where grantee = 'PUBLIC' and table_schema = 'public'"
    ).fetchall()
    assert others == []


def test_who_names_nobody_or_nonsense_sees_nothing(desk: Desk, admin) -> None:
    desk.text(MARIA, "BILLING")
    with psycopg.connect(desk.dsn, autocommit=True) as app:
        for table in tables.TENANT:
            assert app.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone() == (0,), (
                table
            )
        with app.transaction():
            app.execute("select set_config('ringback.practices', '', true)")
            assert app.execute("select count(*) from cases").fetchone() == (0,)
        with app.transaction():
            app.execute("select set_config('ringback.practices', '999999', true)")
            assert app.execute("select count(*) from cases").fetchone() == (0,)


def test_every_table_keeps_a_row_of_the_other_practice_out(desk: Desk, admin) -> None:
    """Whatever a row is, it cannot be changed into another practice's."""
    desk.text(MARIA, "BILLING")
    tried = 0
    for table in tables.TENANT:
        held = admin.execute(
            sql.SQL("select count(*) from {} where practice = %s").format(sql.Identifier(table)), (MAPLE,)
        ).fetchone()
        if not held or not held[0]:
            continue
        with (
            psycopg.connect(desk.dsn, autocommit=True) as app,
            pytest.raises(psycopg.Error) as refused,
            app.transaction(),
        ):
            app.execute("select set_config('ringback.practices', %s, true)", (str(MAPLE),))
            app.execute(sql.SQL("update {} set practice = %s").format(sql.Identifier(table)), (BIRCH,))
        assert isinstance(
            refused.value,
            psycopg.errors.InsufficientPrivilege | psycopg.errors.ForeignKeyViolation | psycopg.errors.RaiseException,
        ), (table, refused.value)
        tried += 1
    assert tried > 10


ACTS = st.lists(
    st.tuples(st.sampled_from([MAPLE, BIRCH]), st.sampled_from(["add", "change", "drop", "all", "steal"])),
    min_size=4,
    max_size=30,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_random_work_of_two_practices_on_one_connection_never_meets(desk: Desk, acts: list[tuple[int, str]]) -> None:
    """A connection that is passed from one to the other, as a pooler would: each sees exactly what it wrote."""
    mine: dict[int, set[UUID]] = {MAPLE: set(), BIRCH: set()}
    with psycopg.connect(desk.dsn, autocommit=True) as app:
        for practice, act in acts:
            other = BIRCH if practice == MAPLE else MAPLE
            with app.transaction():
                app.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
                if act == "add":
                    one = uuid4()
                    app.execute(
                        "insert into slot (practice, id, location, starts_at, minutes) values (%s, %s, 1, now(), 7)",
                        (practice, one),
                    )
                    mine[practice].add(one)
                elif act == "change":
                    app.execute("update slot set starts_at = starts_at where minutes = 7")
                elif act == "drop":
                    app.execute("delete from slot where minutes = 7")
                    mine[practice].clear()
                elif act == "steal":
                    for one in mine[other]:
                        changed = app.execute("update slot set minutes = 8 where id = %s", (one,)).rowcount
                        changed += app.execute(
                            "delete from slot where practice = %s and id = %s", (other, one)
                        ).rowcount
                        assert changed == 0
                seen = {row[0] for row in app.execute("select id from slot where minutes = 7").fetchall()}
                assert seen == mine[practice]
                assert app.execute("select count(*) from slot where practice = %s", (other,)).fetchone() == (0,)
    for practice in mine:
        desk.change("delete from slot where minutes = 7", practice=practice)
