"""The main path through real processes: hook, database, worker, carrier, and back."""

from __future__ import annotations

from clinic import caller


def test_a_missed_call_gets_one_safe_text_and_book_gets_the_link(clinic):
    clinic.open()
    assert clinic.do(clinic.missed(1, times=3)) == [200, 200, 200]
    clinic.until(lambda: clinic.texts().get(caller(1)), what="the text")
    (first,) = clinic.texts()[caller(1)]
    assert "911" in first and "STOP" in first and len(first) <= 160
    assert clinic.do(clinic.text(1, "BOOK")) == 200
    clinic.until(lambda: len(clinic.texts()[caller(1)]) == 2, what="the link")
    assert f"{clinic.public}/p/1/" in clinic.texts()[caller(1)][1]


def test_stop_ends_texts_for_good_and_the_case_with_it(clinic):
    clinic.open()
    clinic.do(clinic.missed(2))
    clinic.until(lambda: clinic.texts().get(caller(2)), what="the text")
    clinic.do(clinic.text(2, "STOP"))
    clinic.until(lambda: len(clinic.texts()[caller(2)]) == 2, what="the confirmation")
    assert clinic.rows("select closure from cases") == [("opted_out",)]
    clinic.do(clinic.missed(2, sid="CA" + "9" * 32))
    clinic.until(lambda: clinic.rows("select 1 from task where state = 'open'"), what="a person's task")
    assert len(clinic.texts()[caller(2)]) == 2


def test_urgent_pages_at_once_and_says_911(clinic):
    clinic.open()
    clinic.do(clinic.missed(3))
    clinic.until(lambda: clinic.texts().get(caller(3)), what="the text")
    clinic.do(clinic.text(3, "URGENT chest pain"))
    clinic.until(lambda: len(clinic.texts()[caller(3)]) == 2, what="the 911 line")
    assert "911" in clinic.texts()[caller(3)][1]
    clinic.until(lambda: clinic.rows("select 1 from notice where kind = 'page' and state = 'sent'"), what="the page")
    pages = [m for m in clinic.get("/log")["texts"] if "/ack/" in m["body"]]
    assert pages and caller(3) not in pages[0]["body"]


def test_a_forged_or_foolish_message_changes_nothing(clinic):
    clinic.open()
    from clinic import ACCOUNT

    from ringback.simulator.wire import Courier

    forger = Courier({ACCOUNT: "another-secret"})
    form = {"CallSid": "CA1", "CallStatus": "no-answer", "From": caller(4), "To": "+13035550100"}
    url = f"{clinic.public}/hooks/1/1/voice"

    async def forge():
        forged = await forger.deliver(url, ACCOUNT, form)
        foolish = await clinic.courier.deliver(url, ACCOUNT, {"what": "is this"})
        unknown = await clinic.courier.deliver(f"{clinic.public}/hooks/77/1/voice", ACCOUNT, form)
        forger.close()
        return forged.status, foolish.status, unknown.status

    assert clinic.do(forge()) == (403, 400, 404)
    assert clinic.rows("select count(*) from arrival") == [(0,)]


def test_a_message_without_words_is_still_heard_by_a_person(clinic):
    """With transcription off only the recording's length arrives, and without the caller's number."""
    clinic.open()
    sid = "CA" + "5" * 32
    clinic.do(clinic.missed(5, sid=sid))
    clinic.until(lambda: clinic.texts().get(caller(5)), what="the text")
    from clinic import ACCOUNT

    recording = {
        "AccountSid": ACCOUNT,
        "CallSid": sid,
        "RecordingSid": "RE" + "5" * 32,
        "RecordingStatus": "completed",
        "RecordingDuration": "23",
        "RecordingSource": "RecordVerb",
    }
    url = f"{clinic.public}/hooks/1/1/voice"
    assert clinic.do(clinic.courier.deliver(url, ACCOUNT, recording)).status == 200
    clinic.until(lambda: clinic.rows("select 1 from task where kind = 'voicemail'"), what="the task")
    assert clinic.rows("select verdict from call") == [("voicemail",)]
