"""Several web processes beside one engine.

The supervisor has the engine with its cache and its workers, the log of queries and the figures;
the web processes have the connections, and ask it. They listen at the same socket, so that a
connection goes to whichever is free. One that dies is replaced.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from gcmgraph.engine import messages
from gcmgraph.engine.pool import EmbeddedEngine
from gcmgraph.engine.shared import Host
from gcmgraph.errors import ServerError
from gcmgraph.serve.app import open_release
from gcmgraph.serve.operations.metrics import Metrics
from gcmgraph.serve.operations.observed import ObservedEngine
from gcmgraph.serve.operations.status import OwnStatus
from gcmgraph.serve.process.reloads import Outcome, Reloads
from gcmgraph.serve.process.sockets import address_of, allow_descriptors
from gcmgraph.serve.process.web import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from gcmgraph.serve.settings import Settings
    from gcmgraph.serve.site import Release

_LOG: Final = logging.getLogger(__name__)

#: Seconds beyond the drain time after which a web process that has not ended is killed.
_GRACE_SECONDS: Final = 5.0

#: Seconds before a web process that could not even begin is started again.
_RESTART_SECONDS: Final = 1.0

#: Seconds that a web process may take to take up a release.
_TAKING_SECONDS: Final = 30.0


class Supervisor:
    """Serves with ``settings.web_workers`` processes at a socket that listens."""

    def __init__(self, settings: Settings, sock: socket.socket, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._sock = sock
        self._address = sock.getsockname()
        self._say = say
        self._status = 0
        self._stopping = asyncio.Event()
        self._changing = asyncio.Lock()
        self._metrics = Metrics(self._processes)
        self._webs: set[_Web] = set()
        self._hosts: dict[str, Host[ObservedEngine]] = {}
        self._release: Release | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self) -> int:
        """Serve until told to stop, and return the exit status.

        Raises:
            ReleaseError: where the release is missing, torn, or made by another version.
            EngineError: where it cannot be loaded.
            ServerError: where the web processes cannot start.

        """
        return asyncio.run(self._run())

    async def _run(self) -> int:
        allow_descriptors(self._settings.connections)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._stop, number)
        stopped = asyncio.create_task(self._stopping.wait())
        loading = asyncio.create_task(self._load())
        try:
            await asyncio.wait((stopped, loading), return_when=asyncio.FIRST_COMPLETED)
            if loading.done():
                loading.result()
                await self._serve([_Web(self._sock) for _ in range(self._settings.web_workers)])
        finally:
            loading.cancel()
            await asyncio.gather(loading, return_exceptions=True)
            # Another may be retired meanwhile.
            for host in list(self._hosts.values()):
                await host.stop()
        return self._status

    async def _load(self) -> None:
        await self._take(await asyncio.to_thread(open_release, self._settings.release))

    def _stop(self, number: int) -> None:
        if number == signal.SIGINT:
            self._status = INTERRUPTED
        self._stopping.set()

    async def _serve(self, webs: list[_Web]) -> None:
        keeping = [asyncio.create_task(self._keep(web)) for web in webs]
        stopped = asyncio.create_task(self._stopping.wait())
        opened = asyncio.create_task(_opened(webs))
        reloads: Reloads | None = None
        try:
            await asyncio.wait((stopped, opened, *keeping), return_when=asyncio.FIRST_COMPLETED)
            if opened.done() and not stopped.done():
                port = self._address[1]
                reloads = Reloads(self._settings.release, port, self._reload, self._metrics)
                self._say(self._settings.public_url or address_of(self._address))
                await asyncio.wait((stopped, *keeping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stopping.set()
            opened.cancel()
            if reloads:
                reloads.close()
            # Nobody is to knock at a door behind which nobody answers.
            self._sock.close()
            for web in self._webs:
                web.process.terminate()
            ended = await asyncio.gather(*keeping, return_exceptions=True)
        for error in ended:
            if isinstance(error, BaseException):
                raise error

    async def _keep(self, web: _Web) -> None:
        """Have a web process running, always: ``web``, or another in its place.

        Raises:
            ServerError: where ``web`` cannot begin.

        """
        is_first = True
        while True:
            self._webs.add(web)
            try:
                await self._attend(web)
            finally:
                status = await self._end(web)
                self._webs.discard(web)
            if self._stopping.is_set():
                return
            if is_first and not web.opened.is_set():
                raise ServerError("The server could not start; the lines above say why.")
            _LOG.error("a web process ended with status %d; another takes its place", status)
            if not web.opened.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_RESTART_SECONDS):
                        await self._stopping.wait()
                        return
            is_first = False
            web = _Web(self._sock)

    async def _attend(self, web: _Web) -> None:
        """Give a web process what it asks for, until it ends."""
        assert self._release is not None  # noqa: S101 - it was taken before
        part = -(-self._settings.connections // self._settings.web_workers)
        settings = self._settings.model_copy(update={"connections": part})
        with contextlib.suppress(ConnectionError):
            web.channel.send(
                {"settings": settings.model_dump_json(), "take": str(self._release.folder)}
            )
            while (received := await web.channel.receive()) is not None:
                message, descriptors = received
                if "enter" in message:
                    self._welcome(message["enter"], descriptors)
                elif "tell" in message:
                    for descriptor in descriptors:
                        self._begin(self._tell(message["tell"], descriptor))
                elif "opened" in message:
                    web.opened.set()
                elif "taken" in message:
                    web.taken.put_nowait(message["taken"])

    async def _end(self, web: _Web) -> int:
        """Wait for the end of a web process, which has the drain time for it."""
        web.channel.close()
        web.taken.put_nowait("")
        seconds = self._settings.drain_time + _GRACE_SECONDS
        try:
            return await asyncio.to_thread(web.process.wait, seconds)
        except subprocess.TimeoutExpired:
            web.process.kill()
            return await asyncio.to_thread(web.process.wait)

    def _welcome(self, fingerprint: str, descriptors: list[int]) -> None:
        for descriptor in descriptors:
            if fingerprint in self._hosts:
                self._hosts[fingerprint].welcome(descriptor)
            else:
                os.close(descriptor)

    async def _tell(self, what: str, descriptor: int) -> None:
        """Answer a question about the server's status."""
        assert self._release is not None  # noqa: S101 - it was taken before
        engine = self._hosts[self._release.manifest.fingerprint].engine
        status = OwnStatus(engine, self._metrics)
        with socket.socket(fileno=descriptor) as stream, contextlib.suppress(OSError):
            stream.settimeout(0)
            if what == "ready":
                await messages.send_parcel(stream, {"ready": await status.is_ready()})
            else:
                text = await status.figures()
                await messages.send_parcel(stream, {"figures": text.decode()})

    async def _take(self, release: Release) -> None:
        """Have the engine of a release, and serve that from now on."""
        engine = EmbeddedEngine(release.folder, release.manifest, self._settings.limits)
        observed = ObservedEngine(engine, release.manifest, self._settings, self._metrics)
        await observed.start()
        self._hosts[release.manifest.fingerprint] = Host(observed)
        self._release = release

    async def _reload(self) -> Outcome:
        """Take up the release as it stands now, unless it is the one that is served."""
        async with self._changing:
            assert self._release is not None  # noqa: S101 - it was taken before
            old = self._release.manifest
            try:
                release = await asyncio.to_thread(open_release, self._settings.release)
                fingerprint = release.manifest.fingerprint
                if fingerprint == old.fingerprint:
                    return Outcome.same(old.identity)
                if fingerprint in self._hosts:
                    # Some still end what they began there; the engine stays for them and others.
                    self._release = release
                    self._hosts[fingerprint].engine.show()
                else:
                    await self._take(release)
            except Exception as error:
                return Outcome.refused(old.identity, error)
            await asyncio.gather(*(web.take(release) for web in list(self._webs)))
            self._begin(self._retire(old.fingerprint))
            return Outcome.taken(release.manifest.identity)

    async def _retire(self, fingerprint: str) -> None:
        """Stop the engine of a release once nobody asks it any more."""
        host = self._hosts[fingerprint]
        await host.deserted()
        async with self._changing:
            is_current = self._release and self._release.manifest.fingerprint == fingerprint
            if not is_current and self._hosts.get(fingerprint) is host and host.is_deserted:
                del self._hosts[fingerprint]
                await host.stop()

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _processes(self) -> list[int]:
        return [os.getpid(), *(web.process.pid for web in list(self._webs))]


async def _opened(webs: list[_Web]) -> None:
    for web in webs:
        await web.opened.wait()


class _Web:
    """A web process, seen from here; ``taken`` has the releases that it has taken up."""

    def __init__(self, sock: socket.socket) -> None:
        self.channel, theirs = messages.Channel.pair()
        self.opened = asyncio.Event()
        self.taken: asyncio.Queue[str] = asyncio.Queue()
        with theirs:
            descriptors = [sock.fileno(), theirs.fileno()]
            self.process = subprocess.Popen(  # noqa: S603 - our own module, a few ms
                [sys.executable, "-m", "gcmgraph.serve.process.web", *map(str, descriptors)],
                pass_fds=descriptors,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Ctrl-C in a terminal is for the supervisor, which tells the others.
                start_new_session=True,
            )

    async def take(self, release: Release) -> None:
        """Have the process take up a release; where it cannot, it is replaced by one that can."""
        folder: Path = release.folder
        with contextlib.suppress(ConnectionError, TimeoutError):
            self.channel.send({"take": str(folder)})
            async with asyncio.timeout(_TAKING_SECONDS):
                while await self.taken.get() not in ("", release.manifest.fingerprint):
                    pass
