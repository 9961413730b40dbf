"""One made-up town: the carrier, its phone network and the addresses under which tests and the demo reach both.

`/2010-04-01/...` is the carrier's API. `/control` changes how it behaves, `/log` and `/count` say what it took. `/phone/...`
moves a patient's phone. `/chat` takes what a team chat's webhook would and shows it again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

from ringback.simulator.carrier import Carrier, weather_shown
from ringback.simulator.phone import Phones
from ringback.simulator.shapes import API, resource
from ringback.simulator.wire import Courier, Door, Json, Reply, answer, answer_json, form

ABOUT = """Ringback's made-up carrier and phone network. Nothing here reaches a real phone.

POST /phone/call      {"from","to","kind":"ring_out|hang_up|answered|busy|voicemail|machine","words","seconds","wait"}
POST /phone/text      {"from","to","body"}
GET  /phone/messages  ?number=&after=0&wait=0    texts of one phone; waits up to `wait` seconds for a new one
GET  /log, /count     every text taken; how many, and how many twice
GET/POST /control     weather: latency_ms, statuses, status_delay_ms, shuffle, duplicates, block_list, faults, reset
POST /2010-04-01/Accounts/{sid}/Messages.json    what the product calls
"""


class Town:
    """Everything one simulator process serves."""

    def __init__(self, accounts: dict[str, str], through: str = "") -> None:
        self.courier = Courier(accounts, through)
        self.carrier = Carrier(accounts, self.courier)
        self.courier.tokens = self.carrier.accounts
        self.phones = Phones(self.carrier, self.courier)
        self.chat: list[Json] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._doors: set[Door] = set()

    def door(self) -> Door:
        """A protocol for one connection."""
        return Door(self.ask, self._doors)

    def close(self) -> None:
        """Close every connection."""
        self.courier.close()
        for door in list(self._doors):
            door.close()

    def ask(self, method: str, target: str, head: bytes, body: bytes, reply: Reply) -> None:
        """Route one request."""
        if target.startswith(API):
            self.carrier.ask(method, target, head, body, reply)
            return
        path, _, query = target.partition("?")
        try:
            found = self._plain(method, path, form(query), body, reply)
        except (ValueError, TypeError, KeyError) as wrong:
            reply(answer_json({"error": f"{type(wrong).__name__}: {wrong}"}, 400))
            return
        if found is not None:
            task = asyncio.get_running_loop().create_task(_answered(found, reply))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _plain(
        self, method: str, path: str, query: dict[str, str], body: bytes, reply: Reply
    ) -> Coroutine[Any, Any, bytes] | None:
        post = method == "POST"
        if path == "/phone/call" and post:
            return self._call(json.loads(body))
        if path == "/phone/text" and post:
            return self._text(json.loads(body))
        if path == "/phone/messages":
            return self._messages(query)
        if path == "/phone/call":
            call = self.phones.calls[query["sid"]]
            reply(answer_json({"sid": call.sid, "kind": call.kind, "state": call.state, "steps": call.steps}))
        elif path == "/phone/numbers" and post:
            for number, given in json.loads(body).items():
                self.phones.number(number, given)
            reply(answer_json({"numbers": sorted(self.phones.numbers)}))
        elif path == "/control" and post:
            self.carrier.control(json.loads(body))
            reply(answer_json(weather_shown(self.carrier)))
        elif path == "/control":
            reply(answer_json(weather_shown(self.carrier)))
        elif path == "/count":
            reply(answer_json({**self.carrier.counted(), "hooks": self.courier.counts}))
        elif path == "/log":
            kept = [t for t in self.carrier.log if not t.inbound and query.get("to", t.to) == t.to]
            reply(answer_json({"texts": [resource(text) for text in kept]}))
        elif path == "/chat" and post:
            self.chat = [*self.chat[-199:], json.loads(body)]
            reply(answer(200, b"ok", "text/plain"))
        elif path == "/chat":
            reply(answer_json({"said": self.chat}))
        elif path == "/":
            reply(answer(200, ABOUT.encode(), "text/plain; charset=utf-8"))
        else:
            reply(answer_json({"error": "no such address"}, 404))
        return None

    async def _call(self, wish: Json) -> bytes:
        call = self.phones.call(
            wish["from"], wish["to"], wish.get("kind", "ring_out"), wish.get("words", ""), float(wish.get("seconds", 0))
        )
        if wish.get("wait"):
            await self.phones.happen(call)
        else:
            self.phones.start(call)
        return answer_json({"sid": call.sid, "state": call.state, "steps": call.steps})

    async def _text(self, wish: Json) -> bytes:
        text, status = await self.phones.text(wish["from"], wish["to"], wish["body"])
        return answer_json({"sid": text.sid, "place": text.place, "hook": status})

    async def _messages(self, query: dict[str, str]) -> bytes:
        number, after = query["number"], int(query.get("after", "0"))
        ends = asyncio.get_running_loop().time() + min(float(query.get("wait", "0")), 30.0)
        while True:
            found = self.phones.messages(number, after)
            left = ends - asyncio.get_running_loop().time()
            if found or left <= 0:
                return answer_json({"messages": found, "clock_shift": self.carrier.weather.clock_shift})
            await self.carrier.news(left)


async def _answered(work: Coroutine[Any, Any, bytes], reply: Reply) -> None:
    try:
        reply(await work)
    except (ValueError, TypeError, KeyError) as wrong:
        reply(answer_json({"error": f"{type(wrong).__name__}: {wrong}"}, 400))
