"""One batch: claim what is due, fold each case's events through `decide` in memory, write it all in one commit.

The transaction names the practices of its batch, takes the callers' locks in one order, loads every touched case in one
query, and ends with set-based statements. Nothing is decided here: events go into `decide`, wishes come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from ringback.core import calls as call_rules
from ringback.core import hours, words
from ringback.core.calls import Call, Direction, Judgement, Verdict
from ringback.core.case import Case, Phase, due
from ringback.core.decide import decide, new_case
from ringback.core.effects import Alert, CancelTexts, Effect, Page, SendText, Suppress, Unsuppress
from ringback.core.events import CallEnded, CallerFacts, Event, TimeUp, VoicemailHeard
from ringback.core.words.fusion import understand
from ringback.core.words.scores import Scores
from ringback.engine.book import Book, Practice, lock_of
from ringback.engine.facts import caller_facts
from ringback.store import callers, crypt, flow
from ringback.store.keys import Key

_CASE = msgspec.json.Decoder(Case)
_CALL = msgspec.json.Decoder(Call)
_encode = msgspec.json.encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What shows a stop, or its lifting: the message or event it came with, the words, their language, who noted it, when.

    A stop counts from the moment it came in, so that one read late is not confirmed late (C30).
    """

    evidence: str = ""
    words: str = ""
    lang: str = ""
    by: str = ""
    at: datetime | None = None


UNHEARD = Heard()


