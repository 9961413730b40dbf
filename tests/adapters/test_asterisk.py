"""Asterisk's records, recorded on a real one in two configurations: each kind of file alone, all together, and torn."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as pace
from hypothesis import strategies as st

from ringback.adapters.asterisk_records.join import Calls
from ringback.adapters.contract import NotUnderstood, Recorded
from ringback.adapters.phone.asterisk import ADAPTER
from ringback.core.calls import Call, judge

FIXTURES = Path(__file__).parents[1] / "fixtures" / "asterisk"
TRUTH: dict[str, str] = json.loads((FIXTURES / "truth.json").read_text())["truth"]
CDR1, CEL1 = "run1_unanswered_yes_cdr.csv", "run1_cel.csv"
CDR3, CEL3 = "run3_cancel_disposition_cdr.csv", "run3_cancel_disposition_cel.csv"
QUEUE, MESSAGE = "run1_queue_log", "run1_vm_msg0000.txt"
DEAD_ENDS = {"+15550101009", "+15550101011"}


def text(name: str) -> str:
    return (FIXTURES / name).read_text()


def read(*parts: str | tuple[str, str], **options: str) -> Calls:
    texts = [(part, text(part)) if isinstance(part, str) else part for part in parts]
    return ADAPTER.read_records(texts, {name.replace("_", "-"): value for name, value in options.items()})


def verdicts(calls: Iterable[Call]) -> dict[str, str]:
    return {call.caller: judge(call).verdict.value for call in calls}


def allowed(truth: str) -> set[str]:
    """What may be said of a call whose truth is known (decision 20)."""
    if truth == "missed: busy":
        return {"busy"}
    if truth.startswith("abandoned"):
        return {"abandoned", "missed"}
    return {truth.split()[0].rstrip(":")}


@pytest.mark.parametrize(
    ("files", "absent"),
    [
        ((CDR1,), set()),
        ((CEL1,), set()),
        ((CDR1, CEL1), set()),
        ((CDR1, CEL1, QUEUE, MESSAGE), set()),
        ((MESSAGE, QUEUE, CEL1, CDR1), set()),
        ((CDR1, QUEUE), set()),
        ((CDR3,), DEAD_ENDS),
        ((CEL3,), set()),
        ((CDR3, CEL3), set()),
        ((CEL3, CDR3), set()),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_every_call_is_what_it_was(files: tuple[str, ...], absent: set[str]) -> None:
    calls = read(*files)
    said = verdicts(calls)
    assert len(calls) == len(said), "one call is read once"
    assert set(said) == set(TRUTH) - absent
    assert {caller: verdict for caller, verdict in said.items() if verdict not in allowed(TRUTH[caller])} == {}
    assert list(calls) == sorted(calls, key=lambda call: (call.began, call.key))  # type: ignore[arg-type, return-value]
    assert all(call.began and call.began.isoformat() >= "2026-11-22T00:42:00" for call in calls)
    assert calls.notes == ()


@pytest.mark.parametrize("files", [(CEL1,), (CDR1, CEL1), (CEL3,), (CDR3,), (CDR3, CEL3)], ids="+".join)
def test_who_hung_up_is_told_where_the_source_can_tell(files: tuple[str, ...]) -> None:
    said = verdicts(read(*files))
    assert {caller for caller, verdict in said.items() if verdict == "abandoned"} == {"+15550102001", "+15550102004"}


def test_by_default_a_call_record_cannot_tell_who_hung_up() -> None:
    said = verdicts(read(CDR1))
    assert said["+15550102001"] == said["+15550102004"] == "missed"


def test_the_queue_log_alone_knows_the_queued_calls_and_a_voicemail_file_its_own() -> None:
    assert verdicts(read(QUEUE)) == {"+15550101007": "missed", "+15550101008": "answered"}
    calls = read(MESSAGE)
    assert verdicts(calls) == {"+15550101005": "voicemail"} and calls[0].voicemail_seconds == 0
    joined = next(call for call in read(CDR1, CEL1, MESSAGE) if call.caller == "+15550101005")
    assert joined.voicemail_seconds == 0 and "no message" in judge(joined).why


@pytest.mark.parametrize("moved", [-600, 600])
def test_a_message_left_at_another_time_on_a_channel_of_the_same_name_is_another_calls(moved: int) -> None:
    other = (
        text(MESSAGE)
        .replace("origtime=1795308124", f"origtime={1795308124 + moved}")
        .replace("duration=0", "duration=30")
    )
    calls = read(CDR1, ("msg0000.txt", other))
    assert len(calls) == 14 and [call.voicemail_seconds for call in calls].count(30) == 1
    assert next(call for call in calls if call.key == "1795308120.23").voicemail_seconds is None


def test_each_call_names_the_number_that_was_dialled_and_one_key_in_all_sources() -> None:
    records = {call.caller: (call.key, call.line) for call in read(CDR1)}
    events = {call.caller: (call.key, call.line) for call in read(CEL1)}
    assert records == events
    assert records["+15550101008"] == ("1795308120.31", "5550008")


# ---- layouts of a call record ---------------------------------------------------------------------------------------------


def relaid(name: str, keep: tuple[int, ...]) -> str:
    """The same records with other columns, as cdr.conf may have it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in csv.reader(io.StringIO(text(name))):
        writer.writerow([row[place] for place in keep])
    return out.getvalue()


