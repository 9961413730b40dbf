"""How a set-up file and an older database fill the registers the send gate asks (decision 32)."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import psycopg
import pytest

from ringback import store
from ringback.practice_cli import EXAMPLE
from ringback.store import provision, standing
from ringback.store.keys import SealedFile

NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)


@pytest.fixture
def provider(tmp_path: Path) -> SealedFile:
    return SealedFile(tmp_path / "key", create=True)


def rows(dsn: str, sql: str) -> list[tuple]:
    with psycopg.connect(dsn) as connection:
        connection.execute("select set_config('ringback.practices', '1', true)")
        return connection.execute(sql).fetchall()


def set_up(dsn: str, provider: SealedFile, text: str) -> provision.Plan:
    plan = msgspec.convert(tomllib.loads(text), provision.Plan)
    with psycopg.connect(dsn, autocommit=True) as connection:
        provision.create(connection, provider, plan, NOW)
    return plan


def stands(dsn: str) -> standing.Standing:
    return standing.standings(_all(dsn), {1: "America/New_York"})[1]


def _all(dsn: str) -> list[tuple]:
    with psycopg.connect(dsn) as connection:
        connection.execute("select set_config('ringback.practices', '1', true)")
        return connection.execute(standing.ALL, standing.values([1])).fetchall()


def test_what_the_example_does_not_state_is_missing(database, provider) -> None:
    set_up(database.app_dsn, provider, EXAMPLE)
    found = stands(database.app_dsn)
    assert (
        not found.officers_set(NOW)
        and not found.baa_active("twilio", NOW)
        and not found.campaign_approved("twilio", NOW)
    )


def test_three_words_of_the_file_become_rows_and_nothing_else(database, provider) -> None:
    set_up(database.app_dsn, provider, EXAMPLE.replace("= false  ", "= true   "))
    found = stands(database.app_dsn)
    assert found.officers_set(NOW) and found.baa_active("twilio", NOW) and found.campaign_approved("twilio", NOW)
    assert rows(database.app_dsn, "select gate from practice") == [({},)], "there is one truth: the registers"
    assert rows(database.app_dsn, "select staff from officer") == [(None,), (None,)], (
        "nobody of that role: the author answers"
    )


def test_a_file_may_state_the_agreement_with_its_days(database, provider) -> None:
    begin = EXAMPLE.index("# [[agreements]]")
    end = EXAMPLE.index("[policy]")
    set_up(database.app_dsn, provider, EXAMPLE[:begin] + EXAMPLE[begin:end].replace("# ", "") + EXAMPLE[end:])
    assert rows(database.app_dsn, "select vendor, last_day, verified_on from agreement") == [
        ("Twilio Inc.", date(2027, 12, 31), date(2026, 1, 1))
    ]
    found = stands(database.app_dsn)
    assert found.baa_active("twilio", datetime(2028, 1, 1, 4, 59, tzinfo=UTC))
    assert not found.baa_active("twilio", datetime(2028, 1, 1, 5, tzinfo=UTC))


def test_an_older_database_keeps_what_its_practices_had_stated(database, provider) -> None:
    set_up(database.app_dsn, provider, EXAMPLE)
    old = {
        "officers_set": True,
        "baa_active": True,
        "campaign_approved": True,
        "alerts": {"webhook": "https://x.example"},
    }
    with psycopg.connect(database.app_dsn) as connection:
        connection.execute("select set_config('ringback.practices', '1', true)")
        connection.execute("update practice set gate = %s, created_at = %s", (json.dumps(old), NOW))
    ddl = (Path(store.__file__).parent / "schema_0008.sql").read_text()
    with psycopg.connect(database.owner_dsn, autocommit=True) as owner:
        # The tables are there and walled by now; the step itself is what is tried. The owner walks round the wall for it.
        for table in ("agreement", "campaign", "officer"):
            owner.execute(f"alter table {table} no force row level security")
        owner.execute(ddl[ddl.index("alter table practice no force") :])
        for table in ("agreement", "campaign", "officer"):
            owner.execute(f"alter table {table} force row level security")
    found = stands(database.app_dsn)
    assert found.officers_set(NOW) and found.baa_active("twilio", NOW) and found.campaign_approved("twilio", NOW)
    assert rows(database.app_dsn, "select gate from practice") == [({"alerts": {"webhook": "https://x.example"}},)]
    with psycopg.connect(database.app_dsn) as stranger:
        assert stranger.execute("select count(*) from practice").fetchone() == (0,), "the wall stands again"
