"""Timeouts of connections: those that send or take nothing make room for others.

uvicorn waits for ever for the rest of a request's head, and for a reader that reads nothing; each
such connection costs the client nothing. Here a head must arrive within a time, a reader must take
something within the same time, and where there are too many connections, the one that has been
longest without a whole request is closed for the newest. The body is timed where it is read
(``routes.sparql``), because its lateness can still be answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


class LimitedProtocol(H11Protocol):
    """A connection; ``limited`` makes the class for given limits."""

    seconds: ClassVar[float]
    most: ClassVar[int]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._began = self.loop.time()
        self._head: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None

    @property
    def is_waited_for(self) -> bool:
        """Whether the client has yet to send a whole request."""
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and make room where there is none."""
        super().connection_made(transport)
        self._head = self._after(self.seconds)
        others = (c for c in self.connections if isinstance(c, LimitedProtocol) and c is not self)
        if len(self.connections) > self.most:
            waited_for = [c for c in others if c.is_waited_for and not c.transport.is_closing()]
            oldest = min(waited_for, key=lambda c: c._began, default=self)
            oldest.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what came, and time what is still missing of a request's head."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            _cancel(self._head)
            self._head = None
        elif self._head is None:
            self._began = self.loop.time()
            self._head = self._after(self.seconds)

    def on_response_complete(self) -> None:
        """Wait for the next request, which has come in part where the client is in a hurry."""
        self._began = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Time a client that does not take what is sent."""
        super().pause_writing()
        self._stall = self._after(self.seconds)

    def resume_writing(self) -> None:
        """Go on sending."""
        _cancel(self._stall)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        _cancel(self._head)
        _cancel(self._stall)
        super().connection_lost(exc)

    def _after(self, seconds: float) -> asyncio.TimerHandle:
        abort: Callable[[], None] = self.transport.abort
        return self.loop.call_later(seconds, abort)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def limited(seconds: float, most: int) -> type[LimitedProtocol]:
    """Return the class of connections of which there are ``most``, each with so many seconds."""
    return type("Connection", (LimitedProtocol,), {"seconds": seconds, "most": most})
