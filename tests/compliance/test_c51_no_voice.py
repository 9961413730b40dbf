"""C51: no artificial or recorded voice rings anybody: no wish of the core is a call, and no adapter can place one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import ringback
from ringback.adapters.contract import PhoneSystem, TextCarrier, TextOut
from ringback.adapters.text.twilio import ADAPTER
from ringback.core import effects
from ringback.core.consent import CATEGORIES

SOURCE = Path(ringback.__file__).parent


def test_the_wishes_of_the_core_are_these_and_none_is_a_call() -> None:
    assert {one.__name__ for one in get_args(effects.Effect)} == {
        "SendText", "CancelTexts", "Page", "Alert", "Suppress", "Unsuppress",
    }  # fmt: skip


def test_what_a_phone_system_can_be_asked_is_to_verify_and_to_be_read() -> None:
    def asks(contract: type) -> set[str]:
        return {name for name, what in vars(contract).items() if callable(what) and not name.startswith("_")}

    assert asks(PhoneSystem) == {"verify", "event_key", "parse"}
    assert asks(TextCarrier) == {"verify", "event_key", "parse", "send", "ask"}


def test_no_address_of_a_carrier_is_one_that_places_calls() -> None:
    # What is said to somebody who rang us (a greeting) is no call of ours; placing one would need an address for it.
    wrong = [
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if not {"simulator", "demo"} & set(path.relative_to(SOURCE).parts)
        and re.search(r"/Calls\.json|/v1/calls|\bOriginate\b|/Calls/", path.read_text())
    ]
    assert wrong == []


def test_what_is_handed_to_a_carrier_is_a_text() -> None:
    text = TextOut(
        to="+12025550143",
        sender="+12025550100",
        body="hello",
        reference="r",
        status_url="https://x.example/s",
        token="t",
    )
    asked = next(iter(ADAPTER.send(text, {"account_sid": "AC" + "7" * 32, "auth_token": "x"})))
    assert asked.url.endswith("/Messages.json") and b"Twiml" not in asked.body


def test_a_notice_to_staff_goes_by_text_mail_or_chat_never_by_voice() -> None:
    told = (SOURCE / "engine" / "tell.py").read_text()
    channels = set(re.findall(r'channel\s*=\s*"(\w+)"|"channel":\s*"(\w+)"', told))
    assert not any("voice" in "".join(one) or "call" in "".join(one) for one in channels)
    assert not any("prerecorded" in name or "robocall" in name for name in CATEGORIES)
