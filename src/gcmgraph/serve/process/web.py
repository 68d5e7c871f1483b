"""A web process: uvicorn with our manners, and its life where a supervisor has several.

Such a process is started as ``python -m gcmgraph.serve.process.web LISTENING CHANNEL``, the
descriptors of the socket at which all of them listen and of the channel to the supervisor. It has
no engine and loads nothing; it asks the supervisor's. When the supervisor goes, it ends.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import uvicorn

from gcmgraph.serve.process.patience import patient
from gcmgraph.serve.process.sockets import allow_descriptors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gcmgraph.serve.process.door import Door
    from gcmgraph.settings import Settings


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
