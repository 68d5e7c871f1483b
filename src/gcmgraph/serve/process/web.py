"""A web process: uvicorn with our manners, and its life where a supervisor has several.

Such a process is started as ``python -m gcmgraph.serve.process.web LISTENING CHANNEL``, the
descriptors of the socket at which all of them listen and of the channel to the supervisor. It has
no engine and loads nothing; it asks the supervisor's. When the supervisor goes, it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import uvicorn

from gcmgraph.engine import messages
from gcmgraph.engine.shared import SharedEngine
from gcmgraph.errors import EngineStoppedError
from gcmgraph.manifest import Manifest
from gcmgraph.serve.app import web_app
from gcmgraph.serve.operations import log
from gcmgraph.serve.process.door import Door
from gcmgraph.serve.process.patience import patient
from gcmgraph.serve.process.sockets import allow_descriptors
from gcmgraph.serve.settings import Settings
from gcmgraph.serve.site import Release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

_LOG: Final = logging.getLogger(__name__)

INTERRUPTED: Final = 130

#: Bytes of a request's line and headers; a query in the address may be long.
_LARGEST_HEAD: Final = 1 << 16

#: Seconds for which a thread that reads a long query may keep another from its turn; Python's own
#: 5 ms add up, because answering a request takes many turns.
SWITCH_SECONDS: Final = 0.0005

#: Connections that a process takes in at once; of a burst, others have their part.
_AT_ONCE: Final = 8

#: Seconds in which those who are told that the server stops can be told so.
_LAST_WORDS: Final = 0.5


class WebServer(uvicorn.Server):
    """uvicorn's server, with our manners about signals and the end."""

    def __init__(self, settings: Settings, door: Door) -> None:
        allow_descriptors(settings.connections)
        super().__init__(
            uvicorn.Config(
                door,
                http=patient(settings.request_time, settings.connections),
                ws="none",
                lifespan="on",
                backlog=_AT_ONCE,
                log_config=None,
                log_level="error",
                access_log=False,
                server_header=False,
                h11_max_incomplete_event_size=_LARGEST_HEAD,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=settings.trusted_proxies or None,
            )
        )
        self.status = 0
        self.settings = settings
        self.door = door

    def opened(self) -> None:
        """Take note that the server answers."""

    def closing(self) -> None:
        """Take note that the server begins to stop."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        for sock in sockets or ():
            # uvicorn has as few wait as are taken in at once.
            sock.listen(socket.SOMAXCONN)
        if self.started:
            self.opened()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let running requests end, within the drain time."""
        self.closing()
        hurry = asyncio.create_task(self._hurry())
        try:
            await super().shutdown(sockets)
        finally:
            hurry.cancel()

    async def _hurry(self) -> None:
        """Once the drain time is over, stop the queries, and then close every connection."""
        await asyncio.sleep(self.settings.drain_time)
        await self.door.close()
        await asyncio.sleep(_LAST_WORDS)
        for connection in list(self.server_state.connections):
            if transport := getattr(connection, "transport", None):
                transport.abort()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Hear signals; unlike uvicorn, do not have them kill the process in the end."""
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        if signal.SIGINT in self._captured_signals:
            self.status = INTERRUPTED


class _Web(WebServer):
    """One of several web processes."""

    def __init__(self, settings: Settings, channel: messages.Channel, folder: Path) -> None:
        self._channel = channel
        self._apps = _Apps(settings, channel, folder)
        super().__init__(settings, Door(self._apps.open, self._apps.open()))

    def opened(self) -> None:
        """Say so to the supervisor."""
        self._channel.send({"opened": True})

    async def obey(self) -> None:
        """Take up each release that the supervisor names, and stop when it goes."""
        try:
            while (received := await self._channel.receive()) is not None:
                self._apps.folder = Path(received[0]["take"])
                outcome = await self.door.reload()
                if outcome.name == "refused":
                    # The supervisor starts another process, which can take it up or says why not.
                    _LOG.error("%s", outcome.sentence)
                    break
                await self._channel.deliver({"taken": self.door.fingerprint})
        finally:
            # Whatever kept it from hearing: a process that hears no more is not to go on.
            self.should_exit = True


class _Apps:
    """Opens applications of the release in a folder that the supervisor has looked at."""

    def __init__(self, settings: Settings, channel: messages.Channel, folder: Path) -> None:
        self.folder = folder
        self._settings = settings
        self._channel = channel

    def open(self) -> FastAPI:
        """Return an application whose engine is the supervisor's."""
        release = Release(self.folder, Manifest.read(self.folder))

        def connect() -> messages.Channel:
            host, theirs = messages.Channel.pair()
            with theirs:
                self._channel.send({"enter": release.manifest.fingerprint}, theirs.fileno())
            return host

        return web_app(SharedEngine(connect), release, self._settings, _Status(self._channel))


class _Status:
    """How the server is, which the supervisor knows."""

    def __init__(self, channel: messages.Channel) -> None:
        self._channel = channel

    async def is_ready(self) -> bool:
        """Say whether queries can be answered now."""
        message, _ = await self._ask("ready")
        ready: bool = message["ready"]
        return ready

    async def figures(self) -> bytes:
        """Return the figures in Prometheus' text format."""
        message, _ = await self._ask("figures")
        text: str = message["figures"]
        return text.encode()

    async def _ask(self, what: str) -> tuple[messages.Message, list[int]]:
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        with ours, contextlib.suppress(OSError):
            with theirs:
                await self._channel.deliver({"tell": what}, theirs.fileno())
            if (received := await messages.receive_parcel(ours)) is not None:
                return received
        raise EngineStoppedError("The server is stopping; ask again in a moment.")


async def _serve(sock: socket.socket, channel: messages.Channel) -> None:
    received = await channel.receive()
    if received is None:
        return
    message, _ = received
    settings = Settings.model_validate_json(message["settings"])
    web = _Web(settings, channel, Path(message["take"]))
    obeying = asyncio.create_task(web.obey())
    try:
        await web.serve(sockets=[sock])
    finally:
        obeying.cancel()


def main() -> None:
    """Serve at the socket and with the supervisor whose descriptors the command line names."""
    sys.setswitchinterval(SWITCH_SECONDS)
    with (
        log.logging_to(),
        socket.socket(fileno=int(sys.argv[1])) as sock,
        socket.socket(fileno=int(sys.argv[2])) as channel,
    ):
        try:
            asyncio.run(_serve(sock, messages.Channel(channel)))
        except Exception as error:
            _LOG.critical("a web process failed: %s", error, exc_info=error)
            sys.exit(1)


if __name__ == "__main__":
    main()
