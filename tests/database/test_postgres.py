"""The embedded PostgreSQL: closed to others, durable, found again after any crash, and never left running by a stop.

These servers are as durable as a clinic's (fsync is on), unlike the one the other tests share.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from tests.conftest import sweep

from ringback.engine import binaries, postgres
from ringback.engine.roles import APP, CannotPrepare, prepare_at


@pytest.fixture(scope="module")
def folder(place: Path) -> Path:
    """A folder of this file's own among this process's."""
    return place


@pytest.fixture(scope="module")
def shared(folder: Path) -> Iterator[postgres.Server]:
    server = postgres.start(folder / "pg")
    yield server
    server.stop()


@pytest.fixture
def own(shared: postgres.Server) -> postgres.Server:
    """The server of this file, running, whatever the story before did to it."""
    return postgres.start(shared.data)


def show(server: postgres.Server, query: str) -> object:
    with psycopg.connect(server.admin_dsn(), autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and waits for its parent to notice does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def change(server: postgres.Server, statement: str) -> None:
    with psycopg.connect(server.admin_dsn(), autocommit=True) as connection:
        connection.execute(statement)


# ---- as it stands ------------------------------------------------------------------------------------------------------


def test_it_is_durable_small_and_off_the_network(own):
    for name, value in {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
        "shared_buffers": "32MB",
        "max_connections": "60",
        "password_encryption": "scram-sha-256",
        "log_min_error_statement": "panic",
    }.items():
        assert show(own, f"show {name}") == value, name


def test_letters_of_other_languages_are_letters(own):
    assert show(own, "select upper('ñandú')") == "ÑANDÚ"


def test_its_folder_and_passwords_are_closed(own):
    assert (own.data / "postgres.password").stat().st_mode & 0o777 == 0o600
    assert own.cluster.stat().st_mode & 0o077 == 0
    assert own.socket.stat().st_mode & 0o077 == 0


def test_nobody_enters_without_the_password(own):
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(f"host={own.socket} user=postgres dbname=postgres password=guess")


def test_settings_given_win_and_need_no_quoting(folder):
    odd = "a 'quoted' $HOME; name"
    server = postgres.start(folder / "settings", settings={"cluster_name": odd, "shared_buffers": "16MB"})
    try:
        assert show(server, "show cluster_name") == odd
        assert show(server, "show shared_buffers") == "16MB"
    finally:
        server.stop()


# ---- stop, start, adopt ------------------------------------------------------------------------------------------------


def test_rows_stay_over_a_stop_and_nothing_is_left_running(own):
    change(own, "create table if not exists kept as select 'before' as word")
    pid = own.pid
    own.stop()
    assert not own.running and not (own.cluster / "postmaster.pid").exists()
    assert not alive(pid)
    own.stop()  # a second stop is no error
    assert show(postgres.start(own.data), "select word from kept") == "before"


def test_a_running_server_is_adopted_and_can_be_stopped_by_who_adopted_it(own):
    """Its starter was killed; the next start takes it over."""
    other = postgres.start(own.data)
    assert other.pid == own.pid
    other.stop()
    assert not own.running


def test_two_starts_at_once_make_one_server(folder):
    data = folder / "twice"
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(postgres.start, [data, data])
    try:
        assert one.pid == two.pid != 0
        assert one.admin_dsn() == two.admin_dsn()
    finally:
        one.stop()


# ---- crashes -----------------------------------------------------------------------------------------------------------


def test_killed_with_sessions_open_it_starts_again_with_all_that_was_committed(own):
    """The dead postmaster's sessions still hold the shared memory for a moment: the start tries again."""
    session = psycopg.connect(own.admin_dsn())
    session.execute("create table if not exists calls (id int)")
    session.execute("truncate calls")
    session.execute("insert into calls select generate_series(1, 1000)")
    session.commit()
    session.execute("insert into calls values (1001)")  # never committed
    before = own.pid
    own.kill()
    own.restart()
    session.close()
    assert own.running and own.pid != before
    assert show(own, "select count(*) from calls") == 1000


