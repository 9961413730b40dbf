"""What our own texts may not say: the carriers' alphabet, and forty wordings that must never go out."""

from __future__ import annotations

import io
import json

import pytest

from ringback.core.texts import TEMPLATES, Template, render
from ringback.core.words import lint, segments
from ringback.words_cli import intent_main, lint_main

FILLED = {
    "practice": "Elm Street Clinic", "phone": "202-555-0100", "url": "https://example.org/p/1", "window": "5 PM", "one_time_code": "123456",
}  # fmt: skip

BAD = [
    ("name_field", "Hi {first_name}, call us at {phone}"),
    ("name_field", "{practice}: {patient_name}, please call {phone}"),
    ("name_field", "{practice}: {{ patient.name }}, please call"),
    ("field", "{practice}: your code is {code}"),
    ("field", "{practice}: come at [[time]]"),
    ("name_field", "Dear [First Name], call us"),
    ("field", "{practice}: {0} call us"),
    ("name", "Hi Maria, please call us at {phone}"),
    ("name", "{practice}: Dr. Smith would like you to call {phone}"),
    ("name", "Hola Juan, llame {phone}"),
    ("relation", "{practice}: please call us about your daughter"),
    ("diagnosis", "{practice}: time to check your diabetes. Call {phone}"),
    ("diagnosis", "{practice}: sorry to hear about your chest pain, call {phone}"),
    ("diagnosis", "{practice}: su embarazo, llame {phone}"),
    ("diagnosis", "{practice}: care for your condition. Call {phone}"),
    ("drug", "{practice}: your metformin is ready. Call {phone}"),
    ("drug", "{practice}: your amoxicillin was sent. Call {phone}"),
    ("drug", "{practice}: your medication is ready"),
    ("test", "{practice}: your lab results are in. Call {phone}"),
    ("test", "{practice}: your test came back normal"),
    ("test", "{practice}: mammogram reminder, call {phone}"),
    ("specialty", "{practice} Oncology: please call {phone}"),
    ("specialty", "{practice}: behavioral health called you"),
    ("treatment", "{practice}: call {phone} about your root canal"),
    ("visit_time", "{practice}: your appointment is tomorrow at 3 PM"),
    ("visit_time", "{practice}: see you Tuesday"),
    ("visit_time", "{practice}: su cita es el martes"),
    ("date", "{practice}: we missed you on 03/04/2026"),
    ("date", "{practice}: please come on March 4th"),
    ("amount", "{practice}: pay $45 at {url}"),
    ("balance", "{practice}: you have a past due balance, call {phone}"),
    ("balance", "{practice}: we need your insurance card"),
    ("birth_date", "{practice}: reply with your date of birth"),
    ("record_number", "{practice}: MRN 12345, call us"),
    ("record_number", "{practice}: your account #: 88123 call {phone}"),
    ("clock", "{practice}: we will call you within 15 minutes"),
    ("clock", "{practice}: a nurse will call you back shortly"),
    ("clock", "{practice}: le llamaremos en una hora"),
    ("staffed", "{practice}: we answer texts 24/7"),
    ("reached", "{practice}: help is on the way"),
    ("reserved", "{practice}: reply YES to book"),
    ("reserved", "{practice}: reply CANCEL to cancel your visit"),
    ("reserved", "{practice}: Reply BOOK, CHANGE or STOP"),
    ("reserved", "{practice}: text HELP to talk to us"),
    ("reserved", "{practice}: reply STOP to change a time"),
    ("reserved", "{practice}: reply START to book"),
    ("reserved", "{practice}: reply END if you are done"),
    ("shortener", "{practice}: book at https://bit.ly/abc"),
    ("plain_link", "{practice}: book at http://example.org/a"),
    ("emoji", "{practice}: thanks 😀"),
    ("alphabet", "{practice}: perdón, llame {phone}"),
    ("alphabet", "{practice}: we’re closed"),
    ("offer", "{practice}: 20% off whitening, call {phone}"),
    ("offer", "{practice}: free consultation, call {phone}"),
    ("praise", "{practice}: please leave us a review at {url}"),
    ("pressure", "{practice}: spots are limited, call {phone}"),
    ("patient", "{practice}: dear patient, your care team called"),
    ("long", "{practice}: " + "please call us " * 12),
    ("long_ucs2", "{practice}: " + "perdón " * 12),
    ("empty", "  "),
]

FINE = [
    "{practice}: sorry we missed your call. Reply 1 book 2 change 3 billing 4 refill 5 other, or call {phone}. STOP to opt out",
    "{practice}: sorry we missed you. Call {phone}. Emergency: 911. STOP to end",
    "{practice}: you are opted out. Text START to rejoin.",
    "{practice}: you are opted out. This did not change any appointment; to do that call {phone}.",
    "{practice}: for help call {phone}. Reply STOP to opt out",
    "{practice}: choose a time at {url}. Please do not text health details. STOP to opt out",
    "{practice}: got it. Staff will reply by {window}. STOP to opt out",
    "{practice}: Reply HELP for help, STOP to opt out.",
    "{practice}: Reply BOOK, CHANGE, BILLING, REFILL or URGENT. STOP to opt out",
]


