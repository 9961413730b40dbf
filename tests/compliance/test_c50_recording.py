"""C50: no call is ever recorded; a voicemail is announced as recorded, in the call itself, before the tone, and who hangs up leaves nothing.

Not here: transcription of a voicemail is asked for together with it and cannot be switched off for a line; there is no
consent event for each call beside the announcement that every caller hears, in English and in Spanish, in every state.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from desk import LINES, MAPLE, MARIA, Desk

import ringback
from ringback.adapters.contract import Request, VoicemailSeen
from ringback.adapters.phone.twilio import ADAPTER
from ringback.engine import clock

FORM = {"content-type": "application/x-www-form-urlencoded"}
SHIPPED = Path(ringback.__file__).parent


def test_no_document_of_ours_records_a_call() -> None:
    wrong = [
        path.relative_to(SHIPPED).as_posix()
        for path in (SHIPPED / "adapters").rglob("*.py")
        if re.search(r"""<Dial[^>]*record|<Conference|<Start>|<Siprec|/Recordings["'.]""", path.read_text())
    ]
    assert wrong == []


def asked(**form: str) -> Request:
    body = urlencode({"CallSid": "CA1", "To": LINES[MAPLE], **form}).encode()
    return Request(method="POST", url="http://testserver/hooks/1/1/voice", headers=FORM, body=body)


class Line:
    """A line as the adapter sees it."""

    def __init__(self, greeting: str = "", forward_to: str = "") -> None:
        self.greeting, self.forward_to = greeting, forward_to


@pytest.mark.parametrize("line", [Line(), Line(greeting="Hello from Maple"), Line(forward_to="+12025550109"), None])
def test_the_tone_comes_after_the_announcement(line: Line | None) -> None:
    lines = {LINES[MAPLE]: line} if line else {}
    documents = [
        ADAPTER.document(asked(), lines, "/hooks/1/1"), ADAPTER.after(asked(DialCallStatus="no-answer"), "/hooks/1/1"),
    ]  # fmt: skip
    recorders = 0
    for document in documents:
        before = ""
        for verb in ElementTree.fromstring(document):
            if verb.tag == "Record":
                recorders += 1
                assert "recorded" in before and "hang up" in before and "graba" in before
            assert verb.get("record") is None, "the call itself is not recorded"
            before += verb.text or ""
    assert recorders >= 1


def test_when_somebody_spoke_no_recorder_runs() -> None:
    done = ADAPTER.after(asked(DialCallStatus="completed", DialBridged="true"), "/hooks/1/1")
    assert b"<Record" not in done


def test_who_hangs_up_leaves_no_media() -> None:
    form = {"RecordingSid": "RE1", "RecordingStatus": "absent", "From": MARIA}
    seen = ADAPTER.parse(asked(**form), datetime(2026, 11, 23, tzinfo=UTC))
    assert not any(isinstance(one, VoicemailSeen) for one in seen)


def test_of_a_voicemail_the_words_are_kept_and_no_audio(desk: Desk) -> None:
    case = desk.miss(MARIA)
    assert clock.now() and case
    columns = desk.rows(
        "select table_name, column_name from information_schema.columns where table_schema = 'public' "
        "and (column_name like '%%audio%%' or column_name like '%%recording%%')"
    )
    assert columns == [], "there is no place for audio"
