"""A fair queue: workers go to clients one after the other, so that none goes short."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from typing import TYPE_CHECKING, Generic, TypeVar

from gcmgraph.errors import EngineBusyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gcmgraph.errors import GcmGraphError
    from gcmgraph.settings import Limits

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Lends things to clients, in turn.

    A client has at most ``limits.queries_per_client`` of them at once, and at most
    ``limits.client_queue`` requests waiting. Among clients that wait, each has its turn after the
    others have had theirs, however many requests it has; among its own, the oldest is first. Where
    all places are taken, a newcomer has the newest of the client that has most.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._free: list[T] = []
        self._in_use: Counter[str] = Counter()
        # A dictionary keeps its order: the client whose turn was longest ago stands first.
        self._waiting: dict[str, deque[asyncio.Future[T]]] = {}

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return sum(map(len, self._waiting.values()))

    @property
    def in_use(self) -> int:
        """How many things are in use."""
        return self._in_use.total()

    def in_use_by(self, client: str) -> int:
        """Return how many things a client has."""
        return self._in_use[client]

    async def acquire(self, client: str) -> T:
        """Wait for a thing; whoever has one gives it back with ``release``.

        Raises:
            EngineBusyError: where too many wait already, or waiting took too long.

        """
        if self._free and self._in_use[client] < self._limits.queries_per_client:
            self._in_use[client] += 1
            return self._free.pop()
        self._check(client)
        turn: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            async with asyncio.timeout(self._limits.queue_wait):
                return await turn
        except TimeoutError:
            self._leave(client, turn)
            raise EngineBusyError(
                f"No worker became free within {self._limits.queue_wait:g} seconds; "
                "ask again later.",
                "queue_wait",
            ) from None
        except asyncio.CancelledError:
            self._leave(client, turn)
            raise

    def _check(self, client: str) -> None:
        limits = self._limits
        mine = len(self._waiting.get(client, ()))
        if self.waiting >= limits.queue and not self._make_room(mine):
            raise self._full()
        if mine >= limits.client_queue:
            raise EngineBusyError(
                f"{mine} queries of yours are waiting, and the limit is {limits.client_queue} for "
                "each client; wait for their answers.",
                "client_queue",
            )

    def _make_room(self, mine: int) -> bool:
        """Send away the newest request of whoever has most, unless that is not more than mine."""
        most = max(self._waiting, key=lambda client: len(self._waiting[client]), default=None)
        if most is None or len(self._waiting[most]) <= mine + 1:
            return False
        turn = self._waiting[most].pop()
        if not turn.done():
            turn.set_exception(self._full())
        return True

    def _full(self) -> EngineBusyError:
        return EngineBusyError(
            f"The queue is full, the limit is {self._limits.queue}; ask again in a moment.",
            "queue",
        )

    def _leave(self, client: str, turn: asyncio.Future[T]) -> None:
        """Undo a wait, also one that ended in the moment in which a thing came."""
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self.release(client, turn.result())
        elif client in self._waiting:
            with contextlib.suppress(ValueError):
                self._waiting[client].remove(turn)
            if not self._waiting[client]:
                del self._waiting[client]

    def release(self, client: str, thing: T | None = None) -> None:
        """End a loan: the client gives ``thing`` back, or nothing where it is used up."""
        self._in_use[client] -= 1
        if not self._in_use[client]:
            del self._in_use[client]
        if thing is None:
            # The client may have its next turn, with something that another gave back.
            self._serve()
        else:
            self.add(thing)

    def add(self, thing: T) -> None:
        """Add a thing, which goes to whoever has the next turn."""
        self._free.append(thing)
        self._serve()

    def remove(self, thing: T) -> bool:
        """Take a thing away that nobody has; say whether it was there."""
        if thing not in self._free:
            return False
        self._free.remove(thing)
        return True

    def clear(self, error: GcmGraphError) -> Iterator[T]:
        """Tell all who wait that there is no more, and give all that nobody has."""
        waiting, self._waiting = self._waiting, {}
        for turn in (turn for turns in waiting.values() for turn in turns):
            if not turn.done():
                turn.set_exception(error)
        free, self._free = self._free, []
        yield from free

    def _serve(self) -> None:
        for client in list(self._waiting):
            if not self._free:
                return
            if self._in_use[client] >= self._limits.queries_per_client:
                continue
            # Whoever has had a turn stands behind all others.
            turns = self._waiting.pop(client)
            while turns:
                turn = turns.popleft()
                if not turn.done():
                    self._in_use[client] += 1
                    turn.set_result(self._free.pop())
                    break
            if turns:
                self._waiting[client] = turns
