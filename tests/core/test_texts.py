"""What the practice's texts say, read by a stranger, on the smallest phone."""

from __future__ import annotations

import re

import pytest

from ringback.core.texts import (
    FIELDS,
    LANGUAGES,
    MENUS,
    PURPOSES,
    TEMPLATES,
    WORKFLOWS,
    Template,
    WrongField,
    choose,
    render,
)

LONGEST = {
    "practice": "Riverside Family Practice NW",
    "phone": "415-555-0100",
    "url": "https://t.example/b/abcdefghij",
    "window": "12:45pm",
    "one_time_code": "123456",
}
GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
every = pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: f"{t.id}v{t.version}")


def test_the_longest_alias_is_what_the_tests_use() -> None:
    assert len(LONGEST["practice"]) == FIELDS["practice"] == 28
    assert len(LONGEST["phone"]) == FIELDS["phone"] == 12
    assert len(LONGEST["url"]) == 30
    assert len(LONGEST["window"]) == 7


@every
def test_every_text_is_plain_and_short(template: Template) -> None:
    said = render(template, LONGEST)
    assert set(said) <= GSM7, set(said) - GSM7
    assert len(said) <= (306 if template.purpose == "signed_up" else 160), len(said)
    assert "{" not in said and "  " not in said and said == said.strip()


@every
def test_every_text_says_who_it_is_and_where_to_call(template: Template) -> None:
    assert template.body.startswith("{practice}")
    assert "{phone}" in template.body


@every
def test_every_text_nobody_asked_for_says_how_to_stop_and_the_emergency_number(template: Template) -> None:
    if template.unprompted or template.purpose in ("help", "signed_up"):
        assert "STOP" in template.body
    if template.unprompted or template.purpose in ("help", "unclear"):
        assert "911" in template.body
    if template.purpose.startswith("urgent"):
        assert "911" in template.body and "988" in template.body


@every
def test_no_text_offers_a_word_that_the_carrier_keeps_for_itself(template: Template) -> None:
    words = set(re.findall(r"\b[A-Z]{2,}\b", template.body))
    asked = {"STOP"} | ({"START"} if "confirmation" in template.purpose else set())
    asked |= {"HELP"} if template.purpose == "signed_up" else set()
    reserved = {"STOP", "HELP", "INFO", "YES", "CANCEL", "END", "QUIT", "START", "UNSTOP", "UNSUBSCRIBE"}
    assert words & reserved <= asked


@every
def test_no_text_names_a_relation_a_team_a_reason_or_money(template: Template) -> None:
    said = template.body.lower()
    for word in (
        "patient",
        "your doctor",
        "dr.",
        "nurse",
        "clinical",
        "clinic team",
        "prescription",
        "medication",
        "lab",
        "labs",
        "results",
        "test",
        "diagnosis",
        "insurance",
        "balance",
        "$",
        "free",
        "offer",
        "minutes",
        "paciente",
        "enfermera",
        "medicamento",
    ):
        assert not re.search(rf"(?<![a-z]){re.escape(word)}(?!\w)", said), word


@every
def test_only_the_first_text_may_name_a_refill_and_only_as_a_choice(template: Template) -> None:
    if re.search(r"refill|receta", template.body, re.IGNORECASE):
        assert template.purpose in ("first", "unclear")


@every
def test_a_link_is_never_in_the_first_text_and_a_time_only_where_a_task_keeps_it(template: Template) -> None:
    if template.purpose in ("first", "second"):
        assert "{url}" not in template.body
    if "{window}" in template.body:
        assert template.purpose in ("acknowledged", "billing", "refill", "call_back")


def test_the_urgent_answer_never_claims_that_anyone_was_reached() -> None:
    for lang in LANGUAGES:
        urgent = choose("urgent", lang, reviewed=LANGUAGES).body
        unstaffed = choose("urgent_unstaffed", lang, reviewed=LANGUAGES).body
        assert not re.search(r"were alerted|reached someone|has seen|was notified", urgent)
        assert not re.search(r"alert|staff|avisamos|personal", unstaffed, re.IGNORECASE)


def test_the_menus_of_the_general_first_text() -> None:
    digits = choose("first", menu="digits")
    words = choose("first", menu="words")
    for choice in ("1 book", "2 change", "3 bill", "4 refill", "5 other", "in your words", "911"):
        assert choice in digits.body
    for choice in ("BOOK", "CHANGE", "BILLING", "REFILL", "URGENT", "911"):
        assert choice in words.body
    assert (digits.id, digits.version) == ("T1", 1) and (words.id, words.version) == ("T1", 2)


def test_each_workflow_has_its_own_first_text_and_the_policy_same_has_one() -> None:
    own = {choose("first", workflow=workflow).body for workflow in WORKFLOWS}
    assert len(own) == len(WORKFLOWS)
    open_now = {choose("first", workflow=w, same=True).body for w in WORKFLOWS if w != "after_hours"}
    assert open_now == {choose("first").body}
    assert "closed" in choose("first", workflow="after_hours", same=True).body


def test_a_language_is_english_until_it_was_reviewed() -> None:
    assert choose("first", "es").lang == "en"
    assert choose("first", "es", reviewed={"en", "es"}).lang == "es"
    assert choose("help", "vi", reviewed={"en", "es", "vi"}).lang == "en"
    assert {t.reviewed for t in TEMPLATES if t.lang == "es"} == {False}
    assert {t.reviewed for t in TEMPLATES if t.lang == "en"} == {True}


def test_every_purpose_has_both_languages_and_every_menu_and_workflow() -> None:
    for purpose in PURPOSES:
        for lang in LANGUAGES:
            for workflow in WORKFLOWS:
                for menu in MENUS:
                    found = choose(purpose, lang, workflow, menu, reviewed=LANGUAGES)
                    assert (found.purpose, found.lang) == (purpose, lang)
    for wrong in (
        ("nothing", "general", "digits"),
        ("first", "sales", "digits"),
        ("first", "general", "voice"),
    ):
        with pytest.raises(KeyError):
            choose(wrong[0], "en", wrong[1], wrong[2])


def test_every_version_has_its_own_name_and_hash() -> None:
    assert len({(t.id, t.version) for t in TEMPLATES}) == len(TEMPLATES)
    assert len({t.hash for t in TEMPLATES}) == len(TEMPLATES)
    one = Template(id="T1", version=1, purpose="first", lang="en", body="a {phone}", unprompted=True, reviewed=True)
    two = Template(id="T1", version=1, purpose="first", lang="en", body="b {phone}", unprompted=True, reviewed=True)
    assert one.hash != two.hash and len(one.hash) == 64


def test_a_link_is_filled_in() -> None:
    said = render(choose("booking_link"), LONGEST)
    assert "https://t.example/b/abcdefghij" in said and "415-555-0100" in said


@pytest.mark.parametrize(
    "fields",
    [
        {**LONGEST, "name": "Ada"},
        {**LONGEST, "practice": ""},
        {**LONGEST, "practice": "x" * 29},
        {**LONGEST, "phone": "1" * 13},
        {**LONGEST, "url": "http://plain.example"},
        {**LONGEST, "practice": "two\nlines"},
        {"practice": "Clinic", "phone": "415-555-0100"},
    ],
)
def test_fields_that_are_unknown_missing_or_do_not_fit_are_refused_without_being_quoted(
    fields: dict[str, str],
) -> None:
    with pytest.raises(WrongField) as refused:
        render(choose("booking_link"), fields)
    assert "Ada" not in str(refused.value) and "plain.example" not in str(refused.value)


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert render(choose("help"), {"practice": "A {phone} B", "phone": "1"}).startswith("A {phone} B: ")
