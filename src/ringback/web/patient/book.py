"""The patient's own page behind a token link: ask who it is, show free times, take one; or ask for days.

GET is harmless (link scanners open links). Nothing is shown before name and birth date; a wrong name, a dead link and too
many tries get the same answer. Nothing of a person stands in the address, the title or the browser's memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ringback.core.events import VisitAsked, VisitBooked
from ringback.core.words.availability import TAGS
from ringback.engine import clock
from ringback.store import access, changes, ledgers, links, practices, queries, secure
from ringback.store.submit import submit
from ringback.web.patient import identity, speech, thread

Row = dict[str, Any]
SALT = "ringback.patient"
PASS_SECONDS = 30 * 60
BY = "the caller, on the page"
PARTS = ("morning", "afternoon", "evening")


class Page:
    """One request to a patient's page: its link, language and what it answers."""

    def __init__(self, request: HttpRequest, practice: int, token: str) -> None:
        self.request, self.practice, self.token = request, practice, token
        self.now = clock.now()
        self.lang = "en"
        # Another page behind the same kind of address brings words of its own.
        self.words: Mapping[str, str] = {}
        self.about: Row = {"alias": "", "phone": ""}

    def answer(self, name: str, **values: Any) -> HttpResponse:
        """One of the sheets, in the page's language."""
        other = "es" if self.lang == "en" else "en"
        context = {
            "t": self.words or speech.SPOKEN[self.lang],
            "lang": self.lang,
            "other": other,
            "about": self.about,
            "tags": TAGS,
            **values,
        }
        response = render(self.request, f"patient/{name}.html", context)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    def ask(self, problem: str = "") -> HttpResponse:
        """The harmless first sheet."""
        typed = {name: self.request.POST.get(name, "") for name in ("name", "month", "day", "year")}
        return self.answer("ask", problem=problem, typed=typed)


# The token is the authority here and no cookie is; a forged form would have to know it already.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def patient(request: HttpRequest, practice: int, token: str) -> HttpResponse:
    """The page."""
    page = Page(request, practice, token)
    wished = request.POST.get("lang") or request.GET.get("lang", "")
    page.lang = speech.language(request, wished, None)
    if practice > 2**31 - 1 or len(token) > 64:
        return page.ask("no_match" if request.method == "POST" else "")
    with access.practice(practice) as rows:
        try:
            page.about = practices.practice(rows)
        except LookupError:
            return page.ask("no_match" if request.method == "POST" else "")
        to_thread = secure.find(rows, token, lock=request.method == "POST")
        if to_thread is not None and request.POST.get("step") != "stop":
            page.lang = speech.language(request, wished, to_thread["lang"])
            return thread.answer(page, rows, to_thread)
        link = links.find(rows, token, page.now)
        page.lang = speech.language(request, wished, link["lang"] if link else None)
        outside = _outside(rows, page, link)
        if request.method == "GET":
            return page.answer("outside", address=outside) if outside else page.ask()
        step = request.POST.get("step", "ask")
        if step == "stop":
            return _stop(rows, page)
        if link is not None and outside and step in ("yes", "no"):
            return _did_you_book(rows, page, link, step == "yes")
        if step == "ask" or link is None:
            return _who(rows, page, link)
        return _with_pass(rows, page, link, step)


def _stop(rows: access.Rows, page: Page) -> HttpResponse:
    """No more texts, asked for on the page: whoever has the link has the phone it was sent to, so nothing else is asked.

    A link that has ended still says whose it was. The answer is the same for a token that never was.
    """
    found = rows.one(
        "select c.number_index, c.id from link l join cases c on c.practice = l.practice and c.id = l.case_id "
        "where l.practice = %s and l.token_hash = %s and c.number_index is not null",
        (page.practice, links.digest(page.token)),
    )
    if found is not None and not queries.suppressed(rows, found["number_index"]):
        ledgers.revoke(
            rows, bytes(found["number_index"]), source="patient", now=page.now, by=BY, evidence=f"case:{found['id']}"
        )
    return page.answer("sheet", head="stop_head", text="stop_text", mark="done")