BASE = tuple(range(16))
LAYOUTS = {
    "16": BASE,
    "17 uniqueid": (*BASE, 16),
    "17 userfield": (*BASE, 17),
    "18": (*BASE, 16, 17),
    "19": (*BASE, 18, 19, 20),
    "20 uniqueid": (*BASE, 16, 18, 19, 20),
    "20 userfield": (*BASE, 17, 18, 19, 20),
    "21": (*BASE, 16, 17, 18, 19, 20),
}


@pytest.mark.parametrize("name", [CDR1, CDR3])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_of_columns_gives_the_same_calls(name: str, layout: str) -> None:
    calls = read(("Master.csv", relaid(name, LAYOUTS[layout])), time_zone="UTC")
    assert verdicts(calls) == verdicts(read(name))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_may_change_in_the_middle_of_a_file(layout: str) -> None:
    both = relaid(CDR1, LAYOUTS[layout]) + text(CDR3)
    calls = read(("Master.csv", both), time_zone="UTC")
    assert len(calls) == 13 + 11


def test_an_export_of_the_table_with_its_column_names_is_read() -> None:
    rows = list(csv.DictReader(io.StringIO(text(CDR1)), fieldnames=FIELDS))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=["calldate", "did", *FIELDS[:9], *FIELDS[10:]])
    writer.writeheader()
    for row in rows:
        start = row.pop("start")
        inbound = row["dcontext"] == "from-trunk"
        # FreePBX rewrites the context as a call moves on, but keeps the number that was dialled.
        writer.writerow(
            {
                **row,
                "calldate": start,
                "did": row["dst"] if inbound else "",
                "dcontext": "ext-local" if inbound else row["dcontext"],
            }
        )
    assert verdicts(read(("cdr.csv", out.getvalue()))) == verdicts(read(CDR1))


FIELDS = [
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer", "end",
    "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield", "peeraccount", "linkedid", "sequence",
]  # fmt: skip


