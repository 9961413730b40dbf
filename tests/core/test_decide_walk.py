"""Every kind of case that the rules can reach: what must hold everywhere is checked everywhere."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_type_hints

import pytest
from invariants import check

from ringback import docs_cli
from ringback.core import lifebook
from ringback.core.case import Case, Clock, Phase, Tick, due
from ringback.core.decide import RULES, decide
from ringback.core.events import TimeUp
from ringback.core.policy import Policy
from ringback.core.tasks import open_tasks
from ringback.core.walk import STARTS, sketch, walk


@dataclass
class Survey:
    """What the walk found."""

    reached: set[Any] = field(default_factory=set)
    whys: set[str] = field(default_factory=set)
    seen: lifebook.Seen = field(default_factory=lifebook.Seen)
    steps: int = 0
    silent: list[tuple[str, Case, datetime, Policy]] = field(default_factory=list)


@pytest.fixture(scope="module")
def survey() -> Survey:
    found = Survey()
    for start in STARTS:
        seen: set[Any] = set()
        for step in walk(start):
            found.steps += 1
            found.reached.update(step.keys)
            found.whys.add(step.decision.why)
            found.seen.note(step)
            check(step.before, step.decision, step.now)
            shape = sketch(step.decision.case)
            if step.decision.case.open and step.decision.case.phase is not Phase.NEW and shape not in seen:
                seen.add(shape)
                found.silent.append((start.name, step.decision.case, step.now, start.policy))
    return found


def test_what_must_hold_holds_in_every_case_that_can_be_reached(survey: Survey) -> None:
    assert survey.steps > 50_000


def test_no_rule_is_out_of_reach(survey: Survey) -> None:
    assert set(RULES) - survey.reached == set()


def test_time_alone_brings_every_case_to_a_person_or_to_an_end(survey: Survey) -> None:
    """A caller who never says another word is not forgotten (no caller lost)."""
    assert len(survey.silent) > 300
    for name, case, now, policy in survey.silent:
        for _ in range(12):
            if not case.open or open_tasks(case):
                break
            now = max(now, due(case))  # type: ignore[type-var]
            case = decide(case, TimeUp(at=now), policy, now).case
        assert not case.open or open_tasks(case), (name, sketch(case))


def test_the_page_about_the_life_of_a_case_is_up_to_date(survey: Survey) -> None:
    made = lifebook.page(survey.seen)
    assert (docs_cli.ROOT / "docs" / "life-of-a-case.md").read_text(encoding="utf-8") == made, (
        "run: python -m ringback.docs_cli --write"
    )
    for rule in set(RULES.values()):
        assert f".{rule.__name__}`" in made


def test_no_reason_names_a_person_or_a_number(survey: Survey) -> None:
    for why in survey.whys:
        assert len(why) < 330, why
        assert not re.search(r"\+?\d{7,}|@", why), why


@pytest.mark.parametrize("key", RULES, ids=lambda key: f"{key[0].value}-{getattr(key[1], '__name__', key[1])}")
def test_each_rule_is_for_the_event_under_which_it_stands(key: tuple[Phase, Any]) -> None:
    rule = RULES[key]
    second = list(inspect.signature(rule).parameters)[1]
    expected = Clock if isinstance(key[1], Tick) else key[1]
    assert get_type_hints(rule)[second] is expected
    assert inspect.getdoc(rule)
