"""The server as a process: connections, signals, reloading, and an end without loose ends.

===========  ======================================================================
signal       what it does
===========  ======================================================================
SIGTERM      no new connection; running requests have ``drain_time`` seconds, then
             are told so; exit status 0
SIGINT       the same, with exit status 130
SIGHUP       the release is opened anew, and taken up if it is another and whole
===========  ======================================================================

``gcmgraph reload`` does what SIGHUP does, and says what came of it; ``gcmgraph status`` tells how
the server is. Both come by the control socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import uvicorn
from prometheus_client import start_http_server

from gcmgraph import __version__
from gcmgraph.engine.pool import PoolEngine
from gcmgraph.errors import GcmGraphError, ServerError
from gcmgraph.serve.app import create_app
from gcmgraph.serve.operations import log
from gcmgraph.serve.process.control import ControlSocket, Message, control_path
from gcmgraph.serve.process.sockets import address_of, allow_descriptors, listen
from gcmgraph.serve.process.timeouts import limited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

    from gcmgraph.serve.operations.metrics import Metrics
    from gcmgraph.serve.releases import Releases
    from gcmgraph.settings import Settings

_LOG: Final = logging.getLogger(__name__)

INTERRUPTED: Final = 130

#: Bytes of a request's line and headers; a query in the address may be long.
_LARGEST_HEAD: Final = 1 << 16

#: Seconds for which a thread that reads a long query may keep another from its turn; Python's own
#: 5 ms add up, because answering a request takes many turns.
_SWITCH_SECONDS: Final = 0.0005

#: Connections that are taken in at once; of a burst, others have their part.
_AT_ONCE: Final = 8

#: Seconds in which those who are told that the server stops can be told so.
_LAST_WORDS: Final = 0.5


def run(settings: Settings, say: Callable[[str], None]) -> int:
    """Serve until told to stop, and return the exit status.

    ``say`` is given the server's address once it answers.

    Raises:
        ReleaseError: where the release is missing, torn, or made by another version.
        EngineError: where it cannot be loaded.
        ServerError: where host or port cannot be had, or the server cannot start.

    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    # Until there is a release to change, nobody can ask for another.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with log.logging_to(settings.log_format), listen(settings.host, settings.port) as sock:
        server = _Server(settings, create_app(settings), sock, say)
        with contextlib.suppress(SystemExit):
            server.run(sockets=[sock])
    if not server.started:
        raise server.failure or ServerError("The server could not start; the lines above say why.")
    return server.status


class _Server(uvicorn.Server):
    """uvicorn's server, with releases, a control socket, and our habits about signals and ends."""

    def __init__(
        self, settings: Settings, app: FastAPI, sock: socket.socket, say: Callable[[str], None]
    ) -> None:
        allow_descriptors(settings.connections)
        super().__init__(
            uvicorn.Config(
                app,
                http=limited(settings.request_time, settings.connections),
                ws="none",
                # The releases are opened here, where it can be said in a sentence why not.
                lifespan="off",
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
        self.failure: GcmGraphError | None = None
        self._settings = settings
        self._releases: Releases = app.state.releases
        self._metrics: Metrics = app.state.metrics
        self._address = sock.getsockname()
        self._say = say
        self._tasks: set[asyncio.Task[Message]] = set()
        self._control = ControlSocket(
            settings.control or control_path(self._address[1]),
            {"reload": self._reload, "status": self._status},
        )
        self._figures: Callable[[], None] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the release, and begin to answer."""
        try:
            await self._releases.start()
            self._figures = self._publish_figures()
        except GcmGraphError as error:
            self.failure = error
            self.should_exit = True
            await self._releases.stop()
            return
        await super().startup(sockets)
        for sock in sockets or ():
            # uvicorn has as few wait as are taken in at once.
            sock.listen(socket.SOMAXCONN)
        try:
            await self._control.open()
        except ServerError as error:
            _LOG.warning("gcmgraph reload and status will not find this server: %s", error)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._hear)
        self._say(self._settings.public_url or address_of(self._address))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let running requests end, within the drain time, and stop all else."""
        asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        await self._control.close()
        for task in self._tasks:
            task.cancel()
        hurry = asyncio.create_task(self._hurry())
        try:
            await super().shutdown(sockets)
        finally:
            hurry.cancel()
            await self._releases.stop()
            self._figures()

    async def _hurry(self) -> None:
        """Once the drain time is over, stop the queries, and then close every connection."""
        await asyncio.sleep(self._settings.drain_time)
        await self._releases.stop()
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

    def _hear(self) -> None:
        task = asyncio.create_task(self._reload())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reload(self) -> Message:
        outcome = await self._releases.reload()
        fields = {"outcome": outcome.name, "detail": outcome.sentence}
        level = logging.ERROR if outcome.name == "refused" else logging.INFO
        _LOG.log(level, "reload", extra=fields)
        self._metrics.reloads.labels(outcome.name).inc()
        return fields

    async def _status(self) -> Message:
        manifest = self._releases.current.manifest
        engines = self._releases.engines
        pools = [engine for engine, _ in engines if isinstance(engine, PoolEngine)]
        return {
            "address": self._settings.public_url or address_of(self._address),
            "port": self._address[1],
            "pid": os.getpid(),
            "program": __version__,
            # As it was named, so that those who turn a link find those who serve it.
            "serves": str(self._settings.release.absolute()),
            "release": manifest.identity,
            "version": manifest.version,
            "issued": manifest.issued,
            "triples": manifest.triples,
            "ready": self._releases.is_ready,
            "open": len(engines),
            "busy": sum(pool.busy for pool in pools),
            "waiting": sum(pool.waiting for pool in pools),
            "connections": len(self.server_state.connections),
        }

    def _publish_figures(self) -> Callable[[], None]:
        """Publish the figures at a port of their own, where one is set; return how to end that."""
        port = self._settings.metrics_port
        if port is None:
            return lambda: None
        try:
            server, thread = start_http_server(port, self._settings.host, self._metrics.registry)
        except OSError as error:
            raise ServerError(
                f"Port {port} of {self._settings.host} cannot be had for the figures "
                f"({error.strerror}); choose another with GCMGRAPH_METRICS_PORT."
            ) from None

        def end() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return end
