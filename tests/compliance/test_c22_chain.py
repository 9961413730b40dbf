"""C22: the log is only ever added to, without a gap whoever writes, and `ringback audit verify` names the first bad entry."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ringback.audit_cli import audit_main
from ringback.core import audit as chain
from ringback.store import audit

MAPLE = 7


def entry(what: str, practice: int = MAPLE) -> chain.Entry:
    return chain.Entry(practice=practice, act="view", what=what, object=f"case:{what}", by="3", role="nurse")


def write(dsn: str, *whats: str, practice: int = MAPLE) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("select set_config('ringback.practices', %s, true)", (str(practice),))
        audit.flush(connection, [entry(what, practice) for what in whats])


def verify(monkeypatch, database, *more: str) -> tuple[int, str]:
    """What the command says, and its exit code."""
    monkeypatch.setenv("RINGBACK_DATABASE_URL", database.app_dsn)
    out = io.StringIO()
    return audit_main(["verify", *more], out), out.getvalue()


@pytest.fixture
def tamper(database):
    """Somebody with all rights over the database: triggers off, the wall passed."""
    with psycopg.connect(database.admin_dsn, autocommit=True) as connection:
        connection.execute("alter table audit disable trigger all")
        yield connection


def test_nobody_changes_or_removes_an_entry_with_the_applications_rights_or_the_owners(database) -> None:
    write(database.app_dsn, "one", "two")
    for dsn in (database.app_dsn, database.owner_dsn):
        for sql in ("update audit set result = 'x'", "delete from audit", "truncate audit"):
            with psycopg.connect(dsn) as connection:
                connection.execute("select set_config('ringback.practices', %s, true)", (str(MAPLE),))
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(sql)


def test_fifty_writers_at_once_leave_one_chain_without_a_gap(database, monkeypatch) -> None:
    def writer(number: int) -> None:
        for turn in range(4):
            write(database.app_dsn, f"{number}.{turn}")

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(writer, range(50)))
    code, said = verify(monkeypatch, database, "--practice", str(MAPLE))
    assert code == 0 and "200 entries, whole" in said


def test_a_change_that_is_rolled_back_leaves_no_number_behind(database, monkeypatch) -> None:
    write(database.app_dsn, "one")
    with psycopg.connect(database.app_dsn) as connection:
        connection.execute("select set_config('ringback.practices', %s, true)", (str(MAPLE),))
        audit.flush(connection, [entry("never")])
        connection.rollback()
    write(database.app_dsn, "two")
    assert "2 entries, whole" in verify(monkeypatch, database)[1]


@pytest.mark.parametrize(
    ("name", "sql", "at"),
    [
        ("edit of the bytes", "update audit set body = replace(body, 'nurse', 'owner') where seq = 4", 4),
        ("edit beside the bytes", "update audit set staff = '9' where seq = 5", 5),
        ("delete", "delete from audit where seq = 6", 6),
        ("cut of the tail", "delete from audit where seq > 7", 8),
        (
            "insert",
            "insert into audit select practice, 11, at, act, what, object, staff, result, body, prev, hash from audit where seq = 3",
            11,
        ),
        (
            "reorder",
            "update audit a set body = b.body, prev = b.prev, hash = b.hash, what = b.what, object = b.object from audit b "
            "where a.seq in (2, 3) and b.seq = 5 - a.seq",
            2,
        ),
        ("moved from another practice", "update audit set practice = 7 where practice = 8", 1),
    ],
)
def test_the_first_bad_entry_is_named(database, monkeypatch, tamper, name: str, sql: str, at: int) -> None:
    if "another" in name:
        write(database.app_dsn, "theirs", practice=8)
    else:
        write(database.app_dsn, *[f"w{n}" for n in range(10)])
    assert verify(monkeypatch, database)[0] == 0
    tamper.execute(sql)
    code, said = verify(monkeypatch, database, "--practice", str(MAPLE))
    assert code == 1 and f"entry {at} " in said, said


def test_an_exported_log_proves_itself_and_shows_a_changed_letter(database, monkeypatch, tmp_path) -> None:
    write(database.app_dsn, *[f"w{n}" for n in range(5)])
    monkeypatch.setenv("RINGBACK_DATABASE_URL", database.app_dsn)
    file, out = tmp_path / "log.jsonl", io.StringIO()
    assert audit_main(["export", "--practice", str(MAPLE), str(file)], out) == 0
    monkeypatch.delenv("RINGBACK_DATABASE_URL")
    assert audit_main(["check", str(file)], out) == 0
    file.write_text(file.read_text().replace("w3", "w4", 1))
    out = io.StringIO()
    assert audit_main(["check", str(file)], out) == 1 and "entry 4 was changed" in out.getvalue()


WORDS = st.text(max_size=12)


@given(what=WORDS, object_=WORDS, reason=WORDS, number=st.integers(0, 2**53 - 1), ids=st.lists(WORDS, max_size=3))
def test_the_bytes_are_canonical_json(what, object_, reason, number, ids) -> None:
    """The fast encoder writes what RFC 8785 asks for, so that another implementation finds the same hash."""
    from datetime import UTC, datetime

    one = chain.Entry(
        practice=1, act="view", what=what, object=object_, reason=reason, detail={"n": number, "ids": ids}
    )
    body = chain.canonical(one, 5, datetime(2026, 11, 23, tzinfo=UTC))
    assert body == rfc8785.dumps(json.loads(body))


@given(
    entries=st.lists(WORDS, min_size=2, max_size=8),
    where=st.integers(0, 7),
    kind=st.sampled_from(["edit", "delete", "swap", "repeat"]),
)
def test_any_one_change_inside_a_chain_is_found(entries, where, kind) -> None:
    from dataclasses import replace
    from datetime import UTC, datetime

    made = chain.link((0, chain.START), [entry(word) for word in entries], datetime(2026, 11, 23, tzinfo=UTC))
    where %= len(made)
    assert not isinstance(chain.check(made, MAPLE), chain.Finding)
    bad = list(made)
    if kind == "edit":
        bad[where] = replace(bad[where], body=bad[where].body.replace(b"nurse", b"owner"))
    elif kind == "delete" and where < len(made) - 1:
        del bad[where]
    elif kind == "swap" and where < len(made) - 1:
        bad[where], bad[where + 1] = bad[where + 1], bad[where]
    elif kind == "repeat":
        bad.insert(where, bad[where])
    else:
        return
    found = chain.check(bad, MAPLE)
    assert isinstance(found, chain.Finding) and found.seq <= where + 2
