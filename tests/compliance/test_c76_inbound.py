"""C76: a message at a hook is verified on its raw body before it is read, kept once, and refused without detail.

Not here: timestamps of providers that have one; Twilio, the one phone system with hooks so far, signs none.
"""

from __future__ import annotations

from typing import Any

import pytest
from desk import BIRCH, MAPLE, Desk
from outsider import PUBLIC, Hook, call
from outsider_site import hook

__all__ = ["hook"]
VOICE = f"/hooks/{MAPLE}/1/voice"


def test_a_genuine_message_is_kept_and_everything_else_is_not(desk: Desk, hook: Hook) -> None:
    good = {"path": VOICE, "form": call()}
    asked: list[tuple[dict[str, Any], int]] = [
        (good, 200),
        (good, 200),
        (good | {"token": "wrong tenant's"}, 403),
        (good | {"signed_for": f"{PUBLIC}/hooks/{BIRCH}/1/voice"}, 403),
        (good | {"body": b"CallSid=CA1&CallSid=CA2"}, 403),
        (good | {"body": b"x" * (64 * 1024 + 1)}, 413),
        (good | {"method": "PUT"}, 405),
        (good | {"path": "/hooks/55/1/voice"}, 404),
        # An unsigned GET is as forged as an unsigned POST.
        ({"path": VOICE, "method": "GET", "mark": ""}, 403),
    ]
    answers = hook.deliver(*[one for one, _ in asked])
    assert [said.status for said in answers] == [status for _, status in asked]
    for said in answers[2:]:
        assert len(said.body) < 40 and b"token" not in said.body and b"Maple" not in said.body
    assert desk.rows("select count(*) from arrival") == [(1,)]


def test_states_that_come_out_of_order_end_the_same(desk: Desk, hook: Hook) -> None:
    """A text's delivery report before its sending report: the later state stays."""
    case = desk.miss("+12025550160")
    status = f"/hooks/{MAPLE}/2/status"
    form = {"AccountSid": "AC" + "7" * 32, "MessageSid": "SM9", "From": "+12025550100", "To": "+12025550160"}
    desk.change("update outgoing set state = 'sent', message_id = 'SM9' where case_id = %s", (case,))
    answers = hook.deliver(
        {"path": status, "form": form | {"MessageStatus": "delivered"}},
        {"path": status, "form": form | {"MessageStatus": "sent"}},
        {"path": status, "form": form | {"MessageStatus": "delivered"}},
    )
    assert [said.status for said in answers] == [200] * 3
    desk.fold()
    assert desk.rows("select state from outgoing where case_id = %s", (case,)) == [("delivered",)]
    # The call, and two of the three reports: the third is the first one again.
    assert desk.rows("select count(*) from arrival") == [(3,)]


def test_the_signature_is_compared_in_constant_time_and_before_parsing() -> None:
    """By reading the one place that does it: `hmac.compare_digest`, and no parser is called before it in `_answer`."""
    import inspect

    from ringback.adapters import twilio_signature
    from ringback.engine import receive

    assert "compare_digest" in inspect.getsource(twilio_signature)
    source = inspect.getsource(receive.Hooks._answer)
    assert source.index(".verify(") < source.index(".event_key(")
    assert "parse(" not in source


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-original-url", "forwarded"])
def test_a_proxys_words_do_not_change_what_was_signed(desk: Desk, hook: Hook, header: str) -> None:
    good: dict[str, Any] = {"path": VOICE, "form": call(), header.replace("-", "_"): "evil.example"}
    assert hook.deliver(good)[0].status == 200
    assert hook.deliver(good | {"signed_for": f"https://evil.example{VOICE}"})[0].status == 403
