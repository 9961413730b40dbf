"""The inbox and the search, as a front desk uses them: a row a caller, filters that are addresses, tabs that are kept."""

from __future__ import annotations

import re
from datetime import timedelta

from desk import BIRCH, MAPLE, MARIA, SHARED, STRANGE, Desk

from ringback.engine import clock
from ringback.store import access, care, retention, search_index, shred
from ringback.store.retention import Purged


def rows_of(page: object) -> list[str]:
    """The cases a page lists, in their order."""
    return re.findall(r'data-row data-case="([0-9a-f-]{36})"', page.content.decode())  # type: ignore[attr-defined]


def test_one_row_a_caller_the_newest_change_first(desk: Desk, browse) -> None:
    maria = desk.text(MARIA, "I have a question about my bill")
    strange = desk.miss(STRANGE)
    front = browse("front_desk")
    page = front.get("/inbox")
    seen = page.content.decode()
    assert rows_of(page) == [str(strange), str(maria)]
    assert "Maria López Vega" in seen and "(202) 555-0160" in seen and "Billing" in seen
    # She writes again: her case moves up, and it is still one row.
    desk.text(MARIA, "and can I come on Friday instead")
    page = front.get("/inbox")
    assert rows_of(page) == [str(maria), str(strange)]
    # A new case of a caller whose last one was closed stands for both.
    front.post(f"/cases/{maria}/close", {"closure": "resolved", "reason": "done"})
    assert rows_of(front.get("/inbox")) == [str(strange)]
    assert rows_of(front.get("/inbox?state=closed")) == [str(maria)]
    again = desk.text(MARIA, "BILLING")
    assert again != maria
    assert rows_of(front.get("/inbox?state=all")) == [str(again), str(strange)]
    assert rows_of(front.get("/inbox?state=closed")) == []


def test_a_colleague_sees_it_an_auditor_sees_it_masked_a_stranger_sees_nothing(desk: Desk, browse) -> None:
    desk.text(MARIA, "I have a question about my bill")
    note = browse("front_desk").post(f"/cases/{desk.case_of(MARIA)}/note", {"words": "She prefers mornings"})
    assert note.status_code == 302
    assert "She prefers mornings" in browse("nurse").get("/inbox").content.decode()
    masked = browse("auditor").get("/inbox").content.decode()
    assert "••• ••43" in masked
    for secret in ("López", "0143", "mornings", "question about my bill"):
        assert secret not in masked, secret
    stranger = browse("owner", BIRCH)
    seen = stranger.get("/inbox?state=all").content.decode()
    assert "Nobody is waiting" in seen or "No caller fits" in seen
    assert "López" not in seen and rows_of(stranger.get("/inbox?state=all")) == []
    assert stranger.get(f"/inbox/cases/{desk.case_of(MARIA)}").status_code == 404


def test_filters_are_addresses_and_chips_take_them_off(desk: Desk, browse) -> None:
    billing, urgent, waits = desk.text(MARIA, "BILLING"), desk.text(SHARED, "URGENT chest pain"), desk.miss(STRANGE)
    front = browse("front_desk")
    for asked, cases in {
        "?queue=billing": {billing},
        "?queue=clinical": {urgent},
        "?state=urgent": {urgent},
        "?state=waiting": {waits},
        "?intent=billing": {billing},
        "?location=1": {billing, urgent, waits},
        "?location=1&queue=billing&intent=refill": set(),
        "?owner=nobody": {billing, urgent, waits},
        "?owner=me": set(),
        "?state=nonsense&owner=99&queue=x&location=9&before=zzz": {billing, urgent, waits},
    }.items():
        assert set(rows_of(front.get(f"/inbox{asked}"))) == {str(one) for one in cases}, asked
    seen = front.get("/inbox?queue=billing&state=waiting").content.decode()
    assert "No caller fits these filters" in seen
    assert 'href="/inbox?state=waiting"' in seen and 'href="/inbox?queue=billing"' in seen
    assert 'data-view="urgent">Urgent <span class="count red">1<' in seen


