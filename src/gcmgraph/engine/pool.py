"""The engine inside: a release in memory, queried by worker processes.

A fork server loads the release and forks a fixed number of workers from itself. A query gets
a worker of its own and a spool file; the worker writes the whole answer there and says so. A
worker that overruns its time is killed, one that overruns its memory dies of it, and both are
replaced at once; no other query notices. A fork server that dies is started anew.

While all workers are busy, a client that has none is not left waiting behind long queries: one
more worker tries each waiting query for a moment, and who wants to know a little has its answer.

A query that calls a service on the list has a process of its own, beside the worker whose turn it
takes: one that may open sockets, and that nobody uses again.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from gcmgraph import errors
from gcmgraph.engine import messages
from gcmgraph.engine.admission import Dataset, admit, explain
from gcmgraph.engine.description import Description
from gcmgraph.engine.fork_client import ForkClient, Worker, WorkerGoneError, WorkerKilledError
from gcmgraph.engine.protocol import Answer, Query
from gcmgraph.engine.worker_pool import Evaluated, WorkerPool, memory_sentence
from gcmgraph.errors import EngineError, EngineStoppedError, QueryTimeoutError
from gcmgraph.rdf import formats, jsonld
from gcmgraph.settings import Limits, size

if TYPE_CHECKING:
    from pathlib import Path

    from gcmgraph.engine.description import DescriptionRequest
    from gcmgraph.manifest import Manifest

_RESTART_SECONDS: Final = 1.0

#: For how long a query that waits for its turn is tried on the worker that is kept for short ones.
_SHORT_SECONDS: Final = 0.5

#: How often a query is begun whose worker somebody kills.
_ATTEMPTS: Final = 2


class PoolEngine:
    """Answers queries over the release in a folder; an ``Engine``."""

    def __init__(self, release: Path, manifest: Manifest, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._prefixes = manifest.prefixes
        self._graphs = {graph.iri for graph in manifest.graphs}
        self._default = {graph.iri for graph in manifest.graphs if graph.in_default}
        folder = release.resolve()
        self._configuration: messages.Message = {
            "nquads": str(folder / manifest.dataset("nquads").path),
            "ntriples": str(folder / manifest.dataset("ntriples").path),
            "prefixes": manifest.prefixes,
            "default": sorted(self._default),
            "base": manifest.base,
            "context": str(folder / jsonld.FILE_NAME) if manifest.context else None,
            "memory": self.limits.query_memory,
            "result_bytes": self.limits.result_bytes,
        }
        self._forks: ForkClient | None = None
        self._watching: asyncio.Task[None] | None = None
        self._pool = WorkerPool(self.limits)
        self._short = WorkerPool(self.limits.model_copy(update={"workers": 1, "client_queries": 1}))

    @property
    def is_ready(self) -> bool:
        """Whether the release is loaded and workers are there."""
        return self._forks is not None

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return self._pool.queue.waiting

    @property
    def busy(self) -> int:
        """How many workers evaluate a query."""
        return self._pool.queue.in_use + self._short.queue.in_use

    @property
    def replaced(self) -> int:
        """How many workers had to be replaced since the start."""
        return self._pool.replaced + self._short.replaced

    @property
    def processes(self) -> list[int]:
        """The ids of the processes that hold the release, as long as they live."""
        return self._forks.processes if self._forks else []

    async def start(self) -> None:
        """Load the release and make the workers ready.

        Raises:
            EngineError: where the release cannot be loaded.

        """
        forks = await self._begin()
        self._watching = asyncio.create_task(self._watch(forks))

    async def stop(self) -> None:
        """End the fork server and all workers."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        if self._forks is not None:
            await self._end(
                self._forks, EngineStoppedError("The server is stopping; ask again in a moment.")
            )

    async def query(self, query: Query) -> Answer:
        """Answer a query, whole; see ``Engine.query``."""
        dataset = admit(query, self._graphs, self.limits)
        return await self._answer(query, self._request(query, dataset))

    async def describe(self, request: DescriptionRequest) -> Description | None:
        """Describe a thing; see ``Engine.describe``."""
        query = Query("", formats.JSON, client=request.client, trusted=True)
        message = {"iris": request.iris, "page": request.page}
        with await self._answer(query, message) as answer:
            return Description.from_json(answer.read())

    async def _answer(self, query: Query, message: messages.Message) -> Answer:
        reply, spool = await self._evaluate(query, message)
        if "error" in reply:
            spool.close()
            raise self._error(reply, query)
        return Answer(query.format, spool)

    def _request(self, query: Query, dataset: Dataset | None) -> messages.Message:
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

    async def _evaluate(self, query: Query, message: messages.Message) -> Evaluated:
        """Have a query evaluated; by another worker, where one was lost without its fault."""
        clock = asyncio.get_running_loop().time
        left, killed = self.limits.query_time - query.reading, 0
        while killed < _ATTEMPTS:
            self._check_running()
            turn = asyncio.create_task(self._pool.queue.acquire(query.client))
            try:
                await asyncio.sleep(0)
                if not turn.done() and self._may_be_short(query):
                    evaluated = await self._race(turn, query, message)
                    if evaluated is not None:
                        self._cancel(turn, query.client)
                        return evaluated
                worker = await turn
            except BaseException:
                self._cancel(turn, query.client)
                raise
            began = clock()
            try:
                return await self._pool.evaluate(worker, query, message, left)
            except WorkerKilledError:
                killed += 1
            except WorkerGoneError:
                pass
            left -= clock() - began
        raise EngineError("The workers that evaluated the query were killed; ask again.")

    def _may_be_short(self, query: Query) -> bool:
        return not query.facts.services and not self._pool.queue.in_use_by(query.client)

    async def _race(
        self, turn: asyncio.Task[Worker], query: Query, message: messages.Message
    ) -> Evaluated | None:
        """Try a query briefly while its turn has not come; ``None`` where that was not enough."""
        trying = asyncio.create_task(self._try(query, message))
        try:
            await asyncio.wait((turn, trying), return_when=asyncio.FIRST_COMPLETED)
            return trying.result() if trying.done() else None
        finally:
            if not trying.done():
                trying.cancel()
                trying.add_done_callback(_drop)

    async def _try(self, query: Query, message: messages.Message) -> Evaluated | None:
        try:
            worker = await self._short.queue.acquire(query.client)
            return await self._short.evaluate(worker, query, message, _SHORT_SECONDS)
        except (errors.EngineBusyError, QueryTimeoutError, WorkerGoneError, WorkerKilledError):
            return None

    def _cancel(self, turn: asyncio.Task[Worker], client: str) -> None:
        """Give a turn up, also one that has come."""
        turn.cancel()
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self._pool.give_back(client, turn.result())

    def _check_running(self) -> None:
        if self._forks is None:
            raise EngineError("The engine is starting; ask again in a moment.")

    def _error(self, reply: messages.Message, query: Query) -> errors.GcmGraphError:
        error = messages.error_of(reply)
        if isinstance(error, errors.QueryMemoryError):
            return errors.QueryMemoryError(memory_sentence(self.limits))
        if isinstance(error, errors.ResultTooLargeError):
            return errors.ResultTooLargeError(
                f"The answer is larger than {size(self.limits.result_bytes)}; ask for less "
                "with LIMIT, or download the dataset."
            )
        if isinstance(error, errors.QuerySyntaxError):
            return explain(error, query.facts, self._prefixes)
        return error

    def _reap(self, worker: Worker) -> None:
        for pool in (self._pool, self._short):
            pool.reap(worker)

    async def _begin(self) -> ForkClient:
        forks = await ForkClient.start(self._configuration)
        self._forks = forks
        for pool in (self._pool, self._short):
            pool.open(forks)
        return forks

    async def _end(self, forks: ForkClient, error: EngineError) -> None:
        self._forks = None
        for pool in (self._pool, self._short):
            pool.close(error)
        await forks.stop(error)

    async def _watch(self, forks: ForkClient) -> None:
        """Start a new fork server whenever one has died."""
        while True:
            await forks.watch(self._reap)
            await self._end(forks, EngineError("The engine ended; it is starting anew."))
            while self._forks is None:
                try:
                    forks = await self._begin()
                except (EngineError, OSError):
                    await asyncio.sleep(_RESTART_SECONDS)


def _drop(trying: asyncio.Task[Evaluated | None]) -> None:
    """Let go of an answer that came too late."""
    if not trying.cancelled() and trying.exception() is None and (late := trying.result()):
        late.spool.close()
