"""Contact choices of one number: what it may be sent, the history that says so, and every way to change it.

A number is typed in once and then named by its keyed digest, so that no address or log holds it. Whatever is taken down
here ends in the same ledgers as a text (C28, C31, C33, C35, C59).
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ringback.core import consent
from ringback.core.numbers import e164
from ringback.engine import clock
from ringback.store import access, ledger_read, ledgers, practices, proof, queries
from ringback.web import masks
from ringback.web.pages import shape
from ringback.web.pages.act import folded, said, visitor_of

Row = dict[str, Any]
LONGEST = 2000
# What a member of staff can take down; a text, the carrier and the patient's own page speak for themselves.
TOLD = ("voice", "voicemail", "in_person", "paper", "email", "web", "staff")
LEVELS = {**consent.LEVELS, consent.ELSEWHERE: "No texts here: reach them another way"}
NEVER = {"never": "Put on the do-not-contact list", "contact_ok": "Taken off the do-not-contact list"}


@require_http_methods(["GET", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """Find a number; the do-not-contact list; what the greetings say."""
    visitor = visitor_of(request)
    typed = request.POST.get("number", "").strip()[:40]
    number = e164(typed) if typed else ""
    with access.practice(visitor.practice) as rows:
        if number:
            index = rows.index("phone", number)
            if ledger_read.known(rows, index) or not masks.of(visitor).numbers:
                return redirect("choices_number", number=index.hex())
            return _page(request, rows, index, number)
        never = ledger_read.blocks(rows)
        for one in never:
            one["shown"] = masks.of(visitor).number(ledger_read.number_of(rows, bytes(one["number_index"])))
            one["hex"] = bytes(one["number_index"]).hex()
        lines = practices.lines(rows)
    problem = "That is not a number we can read. Write it with its area code, as 202-555-0123." if typed else ""
    context = {"here": "choices", "never": never, "lines": lines, "problem": problem, "today": clock.now()}
    return render(request, "ringback/choices.html", context, status=400 if problem else 200)


@require_GET
def choices_number(request: HttpRequest, number: str) -> HttpResponse:
    """One number, named by its digest."""
    index = _index(number)
    with access.practice(visitor_of(request).practice) as rows:
        return _page(request, rows, index, ledger_read.number_of(rows, index))


def _index(told: str) -> bytes:
    try:
        index = bytes.fromhex(told)
    except ValueError:
        raise Http404 from None
    if len(index) != 16 or index.hex() != told:
        raise Http404
    return index


def _page(request: HttpRequest, rows: access.Rows, index: bytes, number: str) -> HttpResponse:
    visitor = visitor_of(request)
    reads = masks.of(visitor).words
    staff = practices.staff(rows)
    entries = [entry_shown(one, staff, reads) for one in ledger_read.history(rows, index)]
    standing = ledger_read.standing(rows, index)
    people = queries.people_of(rows, [index]).get(index, []) if reads else []
    blocked = standing["blocked"]
    context = {
        "here": "choices",
        "hex": index.hex(),
        "number": number if masks.of(visitor).numbers else "",
        "shown": masks.of(visitor).number(number),
        "people": people,
        "entries": entries[::-1],
        "standing": standing,
        "blocked_by": consent.SOURCES.get(blocked["source"], blocked["source"]) if blocked else "",
        "asked": bool(blocked) and consent.asked_lately(blocked["asked_at"], clock.now()),
        "level": LEVELS.get(standing["level"], standing["level"]),
        "alternate": next((one["alternate"] for one in reversed(entries) if one.get("level")), "") if reads else "",
        "agreed": any(one["category"] == consent.CALLBACK for one in standing["consents"]),
        "levels": list(LEVELS.items()),
        "sources": [(code, consent.SOURCES[code]) for code in TOLD],
        "methods": [(code, consent.METHODS[code]) for code in consent.BY_STAFF],
        "warning": consent.WARNING,
        "agreement": consent.AGREEMENT,
    }
    return render(request, "ringback/choices_number.html", context)


def entry_shown(entry: Row, staff: Any, reads: bool) -> Row:
    """An entry as the timeline shows it: a headline, how it came, who wrote it down, the person's words."""
    ledger = entry["ledger"]
    if ledger == "suppression":
        source = consent.SOURCES.get(entry["source"], entry["source"])
        head = {
            "stop": "Wrong number" if entry["wrong_number"] else "Asked for no more texts",
            "lift": "Asked for texts again",
            "asked": "We asked for a YES",
        }[entry["kind"]]
        tone, how = {"stop": "red", "lift": "green", "asked": "blue"}[entry["kind"]], source
    elif ledger == "consent":
        granted = entry["kind"] == "granted"
        category = consent.CATEGORIES.get(entry["category"], entry["category"])
        head, tone = f"{'Agreed' if granted else 'Ended'}: {category}", "green" if granted else "amber"
        how = consent.METHODS.get(entry["method"], entry["method"])
    else:
        head = NEVER.get(entry["level"]) or f"Chose: {LEVELS.get(entry['level'], entry['level'])}"
        tone, how = ("red" if entry["level"] in ("never", consent.ELSEWHERE) else "blue"), ""
    return {
        **entry,
        "head": head,
        "tone": tone,
        "how": how,
        "who": shape.owner(entry["by"], staff),
        "words": entry.get("words", "") if reads else "",
        "alternate": entry.get("alternate", "") if reads else "",
        "wording": entry.get("wording") or entry.get("warning") or "",
    }


