"""The load generator: offers signed calls at their own moments, over kept-alive connections, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

AREAS = ("212", "213", "312", "415", "512", "602", "617", "702", "713", "804", "816", "901", "907", "916", "972")


def caller(place: int) -> str:
    """The n-th distinct caller: a valid number that no real directory is asked about."""
    area = AREAS[place % len(AREAS)]
    rest = place // len(AREAS)
    exchange = 220 + rest // 10000 * 7 % 700
    while exchange % 100 == 11 or exchange in (555, 976):
        exchange += 1
    return f"+1{area}{exchange}{rest % 10000:04d}"


async def offer(job: dict[str, Any]) -> dict[str, Any]:
    """Offer every call at its moment; latencies count from then, however long the queue."""
    from ringback.simulator.wire import Courier

    courier = Courier({job["account"]: job["token"]}, limit=256, timeout=30)
    count = int(job["rate"] * job["seconds"])
    results: list[tuple[str, float, bool]] = []
    waits: list[float] = []
    lines = job["lines"]
    began = time.time() + 0.5
    tasks: set[asyncio.Task[None]] = set()

    async def one(place: int, due: float) -> None:
        practice, connection, number = lines[place % len(lines)]
        who = caller(place)
        form = {
            "AccountSid": job["account"],
            "ApiVersion": "2010-04-01",
            "CallSid": f"CA{place:032x}",
            "CallStatus": "no-answer",
            "CallDuration": "0",
            "Called": number,
            "Caller": who,
            "Direction": "inbound",
            "From": who,
            "To": number,
            "FromCountry": "US",
            "ToCountry": "US",
            "Timestamp": time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(due)),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": "3",
            "StirStatus": "A",
        }
        got = await courier.deliver(
            f"{job['url']}/hooks/{practice}/{connection}/voice#rc=3&rp=5xx,ct,rt", job["account"], form
        )
        waits.append(time.time() - due)
        results.append((who, due, 200 <= got.status < 300))

    for place in range(count):
        due = began + place / job["rate"]
        wait = due - time.time()
        if wait > 0.001:
            await asyncio.sleep(wait)
        task = asyncio.create_task(one(place, due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    while tasks:
        await asyncio.wait(tasks)
    courier.close()
    waits.sort()
    return {
        "began": began,
        "calls": results,
        "hook_p50_ms": round(waits[len(waits) // 2] * 1000, 1),
        "hook_p99_ms": round(waits[int(len(waits) * 0.99)] * 1000, 1),
    }


def main() -> int:
    """Read the job, offer, print what was offered."""
    import gc

    import uvloop

    gc.freeze()
    print(json.dumps(uvloop.run(offer(json.loads(Path(sys.argv[1]).read_text())))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
