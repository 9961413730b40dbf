"""The made-up carrier speaks as the real one does, and its requests are signed as the official library wants them."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from ringback.simulator.town import Town
from ringback.simulator.wire import Delivered, Door, answer, form, header

SID, TOKEN = "AC" + "5" * 32, "a-token-of-the-made-up-account"
CLINIC, PATIENT = "+12025550100", "+12025550143"
TWIML = (
    b'<Response><Say>Hello</Say><Dial answerOnBridge="true" action="/hooks/1/1/after#rc=3&amp;rp=5xx,ct,rt">'
    b'<Number statusCallback="/hooks/1/1/voice" statusCallbackEvent="completed">+12025550191</Number></Dial></Response>'
)
RECORD = b'<Response><Record transcribe="true" transcribeCallback="/hooks/1/1/voice" recordingStatusCallback="/hooks/1/1/voice"/></Response>'


class Product:
    """Stands where the product stands: keeps what its hooks got and answers as told."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], str]] = []
        self.heads: list[bytes] = []
        self.answers: list[int] = []
        self.url = ""
        self.more = asyncio.Event()
        self.doors: set[Door] = set()

    def ask(self, method: str, target: str, head: bytes, body: bytes, reply: Callable[[bytes], None]) -> None:
        signature = header(head, b"x-twilio-signature").decode()
        self.got.append((target, form(body), signature))
        self.heads.append(head)
        status = self.answers.pop(0) if self.answers else 200
        document = TWIML if target.endswith("/answer") else RECORD if target.endswith("/after") else b"<Response/>"
        reply(answer(status, document, "text/xml"))
        self.more.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.got) < count:
                self.more.clear()
                await self.more.wait()

    def all_signed(self) -> bool:
        check = RequestValidator(TOKEN)
        return all(check.validate(self.url + target, params, signature) for target, params, signature in self.got)


