"""A voicemail in the thread: what was said with the words behind its label marked, and the recording played through us."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from desk import BIRCH, LINES, MARIA, SETTINGS, Desk
from uuid_utils.compat import uuid7

from ringback.adapters.contract import NotUnderstood
from ringback.adapters.discover import phone_systems
from ringback.web import provider_calls

RECORDING = f"https://api.twilio.com/2010-04-01/Accounts/{SETTINGS['account_sid']}/Recordings/RE{'4' * 32}"
SOUND = b"ID3made up sound"


def left(desk: Desk, words: str = "hi I need to reschedule my visit on friday please", url: str = RECORDING) -> Any:
    """Somebody rang, left a message, and the phone system wrote it down."""
    case = desk.miss(MARIA)
    call = desk.rows("select key from call where case_id = %s", (case,))
    form = {
        "CallSid": call[0][0], "From": MARIA, "To": LINES[1], "TranscriptionSid": f"TR{uuid7().hex}",
        "TranscriptionText": words, "TranscriptionStatus": "completed", "RecordingUrl": url, "RecordingSid": "RE" + "4" * 32,
    }  # fmt: skip
    desk.hook("voice", 1, form)
    return case


def play(client: Any, case: Any) -> Any:
    page = client.get(f"/cases/{case}").content.decode()
    where = page.partition('<audio controls preload="none" src="')[2].partition('"')[0]
    assert where, "no player"
    return client.get(where)


def test_the_words_behind_the_label_are_marked_and_why_is_said(desk: Desk, browse) -> None:
    page = browse("front_desk").get(f"/cases/{left(desk)}").content.decode()
    assert '<mark title="reschedule"' in page and "asks about: reschedule" in page and "<audio" in page


def test_the_recording_passes_through_and_is_not_kept(desk: Desk, browse, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []

    def get(self: Any, url: str, **more: Any) -> requests.Response:
        asked.append((url, more["headers"]))
        answer = requests.Response()
        answer.status_code, answer._content = 200, SOUND
        answer.headers["content-type"] = "audio/mpeg"
        return answer

    monkeypatch.setattr(provider_calls.Session, "get", get)
    answer = play(browse("nurse"), left(desk))
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, SOUND, "audio/mpeg")
    assert answer["Cache-Control"] == "no-store"
    assert asked[0][0] == RECORDING + ".mp3" and asked[0][1]["authorization"].startswith("Basic ")
    assert RECORDING not in str(desk.rows("select played_from, sealed, reading::text from message"))


def test_a_phone_system_that_gives_nothing_is_said(desk: Desk, browse, monkeypatch: pytest.MonkeyPatch) -> None:
    def get(self: Any, url: str, **more: Any) -> requests.Response:
        raise requests.ConnectionError

    monkeypatch.setattr(provider_calls.Session, "get", get)
    answer = play(browse("nurse"), left(desk))
    assert answer.status_code == 502 and "does not give the recording" in answer.content.decode()


def test_who_does_not_read_words_does_not_hear_them_and_strangers_find_nothing(desk: Desk, browse) -> None:
    case = left(desk)
    message = desk.rows("select id from message where kind = 'voicemail'")[0][0]
    assert "<audio" not in browse("auditor").get(f"/cases/{case}").content.decode()
    assert browse("auditor").get(f"/cases/{case}/voicemail/{message}").status_code == 404
    assert browse("owner", BIRCH).get(f"/cases/{case}/voicemail/{message}").status_code == 404


def test_a_recording_without_a_transcript_can_be_listened_to(desk: Desk, browse) -> None:
    page = browse("nurse").get(f"/cases/{left(desk, words='')}").content.decode()
    assert "There is no transcript" in page and "<audio" in page


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/2010-04-01/Accounts/AC" + "7" * 32 + "/Recordings/RE" + "4" * 32,
        "https://elsewhere.example/2010-04-01/Accounts/AC" + "7" * 32 + "/Recordings/RE" + "4" * 32,
        "https://api.twilio.com/2010-04-01/Accounts/AC" + "8" * 32 + "/Recordings/RE" + "4" * 32,
        "https://api.twilio.com/2010-04-01/Accounts/AC" + "7" * 32 + "/Recordings/../Keys",
        "file:///etc/passwd",
    ],
)
def test_no_other_address_is_ever_asked(url: str) -> None:
    with pytest.raises(NotUnderstood):
        phone_systems()["twilio"].recording(url, SETTINGS)  # type: ignore[attr-defined]
