"""C24: what cannot be written down is not shown, not changed and not sent; one of two sinks may be down; pages still go."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import psycopg
import pytest
from desk import MAPLE, MARIA, STRANGE, Desk
from django.urls import reverse

from ringback.engine import house
from ringback.store import spool


@pytest.fixture
def closed(desk: Desk, database):
    """The log in the database takes no entry: its grant is gone, as a full disk or a broken trigger would have it."""
    with psycopg.connect(database.owner_dsn, autocommit=True) as owner:

        def shut(on: bool) -> None:
            owner.execute(f"{'revoke' if on else 'grant'} insert on audit {'from' if on else 'to'} ringback_app")

        yield shut


def test_a_page_with_patients_is_refused_when_no_sink_takes_the_entry(desk: Desk, browse, closed) -> None:
    case = desk.text(MARIA, "BILLING")
    client = browse("owner")
    closed(True)
    answer = client.get(reverse("case", args=[case]))
    assert answer.status_code == 503 and b"audit log" in answer.content and MARIA[-4:].encode() not in answer.content
    before = desk.rows("select count(*) from message where kind = 'note'")
    assert client.post(reverse("note", args=[case]), {"words": "not kept"}).status_code == 503
    assert desk.rows("select count(*) from message where kind = 'note'") == before
    assert client.get(reverse("on_call")).status_code == 200, "what shows no patients is still shown"
    closed(False)
    assert client.get(reverse("case", args=[case])).status_code == 200


def test_with_the_second_sink_work_goes_on_and_its_lines_come_into_the_log(
    desk: Desk, browse, closed, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("RINGBACK_AUDIT_SPOOL", str(tmp_path / "spool"))
    case = desk.text(MARIA, "BILLING")
    client = browse("owner")
    closed(True)
    assert client.get(reverse("case", args=[case])).status_code == 200
    texted = desk.miss(STRANGE)
    assert desk.rows("select state from outgoing where case_id = %s", (texted,)) in ([("queued",)], [])
    kept = (tmp_path / "spool").read_text()
    assert str(case) in kept and MARIA not in kept
    closed(False)
    assert house.keep(desk.dsn, desk.provider, MAPLE, datetime.now(UTC)) == 0
    bodies = [json.loads(body) for (body,) in desk.rows("select body from audit order by seq")]
    late = [one for one in bodies if "spooled_at" in one["detail"]]
    assert any(one["what"] == "case" and one["object"] == f"case:{case}" for one in late)
    assert spool.take() is None, "nothing is brought in twice"


def test_urgent_words_page_the_clinician_though_nothing_can_be_written_down(desk: Desk, closed) -> None:
    desk.miss(STRANGE)
    closed(True)
    case = desk.text(STRANGE, "URGENT my chest hurts")
    pages = desk.rows("select role from notice where case_id = %s and kind = 'page'", (case,))
    assert pages, "the page goes"
    states = {state for (state,) in desk.rows("select state from outgoing where case_id = %s", (case,))}
    assert "sending" not in states, "no text goes out that is not written down"
