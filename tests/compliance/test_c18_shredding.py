"""C18: erasing somebody destroys their keys: nothing of them opens again, live or from an old copy; blocks and the log stay.

Not here: the 35 days of the key files themselves (the backup's), and the database's own dead pages and log, which are
written over in time and until then need an encrypted disk.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from desk import BIRCH, LINES, MAPLE, MARIA, SHARED, STRANGE, Desk
from django.urls import reverse
from sealed import NOBODY, Value, opens, ring, values
from sending import arrives, blocked, goes, index_of, texts

from ringback.core.directory import read
from ringback.core.events import TaskDone
from ringback.engine import clock
from ringback.engine.book import Book
from ringback.engine.turn import turn
from ringback.store import access, audit_read, changes, crypt, directory, queries, shred
from ringback.store.keys import Keyring
from ringback.store.submit import submit

WORDS = "my knee is worse since Tuesday"
LISTED = "record,name,birth_date,phone\n"
MARIAS = "R1,Maria López Vega,1984-07-21,202-555-0143\n"
OTHERS = "R2,Linh Nguyen,1979-03-30,202-555-0144\nR3,Minh Nguyen,2012-06-14,202-555-0144\n"


def lists(desk: Desk, rows: str) -> None:
    """The patient list is imported anew."""
    with psycopg.connect(desk.dsn, autocommit=True) as raw:
        reading = read((LISTED + rows).encode(), "America/New_York")
        directory.replace(raw, desk._ring(MAPLE), MAPLE, reading, clock.now(), allow_shrink=True)


def ends(desk: Desk, case: UUID, practice: int = MAPLE) -> None:
    """Staff finish everything that is to do, and the case is over."""
    for (task,) in desk.rows(
        "select id from task where case_id = %s and state in ('open', 'claimed') order by id", (case,), practice
    ):
        with psycopg.connect(desk.dsn) as raw:
            raw.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
            done = TaskDone(task=task, by="8", disposition="reached", at=clock.now())
            submit(raw, practice, case, done, clock.now(), "8")
        desk.fold()
    assert desk.state(case, practice)[0] == "closed"


def speaks(desk: Desk, number: str, practice: int = MAPLE) -> UUID:
    """Somebody rings, writes, is written about, and the case ends."""
    case = desk.miss(number, practice)
    desk.text(number, WORDS, practice)
    with access.practice(practice) as rows:
        changes.note(rows, case, f"said: {WORDS}", "8", clock.now())
    ends(desk, case, practice)
    return case


def who(desk: Desk, name: str, practice: int = MAPLE) -> UUID:
    """A person of the directory, by name."""
    with access.practice(practice) as rows:
        for row in rows.all("select id, sealed from person where practice = %s", (practice,)):
            if rows.record("person", "sealed", row["id"], row["sealed"]).get("name", "").startswith(name):
                found: UUID = row["id"]
                return found
    raise LookupError(name)


def erase(desk: Desk, person: UUID, holds: Any = NOBODY) -> dict[str, Any]:
    with access.practice(MAPLE) as rows:
        return shred.person(rows, person, "2", clock.now(), holds=holds, role="privacy_officer")


def told(desk: Desk, case: UUID) -> list[str]:
    """What a page would show of a case: number, texts, messages."""
    with access.practice(MAPLE) as rows:
        found = queries.case(rows, case)
        assert found is not None
        thread = queries.thread(rows, case)
        return [
            found["number"],
            *(one["body"] for one in thread["texts"]),
            *(one["words"] for one in thread["messages"]),
        ]


def of_number(desk: Desk, found: list[Value], number: str) -> list[Value]:
    """The values that lie in rows of a number."""
    index = index_of(desk, number)
    ids = {
        row[0]
        for table in ("call", "cases", "message", "outgoing", "suppression_entry")
        for row in desk.rows(f"select id from {table} where number_index = %s", (index,))
    }
    return [one for one in found if one.practice == MAPLE and one.row in ids]


def whole(desk: Desk, practice: int = MAPLE, least: int = 1) -> bool:
    """Whether the audit log verifies."""
    with psycopg.connect(desk.dsn) as raw:
        raw.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
        proof = audit_read.prove(raw, practice, [])
    return proof.finding is None and proof.size >= least


# ---- one person ------------------------------------------------------------------------------------------------------


def test_nothing_of_an_erased_person_opens_and_everybody_else_is_as_before(desk: Desk, database: Any) -> None:
    gone, stays = speaks(desk, MARIA), speaks(desk, STRANGE)
    before = values(database.admin_dsn)
    hers, others = of_number(desk, before, MARIA), of_number(desk, before, STRANGE)
    keys = ring(desk, before)
    assert len(hers) >= 5 and all(opens(keys, one.place, one.sealed) for one in [*hers, *others])
    shown = told(desk, stays)
    assert WORDS in shown

    given = erase(desk, who(desk, "Maria"))

    keys = ring(desk, before)
    assert not any(opens(keys, one.place, one.sealed) for one in hers)
    assert all(opens(keys, one.place, one.sealed) for one in others)
    assert set(told(desk, gone)) == {access.ERASED} and told(desk, stays) == shown
    assert given["counts"]["message.sealed"] >= 2 and given["counts"]["outgoing.body"] >= 1
    assert desk.rows("select count(*) from phone where number_index = %s", (index_of(desk, MARIA),)) == [(0,)]
    with pytest.raises(LookupError):
        who(desk, "Maria")


def test_the_keys_are_wiped_and_can_be_neither_filled_nor_removed(desk: Desk) -> None:
    speaks(desk, MARIA)
    person = who(desk, "Maria")
    before = desk.rows("select id, wrapped from person_key where person = %s", (person,))
    erase(desk, person)
    ((id_, wrapped, at),) = desk.rows("select id, wrapped, destroyed_at from person_key where person = %s", (person,))
    assert bytes(wrapped) == b"" and at is not None and id_ == before[0][0]
    assert desk.rows("select wrapped from caller_key where person_key = %s", (id_,)) == [(b"",)]
    for sql in (
        "update person_key set wrapped = %s, destroyed_at = null where id = %s",
        "delete from person_key where wrapped <> %s and id = %s",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk.change(sql, (before[0][1], id_))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desk.change("delete from caller_key where person_key = %s", (id_,))


def test_destroying_a_persons_key_alone_is_enough(desk: Desk) -> None:
    """Their key wraps those of their numbers: these go by themselves."""
    case = speaks(desk, MARIA)
    desk.change("update person_key set wrapped = '', destroyed_at = now() where person = %s", (who(desk, "Maria"),))
    assert set(told(desk, case)) == {access.ERASED}


def test_the_pages_of_an_erased_person_say_so_instead_of_failing(desk: Desk, browse: Any) -> None:
    case = speaks(desk, MARIA)
    speaks(desk, STRANGE)
    erase(desk, who(desk, "Maria"))
    hers = reverse("case", args=[case])
    seen = browse("owner")
    for path in ("/", "/tasks", hers, f"{hers}/thread", "/today/lists", "/choices"):
        page = seen.get(path)
        assert page.status_code == 200, path
        assert "López" not in page.content.decode() and WORDS not in seen.get(hers).content.decode()
    assert "erased" in seen.get(hers).content.decode()


def test_the_certificate_says_what_went_and_is_kept(desk: Desk) -> None:
    speaks(desk, MARIA)
    person = who(desk, "Maria")
    keys = desk.rows("select id from person_key where person = %s", (person,)) + desk.rows(
        "select id from caller_key where number_index = %s", (index_of(desk, MARIA),)
    )
    given = erase(desk, person)
    assert given["keys"] == sorted(shred.digest(id_.bytes) for (id_,) in keys)
    assert shred.genuine(given) and not shred.genuine({**given, "by": "3"})
    assert datetime.fromisoformat(given["key_files_until"]) - datetime.fromisoformat(given["at"]) == timedelta(days=35)
    with access.practice(MAPLE) as rows:
        assert shred.certificates(rows) == [given]
    for sql in ("update shred_certificate set told = '{}'", "delete from shred_certificate"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk.change(sql)
    plain = str(given)
    assert str(person) not in plain and MARIA[2:] not in plain and "Maria" not in plain


def test_the_audit_log_verifies_and_names_the_certificate(desk: Desk) -> None:
    speaks(desk, MARIA)
    person = who(desk, "Maria")
    given = erase(desk, person)
    ((body,),) = desk.rows("select body from audit where what = 'person.erased'")
    assert given["sha256"] in body and whole(desk)


def test_a_block_survives_erasure_and_the_next_import(desk: Desk) -> None:
    desk.text(MARIA, "STOP")
    case = desk.case_of(MARIA)
    if desk.state(case)[0] != "closed":
        ends(desk, case)
    given = erase(desk, who(desk, "Maria"))
    assert given["counts"]["blocks_kept"] == 1 and blocked(desk, MARIA)
    assert given["counts"]["suppression_entry.sealed"] == 1, "her words with it are gone, the block is not"
    lists(desk, MARIAS + OTHERS)
    assert who(desk, "Maria"), "the list has her again, with new keys"
    before = len(texts(desk, MARIA))
    clock.move(timedelta(days=2))
    desk.miss(MARIA)
    assert goes(desk) == [] and {one[1] for one in texts(desk, MARIA)[before:]} <= {"denied"}
    desk.miss(STRANGE)
    assert goes(desk) == ["first"], "somebody else gets the text"


@pytest.mark.parametrize("reason", ["legal_hold", "retention"])
def test_a_hold_stops_it_and_nothing_is_lost(desk: Desk, reason: str) -> None:
    case = speaks(desk, MARIA)
    asked: list[Any] = []

    def holds(rows: access.Rows, person: UUID | None, numbers: Any) -> list[str]:
        asked.append((person, list(numbers)))
        return [reason]

    person = who(desk, "Maria")
    with pytest.raises(shred.Held) as held:
        erase(desk, person, holds)
    assert held.value.reasons == (reason,) and asked == [(person, [index_of(desk, MARIA)])]
    assert WORDS in told(desk, case) and desk.rows("select count(*) from shred_certificate") == [(0,)]
    assert desk.rows("select count(*) from person_key where destroyed_at is not null") == [(0,)]


def test_who_is_still_waiting_for_an_answer_is_not_erased(desk: Desk) -> None:
    desk.miss(MARIA)
    with pytest.raises(shred.Held) as held:
        erase(desk, who(desk, "Maria"))
    assert held.value.reasons == (shred.OPEN_CASE,)


def test_raw_messages_of_hers_are_removed_and_nobody_elses(desk: Desk) -> None:
    speaks(desk, MARIA)
    speaks(desk, STRANGE)
    ((before,),) = desk.rows("select count(*) from arrival")
    given = erase(desk, who(desk, "Maria"))
    assert given["counts"]["arrivals_removed"] == 2
    assert desk.rows("select count(*) from arrival") == [(before - 2,)]


# ---- whose a number is -----------------------------------------------------------------------------------------------


def test_a_shared_number_keeps_its_key_and_the_certificate_says_so(desk: Desk) -> None:
    case = speaks(desk, SHARED)
    given = erase(desk, who(desk, "Linh"))
    assert given["shared_numbers_kept"] == 1 and given["counts"]["message.sealed"] == 0
    assert WORDS in told(desk, case) and who(desk, "Minh")
    with pytest.raises(LookupError):
        who(desk, "Linh")


def test_a_number_that_passed_on_takes_only_the_words_of_its_time(desk: Desk) -> None:
    """Erasing who had it first leaves the words of who has it now."""
    first = speaks(desk, MARIA)
    maria = who(desk, "Maria")
    lists(desk, MARIAS.replace("0143", "0149") + OTHERS + "R7,Nora Quist,1966-01-02,202-555-0143\n")
    clock.move(timedelta(days=1))
    second = speaks(desk, MARIA)
    assert first != second
    erase(desk, maria)
    assert set(told(desk, first)) == {access.ERASED} and WORDS in told(desk, second)
    erase(desk, who(desk, "Nora"))
    assert set(told(desk, second)) == {access.ERASED}


def test_words_before_the_person_was_known_go_with_them(desk: Desk) -> None:
    """Somebody nobody knew rings; later the list says who it is; erasing them takes the earlier words too."""
    case = speaks(desk, STRANGE)
    lists(desk, MARIAS + OTHERS + "R8,Ada Brandt,1951-05-06,202-555-0160\n")
    assert WORDS in told(desk, case)
    erase(desk, who(desk, "Ada"))
    assert set(told(desk, case)) == {access.ERASED}


def test_after_wrong_number_a_strangers_words_are_nobodys(desk: Desk) -> None:
    speaks(desk, MARIA)
    maria = who(desk, "Maria")
    desk.text(MARIA, "wrong number")
    assert desk.rows("select count(*) from phone where number_index = %s", (index_of(desk, MARIA),)) == [(0,)]
    clock.move(timedelta(days=2))
    later = desk.miss(MARIA)
    ends(desk, later)
    erase(desk, maria)
    assert told(desk, later)[0] == MARIA


# ---- the engine goes on ----------------------------------------------------------------------------------------------


def test_who_was_erased_and_rings_again_is_a_new_caller(desk: Desk) -> None:
    old = speaks(desk, MARIA)
    erase(desk, who(desk, "Maria"))
    clock.move(timedelta(days=1))
    new = speaks(desk, MARIA)
    assert set(told(desk, old)) == {access.ERASED} and WORDS in told(desk, new)


def test_a_worker_that_still_holds_the_key_seals_nothing_with_it(desk: Desk) -> None:
    """What memory holds saves unwrapping; which key a value takes is read each time. Keys come of age in between."""

    async def turns(book: Book) -> None:
        async with await psycopg.AsyncConnection.connect(desk.dsn, autocommit=True) as connection:
            while (await turn(connection, book, clock.now())).claimed:
                pass

    book = Book(desk.dsn, desk.provider, "http://127.0.0.1:8000")
    arrives(desk, MARIA, WORDS)
    asyncio.run(turns(book))
    case = desk.case_of(MARIA)
    ends(desk, case)
    held = len(book.ring.callers)
    assert held > 0
    erase(desk, who(desk, "Maria"))
    clock.move(timedelta(hours=1))
    arrives(desk, MARIA, f"again, {WORDS}")
    asyncio.run(turns(book))
    assert f"again, {WORDS}" in told(desk, desk.case_of(MARIA))

    assert book.ring.expire(datetime.now(UTC) + timedelta(hours=1)) == {MAPLE}
    assert not book.ring.callers and not book.ring.holds(MAPLE)
    arrives(desk, MARIA, f"and again, {WORDS}")
    asyncio.run(turns(book))
    assert f"and again, {WORDS}" in told(desk, desk.case_of(MARIA)), "the keys were loaded anew"


def test_a_text_of_an_erased_person_is_not_sent(desk: Desk) -> None:
    """Should one still wait (an old copy was restored), the sending side lets it go."""
    case = desk.miss(MARIA)
    assert texts(desk, MARIA)[0][1] == "queued"
    desk.change("update person_key set wrapped = '', destroyed_at = now() where person = %s", (who(desk, "Maria"),))
    assert goes(desk) == [] and texts(desk, MARIA)[0][1:] == ("cancelled", "erased")
    desk.text(MARIA, "BOOK")
    assert told(desk, case)[-1] == "BOOK", "what comes from now on has a new key"


# ---- old copies ------------------------------------------------------------------------------------------------------


def test_an_old_copy_of_the_rows_stays_unreadable(desk: Desk, database: Any) -> None:
    """Data restored from before the erasure, without the keys of then: nothing opens. With a key file of then it would,
    and the certificates destroy those keys anew."""
    case = speaks(desk, MARIA)
    tables, old = ("message", "cases", "person", "phone"), {}
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        for table in (*tables, "person_key", "caller_key"):
            with admin.cursor().copy(f"copy (select * from {table}) to stdout") as out:
                old[table] = b"".join(bytes(part) for part in out)
    given = erase(desk, who(desk, "Maria"))

    def restore(*names: str) -> None:
        with psycopg.connect(database.admin_dsn) as admin:
            admin.execute("set session_replication_role = replica")
            for table in names:
                admin.execute(f"delete from {table}")
                with admin.cursor().copy(f"copy {table} from stdin") as into:
                    into.write(old[table])

    restore(*tables)
    assert desk.rows("select count(*) from person") == [(3,)], "her row is back"
    assert set(told(desk, case)) == {access.ERASED}
    with pytest.raises(LookupError):
        who(desk, "Maria")
    lists(desk, OTHERS)
    restore(*tables)

    restore("person_key", "caller_key")
    assert WORDS in told(desk, case), "an old key file opens it: that is why they are kept for 35 days only"
    with access.practice(MAPLE) as rows:
        assert shred.again(rows, [given], clock.now()) >= 1
    assert set(told(desk, case)) == {access.ERASED}
    with access.practice(MAPLE) as rows:
        assert shred.again(rows, [given], clock.now()) == 0


# ---- a whole practice ------------------------------------------------------------------------------------------------


def test_a_practice_can_be_shredded_and_the_next_one_never_notices(desk: Desk, database: Any) -> None:
    for practice in (MAPLE, BIRCH):
        speaks(desk, MARIA, practice)
    before = values(database.admin_dsn)
    keys = ring(desk, before)
    assert all(opens(keys, one.place, one.sealed) for one in before)
    with access.practice(MAPLE) as rows:
        given = shred.practice(rows, "1", clock.now(), holds=NOBODY, role="owner")
    keys = ring(desk, before)
    for one in before:
        assert opens(keys, one.place, one.sealed) is (one.practice == BIRCH), one.place
    assert shred.genuine(given) and given["counts"]["data_keys"] == 2
    assert whole(desk) and whole(desk, BIRCH, 0)
    assert desk.rows("select count(*) from work where kind <> 6 and practice = 1") == [(0,)]
    assert desk.rows("select count(*) from data_key where length(wrapped) > 0") == [(0,)]

    book = Book(desk.dsn, desk.provider, "http://127.0.0.1:8000")
    assert asyncio.run(book.practice(MAPLE)) is None, "its hooks are unknown now"
    speaks(desk, STRANGE, BIRCH)
    with access.practice(MAPLE) as rows:
        for row in rows.all("select id, number from cases where practice = %s", (MAPLE,)):
            assert rows.text("cases", "number", row["id"], row["number"]) == access.ERASED
        with pytest.raises(crypt.Gone):
            rows.seal("message", "sealed", "row", "anything")


def test_a_practice_under_hold_is_not_shredded(desk: Desk) -> None:
    with pytest.raises(shred.Held), access.practice(MAPLE) as rows:
        shred.practice(rows, "1", clock.now(), holds=lambda rows, person, numbers: ["legal_hold"])
    assert desk.rows("select count(*) from data_key where length(wrapped) > 0") == [(2,)]


def test_destroyed_keys_are_not_loaded(desk: Desk) -> None:
    made = Keyring(desk.provider)
    made.load([(MAPLE, 1, "data", b""), (MAPLE, 1, "index", b"")])
    assert not made.holds(MAPLE) and LINES[MAPLE]
