"""A practice with something in it, by its own hooks: callers who rang out, wrote, and one in trouble."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ringback.simulator.wire import Courier

CALLERS = {
    "+12025550143": ["BILLING", "I was charged twice for my visit in March"],
    "+12025550144": ["BOOK"],
    "+12025550145": ["I need to move my appointment to Thursday afternoon please"],
    "+12025550146": ["REFILL"],
    "+12025550147": ["Necesito una cita para mi hija"],
    "+12025550148": ["URGENT my chest hurts and I can't breathe well"],
    "+12025550149": ["STOP"],
}


async def _fill(said: dict[str, Any]) -> None:
    courier = Courier({said["account_sid"]: said["auth_token"]})
    try:
        for place, (number, texts) in enumerate(CALLERS.items()):
            call = {
                "AccountSid": said["account_sid"], "CallSid": f"CA{place:032x}", "CallStatus": "no-answer",
                "From": number, "To": said["practice_number"], "Direction": "inbound", "CallDuration": "0",
            }  # fmt: skip
            assert (await courier.deliver(said["hooks"]["twilio_voice"], said["account_sid"], call)).status < 300
            for turn, words in enumerate(texts):
                text = {
                    "AccountSid": said["account_sid"], "MessageSid": f"SM{place:016x}{turn:016x}", "From": number,
                    "To": said["practice_number"], "Body": words, "NumMedia": "0",
                }  # fmt: skip
                assert (await courier.deliver(said["hooks"]["twilio_text"], said["account_sid"], text)).status < 300
    finally:
        courier.close()


def fill(said: dict[str, Any], opener: Callable[[str], str]) -> list[str]:
    """Put the callers in, and wait until each has a case; the addresses of the cases, most pressing first."""
    # In a thread of its own: the browser has this one's loop.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(_fill(said))).result(60)
    ends = time.monotonic() + 30
    while True:
        page = opener(f"{said['url']}/tasks")
        found = list(dict.fromkeys(part[:36] for part in page.split("/cases/")[1:]))
        if len(found) >= 4:
            return [f"/cases/{case}" for case in found]
        assert time.monotonic() < ends, f"only {len(found)} cases have a task"
