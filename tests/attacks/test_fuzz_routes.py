"""Whatever is asked of any page and any hook: no 5xx, and a refused request has written nothing. 20,000 in the soak.

The fields and the words of a request are taken from the source of the view that it goes to, so that nonsense gets past
the first check; the rest is hypothesis's. Limits are off here, or they would answer for the views.
"""

from __future__ import annotations

import collections
import json
import os
import random
import re
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from desk import BIRCH, MAPLE, MARIA, ROLES, SHARED, STRANGE, Desk
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from outsider import Hook, Quick, call

from ringback.engine import rates
from ringback.web import limits, routes

SOAK = os.environ.get("RINGBACK_SOAK") == "1"
# Routes are asked in groups, each with a database of its own: groups x rounds x requests.
GROUPS = 8
ROUNDS, PAGES, HOOKS = (8, 250, 500) if SOAK else (1, 25, 60)
SOMETIMES = settings(
    max_examples=PAGES,
    deadline=None,
    database=None,
    derandomize=not SOAK,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
ASKED = re.compile(
    r"(?:POST|GET|FILES|given|body|form)\.(?:get|getlist)\(\s*\"([a-z_]+)\"|(?:POST|GET|FILES)\[\"([a-z_]+)\"\]"
)
LITERAL = re.compile(r"\"([a-z][a-z_-]{1,30})\"")
NASTY = (
    "", " ", "0", "-1", "1", "2", "3", "yes", "no", "on", "99999999999999999999", "1e309", "NaN", "null", "[]", "{}",
    "\0", "a\0b", "\u202e", "'; drop table cases; --", "<script>alert(1)</script>", "=1+1", "../../etc/passwd", "%00",
    "2026-02-30", "2026-11-23", "2026-11-23T09:00", "0001-01-01", "9999-12-31T23:59", "+12025550143", "(202) 555-0160",
    "a@b.example", "😀", "x" * 5000, "00000000-0000-0000-0000-000000000000", "true", "owner", "²", "١٢٣",
)  # fmt: skip
OTHERS = ("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
LOOKS, ACTS = ("GET", "GET", "GET", "GET", "POST"), ("POST", "POST", "POST", "POST", "POST", "POST", "POST", "GET")
HEADERS = (
    {}, {"HX-Request": "true"}, {"Accept": "application/json"}, {"Accept": "text/event-stream"},
    {"Accept-Language": "es"}, {"Accept-Language": "x" * 300}, {"Range": "bytes=0-1"}, {"If-Modified-Since": "never"},
    {"Referer": "http://evil.example/"}, {"X-HTTP-Method-Override": "DELETE"}, {"Cookie": "a=b; ringback=x"},
)  # fmt: skip


def views() -> dict[str, Any]:
    """Every route by name."""
    return {str(one.name): one for one in get_resolver("ringback.web.urls").url_patterns if isinstance(one, URLPattern)}


def words_of(view: Any) -> tuple[list[str], list[str]]:
    """The fields and the words that the module of a view knows."""
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    module = sys.modules.get(getattr(view, "__module__", ""))
    source = Path(module.__file__).read_text() if module is not None and module.__file__ else ""
    fields = sorted({one or other for one, other in ASKED.findall(source)})
    return fields or ["words"], sorted(set(LITERAL.findall(source))) or ["x"]


VALUE = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.integers().map(str),
    st.uuids().map(str),
    st.dates().map(str),
)


@st.composite
def requests(draw: Any, known: dict[str, list[str]], name: str) -> dict[str, Any]:
    """One request to this route, for one kind of visitor."""
    everything = views()
    may = routes.ROUTES[name].roles & set(ROLES) or set(ROLES)
    fields, words = words_of(everything[name].callback)
    value = st.one_of(VALUE, st.sampled_from(words), st.sampled_from([one for kind in known.values() for one in kind]))
    arguments: dict[str, Any] = {}
    for argument, converter in everything[name].pattern.converters.items():
        kind = type(converter).__name__
        if kind == "UUIDConverter":
            arguments[argument] = draw(st.sampled_from([*known["uuid"], str(uuid4())]))
        elif kind == "IntConverter":
            arguments[argument] = draw(st.sampled_from([1, 1, 1, 2, 3, 0, 99, 2**31 - 1, 2**31, 2**63, 10**30]))
        else:
            arguments[argument] = draw(
                st.one_of(
                    st.sampled_from([*known["slug"], *known["token"]]),
                    st.from_regex(r"[A-Za-z0-9_-]{1,70}", fullmatch=True),
                )
            )
    return {
        "name": name,
        "arguments": arguments,
        "role": draw(st.sampled_from([*sorted(may) * 2, *ROLES, ""])),
        "practice": draw(st.sampled_from([MAPLE, MAPLE, MAPLE, BIRCH])),
        "method": draw(
            st.sampled_from((ACTS if routes.ROUTES[name].act in ("change", "export") else LOOKS) * 2 + OTHERS)
        ),
        "body": draw(st.dictionaries(st.sampled_from(fields), value, max_size=8)),
        "query": draw(st.dictionaries(st.sampled_from(fields), value, max_size=3)),
        "headers": draw(st.sampled_from(HEADERS)),
        "file": draw(st.one_of(st.none(), st.none(), st.none(), st.binary(max_size=200))),
    }


class Browsers:
    """A browser for each kind of visitor, signed in again when something ended its session."""

    def __init__(self, browse: Any) -> None:
        self._browse = browse
        self._kept: dict[tuple[str, int], Client] = {}

    def of(self, role: str, practice: int) -> Client:
        client = self._kept.get((role, practice))
        if client is not None and (not role or client.session.get("_auth_user_id")):
            return client
        try:
            client = self._browse(role, practice) if role else Client()
        except AssertionError:
            client = Client()  # this member was made to leave
        client.raise_request_exception = False
        self._kept[(role, practice)] = client
        return client


@pytest.mark.parametrize("group", range(GROUPS))
@pytest.mark.parametrize("round_", range(ROUNDS))
def test_no_request_breaks_a_page_and_a_refused_one_writes_nothing(
    desk: Desk, browse: Any, database: Any, monkeypatch: pytest.MonkeyPatch, round_: int, group: int
) -> None:
    wide = rates.Rate(burst=10**9, a_second=10**6)
    monkeypatch.setattr(limits, "RATES", dict.fromkeys(limits.RATES, wide))
    cases = [desk.text(MARIA, "BILLING"), desk.text(STRANGE, "BOOK"), desk.text(SHARED, "URGENT my chest hurts")]
    known = {
        "uuid": [str(case) for case in cases],
        "slug": ["t1", "t2", desk.task_of(cases[0])],
        "token": [desk.link(cases[1]).rsplit("/", 1)[1]],
        "word": ["no-such"],
    }
    browsers, quick = Browsers(browse), Quick(database.admin_dsn)
    statuses: collections.Counter[int] = collections.Counter()
    reached: set[str] = set()
    mine = sorted(views())[group::GROUPS]

    @SOMETIMES
    @given(wish=st.sampled_from(mine).flatmap(lambda name: requests(known, name)))
    def storm(wish: dict[str, Any]) -> None:
        client = browsers.of(wish["role"], wish["practice"])
        where = reverse(wish["name"], kwargs=wish["arguments"])
        before = quick.look()
        body: dict[str, Any] = dict(wish["body"])
        if wish["file"] is not None:
            body["file"] = SimpleUploadedFile("list.csv", wish["file"])
        more: dict[str, Any] = {"headers": wish["headers"], "query_params": wish["query"]}
        if wish["method"] in ("POST", "PUT", "PATCH", "DELETE") and wish["method"] != "POST":
            answer = client.generic(wish["method"], where, json.dumps(wish["body"]), **more)
        elif wish["method"] == "POST":
            answer = client.post(where, body, **more)
        else:
            answer = client.generic(wish["method"], where, **more)
        if getattr(answer, "streaming", False):
            answer.close()
        statuses[answer.status_code] += 1
        reached.add(wish["name"])
        assert answer.status_code < 500, (answer.status_code, wish)
        if answer.status_code >= 400:
            after = quick.look()
            changed = [table for table in after if after[table] != before[table]]
            assert not changed, (changed, answer.status_code, wish)

    try:
        storm()
    finally:
        quick.close()
        desk.fold()
        print(f"pages: {sum(statuses.values())} requests, {len(reached)} of {len(mine)} routes, {dict(statuses)}")


LEAVES = ("voice", "text", "status", "answer", "after", "voicemail", "recording", "x", "")


@st.composite
def messages(draw: Any) -> dict[str, Any]:
    """One message at one hook, genuine, forged or bent."""
    path = draw(
        st.one_of(
            *[st.builds("/hooks/{}/{}/{}".format, st.sampled_from([1, 1, 1, 1, 1, 2, 99]), st.sampled_from([1, 2, 1, 2, 1, 2, 9]), st.sampled_from(LEAVES))] * 6,
            *[st.sampled_from([f"/hooks/{MAPLE}/1/voice", f"/hooks/{MAPLE}/2/text", f"/hooks/{MAPLE}/2/status"])] * 8,
            st.text(st.characters(codec="latin-1"), max_size=30).map(lambda words: f"/hooks/{words}"),
        )
    )  # fmt: skip
    form = {
        **(call(f"CA{draw(st.integers(0, 50))}") if draw(st.booleans()) else {}),
        **draw(
            st.dictionaries(
                st.sampled_from(["CallSid", "MessageSid", "From", "To", "Body", "CallStatus", "DialCallStatus", "SmsStatus",
                    "MessageStatus", "NumMedia", "MediaUrl0", "ErrorCode", "Digits", "RecordingUrl", "TranscriptionText", "CallDuration"]),
                st.one_of(st.sampled_from([one for one in NASTY if len(one) < 100]), st.text(st.characters(exclude_categories=["Cs"]), max_size=60)),
                max_size=6,
            )
        ),
    }  # fmt: skip
    wish: dict[str, Any] = {
        "path": path,
        "form": form,
        "method": draw(st.sampled_from(["POST", "POST", "POST", "GET", "PUT"])),
    }
    bend = draw(st.sampled_from(["", "", "", "mark", "token", "body", "kind", "query"]))
    if bend == "mark":
        wish["mark"] = draw(st.sampled_from(["", "AAAA", "%%", "x" * 4000]))
    elif bend == "token":
        wish["token"] = "another"
    elif bend == "body":
        wish["body"] = draw(st.binary(max_size=300))
    elif bend == "kind":
        wish["kind"] = draw(st.sampled_from(["application/json", "text/plain", "multipart/form-data; boundary=x", ""]))
    elif bend == "query":
        wish["query"] = draw(st.sampled_from(["a=b", "bodySHA256=0", "%00=%ff", "&&&"]))
    return wish


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_no_message_breaks_a_hook_and_a_refused_one_writes_nothing(
    desk: Desk, hook: Hook, database: Any, monkeypatch: pytest.MonkeyPatch, round_: int
) -> None:
    from ringback.engine import receive

    wide = rates.Rate(burst=10**9, a_second=10**6)
    for name in ("FORGED", "GENUINE", "LOOKED_FOR"):
        monkeypatch.setattr(receive, name, wide)
    quick = Quick(database.admin_dsn)
    statuses: collections.Counter[int] = collections.Counter()

    @settings(SOMETIMES, max_examples=HOOKS)
    @given(wish=messages(), seed=st.integers(0, 3))
    def storm(wish: dict[str, Any], seed: int) -> None:
        before = quick.look()
        (said,) = hook.deliver(wish)
        statuses[said.status] += 1
        assert said.status < 500, (said.status, wish)
        if said.status >= 400:
            after = quick.look()
            assert after == before, ([one for one in after if after[one] != before[one]], wish)
        elif random.Random(seed).random() < 0.2:
            desk.fold()  # whatever was kept can be read, or is put aside

    try:
        storm()
    finally:
        quick.close()
        print(f"hooks: {sum(statuses.values())} requests, {dict(statuses)}")
    desk.fold()