def test_the_usual_twenty_columns_of_events_are_read() -> None:
    rows = list(csv.reader(io.StringIO(text(CEL1))))
    out = io.StringIO()
    for kind, at, num, _, exten, context, channel, app, unique, linked, extra in rows:
        csv.writer(out).writerow(
            [
                kind,
                at,
                "Pat Test",
                num,
                num,
                "",
                "",
                exten,
                context,
                channel,
                app,
                "data",
                "3",
                "",
                unique,
                linked,
                "",
                "",
                "",
                extra,
            ]
        )
    assert verdicts(read(("cel.csv", out.getvalue()))) == verdicts(read(CEL1))
    names = "eventtype,eventtime,cid_name,cid_num,cid_ani,cid_rdnis,cid_dnid,exten,context,channame,appname,appdata,amaflags,accountcode,uniqueid,linkedid,peer,userfield,userdeftype,extra"
    assert verdicts(read(("cel.csv", out.getvalue()), cel_columns=names)) == verdicts(read(CEL1))
    assert verdicts(read(("cel.csv", names + "\n" + out.getvalue()))) == verdicts(read(CEL1))


# ---- times -----------------------------------------------------------------------------------------------------------------


def local(name: str, hours: int) -> str:
    """The same records from a server whose clock runs in another zone."""
    return text(name).replace("2026-11-22 00:4", f"2026-11-{22 + (hours // 24)} {hours % 24:02}:4")


def test_the_servers_zone_is_told_from_the_channels_ids() -> None:
    for hours in (-5, -8, 0, 9):
        assert [call.began for call in read(("Master.csv", local(CDR1, hours)))] == [call.began for call in read(CDR1)]
    without = relaid(CDR1, BASE).replace("2026-11-22 00:4", "2026-11-21 19:4")
    assert {call.began for call in read(("m", without), time_zone="America/New_York")} == {
        call.began for call in read(CDR1)
    }
    guessed = read(("m", without))
    assert any("time-zone" in note for note in guessed.notes)


# ---- torn, doubled, foreign --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [CDR1, CEL1, QUEUE])
def test_parts_of_a_rotated_log_may_overlap_and_come_in_any_order(name: str) -> None:
    lines = text(name).splitlines(keepends=True)
    half = len(lines) // 2
    older, newer = "".join(lines[: half + 3]), "".join(lines[half:])
    assert verdicts(read(("log.1", older), ("log", newer))) == verdicts(read(name))
    assert verdicts(read(("log", newer), ("log.1", older), ("log.1", older))) == verdicts(read(name))


@pytest.mark.parametrize("name", [CDR1, CDR3, CEL1, QUEUE, MESSAGE])
def test_windows_line_ends_and_a_mark_at_the_start_change_nothing(name: str) -> None:
    assert verdicts(read(("w", "\ufeff" + text(name).replace("\n", "\r\n")))) == verdicts(read(name))


@pytest.mark.parametrize("name", [CDR1, CDR3, CEL1])
def test_a_last_line_that_is_still_being_written_is_left_out(name: str) -> None:
    whole = text(name).rstrip("\n")
    start = whole.rindex("\n") + 1
    before = verdicts(read((name, whole[:start])))
    for cut in range(start + 4, len(whole) - 12, 9):
        calls = read((name, whole[:cut]))
        assert verdicts(calls) == before and any("not finished" in note for note in calls.notes)


def test_a_broken_line_in_the_middle_is_stepped_over_and_said() -> None:
    lines = text(CEL1).splitlines(keepends=True)
    lines[100:100] = ["\x1b[31m garbage\n", '"CHAN_START","x\n']
    calls = read((CEL1, "".join(lines)))
    assert verdicts(calls) == verdicts(read(CEL1))
    assert any("2 lines could not be read" in note and "line 101" in note for note in calls.notes)


def test_a_call_that_has_not_ended_in_the_log_is_not_judged() -> None:
    first = [line for line in text(CEL1).splitlines(keepends=True) if "1795308124" not in line]
    said = verdicts(read((CEL1, "".join(first[:60]))))
    assert said["+15550101001"] == "unknown"


