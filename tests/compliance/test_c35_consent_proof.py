"""C35: every consent stands in an added-to ledger with wording, time and way, and a number's bundle proves itself offline.

Not here: a consent's six years are kept by never deleting from the application; removing older ones is the owner's act.
"""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import psycopg
import pytest
from desk import BIRCH, MAPLE, STRANGE, Desk

from ringback.consent_cli import consent_main
from ringback.core import consent
from ringback.engine import clock
from ringback.store import access, crypt, ledgers, proof


def index_of(desk: Desk, number: str = STRANGE, practice: int = MAPLE) -> bytes:
    return crypt.index(desk._ring(practice), practice, "phone", number)


@pytest.fixture
def bundle(desk: Desk, tmp_path: Path) -> Path:
    """A caller who was texted, agreed to another text in person, wrote, and said stop; proved from the command line."""
    desk.miss(STRANGE)
    with access.practice(MAPLE) as rows:
        ledgers.grant(
            rows, rows.index("phone", STRANGE), category=consent.CALLBACK, method="verbal", now=clock.now(), by="8",
            wording=consent.AGREEMENT, words="yes, text me", number=STRANGE,
        )  # fmt: skip
    desk.text(STRANGE, "please stop texting me")
    file = tmp_path / "proof.zip"
    assert consent_main(["prove", "--practice", str(MAPLE), STRANGE, "--out", str(file)], io.StringIO()) == 0
    return file


def documents(file: Path) -> dict[str, object]:
    with zipfile.ZipFile(file) as zipped:
        return {name: json.loads(zipped.read(name)) for name in zipped.namelist() if name.endswith(".json")}


def test_the_bundle_holds_what_was_said_in_which_words_and_what_was_sent_on_which_ground(
    desk: Desk, bundle: Path
) -> None:
    told = documents(bundle)
    entries = told["entries.json"]
    said = [(one["ledger"], one.get("kind"), one.get("method") or one["source"]) for one in entries]
    assert said == [
        ("consent", "granted", "greeting_notice"),
        ("consent", "granted", "verbal"),
        ("suppression", "stop", "text"),
        ("consent", "revoked", "verbal"),
    ]
    greeting, agreed, stop, ended = entries
    assert greeting["category"] == "missed_call" and greeting["source"].startswith("case:")
    assert agreed["words"] == "yes, text me" and agreed["by"] == "8" and agreed["wording"] == "consent.callback.1"
    assert (
        stop["words"] == "please stop texting me" and stop["evidence"] == f"message:{told['messages.json'][-1]['id']}"
    )
    assert ended["source"] == f"stop:{stop['id']}" and ended["at"] == stop["at"]
    shown = {one["hash"]: one["told"] for one in told["wordings.json"]}
    assert shown[agreed["wording_hash"]] == consent.AGREEMENT.told
    assert greeting["wording_hash"] in shown, "the greeting's words are there, though they may change later"
    texts = told["texts.json"]
    assert [one["basis"] for one in texts] == ["greeting_notice", "stop_confirmation"]
    assert all(one["template_hash"] and one["verdict"] == "ok" and one["body"] for one in texts)
    assert texts[0]["id"] == greeting["id"], "the ground is written with the text it is for"
    assert [one["verdict"] for one in told["calls.json"]] and told["audit.json"]
    assert told["now.json"]["blocked"]["source"] == "text" and told["now.json"]["consents"] == []


def test_it_is_checked_with_nothing_but_the_file_and_the_key(desk: Desk, bundle: Path, tmp_path: Path) -> None:
    key = io.StringIO()
    assert consent_main(["key", "--practice", str(MAPLE)], key) == 0
    (tmp_path / "public").write_text(key.getvalue())
    argv = [sys.executable, "-m", "ringback.cli", "consent", "check", str(bundle), "--key", str(tmp_path / "public")]
    done = subprocess.run(argv, env={"PATH": "/usr/bin"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "whole, and signed" in done.stdout and STRANGE in done.stdout, done.stderr
    other = io.StringIO()
    consent_main(["key", "--practice", str(BIRCH)], other)
    assert consent_main(["check", str(bundle), "--key", other.getvalue().strip()], io.StringIO()) == 1
    unasked = io.StringIO()
    assert consent_main(["check", str(bundle)], unasked) == 0 and "was not checked" in unasked.getvalue()


def test_a_byte_changed_anywhere_is_found(bundle: Path) -> None:
    good = bundle.read_bytes()
    public = proof.check(good).public
    places = {0, len(good) - 1, len(good) - 2, *random.Random(35).sample(range(len(good)), 400)}
    with zipfile.ZipFile(io.BytesIO(good)) as zipped:
        for one in zipped.infolist():  # the heads of each document, which no document's digest covers
            places |= set(range(one.header_offset, one.header_offset + 30))
    places |= set(range(len(good) - 120, len(good)))
    for place in sorted(places):
        changed = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
        with pytest.raises(proof.Broken):
            proof.check(changed, public)
    for wrong in (b"", good[:-1], good + b"x", good[100:], b"x" + good):
        with pytest.raises(proof.Broken):
            proof.check(wrong, public)


def test_a_bundle_made_anew_with_another_key_does_not_pass_for_the_practices(desk: Desk, bundle: Path) -> None:
    public = proof.check(bundle.read_bytes()).public
    with access.practice(BIRCH) as rows:
        forged = proof.make(rows, STRANGE, by="1")
    with pytest.raises(proof.Broken):
        proof.check(forged, public)
    assert proof.check(forged).public != public


def test_the_ledgers_are_only_ever_added_to(desk: Desk, bundle: Path) -> None:
    for table in ("consent_entry", "preference_entry", "suppression_entry", "disclosure"):
        for statement in (f"delete from {table}", f"update {table} set at = now()", f"truncate {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                desk.change(statement)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desk.change("delete from suppression")
    assert index_of(desk) not in {
        bytes(i) for (i,) in desk.rows("select number_index from consent_entry", practice=BIRCH)
    }


def test_the_page_shows_the_history_and_hands_out_the_same_file(desk: Desk, browse) -> None:
    desk.miss(STRANGE)
    desk.text(STRANGE, "stop texting me please")
    hand = browse("privacy_officer")
    found = hand.post("/choices", {"number": "(202) 555-0160"})
    assert found.status_code == 302 and found["Location"] == f"/choices/{index_of(desk).hex()}"
    assert STRANGE[-4:] not in found["Location"], "no address holds the number"
    page = hand.get(found["Location"]).content.decode()
    assert "(202) 555-0160" in page and "stop texting me please" in page and "Asked for no more texts" in page
    masked = browse("auditor").get(found["Location"]).content.decode()
    assert "555-0160" not in masked and "stop texting" not in masked and "Asked for no more texts" in masked
    file = hand.post(f"{found['Location']}/proof")
    assert file["Content-Type"] == "application/zip" and "attachment" in file["Content-Disposition"]
    told = proof.check(file.content)
    assert told.number == STRANGE and told.counts["entries.json"] == 2
    assert desk.rows("select staff from audit where what = 'consent.proof'") == [("2",)]
    assert browse("front_desk").post(f"{found['Location']}/proof").status_code == 403
    unknown = hand.post("/choices", {"number": "202-555-0188"})
    assert unknown.status_code == 200 and b"Nothing is on record about this number" in unknown.content
    assert hand.post("/choices", {"number": "hello"}).status_code == 400
    stranger = browse("owner", BIRCH).get(found["Location"]).content.decode()
    assert "stop texting" not in stranger and "Nothing is on record" in stranger
