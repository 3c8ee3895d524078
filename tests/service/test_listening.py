"""How the service listens: no answer waits for the client's acknowledgement."""

from __future__ import annotations

import asyncio
import socket

import pytest

from app.main import listen
from app.problems import CannotStart


def test_answers_do_not_wait_for_acknowledgements() -> None:
    """asyncio switches Nagle's delay off where the socket names its protocol."""

    async def accepted() -> int:
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            done.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listening = listen("127.0.0.1", 0)
        server = await asyncio.start_server(met, sock=listening)
        _, writer = await asyncio.open_connection(*listening.getsockname())
        found = await done
        writer.close()
        server.close()
        return found

    assert asyncio.run(accepted()) == 1


def test_a_port_in_use_is_one_line() -> None:
    held = listen("127.0.0.1", 0)
    with pytest.raises(CannotStart, match="Không mở được cổng"):
        listen("127.0.0.1", held.getsockname()[1])
    held.close()
