"""`ringback calls` as another program, or a person with the wrong file, meets it."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest

from ringback.calls_cli import calls_main

FIXTURES = Path(__file__).parents[1] / "fixtures" / "asterisk"
CDR, CEL = str(FIXTURES / "run1_unanswered_yes_cdr.csv"), str(FIXTURES / "run1_cel.csv")


def run(*argv: str) -> tuple[int, list[dict[str, str]]]:
    out = io.StringIO()
    code = calls_main(list(argv), out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_json_object_a_call_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    code, calls = run("--system", "asterisk", "--option", "assume-textable=yes", CDR, CEL)
    assert code == 0 and len(calls) == 13
    assert all(list(call) == ["key", "from", "to", "at", "verdict", "why"] for call in calls)
    assert calls[0] == {
        "key": "1795308120.2",
        "from": "+15550101001",
        "to": "5550001",
        "at": "2026-11-22T00:42:00Z",
        "verdict": "missed",
        "why": "it rang and nobody answered",
    }
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--system", "pigeon", CDR], "asterisk"),
        (["--system", "twilio", CDR], "asterisk"),
        (["--system", "asterisk", "--option", "colour=red", CDR], "inbound-contexts"),
        (["--system", "asterisk", "--option", "colour", CDR], "name=value"),
        (["--system", "asterisk", "--option", "time-zone=Nowhere", CDR], "America/New_York"),
        (["--system", "asterisk", "no-such-file.csv"], "cannot be read: no such file"),
        (["--system", "asterisk", str(FIXTURES)], "folder"),
        (["--system", "asterisk", str(FIXTURES / "truth.json")], "none of Asterisk's records"),
    ],
)
def test_what_cannot_be_used_is_said_with_how_to_mend_it(
    argv: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*argv) == (2, [])
    said = capsys.readouterr().err
    assert words in said and "Traceback" not in said


def test_an_empty_log_is_an_error_alone_and_a_note_beside_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "Master.csv"
    empty.write_text("")
    assert run("--system", "asterisk", str(empty)) == (2, [])
    assert "empty" in capsys.readouterr().err
    code, calls = run("--system", "asterisk", str(empty), CDR)
    assert code == 0 and len(calls) == 13 and "is empty" in capsys.readouterr().err


def test_packed_marked_and_foreign_files_are_read(tmp_path: Path) -> None:
    text = Path(CDR).read_text()
    _, plain = run("--system", "asterisk", CDR)
    (tmp_path / "a.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "b").write_bytes(text.replace("\n", "\r\n").encode("utf-16"))
    (tmp_path / "c").write_bytes(text.replace("Pat Test", "Zo\u00eb").encode("latin-1"))
    for name in "a.gz", "b", "c":
        assert run("--system", "asterisk", str(tmp_path / name)) == (0, plain)
    (tmp_path / "d.gz").write_bytes(gzip.compress(text.encode())[:200])
    assert run("--system", "asterisk", str(tmp_path / "d.gz"))[0] == 2
