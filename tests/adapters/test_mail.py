"""E-mail alerts reach a real SMTP server, with an id and a link and nobody's name."""

from __future__ import annotations

import socket

from aiosmtpd.controller import Controller

from ringback.engine.tell import _mail


class Inbox:
    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], str]] = []

    async def handle_DATA(self, server, session, envelope):
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content.decode()))
        return "250 taken"


def test_an_alert_arrives_by_e_mail():
    inbox = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        _mail(f"smtp://127.0.0.1:{port}?from=desk@example.org", "nurse@example.org", "case 1a2b: https://example.org/x")
    finally:
        server.stop()
    ((sender, to, words),) = inbox.taken
    assert (sender, to) == ("desk@example.org", ["nurse@example.org"])
    assert "https://example.org/x" in words
