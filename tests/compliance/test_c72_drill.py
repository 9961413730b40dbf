"""C72: the drill makes its own database, looks at all of it, signs what it found; nobody who was erased comes back with old data.

Not here: a drill on another machine (`--into` takes any address, only this one was tried), RPO and RTO of an installation,
which follow from how often backups are made and where they lie.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from desk import BIRCH, LINES, MAPLE, MARIA, STRANGE, Desk
from many import lay
from sealed import NOBODY

from ringback.backup_cli import backup_main, drill_main, keys_of, restore_main
from ringback.core.events import TaskDone
from ringback.engine import clock
from ringback.store import access, backup, drill, drill_report, parcel, shred
from ringback.store.access import Rows
from ringback.store.keys import Keyring
from ringback.store.submit import submit

PHRASE, OTHER = "one two three four five six", "seven eight nine ten eleven"
WORDS = "my knee is worse since Tuesday"


@pytest.fixture
def empty(server: Any, migrated: str) -> Iterator[str]:
    """An empty, migrated database beside: its owner's address."""
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        admin.execute("drop database if exists aside with (force)")
        admin.execute("create database aside template ground owner ringback_owner")
    yield server.dsn("ringback_owner", "aside")
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        admin.execute("drop database if exists aside with (force)")


@pytest.fixture
def drilled(desk: Desk, database: Any, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose addresses stand in the environment, as the commands want them."""
    monkeypatch.setenv("RINGBACK_DATABASE_URL", desk.dsn)
    monkeypatch.setenv("RINGBACK_OWNER_URL", database.owner_dsn)
    monkeypatch.setenv("RINGBACK_ADMIN_URL", database.admin_dsn)
    monkeypatch.setenv("RINGBACK_KEY_FILE", str(key_file))
    return desk


def named(dsn: str, query: str) -> list[Any]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        backup.name(connection, range(5))
        return connection.execute(query).fetchall()


def messages(dsn: str, desk: Desk) -> list[str]:
    """What Maple's messages say in a database."""
    with psycopg.connect(dsn) as connection:
        connection.execute("select set_config('ringback.practices', %s, true)", (str(MAPLE),))
        rows = Rows(connection, MAPLE, Keyring(desk.provider))
        found = rows.all("select id, sealed from message where practice = %s order by at, id", (MAPLE,))
        return [rows.text("message", "sealed", row["id"], row["sealed"]) for row in found]


def finish(desk: Desk, case: UUID) -> None:
    for (task,) in desk.rows("select id from task where case_id = %s and state in ('open', 'claimed')", (case,)):
        with psycopg.connect(desk.dsn) as raw:
            raw.execute("select set_config('ringback.practices', %s, true)", (str(MAPLE),))
            done = TaskDone(task=task, by="8", disposition="reached", at=clock.now())
            submit(raw, MAPLE, case, done, clock.now(), "8")
        desk.fold()


def marias(desk: Desk) -> UUID:
    with access.practice(MAPLE) as rows:
        for row in rows.all("select id, sealed from person where practice = %s", (MAPLE,)):
            if rows.record("person", "sealed", row["id"], row["sealed"]).get("name", "").startswith("Maria"):
                found: UUID = row["id"]
                return found
    raise LookupError


def test_who_was_erased_since_stays_erased_when_the_old_data_comes_back(desk: Desk, empty: str, tmp_path: Path) -> None:
    """The night's data with the keys of after the erasure: everybody else's words are there, hers are not."""
    desk.text(STRANGE, "this is somebody else")
    case = desk.text(MARIA, WORDS)
    night, later = tmp_path / "night", tmp_path / "later"
    backup.make(desk.dsn, night, keys_of(night), PHRASE, PHRASE, datetime.now(UTC))
    finish(desk, case)
    with access.practice(MAPLE) as rows:
        shred.person(rows, marias(desk), "2", clock.now(), holds=NOBODY, role="privacy_officer")
    backup.make(desk.dsn, later, keys_of(later), PHRASE, OTHER, datetime.now(UTC))
    manifest = backup.restore(empty, night, PHRASE, keys_of(later), OTHER)
    said = messages(empty, desk)
    assert len(said) == 2 and WORDS not in " ".join(said) and access.ERASED in said
    assert any("somebody else" in one for one in said)
    report = drill.look(empty, manifest, desk.provider, datetime.now(UTC), 0.0)
    assert report.good and report.erased > 0 and report.opened > 20, "an erased person's words are no damage"


def test_with_its_own_keys_the_words_are_back(desk: Desk, empty: str, tmp_path: Path) -> None:
    desk.text(MARIA, WORDS)
    night = tmp_path / "night"
    backup.make(desk.dsn, night, keys_of(night), PHRASE, OTHER, datetime.now(UTC))
    with pytest.raises(backup.NotRestored):
        backup.restore(empty, night, PHRASE, keys_of(night), PHRASE)
    assert named(empty, "select count(*) from cases") == [(0,)], "the data went back out with the keys"
    with pytest.raises(backup.NotRestored, match="the keys, not the data"):
        backup.restore(empty, keys_of(night), OTHER, None, "")
    backup.restore(empty, night, PHRASE, keys_of(night), OTHER)
    assert any(WORDS in one for one in messages(empty, desk))


def test_keys_that_did_not_come_back_fail_the_drill(desk: Desk, empty: str, tmp_path: Path) -> None:
    desk.text(MARIA, WORDS)
    night = tmp_path / "night"
    backup.make(desk.dsn, night, keys_of(night), PHRASE, PHRASE, datetime.now(UTC))
    manifest = backup.restore(empty, night, PHRASE, None, "")
    report = drill.look(empty, manifest, desk.provider, datetime.now(UTC), 0.0)
    assert not report.good and any("did not come back" in one for one in report.findings)


def test_pieces_in_another_order_do_not_open(desk: Desk, database: Any, empty: str, tmp_path: Path) -> None:
    """A backup of several pieces: two swapped, one left out, one twice, and the end cut off at a piece's edge."""
    lay(database.admin_dsn, desk.provider, MAPLE, 1500)
    night = tmp_path / "night"
    backup.make(desk.dsn, night, keys_of(night), PHRASE, PHRASE, datetime.now(UTC))
    raw = night.read_bytes()
    start = len(parcel.MAGIC) + 24
    head, body, pieces = raw[:start], raw[start:], []
    while body:
        size = 4 + int.from_bytes(body[:4], "big")
        pieces.append(body[:size])
        body = body[size:]
    assert len(pieces) >= 3
    one, two, *rest = pieces
    for order in ([two, one, *rest], [one, *rest], [one, one, two, *rest], pieces[:-1]):
        night.write_bytes(head + b"".join(order))
        with pytest.raises(backup.NotRestored):
            backup.restore(empty, night, PHRASE, keys_of(night), PHRASE)
        assert named(empty, "select count(*) from practice") == [(0,)]
    night.write_bytes(raw)
    assert backup.restore(empty, night, PHRASE, keys_of(night), PHRASE).tables["cases"]["rows"] == 1500


def test_a_practice_whose_work_is_gone_is_in_the_backup_all_the_same(desk: Desk, empty: str, tmp_path: Path) -> None:
    """An erased practice has no work and no members left: its log and its certificate are kept."""
    with access.practice(BIRCH) as rows:
        shred.practice(rows, "2", clock.now(), holds=NOBODY, role="privacy_officer")
        rows.run("delete from work where practice = %s", (BIRCH,))
        rows.run("delete from membership where practice = %s", (BIRCH,))
    night = tmp_path / "night"
    backup.make(desk.dsn, night, keys_of(night), PHRASE, PHRASE, datetime.now(UTC))
    backup.restore(empty, night, PHRASE, keys_of(night), PHRASE)
    assert named(empty, f"select kind from shred_certificate where practice = {BIRCH}") == [("practice",)]
    assert named(empty, "select practice from roster order by practice") == [(0,), (MAPLE,), (BIRCH,)]


def test_nothing_is_sent_from_what_was_restored_until_somebody_says_so(
    drilled: Desk, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, night, key = io.StringIO(), tmp_path / "night", tmp_path / "key"
    assert backup_main(["--key", str(key), str(night)], out) == 0
    assert backup_main(["--key", str(key), str(night)], out) == 1, "no backup is written over"
    log = drilled.rows("select act, what from audit where what = 'backup.made'", practice=0)
    assert log == [("export", "backup.made")]
    monkeypatch.setenv("RINGBACK_OWNER_URL", empty)
    assert restore_main(["--key", str(tmp_path / "none"), str(night)], out) == 2
    assert not (tmp_path / "none").exists()
    assert restore_main(["--key", str(key), str(night)], out) == 0
    assert named(empty, "select practice, kill from practice order by 1") == [(MAPLE, True), (BIRCH, True)]
    assert len(named(empty, "select 1 from audit where what = 'backup.restored'")) == 3, "said in every log"
    assert LINES[MAPLE] not in out.getvalue()


def test_the_drill_makes_its_place_signs_its_report_and_leaves_nothing(drilled: Desk, database: Any) -> None:
    drilled.text(MARIA, WORDS)
    out = io.StringIO()
    assert drill_main(["--every"], out) == 0
    (public,) = drilled.rows("select public from audit_key where practice = 0", practice=0)[0]
    told = drill_report.check(out.getvalue(), public)
    assert told["good"] and told["cases"] == 1 and told["practices"] == 3 and told["opened"] > 40
    with pytest.raises(ValueError):
        drill_report.check(out.getvalue().replace('"cases": 1', '"cases": 2'))
    assert named(database.admin_dsn, "select datname from pg_database where datname like 'ringback_drill%'") == []
    assert drilled.rows("select good, cases from drill", practice=0) == [(True, 1)]
    assert drilled.rows("select good from deed where duty = 'restore_drill'") == [(True,)]


def test_a_damaged_row_fails_the_drill_of_a_kept_backup(drilled: Desk, database: Any, tmp_path: Path) -> None:
    """`--every` finds the one damaged value among many, by table and row; the words are not in the report."""
    lay(database.admin_dsn, drilled.provider, MAPLE, 200)
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        row = admin.execute(
            "update message set sealed = set_byte(sealed, 50, 255 - get_byte(sealed, 50)) "
            "where id = (select id from message order by id desc limit 1) returning id"
        ).fetchone()
    assert row is not None
    out, night, key = io.StringIO(), tmp_path / "night", tmp_path / "key"
    assert backup_main(["--key", str(key), str(night)], io.StringIO()) == 0
    assert drill_main(["--of", str(night), "--key", str(key), "--every"], out) == 1
    told = json.loads(out.getvalue())["report"]
    assert [one for one in told["findings"] if str(row[0]) in one] and told["good"] is False
    assert drilled.rows("select good from drill", practice=MAPLE) == [(False,)]
    assert drilled.rows("select good from deed where duty = 'restore_drill'") == [(False,)]


@pytest.mark.soak
def test_a_drill_of_a_hundred_thousand_cases(
    drilled: Desk, database: Any, capsys: pytest.CaptureFixture[str], record_property: Any
) -> None:
    """How long a drill takes is printed, not asserted: RINGBACK_SOAK=1 pytest -s -k hundred_thousand."""
    for practice in (MAPLE, BIRCH):
        lay(database.admin_dsn, drilled.provider, practice, 50_000)
    out = io.StringIO()
    assert drill_main(["--every"] if os.environ.get("DRILL_EVERY") else [], out) == 0
    told = json.loads(out.getvalue())["report"]
    record_property("drill", told)
    with capsys.disabled():
        print(json.dumps(told))
    assert told["cases"] == 100_000 and told["good"]
