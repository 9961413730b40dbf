"""C17: a practice's key is rotated while people read and write; a rotation that was killed goes on; older keys only open.

Not here: two live webhook secrets at once; a vendor's token is changed at the vendor and in the connection's settings.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime

import psycopg
import pytest
from desk import MAPLE, MARIA, Desk

from ringback.keys_cli import keys_main
from ringback.store import access, queries, rotation
from ringback.store.keys import SealedFile

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def raw(desk: Desk) -> psycopg.Connection:
    return psycopg.connect(desk.dsn, autocommit=True)


def test_everything_rests_on_the_new_key_and_opens(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING please")
    with raw(desk) as connection:
        done = rotation.rotate(connection, desk.provider, MAPLE, NOW)
        assert (done.number, done.left) == (2, 0) and done.changed >= 20
        assert rotation.older(connection, MAPLE, 2) == {}
    page = browse("owner").get(f"/cases/{case}").content.decode()
    assert "BILLING please" in page and "Maria" in page
    second = desk.text(MARIA, "and another thing")
    assert "and another thing" in browse("owner").get(f"/cases/{second}").content.decode()


def test_it_is_done_while_people_read_and_write_without_one_error(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = desk.text(MARIA, "BILLING")
    monkeypatch.setattr(rotation, "BATCH", 3)
    wrong: list[BaseException] = []
    stop = threading.Event()
    rounds = []

    def clinic() -> None:
        from django.db import connection

        try:
            while not stop.is_set() or len(rounds) < 3:
                with access.practice(MAPLE) as rows:
                    rows.run(
                        "update staff set sealed = %s where practice = %s and id = 2",
                        (
                            rows.seal("staff", "sealed", 2, '{"name": "Nora", "email": "n@x.example", "phone": ""}'),
                            MAPLE,
                        ),
                    )
                    found = queries.case(rows, case)
                    assert found is not None and found["number"] == MARIA
                rounds.append(1)
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    people = threading.Thread(target=clinic)
    people.start()
    try:
        with raw(desk) as connection:
            for number in (2, 3):
                done = rotation.rotate(connection, desk.provider, MAPLE, NOW)
                assert done.number == number
    finally:
        stop.set()
        people.join(30)
    assert not wrong and rounds
    with raw(desk) as connection:
        rotation.rotate(connection, desk.provider, MAPLE, NOW, resume=True)
        assert rotation.older(connection, MAPLE, 3) == {}


def test_a_run_that_was_killed_goes_on_where_it_was(desk: Desk, key_file, browse) -> None:
    for n in range(30):
        desk.text(f"+1212300{1000 + n}", f"message number {n}")
    script = (
        "import sys, psycopg; from pathlib import Path; from datetime import datetime, UTC\n"
        "from ringback.store import rotation; from ringback.store.keys import SealedFile\n"
        "rotation.BATCH = 2\n"
        "def said(place, count):\n"
        "    print(count, flush=True)\n"
        "with psycopg.connect(sys.argv[1], autocommit=True) as c:\n"
        "    rotation.rotate(c, SealedFile(Path(sys.argv[2])), 1, datetime.now(UTC), said)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, desk.dsn, str(key_file)], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= 10:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with raw(desk) as connection:
        left = sum(rotation.older(connection, MAPLE, 2).values())
        assert left > 0, "it was killed in the middle"
        done = rotation.rotate(connection, SealedFile(key_file), MAPLE, NOW, resume=True)
        assert (done.number, done.left) == (2, 0) and done.changed == left
    assert "message number 7" in browse("owner").get(f"/cases/{desk.case_of('+12123001007')}").content.decode()


def test_another_provider_takes_the_practices_keys_over(desk: Desk, tmp_path, browse, monkeypatch) -> None:
    case = desk.text(MARIA, "BILLING")
    new = SealedFile(tmp_path / "new", create=True)
    with raw(desk) as connection:
        assert rotation.rewrap_all(connection, desk.provider, new, MAPLE, NOW) >= 2
    monkeypatch.setenv("RINGBACK_KEY_FILE", str(tmp_path / "new"))
    access._rings.clear()
    assert "BILLING" in browse("owner").get(f"/cases/{case}").content.decode()


def test_the_command_says_what_it_did_and_how_old_keys_are(desk: Desk) -> None:
    out = io.StringIO()
    assert keys_main(["status", "--practice", "1"], out) == 0
    assert "number 1" in out.getvalue()
    out = io.StringIO()
    assert keys_main(["rotate", "practice", "1"], out) == 0
    assert "key 2;" in out.getvalue() and ", 0 on older keys" in out.getvalue()
    assert desk.rows("select what from audit where what = 'keys.rotated'") == [("keys.rotated",)]
    assert keys_main(["rotate", "practice", "77"], out) == 2