def _outside(rows: access.Rows, page: Page, link: Row | None) -> str:
    """The practice's own booking page, where its policy sends people there; https only."""
    if link is None:
        return ""
    body = practices.policy_body(rows, link["policy"] or page.about["policy_version"])["body"]
    address = str(page.about["gate"].get("outside_link", ""))
    return address if body.get("booking") == "outside_link" and urlsplit(address).scheme == "https" else ""


def _who(rows: access.Rows, page: Page, link: Row | None) -> HttpResponse:
    claim = identity.claim_of(page.request.POST.dict(), page.now.date())
    people = _people(rows, link)
    allowed = link is not None and links.may_try(rows, link, page.now)
    # Nobody is known behind the number: whoever holds the phone goes on with the name they give (S78).
    good = claim is not None and (identity.is_one_of(claim, people) or not people)
    if link is None or claim is None or not (allowed and good):
        return page.ask("no_match")
    links.passed(rows, link)
    given = signing.dumps({"t": link["token_hash"].hex(), "n": claim.name, "b": claim.born.isoformat()}, salt=SALT)
    return _choose(rows, page, link, given)


def _people(rows: access.Rows, link: Row | None) -> list[Row]:
    if link is None or link["number_index"] is None:
        return []
    return queries.people_of(rows, [link["number_index"]]).get(bytes(link["number_index"]), [])


def _with_pass(rows: access.Rows, page: Page, link: Row, step: str) -> HttpResponse:
    """Everything after the first sheet carries who was let in, signed, for half an hour."""
    given = page.request.POST.get("pass", "")
    try:
        who: Row = signing.loads(given, salt=SALT, max_age=PASS_SECONDS)
    except signing.BadSignature:
        return page.answer("sheet", head="late_head", text="late_text", mark="clock")
    if who.get("t") != link["token_hash"].hex():
        return page.ask("no_match")
    if step == "book":
        return _book(rows, page, link, given, who)
    if step == "days":
        return _days(rows, page, link, given, who)
    return _choose(rows, page, link, given)


def _choose(rows: access.Rows, page: Page, link: Row, given: str, problem: str = "") -> HttpResponse:
    """Free times of a site, by day."""
    if link["used_at"] is not None:
        return _done(rows, page, link)
    if link["phase"] == "closed":
        return page.answer("sheet", head="closed_head", text="closed_text", mark="call")
    sites = links.sites_with_slots(rows, page.now)
    wanted = page.request.POST.get("site", "")
    home = next((line["location"] for line in practices.lines(rows) if line["id"] == link["line"]), None)
    numbers = {site["id"]: site for site in sites}
    site = numbers.get(int(wanted)) if wanted.isascii() and wanted.isdigit() else None
    site = site or numbers.get(home or 0) or (sites[0] if sites else None)
    zone = site["zone"] if site else page.about["zone"]
    slots = links.free_slots(rows, site["id"], page.now) if site else []
    days = [
        {"name": speech.day(found[0]["starts_at"], zone, page.lang), "slots": found}
        for found in (
            list(group) for _, group in groupby(slots, lambda one: one["starts_at"].astimezone(ZoneInfo(zone)).date())
        )
    ]
    for slot in slots:
        slot["hour"] = speech.hour(slot["starts_at"], zone, page.lang)
    return page.answer(
        "choose",
        given=given,
        problem=problem,
        change=link["kind"] == "reschedule",
        visit=_visit(page, link, _people(rows, link), given),
        days=days[:8],
        site=site,
        others=[one for one in sites if site and one["id"] != site["id"]],
        weekdays=list(enumerate(speech.DAYS[page.lang][:6])),
        parts=[(part, speech.SPOKEN[page.lang][part]) for part in PARTS],
    )


def _visit(page: Page, link: Row, people: list[Row], given: str) -> str:
    """The visit to be changed, of the person who was let in; on a phone that more people use it stays unsaid (C54)."""
    if link["kind"] != "reschedule" or len(people) != 1:
        return ""
    who: Row = signing.loads(given, salt=SALT, max_age=PASS_SECONDS)
    claim = identity.Claim(name=who["n"], born=date.fromisoformat(who["b"]))
    mine = next((one for one in people if identity.is_one_of(claim, [one])), None)
    if mine is None or mine["next_visit"] is None or mine["next_visit"] < page.now:
        return ""
    zone = page.about["zone"]
    return f"{speech.day(mine['next_visit'], zone, page.lang)}, {speech.hour(mine['next_visit'], zone, page.lang)}"


