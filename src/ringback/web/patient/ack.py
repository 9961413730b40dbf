"""The acknowledge link of a page: GET shows an id and an age, POST acknowledges. No name, no number, no words.

The link stands for the member of staff it was texted to; it works while the case is urgent and nobody else was faster.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ringback.core.events import PageAcknowledged
from ringback.engine import clock
from ringback.store import access, links, practices
from ringback.store.access import Row
from ringback.store.submit import settled, submit


# As on the patient's page the token is the authority and no cookie is.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def ack(request: HttpRequest, practice: int, token: str) -> HttpResponse:
    """The page of one acknowledge link."""
    if practice > 2**31 - 1 or len(token) > 64:
        return _answer(request, None, "gone")
    now = clock.now()
    with access.practice(practice) as rows:
        notice = _notice(rows, token)
        if notice is None:
            return _answer(request, None, "gone")
        notice["alias"] = practices.practice(rows)["alias"]
        if notice["acked_at"] is not None or notice["phase"] != "urgent":
            mine = notice["state"] == "acknowledged"
            return _answer(request, notice, "done" if mine else "other" if notice["acked_at"] else "over")
        if request.method == "GET":
            return _answer(request, notice, "ask")
        by = str(notice["staff"]) if notice["staff"] is not None else "the on-call link"
        rows.run(
            "update notice set state = 'acknowledged', acked_at = %s where practice = %s and id = %s",
            (now, practice, notice["id"]),
        )
        event_id = submit(rows.connection, practice, notice["case_id"], PageAcknowledged(by=by, at=now), now, by)
    settled(access.raw(), practice, event_id)
    return _answer(request, notice, "done")


def _notice(rows: access.Rows, token: str) -> Row | None:
    """The page behind a token, with what its case says of the acknowledgement."""
    return rows.one(
        "select n.id, n.case_id, n.staff, n.state, n.created_at, c.phase, "
        "(c.state #>> '{urgent,since}')::timestamptz as since, (c.state #>> '{urgent,acked_at}')::timestamptz as acked_at "
        "from notice n join cases c on c.practice = n.practice and c.id = n.case_id "
        "where n.practice = %s and n.token_hash = %s and n.kind = 'page' for update of n",
        (rows.practice, links.digest(token)),
    )


def _answer(request: HttpRequest, notice: Row | None, say: str) -> HttpResponse:
    context = {"say": say, "notice": notice, "short": str(notice["id"])[-6:] if notice else "", "now": clock.now()}
    response = render(request, "patient/ack.html", context, status=404 if say == "gone" else 200)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
