"""C49: what staff say on a voicemail names a neutral clinic, a number and nothing else; nobody is named where somebody else may listen.

Not here: what a person really says cannot be checked; the script is shown beside the task.
"""

from __future__ import annotations

import io
import json

import pytest

from ringback.core.words.lint_voicemail import SCRIPTS, UNNAMED, lint_voicemail, script_for
from ringback.words_cli import lint_main


@pytest.mark.parametrize("script", [*SCRIPTS.values(), *UNNAMED.values()])
def test_the_scripts_that_are_shipped_are_clean(script: str) -> None:
    assert lint_voicemail(script) == ()


GOOD = "Hello, this is {staff} from {practice}. Please call us back at {phone}."


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("It is about your appointment.", "reason"),
        ("Your results are in.", "reason"),
        ("It is regarding your refill.", "reason"),
        ("You owe $40.", "amount"),
        ("This is the oncology clinic.", "specialty"),
        ("Your insulin is ready.", "drug"),
        ("See https://example.org/x.", "link"),
        ("Your doctor, {doctor}.", "field"),
        ("Llame por su factura.", "reason"),
    ],
)
def test_a_reason_a_result_or_a_specialty_is_found(more: str, code: str) -> None:
    assert code in {one.code for one in lint_voicemail(f"{GOOD} {more}")}


@pytest.mark.parametrize(("script", "code"), [("Hello from {practice}. Please call us back.", "missing"), ("Hello from {practice}, {phone}.", "no_ask")])  # fmt: skip
def test_whom_to_call_is_said(script: str, code: str) -> None:
    assert code in {one.code for one in lint_voicemail(script)}


def test_what_the_person_chose_is_kept_to() -> None:
    assert script_for("en", "elsewhere", never=False, people=1) is None
    assert script_for("en", "admin_ok", never=True, people=1) is None
    assert script_for("en", "neutral_only", never=False, people=1) == UNNAMED["en"]
    assert script_for("es", "phi_ok", never=False, people=2) == UNNAMED["es"], (
        "two people use the phone: nobody is named"
    )
    named = script_for("es", "admin_ok", never=False, people=1)
    assert named == SCRIPTS["es"] and "{first_name}" in named


def test_the_command_line_checks_a_script() -> None:
    import sys

    out, given = (
        io.StringIO(),
        io.StringIO(json.dumps({"text": f"{GOOD} Your lab results.", "kind": "voicemail"}) + "\n"),
    )
    lint_main([], given, out)
    assert "reason" in out.getvalue() and sys.stdin is not given
