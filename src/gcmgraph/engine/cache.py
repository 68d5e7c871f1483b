"""Answers kept in memory, and one evaluation for all who ask the same at the same time.

A release never changes, so the answer to a query stays the same for as long as the release is
served. Small answers are kept up to a number of bytes, those asked for longest ago leaving first;
a very large one is shared by those who wait for it, through its file, and then forgotten.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from gcmgraph.engine.protocol import Answer
from gcmgraph.errors import EngineBusyError, EngineStoppedError, QuerySyntaxError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from gcmgraph.engine.description import Description, DescriptionRequest
    from gcmgraph.engine.protocol import Engine, Query

T = TypeVar("T")

#: An answer of more than this part of the cache is not kept: it would push out too many others.
_LARGEST_PART: Final = 16

#: A larger answer is kept in its file, so that the many who read it share one memory.
_LARGEST_COPY: Final = 1 << 18

#: What an entry takes besides its bytes, roughly; thousands of empty answers count, too.
_OVERHEAD: Final = 512


class CachedEngine:
    """Answers from memory where it can, and otherwise has an engine answer; an ``Engine``.

    ``release`` is the identity of the release that ``engine`` answers from. What two requests
    must share to share an answer: the query but for its white space and comments, the dataset,
    and the format. A query whose answer changes by itself (``QueryFacts.volatile``) is always
    evaluated for itself.

    For those who measure:

    ``hits``
        how many queries were answered from memory.
    ``shared``
        how many were answered by an evaluation that was running for another.
    ``misses``
        how many were evaluated; volatile queries included.
    ``bytes``
        what the answers in memory take; never more than ``max_bytes``.
    """

    def __init__(self, engine: Engine, release: str, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.hits = 0
        self.shared = 0
        self.misses = 0
        self.bytes = 0
        self._engine = engine
        self._release = release
        self._kept: OrderedDict[bytes, Answer] = OrderedDict()
        self._running: dict[bytes, _Evaluation[Any]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        """Return how many answers are in memory."""
        return len(self._kept)

    @property
    def is_ready(self) -> bool:
        """Whether the engine is ready."""
        return self._engine.is_ready

    async def start(self) -> None:
        """Make the engine ready; see ``Engine.start``."""
        await self._engine.start()

    async def stop(self) -> None:
        """End all that runs, and forget all that is kept."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._engine.stop()
        for kept in self._kept.values():
            kept.close()
        self._kept.clear()
        self.bytes = 0

    async def query(self, query: Query) -> Answer:
        """Answer a query, whole; see ``Engine.query``."""

        async def evaluate() -> Answer:
            self.misses += 1
            return await self._engine.query(query)

        if query.facts.volatile:
            return await evaluate()
        key = self._key(
            query.facts.canonical, query.default_graphs, query.named_graphs, query.format.name
        )
        return await self._answered(key, query.text, evaluate)

    async def describe(self, request: DescriptionRequest) -> Description | None:
        """Describe a thing, once for all who ask at the same time.

        What is made of it is kept by those who make it: a document takes less than what it says.
        """
        key = self._key("describe", request.iris, request.page)
        return await self._answered(key, "", lambda: self._engine.describe(request))

    def _key(self, *parts: object) -> bytes:
        text = repr((self._release, *parts))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

    async def _answered(
        self, key: bytes, text: str, evaluate: Callable[[], Coroutine[Any, Any, T]]
    ) -> T:
        """Return what is kept, or what one evaluation gives to all who wait for it now."""
        while True:
            if key in self._kept:
                self._kept.move_to_end(key)
                self.hits += 1
                return cast("T", self._kept[key].share(cached=True))
            evaluation = self._running.get(key)
            if evaluation is None:
                return await self._wait(key, self._start(key, text, evaluate))
            try:
                answer: T = await self._wait(key, evaluation)
            except QuerySyntaxError:
                # Line and column are those of the text that was evaluated.
                if evaluation.text != text:
                    continue
                self.shared += 1
                raise
            except EngineBusyError:
                # It was another's turn that did not come; ours may.
                continue
            self.shared += 1
            return answer

    def _start(
        self, key: bytes, text: str, evaluate: Callable[[], Coroutine[Any, Any, T]]
    ) -> _Evaluation[T]:
        """Begin an evaluation."""

        async def run() -> T:
            try:
                answer = await evaluate()
                return cast("T", self._keep(key, answer)) if isinstance(answer, Answer) else answer
            finally:
                # From here on nobody joins: the answer is kept, or it goes with those who wait.
                self._close(key, evaluation)

        evaluation = _Evaluation(text, asyncio.create_task(run()))
        self._running[key] = evaluation
        self._tasks.add(evaluation.task)
        evaluation.task.add_done_callback(self._tasks.discard)
        return evaluation

    async def _wait(self, key: bytes, evaluation: _Evaluation[T]) -> T:
        """Wait for an evaluation; when the last one who waits has gone, it is cancelled."""
        evaluation.waiters += 1
        try:
            answer = await asyncio.shield(evaluation.task)
            return cast("T", answer.share()) if isinstance(answer, Answer) else answer
        except asyncio.CancelledError:
            if evaluation.task.cancelled() and not _is_cancelled():
                raise EngineStoppedError("The engine has ended; ask again in a moment.") from None
            raise
        finally:
            evaluation.waiters -= 1
            if not evaluation.waiters:
                self._close(key, evaluation)
                evaluation.task.cancel()
                evaluation.task.add_done_callback(_drop)

    def _close(self, key: bytes, evaluation: _Evaluation[Any]) -> None:
        """Let nobody else join."""
        if self._running.get(key) is evaluation:
            del self._running[key]

    def _keep(self, key: bytes, answer: Answer) -> Answer:
        """Keep a small answer, and return one that lives in memory; others stay as they are."""
        size = answer.size + _OVERHEAD
        if size > self.max_bytes // _LARGEST_PART:
            return answer
        kept = answer
        if answer.size <= _LARGEST_COPY:
            with answer:
                kept = Answer(answer.format, answer.read())
        self._kept[key] = kept
        self.bytes += size
        while self.bytes > self.max_bytes:
            _, oldest = self._kept.popitem(last=False)
            self.bytes -= oldest.size + _OVERHEAD
            oldest.close()
        # What is kept stays open when all have gone who waited for it.
        return kept.share()


class _Evaluation(Generic[T]):
    """An evaluation that runs, and how many wait for it."""

    def __init__(self, text: str, task: asyncio.Task[T]) -> None:
        self.text = text
        self.task = task
        self.waiters = 0


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _drop(task: asyncio.Task[Any]) -> None:
    """Let go of an answer of which all who waited have their share."""
    if not task.cancelled() and task.exception() is None and isinstance(task.result(), Answer):
        task.result().close()
