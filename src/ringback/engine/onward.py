"""From wishes to rows: each effect of a batch becomes an outgoing text with the gate's answer, a notice, a suppression.

A text the gate denies comes back to its case as an event in the same batch, so that a person takes over at once; a text
it holds is due again when the gate said.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from uuid_utils.compat import uuid7

from ringback.core import gate, texts
from ringback.core.case import Phase
from ringback.core.effects import Alert, CancelTexts, Page, SendText, Suppress, Unsuppress
from ringback.core.events import TextFailed
from ringback.core.gate_values import AFTER_STOP, LEVEL_OF
from ringback.core.words.gsm import segments
from ringback.engine.ask import CODE, STAFF, WHOLE, Pace, facts_of, fill, own_words, paced, window
from ringback.engine.book import Practice, Wording, lock_of, minute
from ringback.engine.outbox import Row
from ringback.engine.save import Sent
from ringback.engine.step import Batch, Heard, Held
from ringback.store import callers, crypt, flow
from ringback.store.ledger_batch import Said

LINK_LIFE = timedelta(hours=24)
# A link to a thread is a link to records, and those live an hour (C53); whoever holds the phone asks for a new one.
THREAD_LIFE = timedelta(hours=1)
ROUNDS = 4
# A text denied for one of these needs no person: the case ended, the person was told, or sending is off on purpose.
NO_PERSON = frozenset(
    [
        "shadow",
        "closed",
        "answered",
        "already_answered",
        "status_sent",
        "stop_confirmed",
        "stop_late",
        "newer_stop",
        "stop_lifted",
        "no_outcome",
        "one_per_case",
        "loop",
    ]
)
LINKED = {
    "booking_link": "book",
    "reschedule_link": "reschedule",
    "voicemail_link": "reschedule",
    "did_you_book": "book",
    "secure_message": "thread",
}


async def carry_out(connection: flow.Connection, batch: Batch, room: int, lease: timedelta) -> Sent:
    """Turn the batch's wishes into rows; what the gate denies is folded back, a few rounds at most.

    Up to `room` texts that may go now are marked `sending` here: this transaction is then the one that sends them, and
    the gate's answer in it is the one that counts.
    """
    sent = Sent(room=room, lease=lease)
    past: dict[tuple[int, bytes], list[flow.Past]] = {}
    asked: set[tuple[int, bytes]] = set()
    for _ in range(ROUNDS):
        wishing = [held for held in batch.held.values() if held.wishes]
        if not wishing:
            break
        numbers = {
            (h.practice, h.index)
            for h in wishing
            if h.index is not None and any(isinstance(e, SendText | Suppress | Unsuppress) for e, _ in h.wishes)
        } - asked
        if numbers:
            lacking = [n for n in numbers if n not in batch.facts]
            keyless = [n for n in numbers if n not in batch.keys]
            async with connection.pipeline():
                keyed = await callers.ask(connection, batch.book.ring, keyless, batch.now) if keyless else None
                if lacking:
                    batch.facts |= await flow.number_facts(connection, lacking, batch.now)
                past |= await flow.history(connection, sorted(numbers), batch.now)
                lines = {(h.practice, line) for h in wishing for line in (h.case.line, WHOLE)} - set(sent.pace)
                if room and lines:
                    tallies = await flow.tallies(connection, sorted(lines), batch.now)
                    sent.pace |= {line: Pace(*tallies.get(line, (0, 0, 0))) for line in lines}
            if keyed is not None:
                batch.keys |= await callers.told(connection, batch.book.ring, keyed, keyless, batch.now)
            await callers.fetch(connection, batch.book.ring, [(h.practice, h.number) for h in wishing])
            asked |= numbers
        await _read_replies(connection, batch, sent, wishing)
        for held in wishing:
            wishes, held.wishes = held.wishes, []
            for effect, _why in wishes:
                _carry(batch, sent, held, effect, past)
    return sent


async def _read_replies(connection: flow.Connection, batch: Batch, sent: Sent, wishing: list[Held]) -> None:
    """Open what staff wrote, for the texts that carry it."""
    wanted = {
        (held.practice, UUID(effect.reply_to))
        for held in wishing
        for effect, _ in held.wishes
        if isinstance(effect, SendText) and effect.purpose in (STAFF, CODE) and effect.reply_to not in sent.written
    }
    if not wanted:
        return
    ring, rows = batch.book.ring, await flow.words(connection, sorted(wanted))
    await callers.fetch(connection, ring, [(practice, sealed) for practice, _, sealed in rows])
    for practice, message, sealed in rows:
        try:
            sent.written[str(message)] = crypt.open_(ring, practice, "message", "sealed", message, sealed).decode()
        except crypt.Gone:
            continue


def _carry(batch: Batch, sent: Sent, held: Held, effect: Any, past: dict[tuple[int, bytes], list[flow.Past]]) -> None:
    key = (held.practice, held.index) if held.index is not None else None
    match effect:
        case SendText() if key is not None:
            _text(batch, sent, held, effect, past.setdefault(key, []))
        case CancelTexts():
            sent.cancelled.append((held.practice, held.id))
            gone = {
                row[1] for row in sent.texts if row[2] == held.id and row[8] not in AFTER_STOP and row[16] != "denied"
            }
            sent.texts = [row for row in sent.texts if row[1] not in gone]
            sent.work = [row for row in sent.work if row[2] not in gone]
            sent.flights = [row for row in sent.flights if row.id not in gone]
            if key is not None and key in past:
                past[key] = [p for p in past[key] if p.id not in gone]
        case Page(role=role, turn=turn):
            _notice(batch, sent, held, "page", role, turn, "urgent", "")
        case Alert(role=role, about=about, task=task):
            _notice(batch, sent, held, "alert", role, 0, about, task)
        case Suppress(source=source, wrong_number=wrong) if key is not None:
            known, heard = batch.facts.get(key), held.heard.pop(0)
            blocked = known is not None and known.suppressed is not None
            # A stop a page has taken down itself is in the ledger; the person's own words always go in.
            if not blocked or heard.words:
                sent.said.append(_said(batch, key, "stop", source, heard, wrong))
            if not blocked:
                _remember(batch, key, source, heard.at or batch.now)
            if wrong:
                sent.unlinked.append(key)
        case Unsuppress(source=source) if key is not None:
            sent.said.append(_said(batch, key, "lift", source, held.heard.pop(0), False))
            _remember(batch, key, None, None)


def _said(
    batch: Batch, key: tuple[int, bytes], kind: Literal["stop", "lift"], source: str, heard: Heard, wrong: bool
) -> Said:
    row, ring = uuid7(), batch.book.ring
    words = json.dumps({"words": heard.words}) if heard.words else ""
    return Said(
        practice=key[0],
        id=row,
        index=key[1],
        kind=kind,
        source=source,
        at=heard.at or batch.now,
        by=heard.by,
        wrong_number=wrong,
        evidence=heard.evidence,
        evidence_hash=crypt.index(ring, key[0], "body", heard.words).hex() if words else "",
        lang=heard.lang,
        sealed=batch.seal(*key, "suppression_entry", "sealed", row, words) if words else None,
    )


def _remember(batch: Batch, key: tuple[int, bytes], source: str | None, at: datetime | None) -> None:
    known = batch.facts.get(key) or flow.NumberFacts(key[0], key[1], 0, "", False, None, {}, None, None, [])
    batch.facts[key] = known._replace(suppressed=source, suppressed_at=at)


def _notice(batch: Batch, sent: Sent, held: Held, kind: str, role: str, turn: int, about: str, task: str) -> None:
    notice = uuid7()
    # Every alert stands on the page of its queue; where nothing else is set up there is nothing further to send.
    quiet = kind == "alert" and not batch.book.known(held.practice).gate.get("alerts")
    state, channel = ("sent", "inbox") if quiet else ("queued", "")
    sent.notices.append((held.practice, notice, held.id, kind, role, turn, about, task, batch.now, state, channel))
    if not quiet:
        sent.work.append((held.practice, flow.NOTICE, notice, batch.now, 0))


def _choose(practice: Practice, held: Held, effect: SendText) -> tuple[texts.Template, Wording | None]:
    policy = practice.policy(held.case.policy, held.case.line)
    purpose, workflow = effect.purpose, held.case.workflow.value
    if purpose == "first_closed":
        purpose, workflow = "first", "after_hours"
    template = texts.choose(
        purpose,
        held.case.lang or "en",
        workflow,
        policy.menu,
        same=policy.first_text == "same",
        reviewed=practice.reviewed,
    )
    return template, practice.wording(template.id, template.version)


def _text(batch: Batch, sent: Sent, held: Held, effect: SendText, past: list[flow.Past]) -> None:
    practice, case, now = batch.book.known(held.practice), held.case, batch.now
    line = practice.lines[case.line]
    if effect.purpose == STAFF:
        written = sent.written.get(effect.reply_to)
        if written is None:
            return  # the person was erased, or the words are gone: nothing is sent
        wording: Wording | None = own_words(practice, written, case.lang or "en")
        template = texts.Template(
            id=STAFF, version=1, purpose=STAFF, lang=case.lang or "en", body="", unprompted=False, reviewed=True
        )
    else:
        template, wording = _choose(practice, held, effect)
    code = sent.written.get(effect.reply_to, "") if effect.purpose == CODE else ""
    if effect.purpose == CODE and not code:
        return  # it was used or renewed meanwhile
    lang = wording.lang if wording is not None else template.lang
    version = wording.version if wording is not None else template.version
    number = batch.number_of(held)
    assert held.index is not None
    known = batch.facts.get((held.practice, held.index))
    policy = practice.policy(case.policy, case.line)
    row = uuid7()
    body_of = wording.body if wording is not None else template.body
    url = ""
    if "{url}" in body_of and effect.purpose != STAFF:
        url = _link(batch, sent, held, practice, effect)
    if effect.purpose == STAFF:
        body = body_of
    else:
        body = fill(template, body_of, practice, url, window(effect.promise, policy.hours.zone, now, lang), code)
    suppressed_at = known.suppressed_at if known is not None else None
    reply_to_at = effect.reply_to_at
    if effect.basis == "stop_confirmation":
        reply_to_at = suppressed_at
    ask = gate.Ask(
        id=str(row),
        purpose=template.purpose,
        basis=effect.basis,
        unprompted=effect.unprompted,
        number=number,
        lang=lang,
        template=template.id,
        version=version,
        template_hash=wording.hash if wording is not None else "",
        body=body,
        level=LEVEL_OF.get(template.purpose, "neutral_only"),
        reply_to=effect.reply_to,
        reply_to_at=reply_to_at,
        called_at=case.last_call_at,
        stop_at=suppressed_at if effect.basis == "stop_confirmation" else None,
        fresh_until=_fresh_until(effect.basis, case.last_call_at, policy.hold_at_most_hours),
    )
    _, _, parts = segments(body)
    mine, whole = (sent.pace.get((practice.id, n), Pace()) for n in (line.id, WHOLE))
    direct = sent.room > 0
    free = not direct or paced(practice, mine, whole, parts, effect.basis == "urgent_answer")
    facts = facts_of(
        practice,
        line,
        wording,
        known,
        past,
        mine,
        ask,
        now,
        case_id=held.id,
        closed=case.phase is Phase.CLOSED,
        acknowledged=None if case.urgent is None else case.urgent.acked_at is not None,
        suppressed_at=suppressed_at,
        attestation=case.attestation,
        second_text=policy.second_text,
        night_first=policy.night_first,
        free=free,
        free_at=None if free else minute(now) + timedelta(minutes=1),
        audit_ready=batch.book.journal.ready,
    )
    verdict = gate.decide(ask, facts, now)
    direct = direct and verdict.kind == "allow"
    state = "sending" if direct else {"allow": "queued", "hold": "held", "deny": "denied"}[verdict.kind]
    sent.texts.append(
        (
            held.practice,
            row,
            held.id,
            case.line,
            now,
            template.purpose,
            f"{template.id}.{version}",
            lang,
            effect.basis,
            effect.unprompted,
            effect.reply_to,
            reply_to_at,
            held.index,
            batch.seal(held.practice, held.index, "outgoing", "number", row, number),
            batch.seal(held.practice, held.index, "outgoing", "body", row, body),
            parts,
            state,
            verdict.code,
            verdict.why,
            now if direct else None,
        )
    )
    if verdict.kind == "deny":
        # Whoever wrote a reply reads at once why it may not go; nobody else needs to take over.
        if verdict.code not in NO_PERSON and effect.purpose not in (STAFF, CODE):
            batch.happen(
                held, TextFailed(purpose=effect.purpose, reason=verdict.code, permanent=True, at=now, denied=True)
            )
        return
    past.append(flow.Past(row, held.id, template.purpose, effect.basis, effect.unprompted, effect.reply_to, now))
    at = verdict.until or (now + sent.lease if direct else now)
    if url and verdict.until is not None:
        # What goes out later than it was written lives as long from then on.
        *link, ends = sent.links[-1]
        sent.links[-1] = (*link, ends + (verdict.until - now))
    sent.work.append((held.practice, flow.OUTGOING, row, at, lock_of(held.index)))
    if direct:
        sent.room -= 1
        sent.flights.append(_flight(held, row, line.id, template.purpose, number, body, now, verdict.token))
        for counted, each in ((line.id, mine), (WHOLE, whole)):
            sent.counted.append((practice.id, counted, minute(now), 1, parts))
            each.count(parts)


def _flight(held: Held, row: UUID, line: int, purpose: str, number: str, body: str, now: datetime, token: str) -> Row:
    return Row(
        practice=held.practice,
        id=row,
        case_id=held.id,
        line=line,
        purpose=purpose,
        number=number,
        body=body,
        attempts=0,
        claimed_at=now,
        uncertain=False,
        token=token,
    )


def _fresh_until(basis: str, called_at: datetime | None, hours: int) -> datetime | None:
    return called_at + timedelta(hours=hours) if basis == "greeting_notice" and called_at is not None else None


def _link(batch: Batch, sent: Sent, held: Held, practice: Practice, effect: SendText) -> str:
    """A token link: 128 random bits, stored as their digest only, one purpose, one day."""
    token = secrets.token_urlsafe(16)
    kind = LINKED.get(effect.purpose, effect.link or "book")
    life = THREAD_LIFE if kind == "thread" else LINK_LIFE
    sent.links.append(
        (held.practice, hashlib.sha256(token.encode()).digest(), held.id, kind, batch.now, batch.now + life)
    )
    public = str(practice.gate.get("public_url") or batch.book.public_url).rstrip("/")
    return f"{public}/p/{practice.id}/{token}"