def test_whose_a_case_is_and_how_long_it_sleeps(desk: Desk, browse) -> None:
    case, other = desk.text(MARIA, "BILLING"), desk.miss(STRANGE)
    front, nurse = browse("front_desk"), browse("nurse")
    staff = {row[0]: row[1] for row in desk.rows("select role, id from staff")}
    with access.practice(MAPLE) as rows:
        assert care.assign(rows, case, staff["front_desk"], "1", clock.now())
        assert not care.assign(rows, case, staff["front_desk"], "1", clock.now()), "they have it already"
        assert not care.assign(rows, case, 999, "1", clock.now()), "nobody of that number works here"
        assert care.of(rows, [case, other])[case]["owner"] == staff["front_desk"]
    assert rows_of(front.get("/inbox?owner=me")) == [str(case)]
    assert rows_of(nurse.get("/inbox?owner=me")) == []
    assert rows_of(nurse.get(f"/inbox?owner={staff['front_desk']}")) == [str(case)]
    assert rows_of(nurse.get("/inbox?owner=nobody")) == [str(other)]
    assert "Front Desk Maple" in nurse.get("/inbox").content.decode()
    with access.practice(MAPLE) as rows:
        assert care.snooze(rows, case, clock.now() + timedelta(hours=2), "1", clock.now())
    assert rows_of(front.get("/inbox")) == [str(other)]
    assert rows_of(front.get("/inbox?state=snoozed")) == [str(case)]
    assert 'data-view="snoozed">Snoozed <span class="count">1<' in front.get("/inbox").content.decode()
    # Its time comes, and it is back.
    clock.move(timedelta(hours=3))
    assert str(case) in rows_of(front.get("/inbox")) and rows_of(front.get("/inbox?state=snoozed")) == []
    # A new word of the caller ends a snooze, too.
    with access.practice(MAPLE) as rows:
        assert care.snooze(rows, case, clock.now() + timedelta(hours=2), "1", clock.now())
        assert care.assign(rows, case, None, "1", clock.now())
    assert str(case) not in rows_of(front.get("/inbox"))
    clock.move(timedelta(hours=3, minutes=1))
    desk.text(MARIA, "are you there")
    assert str(case) in rows_of(front.get("/inbox"))
    written = desk.rows("select what, object from audit where what like 'case.%%' order by seq")
    assert ("case.assigned", f"case:{case}") in written and ("case.snoozed", f"case:{case}") in written


