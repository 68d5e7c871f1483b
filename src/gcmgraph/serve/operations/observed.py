"""An engine under observation: each query is counted, and has a line in the log."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import time
from typing import TYPE_CHECKING, Final

from gcmgraph.engine.cache import CachedEngine
from gcmgraph.errors import GcmGraphError
from gcmgraph.serve.http.problems import INTERNAL, OF_ERROR

if TYPE_CHECKING:
    from gcmgraph.engine.protocol import Answer, Engine, Query
    from gcmgraph.manifest import Manifest
    from gcmgraph.serve.operations.metrics import Metrics
    from gcmgraph.settings import Settings

_LOG: Final = logging.getLogger("gcmgraph.query")

_OK: Final = "ok"
_ABANDONED: Final = "abandoned"

#: Hexadecimal digits that name a release or a query in the log.
_DIGITS: Final = 12


class ObservedEngine:
    """Passes queries on over a cache, and tells what became of them; an ``Engine``.

    The log has neither the client's address nor, unless ``settings`` say so, the query's text;
    only a hash of it, by which the lines of the same query find together.
    """

    def __init__(
        self, engine: Engine, manifest: Manifest, settings: Settings, metrics: Metrics
    ) -> None:
        self._inner = engine
        self._engine = CachedEngine(engine, manifest.identity, settings.cache_bytes)
        self._manifest = manifest
        self._release = manifest.identity[:_DIGITS]
        self._metrics = metrics
        self._with_text = settings.log_queries

    @property
    def is_ready(self) -> bool:
        """Whether the engine is ready."""
        return self._engine.is_ready

    async def start(self) -> None:
        """Make the engine ready; see ``Engine.start``."""
        await self._engine.start()
        self.show()

    def show(self) -> None:
        """Have the figures tell of this engine from now on."""
        self._metrics.show(self._inner, self._engine, self._manifest)

    async def stop(self) -> None:
        """End all that runs; see ``Engine.stop``."""
        await self._engine.stop()

    async def query(self, query: Query) -> Answer:
        """Answer a query, whole; see ``Engine.query``."""
        began = time.perf_counter()
        answer: Answer | None = None
        outcome = INTERNAL.slug
        try:
            answer = await self._engine.query(query)
            outcome = _OK
        except GcmGraphError as error:
            outcome = slug_of(error)
            raise
        except asyncio.CancelledError:
            outcome = _ABANDONED
            raise
        finally:
            self._tell(query, outcome, time.perf_counter() - began, answer)
        return answer

    def _tell(self, query: Query, outcome: str, seconds: float, answer: Answer | None) -> None:
        self._metrics.queries.labels(outcome).inc()
        self._metrics.seconds.observe(seconds)
        if answer is not None:
            self._metrics.bytes.inc(answer.size)
        canonical = query.outline.canonical.encode("utf-8", "surrogatepass")
        fields: dict[str, object] = {
            "id": secrets.token_hex(8),
            "outcome": outcome,
            "seconds": round(seconds, 6),
            "bytes": answer.size if answer else None,
            "cached": answer.cached if answer else False,
            "format": query.format.name,
            "query": hashlib.sha256(canonical).hexdigest()[:_DIGITS],
            "release": self._release,
        }
        if self._with_text:
            fields["text"] = query.text
        _LOG.info("query", extra={"fields": fields})


def slug_of(error: GcmGraphError) -> str:
    """Return the name of the problem that an error is to a client."""
    return next((OF_ERROR[c] for c in type(error).__mro__ if c in OF_ERROR), INTERNAL).slug
