"""C13: less than verified TLS is refused in production, and certificate checking cannot be switched off.

Not here: a scan of the TLS proxy itself (testssl, sslyze); the proxy is the clinic's.
"""

from __future__ import annotations

import asyncio
import json
import os
import smtplib
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ringback import doctor
from ringback.adapters.contract import Request
from ringback.engine import outside
from ringback.engine.http import NotSent, Socket
from ringback.store import providers

GOOD = {
    "RINGBACK_ENV": "production",
    "RINGBACK_PUBLIC_URL": "https://calls.example",
    "RINGBACK_HOSTS": "calls.example",
    "RINGBACK_SECRET_KEY": "N4qv0zYk3wXb7Tg1PdRmA9sLcE6hJ2uQfW8iOyB5VtKx",
    "RINGBACK_PROXIES": "192.0.2.7",
}


@pytest.fixture
def good(tmp_path: Path, database: Any) -> dict[str, str]:
    """A sound production installation, but for a database on this machine."""
    key = tmp_path / "key"
    key.write_text("{}")
    key.chmod(0o600)
    accepted = providers.fingerprint(key)
    return {
        **GOOD,
        "RINGBACK_KEY_FILE": str(key),
        "RINGBACK_KEY_FILE_ACCEPTED": accepted,
        "RINGBACK_DATABASE_URL": database.app_dsn,
    }


def test_a_sound_installation_may_start(good: dict[str, str]) -> None:
    standing = doctor.refusals(good)
    assert standing == []
    assert all(one.fine for one in doctor.findings(good, production=True))