def test_killed_again_and_again_it_always_comes_back(own):
    """A start right after a kill may still see the dying server: it must not take it for a living one."""
    for _ in range(3):
        own.kill()
        own.restart()
        assert show(own, "select 1") == 1


def test_a_start_that_meets_a_dying_server_starts_it_again(own):
    """The postmaster is there and silent when the start looks, and dies while the start waits for its answer."""
    dying = own.pid
    os.kill(dying, signal.SIGSTOP)
    end = threading.Timer(0.4, os.kill, (dying, signal.SIGKILL))
    end.start()
    try:
        own.restart()
    finally:
        end.join()
    assert own.running and own.pid != dying
    assert show(own, "select 1") == 1


def test_an_immediate_restart_recovers(own):
    change(own, "create table if not exists seen as select 1 as n")
    before = own.pid
    own.restart(immediate=True)
    assert own.running and own.pid != before
    assert show(own, "select n from seen") == 1


def test_a_stranger_who_got_the_dead_servers_number_is_left_alone(folder):
    """After a power cut the pid file is still there, and its number may be any program's."""
    data = folder / "stale"
    postgres.start(data).stop()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        server = postgres.Server(data=data, socket=data / "s", binaries=Path("/nowhere"), user=None, settings={})
        (data / "cluster" / "postmaster.pid").write_text(f"{stranger.pid}\n")
        assert not server.running
        server.kill()
        server.stop()
        assert stranger.poll() is None
        (data / "cluster" / "postmaster.pid").unlink()
        assert stranger.stdin is not None
        stranger.stdin.close()
    shutil.rmtree(data)


@pytest.mark.parametrize("left", ["cluster", "cluster.new"])
def test_a_first_start_that_was_interrupted_is_made_good_by_the_next(folder, left):
    data = folder / f"interrupted-{left}"
    (data / left).mkdir(parents=True)
    data.chmod(0o755)
    (data / left / "PG_VERSION").write_text("18\n")
    server = postgres.start(data)
    assert show(server, "select 1") == 1
    server.stop()


def test_data_of_another_major_version_is_refused_at_once_and_kept(folder):
    data = folder / "older"
    postgres.start(data).stop()
    version = data / "cluster" / "PG_VERSION"
    mine = version.read_text()
    version.write_text("15\n")
    with pytest.raises(postgres.CannotStart, match="incompatible with"):
        postgres.start(data)
    version.write_text(mine)
    server = postgres.start(data)
    assert server.running
    server.stop()


def test_what_a_killed_test_run_left_is_stopped_and_removed_by_the_next(folder):
    """Only what is named after a process that is gone: a run beside this one keeps its server."""
    with subprocess.Popen([sys.executable, "-c", "pass"]) as gone:
        pass
    left, living = folder / f"ringback-test-{gone.pid}-x", folder / f"ringback-test-{os.getpid()}-x"
    for one in (left, living):
        one.mkdir()
        one.chmod(0o755)
    server, other = postgres.start(left / "pg"), postgres.start(living / "pg")
    try:
        sweep(folder)
        assert not server.running and not left.exists()
        assert other.running
    finally:
        other.stop()
        shutil.rmtree(living)


# ---- places ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["long" * 20, "with space, comma and 'quote'"])
def test_the_socket_finds_a_place_when_the_path_is_too_long_or_odd(folder, name):
    server = postgres.start(folder / name)
    socket = server.socket
    try:
        assert not socket.is_relative_to(server.data) and socket.stat().st_mode & 0o077 == 0
        assert show(server, "select 1") == 1
        server.stop()
        assert postgres.start(server.data).socket == socket
    finally:
        server.stop()
        shutil.rmtree(socket)