@pytest.mark.parametrize(
    "nonsense", ["hello\nworld\n", "a,b,c\n1,2,3\n", '{"truth": 1}', "GIF89a\0\0\1", "<html></html>", "|" * 40]
)
def test_a_file_that_is_no_record_is_refused_with_what_was_looked_for(nonsense: str) -> None:
    with pytest.raises(NotUnderstood) as wrong:
        read(CDR1, ("notes.txt", nonsense))
    assert "notes.txt" in str(wrong.value)


@pace(max_examples=60, deadline=None)
@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(text(CEL1).splitlines() + text(CDR1).splitlines()), max_size=12).map("\n".join)
)
def test_nonsense_never_breaks_the_reader(nonsense: str) -> None:
    try:
        read(("x", nonsense))
    except NotUnderstood as wrong:
        assert str(wrong)


def test_an_empty_file_is_said_and_no_calls_are_in_it() -> None:
    calls = read(("Master.csv", ""), CDR3)
    assert len(calls) == 11 and calls.notes == ("Master.csv is empty",)


@pytest.mark.parametrize(("name", "value"), [("colour", "red"), ("time-zone", "Mars/Phobos")])
def test_an_option_that_makes_no_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(NotUnderstood, match=value if name == "time-zone" else "inbound-contexts"):
        ADAPTER.read_records([(CDR1, text(CDR1))], {name: value})


def test_contexts_of_ones_own_are_named_by_an_option() -> None:
    own = text(CDR1).replace('"from-trunk"', '"telco-7"')
    nothing = read(("m", own))
    assert nothing == [] and any("telco-7" in note for note in nothing.notes)
    assert verdicts(read(("m", own), inbound_contexts="telco-*")) == verdicts(read(CDR1))


# ---- what no recording shows ---------------------------------------------------------------------------------------------------


def row(**columns: str) -> str:
    values = {
        "src": "+12025550123", "dst": "5550100", "dcontext": "from-trunk", "channel": "PJSIP/trunk-1", "lastapp": "Dial",
        "start": "2026-11-22 00:42:00", "end": "2026-11-22 00:42:20", "duration": "20", "billsec": "0", "disposition": "NO ANSWER",
        "amaflags": "DOCUMENTATION", "uniqueid": "1795308120.1", "linkedid": "1795308120.1",
    }  # fmt: skip
    values |= columns
    out = io.StringIO()
    csv.writer(out).writerow([values.get(field, "") for field in FIELDS])
    return out.getvalue()


def test_a_dial_that_the_practices_own_voicemail_answered_is_no_answer() -> None:
    calls = read(
        (
            "m",
            row(disposition="ANSWERED", dstchannel="Local/100@vm-00000001;1", billsec="12", sequence="1")
            + row(
                dcontext="vm",
                channel="Local/100@vm-00000001;2",
                lastapp="VoiceMail",
                disposition="ANSWERED",
                billsec="12",
                uniqueid="1795308121.3",
                sequence="2",
            ),
        )
    )
    assert [judge(call).verdict.value for call in calls] == ["missed"]


def test_freepbx_takes_the_message_in_another_context_of_the_same_channel() -> None:
    rang = row(dcontext="ext-group", dst="600", dstchannel="Local/201@from-internal-00000001;1", sequence="1")
    message = row(
        dcontext="macro-vm", dst="vmu201", lastapp="VoiceMail", disposition="ANSWERED", billsec="9", sequence="2"
    )
    assert verdicts(read(("Master.csv", rang + message))) == {"+12025550123": "voicemail"}


def test_a_part_of_a_log_that_begins_in_the_middle_of_a_call_still_knows_that_it_was_answered() -> None:
    late = [line for line in text(CEL1).splitlines(keepends=True) if '"1795308124.6564' in line]
    assert verdicts(read((CEL1, "".join(late)))) == {"+15550101008": "answered"}


