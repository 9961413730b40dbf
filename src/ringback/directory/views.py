"""Importing the patient list from a page: choose a file, see what would happen, confirm.

Nothing is kept between the two presses. The browser sends the file again, and its digest proves that what is imported
is what was checked.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ringback.core.directory import LARGEST_FILE, NotReadable, read
from ringback.engine import clock
from ringback.store import access, directory

SHOWN = 100


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; a POST answers with the report, alone where the page asked for a piece."""
    context: dict[str, Any] = {"orders": (("", "as the file tells"), ("mdy", "month first"), ("dmy", "day first"))}
    if request.method == "POST":
        context |= _report(request)
        if request.headers.get("HX-Request"):
            return render(request, "directory/report.html", context)
    return render(request, "directory/page.html", context)


def _report(request: HttpRequest) -> dict[str, Any]:
    given = request.FILES.get("file")
    if given is None or isinstance(given, list):
        return {"wrong": "Choose a file first."}
    if (given.size or 0) > LARGEST_FILE:
        return {"wrong": "The file is larger than 64 MB."}
    data = given.read()
    digest = hashlib.sha256(data).hexdigest()
    order = request.POST.get("order") or None
    allow_shrink = request.POST.get("allow_shrink") == "yes"
    visitor = request.visitor  # type: ignore[attr-defined]
    with access.practice(visitor.practice) as rows:
        zone = (rows.one("select zone from practice where practice = %s", (visitor.practice,)) or {})["zone"]
        try:
            reading = read(data, zone, order=order if order in ("mdy", "dmy") else None)  # type: ignore[arg-type]
        except NotReadable as wrong:
            return {"wrong": str(wrong)[:1].upper() + str(wrong)[1:] + "."}
        change = directory.preview(rows.connection, rows.ring, visitor.practice, reading)
        refused = bool(reading.errors) or (change.shrinks and not allow_shrink)
        written = not refused and request.POST.get("checked") == digest
        if written:
            change = directory.replace(
                rows.connection,
                rows.ring,
                visitor.practice,
                reading,
                clock.now(),
                allow_shrink=allow_shrink,
                by=visitor.by,
            )
    return {
        "reading": reading,
        "change": change,
        "problems": reading.problems[:SHOWN],
        "more": max(0, len(reading.problems) - SHOWN),
        "refused": refused,
        "written": written,
        "digest": digest,
        "shrinks": change.shrinks and not allow_shrink,
    }