class Form:
    """A form about one number: who sends it, what they typed, and the number itself when only the form knows it."""

    def __init__(self, request: HttpRequest, number: str) -> None:
        self.request, self.index = request, _index(number)
        self.visitor, self.now = visitor_of(request), clock.now()
        self.words = request.POST.get("words", "").strip()[:LONGEST]
        self.where = reverse("choices_number", args=[number])

    def number(self, rows: access.Rows) -> str:
        """The number in the clear; a typed one counts only when it is the one the address names."""
        typed = self.request.POST.get("number", "")
        return typed if typed and rows.index("phone", typed) == self.index else ledger_read.number_of(rows, self.index)

    def by(self, rows: access.Rows) -> dict[str, Any]:
        """Who wrote it down, when, and what of it is sealed."""
        return {"now": self.now, "by": self.visitor.by, "role": self.visitor.role, "number": self.number(rows)}

    def no(self, words: str) -> HttpResponse:
        """Nothing was done, and how to mend it."""
        return said(self.request, words, tone="bad", fallback=self.where)

    def done(self, words: str) -> HttpResponse:
        """It was taken down."""
        return said(self.request, words, fallback=self.where)


@require_POST
def choices_stop(request: HttpRequest, number: str) -> HttpResponse:
    """The person said stop, by any reasonable way."""
    form = Form(request, number)
    source = request.POST.get("source", "")
    if source not in TOLD:
        return form.no("Choose how they said it.")
    with access.practice(form.visitor.practice) as rows:
        wrong = request.POST.get("wrong_number") == "yes"
        events = ledgers.revoke(rows, form.index, source=source, words=form.words, wrong_number=wrong, **form.by(rows))
    folded(form.visitor.practice, events)
    return form.done("No more texts go to this number.")


@require_POST
def choices_lift(request: HttpRequest, number: str) -> HttpResponse:
    """The person asked for texts again, or wished to be asked for a YES."""
    form = Form(request, number)
    with access.practice(form.visitor.practice) as rows:
        if ledger_read.standing(rows, form.index)["blocked"] is None:
            return form.no("There is no block to lift.")
        if request.POST.get("asked") == "yes":
            ledgers.asked(rows, form.index, **form.by(rows))
            return form.done("Noted. A YES from this number within a day lifts the block.")
        try:
            ledgers.lift(rows, form.index, words=form.words, **form.by(rows))
        except ledgers.NoWords:
            return form.no("Write down what the person said. Only they can lift a block.")
    return form.done("Texts may go to this number again. Earlier consents stay ended.")


