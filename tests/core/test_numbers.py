"""Who is calling, as phone systems write it: a number, an extension, an address, or somebody who hid the number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as pace
from hypothesis import strategies as st

from ringback.core.numbers import caller_number, e164, eligible, fictitious, textable


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("+12025550123", "+12025550123"),
        ("12025550123", "+12025550123"),
        ("2025550123", "+12025550123"),
        ("(202) 555-0123", "+12025550123"),
        (" +1 202 555 0123 ", "+12025550123"),
        ("+442079460000", "+442079460000"),
        ("+15550101001", "+15550101001"),
        ("5550123", None),
        ("201", None),
        ("", None),
        ("anonymous", None),
        ("+1202555012x", None),
        ("9" * 40, None),
    ],
)
def test_a_number_is_brought_into_one_form(raw: str, number: str | None) -> None:
    assert e164(raw) == number


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "anonymous",
        "Anonymous",
        "RESTRICTED",
        "unavailable",
        "Unknown",
        "private",
        '"blocked"',
        "Wireless Caller",
    ],
)
def test_a_caller_who_hid_the_number_is_withheld_in_every_spelling(raw: str) -> None:
    assert caller_number(raw).kind == "withheld"


@pytest.mark.parametrize(
    "raw", ["+266696687", "266696687", "+86282452253", "+8656696", "8656696", "+2562533", "+7378742833"]
)
def test_the_five_words_spelled_on_the_keypad_are_withheld_never_numbers(raw: str) -> None:
    assert caller_number(raw).kind == "withheld" and caller_number(raw).number == ""


@pytest.mark.parametrize(
    ("raw", "kind", "number"),
    [
        ("sip:+12025550123@pbx.example.org;user=phone", "number", "+12025550123"),
        ("sip:anonymous@anonymous.invalid", "withheld", ""),
        ("sip:alice@pbx.example.org", "address", ""),
        ("SIPS:2025550123@x", "number", "+12025550123"),
        ("tel:+12025550123;ext=7", "number", "+12025550123"),
        ("client:front_desk", "address", ""),
        ("client:12025550123", "address", ""),
        ("201", "extension", ""),
        ("100234", "extension", ""),
        ("sip:201@pbx.example.org", "extension", ""),
        ("2025550123", "number", "+12025550123"),
    ],
)
def test_addresses_and_extensions(raw: str, kind: str, number: str) -> None:
    found = caller_number(raw)
    assert (found.kind, found.number) == (kind, number)


def test_made_up_numbers_can_be_texted_only_where_a_recording_is_read() -> None:
    for number in ("+15550101001", "+15550102004", "+15550100"):
        assert fictitious(number) and eligible(number) and textable(number)
        assert textable(number, assume=True) is None
    assert textable("+12025550123") is None
    assert textable("+18005551234", assume=True) == "toll_free"
    assert textable("+266696687", assume=True) == "pseudo"
    assert not fictitious("+12025560123") and not fictitious("+15551234567")


@pace(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_whatever_is_written_there_is_a_reading(raw: str) -> None:
    found = caller_number(raw)
    assert found.kind in ("number", "withheld", "extension", "address")
    assert bool(found.number) == (found.kind == "number")
