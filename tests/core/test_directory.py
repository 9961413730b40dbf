"""A practice hands over its patient list; nobody is guessed, and what is wrong is named by line and column."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.core.directory import NotReadable, read
from ringback.core.directory_dates import DateUnclear, read_date, read_moment, read_time, settle_order

ZONE = "America/New_York"


def lines(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(rows).encode(encoding)


def said(data: bytes, **more: object) -> list[tuple[int, str]]:
    return [(p.line, p.say) for p in read(data, ZONE, **more).errors]  # type: ignore[arg-type]


def test_our_own_names_are_read() -> None:
    found = read(
        lines(
            "record,name,birth_date,mobile,home,language,next_visit,callback_requested,open_refill,recent_visit,consent",
            "A1,Maria Lopez,1984-07-21,(202) 555-0143,,es,2026-12-01 09:30,yes,no,,yes",
        ),
        ZONE,
    )
    (maria,) = found.entries
    assert found.problems == ()
    assert (maria.record, maria.name, maria.birth_date, maria.lang) == ("A1", "Maria Lopez", date(1984, 7, 21), "es")
    assert maria.phones == (("+12025550143", "mobile"),)
    assert maria.next_visit == datetime(2026, 12, 1, 14, 30, tzinfo=UTC)
    assert (maria.callback_requested, maria.open_refill, maria.recent_visit, maria.consent) == (
        True,
        False,
        False,
        True,
    )


def test_an_ehr_export_is_read_by_its_own_headers() -> None:
    found = read(
        lines(
            "Patient ID;Patient Last Name;Patient First Name;DOB;Cell Phone #;Home Phone;Preferred Language;"
            "Next Appt Date;Appt Time;Insurance",
            'P-7;Müller;Ann;12/31/1979;202.555.0111;202-555-0112 x4;English;12/02/2026;2:15 PM;"Acme; gold"',
            encoding="cp1252",
        ),
        ZONE,
    )
    (ann,) = found.entries
    assert (found.encoding, found.delimiter, found.ignored) == ("Windows-1252", ";", ("Insurance",))
    assert ann.name == "Ann Müller"
    assert ann.phones == (("+12025550111", "mobile"), ("+12025550112", "home"))
    assert ann.next_visit == datetime(2026, 12, 2, 19, 15, tzinfo=UTC)


def test_a_byte_order_mark_does_not_hide_the_first_column() -> None:
    assert read(b"\xef\xbb\xbf" + lines("MRN,Name,Phone", "1,Jo Roe,2025550100"), ZONE).errors == ()


def test_the_lines_of_errors_are_the_lines_of_the_file() -> None:
    data = lines(
        "record,name,birth_date,mobile",
        '1,"Roe,\r\nJo",1980-01-01,2025550100',
        "",
        "2,,1980-01-01,2025550101",
        "3,Al Poe,1980-02-30,2025550102",
        "4,Al Poe,01/02/80,555-01",
        "1,Bo Poe,1980-01-02,2025550103",
        "5,Cy Poe,1980-01-02,2025550103,extra",
    )
    assert said(data) == [
        (5, "no full name"),
        (6, "a day that is not in the calendar"),
        (7, "a year of two digits; write all four"),
        (7, "not a phone number"),
        (8, "the same record as on line 2"),
        (9, "the row has more columns than the header"),
    ]


def test_errors_never_repeat_what_was_written() -> None:
    data = lines("record,name,birth_date,mobile,consent", "77123,Zed Quux,31.31.1980,notaphone,perhaps")
    text = " ".join(problem.say + problem.column for problem in read(data, ZONE).problems)
    assert not any(part in text for part in ("77123", "Zed", "Quux", "31.31", "notaphone", "perhaps"))


def test_a_date_that_can_be_read_two_ways_is_refused_with_its_line() -> None:
    data = lines("record,name,dob,phone", "1,Jo Roe,03/04/1980,2025550100", "2,Al Poe,05/05/1981,2025550101")
    assert [line for line, _ in said(data)] == [2]
    assert said(data, order="mdy") == []
    assert read(data, ZONE, order="dmy").entries[0].birth_date == date(1980, 4, 3)


def test_one_clear_date_settles_how_the_file_writes_dates() -> None:
    data = lines("record,name,dob,phone", "1,Jo Roe,03/04/1980,2025550100", "2,Al Poe,12/31/1981,2025550101")
    assert read(data, ZONE).entries[0].birth_date == date(1980, 3, 4)


def test_dates_that_contradict_each_other_settle_nothing() -> None:
    assert settle_order(["12/31/1980", "31/12/1980", "03/04/1980"]) is None
    assert settle_order(["31.12.1980"]) == "dmy"


@pytest.mark.parametrize(
    "text", ["1980-12-31", "19801231", "12/31/1980", "31-Dec-1980", "December 31, 1980", "31 dic 1980"]
)
def test_ways_to_write_one_day(text: str) -> None:
    assert read_date(text, None) == date(1980, 12, 31)


@pytest.mark.parametrize(
    ("text", "wall"),
    [("9:30 AM", "09:30"), ("12:00 am", "00:00"), ("12:05pm", "12:05"), ("0930", "09:30"), ("2p.m.", "14:00")],
)
def test_ways_to_write_a_time(text: str, wall: str) -> None:
    assert f"{read_time(text):%H:%M}" == wall


@pytest.mark.parametrize("text", ["25:00", "13:00 pm", "9", "soon", "2460"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(DateUnclear):
        read_time(text)


def test_a_time_the_clocks_jump_over_is_refused() -> None:
    with pytest.raises(DateUnclear, match="summer time"):
        read_moment("2026-03-08", "02:30", ZONE, None)
    assert read_moment("2026-11-01 01:30", "", ZONE, None) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert read_moment("2026-11-02T09:00-05:00", "", ZONE, None) == datetime(2026, 11, 2, 14, 0, tzinfo=UTC)


def test_a_visit_without_a_time_is_refused() -> None:
    assert said(lines("record,name,phone,next appt", "1,Jo Roe,2025550100,2026-12-01")) == [
        (2, "a visit without a time of day")
    ]


def test_columns_can_be_named_by_hand() -> None:
    data = lines("Nr,Wer,Tel", "1,Jo Roe,2025550100")
    with pytest.raises(NotReadable, match="record number"):
        read(data, ZONE)
    assert read(data, ZONE, renamed={"Nr": "record", "wer": "name", "TEL": "mobile"}).errors == ()
    with pytest.raises(NotReadable, match="no column 'chart'"):
        read(data, ZONE, renamed={"chart": "record"})
    with pytest.raises(NotReadable, match="no field 'shoe'"):
        read(data, ZONE, renamed={"Tel": "shoe"})


def test_two_columns_for_one_field_are_refused() -> None:
    with pytest.raises(NotReadable, match="two columns"):
        read(lines("mrn,chart number,name,phone", "1,2,Jo Roe,2025550100"), ZONE)


@pytest.mark.parametrize("data", [b"PK\x03\x04xlsx", b"", b"a\0b,c\n"])
def test_what_is_no_csv_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(NotReadable):
        read(data, ZONE)


def test_a_household_shares_a_phone_and_stays_two_people() -> None:
    found = read(lines("record,name,phone", "1,Jo Roe,2025550100", "2,Al Roe,+1 202 555 0100"), ZONE)
    assert [entry.phones for entry in found.entries] == [(("+12025550100", "mobile"),)] * 2


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_never_crash(data: bytes) -> None:
    try:
        read(b"record,name,phone,dob,next appt\n" + data, ZONE)
    except NotReadable:
        pass
