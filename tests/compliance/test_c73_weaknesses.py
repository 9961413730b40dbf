"""C73: a critical weakness has 15 days and a high one 30, scans are due every six months and penetration tests every year; what is overdue turns the status red.

Not here: scanning itself, signed images and pinned hashes; this is the register that keeps their results.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from desk import Desk

from ringback import cli
from ringback.core.office.duties import findings, regular
from ringback.core.office.values import Deed, Finding, Registers

FOUND = date(2026, 11, 1)


def state(now: datetime, *given: Finding) -> str:
    return findings(Registers(zone="UTC", began_at=now, findings=given), now).state


@pytest.mark.parametrize(("severity", "days"), [("critical", 15), ("high", 30)])
def test_the_last_day_and_the_moment_after(severity: str, days: int) -> None:
    over = datetime(2026, 11, 2, tzinfo=UTC) + timedelta(days=days)
    one = Finding(severity=severity, found_on=FOUND)
    assert state(over - timedelta(seconds=1), one) == "due" and state(over, one) == "red"
    assert state(over, Finding(severity=severity, found_on=FOUND, fixed_on=date(2026, 11, 20))) == "green"


def test_medium_and_low_ones_have_no_clock() -> None:
    assert state(datetime(2027, 6, 1, tzinfo=UTC), Finding(severity="medium", found_on=FOUND)) == "green"


def test_scans_every_six_months_and_tests_every_year() -> None:
    done = datetime(2026, 8, 31, tzinfo=UTC)
    deeds = (Deed(duty="vulnerability_scan", at=done), Deed(duty="penetration_test", at=done))

    def states(now: datetime) -> tuple[str, str]:
        told = {one.duty: one.state for one in regular(Registers(zone="UTC", began_at=done, deeds=deeds), now)}
        return told["vulnerability_scan"], told["penetration_test"]

    assert states(datetime(2027, 1, 15, tzinfo=UTC)) == ("green", "green")
    assert states(datetime(2027, 2, 27, tzinfo=UTC)) == ("due", "green")
    assert states(datetime(2027, 2, 28, tzinfo=UTC)) == ("red", "green"), "six months after 31 August end in February"
    assert states(datetime(2027, 8, 31, tzinfo=UTC)) == ("red", "red")


def test_an_overdue_finding_turns_the_status_red_until_it_is_mended(
    desk: Desk, browse, capsys: pytest.CaptureFixture[str]
) -> None:
    officer = browse("security_officer")
    day = (datetime.now(UTC) - timedelta(days=17)).date().isoformat()
    form = {
        "source": "scan",
        "severity": "critical",
        "component": "openssl",
        "reference": "CVE-2026-0001",
        "found_on": day,
    }
    officer.post("/compliance/registers/findings/add", form)
    assert cli.main(["compliance", "status"]) == 1
    assert "LATE  C73  Weaknesses are mended in time: 1 overdue of 1 open" in capsys.readouterr().out
    [(row,)] = desk.rows("select id from finding")
    officer.post(
        f"/compliance/registers/findings/{row}/change", {**form, "fixed_on": datetime.now(UTC).date().isoformat()}
    )
    cli.main(["compliance", "status"])
    assert "ok    C73  Weaknesses are mended in time" in capsys.readouterr().out
    assert desk.rows("select body::json -> 'detail' ->> 'fields' from audit where what = 'finding.changed'") == [
        ('["fixed_on"]',)
    ]
