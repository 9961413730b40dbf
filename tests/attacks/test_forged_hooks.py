"""Messages that no phone system sent: forged, bent, replayed, for somebody else, too large; and floods of them."""

from __future__ import annotations

import random
from typing import Any

import pytest
from desk import BIRCH, MAPLE, Desk
from outsider import PUBLIC, Hook, Ledger, call

from ringback.engine import rates, receive

VOICE = f"/hooks/{MAPLE}/1/voice"
GENUINE = {"path": VOICE, "form": call()}
FORGERIES: dict[str, tuple[dict[str, Any], int]] = {
    "no signature at all": ({"mark": ""}, 403),
    "somebody else's secret": ({"token": "another"}, 403),
    "an empty secret": ({"token": ""}, 403),
    "nonsense for a signature": ({"mark": "not base64 %%"}, 403),
    "a signature of ten kilobytes": ({"mark": "x" * 10_000}, 403),
    "signed for another path": ({"signed_for": f"{PUBLIC}/hooks/{MAPLE}/1/status"}, 403),
    "signed for another practice": ({"signed_for": f"{PUBLIC}/hooks/{BIRCH}/1/voice"}, 403),
    "signed for another host": ({"signed_for": f"https://evil.example{VOICE}"}, 403),
    "a host of the attacker's in the headers": (
        {"signed_for": f"http://evil.example{VOICE}", "host": "evil.example"},
        403,
    ),
    "forwarded from the attacker's host": (
        {
            "signed_for": f"https://evil.example{VOICE}",
            "x_forwarded_host": "evil.example",
            "x_forwarded_proto": "https",
        },
        403,
    ),
    "a parameter in the address that was not signed": ({"query": "x=1", "signed_for": PUBLIC + VOICE}, 403),
    "another body than was signed": ({"body": b"CallSid=CA9&From=%2B12025550161&To=%2B12025550100"}, 403),
    "a body of 65 kilobytes": ({"body": b"x" * 65 * 1024}, 413),
    "a body that says it is JSON": ({"kind": "application/json", "body": b'{"CallSid":"CA1"}'}, 403),
    "a PUT": ({"method": "PUT"}, 405),
    "a DELETE": ({"method": "DELETE"}, 405),
    "a practice that is not there": ({"path": "/hooks/77/1/voice"}, 404),
    "a connection that is not there": ({"path": f"/hooks/{MAPLE}/99/voice"}, 404),
    "a number beyond numbers": ({"path": f"/hooks/{'9' * 40}/1/voice"}, 404),
    "another alphabet's digits": ({"path": "/hooks/²/1/voice"}, 404),
    "a path that climbs": ({"path": f"/hooks/{MAPLE}/1/../../1/voice"}, 404),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_is_not_genuine_is_refused_and_nothing_is_kept(desk: Desk, hook: Hook, ledger: Ledger, name: str) -> None:
    wish, status = FORGERIES[name]
    before = ledger.digest()
    (said,) = hook.deliver(GENUINE | wish)
    assert said.status == status
    assert ledger.digest() == before
    assert b"desk-token" not in said.body and b"Maple" not in said.body


def test_every_bent_bit_of_a_genuine_message_is_noticed(desk: Desk, hook: Hook, ledger: Ledger) -> None:
    """One bit of the body or of the signature is not what was signed."""
    from urllib.parse import urlencode

    from ringback.simulator.wire import signature

    before = ledger.digest()
    dice = random.Random(11)
    body = urlencode(call()).encode()
    mark = signature(hook.token, PUBLIC + VOICE, sorted(call().items()))
    bent = []
    for place in dice.sample(range(len(body)), 25):
        wrong = bytearray(body)
        wrong[place] ^= 1 << dice.randrange(7)
        bent.append({"path": VOICE, "mark": mark, "body": bytes(wrong), "client": f"198.51.100.{place % 250}"})
    for place in range(0, 26, 5):
        letters = list(mark)
        letters[place] = "A" if letters[place] != "A" else "B"
        bent.append({"path": VOICE, "mark": "".join(letters), "body": body, "client": f"203.0.113.{place}"})
    answers = [said.status for said in hook.deliver(*bent)]
    assert set(answers) <= {400, 403}
    assert ledger.digest() == before


def test_a_genuine_message_that_is_sent_again_is_one_call(desk: Desk, hook: Hook) -> None:
    """Twilio signs no time, so a replay proves genuine; it must change nothing all the same."""
    answers = hook.deliver(*[GENUINE] * 5)
    assert [said.status for said in answers] == [200] * 5
    desk.fold()
    assert desk.rows("select count(*) from call") == [(1,)]
    case = desk.case_of("+12025550160")
    assert len(desk.bodies(case)) == 1
    later = hook.deliver(GENUINE)
    desk.fold()
    assert later[0].status == 200
    assert len(desk.bodies(case)) == 1 and desk.rows("select count(*) from call") == [(1,)]


def test_who_only_forges_is_told_so_and_keeps_nobody_out(
    desk: Desk, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "FORGED", rates.Rate(burst=60, a_second=0.001))  # it does not fill up meanwhile
    forged = GENUINE | {"token": "another"}
    answers = hook.deliver(*[forged] * 80, GENUINE, forged, forged | {"client": "203.0.113.9"})
    statuses = [said.status for said in answers]
    assert statuses[:60] == [403] * 60 and set(statuses[60:80]) == {429}
    assert int(answers[79].headers["retry-after"]) >= 1 and answers[79].headers["connection"] == "close"
    # The genuine message comes from the same address and is kept; the forger is still shut out; others are not.
    assert statuses[80] == 200 and statuses[81] == 429 and statuses[82] == 403
    assert desk.rows("select count(*) from arrival") == [(1,)]


def test_guessing_practices_does_not_load_the_database(desk: Desk, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "LOOKED_FOR", rates.Rate(burst=40, a_second=0.001))
    many = [{"path": f"/hooks/{number}/1/voice", "client": f"203.0.113.{number % 250}"} for number in range(1000, 1100)]
    statuses = [said.status for said in hook.deliver(*many)]
    assert set(statuses) == {404, 503} and statuses.count(404) == 40


def test_one_practices_flood_is_put_off_and_the_others_messages_are_kept(
    desk: Desk, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "GENUINE", rates.Rate(burst=20, a_second=0.001))
    flood = [{"path": VOICE, "form": call(f"CA{n}")} for n in range(30)]
    other = {"path": f"/hooks/{BIRCH}/1/voice", "form": call("CA1", to="+14155550100")}
    statuses = [said.status for said in hook.deliver(*flood, other)]
    assert statuses[:20] == [200] * 20
    # 503 and not 429: providers bring a 503 back, and no call is lost.
    assert set(statuses[20:30]) == {503} and statuses[30] == 200


@pytest.mark.parametrize("field", ["CallSid", "From", "To", "CallStatus", "DialCallStatus", "Direction"])
def test_a_null_inside_a_genuine_call_holds_nobody_up(desk: Desk, hook: Hook, field: str) -> None:
    """Found by the storm of nonsense: a database keeps no null character, and the call would have been tried for ever."""
    bent = {"path": VOICE, "form": call("CA1") | {field: "a\0" + call("CA1")[field]}}
    after = {"path": VOICE, "form": call("CA2", who="+12025550161")}
    assert [said.status for said in hook.deliver(bent, after)] == [200, 200]
    desk.fold()
    assert desk.case_of("+12025550161")
    assert desk.rows("select count(*) from work where kind = 1") == [(0,)]


def test_a_null_inside_a_genuine_text_is_left_out(desk: Desk, hook: Hook) -> None:
    case = desk.miss("+12025550160")
    form = {"MessageSid": "SM5", "From": "+12025550160", "To": "+12025550100", "Body": "I need\0 help with my b\0ill"}
    assert hook.deliver({"path": f"/hooks/{MAPLE}/2/text", "form": form})[0].status == 200
    desk.fold()
    assert desk.rows("select count(*) from message where case_id = %s and kind = 'text'", (case,)) == [(1,)]
    assert desk.rows("select count(*) from work where kind = 1") == [(0,)]
