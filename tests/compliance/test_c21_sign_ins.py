"""C21: sign-ins, failed sign-ins and sign-outs are in the audit log, without what was typed."""

from __future__ import annotations

import json

from desk import MAPLE, Desk
from django.test import Client
from joining import PASSWORD, add_app, code, invite, join, real

__all__ = ["real"]


def log(desk: Desk, practice: int) -> list[dict]:
    return [json.loads(body) for (body,) in desk.rows("select body from audit order by seq", practice=practice)]


def test_a_failed_sign_in_is_written_down_without_what_was_typed(real: Desk) -> None:
    Client().post("/account/sign-in/", {"login": "hunter2-in-the-wrong-field", "password": "wrong wrong wrong"})
    failed = [one for one in log(real, 0) if one["what"] == "sign_in" and one["reason"] == "credentials"]
    assert len(failed) == 1 and failed[0]["result"] == "refused"
    assert "hunter2" not in json.dumps(log(real, 0)) and "wrong" not in json.dumps(failed)


def test_a_sign_in_says_which_factors_and_a_sign_out_is_one_too(real: Desk) -> None:
    import time

    secret = add_app(join(invite()))
    client = Client()
    client.post("/account/sign-in/", {"login": "ines.ortega@clinic.example", "password": PASSWORD})
    client.post("/account/factors/show/", {"code": code(secret, time.time() + 30)})
    client.get("/account/enter/")
    entered = [one for one in log(real, MAPLE) if one["act"] == "sign_in" and one["what"] == "sign_in"]
    assert entered and entered[-1]["detail"]["factors"] == ["totp"]
    client.post("/sign-out")
    assert any(one["what"] == "sign_out" for one in log(real, MAPLE) + log(real, 0))
