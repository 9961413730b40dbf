"""C81: too much from one account, address, link or phone system is answered 429 with when to come again; others go on.

Not here: limits shared between server processes; each process counts for itself, so n of them allow up to n times as much.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from desk import BIRCH, MAPLE, MARIA, Desk
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st
from outsider import Hook, call
from outsider_site import hook

from ringback.engine import rates, receive
from ringback.web import limits, routes

__all__ = ["hook"]


def ask(
    path: str, *, visitor: object = None, method: str = "get", address: str = "198.51.100.1"
) -> HttpResponse | None:
    """What the door is told about one request."""
    request = getattr(RequestFactory(), method)(path, REMOTE_ADDR=address)
    request.visitor = visitor
    return limits.over(request, routes.ROUTES[str(resolve(path).url_name)])


def member(staff: int, practice: int = MAPLE) -> SimpleNamespace:
    """A visitor."""
    return SimpleNamespace(practice=practice, staff=staff, role="front_desk")


def until_over(most: int = 20_000, **more: object) -> int:
    """How many requests are let through before the first that is not."""
    path = str(more.pop("path", "/tasks"))
    for count in range(most):
        if ask(path, **more) is not None:  # type: ignore[arg-type]
            return count
    raise AssertionError("never limited")


@pytest.fixture(autouse=True)
def still(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands still, so that nothing fills up meanwhile."""
    monkeypatch.setattr(limits, "buckets", rates.Buckets(clock=lambda: 0.0))


def test_an_account_has_its_limit_and_its_colleague_another(desk: Desk) -> None:
    assert until_over(visitor=member(1)) == limits.RATES["account"].burst
    assert ask("/tasks", visitor=member(2)) is None
    assert ask("/tasks", visitor=member(1, BIRCH)) is None
    told = ask("/tasks", visitor=member(1))
    assert told is not None and told.status_code == 429
    assert int(told["Retry-After"]) >= 1 and "try again in" in told.content.decode()


def test_a_busy_practice_does_not_slow_another(desk: Desk) -> None:
    through = 0
    for staff in range(100):
        while through < 20_000 and ask("/tasks", visitor=member(staff)) is None:
            through += 1
    assert through == limits.RATES["practice"].burst
    assert ask("/tasks", visitor=member(1, BIRCH)) is None


def test_strangers_are_counted_by_address_and_tries_to_get_in_cost_more(desk: Desk) -> None:
    assert until_over(path="/sign-in/", method="post") == limits.RATES["address"].burst / limits.TRY_COSTS
    assert ask("/sign-in/", method="post", address="198.51.100.2") is None
    # A household of IPv6 addresses is one.
    assert until_over(path="/sign-in/", address="2001:db8::1") == limits.RATES["address"].burst
    assert ask("/sign-in/", address="2001:db8::2") is not None
    assert ask("/sign-in/", address="2001:db8:1::1") is None


def test_one_link_is_limited_from_wherever_it_is_tried(desk: Desk) -> None:
    link = f"/p/{MAPLE}/a-token"
    through = sum(ask(link, address=f"198.51.100.{place}") is None for place in range(200))
    assert through == limits.RATES["token"].burst
    assert ask(f"/p/{MAPLE}/another", address="198.51.100.250") is None


def test_a_proxy_of_ours_is_believed_and_nobody_else(desk: Desk) -> None:
    ours = frozenset({"10.0.0.1", "10.0.0.2"})
    believe = rates.visitor_address
    assert believe("10.0.0.1", ["203.0.113.5"], ours) == "203.0.113.5"
    assert believe("10.0.0.1", ["8.8.8.8, 203.0.113.5, 10.0.0.2"], ours) == "203.0.113.5"
    assert believe("198.51.100.1", ["203.0.113.5"], ours) == "198.51.100.1"
    assert believe("10.0.0.1", ["nonsense"], ours) == "10.0.0.1"
    assert believe("10.0.0.1", [], ours) == "10.0.0.1"


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 3)), max_size=80), st.floats(1, 20), st.floats(0.1, 10))
def test_no_bucket_ever_gives_more_than_its_rate(steps: list[tuple[float, int]], burst: float, a_second: float) -> None:
    at = [0.0]
    buckets = rates.Buckets(clock=lambda: at[0])
    rate = rates.Rate(burst=burst, a_second=a_second)
    given_out = dict.fromkeys(range(4), 0)
    for pause, key in steps:
        at[0] += pause
        wait = buckets.take(key, rate)
        if wait == 0.0:
            given_out[key] += 1
        else:
            at[0] += wait + 1e-6
            assert buckets.take(key, rate) == 0.0, "the wait that was told is enough"
            given_out[key] += 1
        assert given_out[key] <= burst + at[0] * a_second + 1e-3


def test_memory_is_bound(desk: Desk) -> None:
    buckets = rates.Buckets(most=100)
    for place in range(10_000):
        buckets.take(place, rates.Rate(burst=1, a_second=1))
    assert len(buckets._kept) == 100


def test_pages_are_limited_through_the_door(desk: Desk, browse, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way: the third look of an account, and the third of a stranger, is one too many."""
    client = browse("owner")
    small = rates.Rate(burst=2, a_second=0.001)
    monkeypatch.setattr(limits, "RATES", {**limits.RATES, "account": small, "address": small})
    monkeypatch.setattr(limits, "buckets", rates.Buckets(clock=lambda: 0.0))
    assert [client.get("/tasks").status_code for _ in range(3)] == [200, 200, 429]
    assert [Client().get("/sign-in/").status_code for _ in range(3)] == [200, 200, 429]
    assert Client().get("/health").status_code == 200


def test_wrong_and_unknown_are_answered_alike(desk: Desk) -> None:
    """Enumeration: a link that never was and one that is real, with the wrong person, say the same."""
    link = desk.link(desk.text(MARIA, "BOOK"))
    wrong = {"step": "ask", "name": "Nobody Here", "month": "1", "day": "2", "year": "1990"}
    answers = [
        Client().post(where, wrong) for where in (link, f"/p/{MAPLE}/{'x' * 22}", "/p/99/xxxxxxxxxxxxxxxxxxxxxx")
    ]
    assert answers[0].content == answers[1].content
    assert {answer.status_code for answer in answers} == {200}


def test_who_forges_at_a_hook_is_limited_and_the_phone_system_is_not(
    desk: Desk, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "FORGED", rates.Rate(burst=60, a_second=0.001))
    genuine = {"path": f"/hooks/{MAPLE}/1/voice", "form": call()}
    forged = genuine | {"token": "another"}
    statuses = [said.status for said in hook.deliver(*[forged] * 70, genuine)]
    assert statuses[0] == 403 and statuses[69] == 429 and statuses[70] == 200
