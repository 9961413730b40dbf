"""The secure thread of a patient behind a token link: name and birth date, a code sent to their phone, then messages and files.

GET is harmless and shows nothing. Whether name and birth date are right is never said: the same sheet asks for the code, and
only the right answer brings one. What was read stays for twenty quiet minutes, an hour at most; then the code is asked for again.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core import signing
from django.http import HttpRequest, HttpResponse

from ringback.core import uploads
from ringback.core.case import Case
from ringback.core.events import CallerFacts, LanguageChosen, SecureAsked, SecureSeen, TextReceived
from ringback.core.words import read
from ringback.core.words.availability import TAGS
from ringback.store import access, contact, links, queries, secure
from ringback.store.submit import submit
from ringback.web.patient import identity, speech
from ringback.web.patient.thread_words import THREAD

Row = dict[str, Any]
SALT = "ringback.thread"
QUIET_SECONDS = 20 * 60
LONGEST_VISIT = timedelta(hours=1)
LONGEST = 4000
BY = "the patient, on the secure page"
LANGUAGES = {"en": "English", **{code: tag.name for code, tag in TAGS.items()}}
WHEN = ("any_time", "morning", "afternoon", "evening")


class BadFile(ValueError):
    """A file that is too large, too many, or none of the kinds that are taken."""


def answer(page: Any, rows: access.Rows, link: Row) -> HttpResponse:
    """One request to a thread's link; `page` is the frame that `book` made for it."""
    page.words = {**speech.SPOKEN[page.lang], **THREAD[page.lang]}
    request: HttpRequest = page.request
    step = request.POST.get("step", "") if request.method == "POST" else ""
    ended = link["ends"] <= page.now
    if link["phase"] == "closed" or queries.suppressed(rows, link["number_index"]):
        # Without texts there is no code, and after the end nobody reads here.
        return _sheet(page, "closed", "call")
    if step == "renew" and ended:
        return _renew(page, rows, link)
    if step == "ask" and not ended:
        return _who(page, rows, link)
    if step == "code":
        return _code(page, rows, link)
    if step in STEPS:
        return _let_in(page, rows, link, step)
    return page.answer("thread_ended") if ended else page.ask()  # type: ignore[no-any-return]


def _sheet(page: Any, name: str, mark: str = "done") -> HttpResponse:
    return page.answer("sheet", head=f"{name}_head", text=f"{name}_text", mark=mark)  # type: ignore[no-any-return]


def _renew(page: Any, rows: access.Rows, link: Row) -> HttpResponse:
    """A new link goes to the number and to no other; how often is the gate's and the link's own count."""
    if links.may_try(rows, link, page.now):
        event = SecureAsked(kind="link", message=f"renew:{uuid4().hex}", at=page.now)
        submit(rows.connection, page.practice, link["case_id"], event, page.now, BY)
    return _sheet(page, "renewed")


def _who(page: Any, rows: access.Rows, link: Row) -> HttpResponse:
    """Compare with everybody on this phone; say the same whatever comes of it (C53)."""
    claim = identity.claim_of(page.request.POST.dict(), page.now.date())
    people = queries.people_of(rows, [link["number_index"]]).get(bytes(link["number_index"] or b""), [])
    allowed = links.may_try(rows, link, page.now)
    same = [one["id"] for one in people if claim is not None and identity.is_one_of(claim, [one])]
    right = allowed and len(same) == 1
    secure.checked(rows, link, right)
    if right:
        links.passed(rows, link)
        code = secure.new_code(rows, link, same[0], page.now)
        if code is not None:
            event = SecureAsked(kind="code", message=str(code), at=page.now)
            submit(rows.connection, page.practice, link["case_id"], event, page.now, BY)
    return page.answer("thread_code")  # type: ignore[no-any-return]


def _code(page: Any, rows: access.Rows, link: Row) -> HttpResponse:
    person = secure.check_code(rows, link, page.request.POST.get("code", "")[:20], page.now)
    if person is None:
        return page.answer("thread_code", problem=True)  # type: ignore[no-any-return]
    return _thread(page, rows, link, person, page.now)


def _let_in(page: Any, rows: access.Rows, link: Row, step: str) -> HttpResponse:
    """Everything after the code carries who was let in, signed."""
    try:
        who: Row = signing.loads(page.request.POST.get("pass", ""), salt=SALT, max_age=QUIET_SECONDS)
        began = datetime.fromisoformat(who["s"])
        if who["t"] != link["token_hash"].hex() or not page.now - LONGEST_VISIT < began <= page.now:
            raise signing.BadSignature
    except signing.BadSignature:
        return _sheet(page, "late", "clock")
    return STEPS[step](page, rows, link, UUID(who["p"]), began)