@dataclass(slots=True, kw_only=True)
class Held:
    """A case in memory during a batch: its value, what happened to it, and what is to be written."""

    practice: int
    id: UUID
    index: bytes | None
    number: bytes | None
    plain: str
    case: Case
    steps: int = 0
    fresh: bool = False
    changed: bool = False
    tasks_before: dict[str, Any] = field(default_factory=dict)
    journal: list[tuple[Any, ...]] = field(default_factory=list)
    wishes: list[tuple[Effect, str]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    calls: list[UUID] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class CallRow:
    """A call row in memory during a batch."""

    practice: int
    id: UUID
    source: int
    call: Call
    index: bytes | None
    number: bytes | None
    line: int | None
    at: datetime
    judgement: Judgement
    case_id: UUID | None = None
    closure: str | None = None
    reason: str = ""
    closed_at: datetime | None = None


class Batch:
    """The working memory of one batch."""

    def __init__(self, book: Book, now: datetime) -> None:
        self.book = book
        self.now = now
        self.held: dict[UUID, Held] = {}
        self.open_by_number: dict[tuple[int, bytes], Held] = {}
        self.facts: dict[tuple[int, bytes], flow.NumberFacts] = {}
        self.calls: dict[tuple[int, int, str], CallRow] = {}
        self.messages: list[tuple[Any, ...]] = []
        self.staffed: dict[int, bool] = {}
        # The present keys of this batch's callers, by practice and number.
        self.keys: dict[callers.Number, Key] = {}
        self.nothing = 0
        self.why = ""
        # What is being folded just now, for the ledgers.
        self.hearing = UNHEARD
        # What each message reads like to the model; None: no model was set up, and rules read alone.
        self.scores: dict[str, Scores | None] | None = None

    def understood(self, text: str, **about: Any) -> words.Reading:
        """A message, read by rules and what the model said of it. Where a model was asked and is silent, a person reads."""
        if self.scores is None:
            return words.read(text, **about)
        return understand(text, self.scores.get(text), **about)

    # ---- cases ---------------------------------------------------------------------------------------------------

    def take(self, row: tuple[Any, ...]) -> Held:
        """Bring a loaded case row (practice, id, number_index, number, steps, state) into memory."""
        practice, case_id, index, number, steps, state = row
        found = self.held.get(case_id)
        if found is not None:
            return found
        case = _CASE.decode(state)
        held = Held(
            practice=practice,
            id=case_id,
            index=index,
            number=number,
            plain="",
            case=case,
            steps=steps,
            tasks_before={task.id: task for task in case.tasks},
        )
        self.held[case_id] = held
        if index is not None and case.phase is not Phase.CLOSED:
            self.open_by_number[(practice, index)] = held
        return held

    def number_of(self, held: Held) -> str:
        """The caller's number in the clear, opened when first needed; empty when the caller was erased."""
        if not held.plain and held.number is not None:
            try:
                held.plain = crypt.open_(
                    self.book.ring, held.practice, "cases", "number", held.id, held.number
                ).decode()
            except crypt.Gone:
                return ""
        return held.plain

    def seal(self, practice: int, index: bytes | None, table: str, column: str, row: UUID, plain: str) -> bytes:
        """Seal a value of a caller with the key of their number; who withheld it has none, and the practice's is used."""
        key = self.keys[(practice, index)] if index is not None else None
        return crypt.seal(self.book.ring, practice, table, column, row, plain, key)

    def open_case(self, practice: Practice, line: int, index: bytes | None, plain: str) -> Held:
        """The caller's open case, or a new one."""
        if index is not None:
            found = self.open_by_number.get((practice.id, index))
            if found is not None:
                return found
        case_id = uuid7()
        held = Held(
            practice=practice.id,
            id=case_id,
            index=index,
            number=self.seal(practice.id, index, "cases", "number", case_id, plain) if plain else None,
            plain=plain,
            case=new_case(id=str(case_id), practice=practice.id, line=line, policy_version=practice.policy_version),
            fresh=True,
        )
        return held

    def keep(self, held: Held) -> None:
        """A new case that really began takes its place."""
        if held.fresh and held.id not in self.held:
            self.held[held.id] = held
            if held.index is not None and held.case.phase is not Phase.CLOSED:
                self.open_by_number[(held.practice, held.index)] = held

    def happen(self, held: Held, event: Event) -> bool:
        """Fold one event. Returns False when there was nothing to do (counted, not kept)."""
        practice = self.book.known(held.practice)
        policy = practice.policy(held.case.policy, held.case.line)
        decision = decide(held.case, event, policy, self.now)
        self.why = decision.why
        if decision.nothing:
            self.nothing += 1
            return False
        held.case = decision.case
        held.changed = True
        self.keep(held)
        held.steps += 1
        held.journal.append(
            (
                held.practice,
                uuid7(),
                held.id,
                held.steps,
                self.now,
                type(event).__name__,
                decision.why,
                decision.case.phase.value,
                _effects(decision.effects),
            )
        )
        for effect in decision.effects:
            held.wishes.append((effect, decision.why))
            if isinstance(effect, Suppress | Unsuppress):
                held.heard.append(self.hearing)
        key = (held.practice, held.index or b"")
        if decision.case.phase is Phase.CLOSED and self.open_by_number.get(key) is held:
            del self.open_by_number[key]
        return True

    def time(self, held: Held) -> None:
        """Let clocks that have run out fire now (a settle window of zero ends in the same breath)."""
        moment = due(held.case)
        if moment is not None and moment <= self.now:
            self.happen(held, TimeUp(at=self.now, staffed=self.staffed.get(held.practice, True)))

    # ---- calls ---------------------------------------------------------------------------------------------------

    def observe(
        self, practice: Practice, source: int, seen: Call, index: bytes | None, plain: str, at: datetime
    ) -> None:
        """Merge one observation of a call, judge it when it has ended, and tell its case."""
        key = (practice.id, source, seen.key)
        row = self.calls.get(key)
        before = row.judgement.verdict if row is not None else Verdict.UNKNOWN
        if row is None:
            call_id = uuid7()
            line = practice.by_number.get(seen.line)
            row = CallRow(
                practice=practice.id,
                id=call_id,
                source=source,
                call=seen,
                index=index,
                number=self.seal(practice.id, index, "call", "number", call_id, plain) if plain else None,
                line=line.id if line else None,
                at=at,
                judgement=call_rules.judge(seen),
            )
            self.calls[key] = row
        else:
            row.call = call_rules.merge(row.call, seen)
            row.judgement = call_rules.judge(row.call)
            if row.line is None and row.call.line in practice.by_number:
                row.line = practice.by_number[row.call.line].id
            if row.index is None and index is not None:
                row.index = index
                row.number = self.seal(practice.id, index, "call", "number", row.id, plain)
        verdict = row.judgement.verdict
        if verdict is before or verdict is Verdict.UNKNOWN:
            return
        if verdict in call_rules.MISSED_KINDS and before in call_rules.MISSED_KINDS:
            if verdict is Verdict.VOICEMAIL:
                self._message_left(practice, row)
            return
        self._tell(practice, row, index, plain)

    def _message_left(self, practice: Practice, row: CallRow) -> None:
        """A message turned up on a call already known as missed: a person hears it, whether or not its words ever come."""
        held = self.held.get(row.case_id) if row.case_id is not None else None
        if held is None or not held.case.open:
            return
        heard = VoicemailHeard(
            call=str(row.id),
            at=self.now,
            reading=words.read("", voicemail=True),
            caller=self.caller(practice, held.index, self.number_of(held)),
            seconds=row.call.voicemail_seconds,
            staffed=self.staffed.get(practice.id, True),
        )
        self.happen(held, heard)

    def _tell(self, practice: Practice, row: CallRow, index: bytes | None, plain: str) -> None:
        verdict = row.judgement.verdict
        found = self.open_by_number.get((practice.id, index)) if index is not None else None
        if row.case_id is not None and row.case_id in self.held:
            found = self.held[row.case_id]
        if verdict is Verdict.INTERNAL:
            reason = "placed by the practice" if row.call.direction is Direction.OUTBOUND else "internal"
            row.closure, row.reason, row.closed_at = "suppressed", reason, self.now
            return
        if verdict is Verdict.ANSWERED and (found is None or not found.case.open):
            row.closure, row.reason, row.closed_at = "answered", row.judgement.why, self.now
            return
        if row.line is None:
            line = next(iter(practice.lines.values()))
        else:
            line = practice.lines[row.line]
        held = found if found is not None and found.case.open else self.open_case(practice, line.id, index, plain)
        policy = practice.policy(held.case.policy, line.id)
        ended = row.call.ended or row.at
        event = CallEnded(
            call=str(row.id),
            verdict=verdict,
            why=row.judgement.why,
            at=ended,
            caller=self.caller(practice, index, plain, row.call),
            shadow=line.mode != "live",
            open_now=hours.is_open(policy.hours, self.now),
            staffed=self.staffed.get(practice.id, True),
            same_call=row.case_id is not None and row.case_id == held.id,
        )
        if self.happen(held, event):
            row.case_id = held.id
            held.calls.append(row.id)
            self.time(held)
        elif held.fresh and held.id not in self.held:
            row.closure, row.reason, row.closed_at = "suppressed", "nothing to do", self.now
        else:
            row.case_id = held.id
            held.calls.append(row.id)

    def caller(self, practice: Practice, index: bytes | None, plain: str, call: Call | None = None) -> CallerFacts:
        """What is known of the caller, as the core wants it."""
        known = self.facts.get((practice.id, index)) if index is not None else None
        facts = caller_facts(practice, plain, call.caller if call is not None else plain, known, self.now)
        if call is None or not call.attestation:
            return facts
        forged = call.attestation == "failed" and not facts.untextable
        return replace(
            facts, attestation=call.attestation, untextable="caller id failed" if forged else facts.untextable
        )


def _effects(effects: Sequence[Effect]) -> str:
    if not effects:
        return "[]"
    return "[" + ",".join([_EFFECT[type(e)](e) for e in effects]) + "]"


_EFFECT: dict[type, Any] = {
    SendText: lambda e: f'{{"send":"{e.purpose}"}}',
    CancelTexts: lambda e: '{"cancel_texts":true}',
    Page: lambda e: f'{{"page":"{e.role}","turn":{e.turn}}}',
    Alert: lambda e: f'{{"alert":"{e.role}","about":"{e.about}"}}',
    Suppress: lambda e: f'{{"suppress":"{e.source}"}}',
    Unsuppress: lambda e: f'{{"unsuppress":"{e.source}"}}',
}


def call_facts(call: Call) -> str:
    """A call as stored: everything but the caller, who is sealed in a column of its own."""
    return _encode(replace(call, caller="") if call.caller else call).decode()


def stored_call(facts: str) -> Call:
    """A call from its stored form."""
    return _CALL.decode(facts)


__all__ = ["Batch", "CallRow", "Held", "call_facts", "lock_of", "stored_call"]