@pytest.mark.parametrize(("code", "text"), BAD)
def test_a_bad_wording_is_refused_for_its_reason(code: str, text: str) -> None:
    problems = lint(text)
    assert code in {problem.code for problem in problems}
    assert all(problem.kind in ("privacy", "carrier", "promise", "style") and problem.say for problem in problems)


@pytest.mark.parametrize("text", FINE)
def test_a_good_wording_has_no_problem(text: str) -> None:
    assert lint(text) == ()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: f"{t.id}-{t.version}")
def test_every_template_of_ours_passes_as_written_and_as_sent(template: Template) -> None:
    for text in (template.body, render(template, FILLED)):
        assert [p for p in lint(text) if p.kind in ("privacy", "carrier", "promise")] == []


def test_a_text_somebody_asked_for_may_be_two_segments() -> None:
    text = "{practice}: " + "please call us " * 12
    assert lint(text, kind="reply") == ()


def test_the_alphabet_problem_names_the_letter_and_a_plain_one() -> None:
    [problem] = lint("{practice}: perdón")
    assert "ó" in problem.say and "(o)" in problem.say


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("gsm7", 0, 0)),
        ("a" * 160, ("gsm7", 160, 1)),
        ("a" * 161, ("gsm7", 161, 2)),
        ("a" * 306, ("gsm7", 306, 2)),
        ("a" * 307, ("gsm7", 307, 3)),
        ("€" * 80, ("gsm7", 160, 1)),
        ("a" * 152 + "€" + "a" * 10, ("gsm7", 164, 2)),
        ("a" * 152 + "€" + "a" * 152, ("gsm7", 306, 3)),
        ("[]{}|~^\\", ("gsm7", 16, 1)),
        ("ñ é à ü ¿", ("gsm7", 9, 1)),
        ("ó" * 70, ("ucs2", 70, 1)),
        ("ó" * 71, ("ucs2", 71, 2)),
        ("😀" * 35, ("ucs2", 70, 1)),
        ("ó" * 66 + "😀" + "ó" * 66, ("ucs2", 134, 3)),
    ],
)
def test_segments_are_counted_as_carriers_cut_them(text: str, expected: tuple[str, int, int]) -> None:
    assert segments(text) == expected


def _intent(lines: str, *options: str) -> tuple[int, list[dict[str, object]]]:
    out = io.StringIO()
    code = intent_main(list(options), io.StringIO(lines), out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_intent_answers_each_line_in_its_place() -> None:
    code, answers = _intent(
        '{"text": "1"}\nnot json\n{"lang": "en"}\n{"text": "stop. chest pain", "lang": "en"}\n[1]\n'
    )
    assert code == 0 and len(answers) == 5
    assert (
        answers[0]["intents"] == ["book"] and "error" in answers[1] and "error" in answers[2] and "error" in answers[4]
    )
    assert answers[3]["urgent"] is True and answers[3]["opt_out"] is True and answers[3]["attention"] == "page"
    assert set(answers[3]) == {"intents", "attention", "urgent", "opt_out", "lang", "why", "spans"}
    assert {"kind": "opt_out", "start": 0, "end": 4} in answers[3]["spans"]  # type: ignore[operator]


def test_an_error_never_repeats_the_line() -> None:
    _, [answer] = _intent('{"text": "my name is Xavier"\n')
    assert "Xavier" not in json.dumps(answer)


def test_intent_reads_bytes_that_are_no_text() -> None:
    out = io.StringIO()
    stdin = io.TextIOWrapper(io.BytesIO(b'\xff\xfe\n{"text": "STOP"}\n'), encoding="utf-8")
    assert intent_main([], stdin, out) == 0
    first, second = [json.loads(line) for line in out.getvalue().splitlines()]
    assert "error" in first and second["opt_out"] is True


def test_voicemail_is_an_option_and_an_unknown_one_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    _, [spoken] = _intent('{"text": "stop"}\n', "--voicemail")
    assert spoken["opt_out"] is False
    assert _intent("", "--nonsense")[0] == 2
    assert "nonsense" in capsys.readouterr().err


def test_lint_says_what_is_wrong() -> None:
    out = io.StringIO()
    lines = '{"text": "{practice}: call {phone}. STOP to opt out"}\n{"text": "Hi {first_name}"}\n{}\n'
    assert lint_main([], io.StringIO(lines), out) == 0
    good, bad, wrong = [json.loads(line) for line in out.getvalue().splitlines()]
    assert good == {"ok": True, "problems": []}
    assert (
        bad["ok"] is False
        and bad["problems"][0]["kind"] == "privacy"
        and set(bad["problems"][0]) == {"kind", "code", "say"}
    )
    assert "error" in wrong
