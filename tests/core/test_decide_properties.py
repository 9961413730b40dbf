"""Random histories of one caller: whatever happens, in whatever order, nobody is lost and nobody is bothered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invariants import AFTER_STOP, check
from story import ROUND_THE_CLOCK, SAID, Clinic

from ringback.core import events
from ringback.core.calls import Verdict
from ringback.core.case import Caller, Closure, due
from ringback.core.decide import decide
from ringback.core.effects import SendText, Suppress, Unsuppress
from ringback.core.tasks import open_tasks

VERDICTS = st.sampled_from([*[Verdict.MISSED] * 4, Verdict.ANSWERED, Verdict.VOICEMAIL, Verdict.BUSY, Verdict.INTERNAL])
WORDS = st.sampled_from(sorted(SAID))
PLACE = st.integers(0, 4)
THINGS = st.one_of(
    st.tuples(st.just("call"), VERDICTS, st.sampled_from([0, 0, 0, 5, 90])),
    st.tuples(st.just("texts"), WORDS, st.booleans()),
    st.tuples(st.just("texts"), WORDS, st.just(False)),
    st.tuples(st.just("voicemail"), WORDS),
    st.tuples(st.just("wait"), st.sampled_from([0.2, 1, 3, 12, 31, 61, 125, 250, 900, 1500])),
    st.tuples(st.just("sleep"), st.sampled_from([3, 130, 2000])),
    st.tuples(
        st.just("failed"),
        st.sampled_from(["landline", "opted_out", "day_cap", "unreachable"]),
        st.sampled_from(["denied", "uncertain", "passing", "permanent"]),
    ),
    st.tuples(
        st.just("task"),
        PLACE,
        st.sampled_from(
            ["claim", "release", "try", "refill", "booked", "reached", "resolved", "unrecovered", "wrong_number"]
        ),
    ),
    st.tuples(st.just("urgent"), st.sampled_from(["ack", "failed", "reached", "tried"])),
    st.tuples(st.just("page"), st.sampled_from(["booked", "asked"])),
    st.tuples(st.just("stopped"), st.sampled_from(["paper", "voice"])),
    st.tuples(st.just("closed"), st.sampled_from([Closure.RESOLVED, Closure.UNRECOVERED])),
    st.tuples(st.just("staffed"), st.booleans()),
)
CLINICS = st.fixed_dictionaries(
    {
        "at": st.sampled_from(
            ["2026-03-02 09:00", "2026-03-06 16:50", "2026-03-07 23:30", "2026-10-31 23:00", "2026-11-25 12:30"]
        ),
        "caller": st.sampled_from([Caller.UNMATCHED, Caller.PATIENT, Caller.HOUSEHOLD, Caller.WITHHELD, Caller.STAFF]),
        "flagged": st.booleans(),
        "untextable": st.sampled_from(["", "", "", "landline"]),
        "visit_in": st.sampled_from([None, timedelta(hours=2), timedelta(hours=30), timedelta(days=20)]),
        "settle_seconds": st.sampled_from([0, 15, 600]),
        "night_first": st.sampled_from(["send", "hold"]),
        "second_text": st.booleans(),
        "voicemail_link": st.booleans(),
        "booking": st.sampled_from(["own_page", "outside_link"]),
    }
)


class Watched(Clinic):
    """A clinic where each decision is checked, and each text is remembered with whether the person had said stop."""

    def happens(self, event: Any, *, new: bool = False) -> Any:
        if new and not self.case.open:
            self.over.append(self.case)
            self.case = self._new()
        before, stopped = self.case, self.facts.suppressed
        decision = decide(before, event, self.policy, self.now)
        check(before, decision, self.now)
        self.case = decision.case
        self.wishes += [(self.now, wish) for wish in decision.effects]
        for wish in decision.effects:
            if isinstance(wish, Suppress | Unsuppress):
                stopped = isinstance(wish, Suppress)
                self.facts = replace(self.facts, suppressed=stopped)
            if isinstance(wish, SendText) and stopped:
                assert wish.basis in AFTER_STOP, (event, wish)
        self.last = decision
        return decision

    def do(self, thing: tuple[Any, ...]) -> None:
        match thing:
            case ("call", verdict, ago):
                self.call(verdict, minutes_ago=ago)
            case ("texts", words, replied):
                self.texts(words, carrier_replied=replied)
            case ("voicemail", words):
                self.voicemail_heard(words)
            case ("wait", minutes):
                self.wait(minutes=minutes)
            case ("sleep", minutes):  # the machine was off: all clocks fire late and at once
                self.now += timedelta(minutes=minutes)
                self.tick()
            case ("failed", reason, kind):
                self.text_failed(
                    "first",
                    reason,
                    permanent=kind not in ("passing", "uncertain"),
                    denied=kind == "denied",
                    uncertain=kind == "uncertain",
                )
            case ("task", place, what):
                self._task(place, what)
            case ("urgent", what):
                {
                    "ack": self.acknowledges,
                    "failed": self.page_fails,
                    "reached": self.calls_back,
                    "tried": lambda: self.calls_back(reached=False),
                }[what]()
            case ("page", what):
                self.books() if what == "booked" else self.asks_on_the_page()
            case ("stopped", source):
                self.opts_out_by(source)
            case ("closed", closure):
                self.closes(closure)
            case ("staffed", staffed):
                self.staffed = staffed

    def _task(self, place: int, what: str) -> None:
        work = self.case.tasks
        name = work[place % len(work)].id if work else "t9"
        made: Any = {
            "claim": lambda: events.TaskClaimed(task=name, by="Ana", at=self.now),
            "release": lambda: events.TaskReleased(task=name, by="Ana", at=self.now),
            "try": lambda: events.TaskTried(task=name, by="Ana", at=self.now),
            "refill": lambda: events.RefillProcessed(task=name, by="Ana", at=self.now),
        }.get(what, lambda: events.TaskDone(task=name, by="Ana", disposition=what, at=self.now))
        self.happens(made())


def lived(clinic: dict[str, Any], things: list[tuple[Any, ...]]) -> Watched:
    """The clinic after all that."""
    watched = Watched(
        hours=ROUND_THE_CLOCK if clinic["flagged"] and clinic["settle_seconds"] else Clinic().policy.hours, **clinic
    )
    for thing in things:
        watched.do(thing)
    return watched


MANY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(CLINICS, st.lists(THINGS, max_size=30))
def test_whatever_happens_the_books_are_in_order(clinic: dict[str, Any], things: list[tuple[Any, ...]]) -> None:
    lived(clinic, things)


@MANY
@given(CLINICS, st.lists(THINGS, max_size=25))
def test_one_case_sends_one_text_that_nobody_asked_for(clinic: dict[str, Any], things: list[tuple[Any, ...]]) -> None:
    watched = lived(clinic, things)
    most = 2 if clinic["second_text"] else 1
    for case in (*watched.over, watched.case):
        assert case.unprompted <= most
    cases = len(watched.over) + 1
    assert sum(w.unprompted for _, w in watched.wishes if isinstance(w, SendText)) <= most * cases


@MANY
@given(CLINICS, st.lists(THINGS, max_size=20))
def test_a_caller_who_says_no_more_is_never_forgotten(clinic: dict[str, Any], things: list[tuple[Any, ...]]) -> None:
    watched = lived(clinic, things)
    for _ in range(40):
        if not watched.case.open or open_tasks(watched.case) or due(watched.case) is None:
            break
        watched.now = max(watched.now, due(watched.case))  # type: ignore[type-var]
        watched.happens(events.TimeUp(at=watched.now))
    case = watched.case
    assert not case.open or open_tasks(case) or case.opened_at is None
    assert not case.open or case.opened_at is None or due(case) is not None


@MANY
@given(CLINICS, st.lists(THINGS, max_size=20), st.booleans())
def test_after_a_stop_each_kind_of_last_word_is_sent_once_at_most(
    clinic: dict[str, Any], things: list[tuple[Any, ...]], urgent: bool
) -> None:
    """Decision 5: one confirmation, one urgent answer, one status; a person's own START ends that."""
    watched = lived({**clinic, "caller": Caller.PATIENT, "untextable": ""}, [("call", Verdict.MISSED, 0)])
    watched.texts("stop. chest pain" if urgent else "STOP")
    start = len(watched.wishes) - len(watched.last.effects)
    for thing in things:
        if thing[1] not in ("START", "chest pain", "URGENT", "bill, and chest pain", "stop. chest pain"):
            watched.do(thing)
    texts = [wish for _, wish in watched.wishes[start:] if isinstance(wish, SendText)]
    bases = [text.basis for text in texts]
    assert set(bases) <= AFTER_STOP
    assert all(bases.count(basis) <= 1 for basis in AFTER_STOP), bases
