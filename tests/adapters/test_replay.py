"""Shadow mode: a practice hands in its log and sees what would have happened, by the same rules that would have run."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from ringback.core.calls import Call, Direction, Leg, Party, Result
from ringback.core.hours import Hours, Span
from ringback.core.policy import Policy
from ringback.replay import Row, what_would_happen
from ringback.replay_cli import replay_main, week
from ringback.replay_report import masked, report

FIXTURES = Path(__file__).parents[1] / "fixtures" / "asterisk"
CEL = str(FIXTURES / "run1_cel.csv")
TEN = datetime(2026, 11, 23, 15, tzinfo=UTC)  # a Monday, ten o'clock in New York
POLICY = Policy(hours=Hours(zone="America/New_York", week=week("mon-fri 08:00-17:00")))
PAT, SAM = "+12025550123", "+12025550145"


def call(
    caller: str, seconds: float = 0, *, answered: bool = False, line: str = "+14155550100", **more: object
) -> Call:
    began = TEN + timedelta(seconds=seconds)
    result = Result.ANSWERED if answered else Result.UNANSWERED
    values: dict[str, object] = {
        "key": f"call {caller[-4:]} {seconds}",
        "line": line,
        "caller": caller,
        "began": began,
        "ended": began + timedelta(seconds=1),
        "legs": (Leg(key="front desk", party=Party.HUMAN, result=result),),
    }
    return Call(**{**values, **more})  # type: ignore[arg-type]


def rows(*calls: Call, policy: Policy = POLICY) -> list[Row]:
    return what_would_happen(calls, policy)


def test_a_missed_caller_would_have_had_a_text_after_the_settle_window() -> None:
    (row,) = rows(call(PAT))
    assert row.outcome == "texted" and row.text_at == TEN + timedelta(seconds=16)
    assert row.person_by is not None and not row.closed


def test_a_redial_that_is_answered_within_fifteen_seconds_needs_no_text() -> None:
    first, again = rows(call(PAT), call(PAT, 10, answered=True))
    assert first.outcome == "redialled" and first.text_at is None
    assert again.outcome == "called_back_in" and again.case == first.case


def test_a_caller_who_is_answered_after_the_text_went_is_called_back_in() -> None:
    first, again = rows(call(PAT), call(PAT, 120, answered=True))
    assert first.outcome == "texted" and again.outcome == "called_back_in"


def test_who_calls_again_and_again_gets_one_text_and_is_one_case() -> None:
    found = rows(call(PAT), call(PAT, 60), call(PAT, 300), call(SAM, 30))
    assert [row.outcome for row in found] == ["texted", "texted", "merged", "merged"]
    assert [row.case for row in found] == [1, 2, 1, 1]
    assert sum(row.text_at is not None for row in found) == 2


def test_another_day_is_another_case() -> None:
    found = rows(call(PAT), call(PAT, 24 * 3600))
    assert [row.case for row in found] == [1, 2] and all(row.outcome == "texted" for row in found)


@pytest.mark.parametrize(
    ("one", "outcome", "words"),
    [
        (call("anonymous"), "suppressed", "hid"),
        (call("+266696687"), "suppressed", "hid"),
        (call("201"), "suppressed", "extension"),
        (call("+14155550100"), "suppressed", "own number"),
        (call("201", direction=Direction.INTERNAL), "suppressed", "internal"),
        (call("201", direction=Direction.OUTBOUND), "suppressed", "called out"),
        (call("+18005551234"), "person", "toll_free"),
        (call("+442079460000"), "person", "not_us"),
        (call("anonymous", voicemail_seconds=9), "person", "message"),
        (call(PAT, answered=True), "answered", "person answered"),
        (call(PAT, ended=None), "unknown", "not ended"),
    ],
)
def test_who_would_not_be_texted_and_why(one: Call, outcome: str, words: str) -> None:
    (row,) = rows(one)
    assert (row.outcome, row.text_at) == (outcome, None) and words in row.reason


def test_after_hours_the_text_goes_at_once_or_waits_as_policy_says() -> None:
    night = 12 * 3600.0
    (sent,) = rows(call(PAT, night))
    assert sent.closed and sent.text_at == TEN + timedelta(hours=12, seconds=16)
    (held,) = rows(call(PAT, night), policy=Policy(hours=POLICY.hours, night_first="hold"))
    assert held.closed and (held.text_at is None or held.text_at.hour == 13)  # eight o'clock in New York
    assert held.person_by is not None


def test_the_report_counts_every_call_once_and_hides_numbers() -> None:
    found = report(rows(call(PAT), call(PAT, 60), call("anonymous", 90), call(SAM, 3600, answered=True)), POLICY)
    assert found["calls"] == 4 == sum(one["calls"] for one in found["outcomes"].values()) == len(found["rows"])
    assert found["missed"] == 3 and found["texted"] == 1
    assert found["hours"][10] == {"hour": 10, "answered": 0, "missed": 3} and found["hours"][11]["answered"] == 1
    assert found["peaks"] == [{"day": "Mon", "hour": 10, "missed": 3}]
    assert sum(one["missed"] for one in found["minutes"]) == 3 and sum(one["texts"] for one in found["minutes"]) == 1
    assert PAT not in json.dumps(found) and found["rows"][0]["from"] == masked(PAT) == "...0123"
    assert report([], POLICY)["calls"] == 0


def test_the_report_as_page_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, data, out = tmp_path / "r.html", tmp_path / "r.json", io.StringIO()
    argv = ["--system", "asterisk", "--option", "assume-textable=yes", "--zone", "America/Chicago"]
    assert replay_main([*argv, "--html", str(page), "--json", str(data), CEL], out) == 0
    assert "10 reached nobody" in out.getvalue()
    found = json.loads(data.read_text())
    assert found["texted"] == 10 and found["outcomes"]["answered"]["calls"] == 3
    html = page.read_text()
    assert (
        html.startswith("<!doctype html>") and "<script" not in html and "http" not in html and "+1555010" not in html
    )
    bare = io.StringIO()
    assert replay_main([*argv, CEL], bare) == 0 and json.loads(bare.getvalue()) == found
    assert capsys.readouterr().err == ""


def test_words_in_the_records_cannot_become_markup(tmp_path: Path) -> None:
    evil = (FIXTURES / "run1_cel.csv").read_text().replace("+15550101001", "<b>x</b>")
    (tmp_path / "cel").write_text(evil)
    out = io.StringIO()
    assert replay_main(["--system", "asterisk", "--full-numbers", "--html", "-", str(tmp_path / "cel")], out) == 0
    assert "<b>x</b>" not in out.getvalue() and "&lt;b&gt;x&lt;/b&gt;" in out.getvalue()


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["--hours", "someday 8-17"], "someday"),
        (["--hours", "mon eight to five"], "08:00-17:00"),
        (["--zone", "Mars/Phobos"], "Mars/Phobos"),
        (["--settle", "900"], "600"),
        (["--html", "/no/such/folder/r.html"], "cannot be written"),
    ],
)
def test_what_cannot_be_used_is_said(option: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay_main(["--system", "asterisk", *option, CEL], io.StringIO()) == 2
    assert words in capsys.readouterr().err


def test_opening_times_are_written_as_people_write_them() -> None:
    day = (Span(time(8), time(12)), Span(time(13), time(17, 30)))
    assert week("mon-fri 08:00-12:00,13:00-17:30; sat 9-12") == (*([day] * 5), (Span(time(9), time(12)),), ())
    assert week("sun-mon 0:00-24:00") == ((Span(time(0), time(0)),), (), (), (), (), (), (Span(time(0), time(0)),))