@require_POST
def choices_consent(request: HttpRequest, number: str) -> HttpResponse:
    """A consent given or taken back."""
    form = Form(request, number)
    method = request.POST.get("method", "")
    if method not in consent.BY_STAFF:
        return form.no("Choose how they said it.")
    with access.practice(form.visitor.practice) as rows:
        told = {"category": consent.CALLBACK, "method": method, "words": form.words, **form.by(rows)}
        if request.POST.get("give") == "no":
            ledgers.withdraw(rows, form.index, **told)
            return form.done("The consent is ended.")
        if request.POST.get("read") != "yes":
            return form.no("Read the wording to them first, and say so.")
        ledgers.grant(rows, form.index, wording=consent.AGREEMENT, **told)
    return form.done("The consent is on record.")


@require_POST
def choices_level(request: HttpRequest, number: str) -> HttpResponse:
    """How much a text may say, or where else to reach the person."""
    form = Form(request, number)
    level, alternate = request.POST.get("level", ""), request.POST.get("alternate", "").strip()[:300]
    if level not in LEVELS:
        return form.no("Choose what they want.")
    more = level in ("admin_ok", "phi_ok")
    if more and request.POST.get("read") != "yes":
        return form.no("Read the warning to them first, and say so.")
    if level == consent.ELSEWHERE and not alternate:
        return form.no("Write down where to reach them instead.")
    with access.practice(form.visitor.practice) as rows:
        ledgers.prefer(
            rows, form.index, level=level, warning=consent.WARNING if more else None, words=form.words,
            alternate=alternate, **form.by(rows),
        )  # fmt: skip
    return form.done("Taken down. It counts from the next text on, for those that wait too.")


@require_POST
def choices_never(request: HttpRequest, number: str) -> HttpResponse:
    """On or off the do-not-contact list."""
    form = Form(request, number)
    on = request.POST.get("on") == "yes"
    if not form.words:
        return form.no("Write down who asked for it and why.")
    with access.practice(form.visitor.practice) as rows:
        ledgers.never(rows, form.index, on=on, words=form.words, **form.by(rows))
    return form.done("Nothing is sent to this number, whatever else is on record." if on else "It is off the list.")


@require_POST
def choices_proof(request: HttpRequest, number: str) -> HttpResponse:
    """Everything said and sent, as a file that proves itself."""
    form = Form(request, number)
    with access.practice(form.visitor.practice) as rows:
        clear = form.number(rows)
        if not clear:
            return form.no("Nothing is on record about this number.")
        made = proof.make(rows, clear, by=form.visitor.by, role=form.visitor.role)
    response = HttpResponse(made, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="consent-proof-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"'
    return response


@require_POST
def greeting(request: HttpRequest, line: int) -> HttpResponse:
    """A line's greeting says that a text may follow: its words and the day it began (C36)."""
    visitor = visitor_of(request)
    where = reverse("choices")
    words = request.POST.get("words", "").strip()[:LONGEST]
    try:
        since = datetime.combine(datetime.fromisoformat(request.POST.get("since", "")).date(), time(), UTC)
    except ValueError:
        return said(request, "Say since which day the greeting says so.", tone="bad", fallback=where)
    if "text" not in words.casefold() and "mensaje" not in words.casefold():
        return said(request, "These words do not say that a text may follow.", tone="bad", fallback=where)
    with access.practice(visitor.practice) as rows:
        if ledgers.attest(rows, line, words, since=since, now=clock.now(), by=visitor.by, role=visitor.role) is None:
            raise Http404
    return said(request, "Taken down. First texts from this line go from that day on.", fallback=where)
