"""The tests' own wall: nothing here reaches beyond this machine."""

from __future__ import annotations

import socket
import urllib.request

import pytest


@pytest.mark.parametrize("call", ["connect", "connect_ex"])
@pytest.mark.parametrize("host", ["192.0.2.1", "example.invalid"])
def test_no_connection_leaves_this_machine(call, host):
    with socket.socket() as one, pytest.raises(AssertionError, match="tried to reach"):
        getattr(one, call)((host, 80))


def test_no_datagram_leaves_this_machine():
    with socket.socket(type=socket.SOCK_DGRAM) as one, pytest.raises(AssertionError, match="tried to reach"):
        one.sendto(b"x", ("192.0.2.1", 53))


def test_no_name_is_looked_up_outside():
    with pytest.raises(AssertionError, match="tried to reach"):
        urllib.request.urlopen("http://example.invalid/")


def test_this_machine_is_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as one:
        assert one.getpeername() == server.getsockname()
