"""What staff leave for a patient behind a link: words that may be said in full, and files; the text says only that they are there.

It is for one person, who proves who they are before it is seen. A file is saved, never opened in these pages.
"""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ringback.core import uploads
from ringback.core.events import SecureSent
from ringback.engine import clock
from ringback.store import access, audit, queries, replies, secure
from ringback.store.submit import submit
from ringback.web import masks
from ringback.web.pages import act
from ringback.web.pages.act import NOTHING, said, visitor_of
from ringback.web.patient.thread import LONGEST, BadFile, as_file, given_files


@require_POST
def secure_send(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Leave words and files, and let a text say so."""
    visitor, now, where = visitor_of(request), clock.now(), reverse("case", args=[case_id])
    words = request.POST.get("words", "").strip()
    try:
        files = given_files(request)
    except BadFile:
        why = _(
            "Not sent: a file is too large or of another kind. PDF, JPEG, PNG and HEIC up to %(mb)s MB, four at most."
        )
        return said(request, why % {"mb": uploads.LARGEST // 10**6}, tone="bad", fallback=where, status=422)
    if not words and not files:
        return said(request, _("Write something first."), tone="bad", fallback=where, status=422)
    if len(words) > LONGEST:
        return said(request, _("That is too long for one message."), tone="bad", fallback=where, status=422)
    with access.practice(visitor.practice) as rows:
        found = queries.case(rows, case_id)
        if found is None:
            raise Http404
        rows.run("select 1 from cases where practice = %s and id = %s for update", (visitor.practice, case_id))
        if request.POST.get("seen", "") != replies.newest(rows, case_id):
            why = _("Not sent yet: something new was said here meanwhile. Look, and send again.")
            return said(request, why, tone="bad", fallback=where, status=409)
        people = {str(one["id"]): one["id"] for one in found["people"]}
        person = people.get(request.POST.get("person", ""))
        if person is None:
            why = _("Choose for whom it is. Nobody is known on this number? Add the person to the patient list first.")
            return said(request, why, tone="bad", fallback=where, status=422)
        message = secure.write(rows, case_id, "secure_out", words, person, files, visitor.by, now)
        audit.write(
            rows, act="send", what="secure.left", object=f"case:{case_id}", by=visitor.by, role=visitor.role,
            detail={"message": str(message), "files": len(files)},
        )  # fmt: skip
        event = submit(
            rows.connection, visitor.practice, case_id, SecureSent(message=str(message), by=visitor.by, at=now), now,
            visitor.by,
        )  # fmt: skip
    why_not = act.settled(access.raw(), visitor.practice, event)
    if why_not is not None and why_not.startswith(NOTHING):
        reason = why_not.removeprefix(NOTHING).removeprefix(": ") or _("the case is closed")
        return said(
            request, _("It is kept here, but no text went out: %(why)s.") % {"why": reason}, tone="bad", fallback=where,
            status=409,
        )  # fmt: skip
    with access.practice(visitor.practice) as rows:
        text = replies.came_of(rows, message)
    if text is not None and text["state"] == "denied":
        why = _("It is kept here, but no text went out: %(why)s.") % {"why": text["verdict_why"]}
        return said(request, why, tone="bad", fallback=where, status=409)
    if text is not None and text["state"] == "held":
        return said(
            request, _("It is there; the text about it waits: %(why)s") % {"why": text["verdict_why"]}, fallback=where
        )
    return said(
        request, _("It is there, and a text says so. You will see here when they have read it."), fallback=where
    )


@require_GET
def secure_file(request: HttpRequest, case_id: UUID, file_id: UUID) -> HttpResponse:
    """One file of a case, to be saved."""
    visitor = visitor_of(request)
    with access.practice(visitor.practice) as rows:
        found = (
            secure.file(rows, case_id, file_id) if queries.is_ours(rows, case_id) and masks.of(visitor).words else None
        )
        if found is None or found["content"] is None:
            raise Http404
        audit.write(
            rows, act="view", what="secure.file", object=f"case:{case_id}", by=visitor.by, role=visitor.role,
            detail={"file": str(file_id)},
        )  # fmt: skip
    return as_file(found)
