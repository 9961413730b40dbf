"""Staff write to a caller: the lint reads along, the gate answers, two never answer at once, and colleagues see each other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from desk import BIRCH, MAPLE, MARIA, STRANGE, Desk

from ringback.store import access, care, replies

THANKS = "Thank you, we will call you at this number today."


def seen(case: UUID, practice: int = MAPLE) -> str:
    with access.practice(practice) as rows:
        return replies.newest(rows, case)


def write(desk: Desk, client: Any, case: UUID, words: str, mark: str | None = None) -> Any:
    answer = client.post(
        f"/cases/{case}/reply",
        {"words": words, "seen": seen(case) if mark is None else mark},
        headers={"HX-Request": "true"},
    )
    desk.fold()
    return answer


def sent(desk: Desk, case: UUID) -> list[tuple[Any, ...]]:
    return desk.rows(
        "select state, verdict, basis from outgoing where case_id = %s and purpose = 'staff_reply' order by id", (case,)
    )


def bodies(desk: Desk, case: UUID) -> list[str]:
    with access.practice(MAPLE) as rows:
        found = rows.all(
            "select id, body from outgoing where practice = 1 and case_id = %s and purpose = 'staff_reply'", (case,)
        )
        return [rows.text("outgoing", "body", row["id"], row["body"]) for row in found]


def test_a_reply_goes_out_under_the_practices_name_and_stands_in_the_thread(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    client = browse("front_desk")
    assert write(desk, client, case, THANKS).status_code == 204
    assert [one[2] for one in sent(desk, case)] == ["staff_reply"] and sent(desk, case)[0][0] in (
        "queued",
        "sending",
        "sent",
    )
    assert bodies(desk, case) == [f"Maple Family: {THANKS}"]
    page = browse("owner").get(f"/cases/{case}").content.decode()
    assert page.count(THANKS) >= 1 and 'data-text="staff_reply"' in page
    # The words lie sealed: nowhere in the clear.
    assert THANKS not in str(desk.rows("select sealed, body::text from message, event"))


def test_what_a_stranger_must_not_read_is_not_sent_and_says_why(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    client = browse("nurse")
    for words in ("Maria, your HIV test is positive", "Your metformin is ready", "x" * 301):
        answer = write(desk, client, case, words)
        assert answer.status_code == 422 and "said" in answer.headers["HX-Trigger"], words
    assert sent(desk, case) == []
    said = client.post(f"/cases/{case}/reply/lint", {"words": "Your HIV test is positive"}).content.decode()
    assert "data-problem=" in said and "Nothing in it" not in said
    assert "Nothing in it" in client.post(f"/cases/{case}/reply/lint", {"words": THANKS}).content.decode()


def test_two_do_not_answer_at_once(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    shown = seen(case)
    assert write(desk, browse("front_desk"), case, THANKS, shown).status_code == 204
    late = write(desk, browse("nurse"), case, "We will look into it.", shown)
    assert late.status_code == 409 and "something new was said" in late.headers["HX-Trigger"]
    assert len(sent(desk, case)) == 1
    assert write(desk, browse("nurse"), case, "We will look into it.").status_code == 204
    assert len(sent(desk, case)) == 2, "whoever has seen the first may write a second"


def test_a_word_of_the_caller_that_came_meanwhile_is_read_first(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    shown = seen(case)
    desk.text(MARIA, "URGENT my chest hurts")
    assert write(desk, browse("nurse"), case, THANKS, shown).status_code == 409
    assert sent(desk, case) == []


def test_who_asked_for_no_more_texts_is_not_written_to(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    desk.text(MARIA, "STOP")
    client = browse("owner")
    answer = write(desk, client, case, THANKS)
    assert answer.status_code == 409 and not [one for one in sent(desk, case) if one[0] != "denied"]


def test_who_has_not_written_gets_a_call_and_no_text(desk: Desk, browse) -> None:
    case = desk.miss(STRANGE)
    page = browse("owner").get(f"/cases/{case}").content.decode()
    assert "nothing to answer by text" in page and 'name="words" rows="3"' not in page


def test_a_kill_switch_holds_for_people_too_and_the_reason_is_told(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    client = browse("owner")
    client.post("/setup/kill", {"kill": "yes", "sure": "yes"})
    answer = write(desk, client, case, THANKS)
    assert answer.status_code == 409 and "Not sent" in answer.headers["HX-Trigger"]
    assert [one[:2] for one in sent(desk, case)] == [("denied", "kill_switch")]
    assert desk.rows("select count(*) from task where case_id = %s and kind = 'callback'", (case,)) == [(0,)]


def test_colleagues_see_who_looks_and_who_writes(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    nurse, front = browse("nurse"), browse("front_desk")
    assert b"<span" not in nurse.post(f"/cases/{case}/here", {"typing": "yes"}).content
    assert b"is writing" in front.post(f"/cases/{case}/here", {"typing": "no"}).content
    assert b"is looking" in nurse.post(f"/cases/{case}/here", {"typing": "no"}).content


def test_a_case_is_given_to_somebody_and_put_aside_until_a_word_comes(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    client = browse("owner")
    staff = desk.rows("select id from staff where role = 'nurse' and active order by id limit 1")[0][0]
    client.post(f"/cases/{case}/assign", {"to": str(staff)})
    client.post(f"/cases/{case}/snooze", {"until": "tomorrow"})
    with access.practice(MAPLE) as rows:
        kept = care.of(rows, [case])[case]
    assert kept["owner"] == staff and kept["snoozed_until"] is not None
    urgent = desk.text(MARIA, "URGENT my chest hurts")
    assert client.post(f"/cases/{urgent}/snooze", {"until": "hour"}, headers={"HX-Request": "true"}).status_code == 422


def test_a_colleague_named_in_a_note_finds_it_and_opening_the_case_settles_it(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    nurse = browse("nurse")
    staff = desk.rows("select id from staff where account = %s", (desk.accounts[(MAPLE, "nurse")].pk,))[0][0]
    browse("owner").post(f"/cases/{case}/note", {"words": "Please look at this bill", "tell": str(staff)})
    with access.practice(MAPLE) as rows:
        assert replies.unseen(rows, staff) == 1
    assert "Please look at this bill" in nurse.get("/mentions").content.decode()
    nurse.get(f"/cases/{case}")
    with access.practice(MAPLE) as rows:
        assert replies.unseen(rows, staff) == 0


@pytest.mark.parametrize("what", ["reply", "reply/lint", "here", "assign", "snooze"])
def test_a_stranger_of_another_practice_finds_nothing(desk: Desk, browse, what: str) -> None:
    case = desk.text(MARIA, "BILLING")
    answer = browse("owner", BIRCH).post(
        f"/cases/{case}/{what}", {"words": THANKS, "seen": "", "to": "1", "until": "hour"}
    )
    assert answer.status_code == 404
    assert sent(desk, case) == []
    assert browse("auditor").post(f"/cases/{case}/{what}", {"words": THANKS}).status_code == 403
