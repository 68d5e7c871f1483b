"""An engine for several processes: one has it, and the others ask.

Whoever has the engine is its host. A process that asks has a channel to the host, over which it
hands in a stream for each query; query and answer go over that stream, and whoever closes it has
abandoned the query. An answer that lies in a file comes as the file itself, and passes through no
socket. So all processes have the same cache, the same workers and the same turns.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from typing import TYPE_CHECKING, Generic, TypeVar

from gcmgraph.engine import messages
from gcmgraph.engine.protocol import Answer, Query, read_outline
from gcmgraph.errors import EngineError, EngineStoppedError, GcmGraphError
from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from gcmgraph.engine.protocol import Engine


E = TypeVar("E", bound="Engine")


class Host(Generic[E]):
    """Lets other processes ask an engine."""

    def __init__(self, engine: E) -> None:
        self.engine = engine
        self._guests: set[asyncio.Task[None]] = set()
        self._queries: set[asyncio.Task[None]] = set()
        self._deserted = asyncio.Event()
        self._deserted.set()

    def welcome(self, descriptor: int) -> None:
        """Answer a process over a channel that it has handed in, until it leaves."""
        self._deserted.clear()
        self._begin(self._attend(messages.Channel(socket.socket(fileno=descriptor))), self._guests)

    @property
    def is_deserted(self) -> bool:
        """Whether no process asks."""
        return self._deserted.is_set()

    async def deserted(self) -> None:
        """Wait until all processes have left."""
        await self._deserted.wait()

    async def stop(self) -> None:
        """Answer nobody any more, and stop the engine."""
        await self.engine.stop()
        tasks = [*self._guests, *self._queries]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[None, None, None], tasks: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _attend(self, channel: messages.Channel) -> None:
        try:
            while (received := await channel.receive()) is not None:
                for descriptor in received[1]:
                    self._begin(self._answer(socket.socket(fileno=descriptor)), self._queries)
        finally:
            channel.close()
            if self._guests == {asyncio.current_task()}:
                self._deserted.set()

    async def _answer(self, stream: socket.socket) -> None:
        """Answer the query that comes over a stream, unless its client goes."""
        stream.settimeout(0)
        with stream, contextlib.suppress(OSError):
            received = await messages.receive_parcel(stream)
            if received is None:
                return
            asked = asyncio.create_task(self._ask(_query(received[0])))
            left = asyncio.create_task(messages.receive_fds(stream, 1))
            try:
                await asyncio.wait((asked, left), return_when=asyncio.FIRST_COMPLETED)
                if asked.done():
                    await _reply(stream, asked.result())
            finally:
                asked.cancel()
                asked.add_done_callback(_drop)
                left.cancel()
                # It lets go of the stream before that is closed.
                await asyncio.gather(left, return_exceptions=True)

    async def _ask(self, query: Query) -> Answer | GcmGraphError:
        await read_outline(query)
        try:
            return await self.engine.query(query)
        except GcmGraphError as error:
            return error


class SharedEngine:
    """Asks an engine that another process has; an ``Engine``.

    ``connect`` returns a channel to the host. The engine is ready when the host says so, which is
    not known here: this one is ready for as long as there is a host.
    """

    def __init__(self, connect: Callable[[], messages.Channel]) -> None:
        self._connect = connect
        self._host: messages.Channel | None = None
        self._streams: set[socket.socket] = set()

    @property
    def is_ready(self) -> bool:
        """Whether there is a host to ask."""
        return self._host is not None

    async def start(self) -> None:
        """Get in touch with the host."""
        self._host = self._connect()

    async def stop(self) -> None:
        """Leave the host; what it is asked by now, it may forget."""
        if self._host is not None:
            self._host.close()
            self._host = None
        for stream in self._streams:
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)

    async def query(self, query: Query) -> Answer:
        """Answer a query, whole; see ``Engine.query``."""
        if self._host is None:
            raise EngineStoppedError("The server is stopping; ask again in a moment.")
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise EngineError(f"There is no socket to ask the engine: {error.strerror}.") from None
        ours.settimeout(0)
        with ours:
            self._streams.add(ours)
            try:
                with theirs:
                    await self._host.deliver({}, theirs.fileno())
                await messages.send_parcel(ours, _message(query))
                answer = await _answer(ours, query)
            except OSError:
                answer = None
            finally:
                self._streams.discard(ours)
        if answer is not None:
            return answer
        if self._host is None:
            raise EngineStoppedError("The server is stopping; ask again in a moment.")
        raise EngineError("The engine has ended; ask again in a moment.")


def _message(query: Query) -> messages.Message:
    return {
        "text": query.text,
        "format": query.format.name,
        "default_graphs": query.default_graphs,
        "named_graphs": query.named_graphs,
        "client": query.client,
        "spent": query.reading,
    }


def _query(message: messages.Message) -> Query:
    format_ = formats.by_name(message["format"], (*formats.TRIPLES, *formats.RESULTS))
    assert format_ is not None  # noqa: S101 - it comes from our own program
    return Query(
        message["text"],
        format_,
        tuple(message["default_graphs"]),
        tuple(message["named_graphs"]),
        message["client"],
        message["spent"],
    )


async def _reply(stream: socket.socket, outcome: Answer | GcmGraphError) -> None:
    """Send an answer or an error; a file goes as it is, and what is in memory is copied."""
    if isinstance(outcome, GcmGraphError):
        await messages.send_parcel(stream, messages.failure(outcome))
        return
    with outcome as answer:
        descriptors = () if answer.descriptor is None else (answer.descriptor,)
        message = {"bytes": answer.size, "cached": answer.cached}
        await messages.send_parcel(stream, message, *descriptors)
        if answer.descriptor is None:
            await asyncio.get_running_loop().sock_sendall(stream, answer.read())


async def _answer(stream: socket.socket, query: Query) -> Answer | None:
    """Return the answer that comes over a stream; ``None`` where the host is gone."""
    received = await messages.receive_parcel(stream)
    if received is None:
        return None
    message, descriptors = received
    if "error" in message:
        raise messages.error_of(message)
    cached: bool = message["cached"]
    if descriptors:
        file = os.fdopen(descriptors[0], "rb", buffering=0)
        return Answer(query.format, file, cached=cached)
    body = await messages.receive_bytes(stream, message["bytes"])
    return None if body is None else Answer(query.format, body, cached=cached)


def _drop(asked: asyncio.Task[Answer | GcmGraphError]) -> None:
    """Let go of an answer that nobody took."""
    if not asked.cancelled() and asked.exception() is None:
        outcome = asked.result()
        if isinstance(outcome, Answer):
            outcome.close()
