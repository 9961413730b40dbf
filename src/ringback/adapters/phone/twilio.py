"""Twilio Programmable Voice: number status callbacks, Dial action, child legs, recordings, transcriptions.

https://www.twilio.com/docs/voice/twiml/dial and /voice/api/call-resource. The parent leg's `completed` says nothing of a
person: only a Dial result with a bridge does. Child-leg callbacks are legs, never calls of their own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from ringback.adapters.contract import (
    CallSeen,
    Field,
    NotUnderstood,
    Observation,
    Proof,
    Request,
    Settings,
    VoicemailSeen,
)
from ringback.adapters.twilio_signature import RETRY, params, verify
from ringback.core.calls import SHORTEST_VOICEMAIL, Call, Direction, Leg, Party, Result

# CallStatus of a leg that ended -> how. https://www.twilio.com/docs/voice/api/call-resource#call-status-values
ENDS: Mapping[str, Result] = {
    "completed": Result.ANSWERED,
    "answered": Result.ANSWERED,
    "busy": Result.BUSY,
    "no-answer": Result.UNANSWERED,
    "canceled": Result.CANCELED,
    "failed": Result.FAILED,
}
RUNNING = frozenset({"queued", "initiated", "ringing", "in-progress"})
DIRECTIONS: Mapping[str, Direction] = {
    "inbound": Direction.INBOUND,
    "outbound-api": Direction.OUTBOUND,
    "outbound-dial": Direction.OUTBOUND,
}
MACHINES = ("machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other", "fax")
OLDEST = timedelta(days=1)
"""Twilio gives up on a callback within minutes: an older timestamp is not believed."""


ANNOUNCEMENT = (
    "<Say>Please leave a message after the tone. It is recorded and written down. If you do not want that, hang up and call "
    'again later.</Say><Say language="es-US">Deje su mensaje despu\u00e9s del tono. Se graba y se transcribe.</Say>'
)


API = "https://api.twilio.com"
RECORDING = re.compile(r"/2010-04-01/Accounts/(AC[0-9a-f]{32})/Recordings/RE[0-9a-zA-Z]{32}")


class Twilio:
    """The adapter."""

    name = "twilio"
    title = "Twilio Programmable Voice"
    guide = "https://www.twilio.com/docs/voice"
    proof: Proof = "signature"
    delay_seconds = 1
    fields = (
        Field(name="account_sid", label="Account SID", hint="begins with AC"),
        Field(
            name="auth_token", label="Auth token", secret=True, hint="the primary token; the account's console shows it"
        ),
        Field(name="api_base", label="API address", required=False, default=API),
    )

    def verify(self, request: Request, settings: Settings) -> None:
        """Raise `NotGenuine` unless the request is signed with the account's token for the configured URL."""
        verify(request, settings.get("auth_token", ""))

    def event_key(self, request: Request) -> str:
        """One delivery of one event: Twilio's own retry token is not used, since a resend must count as the same event."""
        form = params(request)
        sid = form.get("CallSid", "")
        if not sid:
            raise NotUnderstood("no CallSid")
        if form.get("TranscriptionSid"):
            return f"transcription {form['TranscriptionSid']}"
        if form.get("RecordingSid") and "RecordingStatus" in form:
            return f"recording {form['RecordingSid']} {form['RecordingStatus']}"
        if "DialCallStatus" in form:
            return f"dial {sid} {form.get('DialCallSid', '')} {form['DialCallStatus']}"
        return f"call {sid} {form.get('CallStatus', '')}"

    def parse(self, request: Request, received: datetime) -> list[Observation]:
        """What a callback means. Raises `NotUnderstood`."""
        form = params(request)
        sid = form.get("CallSid", "")
        if not sid:
            raise NotUnderstood("no CallSid")
        if form.get("TranscriptionSid"):
            return self._transcription(form, sid, received)
        if "RecordingStatus" in form:
            return self._recording(form, sid, received)
        if "DialCallStatus" in form:
            return [self._dial(form, sid, received)]
        status = form.get("CallStatus", "")
        if form.get("ParentCallSid"):
            return self._child(form, sid, status, received)
        if status in RUNNING:
            return []
        if status not in ENDS:
            raise NotUnderstood(f"unknown CallStatus {status[:20]!r}")
        return [self._ended(form, sid, status, received)]

    def recording(self, url: str, settings: Settings) -> Request:
        """The sound as MP3 (https://www.twilio.com/docs/voice/api/recording); of this account only."""
        parts, account = urlsplit(url), settings.get("account_sid", "")
        found = RECORDING.fullmatch(parts.path)
        if parts.scheme != "https" or parts.hostname != urlsplit(API).hostname or not found or found[1] != account:
            raise NotUnderstood("no recording of this account")
        credentials = base64.b64encode(f"{account}:{settings.get('auth_token', '')}".encode()).decode()
        base = (settings.get("api_base") or API).rstrip("/")
        return Request(
            method="GET", url=f"{base}{parts.path}.mp3", headers={"authorization": f"Basic {credentials}"}, body=b""
        )

    def _call(self, form: Mapping[str, str], key: str, **more: Any) -> Call:
        return Call(
            key=key,
            line=form.get("To") or form.get("Called", ""),
            caller=form.get("From") or form.get("Caller", ""),
            direction=DIRECTIONS.get(form.get("Direction", "inbound"), Direction.INBOUND),
            attestation=_attestation(form.get("StirStatus") or form.get("StirVerstat", "")),
            **more,
        )

    def _ended(self, form: Mapping[str, str], sid: str, status: str, received: datetime) -> CallSeen:
        """The number's own status callback: the inbound call is over, whatever else is said of it (pitfall P4)."""
        ended = _moment(form, received)
        call = self._call(
            form,
            sid,
            began=ended - timedelta(seconds=_whole(form.get("CallDuration", ""))),
            ended=ended,
            busy=status == "busy",
            caller_hung_up=True if status == "canceled" else None,
        )
        return CallSeen(call=call, event_key=f"call {sid} {status}")

    def _dial(self, form: Mapping[str, str], sid: str, received: datetime) -> CallSeen:
        """The Dial action: how the dialled leg ended. `DialBridged` false on `completed` means nobody was connected."""
        status = form["DialCallStatus"]
        if status not in ENDS:
            raise NotUnderstood(f"unknown DialCallStatus {status[:20]!r}")
        result = ENDS[status]
        bridged = {"true": True, "false": False}.get(form.get("DialBridged", "").lower())
        leg = Leg(
            key=form.get("DialCallSid", "") or "dial",
            party=Party.HUMAN,
            result=result,
            # `answered` is said of conferences only, which have no bridge to speak of.
            bridged=None if result is not Result.ANSWERED else True if bridged is None else bridged,
            talk=_whole(form.get("DialCallDuration", "")),
        )
        over = form.get("CallStatus", "") in ENDS
        call = self._call(
            form,
            sid,
            legs=(leg,),
            ended=_moment(form, received) if over else None,
            caller_hung_up=True if over and result is Result.CANCELED else None,
        )
        return CallSeen(call=call, event_key=f"dial {sid} {leg.key} {status}")

    def _child(self, form: Mapping[str, str], sid: str, status: str, received: datetime) -> list[Observation]:
        """A leg's own callback. A machine that picked up is no person; a leg without a bridge word proves nothing alone."""
        if status in RUNNING:
            return []
        if status not in ENDS:
            raise NotUnderstood(f"unknown CallStatus {status[:20]!r}")
        machine = form.get("AnsweredBy", "") in MACHINES
        result = ENDS[status]
        leg = Leg(
            key=sid,
            party=Party.VOICEMAIL if machine else Party.HUMAN if result is not Result.ANSWERED else Party.UNKNOWN,
            result=result,
            talk=_whole(form.get("CallDuration", "")),
        )
        # From and To of a child are the forwarding's, not the caller's: the parent's callbacks bring those.
        call = Call(key=form["ParentCallSid"], line="", caller="", legs=(leg,))
        return [CallSeen(call=call, event_key=f"call {sid} {status}")]

    def _recording(self, form: Mapping[str, str], sid: str, received: datetime) -> list[Observation]:
        status = form["RecordingStatus"]
        if status != "completed" or form.get("RecordingSource", "RecordVerb") != "RecordVerb":
            return []
        seconds = _whole(form.get("RecordingDuration", ""))
        url = form.get("RecordingUrl", "")
        key = f"recording {form.get('RecordingSid', '')} {status}"
        call = Call(key=sid, line=form.get("To", ""), caller=form.get("From", ""), voicemail_seconds=seconds)
        seen: list[Observation] = [CallSeen(call=call, event_key=key)]
        # Twilio's own recording callback names no caller; the transcription, or the call's other callbacks, bring it.
        if seconds >= SHORTEST_VOICEMAIL and form.get("From"):
            seen.append(
                VoicemailSeen(
                    call_key=sid,
                    event_key=key,
                    caller=form["From"],
                    line=form.get("To", ""),
                    seconds=seconds,
                    recording_url=url,
                    at=received,
                )
            )
        return seen

    def _transcription(self, form: Mapping[str, str], sid: str, received: datetime) -> list[Observation]:
        # A transcription that failed still says that a message waits: a person listens.
        heard = form.get("TranscriptionStatus", "completed") == "completed"
        return [
            VoicemailSeen(
                call_key=sid,
                event_key=f"transcription {form['TranscriptionSid']}",
                caller=form.get("From", ""),
                line=form.get("To", ""),
                words=form.get("TranscriptionText", "") if heard else "",
                recording_url=form.get("RecordingUrl", ""),
                at=received,
            )
        ]

    def document(self, request: Request, lines: Mapping[str, Any], hooks: str) -> bytes:
        """The TwiML for a call that comes in: notice, ring the practice's phones, then voicemail (decision 22)."""
        form = params(request)
        line = lines.get(form.get("To", ""))
        greeting = line.greeting if line is not None else ""
        forward = line.forward_to if line is not None else ""
        voice = f"{hooks}/voice{RETRY}"
        parts = ['<?xml version="1.0" encoding="UTF-8"?><Response>']
        if greeting:
            parts.append(f"<Say>{escape(greeting)}</Say>")
        if forward:
            parts.append(
                f'<Dial answerOnBridge="true" timeout="20" action={quoteattr(f"{hooks}/after{RETRY}")}>'
                f'<Number statusCallback={quoteattr(voice)} statusCallbackEvent="completed">{escape(forward)}</Number></Dial>'
            )
        else:
            parts.append(self._record(hooks))
        parts.append("</Response>")
        return "".join(parts).encode()

    def _record(self, hooks: str) -> str:
        voice = quoteattr(f"{hooks}/voice{RETRY}")
        # Said in this very call before the tone, so that nobody is recorded unannounced; who hangs up leaves nothing (C50).
        # Calls themselves are never recorded: no Dial of ours asks for it.
        return (
            f"{ANNOUNCEMENT}"
            f'<Record maxLength="120" playBeep="true" transcribe="true" transcribeCallback={voice} '
            f"recordingStatusCallback={voice}/>"
        )

    def after(self, request: Request, hooks: str) -> bytes:
        """The TwiML after Dial: nothing more when somebody spoke, else take a message."""
        form = params(request)
        spoke = form.get("DialCallStatus") in ("completed", "answered") and form.get("DialBridged", "true") == "true"
        body = "<Hangup/>" if spoke else self._record(hooks)
        return f'<?xml version="1.0" encoding="UTF-8"?><Response>{body}</Response>'.encode()


def _attestation(status: str) -> str:
    """A, B or C, `failed`, or empty where the network says nothing."""
    if not status:
        return ""
    if "Failed" in status:
        return "failed"
    return status[-1] if status[-1] in "ABC" else ""


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _moment(form: Mapping[str, str], received: datetime) -> datetime:
    """When it happened: Twilio's own timestamp (RFC 2822) where given and believable, else when it came in."""
    given = form.get("Timestamp", "")
    if not given:
        return received
    try:
        moment = parsedate_to_datetime(given)
        moment = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return received
    return min(moment, received) if received - moment < OLDEST else received


ADAPTER = Twilio()
