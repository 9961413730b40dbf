"""Playing a voicemail: the recording stays at the phone system and passes through here for whoever may hear it.

Nothing is kept: each play asks the phone system anew, through the guard of `provider_calls`, with the credentials of the
connection that told of it. The address is the phone system's own and is checked by its adapter, so no other can be asked.
"""

from __future__ import annotations

from uuid import UUID

import requests
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ringback.adapters import discover
from ringback.adapters.contract import NotUnderstood, Playable
from ringback.store import access, queries, setup_links
from ringback.web import masks, provider_calls
from ringback.web.pages.act import visitor_of

LARGEST = 16 * 1024 * 1024
"""Bytes of a recording: half an hour as a phone hears it."""
KINDS = ("audio/mpeg", "audio/wav", "audio/x-wav", "audio/ogg")


@require_GET
def voicemail(request: HttpRequest, case_id: UUID, message_id: UUID) -> HttpResponse:
    """The sound."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        if not queries.is_ours(rows, case_id) or not masks.of(visitor).words:
            raise Http404
        found = rows.one(
            "select played_from from message where practice = %s and case_id = %s and id = %s and played_from is not null",
            (visitor.practice, case_id, message_id),
        )
        told = rows.record("message", "played_from", message_id, found["played_from"]) if found is not None else {}
        held = setup_links.opened(rows, int(told["connection"])) if told else None
    system = discover.phone_systems().get(held["system"]) if held is not None else None
    if held is None or not isinstance(system, Playable):
        raise Http404
    try:
        wanted = system.recording(told["url"], held["settings"])
        answer = provider_calls.Session(LARGEST).get(wanted.url, headers=dict(wanted.headers))
    except (NotUnderstood, requests.RequestException):
        return _not_there(502)
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if answer.status_code != 200 or kind not in KINDS:
        return _not_there(404 if answer.status_code == 404 else 502)
    response = HttpResponse(answer.content, content_type=kind)
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "no-store"
    return response


def _not_there(status: int) -> HttpResponse:
    return HttpResponse(
        _("The phone system does not give the recording."), status=status, content_type="text/plain; charset=utf-8"
    )
