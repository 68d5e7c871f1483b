"""Reloading: SIGHUP has the release looked at anew, and whoever asked learns what came of it."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from gcmgraph.errors import GcmGraphError
from gcmgraph.serve.process.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from gcmgraph.serve.operations.metrics import Metrics

_LOG: Final = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """What became of a reload: ``taken``, ``same`` or ``refused``, and a sentence."""

    name: str
    sentence: str

    @classmethod
    def taken(cls, release: str) -> Self:
        """Return that the release of this identity is served from now on."""
        return cls("taken", f"Release {release} is served now.")

    @classmethod
    def same(cls, release: str) -> Self:
        """Return that it is the one that was served before."""
        return cls("same", f"Release {release} is served already.")

    @classmethod
    def refused(cls, release: str, error: Exception) -> Self:
        """Return that ``error`` keeps the server at the release it has."""
        why = str(error) if isinstance(error, GcmGraphError) else repr(error)
        return cls("refused", f"{why} Release {release} is served as before.")


class Reloads:
    """Hears SIGHUP from now on, until it is closed."""

    def __init__(
        self,
        release: Path,
        port: int,
        reload: Callable[[], Awaitable[Outcome]],
        metrics: Metrics,
    ) -> None:
        self._reload = reload
        self._metrics = metrics
        self._tasks: set[asyncio.Task[None]] = set()
        self._notice: Notice | None = None
        self._is_closed = False
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._hear)
        try:
            self._notice = Notice(release, port)
        except OSError as error:
            _LOG.warning("gcmgraph reload will not find this server: %s", error)

    def _hear(self) -> None:
        if self._is_closed:
            return
        task = asyncio.create_task(self._run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        outcome = await self._reload()
        is_refused = outcome.name == "refused"
        fields = {"outcome": outcome.name, "detail": outcome.sentence}
        level = logging.ERROR if is_refused else logging.INFO
        _LOG.log(level, "reload", extra={"fields": fields})
        self._metrics.reloads.labels(outcome.name).inc()
        if self._notice:
            self._notice.say(outcome.sentence, refused=is_refused)

    def close(self) -> None:
        """Take the notice down; another signal finds nobody, and what is being taken up is left."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        if self._notice:
            self._notice.close()
            self._notice = None
