"""The one socket out: an answer, certainly not sent, or unknown; nothing in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ringback.adapters.contract import Request, Response
from ringback.engine.http import NotSent, Socket, Unknown

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(x.split(b":")[1]) for x in head.split(b"\r\n") if x.lower().startswith(b"content-length")), 0)
    return await reader.readexactly(length)


def talk(answer: Answer, times: int = 1, timeout: float = 2.0) -> list[Response | Exception]:
    """Make requests to a server that answers so."""

    async def run() -> list[Response | Exception]:
        async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await answer(reader, writer)
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(one, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        socket = Socket(timeout=timeout)
        got: list[Response | Exception] = []
        for _ in range(times):
            try:
                got.append(await socket.send(Request(method="POST", url=f"http://127.0.0.1:{port}/x?y=1", body=b"a=b")))
            except (NotSent, Unknown) as wrong:
                got.append(wrong)
        await socket.close()
        server.close()
        await server.wait_closed()
        return got

    return asyncio.run(run())


def test_an_answer_comes_back_whole_and_the_connection_is_kept():
    connections = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        while True:
            body = await read_request(reader)
            writer.write(b"HTTP/1.1 201 Created\r\nX-Way: in\r\ncontent-length: 5\r\n\r\n" + body + b"ok")
            await writer.drain()

    got = talk(answer, times=3)
    assert [(a.status, a.body, a.headers["x-way"]) for a in got] == [(201, b"a=bok", "in")] * 3
    assert len(connections) == 1


def test_chunks_are_joined():
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")
        await writer.drain()
        writer.write(b"2\r\nde\r\n0\r\n\r\n")
        await writer.drain()

    (got,) = talk(answer)
    assert got.body == b"abcde"


def test_a_server_that_takes_the_request_and_dies_leaves_the_outcome_unknown():
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)

    (got,) = talk(answer)
    assert isinstance(got, Unknown)
    assert "a=b" not in str(got)


def test_a_server_that_never_answers_leaves_the_outcome_unknown():
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await reader.read()

    (got,) = talk(answer, timeout=0.2)
    assert isinstance(got, Unknown)


def test_nonsense_for_an_answer_is_unknown_not_a_crash():
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"\x00\x01 what is this\r\n\r\n")
        await writer.drain()

    (got,) = talk(answer)
    assert isinstance(got, Unknown)


def test_nobody_listening_is_certainly_not_sent():
    async def run() -> None:
        socket = Socket()
        with pytest.raises(NotSent):
            await socket.send(Request(method="POST", url="http://127.0.0.1:1/x", body=b"x"))
        with pytest.raises(NotSent):
            await socket.send(Request(method="POST", url="ftp://127.0.0.1/x"))

    asyncio.run(run())


def test_a_header_cannot_smuggle_a_second_request():
    async def run() -> None:
        with pytest.raises(NotSent):
            await Socket().send(
                Request(method="POST", url="http://127.0.0.1:1/x", headers={"a": "b\r\n\r\nPOST /y HTTP/1.1"})
            )

    asyncio.run(run())
