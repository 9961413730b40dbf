"""The on-call roster: every moment has somebody or is a named gap, single spans win, a swap is fair, clocks may change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ringback.core import roster
from ringback.core.roster import Away, Holiday, Listed, Override, Reach, Roster, Rotation, Swap

NEW_YORK = "America/New_York"
ANA, BEN, CLEO, DEV = 1, 2, 3, 4
START = datetime(2026, 3, 1, tzinfo=UTC)


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0, *, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(NEW_YORK), fold=fold)


def weekly(*people: int, **more: object) -> Rotation:
    given_ = {"id": 1, "turn": 1, "days": 7, "people": people, "first": date(2026, 3, 2), **more}
    return Rotation(**given_)  # type: ignore[arg-type]


# ---- stories ---------------------------------------------------------------------------------------------------------


def test_a_weekly_rotation_hands_over_on_monday_at_eight() -> None:
    it = Roster(zone=NEW_YORK, rotations=(weekly(ANA, BEN),))
    assert roster.who(it, local(2026, 3, 2, 7, 59)) == ()
    assert roster.who(it, local(2026, 3, 2, 8)) == (ANA,)
    assert roster.who(it, local(2026, 3, 9, 7, 59)) == (ANA,)
    assert roster.who(it, local(2026, 3, 9, 8)) == (BEN,)
    assert roster.who(it, local(2026, 3, 16, 8)) == (ANA,)


def test_second_and_third_turns_stand_behind_the_first() -> None:
    it = Roster(
        zone=NEW_YORK,
        rotations=(weekly(ANA, BEN), weekly(BEN, CLEO, id=2, turn=2), weekly(DEV, id=3, turn=3)),
    )
    assert roster.who(it, local(2026, 3, 4, 12)) == (ANA, BEN, DEV)
    assert roster.who(it, local(2026, 3, 11, 12)) == (BEN, CLEO, DEV)
    # Nobody is paged twice in a round because of standing in two places.
    assert roster.who(it, local(2026, 3, 18, 12)) == (ANA, BEN, DEV)


def test_who_is_away_is_passed_over_and_it_says_for_whom_one_stands_in() -> None:
    off = Away(id=9, person=ANA, begins=local(2026, 3, 4), ends=local(2026, 3, 5))
    it = Roster(zone=NEW_YORK, rotations=(weekly(ANA, BEN),), away=(off,))
    assert roster.who(it, local(2026, 3, 3, 23, 59)) == (ANA,)
    assert roster.who(it, local(2026, 3, 4)) == (BEN,)
    found = next(s for s in roster.shifts(it, local(2026, 3, 2, 8), local(2026, 3, 9, 8)) if s.people == (BEN,))
    assert (found.begins, found.ends, found.instead_of) == (local(2026, 3, 4), local(2026, 3, 5), ANA)
    alone = replace(it, rotations=(weekly(ANA),))
    assert roster.gaps(alone, local(2026, 3, 2, 8), local(2026, 3, 9, 8)) == [(local(2026, 3, 4), local(2026, 3, 5))]


def test_a_holiday_is_a_person_s_from_midnight_to_midnight() -> None:
    day = Holiday(id=5, day=date(2026, 7, 4), name="Independence Day", person=CLEO)
    it = Roster(zone=NEW_YORK, rotations=(weekly(ANA),), holidays=(day,))
    assert roster.who(it, local(2026, 7, 3, 23, 59)) == (ANA,)
    assert roster.who(it, local(2026, 7, 4)) == (CLEO,)
    assert roster.who(it, local(2026, 7, 5)) == (ANA,)
    named_only = replace(it, holidays=(replace(day, person=None),))
    assert roster.who(named_only, local(2026, 7, 4, 12)) == (ANA,)


def test_the_plain_list_answers_when_nothing_else_does() -> None:
    listed = (Listed(person=DEV, place=2), Listed(person=CLEO, place=1, ends=local(2026, 3, 3)))
    it = Roster(zone=NEW_YORK, rotations=(weekly(ANA, last=date(2026, 3, 3)),), listed=listed)
    assert roster.who(it, local(2026, 3, 1, 12)) == (CLEO, DEV)
    assert roster.who(it, local(2026, 3, 2, 12)) == (ANA,)
    assert roster.who(it, local(2026, 3, 4, 7, 59)) == (ANA,)
    assert roster.who(it, local(2026, 3, 4, 8)) == (DEV,)
    assert roster.who(it, local(2026, 3, 4, 8), active={ANA}) == ()


def test_somebody_who_left_is_nobody_s_turn() -> None:
    it = Roster(zone=NEW_YORK, rotations=(weekly(ANA, BEN),))
    assert roster.who(it, local(2026, 3, 4), active={BEN}) == (BEN,)
    assert roster.who(it, local(2026, 3, 4), active=set()) == ()


def test_the_night_the_clocks_change_is_an_hour_shorter_or_longer() -> None:
    daily = Roster(zone=NEW_YORK, rotations=(weekly(ANA, BEN, days=1),))
    lengths = {
        (s.ends.timestamp() - s.begins.timestamp()) / 3600
        for s in roster.shifts(daily, local(2026, 3, 5, 8), local(2026, 3, 12, 8))
    }
    assert lengths == {23.0, 24.0}
    lengths = {
        (s.ends.timestamp() - s.begins.timestamp()) / 3600
        for s in roster.shifts(daily, local(2026, 10, 29, 8), local(2026, 11, 4, 8))
    }
    assert lengths == {24.0, 25.0}


def test_a_hand_over_in_the_hour_that_comes_twice_happens_once() -> None:
    it = Roster(zone=NEW_YORK, handover=time(1, 30), rotations=(weekly(ANA, BEN, days=1, first=date(2026, 10, 31)),))
    assert roster.who(it, local(2026, 11, 1, 1, 29)) == (ANA,)
    assert roster.who(it, local(2026, 11, 1, 1, 30)) == (BEN,)
    assert roster.who(it, local(2026, 11, 1, 1, 10, fold=1)) == (BEN,)
    assert roster.who(it, local(2026, 11, 1, 1, 30, fold=1)) == (BEN,)
    # And in the hour that does not exist it happens when that hour is skipped.
    it = replace(it, handover=time(2, 30), rotations=(weekly(ANA, BEN, days=1, first=date(2026, 3, 7)),))
    assert roster.who(it, local(2026, 3, 8, 1, 59)) == (ANA,)
    assert roster.who(it, local(2026, 3, 8, 3, 30)) == (BEN,)


def test_the_next_turns_are_shown_before_the_rotation_is_kept() -> None:
    rotation = weekly(ANA, BEN, CLEO, days=2)
    it = Roster(zone=NEW_YORK)
    found = roster.turns(it, rotation, local(2026, 3, 5, 12))
    assert [whose for _, _, whose in found] == [BEN, CLEO, ANA, BEN, CLEO, ANA, BEN, CLEO]
    assert found[0][:2] == (local(2026, 3, 4, 8), local(2026, 3, 6, 8))
    short = roster.turns(it, replace(rotation, last=date(2026, 3, 4)), START)
    assert short[-1][:2] == (local(2026, 3, 4, 8), local(2026, 3, 5, 8)) and len(short) == 2


def test_a_way_counts_as_tested_for_ninety_days() -> None:
    now = local(2026, 6, 1)
    ways = [
        Reach(person=ANA, tested_at=now - timedelta(days=90)),
        Reach(person=BEN, tested_at=now - timedelta(days=91)),
        Reach(person=CLEO, tested_at=None),
    ]
    assert roster.unreachable([CLEO, ANA, BEN, DEV, CLEO], ways, now) == [CLEO, BEN, DEV]


def test_a_span_put_over_somebody_s_time_off_is_named() -> None:
    off = Away(id=9, person=ANA, begins=local(2026, 3, 4), ends=local(2026, 3, 5))
    put = Override(id=10, turn=1, person=ANA, begins=local(2026, 3, 4, 12), ends=local(2026, 3, 6))
    it = Roster(zone=NEW_YORK, rotations=(weekly(BEN),), overrides=(put,), away=(off,))
    assert roster.clashes(it, local(2026, 3, 2), local(2026, 3, 9)) == [(local(2026, 3, 4, 12), local(2026, 3, 5), ANA)]


# ---- whatever is on the roster ---------------------------------------------------------------------------------------

people = st.integers(1, 5)
moments = st.integers(0, 24 * 60).map(lambda quarter: START + timedelta(minutes=15) * quarter)
spans = st.tuples(moments, st.integers(1, 400)).map(lambda two: (two[0], two[0] + timedelta(minutes=15) * two[1]))
days = st.integers(0, 250).map(lambda day: date(2026, 2, 20) + timedelta(days=day))


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    rotations = tuple(
        Rotation(
            id=number,
            turn=draw(st.sampled_from(roster.TURNS)),
            days=draw(st.integers(1, 10)),
            people=tuple(draw(st.lists(people, min_size=1, max_size=4))),
            first=first,
            last=first + timedelta(days=draw(st.integers(0, 40))) if draw(st.booleans()) else None,
        )
        for number, first in enumerate(draw(st.lists(days, max_size=3)), 1)
    )
    overrides = tuple(
        Override(id=number, turn=draw(st.sampled_from(roster.TURNS)), person=draw(people), begins=span[0], ends=span[1])
        for number, span in enumerate(draw(st.lists(spans, max_size=4)), 20)
    )
    away = tuple(
        Away(id=number, person=draw(people), begins=span[0], ends=span[1])
        for number, span in enumerate(draw(st.lists(spans, max_size=3)), 40)
    )
    holidays = tuple(
        Holiday(id=number, day=day, name="A day", person=draw(st.none() | people))
        for number, day in enumerate(draw(st.lists(days, max_size=2, unique=True)), 60)
    )
    return Roster(
        zone=draw(st.sampled_from([NEW_YORK, "America/Los_Angeles", "America/Phoenix", "UTC"])),
        handover=time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 30]))),
        rotations=rotations,
        overrides=overrides,
        away=away,
        holidays=holidays,
        listed=tuple(draw(st.lists(st.builds(Listed, person=people, place=st.integers(1, 3)), max_size=1))),
    )


@given(rosters(), moments, st.sets(people))
def test_every_moment_has_somebody_or_lies_in_a_named_gap(it: Roster, moment: datetime, active: set[int]) -> None:
    begins, ends = START, START + timedelta(days=20)
    parts = roster.shifts(it, begins, ends, active)
    assert parts[0].begins == begins and parts[-1].ends == ends
    assert all(a.ends == b.begins for a, b in pairwise(parts))
    holes = roster.gaps(it, begins, ends, active)
    inside = [part for part in parts if part.begins <= moment < part.ends]
    if begins <= moment < ends:
        assert [part.people for part in inside] == [roster.who(it, moment, active)]
        assert any(a <= moment < b for a, b in holes) == (roster.who(it, moment, active) == ())


@given(rosters(), spans, people, moments)
def test_an_override_wins_over_everything_in_its_span_and_changes_nothing_outside(
    it: Roster, span: tuple[datetime, datetime], person: int, moment: datetime
) -> None:
    put = Override(id=roster.next_id(it), turn=1, person=person, begins=span[0], ends=span[1])
    after = replace(it, overrides=(*it.overrides, put))
    if span[0] <= moment < span[1]:
        assert roster.who(after, moment)[0] == person
    else:
        assert roster.who(after, moment) == roster.who(it, moment)
    assert roster.without(after, put.id) == it


@given(rosters(), spans, spans, moments)
def test_a_swap_is_the_same_whoever_asked(
    it: Roster, one: tuple[datetime, datetime], other: tuple[datetime, datetime], moment: datetime
) -> None:
    asked = roster.swapped(it, Swap(a=ANA, b=BEN, span=one, back=other))
    answered = roster.swapped(it, Swap(a=BEN, b=ANA, span=other, back=one))
    assert asked == answered


@given(rosters(), spans, moments)
def test_whoever_hands_a_shift_over_is_not_first_in_it_and_the_other_is(
    it: Roster, span: tuple[datetime, datetime], moment: datetime
) -> None:
    after = roster.swapped(it, Swap(a=ANA, b=BEN, span=span))
    before = roster.who(replace(it, listed=()), moment)
    now = roster.who(replace(after, listed=()), moment)
    if span[0] <= moment < span[1] and BEN in before:
        assert BEN not in now and ANA in now
        assert set(now) == (set(before) - {BEN}) | {ANA}
    else:
        assert now == before


@given(rosters(), moments)
def test_a_day_of_the_roster_begins_at_its_hand_over(it: Roster, moment: datetime) -> None:
    day = roster.day_of(it, moment)
    assert roster.at(it, day) <= moment < roster.at(it, day + timedelta(days=1))
