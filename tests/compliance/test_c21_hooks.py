"""C21: messages a hook refused are in the audit log, counted, so that nobody can fill it by forging."""

from __future__ import annotations

import asyncio
import json

from ringback.core.audit import ACTS
from ringback.engine.refusals import Refusals


def test_a_thousand_forgeries_are_one_entry_with_a_count(desk) -> None:
    async def flood() -> None:
        refusals = Refusals(desk.dsn, every=60)
        for _ in range(1000):
            refusals.note(1, 1, "not genuine")
        refusals.note(1, 2, "not understood")
        await refusals.close()

    asyncio.run(flood())
    found = [json.loads(body) for (body,) in desk.rows("select body from audit where what = 'hook' order by seq")]
    assert [(one["object"], one["reason"], one["detail"]["messages"]) for one in found] == [
        ("connection:1", "not genuine", 1000),
        ("connection:2", "not understood", 1),
    ]
    assert all(one["act"] in ACTS for one in found)
