"""A pool of workers: they take turns with the clients' queries, and those lost are replaced."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from gcmgraph import errors
from gcmgraph.engine.fair_queue import FairQueue
from gcmgraph.engine.fork_client import WorkerKilledError
from gcmgraph.errors import EngineError, QueryTimeoutError
from gcmgraph.settings import size

if TYPE_CHECKING:
    from typing import BinaryIO

    from gcmgraph.engine import messages
    from gcmgraph.engine.fork_client import ForkClient, Worker
    from gcmgraph.engine.protocol import Query
    from gcmgraph.settings import Limits

#: How long to wait for the fork server to say how a worker died; it does so at once.
_EXIT_SECONDS: Final = 5.0

#: Seconds before a worker is asked for again that could not be had.
_FORK_SECONDS: Final = 0.5


class Evaluated(NamedTuple):
    """What a worker replied, and the file with its answer."""

    reply: messages.Message
    spool: BinaryIO


class WorkerPool:
    """So many workers as ``limits`` say; ``queue`` says whose turn it is.

    ``replaced`` counts the workers that were lost.
    """

    def __init__(self, limits: Limits) -> None:
        self.queue: FairQueue[Worker] = FairQueue(limits)
        self.replaced = 0
        self._limits = limits
        self._forks: ForkClient | None = None

    def open(self, forks: ForkClient) -> None:
        """Have workers from a fork server."""
        self._forks = forks
        for _ in range(self._limits.workers):
            self._fork(forks)

    def close(self, error: EngineError) -> None:
        """Have no workers any more; ``error`` is for those who wait for one."""
        self._forks = None
        for worker in self.queue.clear(error):
            worker.close()

    async def evaluate(
        self, worker: Worker, query: Query, message: messages.Message, seconds: float
    ) -> Evaluated:
        """Have a worker evaluate, and return or replace it, whatever happens.

        Raises:
            QueryTimeoutError: where it took longer than ``seconds``.
            QueryMemoryError: where the worker died of it, and so for other limits.
            WorkerGoneError: where the worker did not have the query.
            WorkerKilledError: where somebody else killed the worker.
            EngineError: where nobody knows why it died, or no file can be had.

        """
        # A file for each try: a worker that is being killed may still write.
        try:
            spool = cast("BinaryIO", tempfile.TemporaryFile(buffering=0))  # noqa: SIM115 - the answer's
        except OSError as error:
            self.give_back(query.client, worker)
            raise EngineError(f"There is no file for the answer: {error.strerror}.") from None
        try:
            return Evaluated(
                await self._ask(worker, query, message, spool.fileno(), seconds), spool
            )
        except BaseException:
            spool.close()
            raise

    async def _ask(
        self, worker: Worker, query: Query, message: messages.Message, spool: int, seconds: float
    ) -> messages.Message:
        helper: Worker | None = None
        reply: messages.Message | None = None
        try:
            async with asyncio.timeout(seconds):
                if query.facts.services:
                    helper = worker.home.fork(networked=True)
                reply = await (helper or worker).ask(message, spool)
        except TimeoutError:
            raise QueryTimeoutError(
                f"The query took longer than {self._limits.query_time:g} seconds; ask for less, "
                "or put the most selective pattern first."
            ) from None
        finally:
            if helper is not None:
                helper.home.kill(helper)
                self.give_back(query.client, worker)
            elif reply is None or reply["spent"]:
                self.queue.release(query.client)
                self._replace(worker)
            else:
                self.give_back(query.client, worker)
        if reply is None:
            raise await self._reason_of_end(helper or worker)
        return reply

    async def _reason_of_end(self, worker: Worker) -> Exception:
        """Say why a worker died, from how it died."""
        try:
            async with asyncio.timeout(_EXIT_SECONDS):
                ended = await asyncio.shield(worker.ended)
        except TimeoutError:
            return EngineError("A worker ended without a word.")
        except EngineError as error:
            return error
        if ended.status == -signal.SIGABRT:
            return errors.QueryMemoryError(memory_sentence(self._limits))
        if ended.status == -signal.SIGKILL and ended.starved:
            return errors.QueryMemoryError(
                "The machine had no memory left for the query; sort, group or join less."
            )
        if ended.status in (-signal.SIGSEGV, -signal.SIGBUS):
            return errors.QueryTooDeepError(
                "The query is nested too deeply, or needed more memory than there is; "
                "write it with fewer brackets, UNIONs or alternatives."
            )
        if ended.status < 0:
            return WorkerKilledError()
        return EngineError(f"A worker ended with status {ended.status}.")

    def give_back(self, client: str, worker: Worker) -> None:
        """Take a worker back, unless it belongs to a fork server that is gone."""
        if worker.home is self._forks:
            self.queue.release(client, worker)
        else:
            self.queue.release(client)
            worker.close()

    def reap(self, worker: Worker) -> None:
        """Replace a worker of this pool that died while it had nothing to do."""
        if self.queue.remove(worker):
            self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        forks = worker.home
        forks.kill(worker)
        if forks is self._forks:
            self.replaced += 1
            self._fork(forks)

    def _fork(self, forks: ForkClient) -> None:
        """Have one more worker, as soon as it can be had."""
        # Where the fork server is gone, too, the engine makes all anew.
        if forks is self._forks:
            try:
                self.queue.add(forks.fork())
            except EngineError:
                asyncio.get_running_loop().call_later(_FORK_SECONDS, self._fork, forks)


def memory_sentence(limits: Limits) -> str:
    """Say that a query needed more memory than it may have."""
    return (
        f"The query needed more than {size(limits.query_memory)} of memory; "
        "sort, group or join less."
    )
