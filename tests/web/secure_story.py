"""What happens around a secure message in the stories: staff leave it, the patient proves who they are and reads it."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from desk import MAPLE, MARIA, Desk
from django.test import Client

from ringback.store import access, queries, replies

RESULT = "Your potassium is a little low; please eat a banana a day and we repeat it in March."
RIGHT = {"step": "ask", "name": "maria lopez", "birth_date": "1984-07-21"}
PDF = b"%PDF-1.7\n%made up\n"


def newest(case: UUID) -> str:
    with access.practice(MAPLE) as rows:
        return replies.newest(rows, case)


def people(case: UUID) -> dict[str, str]:
    with access.practice(MAPLE) as rows:
        found = queries.case(rows, case)
        assert found is not None
        return {one["name"]: str(one["id"]) for one in found["people"]}


def leave(desk: Desk, client: Any, case: UUID, words: str = RESULT, **more: Any) -> Any:
    form = {"words": words, "seen": newest(case), "person": next(iter(people(case).values()), ""), **more}
    answer = client.post(f"/cases/{case}/secure", form, headers={"HX-Request": "true"})
    desk.fold()
    return answer


def code_of(desk: Desk, case: UUID) -> str:
    """The code as it stands in the text on the patient's phone."""
    found = [re.search(r"code is (\d{6})|codigo es (\d{6})", body) for body in desk.bodies(case)]
    return [one[1] or one[2] for one in found if one][-1]


def step(desk: Desk, link: str, **form: Any) -> str:
    answer = Client().post(link, form)
    assert answer.status_code == 200
    desk.fold()
    return str(answer.content.decode())


def opened(desk: Desk, case: UUID, link: str, who: dict[str, str] | None = None) -> str:
    """The thread as the patient sees it."""
    step(desk, link, **(who or RIGHT))
    return step(desk, link, step="code", code=code_of(desk, case))


def given(page: str) -> str:
    found = re.search(r'name="pass" value="([^"]+)"', page)
    assert found is not None, page[-800:]
    return found[1]


def left(desk: Desk, browse: Any, number: str = MARIA, **more: Any) -> tuple[UUID, str]:
    case = desk.text(number, "my results please")
    assert leave(desk, browse("nurse"), case, **more).status_code == 204
    return case, desk.link(case)
