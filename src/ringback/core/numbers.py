"""Which numbers a text may go to at all, told from the number alone (C41).

The rule: a valid number of the United States or its territories that can be a person's phone. Toll-free,
premium, personal (5xx), service and N11 numbers, numbers of other countries and the made-up numbers that
stand for a withheld caller are refused with their reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

PSEUDO = frozenset({"+266696687", "+86282452253", "+8656696", "+2562533", "+7378742833"})
"""What carriers write for anonymous, unavailable, unknown, blocked and restricted, spelled on the keypad."""

REGIONS = frozenset({"US", "PR", "VI", "GU", "MP", "AS"})

_KINDS = {
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "premium",
    PhoneNumberType.PERSONAL_NUMBER: "not_a_phone",
    PhoneNumberType.PAGER: "not_a_phone",
    PhoneNumberType.UAN: "not_a_phone",
    PhoneNumberType.VOICEMAIL: "not_a_phone",
}
_FICTION = re.compile(r"\+1(?:(?:\d{3})?55501\d\d|55501\d{5})")


@lru_cache(maxsize=65536)
def eligible(number: str) -> str | None:
    """None when a text may go to this E.164 number, else the reason: withheld, pseudo, short, n11, service,
    invalid, toll_free, premium, not_a_phone, not_us."""
    if number in PSEUDO or f"+{number}" in PSEUDO:
        return "pseudo"
    digits = number[1:]
    if not digits.isascii() or not digits.isdigit():
        return "withheld"
    if number[0] != "+":
        return "short" if len(number) < 10 else "invalid"
    if number[1] != "1":
        return "short" if len(digits) < 8 else "not_us"
    if len(digits) != 11:
        return "n11" if re.fullmatch(r"1[2-9]11", digits) else "invalid" if len(digits) > 7 else "short"
    exchange = digits[4:7]
    if exchange.endswith("11") or digits[1:4].endswith("11"):
        return "n11"
    if exchange == "976":
        return "premium"
    if digits[4:] == "5551212":
        return "service"
    return _of_exchange(number[:8])


@lru_cache(maxsize=65536)
def _of_exchange(prefix: str) -> str | None:
    # Nothing in this numbering plan depends on the last four digits: one reading serves ten thousand callers.
    try:
        number = phonenumbers.parse(prefix + "0100")
    except phonenumbers.NumberParseException:
        return "invalid"
    if not phonenumbers.is_valid_number(number):
        return "invalid"
    kind = _KINDS.get(phonenumbers.number_type(number))
    if kind is not None:
        return kind
    return None if phonenumbers.region_code_for_number(number) in REGIONS else "not_us"


def textable(number: str, assume: bool = False) -> str | None:
    """As `eligible`; with `assume` a made-up number of a recording counts as a person's phone (decision 20)."""
    reason = eligible(number)
    return None if reason is not None and assume and fictitious(number) else reason


def fictitious(number: str) -> bool:
    """Whether this is a number that recordings and films use: 555 01xx with or without an area code, or with 555 as
    the area code, as test rigs dial (decision 20)."""
    return _FICTION.fullmatch(number) is not None


WITHHELD = frozenset(
    {
        "",
        "anonymous",
        "asserted",
        "blocked",
        "no caller id",
        "number unavailable",
        "out of area",
        "private",
        "private number",
        "restricted",
        "unavailable",
        "unknown",
        "unknown caller",
        "withheld",
    }
)
"""How phone systems spell a caller who hid the number, lower case."""

SHORTEST = 7
"""Fewer digits than this are an extension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerNumber:
    """What a phone system wrote for the caller: `kind` number, withheld, extension or address; `number` is E.164."""

    kind: str
    number: str = ""


@lru_cache(maxsize=65536)
def e164(raw: str, region: str = "US") -> str | None:
    """A number as E.164, or None for what no phone network could ring. Whether it may be texted is the gate's question:
    made-up numbers (+1 555 01xx) are kept as they are written, and a number without its area code is none."""
    text = raw.strip()
    if len(text) == 12 and text.startswith("+1") and text.isascii() and text[1:].isdigit():
        return text  # the common form needs no parsing
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=65536)
def caller_number(raw: str, region: str = "US") -> CallerNumber:
    """Who a phone system says is calling. Withheld numbers spelled on the keypad are withheld, as is a name without a
    number; short numbers are extensions; the user of a sip: address counts as a number where it is one."""
    text = raw.strip().strip('"').strip()
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() == "client":
        return CallerNumber(kind="address")
    if colon and scheme.lower() in ("sip", "sips", "tel"):
        text = rest.partition("@")[0].partition(";")[0]
    if text.lower() in WITHHELD or text in PSEUDO or f"+{text}" in PSEUDO:
        return CallerNumber(kind="withheld")
    digits = text.removeprefix("+")
    if digits.isascii() and digits.isdigit() and len(digits) < SHORTEST:
        return CallerNumber(kind="extension")
    number = text if fictitious(text) else e164(text, region)
    if number is None:
        return CallerNumber(kind="address" if colon or any(letter.isdigit() for letter in text) else "withheld")
    return CallerNumber(kind="number", number=number)
