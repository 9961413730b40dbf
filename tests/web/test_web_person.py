"""One patient's page: who shares the phone, what may be sent and why, visits, cases, and the flag only a person sets."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

from desk import BIRCH, MAPLE, MARIA, SHARED, Desk

from ringback.store import access, crypt

HX = {"HX-Request": "true"}


def said(answer: object) -> str:
    """What an htmx answer says."""
    return str(json.loads(answer.headers["HX-Trigger"])["said"]["words"])  # type: ignore[attr-defined]


def person_of(desk: Desk, number: str, practice: int = MAPLE, place: int = 0) -> UUID:
    """A person who uses this number."""
    index = crypt.index(desk._ring(practice), practice, "phone", number)
    found = desk.rows("select person from phone where number_index = %s order by person", (index,), practice)
    person: UUID = found[place][0]
    return person


def test_household_language_visit_and_earlier_cases_stand_together(desk: Desk, browse) -> None:
    case = desk.text(SHARED, "BILLING")
    front = browse("front_desk")
    front.post(f"/cases/{case}/tasks/{desk.task_of(case)}/done", {"disposition": "reached"})
    again = desk.miss(SHARED)
    linh, minh = person_of(desk, SHARED), person_of(desk, SHARED, place=1)
    page = front.get(f"/people/patients/{linh}").content.decode()
    assert "<h1>Linh Nguyen</h1>" in page and "born Mar 30, 1979" in page and "record R2" in page
    assert f'href="/people/patients/{minh}"' in page and "Minh Nguyen" in page and "Ask who is speaking" in page
    assert f'href="/cases/{case}"' in page and f'href="/cases/{again}"' in page and "Reached" in page
    assert "(202) 555-0144" in page and f'href="tel:{SHARED}"' in page
    maria = front.get(f"/people/patients/{person_of(desk, MARIA)}").content.decode()
    assert "next visit, from the patient list" in maria and "nobody else on record" in maria
    assert str(case) not in maria and "They have not called since" in maria
    desk.change("update person set lang = 'es' where id = %s", (linh,))
    assert "language: Spanish" in front.get(f"/people/patients/{linh}").content.decode()


def test_consent_and_its_history_and_the_way_to_change_it(desk: Desk, browse) -> None:
    case, owner = desk.text(MARIA, "BILLING"), browse("owner")
    maria = person_of(desk, MARIA)
    where = f"/people/patients/{maria}"
    assert 'data-state="open"' in owner.get(where).content.decode()
    owner.post(f"/cases/{case}/opt-out", {"source": "in_person", "words": "No more texts please"})
    page = owner.get(where).content.decode()
    assert 'data-state="blocked"' in page and "At the desk" in page and "No more texts please" in page
    number = desk.rows("select encode(number_index, 'hex') from phone where person = %s", (maria,))[0][0]
    assert f'href="/choices/{number}"' in page and "data-never" not in page
    owner.post(f"/choices/{number}/never", {"on": "yes", "words": "Her lawyer wrote"})
    loud = owner.get(where).content.decode()
    assert "data-never" in loud and "Do not contact" in loud and f"tel:{MARIA}" not in loud
    assert "Her lawyer wrote" in loud and "written down by Owner Maple" in loud


def test_the_call_back_flag_is_set_by_a_person_and_makes_the_next_missed_call_a_promise(desk: Desk, browse) -> None:
    maria, nurse = person_of(desk, MARIA), browse("nurse")
    where = f"/people/patients/{maria}"
    assert 'data-flag="on"' not in nurse.get(where).content.decode()
    assert "promised call-back" in said(nurse.post(f"{where}/flag", {"on": "yes"}, headers=HX))
    assert "stood so already" in said(nurse.post(f"{where}/flag", {"on": "yes"}, headers=HX))
    page = nurse.get(where).content.decode()
    assert 'data-flag="on"' in page and "set by Nurse Maple" in page
    desk.miss(MARIA)
    assert desk.rows("select kind from task") == [("flagged_callback",)]
    assert "Taken back" in said(browse("front_desk").post(f"{where}/flag", {"on": "no"}, headers=HX))
    assert desk.rows("select raised from callback_flag order by at") == [(True,), (False,)]
    assert desk.rows("select count(*) from audit where what = 'callback_flag'") == [(2,)]


def test_masks_and_walls_hold(desk: Desk, browse) -> None:
    desk.text(MARIA, "BILLING")
    maria = person_of(desk, MARIA)
    where = f"/people/patients/{maria}"
    assert browse("auditor").get(where).status_code == 403
    assert browse("security_officer").get(where).status_code == 403
    assert "López" in browse("biller").get(where).content.decode()
    stranger = browse("owner", BIRCH)
    assert stranger.get(where).status_code == 404 and stranger.post(f"{where}/flag", {"on": "yes"}).status_code == 404
    assert desk.rows("select callback_requested from person where id = %s", (maria,)) == [(False,)]
    assert browse("owner").get(f"/people/patients/{uuid4()}").status_code == 404
    opened = desk.rows("select body from audit where what = 'person' and result = 'ok' order by seq desc limit 1")[0][0]
    assert str(maria) in opened and "opez" not in opened and MARIA not in opened


def test_the_number_of_questions_to_the_database_does_not_grow(desk: Desk, browse, monkeypatch) -> None:
    desk.text(SHARED, "BILLING")
    linh, owner = person_of(desk, SHARED), browse("owner")
    asked: list[str] = []
    for name in ("all", "one"):
        real = getattr(access.Rows, name)
        monkeypatch.setattr(
            access.Rows, name, lambda rows, sql, *more, real=real: (asked.append(sql), real(rows, sql, *more))[1]
        )

    def questions() -> int:
        asked.clear()
        assert owner.get(f"/people/patients/{linh}").status_code == 200
        return len(asked)

    questions()  # the first look of a process reads what later ones know
    few = questions()
    assert few > 5
    for _ in range(3):
        case = desk.text(SHARED, "BILLING")
        owner.post(f"/cases/{case}/opt-out", {"source": "voice"})
        owner.post(f"/cases/{case}/tasks/{desk.task_of(case)}/done", {"disposition": "reached"})
        desk.miss(SHARED)
    assert desk.rows("select count(*) > 2 from cases") == [(True,)]
    assert questions() == few
