"""What the carrier stand-in knows and says, as values: a text, what may go wrong, and answers in the API's own shape."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from ringback.simulator.wire import answer, answer_json

API = "/2010-04-01/Accounts/"
MESSAGES = {
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    21211: "Invalid 'To' Phone Number",
    21602: "Message body is required",
    21603: "A 'From' phone number is required",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit",
}


@dataclass(slots=True)
class Text:
    """One text the carrier took. `place` is its place in the log, from 1."""

    sid: str
    account: str
    to: str
    sender: str
    body: str
    at: datetime
    place: int
    status_url: str = ""
    status: str = "queued"
    code: str = ""
    inbound: bool = False


@dataclass(slots=True)
class Fault:
    """Something that goes wrong: `to` a number or '*', `kind` 429, 500, timeout or an error code, `times` None for ever."""

    kind: str
    to: str = "*"
    times: int | None = None
    share: float = 1.0
    retry_after: int = 1


@dataclass(slots=True)
class Weather:
    """How the carrier behaves now. Times are milliseconds; `clock_shift` is how many seconds its clock runs ahead."""

    latency_ms: float = 0.0
    statuses: tuple[str, ...] = ("sent", "delivered")
    status_delay_ms: float = 20.0
    shuffle: bool = False
    duplicates: int = 0
    block_list: bool = False
    advanced_opt_out: bool = False
    clock_shift: float = 0.0
    faults: list[Fault] = field(default_factory=list)


def segments(body: str) -> int:
    """How many segments a text takes (160/153 in the GSM alphabet, 70/67 otherwise)."""
    plain = body.isascii() or all(c < "\x80" or c in "£¥èéùìòÇØøÅåÆæßÉÄÖÑÜ§äöñüà¿¡" for c in body)
    one, more = (160, 153) if plain else (70, 67)
    return 1 if len(body) <= one else -(-len(body) // more)


def resource(text: Text) -> dict[str, Any]:
    """A message as the API shows it."""
    at = format_datetime(text.at)
    return {
        "sid": text.sid, "account_sid": text.account, "api_version": "2010-04-01", "body": text.body,
        "from": text.sender, "to": text.to, "status": text.status, "direction": "outbound-api",
        "num_segments": str(segments(text.body)), "num_media": "0", "date_created": at, "date_updated": at,
        "date_sent": at if text.status != "queued" else None, "price": None, "price_unit": "USD",
        "error_code": int(text.code) if text.code else None, "error_message": None, "messaging_service_sid": None,
        "uri": f"{API}{text.account}/Messages/{text.sid}.json",
    }  # fmt: skip


class Second:
    """The present second as mail writes it, made once a second."""

    at = 0
    text = ""

    @classmethod
    def of(cls, at: datetime) -> str:
        second = int(at.timestamp())
        if second != cls.at:
            cls.at, cls.text = second, format_datetime(at)
        return cls.text


def created(text: Text) -> bytes:
    """The answer to a text just taken: the resource, without building what does not change."""
    at = Second.of(text.at)
    body = (
        f'{{"sid":"{text.sid}","account_sid":"{text.account}","api_version":"2010-04-01","body":{json.dumps(text.body)},'
        f'"from":{json.dumps(text.sender)},"to":"{text.to}","status":"queued","direction":"outbound-api",'
        f'"num_segments":"{segments(text.body)}","num_media":"0","date_created":"{at}","date_updated":"{at}",'
        '"date_sent":null,"price":null,"price_unit":"USD","error_code":null,"error_message":null,'
        f'"messaging_service_sid":null,"uri":"{API}{text.account}/Messages/{text.sid}.json"}}'
    )
    return answer(201, body.encode())


def basic(sid: str, token: str) -> bytes:
    return b"Basic " + base64.b64encode(f"{sid}:{token}".encode())


def refusal(status: int, code: int, extra: str = "") -> bytes:
    more = f"https://www.twilio.com/docs/errors/{code}"
    text = MESSAGES.get(code, "The request could not be completed")
    return answer_json({"code": code, "message": text, "more_info": more, "status": status}, status, extra)
