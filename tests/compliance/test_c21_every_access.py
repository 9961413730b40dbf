"""C21: one audit entry for every view, change and refusal of a page, written at the door so that no route can skip it."""

from __future__ import annotations

import json
from typing import Any

from desk import MAPLE, MARIA, STRANGE, Desk
from django.urls import URLPattern, get_resolver, reverse

from ringback.web import routes


def log(desk: Desk, practice: int = MAPLE) -> list[dict[str, Any]]:
    """The practice's audit log, oldest first."""
    return [json.loads(body) for (body,) in desk.rows("select body from audit order by seq", practice=practice)]


def test_looking_at_a_caller_is_written_down_with_who_and_what_was_opened(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    client = browse("biller")
    before = len(log(desk))
    assert client.get(reverse("case", args=[case])).status_code == 200
    seen = log(desk)[before:]
    assert len(seen) == 1
    entry = seen[0]
    assert (entry["act"], entry["what"], entry["role"], entry["result"]) == ("view", "case", "biller", "ok")
    assert entry["object"] == f"case:{case}"
    assert str(case) in entry["detail"]["opened"]["cases"]
    assert entry["detail"]["opened"]["person"], "the directory's person was shown, and the log says whom"


def test_a_refusal_is_written_down(desk: Desk, browse) -> None:
    case = desk.miss(STRANGE)
    client = browse("security_officer")
    assert client.get(reverse("case", args=[case])).status_code == 403
    last = log(desk)[-1]
    assert (last["act"], last["what"], last["result"], last["reason"]) == ("refusal", "case", "refused", "role")


def test_a_change_is_written_down_before_it_is_made(desk: Desk, browse) -> None:
    case = desk.miss(STRANGE)
    client = browse("front_desk")
    client.post(reverse("note", args=[case]), {"words": "she will ring again"})
    entries = [one for one in log(desk) if one["what"] == "note"]
    assert [one["act"] for one in entries][:1] == ["change"]
    assert "ring again" not in json.dumps(log(desk))


def test_every_route_with_patients_leaves_an_entry(desk: Desk, browse) -> None:
    """The route enumerator: a page that shows patients and leaves nothing in the log does not pass."""
    from test_web_door import address

    case = desk.text(MARIA, "BILLING")
    task = desk.task_of(case)
    silent = []
    for pattern in get_resolver("ringback.web.urls").url_patterns:
        if not isinstance(pattern, URLPattern):
            continue
        name = str(pattern.name)
        row = routes.ROUTES[name]
        if not row.patients:
            continue
        role = "owner" if row.roles is routes.ANYBODY or "owner" in row.roles else sorted(row.roles)[0]
        client = browse(role)
        before = len(log(desk))
        where = address(name, case, task)
        answers = [client.get(where).status_code, client.post(where, {}).status_code]
        if len(log(desk)) == before:
            silent.append((name, answers))
    assert not silent


def test_a_live_page_is_written_down_once_and_again_when_it_shows_somebody_new(desk: Desk, browse) -> None:
    desk.miss(STRANGE)
    client = browse("owner")
    where = reverse("today_lists")
    for _ in range(3):
        client.get(where)
    assert len([one for one in log(desk) if one["what"] == "today_lists"]) == 1
    desk.miss("+12025550177")
    client.get(where)
    assert len([one for one in log(desk) if one["what"] == "today_lists"]) == 2
