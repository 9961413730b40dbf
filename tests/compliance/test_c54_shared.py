"""C54: when more than one person uses a number, nothing of either is sent or shown before staff asked who is speaking.

Not here: staff see the names of everybody who uses the phone, to choose from; that they asked first is not recorded.
"""

from __future__ import annotations

from desk import MARIA, SHARED
from django.test import Client
from sitting import sit, watch

__all__ = ["sit", "watch"]
PEOPLE = ("Linh", "Minh", "Nguyen", "1979", "2012")


def test_every_text_to_a_shared_phone_names_nobody(desk) -> None:
    case = desk.miss(SHARED)
    for words in ("BOOK", "CHANGE", "BILLING", "what time is my son's visit?", "URGENT chest pain", "HELP", "STOP"):
        desk.text(SHARED, words)
    said = desk.bodies(case)
    assert said
    for body in said:
        assert not any(one in body for one in PEOPLE), body


def test_the_page_behind_a_shared_phone_s_link_shows_neither_one_s_visit(desk) -> None:
    """Each of the two is let in by name and birth date, and sees free times; the visit that is known stays unsaid."""
    soon = desk.rows("select min(starts_at) from slot")[0][0]
    desk.change("update person set next_visit = %s", (soon,))
    alone, both = desk.text(MARIA, "CHANGE"), desk.text(SHARED, "CHANGE")
    mine = Client().post(desk.link(alone), {"step": "ask", "name": "Maria Lopez Vega", "birth_date": "1984-07-21"})
    assert "visit" in mine.context and mine.context["visit"] != ""
    for name, born in (("Linh Nguyen", "1979-03-30"), ("Minh Nguyen", "2012-06-14")):
        shown = Client().post(desk.link(both), {"step": "ask", "name": name, "birth_date": born})
        assert shown.context["visit"] == ""
        page = shown.content.decode()
        assert not any(one in page for one in PEOPLE), name
    for page in (
        Client().get(desk.link(both)),
        Client().post(desk.link(both), {"step": "ask", "name": "Linh Nguyen", "birth_date": "2012-06-14"}),
    ):
        assert "visit" not in page.context or page.context["visit"] == ""


def test_staff_see_who_it_may_be_and_are_told_to_ask_first(sit, desk) -> None:
    case = desk.text(SHARED, "I have a question about my bill")
    page = sit("front_desk").get(f"/cases/{case}").content.decode()
    assert "2 people use this phone. Ask who is speaking before you say anything." in page
    lists = sit("front_desk").get("/tasks").content.decode()
    assert "Linh Nguyen or Minh Nguyen" in lists, "neither of them is picked"
    masked = sit("auditor").get(f"/cases/{case}").content.decode()
    assert not any(one in masked for one in PEOPLE)


def test_alerts_about_a_shared_phone_name_nobody(desk) -> None:
    desk.text(SHARED, "URGENT my chest hurts")
    told = desk.rows("select role, about, task, error from notice")
    assert told and not any(one in " ".join(map(str, row)) for row in told for one in PEOPLE)