def test_what_came_in_since_one_looked_is_new(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    front, nurse = browse("front_desk"), browse("nurse")
    assert "dot-new" in front.get("/inbox").content.decode()
    beside = front.get(f"/inbox/cases/{case}").content.decode()
    assert "BILLING" in beside and f'href="/cases/{case}"' in beside
    assert "dot-new" not in front.get("/inbox").content.decode()
    assert "dot-new" in nurse.get("/inbox").content.decode(), "what one has read another has not"
    clock.move(timedelta(minutes=1))
    desk.text(MARIA, "hello?")
    assert "dot-new" in front.get("/inbox").content.decode()


def test_pages_go_on_where_the_last_one_stopped(desk: Desk, browse, monkeypatch) -> None:
    from ringback.store import inbox

    monkeypatch.setattr(inbox, "PAGE", 2)
    cases = [desk.miss(f"+1202555010{n}") for n in range(1, 6)]
    front, seen, where = browse("front_desk"), [], "/inbox"
    for _ in range(3):
        page = front.get(where)
        seen += rows_of(page)
        found = re.search(r'href="(/inbox\?before=[^"]+)" rel="next"', page.content.decode())
        where = found[1] if found else ""
    assert where == "" and seen == [str(one) for one in reversed(cases)]
    second = front.get(re.search(r'href="(/inbox\?before=[^"]+)"', front.get("/inbox").content.decode())[1])  # type: ignore[index]
    assert 'data-action="newest"' in second.content.decode()
    assert 'hx-trigger="none"' in second.content.decode(), "an older page stays as it is"
    # When filters leave little of the window, the page says so and looks further back.
    monkeypatch.setattr(inbox, "WINDOW", 2)
    thin = front.get("/inbox?intent=billing").content.decode()
    assert "None among the newest" in thin and "Look further back" in thin


def test_a_text_that_went_wrong_is_seen_in_the_list(desk: Desk, browse) -> None:
    case = desk.miss(STRANGE)
    assert "Text failed" not in browse("front_desk").get("/inbox").content.decode()
    desk.change("update outgoing set state = 'failed' where case_id = %s", (case,))
    assert "Text failed" in browse("front_desk").get("/inbox").content.decode()


def test_views_are_kept_renamed_deleted_and_shared_by_who_runs_the_practice(desk: Desk, browse) -> None:
    desk.text(MARIA, "BILLING")
    front, owner, nurse = browse("front_desk"), browse("owner"), browse("nurse")
    front.post("/inbox/views", {"name": "Bills for Ms Smith", "query": "?queue=billing&q=smith&state=all"})
    seen = front.get("/inbox").content.decode()
    assert "Bills for Ms Smith" in seen and 'href="/inbox?state=all&amp;queue=billing"' in seen
    assert "Bills for Ms Smith" not in nurse.get("/inbox").content.decode(), "one's own"
    ((view, sealed, filters),) = desk.rows("select id, sealed, filters from saved_view")
    assert b"Smith" not in bytes(sealed) and "smith" not in str(filters) and filters["queue"] == "billing"
    assert (
        "Only an owner or a manager"
        in front.post("/inbox/views", {"name": "x", "query": "", "shared": "yes"}, follow=True).content.decode()
    )
    owner.post("/inbox/views", {"name": "All bills", "query": "?queue=billing", "shared": "yes"})
    assert "All bills" in nurse.get("/inbox").content.decode()
    shared = desk.rows("select id from saved_view where staff is null")[0][0]
    for client, what, known in (
        (nurse, shared, "All bills"),
        (nurse, view, "Bills for Ms Smith"),
        (owner, view, "Bills for Ms Smith"),
    ):
        assert "not yours" in client.post(f"/inbox/views/{what}/rename", {"name": "Mine"}, follow=True).content.decode()
        assert "not yours" in client.post(f"/inbox/views/{what}/delete", follow=True).content.decode()
        assert known in (front if what == view else nurse).get("/inbox").content.decode()
    assert (
        "Give the view a name"
        in front.post(f"/inbox/views/{view}/rename", {"name": "  "}, follow=True).content.decode()
    )
    front.post(f"/inbox/views/{view}/rename", {"name": "My bills"})
    assert "My bills" in front.get("/inbox").content.decode()
    front.post(f"/inbox/views/{view}/delete")
    owner.post(f"/inbox/views/{shared}/delete")
    assert desk.rows("select count(*) from saved_view") == [(0,)]
    for n in range(9):
        last = front.post("/inbox/views", {"name": f"View {n}", "query": ""}, follow=True)
    assert "Delete one first" in last.content.decode() and desk.rows("select count(*) from saved_view") == [(8,)]
    assert browse("owner", BIRCH).post(f"/inbox/views/{view}/delete", follow=True).status_code == 200


# ---- search ----------------------------------------------------------------------------------------------------------


def test_people_numbers_and_words_are_found_whole(desk: Desk, browse) -> None:
    maria, strange = desk.text(MARIA, "My Lisinopril ran out, señora"), desk.miss(STRANGE)
    front = browse("front_desk")
    front.post(f"/cases/{strange}/note", {"words": "Called about the invoice of her daughter"})
    found = {
        "lopez maria": (str(maria), "Maria López Vega"),
        "LISINOPRIL": (str(maria), "Lisinopril ran out"),
        "senora lisinopril": (str(maria), "Lisinopril"),
        "invoice": (str(strange), "invoice of her daughter"),
        "(202) 555-0143": (str(maria), "(202) 555-0143"),
        "2025550160": (str(strange), "(202) 555-0160"),
        "0160": (str(strange), "(202) 555-0160"),
        "0144": ("Linh Nguyen", "Minh Nguyen"),
    }
    for typed, parts in found.items():
        seen = front.post("/search", {"q": typed}).content.decode()
        for part in parts:
            assert part in seen, (typed, part)
    for typed in ("lisino", "lisinopril invoice", "lop", "555", "the", "0999", "+12025550999", "‘’"):
        assert "Nothing was found" in front.post("/search", {"q": typed}).content.decode(), typed
    assert "Nothing was found" not in front.get("/search").content.decode()
    fragment = front.post("/search", {"q": "invoice"}, headers={"HX-Request": "true"}).content.decode()
    assert str(strange) in fragment and "<html" not in fragment


def test_what_is_typed_stands_in_no_address_and_no_log(desk: Desk, browse) -> None:
    desk.text(MARIA, "My Lisinopril ran out")
    front = browse("front_desk")
    assert "Lisinopril" not in front.get("/search?q=lisinopril").content.decode(), "an address finds nothing"
    front.post("/search", {"q": "lisinopril"})
    assert desk.rows("select count(*) from audit where body like '%%isinopril%%'") == [(0,)]
    assert desk.rows("select count(*) from audit where act = 'search'")[0][0] >= 1
    assert not any(b"isinopril" in bytes(row[0]).lower() for row in desk.rows("select digest from word_index"))


def test_who_reads_no_words_searches_none_and_a_stranger_finds_nothing(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "My Lisinopril ran out")
    assert browse("auditor").post("/search", {"q": "lisinopril"}).status_code == 403
    stranger = browse("owner", BIRCH)
    assert "Nothing was found" in stranger.post("/search", {"q": "lisinopril"}).content.decode()
    # Birch knows a Maria of its own, who has not called there.
    for typed in ("maria", "0143", MARIA):
        seen = stranger.post("/search", {"q": typed}).content.decode()
        assert str(case) not in seen and "Has not called" in seen, typed


def test_the_house_reads_on_where_the_index_stopped(desk: Desk) -> None:
    from ringback.engine import find

    case = desk.text(MARIA, "My Lisinopril ran out")
    for word in ("metformin", "insulin"):
        with access.practice(MAPLE) as rows:
            find.index_words(rows.connection, rows.ring, MAPLE, clock.now())
            assert search_index.catch_up(rows, 10)
        desk.text(MARIA, f"and the {word}")
    with access.practice(MAPLE) as rows:
        find.index_words(rows.connection, rows.ring, MAPLE, clock.now())
        for word in ("lisinopril", "metformin", "insulin"):
            found = rows.all("select case_id from word_index where digest = %s", (search_index.word(rows, word),))
            assert [row["case_id"] for row in found] == [case], word
        # Another name, and the old one finds nobody.
        person = rows.one("select id, sealed from person where record_index = %s", (rows.index("record", "R1"),))
        assert person is not None
        plain = rows.text("person", "sealed", person["id"], person["sealed"]).replace("Vega", "Marchetti")
        sealed = rows.seal("person", "sealed", person["id"], plain)
        rows.run("update person set sealed = %s, changed_at = %s where id = %s", (sealed, clock.now(), person["id"]))
        find.index_words(rows.connection, rows.ring, MAPLE, clock.now())
        for name, known in (("marchetti", 1), ("vega", 0), ("maria", 1)):
            assert (
                len(rows.all("select 1 as x from name_index where digest = %s", (search_index.name(rows, name),)))
                == known
            )


def test_an_erased_person_is_found_no_more_and_a_purged_case_takes_its_words_along(desk: Desk, browse) -> None:
    case, other = desk.text(MARIA, "My Lisinopril ran out"), desk.text(SHARED, "Metformin please")
    front = browse("front_desk")
    for one in (case, other):
        front.post(f"/cases/{one}/close", {"closure": "resolved", "reason": "done"})
    assert str(case) in front.post("/search", {"q": "lisinopril"}).content.decode()
    with access.practice(MAPLE) as rows:
        who = rows.one("select id from person where record_index = %s", (rows.index("record", "R1"),))
        assert who is not None
        shred.person(rows, who["id"], "1", clock.now(), holds=lambda *_: ())
    assert desk.rows("select count(*) from word_index where case_id = %s", (case,)) == [(0,)]
    assert desk.rows("select count(*) from name_index where person = %s", (who["id"],)) == [(0,)]
    for typed in ("lisinopril", "maria", "vega"):
        assert "Nothing was found" in front.post("/search", {"q": typed}).content.decode(), typed
    with access.practice(MAPLE) as rows:
        retention._remove(rows, [other], Purged())
    assert desk.rows("select count(*) from word_index where case_id = %s", (other,)) == [(0,)]
    # The house comes by again and reads nothing of it back.
    with access.practice(MAPLE) as rows:
        search_index.catch_up(rows, 100)
    assert desk.rows("select count(*) from word_index where case_id = any(%s)", ([case, other],)) == [(0,)]


def test_no_page_asks_more_when_there_are_more_rows(desk: Desk, browse) -> None:
    """The number of queries of inbox, today, a case and the search is the same for few rows and for many."""
    front = browse("front_desk")

    def asked(case: object) -> dict[str, int]:
        told = {}
        for name, go in {
            "inbox": lambda: front.get("/inbox"),
            "all": lambda: front.get("/inbox?state=all"),
            "today": lambda: front.get("/"),
            "case": lambda: front.get(f"/cases/{case}"),
            "search": lambda: front.post("/search", {"q": "lisinopril"}),
            "number": lambda: front.post("/search", {"q": "0143"}),
        }.items():
            go()
            told[name] = _count(go)
        return told

    case = desk.text(MARIA, "My Lisinopril ran out")
    few = asked(case)
    for n in range(30):
        desk.text(f"+1202555{5100 + n}", "Lisinopril please, and my bill")
    desk.text(MARIA, "Lisinopril again")
    assert len(rows_of(front.get("/inbox"))) == 31
    assert asked(case) == few


def _count(go) -> int:
    """How many statements psycopg sends meanwhile."""
    import psycopg

    sent, original = [], psycopg.Cursor.execute

    def execute(self, *given, **more):
        sent.append(1)
        return original(self, *given, **more)

    psycopg.Cursor.execute = execute  # type: ignore[method-assign]
    try:
        assert go().status_code == 200
    finally:
        psycopg.Cursor.execute = original  # type: ignore[method-assign]
    return len(sent)