class Client:
    """A plain HTTP client on one connection."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def raw(self, data: bytes, answers: int = 1) -> list[tuple[int, Any]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        found = []
        try:
            for _ in range(answers):
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(int(header(head, b"content-length")))
                found.append((int(head.split()[1]), json.loads(body) if b"json" in head else body))
        finally:
            writer.close()
            await writer.wait_closed()
        return found

    def send_data(self, to: str, body: str, token: str = TOKEN, **more: str) -> bytes:
        data = urlencode({"To": to, "From": CLINIC, "Body": body, **more}).encode()
        basic = base64.b64encode(f"{SID}:{token}".encode()).decode()
        return (
            f"POST /2010-04-01/Accounts/{SID}/Messages.json HTTP/1.1\r\nHost: c\r\nauthorization: Basic {basic}\r\n"
            f"content-type: application/x-www-form-urlencoded\r\nContent-Length: {len(data)}\r\n\r\n"
        ).encode() + data

    async def text(self, to: str = PATIENT, body: str = "Hello", token: str = TOKEN, **more: str) -> tuple[int, Any]:
        return (await self.raw(self.send_data(to, body, token, **more)))[0]

    async def get(self, target: str) -> Any:
        basic = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
        return (await self.raw(f"GET {target} HTTP/1.1\r\nHost: c\r\nAuthorization: Basic {basic}\r\n\r\n".encode()))[
            0
        ][1]

    async def post(self, target: str, value: object) -> tuple[int, Any]:
        data = json.dumps(value).encode()
        head = f"POST {target} HTTP/1.1\r\nHost: c\r\ncontent-length: {len(data)}\r\n\r\n".encode()
        return (await self.raw(head + data))[0]


Scene = tuple[Town, Product, Client]


@asynccontextmanager
async def town() -> AsyncIterator[Scene]:
    loop = asyncio.get_running_loop()
    product, made = Product(), Town({SID: TOKEN})
    there = await loop.create_server(lambda: Door(product.ask, product.doors), "127.0.0.1", 0)
    product.url = f"http://127.0.0.1:{there.sockets[0].getsockname()[1]}"
    hooks = {leaf: f"{product.url}/hooks/1/1/{leaf}" for leaf in ("answer", "voice", "text")}
    made.phones.number(CLINIC, {"account": SID, **hooks})
    here = await loop.create_server(made.door, "127.0.0.1", 0)
    try:
        yield made, product, Client(here.sockets[0].getsockname()[1])
    finally:
        made.close()
        for door in list(product.doors):
            door.close()
        here.close()
        there.close()
        for _ in range(3):  # a closed connection is let go one turn of the loop later
            await asyncio.sleep(0)


def play(story: Callable[[Scene], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with town() as scene:
            await story(scene)

    asyncio.run(whole())


def calls(product: Product) -> list[tuple[str, str, str]]:
    return [
        (
            target.rsplit("/", 1)[1],
            params.get("CallStatus", ""),
            params.get("DialCallStatus", params.get("RecordingStatus", "")),
        )
        for target, params, _ in product.got
    ]


def test_a_text_is_taken_and_found_again() -> None:
    async def story(scene: Scene) -> None:
        _, _, client = scene
        status, message = await client.text(body="Sorry we missed you")
        assert (status, message["status"], message["sid"][:2]) == (201, "queued", "SM")
        assert message["account_sid"] == SID and message["num_segments"] == "1"
        query = urlencode({"To": PATIENT, "From": CLINIC, "DateSent>": "2020-01-01"})
        listed = await client.get(f"/2010-04-01/Accounts/{SID}/Messages.json?{query}")
        assert [one["sid"] for one in listed["messages"]] == [message["sid"]]
        assert (await client.get(f"/2010-04-01/Accounts/{SID}/Messages/{message['sid']}.json"))[
            "body"
        ] == "Sorry we missed you"
        nobody = await client.get(f"/2010-04-01/Accounts/{SID}/Messages.json?To=%2B12025550199")
        assert nobody["messages"] == []

    play(story)


def test_a_wrong_password_is_refused() -> None:
    async def story(scene: Scene) -> None:
        status, message = await scene[2].text(token="another")
        assert (status, message["code"]) == (401, 20003)
        assert scene[0].carrier.log == []

    play(story)


@pytest.mark.parametrize(
    ("to", "body", "code"), [("12025550143", "x", 21211), (PATIENT, "", 21602), (PATIENT, "x" * 1601, 21617)]
)
def test_texts_that_cannot_be_sent_have_their_code(to: str, body: str, code: int) -> None:
    async def story(scene: Scene) -> None:
        status, message = await scene[2].text(to, body)
        assert (status, message["code"]) == (400, code)

    play(story)


def test_statuses_come_back_signed_and_in_order() -> None:
    async def story(scene: Scene) -> None:
        _made, product, client = scene
        await client.post("/control", {"status_delay_ms": 0})
        _, message = await client.text(StatusCallback=f"{product.url}/hooks/1/2/status?a=1#rc=3&rp=5xx,ct,rt")
        await product.until(2)
        assert [params["MessageStatus"] for _, params, _ in product.got] == ["sent", "delivered"]
        assert {params["MessageSid"] for _, params, _ in product.got} == {message["sid"]}
        assert product.got[0][0] == "/hooks/1/2/status?a=1" and product.all_signed()
        assert not RequestValidator("another").validate(
            product.url + product.got[0][0], product.got[0][1], product.got[0][2]
        )

    play(story)


def test_a_hook_that_answers_503_is_tried_again_with_the_same_token() -> None:
    async def story(scene: Scene) -> None:
        made, product, client = scene
        product.answers = [503]
        await client.post("/control", {"status_delay_ms": 0, "statuses": ["delivered"]})
        await client.text(StatusCallback=f"{product.url}/status#rc=3&rp=5xx,ct,rt")
        await product.until(2)
        tokens = {header(head, b"i-twilio-idempotency-token") for head in product.heads}
        assert len(tokens) == 1 and made.courier.counts["retried"] == 1

    play(story)


def test_without_the_wish_a_503_is_lost_as_with_the_real_one() -> None:
    async def story(scene: Scene) -> None:
        made, product, _ = scene
        product.answers = [503]
        got = await made.courier.deliver(f"{product.url}/status", SID, {"MessageSid": "SM1"})
        assert (got, len(product.got)) == (Delivered(503, b"<Response/>"), 1)

    play(story)


def test_the_weather_can_turn() -> None:
    async def story(scene: Scene) -> None:
        _, _, client = scene
        await client.post(
            "/control", {"faults": [{"kind": "429", "times": 1, "retry_after": 3}, {"kind": "500", "times": 1}]}
        )
        head = (await client.text())[0], (await client.text())[0], (await client.text())[0]
        assert head == (429, 500, 201)
        await client.post("/control", {"faults": [{"kind": "21610", "to": PATIENT}]})
        assert (await client.text())[1]["code"] == 21610
        assert (await client.text("+12025550144"))[0] == 201
        status, wrong = await client.post("/control", {"sunshine": True})
        assert (status, wrong["error"]) == (400, "ValueError: no such setting: sunshine")

    play(story)


@pytest.mark.parametrize("code", ["30003", "30006", "30034"])
def test_what_fails_later_fails_by_status(code: str) -> None:
    async def story(scene: Scene) -> None:
        _, product, client = scene
        await client.post("/control", {"status_delay_ms": 0, "faults": [{"kind": code}]})
        assert (await client.text(StatusCallback=f"{product.url}/status"))[0] == 201
        await product.until(2)
        last = product.got[-1][1]
        assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", code)

    play(story)


def test_a_text_taken_but_never_answered_is_counted_and_found() -> None:
    async def story(scene: Scene) -> None:
        _, _, client = scene
        await client.post("/control", {"faults": [{"kind": "timeout", "times": 1}]})
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.text(body="once"), 0.1)
        count = await client.get("/count")
        assert (count["taken"], count["doubled"]) == (1, 0)
        await client.text(body="once")
        count = await client.get("/count")
        assert (count["taken"], count["doubled"]) == (2, 1)

    play(story)


def test_requests_sent_at_once_are_answered_in_their_order() -> None:
    async def story(scene: Scene) -> None:
        _, _, client = scene
        await client.post("/control", {"latency_ms": 30})
        data = (
            client.send_data(PATIENT, "one") + b"GET / HTTP/1.1\r\nHost: c\r\n\r\n" + client.send_data(PATIENT, "two")
        )
        found = await client.raw(data, 3)
        assert [status for status, _ in found] == [201, 200, 201]
        assert (found[0][1]["body"], found[2][1]["body"]) == ("one", "two")

    play(story)


@pytest.mark.parametrize(
    ("kind", "dial", "parent"),
    [("ring_out", "no-answer", "completed"), ("busy", "busy", "completed"), ("hang_up", "canceled", "completed")],
)
def test_an_unanswered_call_says_so_in_its_dial_action_only(kind: str, dial: str, parent: str) -> None:
    async def story(scene: Scene) -> None:
        _made, product, client = scene
        await client.post("/phone/call", {"from": PATIENT, "to": CLINIC, "kind": kind, "wait": True})
        after = next(params for target, params, _ in product.got if target.endswith("/after"))
        assert (after["DialCallStatus"], after["DialBridged"]) == (dial, "false")
        last = product.got[-1][1]
        assert (last["CallStatus"], last["From"], last["To"]) == (parent, PATIENT, CLINIC)
        assert product.all_signed()

    play(story)


def test_an_answered_call_is_bridged() -> None:
    async def story(scene: Scene) -> None:
        _, product, client = scene
        await client.post("/phone/call", {"from": PATIENT, "to": CLINIC, "kind": "answered", "wait": True})
        assert calls(product) == [
            ("answer", "ringing", ""),
            ("voice", "completed", ""),
            ("after", "in-progress", "completed"),
            ("voice", "completed", ""),
        ]
        assert (
            product.got[2][1]["DialBridged"] == "true"
            and product.got[1][1]["ParentCallSid"] == product.got[3][1]["CallSid"]
        )

    play(story)


def test_a_voicemail_is_recorded_then_transcribed() -> None:
    async def story(scene: Scene) -> None:
        _, product, client = scene
        words = "Hi this is about my appointment please call me back"
        await client.post(
            "/phone/call", {"from": PATIENT, "to": CLINIC, "kind": "voicemail", "words": words, "wait": True}
        )
        assert [name for name, _, _ in calls(product)] == ["answer", "voice", "after", "voice", "voice", "voice"]
        recording, ended, written = (params for _, params, _ in product.got[3:])
        assert (recording["RecordingStatus"], recording["RecordingDuration"]) == ("completed", "4")
        assert ended["CallStatus"] == "completed"
        assert (written["TranscriptionText"], "RecordingDuration" in written) == (words, False)
        assert product.all_signed()

    play(story)


def test_a_patients_text_reaches_the_hook_and_their_phone_shows_the_answer() -> None:
    async def story(scene: Scene) -> None:
        _, product, client = scene
        status, sent = await client.post("/phone/text", {"from": PATIENT, "to": CLINIC, "body": "BOOK 👍"})
        assert (status, sent["hook"], product.got[0][1]["Body"]) == (200, 200, "BOOK 👍")
        assert product.all_signed()
        waiting = asyncio.create_task(client.get(f"/phone/messages?number=%2B12025550143&after={sent['place']}&wait=5"))
        await asyncio.sleep(0)
        await client.text(body="Choose a time")
        shown = (await waiting)["messages"]
        assert [(one["mine"], one["body"]) for one in shown] == [(False, "Choose a time")]

    play(story)


def test_the_carriers_own_block_list_when_it_is_on() -> None:
    async def story(scene: Scene) -> None:
        _, product, client = scene
        await client.post("/control", {"block_list": True, "advanced_opt_out": True})
        await client.post("/phone/text", {"from": PATIENT, "to": CLINIC, "body": " Stop "})
        assert product.got[0][1]["OptOutType"] == "STOP"
        assert (await client.text())[1]["code"] == 21610
        await client.post("/phone/text", {"from": PATIENT, "to": CLINIC, "body": "START"})
        assert (await client.text())[0] == 201

    play(story)


@pytest.mark.parametrize("data", [b"nonsense\r\n\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"])
def test_nonsense_is_refused_and_the_connection_closed(data: bytes) -> None:
    async def story(scene: Scene) -> None:
        found = await scene[2].raw(data)
        assert found[0][0] in (400, 411)

    play(story)