def _book(rows: access.Rows, page: Page, link: Row, given: str, who: Row) -> HttpResponse:
    """Take a time: the link is held first, then the time, so that two presses are one booking and one of many wins."""
    try:
        slot = UUID(page.request.POST.get("slot", ""))
    except ValueError:
        return _choose(rows, page, link, given, "pick_first")
    held = links.find(rows, page.token, page.now, lock=True)
    if held is None or held["used_at"] is not None or held["phase"] == "closed":
        return _choose(rows, page, held or link, given)
    if not links.take(rows, slot, held["case_id"], page.now):
        return _choose(rows, page, held, given, "gone")
    links.spend(rows, held, page.now)
    booked = next(one for one in links.taken(rows, held["case_id"]) if one["id"] == slot)
    when = f"{speech.day(booked['starts_at'], booked['zone'], 'en')}, {speech.hour(booked['starts_at'], booked['zone'], 'en')}"
    _note(rows, page, held, f"{who['n']}, born {who['b']}, took {when} at {booked['site']}.")
    submit(rows.connection, page.practice, held["case_id"], VisitBooked(kind=held["kind"], at=page.now), page.now, BY)
    return _done(rows, page, {**held, "used_at": page.now})


def _days(rows: access.Rows, page: Page, link: Row, given: str, who: Row) -> HttpResponse:
    """None suits: the days that would, for a person to confirm."""
    days = [int(day) for day in page.request.POST.getlist("days") if day in "012345" and len(day) == 1]
    parts = [part for part in page.request.POST.getlist("parts") if part in PARTS]
    if not days:
        return _choose(rows, page, link, given, "pick_days")
    held = links.find(rows, page.token, page.now, lock=True)
    if held is None or held["used_at"] is not None or held["phase"] == "closed":
        return _choose(rows, page, held or link, given)
    links.spend(rows, held, page.now)
    names = ", ".join(speech.DAYS["en"][day] for day in days)
    _note(
        rows, page, held, f"{who['n']}, born {who['b']}, would like: {names}; {', '.join(parts) or 'any time of day'}."
    )
    submit(rows.connection, page.practice, held["case_id"], VisitAsked(kind=held["kind"], at=page.now), page.now, BY)
    return _done(rows, page, {**held, "used_at": page.now})


def _did_you_book(rows: access.Rows, page: Page, link: Row, yes: bool) -> HttpResponse:
    """The return from the practice's own booking page."""
    held = links.find(rows, page.token, page.now, lock=True)
    if held is not None and held["used_at"] is None and held["phase"] != "closed":
        links.spend(rows, held, page.now)
        event = VisitBooked(kind=held["kind"], at=page.now) if yes else VisitAsked(kind=held["kind"], at=page.now)
        submit(rows.connection, page.practice, held["case_id"], event, page.now, BY)
    text = ("booked_head", "booked_text") if yes else ("asked_head", "asked_text")
    return page.answer("sheet", head=text[0], text=text[1], mark="done")


def _done(rows: access.Rows, page: Page, link: Row) -> HttpResponse:
    """What came of it; the same when somebody comes back later and says again who they are."""
    taken = links.taken(rows, link["case_id"])
    if not taken:
        return page.answer("sheet", head="asked_head", text="asked_text", mark="done")
    when: datetime = taken[-1]["starts_at"]
    head = "changed_head" if link["kind"] == "reschedule" else "booked_head"
    zone = taken[-1]["zone"] or page.about["zone"]
    booked = {
        "day": speech.day(when, zone, page.lang),
        "hour": speech.hour(when, zone, page.lang),
        "site": taken[-1]["site"],
    }
    return page.answer("sheet", head=head, text="booked_text", mark="done", booked=booked)


def _note(rows: access.Rows, page: Page, link: Row, words: str) -> None:
    changes.note(rows, link["case_id"], words, BY, page.now)
