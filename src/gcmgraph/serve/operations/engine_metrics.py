"""Metrics of an engine: each query and description is counted, and has a line in the log."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import time
from typing import TYPE_CHECKING, Final, TypeVar

from gcmgraph.engine.protocol import Answer
from gcmgraph.errors import GcmGraphError
from gcmgraph.serve.http.problems import INTERNAL, kind_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gcmgraph.engine.description import Description, DescriptionRequest
    from gcmgraph.engine.protocol import Engine, Query
    from gcmgraph.manifest import Manifest
    from gcmgraph.serve.operations.metrics import Metrics

T = TypeVar("T")

_LOG: Final = logging.getLogger("gcmgraph.query")

_OK: Final = "ok"
_ABANDONED: Final = "abandoned"

#: Hexadecimal digits that name a release or a query in the log.
_DIGITS: Final = 12


class MeasuredEngine:
    """Passes requests on to an engine, and tells what became of them; an ``Engine``.

    The log has neither the client's address nor, unless ``with_text``, the query's text; only a
    hash of it, by which the lines of the same query find together.
    """

    def __init__(
        self, engine: Engine, manifest: Manifest, metrics: Metrics, *, with_text: bool
    ) -> None:
        self._engine = engine
        self._release = manifest.identity[:_DIGITS]
        self._metrics = metrics
        self._with_text = with_text

    @property
    def is_ready(self) -> bool:
        """Whether the engine is ready."""
        return self._engine.is_ready

    async def start(self) -> None:
        """Make the engine ready; see ``Engine.start``."""
        await self._engine.start()

    async def stop(self) -> None:
        """End all that runs; see ``Engine.stop``."""
        await self._engine.stop()

    async def query(self, query: Query) -> Answer:
        """Answer a query, whole; see ``Engine.query``."""

        def fields() -> dict[str, object]:
            # Read by now, unless the text was refused unread.
            text = query.text if query.trusted else query.facts.canonical
            told: dict[str, object] = {"format": query.format.name, "query": _digest(text)}
            return told | ({"text": query.text} if self._with_text else {})

        return await self._measured("query", self._engine.query(query), fields)

    async def describe(self, request: DescriptionRequest) -> Description | None:
        """Describe a thing; see ``Engine.describe``."""

        def fields() -> dict[str, object]:
            told: dict[str, object] = {"query": _digest(repr(request.iris))}
            return told | ({"text": " ".join(request.iris)} if self._with_text else {})

        return await self._measured("describe", self._engine.describe(request), fields)

    async def _measured(
        self, what: str, work: Awaitable[T], fields: Callable[[], dict[str, object]]
    ) -> T:
        began = time.perf_counter()
        outcome, result = INTERNAL.slug, None
        try:
            result = await work
            outcome = _OK
        except GcmGraphError as error:
            outcome = kind_of(error).slug
            raise
        except asyncio.CancelledError:
            outcome = _ABANDONED
            raise
        finally:
            seconds = time.perf_counter() - began
            answer = result if isinstance(result, Answer) else None
            self._metrics.count(outcome, seconds, answer.size if answer else 0)
            told = {
                "id": secrets.token_hex(8),
                "outcome": outcome,
                "seconds": round(seconds, 6),
                "bytes": answer.size if answer else None,
                "cached": answer.cached if answer else False,
                "release": self._release,
                **fields(),
            }
            _LOG.info(what, extra=told)
        return result


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
