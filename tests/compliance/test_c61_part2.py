"""C61: a line under 42 CFR Part 2 sends nothing through a vendor without a QSOA, and each of its exports carries the notice.

Not here: consent for treatment, payment and operations under Part 2 is a paper the practice keeps; the program tags and
labels, and does not judge such a consent. Counselling notes cannot be told from other words: there is no place for them.
"""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from desk import MAPLE, MARIA, STRANGE, Desk

from ringback.core.disclosures import PART2_NOTICE, Disclosure
from ringback.engine import clock
from ringback.store import access, disclosures, part2, record


def flag(line: int = 1, on: bool = True) -> bool:
    with access.practice(MAPLE) as rows:
        return part2.flag(rows, line, on, staff=2, role="privacy_officer", now=clock.now())


def qsoa(desk: Desk, system: str = "twilio", last_day: str | None = None) -> None:
    desk.change(
        "insert into agreement (practice, id, vendor, kind, system, services, from_day, last_day, made_at) values "
        "(1, gen_random_uuid(), 'Carrier', 'qsoa', %s, array['texts', 'voice'], '2020-01-01', %s, now())",
        (system, last_day),
    )
    desk.change("update practice set version = version + 1")


def verdict(desk: Desk, number: str = STRANGE) -> tuple[str, str]:
    clock.move(clock.now() - clock.now() + timedelta(minutes=40))
    case = desk.miss(number)
    state, why = desk.rows("select state, verdict from outgoing where case_id = %s order by id desc", (case,))[0]
    return state, why


def maria() -> UUID:
    with access.practice(MAPLE) as rows:
        found = rows.one("select person from phone where practice = %s and number_index = %s", (MAPLE, rows.index("phone", MARIA)))  # fmt: skip
        assert found is not None
        who: UUID = found["person"]
        return who


def test_without_a_qsoa_nothing_is_sent(desk: Desk) -> None:
    flag()
    assert verdict(desk) == ("denied", "no_qsoa")
    with access.practice(MAPLE) as rows:
        assert part2.lacking(rows, "America/New_York", clock.now()) == [(1, "twilio")]


@pytest.mark.parametrize("line", [0, 1])
def test_with_one_it_is(desk: Desk, line: int) -> None:
    flag(line)
    qsoa(desk)
    assert verdict(desk)[1] != "no_qsoa"
    with access.practice(MAPLE) as rows:
        assert part2.lacking(rows, "America/New_York", clock.now()) == []


@pytest.mark.parametrize("more", [{"system": "dialpad"}, {"last_day": "2021-01-01"}])
def test_anothers_or_an_ended_one_does_not_count(desk: Desk, more: dict[str, str]) -> None:
    flag(0)
    qsoa(desk, **more)
    assert verdict(desk) == ("denied", "no_qsoa")


def test_off_until_set_and_off_again(desk: Desk) -> None:
    assert verdict(desk)[1] != "no_qsoa"
    flag()
    assert verdict(desk, "+12025550161")[1] == "no_qsoa"
    flag(on=False)
    assert verdict(desk, "+12025550162")[1] != "no_qsoa"
    whats = [one[0] for one in desk.rows("select what from audit where what like 'part2.%%' order by seq")]
    assert whats == ["part2.on", "part2.off"] and not flag(99)


def test_each_export_of_such_records_carries_the_notice(desk: Desk) -> None:
    desk.text(MARIA, "BILLING")
    with access.practice(MAPLE) as rows:
        plain = record.of(rows, maria())
        assert PART2_NOTICE not in json.dumps(record.as_fhir(rows, plain, clock.now(), "Maple")) + record.csv(plain)
    flag()
    now = clock.now()
    with access.practice(MAPLE) as rows:
        one = Disclosure(at=now, recipient="County", address="", what="a report", why="oversight", authority="order 7")
        disclosures.enter(rows, maria(), one, staff=2, role="privacy_officer", now=now)
        told, _ = disclosures.accounting(rows, maria(), now.date(), now.date(), now)
        mine = record.of(rows, maria())
        bundle = record.as_fhir(rows, mine, now, "Maple")
        documents = [json.dumps(bundle), record.csv(mine), disclosures.csv(told),
                     json.dumps(disclosures.document(told, now.date(), now.date(), now))]  # fmt: skip
    assert told[0].part2 and all(PART2_NOTICE in one for one in documents)
    assert bundle["meta"]["security"][0]["code"] == "42CFRPart2"
    assert "criminal" in PART2_NOTICE and "2.12(c)(5)" in PART2_NOTICE


def test_there_is_no_place_for_counselling_notes(desk: Desk) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        desk.change(
            "insert into message (practice, id, at, kind, sealed) values (1, gen_random_uuid(), now(), 'counselling', '')"
        )
