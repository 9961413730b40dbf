"""C23: signed checkpoints leave the database for two places and more; a cut tail and a rebuilt log fail against them."""

from __future__ import annotations

import io
import json
import socket
from datetime import UTC, datetime

import psycopg
import pytest
from test_c22_chain import MAPLE, entry, write

from ringback.audit_cli import audit_main
from ringback.core import audit as chain
from ringback.engine import house
from ringback.store import audit, checkpoints
from ringback.store.keys import SealedFile, create

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def provider(database, tmp_path):
    """A practice with keys."""
    made = SealedFile(tmp_path / "key", create=True)
    with psycopg.connect(database.app_dsn) as connection:
        connection.execute("select set_config('ringback.practices', %s, true)", (str(MAPLE),))
        for row in create(made, MAPLE):
            connection.execute(
                "insert into data_key (practice, number, purpose, wrapped, created_at) values (%s, %s, %s, %s, now())",
                row,
            )
    return made


@pytest.fixture
def sinks(tmp_path, monkeypatch):
    """Two places: a file and a syslog that listens on loopback."""
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.bind(("127.0.0.1", 0))
    ear.settimeout(5)
    file = tmp_path / "elsewhere"
    monkeypatch.setenv("RINGBACK_AUDIT_SINKS", f"file:{file},syslog:udp://127.0.0.1:{ear.getsockname()[1]}")
    yield file, ear
    ear.close()


def verify(monkeypatch, database) -> tuple[int, str]:
    monkeypatch.setenv("RINGBACK_DATABASE_URL", database.app_dsn)
    out = io.StringIO()
    return audit_main(["verify", "--practice", str(MAPLE)], out), out.getvalue()


def test_the_house_hands_a_signed_checkpoint_to_both_places(database, provider, sinks, monkeypatch) -> None:
    file, ear = sinks
    write(database.app_dsn, "one", "two", "three")
    assert house.keep(database.app_dsn, provider, MAPLE, NOW) == 0
    line = file.read_text().strip()
    assert checkpoints.read(line).size == 3
    assert json.loads(line)["signature"] in ear.recv(4096).decode()
    assert verify(monkeypatch, database) == (
        0,
        "ok    practice 7: 3 entries, whole; 1 checkpoint agree\n".replace("agree", "agrees"),
    )
    # Nothing new: no second checkpoint within the hour.
    house.keep(database.app_dsn, provider, MAPLE, NOW)
    assert len(file.read_text().splitlines()) == 1
    write(database.app_dsn, *["more"] * checkpoints.EVERY_ENTRIES)
    house.keep(database.app_dsn, provider, MAPLE, NOW)
    assert len(file.read_text().splitlines()) == 2


def test_a_cut_tail_and_a_whole_rebuild_are_found_though_the_chain_is_whole_in_itself(
    database, provider, sinks, monkeypatch
) -> None:
    write(database.app_dsn, *[f"w{n}" for n in range(6)])
    house.keep(database.app_dsn, provider, MAPLE, NOW)
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        admin.execute("alter table audit disable trigger all")
        admin.execute("delete from audit where seq > 4")
        admin.execute(
            "update audit_head h set seq = 4, hash = a.hash from audit a where a.seq = 4 and a.practice = h.practice"
        )
        code, said = verify(monkeypatch, database)
        assert code == 1 and "entry 6 was cut off" in said
        admin.execute("delete from audit")
        admin.execute("update audit_head set seq = 0, hash = decode(repeat('00', 32), 'hex')")
    write(database.app_dsn, *[f"lie{n}" for n in range(6)])
    code, said = verify(monkeypatch, database)
    assert code == 1 and "made anew" in said


def test_a_forged_checkpoint_or_one_of_a_strange_key_is_said(database, provider, sinks, monkeypatch) -> None:
    file, _ear = sinks
    write(database.app_dsn, "one")
    house.keep(database.app_dsn, provider, MAPLE, NOW)
    good = file.read_text()
    file.write_text(good.replace("\\n1\\n", "\\n2\\n"))
    assert verify(monkeypatch, database)[0] == 1
    _public, private = checkpoints.new_key()
    forged = checkpoints.sign(private, checkpoints.read(good), NOW)
    file.write_text(forged + "\n")
    code, said = verify(monkeypatch, database)
    assert code == 1 and "never had" in said


def test_a_place_that_takes_nothing_is_said_and_the_other_still_gets_it(
    database, provider, tmp_path, monkeypatch
) -> None:
    file = tmp_path / "elsewhere"
    write(database.app_dsn, "one")
    with psycopg.connect(database.app_dsn) as connection:
        connection.execute("select set_config('ringback.practices', %s, true)", (str(MAPLE),))
        found = checkpoints.due(connection, MAPLE, NOW)
        assert found is not None
        from ringback.store.keys import Keyring

        ring = Keyring(provider)
        ring.load(connection.execute("select practice, number, purpose, wrapped from data_key").fetchall())
        places = checkpoints.sinks(f"file:{tmp_path / 'no' / 'such'},file:{file}")
        assert checkpoints.make(connection, ring, found, places) == [places[0].name]
    assert file.exists()


def test_the_note_is_read_back_and_nonsense_is_not() -> None:
    mark = chain.Checkpoint(practice=3, size=9, hash=bytes(range(32)))
    assert chain.read_note(chain.note(mark, NOW)) == mark
    for wrong in ("", "x", "ringback/audit/3\n9", "ringback/audit/x\n1\nAAAA\n"):
        with pytest.raises(ValueError):
            chain.read_note(wrong)
    assert entry("x").practice == MAPLE and audit.EVERY == checkpoints.EVERY_ENTRIES
