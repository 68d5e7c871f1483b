"""The client of the fork server: starts it, asks for workers, hears how they ended."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gcmgraph.engine import messages
from gcmgraph.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_NUMBERS = itertools.count(1)


class WorkerGoneError(Exception):
    """A worker was dead before it had its request; another one can have it."""


class WorkerKilledError(Exception):
    """Somebody else killed a worker that had a request; another one can have it."""


class Exit(NamedTuple):
    """How a process ended: its exit status, negative for a signal.

    ``starved`` says that the kernel killed processes for want of memory at that time.
    """

    status: int
    starved: bool


class Worker:
    """A worker process, seen through its socket; it answers one query at a time."""

    def __init__(self, home: ForkClient, number: int, sock: socket.socket) -> None:
        self.home = home
        self.number = number
        #: How it ended, once the fork server has told of it.
        self.ended: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        self._sock = sock

    async def ask(self, message: messages.Message, spool: int) -> messages.Message | None:
        """Send a request with its spool and return the reply; ``None`` where the worker died.

        Raises:
            WorkerGoneError: where the request did not reach it.

        """
        loop = asyncio.get_running_loop()
        body = json.dumps(message).encode()
        try:
            # The worker is idle and its buffer empty, so that eight bytes go at once.
            socket.send_fds(self._sock, [messages.LENGTH.pack(len(body))], [spool])
            await loop.sock_sendall(self._sock, body)
        except ConnectionError:
            raise WorkerGoneError from None
        try:
            reply = b""
            while not reply.endswith(b"\n"):
                part = await loop.sock_recv(self._sock, 1 << 16)
                if not part:
                    return None
                reply += part
        except ConnectionError:
            return None
        answer: messages.Message = json.loads(reply)
        return answer

    def close(self) -> None:
        """Let go of the socket, which ends an idle worker."""
        self._sock.close()


class ForkClient:
    """A running fork server and the workers that it forked."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._workers: dict[int, Worker] = {}
        self._unread = b""

    @classmethod
    async def start(cls, configuration: messages.Message) -> ForkClient:
        """Start a fork server and wait until it has loaded its release.

        Raises:
            EngineError: where it could not.

        """
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own module, a few ms
                [sys.executable, "-m", "gcmgraph.engine.fork_server", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        ours.settimeout(0)
        client = cls(process, ours)
        try:
            client._send(configuration)
            await client._until_ready()
        except BaseException:
            await client.stop(EngineError("The engine could not start."))
            raise
        return client

    async def _until_ready(self) -> None:
        async for message in self._messages():
            if "ready" in message:
                return
            raise EngineError(f"The release cannot be loaded: {message['failed']}")
        raise EngineError("The engine ended while it loaded the release.")

    @property
    def processes(self) -> list[int]:
        """The ids of the fork server and its workers; those that just ended are left out."""
        server = self._process.pid
        try:
            children = Path(f"/proc/{server}/task/{server}/children").read_text("ascii")
        except OSError:
            return []
        return [server, *map(int, children.split())]

    def fork(self, *, networked: bool = False) -> Worker:
        """Ask for a worker; it can be given a query at once.

        One that is ``networked`` may open sockets, and ends after its first query.

        Raises:
            EngineError: where the fork server is gone, or no socket can be had.

        """
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise EngineError(f"There is no socket for a worker: {error.strerror}.") from None
        ours.settimeout(0)
        worker = Worker(self, next(_NUMBERS), ours)
        with theirs:
            try:
                self._send({"fork": worker.number, "networked": networked}, theirs.fileno())
            except EngineError:
                worker.close()
                raise
        self._workers[worker.number] = worker
        return worker

    def kill(self, worker: Worker) -> None:
        """Have a worker killed, whatever it is doing."""
        worker.close()
        with contextlib.suppress(EngineError):
            self._send({"kill": worker.number})

    async def watch(self, reap: Callable[[Worker], None]) -> None:
        """Take note of how workers end; returns when the fork server itself has died.

        ``reap`` is told of each.
        """
        async for message in self._messages():
            worker = self._workers.pop(message["dead"], None)
            if worker is not None and not worker.ended.done():
                worker.ended.set_result(Exit(message["status"], message["starved"]))
                reap(worker)
        self._fail_waiters(EngineError("The engine ended; it is starting anew."))

    def _fail_waiters(self, error: EngineError) -> None:
        """Tell all who wait for a worker's end that nobody will ever tell."""
        for worker in self._workers.values():
            if not worker.ended.done():
                worker.ended.set_exception(error)
                worker.ended.exception()  # not everyone asks
        self._workers.clear()

    async def stop(self, error: EngineError) -> None:
        """End the fork server, and with it its workers; ``error`` is for those who wait for one."""
        self._fail_waiters(error)
        self._control.close()
        await asyncio.to_thread(self._wait)

    def _wait(self) -> None:
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, message: messages.Message, *descriptors: int) -> None:
        try:
            socket.send_fds(self._control, [messages.line(message)], descriptors)
        except OSError:
            raise EngineError("The engine has ended; it is starting anew.") from None

    async def _messages(self) -> AsyncIterator[messages.Message]:
        loop = asyncio.get_running_loop()
        while True:
            while b"\n" not in self._unread:
                try:
                    data = await loop.sock_recv(self._control, 1 << 16)
                except ConnectionError:
                    return
                if not data:
                    return
                self._unread += data
            text, _, self._unread = self._unread.partition(b"\n")
            message: messages.Message = json.loads(text)
            yield message
