"""The engine inside: a release in memory, queried by worker processes.

A zygote process loads the release and forks a fixed number of workers from itself. A query gets
a worker of its own and a spool file; the worker writes the whole answer there and says so. A
worker that overruns its time is killed, one that overruns its memory dies of it, and both are
replaced at once; no other query notices. A zygote that dies is started anew.

A query that calls a service on the list has a process of its own, beside the worker whose turn it
takes: one that may open sockets, and that nobody uses again.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
from typing import TYPE_CHECKING, Final, cast

from gcmgraph import errors, jsonld
from gcmgraph.engine import wire
from gcmgraph.engine.admission import Dataset, admit, explain
from gcmgraph.engine.limits import MIB, Limits
from gcmgraph.engine.nursery import Nursery, Worker, WorkerGoneError, WorkerKilledError
from gcmgraph.engine.protocol import Answer, Query
from gcmgraph.engine.turns import Turns
from gcmgraph.errors import EngineError, EngineStoppedError, QueryTimeoutError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from gcmgraph.manifest import Manifest

#: How long to wait for the zygote to say how a worker died; it does so at once.
_OBITUARY_SECONDS: Final = 5.0

_RESTART_SECONDS: Final = 1.0

#: How often a query is begun whose worker somebody kills.
_ATTEMPTS: Final = 2


class EmbeddedEngine:
    """Answers queries over the release in a folder; an ``Engine``."""

    def __init__(self, release: Path, manifest: Manifest, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._prefixes = manifest.prefixes
        self._graphs = {graph.iri for graph in manifest.graphs}
        self._default = {graph.iri for graph in manifest.graphs if graph.in_default}
        folder = release.resolve()
        self._configuration: wire.Message = {
            "nquads": str(folder / manifest.file("nquads").path),
            "ntriples": str(folder / manifest.file("ntriples").path),
            "prefixes": manifest.prefixes,
            "context": str(folder / jsonld.FILE_NAME) if manifest.context else None,
            "memory": self.limits.memory,
            "result_bytes": self.limits.result_bytes,
        }
        self._nursery: Nursery | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._turns: Turns[Worker] = Turns(self.limits)
        #: How many workers had to be replaced since the start.
        self.replaced = 0

    @property
    def is_ready(self) -> bool:
        """Whether the release is loaded and workers are there."""
        return self._nursery is not None

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return self._turns.waiting

    @property
    def busy(self) -> int:
        """How many workers evaluate a query."""
        return self._turns.lent

    @property
    def processes(self) -> list[int]:
        """The ids of the processes that hold the release, as long as they live."""
        return self._nursery.processes if self._nursery else []

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
            await self._end(
                self._nursery, EngineStoppedError("The server is stopping; ask again in a moment.")
            )

    async def query(self, query: Query) -> Answer:
        """Answer a query, whole; see ``Engine.query``."""
        dataset = admit(query, self._graphs, self.limits)
        message = self._request(query, dataset)
        spool = cast("BinaryIO", tempfile.TemporaryFile(buffering=0))  # noqa: SIM115 - the answer's
        try:
            reply = await self._evaluate(query, message, spool.fileno())
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

    async def _evaluate(self, query: Query, message: wire.Message, spool: int) -> wire.Message:
        """Have a query evaluated; by another worker, where one was lost without its fault."""
        clock = asyncio.get_running_loop().time
        left, killed = self.limits.time, 0
        while killed < _ATTEMPTS:
            self._check_running()
            worker = await self._turns.borrow(query.client)
            began = clock()
            try:
                return await self._ask(worker, query, message, spool, left)
            except WorkerKilledError:
                killed += 1
                os.ftruncate(spool, 0)
                os.lseek(spool, 0, os.SEEK_SET)
            except WorkerGoneError:
                pass
            left -= clock() - began
        raise EngineError("The workers that evaluated the query were killed; ask again.")

    def _check_running(self) -> None:
        if self._nursery is None:
            raise EngineError("The engine is starting; ask again in a moment.")

    async def _ask(
        self, worker: Worker, query: Query, message: wire.Message, spool: int, seconds: float
    ) -> wire.Message:
        """Have a worker evaluate, and return it or replace it, whatever happens."""
        helper: Worker | None = None
        reply: wire.Message | None = None
        try:
            async with asyncio.timeout(seconds):
                if query.outline.services:
                    helper = worker.home.fork(networked=True)
                reply = await (helper or worker).ask(message, spool)
        except TimeoutError:
            raise QueryTimeoutError(
                f"The query took longer than {self.limits.time:g} seconds; ask for less, "
                "or put the most selective pattern first."
            ) from None
        finally:
            if helper is not None:
                helper.home.kill(helper)
                self._settle(query.client, worker)
            elif reply is None or reply["spent"]:
                self._turns.settle(query.client)
                self._replace(worker)
            else:
                self._settle(query.client, worker)
        if reply is None:
            raise await self._obituary(helper or worker)
        return reply

    async def _obituary(self, worker: Worker) -> Exception:
        """Say why a worker died, from how it died."""
        try:
            async with asyncio.timeout(_OBITUARY_SECONDS):
                death = await asyncio.shield(worker.ended)
        except TimeoutError:
            return EngineError("A worker ended without a word.")
        except EngineError as error:
            return error
        if death.status == -signal.SIGABRT:
            return errors.QueryMemoryError(self._memory_sentence())
        if death.status == -signal.SIGKILL and death.starved:
            return errors.QueryMemoryError(
                "The machine had no memory left for the query; sort, group or join less."
            )
        if death.status in (-signal.SIGSEGV, -signal.SIGBUS):
            return errors.QueryTooDeepError(
                "The query is nested too deeply, or needed more memory than there is; "
                "write it with fewer brackets, UNIONs or alternatives."
            )
        if death.status < 0:
            return WorkerKilledError()
        return EngineError(f"A worker ended with status {death.status}.")

    def _memory_sentence(self) -> str:
        return (
            f"The query needed more than {self.limits.memory / MIB:g} MiB of memory; "
            "sort, group or join less."
        )

    def _error(self, reply: wire.Message, query: Query) -> errors.GcmGraphError:
        error = wire.error_of(reply)
        if isinstance(error, errors.QueryMemoryError):
            return errors.QueryMemoryError(self._memory_sentence())
        if isinstance(error, errors.ResultTooLargeError):
            return errors.ResultTooLargeError(
                f"The answer is larger than {self.limits.result_bytes / MIB:g} MiB; ask for less "
                "with LIMIT, or download the dataset."
            )
        if isinstance(error, errors.QuerySyntaxError):
            return explain(error, query.outline, self._prefixes)
        return error

    def _settle(self, client: str, worker: Worker) -> None:
        """Give a worker back, unless it belongs to a zygote that is gone."""
        if worker.home is self._nursery:
            self._turns.settle(client, worker)
        else:
            self._turns.settle(client)
            worker.close()

    def _bury(self, worker: Worker) -> None:
        """Replace a worker that died while it had nothing to do."""
        if self._turns.remove(worker):
            self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        nursery = worker.home
        nursery.kill(worker)
        if nursery is not self._nursery:
            return
        self.replaced += 1
        # Where the zygote is gone, too, the supervisor makes all anew.
        with contextlib.suppress(EngineError):
            self._turns.add(nursery.fork())

    async def _begin(self) -> Nursery:
        nursery = await Nursery.start(self._configuration)
        self._nursery = nursery
        for _ in range(self.limits.workers):
            self._turns.add(nursery.fork())
        return nursery

    async def _end(self, nursery: Nursery, error: EngineError) -> None:
        self._nursery = None
        for worker in self._turns.clear(error):
            worker.close()
        await nursery.stop(error)

    async def _supervise(self, nursery: Nursery) -> None:
        """Start a new zygote whenever one has died."""
        while True:
            await nursery.watch(self._bury)
            await self._end(nursery, EngineError("The engine ended; it is starting anew."))
            while self._nursery is None:
                try:
                    nursery = await self._begin()
                except EngineError:
                    await asyncio.sleep(_RESTART_SECONDS)
