"""Twilio Messaging: out, in, delivery states, and 'did you take this text?'.

https://www.twilio.com/docs/messaging/api/message-resource. There is no idempotency key on create: after an unknown
outcome the messages to that number since then are listed and compared by their words.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlencode

from ringback.adapters.contract import (
    Exchange,
    Field,
    Found,
    Inquiry,
    NotUnderstood,
    Observation,
    Proof,
    Refused,
    Request,
    Response,
    Sent,
    Settings,
    TextOut,
    TextSeen,
    TextStatus,
)
from ringback.adapters.twilio_signature import RETRY, params, verify

API = "https://api.twilio.com"
MOST_MEDIA = 10
# Error code -> (our reason, whether offering the same text again is pointless).
# https://www.twilio.com/docs/api/errors
CODES: Mapping[str, tuple[str, bool]] = {
    "21610": ("opted_out", True),
    "21211": ("invalid_number", True),
    "21614": ("landline", True),
    "21635": ("landline", True),
    "21408": ("refused", True),
    "21601": ("refused", True),
    "21606": ("refused", True),
    "21608": ("refused", True),
    "21617": ("refused", True),
    "20429": ("busy", False),
    "30001": ("busy", False),
    "30003": ("unreachable", False),
    "30004": ("refused", True),
    "30005": ("invalid_number", True),
    "30006": ("landline", True),
    "30007": ("filtered", True),
    "30008": ("unknown", True),
    "30032": ("unregistered", True),
    "30034": ("unregistered", True),
}
STATES: Mapping[str, str] = {
    "accepted": "queued",
    "scheduled": "queued",
    "queued": "queued",
    "sending": "sending",
    "sent": "sent",
    "partially_delivered": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}


class Twilio:
    """The adapter."""

    name = "twilio"
    title = "Twilio Messaging"
    guide = "https://www.twilio.com/docs/messaging"
    proof: Proof = "signature"
    can_ask = True
    fields = (
        Field(name="account_sid", label="Account SID", hint="begins with AC"),
        Field(name="auth_token", label="Auth token", secret=True),
        Field(name="messaging_service_sid", label="Messaging Service SID", required=False, hint="begins with MG"),
        Field(name="api_base", label="API address", required=False, default=API),
    )

    def verify(self, request: Request, settings: Settings) -> None:
        """Raise `NotGenuine` unless the request is signed with the account's token for the configured URL."""
        verify(request, settings.get("auth_token", ""))

    def event_key(self, request: Request) -> str:
        """One event of one message."""
        form = params(request)
        sid = form.get("MessageSid") or form.get("SmsSid", "")
        if not sid:
            raise NotUnderstood("no MessageSid")
        return f"{sid} {_status_of(form) or 'in'} {form.get('ErrorCode', '')}"

    def parse(self, request: Request, received: datetime) -> list[Observation]:
        """An inbound text or a delivery state. Raises `NotUnderstood`."""
        form = params(request)
        sid = form.get("MessageSid") or form.get("SmsSid", "")
        if not sid:
            raise NotUnderstood("no MessageSid")
        status = _status_of(form)
        if status:
            return [self._status(form, sid, status)]
        if "Body" not in form and "NumMedia" not in form:
            raise NotUnderstood("neither a text nor a status")
        media = tuple(
            (form[f"MediaUrl{n}"], form.get(f"MediaContentType{n}", ""))
            for n in range(min(_whole(form.get("NumMedia", "")), MOST_MEDIA))
            if form.get(f"MediaUrl{n}")
        )
        return [
            TextSeen(
                sender=form.get("From", ""),
                line=form.get("To", ""),
                body=form.get("Body", ""),
                message_id=sid,
                event_key=f"{sid} in",
                media=media,
                carrier_opt_out=form.get("OptOutType", "").lower(),
            )
        ]

    def _status(self, form: Mapping[str, str], sid: str, status: str) -> TextStatus:
        state = STATES.get(status)
        if state is None:
            raise NotUnderstood(f"unknown MessageStatus {status[:20]!r}")
        code = form.get("ErrorCode", "")
        bad = state in ("undelivered", "failed")
        reason, permanent = CODES.get(code, ("unknown", True)) if bad else ("", False)
        return TextStatus(
            message_id=sid,
            state=state,
            event_key=f"{sid} {status} {code}",
            code=code,
            reason=reason,
            permanent=permanent,
        )

    def send(self, text: TextOut, settings: Settings) -> Exchange:
        """Offer one text. Raises ValueError without the gate's token: nothing goes out that the gate did not allow."""
        if not text.token:
            raise ValueError("a text without the gate's decision is not sent")
        url, headers = _address(settings["account_sid"], settings["auth_token"], settings.get("api_base") or API)
        service = settings.get("messaging_service_sid", "")
        sender = f"MessagingServiceSid={_constant(service)}" if service else f"From={_constant(text.sender)}"
        answer = yield Request(
            method="POST",
            url=url,
            headers=headers,
            body=(
                f"To={quote_plus(text.to)}&{sender}&Body={quote_plus(text.body)}"
                f"&StatusCallback={_constant(text.status_url + RETRY)}"
            ).encode(),
        )
        return _outcome(answer)

    def ask(self, text: TextOut, since: datetime, settings: Settings) -> Inquiry:
        """List what went to this number and look for these very words, made after `since`.

        The list is not narrowed by DateSent: a message that waits in Twilio's own queue has none yet, and must be found.
        Raises `NotUnderstood` when Twilio does not answer the question, so that it is asked again.
        """
        url, headers = _address(settings["account_sid"], settings["auth_token"], settings.get("api_base") or API)
        query = {"To": text.to, "PageSize": "200"}
        if not settings.get("messaging_service_sid"):
            query["From"] = text.sender
        answer = yield Request(method="GET", url=f"{url}?{urlencode(query)}", headers=headers)
        listed = _json(answer).get("messages")
        if answer.status != 200 or not isinstance(listed, list):
            raise NotUnderstood(f"the carrier answered {answer.status}")
        for message in listed:
            if message.get("body") == text.body and message.get("to") == text.to and _after(message, since):
                return Found(message_id=str(message["sid"]), state=STATES.get(str(message.get("status")), "sent"))
        return Found(message_id=None)


