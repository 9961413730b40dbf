"""ASVS 5.0.0: no item of levels 1 and 2 is left out, and every test it names is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from ringback import asvs

TESTS = Path(__file__).resolve().parents[1]
# How many items of levels 1 and 2 each chapter of the standard has.
PUBLISHED = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}


def test_every_item_is_there_once_and_in_order() -> None:
    numbers = [one.number for one in asvs.items()]
    assert len(set(numbers)) == len(numbers)
    assert dict(Counter(int(number.split(".")[0]) for number in numbers)) == PUBLISHED
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])


def test_every_test_that_is_named_exists_and_every_reason_says_something() -> None:
    for one in asvs.items():
        assert len(one.how) > 5, one.number
        for pattern in one.tests:
            assert list(TESTS.glob(pattern)), f"{one.number} names {pattern}, which is not there"


def test_every_document_that_is_named_exists() -> None:
    for one in asvs.items():
        for name in re.findall(r"`(docs/[\w.-]+)`", one.how):
            assert (TESTS.parent / name).exists(), f"{one.number} names {name}"
