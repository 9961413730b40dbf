"""The carrier stand-in of the bench: the simulator's carrier, plus the exact moment each text was taken."""

from __future__ import annotations

import sys
from collections.abc import Coroutine
from typing import Any

from ringback.simulator import __main__ as simulator
from ringback.simulator.town import Town
from ringback.simulator.wire import Reply, answer_json


class Watch(Town):
    """A town that also tells when it took each text."""

    def _plain(
        self, method: str, path: str, query: dict[str, str], body: bytes, reply: Reply
    ) -> Coroutine[Any, Any, bytes] | None:
        if path == "/bench":
            reply(answer_json({"texts": [[t.to, t.at.timestamp()] for t in self.carrier.log if not t.inbound]}))
            return None
        return super()._plain(method, path, query, body, reply)


if __name__ == "__main__":
    simulator.Town = Watch  # type: ignore[misc]
    sys.exit(simulator.main())
