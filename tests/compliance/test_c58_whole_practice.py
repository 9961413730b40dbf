"""C58: a practice takes everything out by itself, and a clean installation takes it in, equal table by table.

Not here: accounts, single sign-on and the secrets of carriers do not travel; they are set up anew at the new place.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from desk import BIRCH, MAPLE, MARIA, SHARED, STRANGE, Desk
from psycopg import sql

from ringback.cli import main
from ringback.core.disclosures import Disclosure
from ringback.engine import clock
from ringback.store import access, crypt, disclosures, ledgers, parcel, record, shred, takeout
from ringback.store.keys import SealedFile

LONG = "correct horse battery staple"
# These change with the import itself: it is written down, and texting is off until somebody switches it on.
AFTER = {"practice", "audit", "audit_head", "audit_checkpoint", "work"}


@pytest.fixture
def lived(desk: Desk, browse: Any) -> Desk:
    """Maple after a while: texts, a stop, an erased person, a disclosure, a note, something strange in a text."""
    case = desk.text(MARIA, "=cmd|' /C calc'!A0 \u0000 my bill, señora \u202e")
    desk.text(STRANGE, "STOP")
    desk.miss(SHARED)
    with access.practice(MAPLE) as rows:
        who = rows.one(
            "select person from phone where practice = 1 and number_index = %s", (rows.index("phone", MARIA),)
        )
        assert who is not None
        now = clock.now()
        one = Disclosure(at=now, recipient="County", address="", what="a report", why="oversight", authority="order 7")
        disclosures.enter(rows, who["person"], one, staff=2, role="privacy_officer", now=now)
        ledgers.prefer(rows, rows.index("phone", MARIA), level="elsewhere", now=now, by="2", number=MARIA)
    desk.text("+12025550170", "I am to be forgotten")
    desk.change("update cases set phase = 'closed', due = null, closure = 'resolved', closed_at = now() where number_index is not null")  # fmt: skip
    desk.change("update caller_key set wrapped = '', destroyed_at = now(), ended_at = now() where number_index = (select number_index from cases order by opened_at desc limit 1)")  # fmt: skip
    assert desk.bodies(case) is not None
    return desk


@pytest.fixture
def clean(desk: Desk, database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves to another, empty installation with a key file of its own; call it to go there."""
    name = "elsewhere"

    def go() -> str:
        from ringback.engine import postgres
        from ringback.store.migrate import migrate

        roles = postgres.prepare(database.server, name)
        migrate(roles.owner_dsn)
        key = tmp_path / "their-key"
        SealedFile(key, create=True)
        monkeypatch.setenv("RINGBACK_DATABASE_URL", roles.app_dsn)
        monkeypatch.setenv("RINGBACK_KEY_FILE", str(key))
        return roles.app_dsn

    yield go
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def tables(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))["tables"]
        return found