def test_a_call_from_one_phone_of_the_practice_to_another_is_internal() -> None:
    inside = row(src="201", dst="202", dcontext="from-internal", channel="PJSIP/201-1", dstchannel="PJSIP/202-2")
    outward = row(
        src="201",
        dst="12025550123",
        dcontext="from-internal",
        channel="PJSIP/201-5",
        linkedid="1795308190.5",
        uniqueid="1795308190.5",
    )
    calls = read(("m", inside + outward))
    assert [(judge(call).verdict.value, call.direction.value) for call in calls] == [
        ("internal", "internal"),
        ("internal", "outbound"),
    ]


def test_who_gives_up_waiting_in_a_queue_has_abandoned() -> None:
    log = "1795308120|1795308120.9|front|NONE|ENTERQUEUE||+12025550123|1\n1795308150|1795308120.9|front|NONE|ABANDON|1|1|30\n"
    assert verdicts(read(("queue_log", log))) == {"+12025550123": "abandoned"}


def test_a_parked_caller_alone_in_a_bridge_has_spoken_with_nobody() -> None:
    alone = [line for line in text(CEL1).splitlines(keepends=True) if not ("BRIDGE" in line and "Local/ans" in line)]
    said = verdicts(read((CEL1, "".join(alone))))
    assert said["+15550101003"] == said["+15550101008"] == "missed"


def events(*stays: tuple[str, str, int, int]) -> str:
    """A call's events: stays of the caller and of others in bridges, (channel, bridge, from, to) in seconds."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)

    def write(name: str, second: float, channel: str, extra: str = "") -> None:
        unique = "1795308120.1" if channel == "PJSIP/trunk-1" else f"1795308120.{2 + len(channel)}"
        context = "from-trunk" if channel == "PJSIP/trunk-1" else "phones"
        at = f"{1795308120 + second:.6f}"
        writer.writerow(
            [name, at, "+12025550123", "", "5550100", context, channel, "Dial", unique, "1795308120.1", extra]
        )

    for channel in ("PJSIP/trunk-1", *sorted({stay[0] for stay in stays} - {"PJSIP/trunk-1"})):
        write("CHAN_START", 0, channel)
    for channel, bridge, since, until in stays:
        write("BRIDGE_ENTER", since, channel, json.dumps({"bridge_id": bridge}))
        write("BRIDGE_EXIT", until, channel, json.dumps({"bridge_id": bridge}))
    write("HANGUP", 60, "PJSIP/trunk-1", json.dumps({"hangupcause": 16, "hangupsource": "", "dialstatus": "NOANSWER"}))
    write("CHAN_END", 60, "PJSIP/trunk-1")
    return out.getvalue()


@pytest.mark.parametrize(
    ("stays", "verdict"),
    [
        ((("PJSIP/trunk-1", "a", 5, 20), ("PJSIP/201-22", "a", 4, 21)), "answered"),
        ((("PJSIP/trunk-1", "a", 5, 20), ("PJSIP/201-22", "a", 19, 40)), "answered"),
        ((("PJSIP/trunk-1", "a", 5, 20), ("PJSIP/201-22", "a", 30, 40)), "missed"),
        ((("PJSIP/trunk-1", "a", 5, 20), ("PJSIP/201-22", "b", 5, 20)), "missed"),
        ((("PJSIP/trunk-1", "a", 5, 20),), "missed"),
        ((("PJSIP/trunk-1", "a", 1, 5), ("PJSIP/trunk-1", "b", 6, 20), ("PJSIP/201-22", "b", 6, 20)), "answered"),
    ],
    ids=["together", "for a moment", "one after the other", "in different rooms", "alone", "first parked"],
)
def test_a_person_spoke_when_both_were_in_one_bridge_at_one_time(
    stays: tuple[tuple[str, str, int, int], ...], verdict: str
) -> None:
    assert verdicts(read(("cel.csv", events(*stays)))) == {"+12025550123": verdict}


def test_asterisk_can_be_asked_for_its_records_and_has_no_webhooks() -> None:
    assert isinstance(ADAPTER, Recorded)
