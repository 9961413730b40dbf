"""C71: the inventory lists hosts, processes, every table with how it is walled, vendors, data flows and the packages that really run; taking it is recorded, and what changed since an earlier one is said.

Not here: comparing it with container files; there are none yet.
"""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest
from desk import MAPLE, Desk

from ringback import cli
from ringback.store import access, inventory, tables


def take(environment: dict[str, str] | None = None) -> dict:
    with access.practice(MAPLE) as rows:
        return inventory.take(rows, environment or {"RINGBACK_DATABASE_URL": "host=db.example sslmode=verify-full", "RINGBACK_PUBLIC_URL": "https://rb.example"})  # fmt: skip


def test_it_lists_what_is_there(desk: Desk) -> None:
    items = take()
    assert {one["name"] for one in items["tables"]} == {*tables.TENANT, *tables.OPEN, *tables.SHELL}
    assert [one["name"] for one in items["hosts"]] == ["rb.example", "db.example"]
    assert items["hosts"][1]["tls"] == "verify-full"
    packages = {one["name"]: one["version"] for one in items["packages"]}
    assert packages["django"] == metadata.version("django") and packages["cryptography"] == metadata.version(
        "cryptography"
    )
    assert "pytest" not in packages, "what only developers use does not run at a clinic"
    assert all(
        one["licence"] == "" or "GPL" not in one["licence"] or "LGPL" in one["licence"] for one in items["packages"]
    )
    assert [one["vendor"] for one in items["vendors"]] == ["Twilio"]
    assert {(one["from"], one["to"]) for one in items["flows"]} == {("twilio", "rb.example"), ("rb.example", "twilio")}


def test_it_holds_no_secret_and_nobody(desk: Desk) -> None:
    told = json.dumps(take(), default=str)
    for secret in ("desk-token", "AC7777", "Maria", "Maple"):
        assert secret not in told


def test_taking_it_is_recorded_and_kept(desk: Desk, browse) -> None:
    browse("security_officer").post("/compliance/inventory")
    assert desk.rows("select duty, good from deed") == [("inventory", True)]
    assert desk.rows("select count(*) from inventory") == [(1,)]
    page = browse("auditor").get("/compliance").content.decode()
    assert "inventory taken" in page and "Last done" in page


def test_what_changed_is_said(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["inventory"]) == 0
    earlier = tmp_path / "before.json"
    earlier.write_text(capsys.readouterr().out)
    assert cli.main(["inventory", "--diff", str(earlier)]) == 0
    assert "Nothing changed." in capsys.readouterr().out
    desk.change("update agreement set vendor = 'Twilio Inc.'")
    changed = json.loads(earlier.read_text())
    changed["packages"][0]["version"] = "0.0.1"
    earlier.write_text(json.dumps(changed))
    assert cli.main(["inventory", "--diff", str(earlier), "--keep"]) == 1
    said = capsys.readouterr().out
    assert "vendors: new" in said and "vendors: gone" in said and "packages: gone" in said
    assert desk.rows("select count(*) from inventory") == [(1,)]


def test_the_same_things_have_the_same_fingerprint(desk: Desk) -> None:
    assert inventory.digest(take()) == inventory.digest(take())
    desk.change("delete from agreement")
    assert inventory.digest(take()) != inventory.digest({**take(), "vendors": [{"vendor": "x"}]})