@lru_cache(maxsize=4096)
def _constant(text: str) -> str:
    """A sender, a service or a callback address, escaped: few of them make up all texts."""
    return quote_plus(text)


@lru_cache(maxsize=1024)
def _address(account: str, token: str, base: str) -> tuple[str, Mapping[str, str]]:
    return f"{base.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json", _headers(account, token)


def _headers(account: str, token: str) -> Mapping[str, str]:
    credentials = base64.b64encode(f"{account}:{token}".encode()).decode()
    return {
        "authorization": f"Basic {credentials}",
        "content-type": "application/x-www-form-urlencoded",
        "accept": "application/json",
    }


def _json(answer: Response) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _outcome(answer: Response) -> Sent | Refused:
    """201 is taken. 429, a wrong token (nothing was taken, and somebody may mend it) and 5xx pass; so does a 2xx that
    cannot be read, for which the carrier is asked. Every other refusal is by its code."""
    found = _json(answer)
    after = answer.headers.get("retry-after", "")
    wait = int(after) if after.isascii() and after.isdigit() else None
    if 200 <= answer.status < 300:
        failed = found.get("error_code")
        if failed:
            reason, permanent = CODES.get(str(failed), ("refused", True))
            return Refused(reason=reason, permanent=permanent, code=str(failed))
        if found.get("sid"):
            return Sent(message_id=str(found["sid"]), state=STATES.get(str(found.get("status")), "queued"))
        return Refused(reason="carrier_down", permanent=False, code=str(answer.status))
    code = str(found.get("code") or answer.status)
    if answer.status >= 500:
        return Refused(reason="carrier_down", permanent=False, code=code, retry_after=wait)
    if answer.status == 429:
        return Refused(reason="busy", permanent=False, code=code, retry_after=wait)
    reason, permanent = CODES.get(code, ("refused", answer.status != 401))
    return Refused(reason=reason, permanent=permanent, code=code, retry_after=wait)


def _status_of(form: Mapping[str, str]) -> str:
    """The state that a status callback reports; empty for a text that came in."""
    status = form.get("MessageStatus") or form.get("SmsStatus", "")
    return "" if status in ("received", "receiving") else status


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _after(message: Mapping[str, Any], since: datetime) -> bool:
    """Whether a listed message was made after `since`; one that does not say counts, for nothing may go out twice."""
    try:
        return parsedate_to_datetime(str(message.get("date_created"))) >= since.replace(microsecond=0)
    except (ValueError, TypeError):
        return True


ADAPTER = Twilio()
