"""Several processes ask one engine: what goes between them, and what is let go of."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING

import pytest

from gcmgraph.engine import messages
from gcmgraph.engine.protocol import Answer, Query
from gcmgraph.engine.shared import Host, SharedEngine
from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Fake:
    """An engine that says how long it was told the query has taken already."""

    is_ready = True

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def query(self, query: Query) -> Answer:
        return Answer(query.format, str(query.reading).encode())


def with_host(program: Callable[[SharedEngine, Host], Awaitable[None]]) -> None:
    async def main() -> None:
        host = Host(Fake())

        def connect() -> messages.Channel:
            ours, theirs = messages.Channel.pair()
            host.welcome(theirs.detach())
            return ours

        engine = SharedEngine(connect)
        await engine.start()
        await program(engine, host)
        await engine.stop()
        await host.stop()

    asyncio.run(main())


def test_more_can_ask_at_once_than_packets_fit() -> None:
    async def program(engine: SharedEngine, _: Host) -> None:
        query = Query("ASK {}", formats.RESULTS_CSV)
        answers = await asyncio.gather(*(engine.query(query) for _ in range(400)))
        assert {answer.size > 0 for answer in answers} == {True}

    with_host(program)


def test_a_packet_that_does_not_fit_waits() -> None:
    async def main() -> None:
        channel, theirs = messages.Channel.pair()
        other = messages.Channel(theirs)
        sent = [asyncio.create_task(channel.deliver({"number": n})) for n in range(2000)]
        await asyncio.sleep(0.02)
        assert not all(task.done() for task in sent)
        received = [await other.receive() for _ in sent]
        assert {message["number"] for message, _ in filter(None, received)} == set(range(2000))
        other.close()
        with pytest.raises(ConnectionError):
            await channel.deliver({})
        channel.close()

    asyncio.run(main())


def test_reading_the_text_counts_in_whichever_process() -> None:
    async def program(engine: SharedEngine, _: Host) -> None:
        query = Query("ASK {}", formats.RESULTS_CSV, spent=5.0)
        with await engine.query(query) as answer:
            assert float(answer.read()) >= 5.0

    with_host(program)


@pytest.mark.parametrize("goes", ["reader", "writer"])
def test_a_descriptor_that_comes_with_half_a_message_is_closed(goes: str) -> None:
    async def main() -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        read, write = os.pipe()
        with ours, theirs:
            socket.send_fds(theirs, [messages.LENGTH.pack(9)], [write])
            os.close(write)
            receiving = asyncio.create_task(messages.receive_parcel(ours))
            await asyncio.sleep(0.05)
            if goes == "reader":
                receiving.cancel()
            else:
                theirs.close()
            await asyncio.gather(receiving, return_exceptions=True)
        os.set_blocking(read, False)
        # The end of the pipe: nobody has its other side any more.
        assert os.read(read, 1) == b""
        os.close(read)

    asyncio.run(main())
