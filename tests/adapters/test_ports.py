"""Every phone system and text carrier, by its recorded messages: one test for all, no test of its own needed.

Who adds a system adds messages under tests/fixtures/<port>/<name>/ (about, origin, settings, received, request, meaning)
and a line in docs.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as pace
from hypothesis import strategies as st
from plain import plain

from ringback.adapters.contract import NotGenuine, NotUnderstood, Request
from ringback.adapters.discover import phone_systems, text_carriers

ROOT = Path(__file__).parents[2]
PORTS: dict[str, Any] = {"phone": phone_systems(), "text": text_carriers()}
SYSTEMS = [(port, name) for port, systems in PORTS.items() for name in systems]
WITH_MESSAGES = [(port, name) for port, name in SYSTEMS if PORTS[port][name].proof != "none"]
MESSAGES = [
    pytest.param(port, path, id=f"{port}-{path.parent.name}-{path.stem}")
    for port in PORTS
    for path in sorted((ROOT / "tests" / "fixtures" / port).glob("*/*.json"))
]
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def load(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def request(message: dict[str, Any], **other: Any) -> Request:
    given = message["request"]
    values = {
        "method": given["method"],
        "url": given["url"],
        "headers": given["headers"],
        "body": given["body"].encode(),
    }
    return Request(**{**values, **other})


@pytest.mark.parametrize(("port", "path"), MESSAGES)
def test_a_recorded_message_means_what_was_written_down(port: str, path: Path) -> None:
    message = load(path)
    adapter = PORTS[port][path.parent.name]
    assert message["origin"] in ("recorded", "vendor-printed", "reconstructed") and message["about"]
    adapter.verify(request(message), message["settings"])
    meaning = adapter.parse(request(message), datetime.fromisoformat(message["received"]))
    assert [plain(one) for one in meaning] == message["meaning"]


@pytest.mark.parametrize(("port", "path"), MESSAGES)
def test_a_message_that_comes_twice_has_one_key(port: str, path: Path) -> None:
    adapter = PORTS[port][path.parent.name]
    again = request(load(path), headers={**load(path)["request"]["headers"], "i-twilio-idempotency-token": "another"})
    assert adapter.event_key(request(load(path))) == adapter.event_key(again) != ""


@pytest.mark.parametrize(("port", "path"), MESSAGES)
def test_another_secret_refuses_it(port: str, path: Path) -> None:
    message = load(path)
    adapter = PORTS[port][path.parent.name]
    secrets = {field.name for field in adapter.fields if field.secret}
    assert secrets, "a system that proves something has a secret"
    wrong = {name: value + "x" if name in secrets else value for name, value in message["settings"].items()}
    for settings in (wrong, {name: "" for name in wrong}, {}):
        with pytest.raises(NotGenuine):
            adapter.verify(request(message), settings)


@pytest.mark.parametrize(("port", "path"), MESSAGES)
def test_a_changed_message_is_refused(port: str, path: Path) -> None:
    message = load(path)
    adapter = PORTS[port][path.parent.name]
    if adapter.proof != "signature":
        pytest.skip("a token proves the sender only")
    body = message["request"]["body"]
    changed = [
        request(message, body=(body + "&Body=more").encode()),
        request(message, url=message["request"]["url"] + "x"),
    ]
    if body:
        changed.append(request(message, body=body.replace("1", "2", 1).encode()))
    for one in changed:
        with pytest.raises(NotGenuine):
            adapter.verify(one, message["settings"])


headers = st.dictionaries(
    st.sampled_from(["content-type", "x-twilio-signature", "authorization"]),
    st.text(max_size=60) | st.just("application/x-www-form-urlencoded"),
)
words = st.text(max_size=30) | st.sampled_from(
    [
        "CallSid=CA1",
        "CallStatus=completed",
        "DialCallStatus=completed",
        "RecordingStatus=completed",
        "%",
        "%zz",
        "=",
        "&",
    ]
)
bodies = st.binary(max_size=200) | st.lists(words, max_size=8).map(
    lambda parts: "&".join(parts).encode("utf-8", "replace")
)


@pytest.mark.parametrize(("port", "name"), SYSTEMS)
@pace(max_examples=80, deadline=None)
@given(method=st.sampled_from(["POST", "GET"]), query=st.text(max_size=30), headers=headers, body=bodies)
def test_nonsense_is_refused_and_nothing_else(
    port: str, name: str, method: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    adapter = PORTS[port][name]
    nonsense = Request(method=method, url=f"https://clinic.example.org/hooks/1/2/x?{query}", headers=headers, body=body)
    with pytest.raises(NotGenuine):
        adapter.verify(nonsense, {"account_sid": "AC1", "auth_token": "secret"})
    for read in (adapter.event_key, lambda one: adapter.parse(one, NOW)):
        try:
            read(nonsense)
        except NotUnderstood as wrong:
            assert str(wrong)


@pytest.mark.parametrize(("port", "name"), WITH_MESSAGES)
def test_every_system_has_messages(port: str, name: str) -> None:
    assert list((ROOT / "tests" / "fixtures" / port / name).glob("*.json")), "no recorded message: add some"


@pytest.mark.parametrize(("port", "name"), SYSTEMS)
def test_every_system_has_its_line_in_the_docs_and_says_how_sure_it_is(port: str, name: str) -> None:
    page = (ROOT / "docs" / {"phone": "phone-systems.md", "text": "text-carriers.md"}[port]).read_text(encoding="utf-8")
    adapter = PORTS[port][name]
    lines = [line for line in page.splitlines() if line.startswith(f"| `{name}` | {adapter.title} |")]
    assert len(lines) == 1
    origins = {load(path)["origin"] for path in (ROOT / "tests" / "fixtures" / port / name).glob("*.json")}
    assert ("experimental" in lines[0]) == (origins == {"reconstructed"})
    assert all(origin in lines[0] for origin in origins)
    assert adapter.guide.startswith("https://")
