"""A clinic in a test: things happen to one caller, time passes, and the story says what must have come of it.

The clinic keeps what a real engine would: it lets every clock run out in order, remembers each wish and each reason,
and opens a new case when something happens after a closure.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ringback.core import events
from ringback.core.calls import Verdict
from ringback.core.case import Caller, Case, Closure, Phase, Task, due
from ringback.core.decide import Decision, decide, new_case
from ringback.core.effects import Alert, CancelTexts, Effect, Page, SendText, Suppress, Unsuppress
from ringback.core.events import CallerFacts, Event
from ringback.core.hours import Hours, Span, zone_of
from ringback.core.policy import Policy
from ringback.core.tasks import open_tasks
from ringback.core.words import Reading, read

ZONE = "America/New_York"
_MORNING, _AFTERNOON = Span(time(8), time(12)), Span(time(13), time(17))
WEEKDAY = (_MORNING, _AFTERNOON)
HOURS = Hours(zone=ZONE, week=(*([WEEKDAY] * 5), (), ()), closed=frozenset({date(2026, 11, 26)}))
ROUND_THE_CLOCK = Hours(zone=ZONE, week=((Span(time(0), time(0)),),) * 7)
MONDAY = "2026-03-02 09:00"

SAID: dict[str, dict[str, Any]] = {
    "BOOK": {"intents": ("book",)},
    "CHANGE": {"intents": ("reschedule",)},
    "cancel my appointment tuesday": {"intents": ("cancel",), "attention": "person"},
    "BILLING": {"intents": ("billing",)},
    "REFILL": {"intents": ("refill",)},
    "records please": {"intents": ("records",)},
    "my referral": {"intents": ("referral",)},
    "my results": {"intents": ("results",)},
    "the rash is back": {"intents": ("clinical",), "attention": "person"},
    "interpreter": {"intents": ("language",)},
    "CALL": {"intents": ("other",), "attention": "person", "call_me": True},
    "call me to book": {"intents": ("book", "other"), "attention": "person", "call_me": True},
    "5": {"intents": ("other",), "attention": "person"},
    "mornings are best": {"intents": ("other",), "attention": "person"},
    "hmm": {"intents": ("other",), "attention": "person"},
    "URGENT": {"intents": ("urgent",), "attention": "page", "urgent": True},
    "chest pain": {"intents": ("urgent",), "attention": "page", "urgent": True},
    "bill, and chest pain": {"intents": ("billing", "urgent"), "attention": "page", "urgent": True},
    "STOP": {"intents": ("opt_out",), "opt_out": True},
    "CANCEL": {"intents": ("opt_out",), "opt_out": True, "bare_cancel": True, "attention": "person"},
    "cancel and stop texting me": {"intents": ("cancel", "opt_out"), "opt_out": True},
    "stop. chest pain": {"intents": ("urgent", "opt_out"), "attention": "page", "urgent": True, "opt_out": True},
    "stop, and my bill": {"intents": ("billing", "opt_out"), "opt_out": True},
    "wrong number": {"intents": ("wrong_number",), "opt_out": True, "wrong_number": True},
    "stop maybe": {"intents": ("other",), "attention": "person", "opt_out_unsure": True},
    "START": {"start": True},
    "HELP": {"intents": ("help",), "help": True},
    "YES": {"intents": ("confirm",), "yes": True},
    "not yet": {"intents": ("book",), "yes": False},
    "thanks": {"ignore": True},
    "I'm driving": {"ignore": True, "auto_reply": True},
    "tomorrow another time please": {"intents": ("reschedule",)},
    "book and bill": {"intents": ("book", "billing")},
    "": {"intents": ("other",), "attention": "person"},
}


def reading(words: str) -> Reading:
    """What is understood of these words."""
    return Reading(**SAID[words])


class Clinic:
    """One practice, one line and one caller."""

    def __init__(
        self,
        at: str = MONDAY,
        caller: Caller = Caller.UNMATCHED,
        *,
        hours: Hours = HOURS,
        staffed: bool = True,
        untextable: str = "",
        suppressed: bool = False,
        flagged: bool = False,
        visit_in: timedelta | None = None,
        **policy: Any,
    ) -> None:
        self.now = datetime.fromisoformat(at).replace(tzinfo=zone_of(ZONE)).astimezone(UTC)
        self.policy = Policy(hours=hours, **policy)
        self.staffed = staffed
        self.facts = CallerFacts(
            kind=caller,
            untextable=untextable,
            suppressed=suppressed,
            flagged=flagged,
            next_visit=None if visit_in is None else self.now + visit_in,
        )
        self.case = self._new()
        self.over: list[Case] = []
        self.wishes: list[tuple[datetime, Effect]] = []
        self.whys: list[str] = []
        self.seen = 0
        self.last: Decision | None = None
        self._count = 0

    def _new(self) -> Case:
        return new_case(id="c1", practice=1, line=1, policy_version=1)

    # ---- what happens ------------------------------------------------------------------------------------------------

    def happens(self, event: Event, *, new: bool = False) -> Decision:
        """Fold one event, as the engine does. `new`: a call or text after the end begins a new case."""
        if new and not self.case.open:
            self.over.append(self.case)
            self.case = self._new()
        decision = decide(self.case, event, self.policy, self.now)
        self.last = decision
        if not decision.nothing:
            self.case = decision.case
            self.whys.append(decision.why)
            self.wishes += [(self.now, wish) for wish in decision.effects]
            for wish in decision.effects:
                if isinstance(wish, Suppress | Unsuppress):
                    self.facts = replace(self.facts, suppressed=isinstance(wish, Suppress))
        return decision

    def id(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"

    def call(self, verdict: Verdict, *, minutes_ago: float = 0, same_call: bool = False) -> Decision:
        """A call ended."""
        at = self.now - timedelta(minutes=minutes_ago)
        decision = self.happens(
            events.CallEnded(
                call=self.id("call"),
                verdict=verdict,
                why="it rang and nobody answered",
                at=at,
                caller=self.facts,
                staffed=self.staffed,
                same_call=same_call,
            ),
            new=True,
        )
        self.tick()
        return decision

    def call_missed(self, *, minutes_ago: float = 0) -> Decision:
        return self.call(Verdict.MISSED, minutes_ago=minutes_ago)

    def call_answered(self, *, minutes_ago: float = 0) -> Decision:
        return self.call(Verdict.ANSWERED, minutes_ago=minutes_ago)

    def voicemail_left(self) -> Decision:
        return self.call(Verdict.VOICEMAIL)

    def voicemail_heard(self, words: str) -> Decision:
        decision = self.happens(
            events.VoicemailHeard(
                call=self.id("call"),
                at=self.now,
                reading=reading(words),
                caller=self.facts,
                staffed=self.staffed,
            ),
            new=True,
        )
        self.tick()
        return decision

    def texts(self, words: str, *, carrier_replied: bool = False, understood: Reading | None = None) -> Decision:
        decision = self.happens(
            events.TextReceived(
                message=self.id("m"),
                at=self.now,
                reading=understood or reading(words),
                caller=self.facts,
                carrier_replied=carrier_replied,
                staffed=self.staffed,
            ),
            new=True,
        )
        self.tick()
        return decision

    def writes(self, words: str) -> Decision:
        """A text in the caller's own words, read as the product reads it."""
        understood = read(words, lang=self.case.lang or None, asked=self.case.asked or None)
        return self.texts(words, understood=understood)

    def text_failed(self, purpose: str, reason: str, **more: Any) -> Decision:
        return self.happens(
            events.TextFailed(purpose=purpose, reason=reason, at=self.now, **{"permanent": True, **more})
        )

    def claims(self, kind: str, by: str = "Ana") -> Decision:
        return self.happens(events.TaskClaimed(task=self.task(kind).id, by=by, at=self.now))

    def releases(self, kind: str, by: str = "Ana") -> Decision:
        return self.happens(events.TaskReleased(task=self.task(kind).id, by=by, at=self.now))

    def tries(self, kind: str, by: str = "Ana") -> Decision:
        return self.happens(events.TaskTried(task=self.task(kind).id, by=by, at=self.now))

    def finishes(self, kind: str, disposition: str, by: str = "Ana") -> Decision:
        return self.happens(events.TaskDone(task=self.task(kind).id, by=by, disposition=disposition, at=self.now))

    def acknowledges(self, by: str = "Dr Lee") -> Decision:
        return self.happens(events.PageAcknowledged(by=by, at=self.now))

    def page_fails(self, reason: str = "oncall: nobody is on the list") -> Decision:
        return self.happens(events.PageFailed(reason=reason, at=self.now))

    def calls_back(self, *, reached: bool = True, by: str = "Dr Lee") -> Decision:
        return self.happens(events.UrgentCalledBack(by=by, at=self.now, reached=reached))

    def books(self, kind: str = "book") -> Decision:
        return self.happens(events.VisitBooked(kind=kind, at=self.now))

    def asks_on_the_page(self, kind: str = "book") -> Decision:
        return self.happens(events.VisitAsked(kind=kind, at=self.now))

    def opts_out_by(self, source: str) -> Decision:
        return self.happens(events.OptedOut(source=source, at=self.now))

    def refill_is_done(self) -> Decision:
        return self.happens(events.RefillProcessed(task=self.task("refill").id, by="Ana", at=self.now))

    def closes(self, closure: Closure, reason: str = "") -> Decision:
        return self.happens(events.CaseClosed(by="Ana", closure=closure, reason=reason, at=self.now))

    # ---- time --------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Let what is due now happen."""
        for _ in range(50):
            moment = due(self.case)
            if moment is None or moment > self.now:
                return
            self.happens(events.TimeUp(at=self.now, staffed=self.staffed))
        raise AssertionError("the clocks of this case never come to rest")

    def wait(self, **span: float) -> None:
        """Time passes; each clock fires at its own moment."""
        end = self.now + timedelta(**span)
        for _ in range(2000):
            moment = due(self.case)
            if moment is None or moment > end:
                break
            self.now = max(self.now, moment)
            self.happens(events.TimeUp(at=self.now, staffed=self.staffed))
        self.now = end

    def until(self, at: str) -> None:
        """Time passes until this wall time of the practice."""
        end = datetime.fromisoformat(at).replace(tzinfo=zone_of(ZONE)).astimezone(UTC)
        self.wait(seconds=(end - self.now).total_seconds())

    def local(self, moment: datetime | None) -> str:
        """A moment as the practice's wall clock shows it."""
        return "never" if moment is None else f"{moment.astimezone(zone_of(ZONE)):%a %H:%M}"

    # ---- what must have come of it -----------------------------------------------------------------------------------

    def new_wishes(self) -> list[Effect]:
        """Wishes since the last look."""
        fresh = [wish for _, wish in self.wishes[self.seen :]]
        self.seen = len(self.wishes)
        return fresh

    def sent(self) -> list[str]:
        """Purposes of all texts wished for, in order."""
        return [wish.purpose for _, wish in self.wishes if isinstance(wish, SendText)]

    def expect_text(self, *purposes: str) -> SendText:
        """Exactly these texts since the last look; the last of them is returned."""
        texts = [wish for wish in self.new_wishes() if isinstance(wish, SendText)]
        assert [text.purpose for text in texts] == list(purposes), self.tale()
        return texts[-1]

    def expect_no_text(self) -> None:
        texts = [wish.purpose for wish in self.new_wishes() if isinstance(wish, SendText)]
        assert not texts, self.tale()

    def expect_task(self, kind: str, *, due: str = "", queue: str = "", priority: str = "") -> Task:
        """An open task of this kind, due at this wall time ('Mon 11:00')."""
        task = self.task(kind)
        assert not due or self.local(task.due) == due, self.local(task.due)
        assert not queue or task.queue == queue, task.queue
        assert not priority or task.priority == priority, task.priority
        return task

    def expect_no_tasks(self) -> None:
        assert not open_tasks(self.case), self.tale()

    def expect_alert(self, role: str, about: str) -> None:
        alerts = [(w.role, w.about) for _, w in self.wishes if isinstance(w, Alert)]
        assert (role, about) in alerts, alerts

    def expect_phase(self, phase: Phase) -> None:
        assert self.case.phase is phase, self.tale()

    def expect_closed(self, closure: Closure, reason: str = "") -> None:
        assert self.case.phase is Phase.CLOSED, self.tale()
        assert self.case.closure is closure, (self.case.closure, self.case.closure_reason)
        assert not reason or reason in self.case.closure_reason, self.case.closure_reason
        assert not open_tasks(self.case)
        assert due(self.case) is None

    def expect_nothing(self) -> None:
        assert self.last is not None and self.last.nothing, self.tale()

    def task(self, kind: str) -> Task:
        """The open task of this kind."""
        found = [task for task in open_tasks(self.case) if task.kind == kind]
        assert len(found) == 1, f"{kind}: {self.tale()}"
        return found[0]

    def pages(self) -> list[tuple[str, int]]:
        return [(w.role, w.turn) for _, w in self.wishes if isinstance(w, Page)]

    def cancelled(self) -> bool:
        return any(isinstance(w, CancelTexts) for _, w in self.wishes)

    def suppressions(self) -> list[Suppress]:
        return [w for _, w in self.wishes if isinstance(w, Suppress)]

    def tale(self) -> str:
        """All that happened, for a failing test."""
        kinds = [f"{t.kind}:{t.state.value}" for t in self.case.tasks]
        return "\n".join(
            [*self.whys, f"{self.case.phase} {kinds} due {self.local(due(self.case))}", *map(str, self.wishes)]
        )
