"""The made-up phone network: calls that ring, and texts that a patient's phone sends.

A call walks the document the product answers with (Dial, Record, Hangup) and makes the requests Twilio makes on the way:
child-leg callbacks, the Dial action, the number's status callback, recording and transcription. Where the product gives
no address, the number's own configured hook is used, as with a document kept at the carrier.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

from ringback.simulator.carrier import Carrier
from ringback.simulator.shapes import Text, segments
from ringback.simulator.wire import Courier, Delivered

KINDS = ("ring_out", "hang_up", "answered", "busy", "voicemail", "machine")
"""Let it ring out; hang up early; a person answers; busy; leave a message; a forwarded mobile's own voicemail answers."""

CHILD_ENDS = {
    "ring_out": "no-answer", "voicemail": "no-answer", "hang_up": "canceled", "busy": "busy",
    "answered": "completed", "machine": "completed",
}  # fmt: skip
WORDS_A_SECOND = 2.5
RINGS = ("+12025550190",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A clinic's number at the carrier and where its requests go; `rings` are the phones behind it."""

    account: str
    answer: str = ""
    voice: str = ""
    text: str = ""
    rings: tuple[str, ...] = RINGS


@dataclass(slots=True, kw_only=True)
class Ringing:
    """One call under way. `talk` is in seconds; `steps` are (what, status the hook answered with)."""

    sid: str
    kind: str
    sender: str
    to: str
    number: Number
    words: str = ""
    seconds: float = 0.0
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    talk: int = 0
    picked_up: bool = False
    ended: bool = False
    state: str = "ringing"
    steps: list[tuple[str, int]] = field(default_factory=list)


class Phones:
    """All patients' phones and the clinic's numbers."""

    def __init__(self, carrier: Carrier, courier: Courier) -> None:
        self.carrier = carrier
        self.courier = courier
        self.numbers: dict[str, Number] = {}
        self.calls: dict[str, Ringing] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def number(self, number: str, given: Mapping[str, Any]) -> None:
        """Set a clinic's number up; ValueError for an unknown setting."""
        try:
            self.numbers[number] = Number(**{**given, "rings": tuple(given.get("rings", RINGS))})
        except TypeError as wrong:
            raise ValueError(str(wrong)) from None

    # ---- calls -------------------------------------------------------------------------------------------------------

    def call(self, sender: str, to: str, kind: str, words: str = "", seconds: float = 0.0) -> Ringing:
        """Ring the clinic. `seconds` is how long it rings. ValueError for an unknown kind or number."""
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if to not in self.numbers:
            raise ValueError("no such number")
        call = Ringing(
            sid=self.carrier.sid("CA"),
            kind=kind,
            sender=sender,
            to=to,
            number=self.numbers[to],
            words=words,
            seconds=seconds,
        )
        self.calls[call.sid] = call
        while len(self.calls) > 2000:
            del self.calls[next(iter(self.calls))]
        return call

    def start(self, call: Ringing) -> None:
        """Let a call happen on its own."""
        task = asyncio.get_running_loop().create_task(self.happen(call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def happen(self, call: Ringing) -> None:
        """The whole of one call, to its last callback."""
        got = await self._post(call, "answer", call.number.answer, CallStatus="ringing")
        verbs = _verbs(got) or _verbs_of_number(call.number)
        while verbs and not call.ended:
            verb = verbs.pop(0)
            if verb.tag == "Dial":
                more = await self._dial(call, verb)
                verbs = more if more is not None else verbs
            elif verb.tag == "Record":
                more = await self._record(call, verb)
                verbs = more if more is not None else verbs
            elif verb.tag == "Hangup":
                break
            elif verb.tag in ("Say", "Play"):
                call.picked_up = True
        await self._end(call)

    async def _dial(self, call: Ringing, dial: ElementTree.Element) -> list[ElementTree.Element] | None:
        targets = [e for e in dial if e.tag in ("Number", "Sip", "Client")]
        if not targets:
            targets = [ElementTree.Element("Number")]
            targets[0].text = (dial.text or "").strip() or call.number.rings[0]
        call.picked_up = call.picked_up or dial.get("answerOnBridge") != "true"
        children = [(self.carrier.sid("CA"), target) for target in targets]
        for sid, target in children:
            for place, event in enumerate(("initiated", "ringing")):
                await self._leg(call, sid, target, event, place)
        await asyncio.sleep(call.seconds)
        end = CHILD_ENDS[call.kind]
        call.state = "talking" if call.kind == "answered" else call.state
        winner = children[0][0]
        for sid, target in children:
            won = sid == winner and end == "completed"
            if won:
                call.picked_up = True
                await self._leg(call, sid, target, "in-progress", 2)
                call.talk = 42 if call.kind == "answered" else 6
                await asyncio.sleep(min(call.seconds, 0.8))  # talk is told in full and acted in short
            await self._leg(
                call,
                sid,
                target,
                end if won or end != "completed" else "canceled",
                3 if won else 2,
                call.talk if won else 0,
            )
        bridged, gone = call.kind == "answered", call.kind == "hang_up"
        outcome = {"DialCallStatus": end, "DialCallSid": winner, "DialBridged": "true" if bridged else "false"}
        if bridged or call.kind == "machine":
            outcome["DialCallDuration"] = str(call.talk)
        outcome["CallStatus"] = "completed" if gone else "in-progress"
        address = dial.get("action") or call.number.voice
        got = await self._post(call, "dial_action", urljoin(call.number.answer, address), **outcome)
        if bridged or gone:
            call.ended = True
            return None
        return _verbs(got) if dial.get("action") else None

    async def _leg(
        self, call: Ringing, sid: str, target: ElementTree.Element, status: str, place: int, talk: int = 0
    ) -> None:
        address = target.get("statusCallback")
        events = (target.get("statusCallbackEvent") or "completed").split()
        name = {"in-progress": "answered"}.get(status, status if status in ("initiated", "ringing") else "completed")
        if not address or name not in events:
            return
        to = (target.text or "").strip()
        more = {"CallSid": sid, "ParentCallSid": call.sid, "Direction": "outbound-dial", "To": to, "Called": to}
        more |= {"CallStatus": status, "SequenceNumber": str(place), "CallbackSource": "call-progress-events"}
        if name == "completed":
            more |= {
                "CallDuration": str(talk),
                "Duration": str(-(-talk // 60)),
                "SipResponseCode": SIP.get(status, "200"),
            }
        await self._post(call, f"leg {status}", urljoin(call.number.answer, address), **more)

    async def _record(self, call: Ringing, record: ElementTree.Element) -> list[ElementTree.Element] | None:
        call.picked_up = True
        if call.kind not in ("voicemail",):
            # The caller hears the greeting and hangs up: nothing is recorded, so Twilio reports nothing unless asked.
            call.ended = True
            if "absent" in (record.get("recordingStatusCallbackEvent") or ""):
                await self._recording(call, record, "absent", 0)
            return None
        seconds = max(3, round(len(call.words.split()) / WORDS_A_SECOND)) if call.words else 4
        call.state = "recording"
        await asyncio.sleep(call.seconds / 2)
        sid = await self._recording(call, record, "completed", seconds)
        call.ended = True
        await self._end(call)
        wanted = record.get("transcribeCallback")
        if record.get("transcribe") == "true" and wanted and call.words:
            await self._post(
                call, "transcription", urljoin(call.number.answer, wanted), CallStatus="completed",
                TranscriptionSid=self.carrier.sid("TR"), TranscriptionText=call.words, TranscriptionStatus="completed",
                TranscriptionUrl=f"https://api.twilio.com/2010-04-01/Accounts/{call.number.account}/Transcriptions/TR",
                RecordingSid=sid, RecordingUrl=_recording_url(call, sid), TranscriptionType="fast",
            )  # fmt: skip
        return None

    async def _recording(self, call: Ringing, record: ElementTree.Element, status: str, seconds: int) -> str:
        sid = self.carrier.sid("RE")
        await self._post(
            call, f"recording {status}", urljoin(call.number.answer, record.get("recordingStatusCallback") or call.number.voice),
            RecordingSid=sid, RecordingUrl=_recording_url(call, sid), RecordingStatus=status,
            RecordingDuration=str(seconds), RecordingChannels="1", RecordingSource="RecordVerb",
            RecordingStartTime=format_datetime(self.carrier.now()), RecordingTrack="inbound",
        )  # fmt: skip
        return sid

    async def _end(self, call: Ringing) -> None:
        if call.state == "ended":
            return
        call.ended, call.state = True, "ended"
        status = "completed" if call.picked_up else "no-answer"
        seconds = str(call.talk + round(call.seconds))
        await self._post(
            call, f"call {status}", call.number.voice, CallStatus=status, CallDuration=seconds if call.picked_up else "0",
            Duration="1" if call.picked_up else "0", Timestamp=format_datetime(self.carrier.now()),
            CallbackSource="call-progress-events", SequenceNumber="0",
        )  # fmt: skip

    async def _post(self, call: Ringing, what: str, url: str, **more: str) -> Delivered:
        if not url:
            return Delivered(0)
        params = {
            "AccountSid": call.number.account, "ApiVersion": "2010-04-01", "CallSid": call.sid, "Called": call.to,
            "Caller": call.sender, "Direction": "inbound", "From": call.sender, "To": call.to,
            "FromCountry": "US", "ToCountry": "US", "StirVerstat": "TN-Validation-Passed-A",
        }  # fmt: skip
        got = await self.courier.deliver(url, call.number.account, params | more)
        call.steps.append((what, got.status))
        return got

    # ---- texts -------------------------------------------------------------------------------------------------------

    async def text(self, sender: str, to: str, body: str) -> tuple[Text, int]:
        """A patient's phone sends a text. Returns it and what the hook answered."""
        number = self.numbers.get(to)
        if number is None:
            raise ValueError("no such number")
        weather = self.carrier.weather
        word = self.carrier.stop_word(sender, to, body) if weather.block_list else ""
        sid = self.carrier.sid("SM")
        text = self.carrier.keep(
            Text(
                sid=sid, account=number.account, to=to, sender=sender, body=body, at=self.carrier.now(),
                place=len(self.carrier.log) + 1, status="received", inbound=True,
            )
        )  # fmt: skip
        params = {
            "ToCountry": "US", "SmsMessageSid": sid, "NumMedia": "0", "SmsSid": sid, "SmsStatus": "received", "Body": body,
            "FromCountry": "US", "To": to, "NumSegments": str(segments(body)), "MessageSid": sid,
            "AccountSid": number.account, "From": sender, "ApiVersion": "2010-04-01",
        }  # fmt: skip
        if word and weather.advanced_opt_out:
            params["OptOutType"] = word
        got = await self.courier.deliver(number.text, number.account, params)
        return text, got.status

    def messages(self, number: str, after: int = 0) -> list[dict[str, Any]]:
        """What a phone shows: texts it got and sent, oldest first, from place `after` on."""
        return [
            {
                "place": text.place, "sid": text.sid, "mine": text.inbound, "body": text.body, "at": text.at.isoformat(),
                "with": text.to if text.inbound else text.sender, "status": text.status,
            }
            for text in self.carrier.by_number.get(number, [])
            if text.place > after
        ]  # fmt: skip


SIP = {"no-answer": "487", "canceled": "487", "busy": "486", "failed": "404", "completed": "200"}


def _recording_url(call: Ringing, sid: str) -> str:
    return f"https://api.twilio.com/2010-04-01/Accounts/{call.number.account}/Recordings/{sid}"


def _verbs(got: Delivered) -> list[ElementTree.Element]:
    if not 200 <= got.status < 300 or not got.body.lstrip().startswith(b"<"):
        return []
    try:
        return list(ElementTree.fromstring(got.body))
    except ElementTree.ParseError:
        return []


def _verbs_of_number(number: Number) -> list[ElementTree.Element]:
    """What a number without a document of the product's does: ring the phones behind it, then take a message."""
    dial = ElementTree.Element("Dial", {"answerOnBridge": "true"})
    for phone in number.rings:
        ElementTree.SubElement(
            dial,
            "Number",
            {"statusCallback": number.voice, "statusCallbackEvent": "initiated ringing answered completed"},
        ).text = phone
    record = ElementTree.Element(
        "Record", {"recordingStatusCallback": number.voice, "transcribe": "true", "transcribeCallback": number.voice}
    )
    return [dial, record]
