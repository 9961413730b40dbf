"""A secure message: left by staff, told of by a plain text, seen only by the patient after name, birth date and a code."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from desk import BIRCH, MAPLE, MARIA, SHARED, STRANGE, Desk
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from secure_story import PDF, RIGHT, code_of, given, leave, left, opened, people, step

from ringback.core.words import INTENTS
from ringback.core.words.scores import Scores
from ringback.engine import clock
from ringback.engine.book import Book
from ringback.store import access, contact, queries, secure


def test_the_text_says_only_that_something_is_there(desk: Desk, browse) -> None:
    case, _ = left(desk, browse)
    told = desk.bodies(case)[-1]
    assert "secure message at http" in told and "potassium" not in told and "Maria" not in told
    assert "potassium" not in str(desk.rows("select sealed, reading::text from message")) + str(
        desk.rows("select body::text from event")
    )


def test_name_birth_date_and_the_code_open_it_and_staff_see_when(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    assert "not seen yet" in browse("front_desk").get(f"/cases/{case}").content.decode()
    assert "potassium" not in Client().get(link).content.decode()
    page = opened(desk, case, link)
    assert "potassium" in page
    shown = browse("front_desk").get(f"/cases/{case}").content.decode()
    assert re.search(r"seen \d", shown) and "not seen yet" not in shown
    # The one who left it finds nothing to ask after any more.
    assert desk.rows("select state from task where case_id = %s and kind = 'secure_unread'", (case,)) == [("done",)]


def test_a_wrong_name_is_answered_like_the_right_one_and_brings_no_code(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    before = len(desk.bodies(case))
    wrong = step(desk, link, **{**RIGHT, "birth_date": "1984-07-22"})
    assert len(desk.bodies(case)) == before
    assert step(desk, link, **RIGHT) == wrong
    assert len(desk.bodies(case)) == before + 1


@pytest.mark.parametrize("typed", ["", "000000x", "12345", "'; drop"])
def test_a_wrong_code_opens_nothing(desk: Desk, browse, typed: str) -> None:
    _, link = left(desk, browse)
    step(desk, link, **RIGHT)
    page = step(desk, link, step="code", code=typed)
    assert "potassium" not in page and 'name="pass"' not in page


def test_three_wrong_codes_end_the_code(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    step(desk, link, **RIGHT)
    right = code_of(desk, case)
    for _ in range(3):
        step(desk, link, step="code", code=f"{(int(right) + 1) % 10**6:06d}")
    assert 'name="pass"' not in step(desk, link, step="code", code=right)


def test_a_code_works_once_and_for_ten_minutes(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    opened(desk, case, link)
    assert 'name="pass"' not in step(desk, link, step="code", code=code_of(desk, case))
    step(desk, link, **RIGHT)
    later = code_of(desk, case)
    clock.move(timedelta(minutes=11))
    assert 'name="pass"' not in step(desk, link, step="code", code=later)


def test_staff_cannot_read_the_code_nor_the_link(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    step(desk, link, **RIGHT)
    page = browse("owner").get(f"/cases/{case}").content.decode()
    assert code_of(desk, case) not in page and link.rsplit("/", 1)[1] not in page


def test_a_link_lives_an_hour_and_whoever_holds_the_phone_asks_for_a_new_one(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    clock.move(timedelta(minutes=61))
    page = Client().get(link).content.decode()
    assert "This link has ended" in page and "potassium" not in page
    step(desk, link, step="renew")
    fresh = desk.link(case)
    assert fresh != link
    assert "potassium" in opened(desk, case, fresh)


def test_what_was_opened_closes_after_twenty_quiet_minutes(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    pass_ = given(opened(desk, case, link))
    assert "potassium" in step(desk, link, step="look", **{"pass": pass_})
    clock.move(timedelta(minutes=61))
    assert "potassium" not in step(desk, link, step="look", **{"pass": pass_})


def test_the_patient_answers_and_it_is_read_like_a_text(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    page = step(
        desk,
        link,
        step="write",
        words="Thank you! I need a refill of it too",
        **{"pass": given(opened(desk, case, link))},
    )
    assert 'data-told="sent"' in page
    assert ("refill",) in desk.rows("select kind from task where case_id = %s and state = 'open'", (case,))
    shown = browse("nurse").get(f"/cases/{case}").content.decode()
    assert "I need a refill of it too" in shown and 'data-secure="secure_in"' in shown
    # No text answers what was said behind the link.
    assert "got it" not in desk.bodies(case)[-1]


def test_urgent_words_on_the_page_page_somebody_at_once(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    page = step(
        desk,
        link,
        step="write",
        words="I have chest pain and can't breathe",
        **{"pass": given(opened(desk, case, link))},
    )
    assert 'data-told="urgent"' in page and "911" in page
    assert desk.state(case)[0] == "urgent"
    assert desk.rows("select count(*) from notice where case_id = %s and kind = 'page'", (case,)) == [(1,)]


def test_a_stop_on_the_page_stops_the_texts(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    pass_ = given(opened(desk, case, link))
    step(desk, link, step="write", words="please stop texting me", **{"pass": pass_})
    assert desk.rows("select count(*) from suppression") == [(1,)]


def test_files_go_both_ways_and_are_saved_never_shown(desk: Desk, browse) -> None:
    case, link = left(desk, browse, files=[SimpleUploadedFile("Lab report.pdf", PDF)])
    page = opened(desk, case, link)
    assert "Lab report.pdf" in page
    file = re.search(r'name="file" value="([^"]+)"', page)
    assert file is not None
    answer = Client().post(link, {"step": "file", "file": file[1], "pass": given(page)})
    assert answer.content == PDF and answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream" and "sandbox" in answer["Content-Security-Policy"]
    back = Client().post(
        link, {"step": "write", "words": "", "pass": given(page), "files": [SimpleUploadedFile("card.pdf", PDF)]}
    )
    desk.fold()
    assert 'data-told="sent"' in back.content.decode()
    shown = browse("front_desk").get(f"/cases/{case}").content.decode()
    theirs = re.findall(rf"/cases/{case}/files/[0-9a-f-]+", shown)
    assert len(set(theirs)) == 2
    assert browse("front_desk").get(theirs[-1]).content == PDF
    assert PDF not in b"".join(bytes(row[0]) for row in desk.rows("select sealed from secure_file"))


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\x00", b"<html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"PK\x03\x04"],
)
def test_what_is_no_paper_and_no_picture_is_refused_whatever_it_is_called(desk: Desk, browse, content: bytes) -> None:
    case, link = left(desk, browse)
    page = opened(desk, case, link)
    file = SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg")
    answer = Client().post(link, {"step": "write", "words": "here it is", "pass": given(page), "files": [file]})
    told = answer.content.decode()
    assert 'data-problem="bad_file"' in told and "here it is" in told, "what was typed stays"
    assert desk.rows("select count(*) from secure_file") == [(0,)]
    assert leave(desk, browse("nurse"), case, files=[SimpleUploadedFile("scan.pdf", content)]).status_code == 422


def test_on_a_shared_phone_each_reads_only_what_is_theirs(desk: Desk, browse) -> None:
    case = desk.text(SHARED, "my results please")
    linh = people(case)["Linh Nguyen"]
    assert leave(desk, browse("nurse"), case, person="").status_code == 422
    assert leave(desk, browse("nurse"), case, person=linh).status_code == 204
    link = desk.link(case)
    minh = opened(desk, case, link, {"step": "ask", "name": "minh nguyen", "birth_date": "2012-06-14"})
    assert "potassium" not in minh and "Nothing was written yet" in minh
    assert "potassium" in opened(desk, case, link, {"step": "ask", "name": "linh nguyen", "birth_date": "1979-03-30"})


def test_for_somebody_nobody_knows_there_is_nobody_to_prove(desk: Desk, browse) -> None:
    case = desk.text(STRANGE, "my results please")
    assert leave(desk, browse("nurse"), case).status_code == 422
    assert "Nobody is known on this number" in browse("nurse").get(f"/cases/{case}").content.decode()


def test_who_may_leave_one_and_who_may_not(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "my results please")
    assert leave(desk, browse("auditor"), case).status_code == 403
    assert leave(desk, browse("owner", BIRCH), case).status_code in (403, 404)
    assert leave(desk, browse("front_desk"), case).status_code == 204


def test_the_patient_chooses_language_way_and_time(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    page = opened(desk, case, link)
    said = step(desk, link, step="choices", tongue="es", way="by_text", when="morning", **{"pass": given(page)})
    assert 'data-told="saved"' in said
    with access.practice(MAPLE) as rows:
        found = queries.case(rows, case)
        assert found is not None and found["value"].lang == "es"
        assert contact.of(rows, found["people"][0]["id"], bytes(found["number_index"])) == {
            "lang": "es", "way": "by_text", "when": "morning",
        }  # fmt: skip


def test_whoever_wants_calls_only_gets_no_text_any_more(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    page = opened(desk, case, link)
    step(desk, link, step="choices", tongue="vi", way="by_phone", when="any_time", **{"pass": given(page)})
    answer = leave(desk, browse("nurse"), case, "Another one")
    assert answer.status_code == 409
    assert (
        desk.rows("select verdict from outgoing where case_id = %s order by id desc limit 1", (case,))[0][0] != "allow"
    )


def test_what_was_opened_stands_in_the_audit_log_without_a_name(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    step(desk, link, **{**RIGHT, "name": "jo nobody"})
    opened(desk, case, link)
    told = [row[0] for row in desk.rows("select body from audit order by seq")]
    assert any("secure.name_and_birth_date" in one and "refused" in one for one in told)
    assert any("secure.code" in one and '"ok"' in one for one in told) and any("secure.left" in one for one in told)
    assert not any("Maria" in one or "potassium" in one for one in told)


def test_whoever_has_the_list_of_codes_kept_has_nothing(desk: Desk, browse) -> None:
    case, link = left(desk, browse)
    step(desk, link, **RIGHT)
    code = code_of(desk, case)
    assert code not in str(
        desk.rows("select c::text, encode(m.sealed, 'escape') from secure_code c join message m on m.id = c.message")
    )
    step(desk, link, step="code", code=code)
    assert desk.rows("select count(*) from message where kind = 'code'") == [(0,)]
    with access.practice(MAPLE) as rows:
        assert secure.opened_lately(rows, link.rsplit("/", 1)[1], clock.now())


def test_what_no_rule_knows_is_read_by_the_model_too(desk: Desk, browse, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page keeps the words; the engine reads them again with the model beside it, which may raise."""
    case, link = left(desk, browse)
    pass_ = given(opened(desk, case, link))
    asked: list[str] = []

    class Alarmed:
        async def ask(self, texts: list[tuple[str, bool]]) -> list[Scores | None]:
            asked.extend(text for text, _ in texts)
            return [Scores(intents=tuple(float(one == "urgent") for one in INTENTS), care=0.97) for _ in texts]

    class Listening(Book):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            self.ear = Alarmed()  # type: ignore[assignment]

    monkeypatch.setattr("desk.Book", Listening)
    step(desk, link, step="write", words="like an elephant sat down on me since noon", **{"pass": pass_})
    assert asked == ["like an elephant sat down on me since noon"]
    assert desk.state(case)[0] == "urgent"
    assert "elephant" not in str(desk.rows("select body::text from event")) + str(
        desk.rows("select reading::text from message")
    )
