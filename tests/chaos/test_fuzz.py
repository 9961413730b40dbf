"""Nonsense at the hooks: whatever comes, the answer is a refusal and nothing changes. 20,000 requests in the soak."""

from __future__ import annotations

import asyncio
import os
import random

from ringback.adapters.contract import Request
from ringback.engine.http import NotSent, Socket, Unknown

COUNT = 20_000 if os.environ.get("RINGBACK_SOAK") == "1" else 400
PATHS = (
    "/hooks/1/1/voice",
    "/hooks/1/2/text",
    "/hooks/1/9/voice",
    "/hooks/99/1/voice",
    "/hooks/1/1",
    "/hooks/x/y/z",
    "/hooks/",
)
KINDS = ("application/x-www-form-urlencoded", "application/json", "text/plain", "multipart/form-data; boundary=x")


def nonsense(dice: random.Random, clinic) -> Request:
    """One request that nobody signed."""
    body = dice.randbytes(dice.choice((0, 1, 20, 400)))
    if dice.random() < 0.5:
        body = b"&".join(
            f"{dice.choice(('CallSid', 'From', 'To', 'CallStatus', 'Body'))}={dice.random()}".encode() for _ in range(4)
        )
    headers = {"content-type": dice.choice(KINDS)}
    if dice.random() < 0.5:
        headers["x-twilio-signature"] = dice.choice(("", "AAAA", "not base64 %%", "x" * 4000))
    return Request(
        method=dice.choice(("POST", "POST", "GET", "PUT")),
        url=clinic.public + dice.choice(PATHS) + dice.choice(("", "?a=b", "?bodySHA256=0", "?%00=%ff")),
        headers=headers,
        body=body,
    )


def test_nonsense_is_refused_and_changes_nothing(clinic):
    clinic.open()
    dice = random.Random(7)
    statuses: dict[int, int] = {}

    async def storm() -> None:
        socket = Socket(limit=20, timeout=20)

        async def one(request: Request) -> None:
            try:
                status = (await socket.send(request)).status
            except (NotSent, Unknown):
                status = 0  # the server hung up on it
            statuses[status] = statuses.get(status, 0) + 1

        for _ in range(COUNT // 20):
            await asyncio.gather(*(one(nonsense(dice, clinic)) for _ in range(20)))
        await socket.close()

    clinic.do(storm())
    # 429: who sends nothing but forgeries is soon told so; the genuine call below comes from the same address.
    assert set(statuses) <= {0, 400, 403, 404, 405, 413, 429}, statuses
    assert statuses.get(0, 0) < COUNT // 20
    for table in ("arrival", "call", "cases", "outgoing", "message"):
        assert clinic.rows(f"select count(*) from {table}") == [(0,)]
    # The server is still well: a genuine call goes through.
    clinic.do(clinic.missed(1))
    clinic.until(clinic.texts, what="the text")
