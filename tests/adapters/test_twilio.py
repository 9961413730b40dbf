"""Twilio: the signature as Twilio itself checks it, what its callbacks come to, and texts that go out once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import settings as pace
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from ringback.adapters.contract import (
    CallSeen,
    Found,
    NotGenuine,
    NotUnderstood,
    Refused,
    Request,
    Response,
    Sent,
    TextOut,
)
from ringback.adapters.phone.twilio import ADAPTER as VOICE
from ringback.adapters.text.twilio import ADAPTER as TEXT
from ringback.adapters.twilio_signature import FORM, RETRY, expected, parse_form, verify
from ringback.core.calls import Call, Judgement, judge, merge

FIXTURES = Path(__file__).parents[1] / "fixtures"
VECTORS = json.loads((FIXTURES / "known_answers.json").read_text(encoding="utf-8"))["twilio_signature"]
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
SETTINGS = {"account_sid": "AC1", "auth_token": "token", "api_base": "http://127.0.0.1:9"}


def posted(url: str, body: str, signature: str, kind: str = FORM) -> Request:
    headers = {"content-type": kind, "x-twilio-signature": signature}
    return Request(method="POST", url=url, headers=headers, body=body.encode())


# ---- the signature ---------------------------------------------------------------------------------------------------


def vector(one: dict[str, Any]) -> Request:
    """A known answer as the request that carries it."""
    if "body" in one:
        return posted(one["url"], one["body"], one["signature"], "application/json")
    params = VECTORS[0]["params"] if one.get("params") == "as first" else one.get("params")
    return posted(one["url"], one.get("form") or urlencode(params), one["signature"])


@pytest.mark.parametrize("one", VECTORS, ids=[one["source"] for one in VECTORS])
def test_known_answers_are_met(one: dict[str, Any]) -> None:
    verify(vector(one), one["token"])
    for token in ("", "another", one["token"] + " "):
        with pytest.raises(NotGenuine):
            verify(vector(one), token)


def test_the_port_may_stand_in_the_address_or_not() -> None:
    signed = {one["url"]: one for one in VECTORS}
    with_port = signed["https://mycompany.com:443/myapp.php?foo=1&bar=2"]
    body = urlencode(VECTORS[0]["params"])
    verify(posted("https://mycompany.com/myapp.php?foo=1&bar=2", body, with_port["signature"]), "12345")
    verify(posted("https://mycompany.com:443/myapp.php?foo=1&bar=2", body, VECTORS[0]["signature"]), "12345")
    with pytest.raises(NotGenuine):
        verify(posted("https://mycompany.com:8443/myapp.php?foo=1&bar=2", body, with_port["signature"]), "12345")


def test_a_body_that_is_no_form_is_bound_by_its_hash() -> None:
    one = next(one for one in VECTORS if "body" in one)
    for body in ("", '{"property": "other"}'):
        request = posted(one["url"], body, one["signature"], "application/json")
        if body:
            with pytest.raises(NotGenuine):
                verify(request, one["token"])
    bare = one["url"].partition("&bodySHA256")[0]
    signature = RequestValidator("12345").compute_signature(bare, {})
    with pytest.raises(NotGenuine):
        verify(posted(bare, one["body"], signature, "application/json"), "12345")


def test_the_retry_ending_of_an_address_is_not_signed() -> None:
    url, body = "https://clinic.example.org/hooks/1/2/voice", "CallSid=CA1"
    signature = expected("token", url, parse_form(body))
    verify(posted(url + RETRY, body, signature), "token")


names = st.sampled_from(["From", "To", "Body", "CallSid", "A", "a", "Zed", "ü"]) | st.text(min_size=1, max_size=8)
forms = st.lists(st.tuples(names, st.text(max_size=20)), max_size=12)
urls = st.sampled_from(
    [
        "https://clinic.example.org/hooks/1/2/voice",
        "https://clinic.example.org:443/hooks/1/2/voice?x=1",
        "http://127.0.0.1:8000/hooks/1/2/voice",
        "https://clinic.example.org:8443/h?a=b%20c&d",
    ]
)


class Several(dict[str, list[str]]):
    """A form as web frameworks hold it, several values a name."""

    def getall(self, name: str) -> list[str]:
        return self[name]


@pace(max_examples=150, deadline=None)
@given(url=urls, form=forms, token=st.text(min_size=1, max_size=90))
def test_the_official_library_and_ours_agree_both_ways(url: str, form: list[tuple[str, str]], token: str) -> None:
    body = urlencode(form)
    params = Several(parse_qs(body, keep_blank_values=True))
    theirs = RequestValidator(token)
    ours = expected(token, url, parse_form(body))
    assert theirs.validate(url, params, ours)
    assert theirs.compute_signature(url, params) == ours
    verify(posted(url, body, theirs.compute_signature(url, params)), token)


@pytest.mark.parametrize("length", [1, 32, 63, 64, 65, 200])
def test_tokens_of_any_length_sign_as_the_official_library_does(length: int) -> None:
    token, url = "t" * length, "https://clinic.example.org/x"
    assert expected(token, url, parse_form("a=1")) == RequestValidator(token).compute_signature(url, {"a": "1"})


@pace(max_examples=100, deadline=None)
@given(url=urls, form=forms, signature=st.text(max_size=40) | st.binary(max_size=20).map(repr))
def test_what_the_official_library_refuses_we_refuse(url: str, form: list[tuple[str, str]], signature: str) -> None:
    body = urlencode(form)
    with pytest.raises(NotGenuine):
        verify(posted(url, body, signature), "token")


def test_a_flood_of_fields_is_refused_not_read() -> None:
    with pytest.raises(NotGenuine):
        verify(posted("https://clinic.example.org/x", "a=1&" * 5000, "sig"), "token")


@pytest.mark.parametrize(
    "body", ["a=1+2%2B3", "a=%2526&b=%26%3D&c=100%25", "a=%E2%82%AC%2C&b&&c=", "=x&=y", "a=1&a=2&a=%zz&%41=4", "a=%2"]
)
def test_a_form_is_read_as_forms_are(body: str) -> None:
    from urllib.parse import parse_qsl

    last, several = parse_form(body)
    pairs = parse_qsl(body, keep_blank_values=True)
    assert last == dict(pairs)
    for name in last:
        values = [value for other, value in pairs if other == name]
        assert several.get(name, [last[name]]) == values


# ---- what callbacks come to --------------------------------------------------------------------------------------------


def seen(*stems: str) -> Judgement:
    """The verdict once these messages have come, in this order."""
    call: Call | None = None
    for stem in stems:
        message = json.loads((FIXTURES / "phone" / "twilio" / f"{stem}.json").read_text(encoding="utf-8"))
        given = message["request"]
        request = Request(
            method=given["method"], url=given["url"], headers=given["headers"], body=given["body"].encode()
        )
        for what in VOICE.parse(request, NOW):
            if isinstance(what, CallSeen):
                call = merge(call, what.call)
    assert call is not None
    return judge(call)


@pytest.mark.parametrize(
    ("story", "verdict"),
    [
        (("caller_hangs_up_before_anyone",), "missed"),
        (("status_by_get",), "missed"),
        (("canceled_by_caller",), "abandoned"),
        (("busy",), "busy"),
        (("completed_says_nothing_of_a_person",), "missed"),
        (("dial_no_answer",), "unknown"),
        (("dial_no_answer", "completed_says_nothing_of_a_person"), "missed"),
        (("dial_answered",), "answered"),
        (("dial_answered", "ring_group_loser", "completed_says_nothing_of_a_person"), "answered"),
        (("dial_conference",), "answered"),
        (("dial_completed_not_bridged", "completed_says_nothing_of_a_person"), "missed"),
        (("dial_caller_gone",), "abandoned"),
        (("dial_answered", "child_machine"), "missed"),
        (("child_completed", "completed_says_nothing_of_a_person"), "missed"),
        (("child_completed", "dial_answered"), "answered"),
        (("dial_no_answer", "recording", "completed_says_nothing_of_a_person"), "voicemail"),
        (("dial_no_answer", "recording_click", "completed_says_nothing_of_a_person"), "missed"),
        (("withheld",), "missed"),
    ],
)
def test_the_verdict_does_not_hang_on_the_order_of_callbacks(story: tuple[str, ...], verdict: str) -> None:
    from itertools import permutations

    assert {seen(*order).verdict for order in permutations(story)} == {verdict}


def test_a_child_that_completed_alone_is_not_sure() -> None:
    assert not seen("child_completed", "completed_says_nothing_of_a_person").sure


def test_a_callback_of_a_made_up_status_is_kept_not_guessed() -> None:
    for body in ("CallSid=CA1&CallStatus=vanished", "CallSid=CA1&DialCallStatus=vanished", "From=x", ""):
        with pytest.raises(NotUnderstood):
            VOICE.parse(posted("https://clinic.example.org/x", body, ""), NOW)


def test_a_timestamp_nobody_can_believe_is_not_believed() -> None:
    for stamp in (
        "Mon, 01 Jan 0001 00:00:00 +1400",
        "nonsense",
        "Mon, 23 Nov 2099 00:00:00 +0000",
        "Mon, 23 Nov 2020 00:00:00 -0000",
    ):
        body = urlencode({"CallSid": "CA1", "CallStatus": "completed", "Timestamp": stamp})
        what = VOICE.parse(posted("https://clinic.example.org/x", body, ""), NOW)[0]
        assert isinstance(what, CallSeen) and what.call.ended == NOW


# ---- texts ---------------------------------------------------------------------------------------------------------------


def a_text(**other: str) -> TextOut:
    values = {
        "to": "+12025550123",
        "sender": "+14155550100",
        "body": "Sorry we missed your call & message: reply 1 to book.",
        "reference": "r1",
        "status_url": "https://clinic.example.org/hooks/1/2/status",
        "token": "gate",
    }
    return TextOut(**{**values, **other})


def sent(answer: Response, **settings: str) -> tuple[Request, Sent | Refused]:
    exchange = TEXT.send(a_text(), {**SETTINGS, **settings})
    request = next(exchange)
    with pytest.raises(StopIteration) as stop:
        exchange.send(answer)
    return request, stop.value.value


def answer(code_: int, headers: dict[str, str] | None = None, **values: object) -> Response:
    return Response(status=code_, headers=headers or {}, body=json.dumps(values).encode())


def test_a_text_goes_out_as_twilio_wants_it() -> None:
    request, outcome = sent(answer(201, sid="SM1", status="queued", error_code=None))
    assert outcome == Sent(message_id="SM1", state="queued")
    assert request.method == "POST" and request.url == "http://127.0.0.1:9/2010-04-01/Accounts/AC1/Messages.json"
    assert request.headers["authorization"] == "Basic QUMxOnRva2Vu"
    form = parse_qs(request.body.decode())
    assert form == {
        "To": ["+12025550123"],
        "From": ["+14155550100"],
        "Body": [a_text().body],
        "StatusCallback": ["https://clinic.example.org/hooks/1/2/status#rc=3&rp=5xx,ct,rt"],
    }


def test_a_messaging_service_takes_the_place_of_the_number() -> None:
    request, _ = sent(answer(201, sid="SM1"), messaging_service_sid="MG" + "0" * 32)
    form = parse_qs(request.body.decode())
    assert form["MessagingServiceSid"] == ["MG" + "0" * 32] and "From" not in form


def test_without_the_gates_decision_nothing_goes() -> None:
    with pytest.raises(ValueError, match="gate"):
        next(TEXT.send(a_text(token=""), SETTINGS))


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (answer(400, code=21610), Refused(reason="opted_out", permanent=True, code="21610")),
        (answer(400, code=21614), Refused(reason="landline", permanent=True, code="21614")),
        (answer(400, code=21211), Refused(reason="invalid_number", permanent=True, code="21211")),
        (answer(400, code=99999), Refused(reason="refused", permanent=True, code="99999")),
        (answer(401, code=20003), Refused(reason="refused", permanent=False, code="20003")),
        (
            answer(429, {"retry-after": "7"}, code=20429),
            Refused(reason="busy", permanent=False, code="20429", retry_after=7),
        ),
        (answer(429, {"retry-after": "soon"}), Refused(reason="busy", permanent=False, code="429")),
        (answer(503), Refused(reason="carrier_down", permanent=False, code="503")),
        (Response(status=502, body=b"<html>"), Refused(reason="carrier_down", permanent=False, code="502")),
        (Response(status=201, body=b"{half"), Refused(reason="carrier_down", permanent=False, code="201")),
        (answer(201, sid="SM1", error_code=30034), Refused(reason="unregistered", permanent=True, code="30034")),
        (Response(status=404, body=b"[]"), Refused(reason="refused", permanent=True, code="404")),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Response) else value.reason,
)
def test_what_twilio_answers_is_put_into_our_words(given: Response, outcome: Refused) -> None:
    assert sent(given)[1] == outcome


def asked(*messages: dict[str, object], status: int = 200) -> Found:
    inquiry = TEXT.ask(a_text(), NOW - timedelta(minutes=2), SETTINGS)
    request = next(inquiry)
    assert request.method == "GET" and "To=%2B12025550123" in request.url and "From=%2B14155550100" in request.url
    with pytest.raises(StopIteration) as stop:
        inquiry.send(answer(status, messages=list(messages)))
    found: Found = stop.value.value
    return found


def test_after_an_unknown_outcome_twilio_is_asked_and_only_these_very_words_count() -> None:
    mine = {"sid": "SM1", "to": "+12025550123", "body": a_text().body, "status": "queued"}
    new, old = "Mon, 23 Nov 2026 14:59:30 +0000", "Mon, 23 Nov 2026 14:50:00 +0000"
    assert asked() == Found(message_id=None)
    assert asked({**mine, "body": "other", "date_created": new}) == Found(message_id=None)
    assert asked({**mine, "date_created": old}) == Found(message_id=None)
    assert asked({**mine, "date_created": new}) == Found(message_id="SM1", state="queued")
    # A text that waits in Twilio's queue has no date sent yet; it must be found all the same.
    assert asked({**mine, "date_created": new, "date_sent": None}).message_id == "SM1"
    assert asked({**mine, "date_created": None}).message_id == "SM1"


def test_when_twilio_cannot_say_it_is_asked_again() -> None:
    inquiry = TEXT.ask(a_text(), NOW, SETTINGS)
    next(inquiry)
    with pytest.raises(NotUnderstood):
        inquiry.send(answer(500))
