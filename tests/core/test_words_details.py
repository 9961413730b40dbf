"""What a task opens filled in with, messages that a machine sent, and what the linter offers instead."""

from __future__ import annotations

import io
import json

import pytest

from ringback.core.words import lint, read
from ringback.words_cli import intent_main, lint_main


def marked(text: str, kind: str) -> list[str]:
    return [text[span.start : span.end] for span in read(text).spans if span.kind == kind]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("need to cancel tmrw 3pm", "date", ["tmrw"]),
        ("need to cancel tmrw 3pm", "time", ["3pm"]),
        ("move it to 5/12 at 10:30", "date", ["5/12"]),
        ("move it to 5/12 at 10:30", "time", ["10:30"]),
        ("can I come next Tuesday after 4", "date", ["next Tuesday"]),
        ("can I come next Tuesday after 4", "time", ["after 4"]),
        ("cita el martes por la tarde", "date", ["el martes"]),
        ("cita el martes por la tarde", "time", ["por la tarde"]),
        ("March 3rd works", "date", ["March 3rd"]),
        ("I was billed $45.50 twice", "amount", ["$45.50"]),
        ("me cobraron 40 dólares", "amount", ["40 dólares"]),
        ("This is Maria Lopez, I need a refill", "name", ["Maria Lopez"]),
        ("me llamo Juan Pérez", "name", ["Juan Pérez"]),
        ("This is urgent", "name", []),
        ("my kid is 3 months old", "date", []),
        ("take it after 3 days", "time", []),
    ],
)
def test_days_times_amounts_and_names_are_marked_where_they_stand(text: str, kind: str, expected: list[str]) -> None:
    assert marked(text, kind) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I'm driving with Do Not Disturb While Driving turned on. I'll see your message when I get where I'm going.",
        'I\'m not receiving notifications. If this is urgent, reply "urgent" to send a notification through.',
        "Sorry, I can't talk right now.",
    ],
)
def test_a_phone_that_answers_for_its_owner_is_left_alone(text: str) -> None:
    reading = read(text)
    assert reading.auto_reply and reading.ignore and reading.intents == ()


@pytest.mark.parametrize(
    "text",
    ["I'm in a meeting, please call me at 3", "I'm driving but I need a refill", "driving my dad, he has chest pain"],
)
def test_a_wish_beside_an_excuse_is_no_automatic_reply(text: str) -> None:
    reading = read(text)
    assert not reading.ignore and reading.intents


def test_what_is_too_long_to_be_read_goes_to_a_person() -> None:
    assert read("refill " * 1000 + "my chest hurts").attention == "person"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("name", "{practice}: Jennifer from billing needs to speak to you"),
        ("reserved", "{practice}: reply 1 book, HELP call me"),
        ("reserved", "{practice}: text STOPALL to book"),
        ("birth_date", "{practice}: born 1980? call us"),
        ("praise", "{practice}: we're the best clinic in town"),
    ],
)
def test_more_wordings_that_are_refused(code: str, text: str) -> None:
    assert code in {problem.code for problem in lint(text)}


def test_a_problem_says_what_to_write_instead() -> None:
    said = {problem.code: problem.say for problem in lint("your results are in, we call you in 5 minutes")}
    assert "{url}" in said["test"] and "{window}" in said["clock"]


def test_each_line_has_its_answer_even_an_empty_one() -> None:
    out = io.StringIO()
    assert intent_main([], io.StringIO('{"text":"1"}\n\n{"text":"2"}\n'), out) == 0
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [answer.get("intents") for answer in answers] == [["book"], None, ["reschedule"]]
    assert "error" in answers[1]
    out = io.StringIO()
    assert lint_main([], io.StringIO('\n{"text":"{practice}: call {phone}"}\n'), out) == 0
    assert [("error" in json.loads(line)) for line in out.getvalue().splitlines()] == [True, False]
