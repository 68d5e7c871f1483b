"""The server as a process: connections, signals, reloading, and an end without loose ends.

===========  ======================================================================
signal       what it does
===========  ======================================================================
SIGTERM      no new connection; running requests have ``drain_time`` seconds, then
             are told so; exit status 0
SIGINT       the same, with exit status 130
SIGHUP       the release is opened anew, and taken up if it is another and whole
===========  ======================================================================
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import uvicorn

from gcmgraph.errors import ServerError
from gcmgraph.serve import log
from gcmgraph.serve.app import listen, open_app
from gcmgraph.serve.door import Door
from gcmgraph.serve.metrics import Metrics
from gcmgraph.serve.notice import Notice
from gcmgraph.serve.patience import patient

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from gcmgraph.serve.settings import Settings

_LOG: Final = logging.getLogger(__name__)

INTERRUPTED: Final = 130

#: Bytes of a request's line and headers; a query in the address may be long.
_LARGEST_HEAD: Final = 1 << 16

#: Seconds for which a thread that reads a long query may keep another from its turn; Python's own
#: 5 ms add up, because answering a request takes many turns.
_SWITCH_SECONDS: Final = 0.0005

#: Seconds in which those who are told that the server stops can be told so.
_LAST_WORDS: Final = 0.5

#: Each connection may come with the file of an answer, and the processes need some, too.
_DESCRIPTORS_PER_CONNECTION: Final = 2
_DESCRIPTORS_BESIDES: Final = 256


def run(settings: Settings, say: Callable[[str], None]) -> int:
    """Serve until told to stop, and return the exit status.

    ``say`` is given the server's address once it answers.

    Raises:
        ReleaseError: where the release is missing, torn, or made by another version.
        EngineError: where it cannot be loaded.
        ServerError: where host or port cannot be had, or the server cannot start.

    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    with log.logging_to(), listen(settings) as sock:
        metrics = Metrics()
        door = Door(lambda: open_app(settings, metrics), open_app(settings, metrics))
        server = Server(settings, door, metrics, sock, say)
        with contextlib.suppress(SystemExit):
            server.run(sockets=[sock])
    if not server.started:
        raise door.failure or ServerError("The server could not start; the lines above say why.")
    return server.status


class Server(uvicorn.Server):
    """uvicorn's server, with our manners about signals."""

    def __init__(
        self,
        settings: Settings,
        door: Door,
        metrics: Metrics,
        sock: socket.socket,
        say: Callable[[str], None],
    ) -> None:
        _allow_descriptors(
            settings.connections * _DESCRIPTORS_PER_CONNECTION + _DESCRIPTORS_BESIDES
        )
        super().__init__(
            uvicorn.Config(
                door,
                http=patient(settings.request_time, settings.connections),
                ws="none",
                lifespan="on",
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
        self._settings = settings
        self._door = door
        self._metrics = metrics
        self._address = sock.getsockname()
        self._say = say
        self._notice: Notice | None = None
        self._reloads: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        if not self.started:
            return
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._hear)
        try:
            self._notice = Notice(self._settings.release, self._address[1])
        except OSError as error:
            _LOG.warning("gcmgraph reload will not find this server: %s", error)
        self._say(self._settings.public_url or address_of(self._address))

    def _hear(self) -> None:
        task = asyncio.create_task(self._reload())
        self._reloads.add(task)
        task.add_done_callback(self._reloads.discard)

    async def _reload(self) -> None:
        outcome = await self._door.reload()
        self._metrics.reloads.labels(outcome.name).inc()
        if self._notice:
            self._notice.say(outcome.sentence, refused=outcome.name == "refused")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let running requests end, within the drain time."""
        if self._notice:
            self._notice.close()
        hurry = asyncio.create_task(self._hurry())
        try:
            await super().shutdown(sockets)
        finally:
            hurry.cancel()

    async def _hurry(self) -> None:
        """Once the drain time is over, stop the queries, and then close every connection."""
        await asyncio.sleep(self._settings.drain_time)
        await self._door.close()
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


def address_of(name: tuple[str, int]) -> str:
    """Return the address at which a browser on this machine reaches a socket of that name."""
    host, port = name[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _allow_descriptors(number: int) -> None:
    """Have as many files and sockets open as are needed, or as the machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < number:
        wanted = number if hard == resource.RLIM_INFINITY else min(number, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