def test_a_closed_folder_on_the_way_is_named(folder):
    nobody = pwd.getpwnam("nobody")
    open_, closed = folder / "open", folder / "open" / "closed"
    closed.mkdir(parents=True)
    open_.chmod(0o755)
    closed.chmod(0o700)
    root = folder if binaries.passable(folder, nobody) is None else None
    if root is not None:
        assert binaries.passable(open_ / "not made yet", nobody) is None
    assert binaries.passable(closed / "data", nobody) is not None
    closed.chmod(0o711)
    assert binaries.passable(closed, nobody) == binaries.passable(open_, nobody)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's server runs as that user")
def test_as_root_a_folder_closed_to_the_service_is_refused_with_the_cure(folder):
    closed = folder / "roots"
    closed.mkdir(mode=0o700)
    with pytest.raises(postgres.CannotStart, match="choose a folder under /var/lib/ringback"):
        postgres.start(closed / "pg")
    assert closed.stat().st_mode & 0o777 == 0o700
    assert list(closed.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's server runs as that user")
def test_as_root_it_runs_as_the_service_who_owns_the_cluster_only(own):
    service = pwd.getpwnam(binaries.SERVICE_USER)
    assert Path(f"/proc/{own.pid}").stat().st_uid == service.pw_uid
    assert own.cluster.stat().st_uid == service.pw_uid
    assert own.data.stat().st_uid == 0 and (own.data / "postgres.password").stat().st_uid == 0
    assert postgres.scratch().parent.stat().st_uid == 0


# ---- roles -------------------------------------------------------------------------------------------------------------


def powers(server: postgres.Server, role: str) -> object:
    return show(
        server,
        "select array[rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication] from pg_roles "
        f"where rolname = '{role}'",
    )


def test_preparing_twice_is_preparing_once(own):
    assert postgres.prepare(own, "clinic") == postgres.prepare(own, "clinic")


def test_the_application_owns_nothing_may_make_nothing_and_bypasses_nothing(own):
    roles = postgres.prepare(own, "clinic")
    assert powers(own, APP) == [False] * 5
    assert show(
        own, "select rolname from pg_roles r join pg_database d on d.datdba = r.oid where datname = 'clinic'"
    ) == ("ringback_owner")
    with psycopg.connect(roles.app_dsn, autocommit=True) as app:
        for forbidden in ("create table mine (n int)", "create temp table mine (n int)", "create schema mine"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)
    with psycopg.connect(roles.owner_dsn, autocommit=True) as owner:
        owner.execute("create table ours (n int)")
        owner.execute("drop table ours")


def test_a_role_that_was_given_powers_loses_them(own):
    postgres.prepare(own, "clinic")
    change(own, f"alter role {APP} superuser bypassrls createdb replication")
    postgres.prepare(own, "clinic")
    assert powers(own, APP) == [False] * 5


def test_the_servers_log_never_sees_a_password(own):
    postgres.prepare(own, "clinic")
    own.stop()
    watched = postgres.start(own.data, settings={"log_statement": "all"})
    log = watched.cluster / "log"
    start = log.stat().st_size
    postgres.prepare(watched, "clinic")
    said = log.read_bytes()[start:].decode()
    watched.stop()
    assert "alter role" in said.lower()
    for secret in watched.data.glob("*.password"):
        assert secret.read_text() not in said


def test_another_postgresql_is_prepared_by_an_administrator_who_is_no_superuser(folder):
    """What a rented database gives: CREATEROLE and CREATEDB."""
    server = postgres.start(folder / "rented")
    try:
        change(server, "create role admin login createrole createdb password 'p'")
        dsn = f"host={server.socket} user=admin password=p dbname=postgres"
        for _ in range(2):
            roles = prepare_at(dsn, "clinic", owner_password="o'ne", app_password="t wo")
        with psycopg.connect(roles.owner_dsn, autocommit=True) as owner:
            owner.execute("create table if not exists ours (n int)")
        with psycopg.connect(roles.app_dsn) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("select * from ours")
        change(server, f"alter role {APP} bypassrls")
        with pytest.raises((CannotPrepare, psycopg.errors.InsufficientPrivilege)):
            prepare_at(dsn, "clinic", owner_password="o'ne", app_password="t wo")
    finally:
        server.stop()
