"""The engine inside: a release in memory, queried by worker processes.

A zygote process loads the release and forks a fixed number of workers from itself. A query gets
a worker of its own and a spool file; the worker writes the whole answer there and says so. A
worker that overruns its time is killed, one that overruns its memory dies of it, and both are
replaced at once; no other query notices. A zygote that dies is started anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
from collections import deque
from typing import TYPE_CHECKING, Any, Final, cast

from gcmgraph import errors
from gcmgraph.engine.admission import Dataset, admit, explain
from gcmgraph.engine.limits import MIB, Limits
from gcmgraph.engine.nursery import Nursery, Worker, WorkerGoneError
from gcmgraph.engine.protocol import Answer, Query
from gcmgraph.errors import EngineBusyError, EngineError, QueryTimeoutError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from gcmgraph.engine import wire
    from gcmgraph.manifest import Manifest

#: How long to wait for the zygote to say how a worker died; it does so at once.
_OBITUARY_SECONDS: Final = 5.0

_RESTART_SECONDS: Final = 1.0


class EmbeddedEngine:
    """Answers queries over the release in a folder; an ``Engine``."""

    def __init__(self, release: Path, manifest: Manifest, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._prefixes = manifest.prefixes
        self._graphs = {graph.iri for graph in manifest.graphs}
        self._default = {graph.iri for graph in manifest.graphs if graph.in_default}
        self._configuration: wire.Message = {
            "nquads": str(release.resolve() / manifest.file("nquads").path),
            "ntriples": str(release.resolve() / manifest.file("ntriples").path),
            "prefixes": manifest.prefixes,
            "memory": self.limits.memory,
            "result_bytes": self.limits.result_bytes,
        }
        self._nursery: Nursery | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._idle: list[Worker] = []
        self._waiting: deque[asyncio.Future[Worker]] = deque()

    async def start(self) -> None:
        """Load the release and make the workers ready.

        Raises:
            EngineError: where the release cannot be loaded.

        """
        nursery = await self._begin()
        self._supervisor = asyncio.create_task(self._supervise(nursery))

    async def stop(self) -> None:
        """End the zygote and all workers."""
        if self._supervisor is not None:
            self._supervisor.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._supervisor
        if self._nursery is not None:
            await self._end(self._nursery)

    async def query(self, query: Query) -> Answer:
        """Answer a query, whole; see ``Engine.query``."""
        dataset = admit(query, self._graphs, self.limits)
        message = self._request(query, dataset)
        spool = cast("BinaryIO", tempfile.TemporaryFile(buffering=0))  # noqa: SIM115 - the answer's
        try:
            reply = await self._evaluate(message, spool.fileno())
        except BaseException:
            spool.close()
            raise
        if "error" in reply:
            spool.close()
            raise self._error(reply, query)
        return Answer(query.format, spool)

    def _request(self, query: Query, dataset: Dataset | None) -> wire.Message:
        default, named = (None, None) if dataset is None else (dataset.default, dataset.named)
        if default is not None and set(default) == self._default and len(default) > 1:
            # The store holds this merge already.
            default = None
        return {
            "text": query.text,
            "format": query.format.name,
            "default": default,
            "named": named,
        }

    async def _evaluate(self, message: wire.Message, spool: int) -> wire.Message:
        while True:
            worker = await self._acquire()
            with contextlib.suppress(WorkerGoneError):
                return await self._ask(worker, message, spool)

    async def _ask(self, worker: Worker, message: wire.Message, spool: int) -> wire.Message:
        """Have a worker evaluate, and return it or replace it, whatever happens."""
        reply: wire.Message | None = None
        try:
            async with asyncio.timeout(self.limits.time):
                reply = await worker.ask(message, spool)
        except TimeoutError:
            raise QueryTimeoutError(
                f"The query took longer than {self.limits.time:g} seconds; ask for less, "
                "or put the most selective pattern first."
            ) from None
        finally:
            if reply is None or reply["spent"]:
                self._replace(worker)
            else:
                self._release(worker)
        if reply is None:
            raise await self._obituary(worker)
        return reply

    async def _obituary(self, worker: Worker) -> errors.GcmGraphError:
        """Say why a worker died, from how it died."""
        try:
            async with asyncio.timeout(_OBITUARY_SECONDS):
                status = await asyncio.shield(worker.ended)
        except TimeoutError:
            return EngineError("A worker ended without a word.")
        except EngineError as error:
            return error
        if status in (-signal.SIGABRT, -signal.SIGKILL):
            return errors.QueryMemoryError(self._memory_sentence())
        if status in (-signal.SIGSEGV, -signal.SIGBUS):
            return errors.QueryTooDeepError(
                "The query is nested too deeply, or needed more memory than there is; "
                "write it with fewer brackets, UNIONs or alternatives."
            )
        return EngineError(f"A worker ended with status {status}.")

    def _memory_sentence(self) -> str:
        return (
            f"The query needed more than {self.limits.memory / MIB:g} MiB of memory; "
            "sort, group or join less."
        )

    def _error(self, reply: wire.Message, query: Query) -> errors.GcmGraphError:
        kind: type[Any] = getattr(errors, reply["error"])
        if kind is errors.QueryMemoryError:
            return errors.QueryMemoryError(self._memory_sentence())
        if kind is errors.ResultTooLargeError:
            return errors.ResultTooLargeError(
                f"The answer is larger than {self.limits.result_bytes / MIB:g} MiB; ask for less "
                "with LIMIT, or download the dataset."
            )
        if kind is errors.QuerySyntaxError:
            error = errors.QuerySyntaxError(reply["message"], reply["line"], reply["column"])
            return explain(error, query.outline, self._prefixes)
        other: errors.GcmGraphError = kind(reply["message"])
        return other

    async def _acquire(self) -> Worker:
        if self._nursery is None:
            raise EngineError("The engine is starting; ask again in a moment.")
        if self._idle:
            return self._idle.pop()
        if len(self._waiting) >= self.limits.queue:
            raise EngineBusyError(
                f"{len(self._waiting)} queries are waiting already; ask again in a moment."
            )
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self.limits.wait):
                return await turn
        except TimeoutError:
            self._give_back(turn)
            raise EngineBusyError(
                f"No worker became free within {self.limits.wait:g} seconds; ask again later."
            ) from None
        except asyncio.CancelledError:
            self._give_back(turn)
            raise

    def _give_back(self, turn: asyncio.Future[Worker]) -> None:
        """Undo a wait that ended in the moment in which a worker came."""
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self._release(turn.result())
        with contextlib.suppress(ValueError):
            self._waiting.remove(turn)

    def _release(self, worker: Worker) -> None:
        """Give a worker to the query that waits longest, or to none."""
        if worker.home is not self._nursery:
            worker.close()
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    def _bury(self, worker: Worker) -> None:
        """Replace a worker that died while it had nothing to do."""
        if worker in self._idle:
            self._idle.remove(worker)
            self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        nursery = worker.home
        nursery.kill(worker)
        if nursery is not self._nursery:
            return
        # Where the zygote is gone, too, the supervisor makes all anew.
        with contextlib.suppress(EngineError):
            self._release(nursery.fork())

    async def _begin(self) -> Nursery:
        nursery = await Nursery.start(self._configuration)
        self._nursery = nursery
        for _ in range(self.limits.workers):
            self._release(nursery.fork())
        return nursery

    async def _end(self, nursery: Nursery) -> None:
        self._nursery = None
        for worker in self._idle:
            worker.close()
        self._idle.clear()
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(EngineError("The engine has ended; ask again in a moment."))
        await nursery.stop()

    async def _supervise(self, nursery: Nursery) -> None:
        """Start a new zygote whenever one has died."""
        while True:
            await nursery.watch(self._bury)
            await self._end(nursery)
            while self._nursery is None:
                try:
                    nursery = await self._begin()
                except EngineError:
                    await asyncio.sleep(_RESTART_SECONDS)
