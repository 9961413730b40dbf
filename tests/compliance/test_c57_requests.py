"""C57: a desk with clocks for access, correction, restriction and accounting; a copy a machine can read; corrections are added, never written over.

Not here: a PDF is not made; the copy for reading is a page made for the printer, which prints to PDF in every browser.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from desk import MAPLE, MARIA, SHARED, Desk
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.core import requests as rules
from ringback.core.requests import Asked
from ringback.engine import clock
from ringback.store import access, record, requests

ZONE = "America/New_York"
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
WHO = {"staff": 2, "role": "privacy_officer"}


# ---- clocks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "days", "more"),
    [
        ("access", 30, 60),
        ("amendment", 60, 90),
        ("accounting", 60, 90),
        ("restriction", 30, 0),
        ("confidential", 30, 0),
    ],
)
def test_the_days_of_each_request(kind: str, days: int, more: int) -> None:
    came = date(2028, 2, 1)
    assert rules.due_on(Asked(kind=kind, came_on=came)) == came + timedelta(days=days)
    why_not = rules.why_not_extend(Asked(kind=kind, came_on=came), came)
    assert bool(why_not) == (more == 0)
    if more:
        extended = Asked(kind=kind, came_on=came, extended_on=came)
        assert rules.due_on(extended) == came + timedelta(days=more)
        assert rules.why_not_extend(extended, came) == "it was put off once already"


@settings(max_examples=150)
@given(st.sampled_from(sorted(rules.KINDS)), DAYS, st.integers(0, 120))
def test_late_is_after_midnight_of_the_last_day_where_the_practice_is(kind: str, came: date, after: int) -> None:
    asked = Asked(kind=kind, came_on=came)
    moment = rules.due(asked, ZONE)
    assert not rules.late(asked, moment - timedelta(seconds=1), ZONE) and rules.late(asked, moment, ZONE)
    today = came + timedelta(days=after)
    assert (rules.days_left(asked, today) < 0) == (today > rules.due_on(asked))
    assert today <= rules.due_on(asked) or rules.why_not_extend(asked, today)


def test_a_refusal_names_a_ground_of_its_kind() -> None:
    assert rules.why_not_answer("access", "denied", "")
    assert rules.why_not_answer("access", "denied", "accurate"), "that is a ground for corrections"
    assert not rules.why_not_answer("access", "denied", "endangers")
    assert rules.why_not_answer("access", "granted", "endangers")
    assert all(one.grounds and set(one.grounds) <= set(rules.GROUNDS) for one in rules.KINDS.values())


# ---- the desk --------------------------------------------------------------------------------------------------------


def person(number: str = MARIA) -> UUID:
    with access.practice(MAPLE) as rows:
        found = rows.one("select person from phone where practice = %s and number_index = %s order by person", (MAPLE, rows.index("phone", number)))  # fmt: skip
        assert found is not None
        who: UUID = found["person"]
        return who


def take(kind: str) -> UUID:
    with access.practice(MAPLE) as rows:
        return requests.take(rows, kind, person(), clock.now().date(), "by letter", now=clock.now(), **WHO)  # type: ignore[arg-type]


def close(request: UUID, outcome: str = "granted", ground: str = "", words: str = "told by letter") -> None:
    with access.practice(MAPLE) as rows:
        requests.answer(rows, request, outcome, ground, words, now=clock.now(), **WHO)  # type: ignore[arg-type]


def test_put_off_once_with_a_reason(desk: Desk) -> None:
    request, now = take("access"), clock.now()
    with access.practice(MAPLE) as rows:
        with pytest.raises(requests.Refused, match="reason"):
            requests.extend(rows, request, " ", today=now.date(), now=now, **WHO)  # type: ignore[arg-type]
        requests.extend(rows, request, "the archive moves", today=now.date(), now=now, **WHO)  # type: ignore[arg-type]
        with pytest.raises(requests.Refused, match="once"):
            requests.extend(rows, request, "again", today=now.date(), now=now, **WHO)  # type: ignore[arg-type]
        (one,) = requests.all_(rows, ZONE, now)
    assert one["due_on"] == now.date() + timedelta(days=60) and not one["late"]


def test_unencrypted_only_after_the_warning_is_on_record(desk: Desk) -> None:
    request, now = take("access"), clock.now()
    with access.practice(MAPLE) as rows:
        with pytest.raises(requests.Refused, match="warning"):
            requests.deliver(rows, request, "unencrypted", now=now, **WHO)  # type: ignore[arg-type]
        requests.deliver(rows, request, "handed_over", now=now, **WHO)  # type: ignore[arg-type]
        requests.warn(rows, request, now=now, **WHO)  # type: ignore[arg-type]
        requests.deliver(rows, request, "unencrypted", now=now, **WHO)  # type: ignore[arg-type]
        kinds = [(one["kind"], one["way"]) for one in requests.entries(rows, request)]
    assert kinds == [("delivered", "handed_over"), ("warned", ""), ("delivered", "unencrypted")]


def test_a_correction_is_added_and_what_it_corrects_stays(desk: Desk) -> None:
    case = desk.text(MARIA, "my left knee hurts")
    before = desk.rows("select id, sealed from message where case_id = %s order by id", (case,))
    request, now = take("amendment"), clock.now()
    told = {"by": "2", "now": now, **WHO}
    with access.practice(MAPLE) as rows, pytest.raises(requests.Refused, match="Answer"):
        requests.amend(rows, request, case, "It is the right knee.", **told)  # type: ignore[arg-type]
    close(request)
    with access.practice(MAPLE) as rows:
        requests.amend(rows, request, case, "It is the right knee.", **told)  # type: ignore[arg-type]
        with pytest.raises(requests.Refused):
            requests.statement(rows, request, case, "I disagree", **told)  # type: ignore[arg-type]
    after = desk.rows("select id, sealed from message where case_id = %s order by id", (case,))
    assert after[: len(before)] == before, "nothing was written over"
    assert desk.notes(case) == ["Amendment: It is the right knee."]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desk.change("update request_entry set kind = 'note'")


def test_after_a_refusal_the_persons_statement_goes_to_the_case(desk: Desk) -> None:
    case, other = desk.text(MARIA, "BILLING"), desk.text(SHARED, "BILLING")
    request = take("amendment")
    with pytest.raises(requests.Refused):
        close(request, "denied")
    close(request, "denied", "accurate")
    told = {"by": "2", "now": clock.now(), **WHO}
    with access.practice(MAPLE) as rows:
        requests.statement(rows, request, case, "I never owed this.", **told)  # type: ignore[arg-type]
        with pytest.raises(LookupError):
            requests.statement(rows, request, other, "not mine", **told)  # type: ignore[arg-type]
    assert desk.notes(case) == ["The person disagrees: I never owed this."]


@pytest.mark.parametrize(("kind", "never"), [("restriction", True), ("confidential", False)])
def test_what_was_granted_is_kept_to_by_the_send_gate(desk: Desk, kind: str, never: bool) -> None:
    request = take(kind)
    told = {"by": "2", "now": clock.now(), **WHO}
    with access.practice(MAPLE) as rows, pytest.raises(requests.Refused):
        requests.restrict(rows, request, never=never, **told)  # type: ignore[arg-type]
    close(request)
    with access.practice(MAPLE) as rows:
        assert requests.restrict(rows, request, never=never, **told) == 1  # type: ignore[arg-type]
    case = desk.miss(MARIA)
    states = {row[0] for row in desk.rows("select state from outgoing where case_id = %s", (case,))}
    assert states <= {"denied"}, states


# ---- the copy --------------------------------------------------------------------------------------------------------


def test_the_copy_is_a_fhir_bundle_with_everything_of_the_person_and_nothing_of_others(desk: Desk) -> None:
    case = desk.text(MARIA, "my bill is wrong")
    desk.text(SHARED, "somebody else's words")
    desk.change("insert into slot (practice, id, location, starts_at, minutes, taken_by) values (1, gen_random_uuid(), 1, %s, 30, %s)", (datetime(2030, 1, 5, 9, tzinfo=UTC), case))  # fmt: skip
    now = clock.now()
    with access.practice(MAPLE) as rows:
        mine = record.of(rows, person())
        bundle = json.loads(json.dumps(record.as_fhir(rows, mine, now, "Maple")))
    assert bundle["resourceType"] == "Bundle" and bundle["type"] == "collection"
    by: dict[str, list[dict[str, object]]] = {}
    for one in bundle["entry"]:
        assert one["fullUrl"] == f"urn:uuid:{one['resource']['id']}"
        UUID(str(one["resource"]["id"]))
        by.setdefault(one["resource"]["resourceType"], []).append(one["resource"])
    assert set(by) == {"Patient", "Communication", "Task", "Appointment"}
    assert by["Patient"][0]["name"] == [{"text": "Maria López Vega"}] and by["Patient"][0]["birthDate"] == "1984-07-21"
    told = json.dumps(bundle, ensure_ascii=False)
    assert "my bill is wrong" in told and "somebody else" not in told and "Nguyen" not in told
    required = {"Communication": {"status"}, "Task": {"status", "intent"}, "Appointment": {"status", "participant"}}
    for kind, fields in required.items():
        assert all(fields <= set(one) for one in by[kind]), kind
    assert by["Appointment"][0]["start"] == "2030-01-05T09:00:00.000Z"


def test_a_shared_number_gives_neither_the_others_words(desk: Desk) -> None:
    desk.text(SHARED, "whose words are these")
    with access.practice(MAPLE) as rows:
        mine = record.of(rows, person(SHARED))
    assert mine["messages"] == [] and mine["left_out"] == 1


def test_a_formula_in_a_text_stays_words_in_the_table(desk: Desk) -> None:
    desk.text(MARIA, "=1+1")
    with access.practice(MAPLE) as rows:
        assert '"\'=1+1"' in record.csv(record.of(rows, person()))
