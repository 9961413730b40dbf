"""A patient list goes in whole or not at all, and nothing of it can be read in the database."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ringback.core.directory import Reading, read
from ringback.directory_cli import directory_main
from ringback.store import crypt, directory
from ringback.store.keys import Keyring, SealedFile
from ringback.store.provision import Plan, create

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
HEADER = "record,name,birth_date,mobile,next_visit,callback_requested,consent"


@dataclass
class Office:
    dsn: str
    connection: psycopg.Connection[Any]
    ring: Keyring
    key_file: Path

    def bring(self, *rows: str, allow_shrink: bool = False) -> directory.Change:
        return directory.replace(self.connection, self.ring, 1, listed(*rows), NOW, allow_shrink=allow_shrink)

    def all(self, sql: str, practice: int = 1) -> list[tuple[Any, ...]]:
        with self.connection.transaction():
            self.connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
            return self.connection.execute(sql).fetchall()


def listed(*rows: str) -> Reading:
    return read("\n".join((HEADER, *rows)).encode(), "America/New_York")


def patients(count: int, first: int = 0) -> list[str]:
    return [f"R{n},Pat Number{n},1980-01-02,202555{n:04d},," for n in range(first, first + count)]


@pytest.fixture
def office(database: Any, tmp_path: Path) -> Iterator[Office]:
    key_file = tmp_path / "key"
    provider = SealedFile(key_file, create=True)
    with psycopg.connect(database.app_dsn, autocommit=True) as connection:
        for number in (1, 2):
            plan = Plan(
                practice=number, name=f"Office {number}", alias="Office", phone="202-555-0100", zone="America/New_York"
            )
            ring = create(connection, provider, plan, NOW)
            if number == 1:
                first = ring
        yield Office(database.app_dsn, connection, first, key_file)


def test_people_come_in_sealed_and_are_found_by_number(office: Office) -> None:
    change = office.bring("R1,Maria Lopez,1984-07-21,202-555-0143,2026-12-01 09:30,yes,yes")
    assert (change.added, change.removed) == (1, 0)
    index = crypt.index(office.ring, 1, "phone", "+12025550143")
    ((person, sealed, visit, flagged),) = office.all(
        f"select p.id, p.sealed, p.next_visit, p.callback_requested from phone join person p on p.id = phone.person "
        f"where number_index = '\\x{index.hex()}'"
    )
    assert (visit, flagged) == (datetime(2026, 12, 1, 14, 30, tzinfo=UTC), True)
    assert b"Lopez" not in bytes(sealed) and b"0143" not in bytes(sealed)
    assert b"Maria Lopez" in crypt.open_(office.ring, 1, "person", "sealed", person, bytes(sealed))
    assert office.all("select category, method from consent") == [("callback", "import")]


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    rows = patients(5)
    office.bring(*rows)
    before = office.all("select id, sealed, changed_at from person order by id")
    change = office.bring(*rows)
    assert (change.added, change.changed, change.same, change.removed) == (0, 0, 5, 0)
    assert office.all("select id, sealed, changed_at from person order by id") == before


def test_a_changed_patient_keeps_their_id(office: Office) -> None:
    office.bring("R1,Jo Roe,1980-01-02,2025550101,,")
    ((before,),) = office.all("select id from person")
    assert office.bring("R1,Jo Roe,1980-01-02,2025550102,,").changed == 1
    assert office.all("select id from person") == [(before,)]
    assert office.all("select count(*) from phone") == [(1,)]


def test_half_an_export_is_refused_unless_somebody_says_so(office: Office) -> None:
    office.bring(*patients(10))
    assert office.bring(*patients(8)).removed == 2
    with pytest.raises(directory.TooMuchGone):
        office.bring(*patients(6))
    assert office.all("select count(*) from person") == [(8,)]
    assert office.bring(*patients(6), allow_shrink=True).removed == 2
    assert office.all("select count(*) from phone") == [(6,)]


def test_one_bad_row_and_nothing_is_imported(office: Office) -> None:
    with pytest.raises(ValueError, match="nothing was imported"):
        office.bring(*patients(3), "R9,Jo Roe,1980-13-45,2025550109,,")
    assert office.all("select count(*) from person") == [(0,)]


def test_a_failure_half_way_leaves_the_list_as_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.bring(*patients(5))

    def broken(*_: Any) -> None:
        raise ConnectionError("the power went")

    monkeypatch.setattr(directory, "_consents", broken)
    with pytest.raises(ConnectionError):
        office.bring(*patients(5, first=1))
    assert office.all("select count(*) from person") == [(5,)]
    assert office.all("select count(*) from phone") == [(5,)]


def test_consent_said_no_ends_it_and_silence_leaves_it(office: Office) -> None:
    office.bring("R1,Jo Roe,1980-01-02,2025550101,,,yes")
    office.bring("R1,Jo Roe,1980-01-02,2025550101,,,")
    assert office.all("select count(*) from consent where revoked_at is null") == [(1,)]
    office.bring("R1,Jo Roe,1980-01-02,2025550101,,,no")
    assert office.all("select count(*) from consent where revoked_at is null") == [(0,)]


def test_another_practice_sees_nothing_of_it(office: Office) -> None:
    office.bring(*patients(3))
    assert office.all("select count(*) from person", practice=2) == [(0,)]


def test_the_command_reports_lines_and_imports_on_the_second_try(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "RINGBACK_DATABASE_URL", office.dsn)
    monkeypatch.setitem(os.environ, "RINGBACK_KEY_FILE", str(office.key_file))
    file = tmp_path / "list.csv"
    file.write_text(f"{HEADER}\nR1,Jo Roe,1980-13-02,2025550101,,\nR2,Al Poe,1980-01-02,2025550102,,\n")
    out = io.StringIO()
    assert directory_main(["import", str(file), "--practice", "1"], out) == 1
    assert "line 2: error: birth_date: a day that is not in the calendar" in out.getvalue()
    assert "Nothing was imported" in out.getvalue() and "Roe" not in out.getvalue()
    file.write_text(f"{HEADER}\nR1,Jo Roe,1980-12-02,2025550101,,\nR2,Al Poe,1980-01-02,2025550102,,\n")
    assert directory_main(["import", str(file), "--practice", "1", "--dry-run"], out) == 0
    assert office.all("select count(*) from person") == [(0,)]
    assert directory_main(["import", str(file), "--practice", "1", "--json"], out) == 0
    assert office.all("select count(*) from person") == [(2,)]
    assert directory_main(["import", str(tmp_path / "no.csv")], out) == 2
    assert directory_main(["import", str(file), "--practice", "77"], out) == 2
    assert "there is no practice 77" in out.getvalue()
