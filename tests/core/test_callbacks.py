"""What the call panel decides: who is on the phone, how long there still is, and what is said."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from ringback.core.hours import Hours, Span
from ringback.core.identity_check import HOLDS_FOR, TRIES, Said, day, looks_like_ssn, standing, who
from ringback.core.policy import SLAS
from ringback.core.task_clock import left
from ringback.core.words import call_script
from ringback.core.words.lint import lint
from ringback.core.words.lint_voicemail import lint_voicemail

NOW = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # a Tuesday, 11:30 in New York
DAY = (Span(time(8), time(12)), Span(time(13), time(17)))
OPEN = Hours(zone="America/New_York", week=(*([DAY] * 5), (), ()))
LINH = {"id": "a", "name": "Linh Nguyen", "birth_date": "1979-03-30", "record": "R-1002"}
MINH = {"id": "b", "name": "Minh Nguyen", "birth_date": "2012-06-14", "record": "R-1003"}
MARIA = {"id": "c", "name": "Maria López Vega", "birth_date": "1984-07-21", "record": ""}


@pytest.mark.parametrize(
    ("said", "person"),
    [
        (Said(name="Linh Nguyen", birth_date="03/30/1979"), "a"),
        (Said(name="nguyen linh", birth_date="1979-03-30", record="r1002"), "a"),
        (Said(birth_date="6-14-2012", record="R 1003"), "b"),
        (Said(name="Maria Lopez Vega", birth_date="07/21/1984"), "c"),
        (Said(name="Lopez Maria", birth_date="07/21/1984"), "c"),
        # One kind of answer is never enough, whichever it is.
        (Said(name="Linh Nguyen"), None),
        (Said(record="R-1002"), None),
        (Said(name="  ", birth_date="03/30/1979"), None),
        # Both must belong to the same person of the household.
        (Said(name="Linh Nguyen", birth_date="06/14/2012"), None),
        (Said(name="Minh Nguyen", record="R-1002"), None),
        (Said(name="Linh Nguyen", birth_date="03/30/1979", record="R-1003"), None),
        # A family name alone, and what the practice does not keep, prove nothing.
        (Said(name="Nguyen", birth_date="03/30/1979"), None),
        (Said(name="Maria López Vega", record=""), None),
        (Said(birth_date="07/21/1984", record="-"), None),
        # A day first is not guessed at.
        (Said(name="Linh Nguyen", birth_date="30/03/1979"), None),
    ],
)
def test_two_answers_must_belong_to_one_person(said: Said, person: str | None) -> None:
    assert who(said, (LINH, MINH, MARIA)) == person


def test_namesakes_born_on_one_day_are_nobody_until_the_record_says_which() -> None:
    twin = {**LINH, "id": "d", "record": "R-1009"}
    assert who(Said(name="Linh Nguyen", birth_date="03/30/1979"), (LINH, twin)) is None
    assert who(Said(name="Linh Nguyen", birth_date="03/30/1979", record="R-1009"), (LINH, twin)) == "d"


def test_a_birth_date_is_read_as_americans_write_it() -> None:
    assert {day(one) for one in ("7/21/1984", "07-21-1984", "07.21.1984", "1984-07-21", "07 21 1984", "07211984")} == {
        "1984-07-21"
    }
    assert [day(one) for one in ("", "July 21", "21/07/1984", "02/30/1984", "7/21/84")] == [""] * 5


def test_a_social_security_number_is_known_by_how_it_is_written() -> None:
    assert looks_like_ssn("078-05-1120") and looks_like_ssn(" 078 05 1120 ")
    assert not looks_like_ssn("R-1002") and not looks_like_ssn("123456789")


def test_answers_are_not_in_what_a_trace_would_print() -> None:
    assert "Linh" not in repr(Said(name="Linh Nguyen", birth_date="03/30/1979"))


def test_three_wrong_answers_stop_it_whoever_heard_them_and_a_day_later_it_starts_anew() -> None:
    minute = timedelta(minutes=1)
    wrong = [(NOW + place * minute, False, str(place)) for place in range(TRIES)]
    assert not standing(wrong[:-1], "1", NOW + 5 * minute).stopped
    assert standing(wrong, "1", NOW + 5 * minute).stopped
    assert not standing(wrong, "1", NOW + timedelta(hours=25)).stopped


def test_a_right_answer_holds_for_one_call_and_only_for_who_heard_it() -> None:
    checks = [(NOW, True, "7"), (NOW - timedelta(minutes=1), False, "7")]
    assert standing(checks, "7", NOW + timedelta(minutes=1)).good
    assert standing(checks, "7", NOW + timedelta(minutes=1)).wrong == 0
    assert not standing(checks, "8", NOW + timedelta(minutes=1)).good
    assert not standing(checks, "7", NOW + HOLDS_FOR).good
    # Somebody else picks up: what was right a minute ago is not right any more.
    assert not standing([*checks, (NOW + timedelta(minutes=2), False, "7")], "7", NOW + timedelta(minutes=3)).good


def test_lunch_and_night_do_not_count() -> None:
    after_lunch = left(OPEN, NOW, NOW + timedelta(hours=2))
    assert (after_lunch.length, after_lunch.late, after_lunch.opening, after_lunch.runs) == (
        timedelta(hours=1),
        False,
        True,
        True,
    )
    at_lunch = left(OPEN, NOW + timedelta(minutes=45), NOW + timedelta(hours=2))
    assert (at_lunch.length, at_lunch.runs) == (timedelta(minutes=30), False)
    assert at_lunch.starts == NOW + timedelta(minutes=90)
    late = left(OPEN, NOW + timedelta(hours=22), NOW)
    assert late.late and late.length == timedelta(hours=6)
    within = left(OPEN, NOW, NOW + timedelta(minutes=20))
    assert within.length == timedelta(minutes=20) and not within.opening


def test_urgent_work_and_practices_without_hours_run_by_the_wall_clock() -> None:
    never = Hours(zone="America/New_York", week=((),) * 7)
    for told in (left(OPEN, NOW, NOW + timedelta(hours=2), wall=True), left(never, NOW, NOW + timedelta(hours=2)), left(None, NOW, NOW + timedelta(hours=2))):  # fmt: skip
        assert told.length == timedelta(hours=2) and not told.opening and told.runs


@pytest.mark.parametrize("lang", call_script.LANGUAGES)
def test_before_the_check_only_who_we_are_is_said(lang: str) -> None:
    for kind in (*SLAS, "no such kind"):
        made = call_script.script(kind, lang, staff="Nora", practice="Maple Family", phone="202-555-0100")
        assert "Nora" in made.opening and "Maple Family" in made.opening and made.lang == lang
        assert made.line and "{" not in made.opening + made.line + made.check + made.somebody_else
        for words in (made.opening, made.somebody_else):
            wrong = [one for one in lint(words, kind="reply") if one.kind == "privacy"]
            wrong += [one for one in lint_voicemail(words) if one.code in ("reason", "link")]
            assert wrong == [], (kind, words)
        assert "social" not in (made.check + made.line).casefold()


def test_every_kind_of_line_is_there_in_every_language_and_others_hear_english() -> None:
    for lines in (
        *call_script.LINES.values(),
        call_script.ANY,
        call_script.OPENING,
        call_script.CHECK,
        call_script.SOMEBODY_ELSE,
    ):
        assert set(lines) == set(call_script.LANGUAGES)
    assert set(call_script.LINES) <= set(SLAS)
    assert call_script.script("billing", "vi", staff="Nora", practice="Maple", phone="1").lang == "en"