def _thread(
    page: Any,
    rows: access.Rows,
    link: Row,
    person: UUID,
    began: datetime,
    said: str = "",
    problem: str = "",
    typed: str = "",
) -> HttpResponse:
    """What was said, newest last; seeing it is an event of the case."""
    if secure.seen(rows, link["case_id"], person, page.now) and not secure.waiting(rows, link["case_id"]):
        submit(rows.connection, page.practice, link["case_id"], SecureSeen(at=page.now), page.now, BY)
    said_so_far = secure.thread(rows, link["case_id"], person)
    zone = page.about["zone"]
    for one in said_so_far:
        one["day"] = f"{speech.day(one['at'], zone, page.lang)}, {speech.hour(one['at'], zone, page.lang)}"
    given = {"t": link["token_hash"].hex(), "p": person.hex, "s": began.isoformat()}
    return page.answer(  # type: ignore[no-any-return]
        "thread", given=signing.dumps(given, salt=SALT), said=said_so_far, told=said, problem=problem, typed=typed,
        longest=LONGEST, chosen=contact.of(rows, person, bytes(link["number_index"])), tongues=LANGUAGES.items(),
        whens=[(one, page.words[one]) for one in WHEN],
    )  # fmt: skip


def _look(page: Any, rows: access.Rows, link: Row, person: UUID, began: datetime) -> HttpResponse:
    return _thread(page, rows, link, person, began)


def _write(page: Any, rows: access.Rows, link: Row, person: UUID, began: datetime) -> HttpResponse:
    """The patient writes: kept sealed, read like a text, and urgent words page at once."""
    words = page.request.POST.get("words", "").strip()
    try:
        files = given_files(page.request)
    except BadFile:
        return _thread(page, rows, link, person, began, problem="bad_file", typed=words)
    if not words and not files:
        return _thread(page, rows, link, person, began, problem="empty")
    if len(words) > LONGEST:
        return _thread(page, rows, link, person, began, problem="long", typed=words)
    found = queries.case(rows, link["case_id"])
    assert found is not None
    case: Case = found["value"]
    # Where the words are is of no use to the rules, and an event holds nothing of them.
    reading = replace(read(words or "(file)", lang=case.lang or None, voicemail=True), quote="", spans=())
    summary = {
        "intents": reading.intents, "attention": reading.attention, "opt_out": reading.opt_out, "lang": reading.lang,
    }  # fmt: skip
    message = secure.write(rows, link["case_id"], "secure_in", words, person, files, BY, page.now, json.dumps(summary))
    facts = CallerFacts(kind=case.caller, lang=case.lang, suppressed=case.opted_out)
    event = TextReceived(message=str(message), at=page.now, reading=reading, caller=facts, secure=True)
    submit(rows.connection, page.practice, link["case_id"], event, page.now, BY)
    return _thread(page, rows, link, person, began, said="urgent" if reading.urgent else "sent")


def given_files(request: HttpRequest) -> list[secure.File]:
    """The files of a form, by what they are. Raises `BadFile`; then none of them is kept."""
    given = [one for one in request.FILES.getlist("files") if one.size or one.name]
    if len(given) > uploads.MOST:
        raise BadFile
    found: list[secure.File] = []
    for one in given:
        content = one.read() if (one.size or 0) <= uploads.LARGEST else b""
        kind = uploads.kind(content)
        if not kind:
            raise BadFile
        found.append((uploads.named(one.name or "", kind), kind, content))
    return found


def _file(page: Any, rows: access.Rows, link: Row, person: UUID, began: datetime) -> HttpResponse:
    try:
        found = secure.file(rows, link["case_id"], UUID(page.request.POST.get("file", "")), person)
    except ValueError:
        found = None
    if found is None or found["content"] is None:
        return _thread(page, rows, link, person, began)
    return as_file(found)


def as_file(found: Row) -> HttpResponse:
    """A patient's file as something to save: it is never shown or run as a part of these pages."""
    response = HttpResponse(found["content"], content_type="application/octet-stream")
    response["Content-Disposition"] = (
        f'attachment; filename="{uploads.named(found["name"], found["kind"]).encode("ascii", "ignore").decode()}"'
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


def _choices(page: Any, rows: access.Rows, link: Row, person: UUID, began: datetime) -> HttpResponse:
    """Language, way and time, chosen by the patient: they hold from the next text on (S26, S160)."""
    post = page.request.POST
    lang, way, when = post.get("tongue", ""), post.get("way", ""), post.get("when", "")
    if lang in LANGUAGES and way in contact.WAYS and when in WHEN:
        submit(rows.connection, page.practice, link["case_id"], LanguageChosen(lang=lang, at=page.now), page.now, BY)
        contact.choose(rows, person, bytes(link["number_index"]), lang=lang, way=way, when=when, by=BY, now=page.now)
    return _thread(page, rows, link, person, began, said="interpreter" if lang not in ("en", "es") else "saved")


def _leave(page: Any, rows: access.Rows, link: Row, person: UUID, began: datetime) -> HttpResponse:
    return _sheet(page, "left")


STEPS = {"look": _look, "write": _write, "file": _file, "choices": _choices, "leave": _leave}