UNSOUND: dict[str, tuple[dict[str, str], str, str]] = {
    "plain HTTP": ({"RINGBACK_PUBLIC_URL": "http://calls.example"}, "https", "https://"),
    "any host": ({"RINGBACK_HOSTS": "*"}, "hosts", "list the names"),
    "another host": ({"RINGBACK_HOSTS": "other.example"}, "hosts", "add calls.example"),
    "a short key": ({"RINGBACK_SECRET_KEY": "k9-zq4"}, "secret_key", "40 or more"),
    "a key of one letter": ({"RINGBACK_SECRET_KEY": "x" * 60}, "secret_key", "40 or more"),
    "a made-up key": ({"RINGBACK_SECRET_KEY": "django-insecure-N4qv0zYk3wXb7Tg1PdRmA9sLcE6hJ2uQf"}, "secret_key", "random"),
    "no key": ({"RINGBACK_SECRET_KEY": ""}, "secret_key", "set 40"),
    "the demo's mode": ({"RINGBACK_DEMO": "1"}, "demo", "unset"),
    "the demo's settings": ({"DJANGO_SETTINGS_MODULE": "ringback.demo.settings"}, "demo", "unset"),
    "debugging": ({"PYTHONASYNCIODEBUG": "1"}, "debug", "unset"),
    "a key file nobody accepted": ({"RINGBACK_KEY_FILE_ACCEPTED": ""}, "key_file_accepted", "key service"),
    "no key file": ({"RINGBACK_KEY_FILE": "/nowhere/key"}, "keys", "ringback keys create"),
    "no database": ({"RINGBACK_DATABASE_URL": ""}, "database", "PostgreSQL"),
    "a database without TLS": (
        {"RINGBACK_DATABASE_URL": "host=db.example user=a dbname=b"}, "database_tls", "sslmode=verify-full",
    ),
    "a database with unchecked TLS": (
        {"RINGBACK_DATABASE_URL": "host=db.example user=a dbname=b sslmode=require"}, "database_tls", "verify-full",
    ),
    "a database with half-checked TLS": (
        {"RINGBACK_DATABASE_URL": "postgresql://a@db.example/b?sslmode=verify-ca"}, "database_tls", "verify-full",
    ),
    "proxies anybody may be": ({"RINGBACK_PROXIES": "*"}, "proxies", "single IP"),
    "the whole inside opened": ({"RINGBACK_INSIDE": "10.0.0.0/8"}, "inside", "one by one"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNSOUND)
def test_production_does_not_start_and_says_the_mend(good: dict[str, str], name: str) -> None:
    change, finding, mend = UNSOUND[name]
    standing = {one.name: one.say for one in doctor.refusals({**good, **change})}
    assert finding in standing and mend in standing[finding]
    told: list[str] = []
    assert not doctor.may_start({**good, **change}, told.append)
    assert any(mend in line for line in told)
    for secret in (good["RINGBACK_SECRET_KEY"], change.get("RINGBACK_SECRET_KEY") or "-"):
        assert secret == "-" or secret not in "\n".join(told)
    # Outside production the same is said and nothing is refused.
    assert doctor.may_start({**good, **change, "RINGBACK_ENV": ""}, told.append)


def test_an_open_key_file_is_refused(good: dict[str, str]) -> None:
    Path(good["RINGBACK_KEY_FILE"]).chmod(0o644)
    assert [one.name for one in doctor.refusals(good)] == ["key_file"]


def test_a_clock_that_is_off_is_refused(good: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    from ringback import doctor_database

    real = doctor_database.time.time

    class Late:
        @staticmethod
        def time() -> float:
            return real() - 6

    monkeypatch.setattr(doctor_database, "time", Late)
    (found,) = doctor.refusals(good)
    assert found.name == "clock" and "NTP" in found.say and "6 s" in found.say


def test_a_role_that_owns_the_tables_is_refused(good: dict[str, str], database: Any) -> None:
    assert "role" in [one.name for one in doctor.refusals({**good, "RINGBACK_DATABASE_URL": database.owner_dsn})]


def test_a_practices_plain_mail_and_chat_are_named(good: dict[str, str], database: Any) -> None:
    import psycopg

    gate = {"alerts": {"smtp": "smtp://mail.example", "webhook": "http://chat.example/x"}}
    with psycopg.connect(database.app_dsn) as app:
        app.execute("select set_config('ringback.practices', '3', true)")
        app.execute(
            "insert into practice (practice, name, alias, phone, zone, gate, created_at) "
            "values (3, 'A', 'A', '1', 'UTC', %s, now())",
            (json.dumps(gate),),
        )
    assert {one.name for one in doctor.refusals(good)} == {"practice_3_mail", "practice_3_chat"}


def test_serve_and_work_exit_with_the_list(good: dict[str, str]) -> None:
    plain = {**os.environ, **good, "RINGBACK_PUBLIC_URL": "http://calls.example", "RINGBACK_HOSTS": "*"}
    for command in ("serve", "work"):
        ended = subprocess.run(
            [sys.executable, "-m", "ringback.cli", command], env=plain, capture_output=True, text=True, timeout=60
        )
        assert ended.returncode == 2
        assert "plain HTTP" in ended.stderr and "takes any name" in ended.stderr


def test_doctor_speaks_json(
    good: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in good.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("RINGBACK_INSIDE", raising=False)
    monkeypatch.delenv("RINGBACK_DEMO", raising=False)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "ringback.settings")
    assert doctor.doctor_main(["--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (
        said["production"] is True and said["mend"] == 0 and {"clock", "https"} <= {f["name"] for f in said["findings"]}
    )


# ---- what answers with a certificate nobody vouches for ---------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost, with its key."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(plain + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_a_certificate_nobody_vouches_for_is_not_spoken_to(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_INSIDE", "127.0.0.1,::1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[bytes] = []

    async def ask() -> None:
        async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.append(await reader.read(10))

        server = await asyncio.start_server(one, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        socket = Socket()
        try:
            await socket.send(Request(method="POST", url=f"https://localhost:{port}/", body=b"a secret"))
        finally:
            await socket.close()
            server.close()

    with pytest.raises(NotSent):
        asyncio.run(ask())
    assert heard == []


def test_mail_is_not_given_to_a_server_nobody_vouches_for(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setenv("RINGBACK_INSIDE", "127.0.0.1,::1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def once() -> None:
            raw, _ = listening.accept()
            try:
                context.wrap_socket(raw, server_side=True).close()
            except (ssl.SSLError, OSError):
                raw.close()

        thread = threading.Thread(target=once)
        thread.start()
        place = outside.check_url(f"smtps://localhost:{listening.getsockname()[1]}", schemes=("smtps",))
        with pytest.raises(ssl.SSLCertVerificationError):
            outside.Smtp(place)
        thread.join(10)
    assert issubclass(smtplib.SMTPException, OSError)


def test_mail_without_tls_goes_inside_only(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.delenv("RINGBACK_INSIDE", raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_: [(2, 1, 6, "", ("93.184.216.34", port))])
    with pytest.raises(outside.NotAllowed, match="smtp\\+tls"):
        outside.check_url("smtp://mail.example", schemes=("smtps", "smtp+tls", "smtp"))


def test_the_settings_follow_the_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    import runpy

    monkeypatch.setenv("RINGBACK_PUBLIC_URL", "https://calls.example")
    monkeypatch.setenv(
        "RINGBACK_DATABASE_URL", "host=db.example dbname=x user=y sslmode=verify-full sslrootcert=/ca.pem"
    )
    made = runpy.run_path(str(Path(doctor.__file__).with_name("settings.py")))
    assert made["SECURE"] and made["SESSION_COOKIE_SECURE"] and made["CSRF_COOKIE_SECURE"]
    assert made["DATABASES"]["default"]["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/ca.pem"}