def at(dsn: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as raw:
        raw.execute("select set_config('ringback.practices', '1', true)")
        return raw.execute(statement).fetchall()  # type: ignore[arg-type]


def test_out_and_in_are_equal(lived: Desk, clean: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "maple.zip", tmp_path / "again.zip"
    assert main(["export", "practice", "--practice", "1", str(first)]) == 0
    there = clean()
    assert main(["import", "practice", str(first)]) == 0, capsys.readouterr().out
    assert main(["export", "practice", "--practice", "1", str(second)]) == 0
    before, after = tables(first), tables(second)
    assert {name for name in before if before[name] != after[name]} <= AFTER
    assert set(before) == set(takeout.names()) and before["message"]["rows"] == 3 and before["suppression"]["rows"] == 1
    assert at(there, "select kill, live from practice") == [(True, False)], (
        "texting is off until somebody says otherwise"
    )
    assert at(there, "select what from audit order by seq desc limit 2")[-1] == ("practice.imported",)
    said = capsys.readouterr().out
    assert "equal to the manifest" in said and "texting is off" in said


def test_what_came_in_is_read_with_the_new_keys_only_and_erased_stays_erased(
    lived: Desk, clean: Any, tmp_path: Path
) -> None:
    out = tmp_path / "maple"
    assert main(["export", "practice", "--practice", "1", str(out)]) == 0
    there = clean()
    assert main(["import", "practice", str(out)]) == 0
    from ringback.records_open import opened

    with opened(1) as rows:
        who = rows.one(
            "select person from phone where practice = 1 and number_index = %s", (rows.index("phone", MARIA),)
        )
        assert who is not None, "digests mean the same as before"
        mine = record.of(rows, who["person"])
        assert any("my bill, señora" in one["words"] for one in mine["messages"])
        words = [rows.text("message", "sealed", one["id"], one["sealed"]) for one in rows.all("select id, sealed from message where practice = 1")]  # fmt: skip
        assert words.count(access.ERASED) == 1 and "I am to be forgotten" not in words
        (sealed,) = [one["sealed"] for one in rows.all("select sealed from person where practice = 1 and id = %s", (who["person"],))]  # fmt: skip
        certificate = shred.person(rows, who["person"], "1", clock.now(), holds=lambda *_: ())
        assert certificate["counts"]["message.sealed"] >= 1, "keys of people came along: one person is erased alone"
    assert at(there, "select count(*) from suppression where lifted_at is null") == [(1,)]
    with pytest.raises(crypt.Unreadable):
        crypt.open_(lived._ring(MAPLE), MAPLE, "person", "sealed", who["person"], bytes(sealed))


def test_a_changed_file_is_not_taken_in(
    lived: Desk, clean: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "maple"
    main(["export", "practice", "--practice", "1", str(out)])
    there = clean()
    message = out / "tables" / "message.jsonl"
    message.write_bytes(message.read_bytes().replace(b"my bill", b"my kill"))
    capsys.readouterr()
    assert main(["import", "practice", str(out)]) == 1
    assert "message.jsonl is not the file of the manifest; nothing was imported" in capsys.readouterr().out
    assert at(there, "select count(*) from practice") == [(0,)] and at(there, "select count(*) from data_key") == [(0,)]


def test_what_is_there_is_never_written_over(lived: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "maple.zip"
    main(["export", "practice", "--practice", "1", str(out)])
    before = out.read_bytes()
    assert main(["import", "practice", str(out)]) == 1 and "is here already" in capsys.readouterr().out
    assert main(["export", "practice", "--practice", "1", str(out)]) == 2 and out.read_bytes() == before


def test_nothing_of_another_practice_and_no_secret_is_in_it(lived: Desk, tmp_path: Path) -> None:
    lived.text("+14155550177", "words of the other practice", BIRCH)
    out = tmp_path / "maple.zip"
    main(["export", "practice", "--practice", "1", str(out)])
    with zipfile.ZipFile(out) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (b"words of the other practice", b"Birch", b"desk-token", b'"practice":2'):
        assert secret not in everything, secret
    with zipfile.ZipFile(out) as archive:
        assert b"account" not in archive.read("tables/staff.jsonl"), "accounts stay"
    assert out.stat().st_mode & 0o077 == 0
    (entry,) = lived.rows("select act, what from audit where what = 'practice.exported'")
    assert entry == ("export", "practice.exported")


def test_sealed_with_a_passphrase(lived: Desk, clean: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret, wrong, out = tmp_path / "pass", tmp_path / "wrong", tmp_path / "maple.zip"
    secret.write_text(LONG + "\n")
    wrong.write_text("another passphrase\n")
    assert main(["export", "practice", "--practice", "1", str(out), "--passphrase-file", str(secret)]) == 0
    assert b"Maria" not in out.read_bytes() and parcel.sealed(out.read_bytes()[:40])
    clean()
    assert main(["import", "practice", str(out)]) == 1
    assert main(["import", "practice", str(out), "--passphrase-file", str(wrong)]) == 1
    assert main(["import", "practice", str(out), "--passphrase-file", str(secret)]) == 0
    assert "another passphrase" in capsys.readouterr().out


@pytest.mark.parametrize("hurt", ["cut", "flip", "swap", "add"])
def test_a_sealed_file_that_was_touched_does_not_open(hurt: str) -> None:
    made = io.BytesIO()
    writer = parcel.Writer(made, LONG)
    writer.write(bytes(range(256)) * 4096 * 3)
    writer.close()
    data = bytearray(made.getvalue())
    head, piece = len(parcel.MAGIC) + 24, parcel.PIECE + 16 + 4
    if hurt == "cut":
        data = data[: head + piece]
    elif hurt == "flip":
        data[head + 100] ^= 1
    elif hurt == "swap":
        data[head : head + 2 * piece] = data[head + piece : head + 2 * piece] + data[head : head + piece]
    else:
        data += data[head : head + piece]
    with pytest.raises(parcel.Closed):
        list(parcel.read(io.BytesIO(bytes(data)), LONG))
    assert b"".join(parcel.read(io.BytesIO(made.getvalue()), LONG)) == bytes(range(256)) * 4096 * 3


def test_no_fee_no_delay_no_asking_a_vendor(lived: Desk, tmp_path: Path) -> None:
    # Nothing but the installation itself is asked: the guard of these tests fails on any other address.
    for name in ("a.zip", "b.zip"):
        assert main(["export", "practice", "--practice", "1", str(tmp_path / name)]) == 0
    one, two = tables(tmp_path / "a.zip"), tables(tmp_path / "b.zip")
    assert {name for name in one if one[name] != two[name]} <= {"audit", "audit_head"}
