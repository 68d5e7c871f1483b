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

import contextlib
import signal
import sys
from typing import TYPE_CHECKING

from gcmgraph.errors import ServerError
from gcmgraph.serve.app import open_app
from gcmgraph.serve.operations import log
from gcmgraph.serve.operations.metrics import Metrics
from gcmgraph.serve.process.door import Door
from gcmgraph.serve.process.reloads import Reloads
from gcmgraph.serve.process.sockets import address_of, listen
from gcmgraph.serve.process.web import SWITCH_SECONDS, WebServer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from gcmgraph.settings import Settings


def run(settings: Settings, say: Callable[[str], None]) -> int:
    """Serve until told to stop, and return the exit status.

    ``say`` is given the server's address once it answers.

    Raises:
        ReleaseError: where the release is missing, torn, or made by another version.
        EngineError: where it cannot be loaded.
        ServerError: where host or port cannot be had, or the server cannot start.

    """
    sys.setswitchinterval(SWITCH_SECONDS)
    # Until there is a release to change, nobody can ask for another.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with log.logging_to(), listen(settings) as sock:
        metrics = Metrics()
        door = Door(lambda: open_app(settings, metrics), open_app(settings, metrics))
        server = _Server(settings, door, metrics, sock, say)
        with contextlib.suppress(SystemExit):
            server.run(sockets=[sock])
    if not server.started:
        raise door.failure or ServerError("The server could not start; the lines above say why.")
    return server.status


class _Server(WebServer):
    """A server that is one process, but for those that evaluate queries."""

    def __init__(
        self,
        settings: Settings,
        door: Door,
        metrics: Metrics,
        sock: socket.socket,
        say: Callable[[str], None],
    ) -> None:
        super().__init__(settings, door)
        self._metrics = metrics
        self._address = sock.getsockname()
        self._say = say
        self._reloads: Reloads | None = None

    def opened(self) -> None:
        """Hear of newer releases from now on, and say that the server answers."""
        port = self._address[1]
        self._reloads = Reloads(self.settings.release, port, self.door.reload, self._metrics)
        self._say(self.settings.public_url or address_of(self._address))

    def closing(self) -> None:
        """Hear of no newer release."""
        if self._reloads:
            self._reloads.close()
