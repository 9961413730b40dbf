"""The carrier stand-in: takes texts as Twilio's Messages resource does, keeps them, and reports back what became of them.

What may go wrong with a real carrier can be asked for at `/control`: slowness, 429, 500, a text taken but never
answered, refusals at once (21610) and later (30003, 30006, 30034), statuses late, twice or out of order.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ringback.simulator.shapes import API, Fault, Text, Weather, basic, created, refusal, resource
from ringback.simulator.wire import Courier, Reply, answer_json, form, header

LATER = {
    "30003": "undelivered",
    "30005": "undelivered",
    "30006": "undelivered",
    "30007": "undelivered",
    "30034": "undelivered",
}
STOP_WORDS = frozenset(["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"])
START_WORDS = frozenset(["start", "unstop", "yes"])


class Carrier:
    """The state of the stand-in: accounts, texts, weather, block list."""

    def __init__(self, accounts: Mapping[str, str], courier: Courier, seed: int = 1) -> None:
        self.courier = courier
        self.accounts = dict(accounts)
        self._known = {basic(sid, token): sid for sid, token in self.accounts.items()}
        self.weather = Weather()
        self.texts: dict[str, Text] = {}
        self.log: list[Text] = []
        self.by_number: dict[str, list[Text]] = {}
        self.blocked: set[tuple[str, str]] = set()
        self.offered = 0
        self.again = 0
        self._bodies: set[tuple[str, str, str]] = set()
        self._random = random.Random(seed)
        self._stem = f"{self._random.getrandbits(64):016x}"
        self._tasks: set[asyncio.Task[Any]] = set()
        self._waiters: list[asyncio.Event] = []

    def now(self) -> datetime:
        """The time in this town (the demo moves it)."""
        return datetime.now(UTC) + timedelta(seconds=self.weather.clock_shift)

    def account(self, sid: str, token: str) -> None:
        """Open an account."""
        self.accounts[sid] = token
        self._known[basic(sid, token)] = sid

    # ---- texts out of the product ------------------------------------------------------------------------------------

    def ask(self, method: str, target: str, head: bytes, body: bytes, reply: Reply) -> None:
        """Answer one request to the API."""
        path, _, query = target.partition("?")
        parts = path[len(API) :].split("/")
        known = self._known.get(header(head, b"authorization"))
        if known is None or known != parts[0]:
            reply(refusal(401, 20003, 'www-authenticate: Basic realm="Twilio API"\r\n'))
        elif method == "POST" and parts[1:] == ["Messages.json"]:
            self._take(known, form(body), reply)
        elif method == "GET" and parts[1:] == ["Messages.json"]:
            self._slowly(reply, answer_json(self.listing(known, form(query))))
        elif method == "GET" and len(parts) == 3 and parts[1] == "Messages":
            text = self.texts.get(parts[2].removesuffix(".json"))
            self._slowly(reply, answer_json(resource(text)) if text else refusal(404, 20404))
        else:
            reply(refusal(404, 20404))

    def _take(self, account: str, given: dict[str, str], reply: Reply) -> None:
        self.offered += 1
        to, sender, body = given.get("To", ""), given.get("From", ""), given.get("Body", "")
        sender = sender or given.get("MessagingServiceSid", "")
        wrong = 0
        if not to.startswith("+") or not to[1:].isdigit() or len(to) < 9:
            wrong = 21211
        elif not sender:
            wrong = 21603
        elif not body:
            wrong = 21602
        elif len(body) > 1600:
            wrong = 21617
        elif (to, sender) in self.blocked:
            wrong = 21610
        if wrong:
            self._slowly(reply, refusal(400, wrong))
            return
        fault = self._fault(to) if self.weather.faults else None
        if fault is not None and fault.kind not in LATER and fault.kind != "timeout":
            if fault.kind == "429":
                self._slowly(reply, refusal(429, 20429, f"retry-after: {fault.retry_after}\r\n"))
            elif fault.kind == "500":
                self._slowly(reply, refusal(500, 20500))
            else:
                self._slowly(reply, refusal(400, int(fault.kind)))
            return
        text = self.keep(
            Text(
                sid=self.sid("SM"), account=account, to=to, sender=sender, body=body, at=self.now(),
                place=len(self.log) + 1, status_url=given.get("StatusCallback", ""),
            )
        )  # fmt: skip
        key = (to, sender, body)
        if key in self._bodies:
            self.again += 1
        self._bodies.add(key)
        if fault is None or fault.kind != "timeout":  # taken, but the sender never hears of it
            self._slowly(reply, created(text))
        if text.status_url:
            self._start(self._report(text, fault.kind if fault is not None and fault.kind in LATER else ""))
        else:
            text.status = self.weather.statuses[-1] if self.weather.statuses else "queued"

    def keep(self, text: Text) -> Text:
        """Put a text into the log and wake whoever waits for new ones."""
        self.texts[text.sid] = text
        self.log.append(text)
        self.by_number.setdefault(text.sender if text.inbound else text.to, []).append(text)
        if self._waiters:
            for waiter in self._waiters:
                waiter.set()
            self._waiters.clear()
        return text

    async def news(self, seconds: float) -> None:
        """Wait until a text is kept, at most so many seconds."""
        waiter = asyncio.Event()
        self._waiters.append(waiter)
        try:
            await asyncio.wait_for(waiter.wait(), seconds)
        except TimeoutError:
            pass

    def sid(self, kind: str) -> str:
        """A new identifier, such as SM and 32 hexadecimal digits."""
        return f"{kind}{self._stem}{self._random.getrandbits(64):016x}"

    def _fault(self, to: str) -> Fault | None:
        for fault in self.weather.faults:
            if fault.to not in ("*", to) or fault.times == 0:
                continue
            if fault.share < 1.0 and self._random.random() >= fault.share:
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
        return None

    def _slowly(self, reply: Reply, data: bytes) -> None:
        if self.weather.latency_ms > 0:
            asyncio.get_running_loop().call_later(self.weather.latency_ms / 1000, reply, data)
        else:
            reply(data)

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _report(self, text: Text, code: str) -> None:
        weather = self.weather
        statuses = ["sent", LATER[code]] if code else list(weather.statuses)
        order = [status for status in statuses for _ in range(1 + weather.duplicates)]
        if weather.shuffle:
            self._random.shuffle(order)
        await asyncio.sleep((weather.status_delay_ms + weather.latency_ms) / 1000)
        for status in order:
            final = status in ("delivered", "undelivered", "failed")
            text.status = status if final or text.status == "queued" else text.status
            params = {
                "SmsSid": text.sid, "SmsStatus": status, "MessageStatus": status, "To": text.to,
                "MessageSid": text.sid, "AccountSid": text.account, "From": text.sender, "ApiVersion": "2010-04-01",
            }  # fmt: skip
            if final:
                params["RawDlrDoneDate"] = f"{self.now():%y%m%d%H%M}"
            if code and final:
                text.code = params["ErrorCode"] = code
            if weather.shuffle:
                self._start(self.courier.deliver(text.status_url, text.account, params))
            else:
                await self.courier.deliver(text.status_url, text.account, params)

    # ---- what the tests and the sender may ask -----------------------------------------------------------------------

    def listing(self, account: str, query: Mapping[str, str]) -> dict[str, Any]:
        """The Messages list filtered by To, From and DateSent (also `DateSent>` and `DateSent<`), newest first."""
        found = self.by_number.get(query["To"], []) if "To" in query else self.log
        kept = []
        for text in reversed(found):
            day = f"{text.at:%Y-%m-%d}"
            if text.account != account or text.inbound or ("From" in query and text.sender != query["From"]):
                continue
            if "DateSent" in query and day != query["DateSent"][:10]:
                continue
            if "DateSent>" in query and day < query["DateSent>"][:10]:
                continue
            if "DateSent<" in query and day > query["DateSent<"][:10]:
                continue
            kept.append(resource(text))
        size = min(int(query.get("PageSize", "50")), 1000)
        return {
            "messages": kept[:size],
            "page": 0,
            "page_size": size,
            "next_page_uri": None,
            "uri": f"{API}{account}/Messages.json",
        }

    def counted(self) -> dict[str, int]:
        """How many texts were offered and taken; `doubled` counts the same words to the same number from the same sender."""
        taken = sum(1 for text in self.log if not text.inbound)
        outs = sum(1 for texts in self.by_number.values() if any(not text.inbound for text in texts))
        return {
            "offered": self.offered,
            "taken": taken,
            "numbers": outs,
            "more_than_one": taken - outs,
            "doubled": self.again,
        }

    def control(self, wish: Mapping[str, Any]) -> None:
        """Change the weather. Unknown names raise ValueError; `reset` forgets texts, faults and the block list first."""
        fields = dict(wish)
        if fields.pop("reset", False):
            self.weather = Weather()
            self.texts.clear()
            self.log.clear()
            self.by_number.clear()
            self.blocked.clear()
            self._bodies.clear()
            self.offered = self.again = 0
        for sid, token in fields.pop("accounts", {}).items():
            self.account(sid, token)
        if "seed" in fields:
            self._random.seed(fields.pop("seed"))
        for name, value in fields.items():
            if name == "faults":
                self.weather.faults = [Fault(**fault) for fault in value]
            elif name == "statuses":
                self.weather.statuses = tuple(value)
            elif name in Weather.__slots__:
                setattr(self.weather, name, value)
            else:
                raise ValueError(f"no such setting: {name}")

    def stop_word(self, sender: str, line: str, body: str) -> str:
        """Twilio's own handling of keywords when the block list is on: the kind (STOP, START) or ''."""
        word = body.strip().lower()
        if word in STOP_WORDS:
            self.blocked.add((sender, line))
            return "STOP"
        if word in START_WORDS and (sender, line) in self.blocked:
            self.blocked.discard((sender, line))
            return "START"
        return ""


def weather_shown(carrier: Carrier) -> dict[str, Any]:
    """The weather as JSON values."""
    weather = carrier.weather
    shown = {name: getattr(weather, name) for name in Weather.__slots__ if name != "faults"}
    return {**shown, "faults": [{n: getattr(f, n) for n in Fault.__slots__} for f in weather.faults]}
