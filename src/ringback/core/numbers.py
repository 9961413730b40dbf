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
_FICTION = re.compile(r"\+1(\d{3})?55501\d\d")


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


def fictitious(number: str) -> bool:
    """Whether this is a number that recordings and films use: +1 555 01xx, with or without an area code
    (decision 20)."""
    return _FICTION.fullmatch(number) is not None


WITHHELD = frozenset(
    {"", "anonymous", "unknown", "restricted", "private", "unavailable", "blocked", "withheld", "asserted", "no caller id"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerNumber:
    """What a phone system wrote for the caller: `kind` number, withheld, extension or address; `number` is E.164."""

    kind: str
    number: str = ""


@lru_cache(maxsize=65536)
def e164(raw: str, region: str = "US") -> str | None:
    """A number as E.164, or None. Made-up film numbers (+1 555 01xx) are kept as they are written."""
    text = raw.strip()
    if text.startswith("+") and text[1:].isdigit() and text.startswith("+1") and len(text) == 12:
        return text  # the common form needs no parsing; whether it may be texted is the gate's question
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def caller_number(raw: str, region: str = "US") -> CallerNumber:
    """Who a phone system says is calling. Withheld numbers spelled on the keypad are withheld; short ones extensions."""
    text = raw.strip()
    if text.lower() in WITHHELD or text in PSEUDO or f"+{text}" in PSEUDO:
        return CallerNumber(kind="withheld")
    if text.startswith(("sip:", "sips:")):
        text = text.partition(":")[2].partition("@")[0]
        if text.lower() in WITHHELD:
            return CallerNumber(kind="withheld")
    elif text.startswith("client:"):
        return CallerNumber(kind="address")
    digits = text.lstrip("+")
    if digits.isascii() and digits.isdigit() and len(digits) < 7:
        return CallerNumber(kind="extension")
    number = text if fictitious(text) else e164(text, region)
    if number is None:
        return CallerNumber(kind="withheld" if not any(c.isdigit() for c in text) else "address")
    return CallerNumber(kind="number", number=number)
