"""C72: backups are sealed and consistent, come back into an empty database whole or not at all, and a drill proves it.

Not here: point-in-time recovery (PostgreSQL's own archiving, set up by whoever runs the database), an immutable copy (the
place you copy the file to), and a queue while the database is down: hooks answer 503 and the provider brings the call back.
"""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from desk import MAPLE, MARIA, STRANGE, Desk

from ringback.backup_cli import backup_main, keys_of, restore_main
from ringback.store import backup, drill

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PHRASE = "one two three four five six"


@pytest.fixture
def empty(server: Any, migrated: str):
    """An empty, migrated database beside: its owner's address."""
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        admin.execute("drop database if exists beside with (force)")
        admin.execute("create database beside template ground owner ringback_owner")
    yield server.dsn("ringback_owner", "beside")
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        admin.execute("drop database if exists beside with (force)")


@pytest.fixture
def made(desk: Desk, tmp_path: Path) -> tuple[Path, Path]:
    """A morning at Maple, backed up: the data and the keys."""
    desk.text(MARIA, "BILLING and a word nobody else says: zqxjkvb")
    desk.miss(STRANGE)
    data, keys = tmp_path / "night", tmp_path / "night.keys"
    backup.make(desk.dsn, data, keys, PHRASE, PHRASE, NOW)
    return data, keys


def rows(dsn: str, query: str) -> list[Any]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        backup.name(connection, range(5))
        return connection.execute(query).fetchall()


def test_what_comes_back_is_what_was_there_and_opens(desk: Desk, made, empty) -> None:
    manifest = backup.restore(empty, made[0], PHRASE, made[1], PHRASE)
    for table in ("cases", "message", "task", "staff", "audit", "outgoing", "auth_user", "caller_key"):
        query = f"select t::text from {table} t order by 1"
        assert rows(empty, query) == rows(desk.dsn, query), table
    report = drill.look(empty, manifest, desk.provider, NOW, 0.0)
    assert report.findings == () and report.opened > 20 and report.entries == len(rows(desk.dsn, "select 1 from audit"))
    with psycopg.connect(empty, autocommit=True) as connection:
        new = connection.execute(
            "insert into auth_user (username, first_name, last_name, email, password, is_staff, is_active, is_superuser, "
            "date_joined) values ('new', '', '', '', '!', false, true, false, now()) returning id"
        ).fetchone()
    assert new[0] > max(one[0] for one in rows(desk.dsn, "select id from auth_user")), "numbers go on"


def test_a_backup_holds_nobody_in_the_clear_and_no_key(made) -> None:
    from ringback.store import parcel

    for path in made:
        raw = path.read_bytes()
        for canary in (MARIA[2:], "zqxjkvb", "López"):
            assert canary.encode() not in raw
    with made[0].open("rb") as file:
        plain = b"".join(parcel.read(file, PHRASE))
    assert b'"caller_key"' not in plain and b'"data_key"' not in plain
    assert b"zqxjkvb" not in plain and MARIA[2:].encode() not in plain, "not even behind the seal"


@pytest.mark.parametrize("harm", ["phrase", "bit", "cut", "swap", "nonsense"])
def test_a_harmed_backup_is_refused_and_nothing_is_written(made, empty, harm: str) -> None:
    raw, phrase = made[0].read_bytes(), PHRASE
    if harm == "phrase":
        phrase = "another twelve words"
    elif harm == "bit":
        raw = raw[:2000] + bytes([raw[2000] ^ 1]) + raw[2001:]
    elif harm == "cut":
        raw = raw[: len(raw) // 2]
    elif harm == "swap":
        raw = raw[:60] + raw[60:][::-1]
    else:
        raw = b"PK\x03\x04" + raw
    made[0].write_bytes(raw)
    with pytest.raises(backup.NotRestored):
        backup.restore(empty, made[0], phrase, made[1], PHRASE)
    assert rows(empty, "select count(*) from cases") == [(0,)] and rows(empty, "select count(*) from practice") == [
        (0,)
    ]


def test_it_does_not_write_over_anything(desk: Desk, database, made) -> None:
    with pytest.raises(backup.NotRestored, match="not empty"):
        backup.restore(database.owner_dsn, made[0], PHRASE, made[1], PHRASE)


def test_without_the_keys_nothing_sealed_opens(desk: Desk, made, empty) -> None:
    """What was shredded since the backup stays so: the data alone brings nobody back."""
    manifest = backup.restore(empty, made[0], PHRASE, None, "")
    report = drill.look(empty, manifest, desk.provider, NOW, 0.0)
    assert report.opened == 0
    assert rows(empty, "select count(*) from caller_key") == [(0,)] and rows(empty, "select count(*) from message") != [
        (0,)
    ]


def test_a_drill_writes_down_what_it_found_good_or_bad(desk: Desk, empty, database, server) -> None:
    case = desk.text(MARIA, "BILLING")
    report = drill.run(desk.dsn, empty, desk.provider, NOW)
    drill.record(desk.dsn, report, NOW)
    assert report.good and report.cases == 1
    assert desk.rows("select good, cases from drill") == [(True, 1)]
    assert desk.rows("select good from deed where duty = 'restore_drill'") == [(True,)]
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update message set sealed = set_byte(sealed, 40, 255 - get_byte(sealed, 40)) where case_id = %s", (case,)
        )
        admin.execute("update audit set body = replace(body, 'ok', 'ko') where seq = 1 and practice = 1")
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        admin.execute("drop database if exists beside with (force)")
        admin.execute("create database beside template ground owner ringback_owner")
    report = drill.run(desk.dsn, empty, desk.provider, NOW)
    drill.record(desk.dsn, report, NOW)
    assert not report.good and any("message.sealed" in one for one in report.findings)
    assert any("audit log" in one for one in report.findings)
    assert desk.rows("select good from drill order by id") == [(True,), (False,)]


def test_the_commands_and_the_window_of_keys(desk: Desk, empty, tmp_path: Path, monkeypatch) -> None:
    import os

    desk.text(MARIA, "BILLING")
    out = io.StringIO()
    file = tmp_path / "b1"
    assert backup_main(["--key", str(tmp_path / "phrase"), str(file)], out) == 0
    assert (tmp_path / "phrase").stat().st_mode & 0o077 == 0 and keys_of(file).exists()
    monkeypatch.setenv("RINGBACK_OWNER_URL", empty)
    assert restore_main(["--key", str(tmp_path / "phrase"), str(file)], out) == 0
    assert restore_main(["--key", str(tmp_path / "phrase"), str(file)], out) == 1, "a second time it is not empty"
    old = datetime.now(UTC).timestamp() - 36 * 86400
    os.utime(keys_of(file), (old, old))
    assert backup_main(["--expire", str(tmp_path)], out) == 0
    assert file.exists() and not keys_of(file).exists() and "removed b1.keys" in out.getvalue()
    assert json.dumps(rows(empty, "select count(*) from cases")) == "[[1]]"
    assert desk.rows("select count(*) from cases", practice=MAPLE) == [(1,)]
