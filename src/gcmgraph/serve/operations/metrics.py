"""What a server has done and how it is, as Prometheus reads it.

The registry is an object of its own: two applications in one process do not count each other's
queries, and counts go on when a new release is taken up.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.core import Metric

    from gcmgraph.engine.cache import CachedEngine
    from gcmgraph.engine.pool import EmbeddedEngine
    from gcmgraph.engine.protocol import Engine
    from gcmgraph.manifest import Manifest

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

#: Upper bounds in seconds; the default limit of time is among them.
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counts of a server, over all releases that it serves one after the other.

    ``processes`` gives the ids of the processes that are the server, engines apart.
    """

    def __init__(self, processes: Callable[[], list[int]] = lambda: [os.getpid()]) -> None:
        self.registry = CollectorRegistry()
        self.queries = Counter(
            "gcmgraph_queries",
            "Queries by what became of them: ok, abandoned, or the name of a problem.",
            ["outcome"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "gcmgraph_query_seconds",
            "Seconds from asking the engine to the whole answer or the error, waiting included.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.bytes = Counter(
            "gcmgraph_answer_bytes", "Bytes of whole answers.", registry=self.registry
        )
        self.reloads = Counter(
            "gcmgraph_reloads",
            "Releases looked at on request: taken up, the same as before, or refused.",
            ["outcome"],
            registry=self.registry,
        )
        self._state = _State(processes)
        self.registry.register(self._state)

    def show(self, engine: Engine, cache: CachedEngine, manifest: Manifest) -> None:
        """Tell of this engine, cache and release from now on."""
        self._state.of = (engine, cache, manifest)

    def text(self) -> bytes:
        """Return all in Prometheus' text format; reads files, and so takes a few milliseconds."""
        return generate_latest(self.registry)


class _State(Collector):
    """What is not counted but looked at when somebody asks."""

    of: tuple[Engine, CachedEngine, Manifest] | None = None

    def __init__(self, processes: Callable[[], list[int]]) -> None:
        self._processes = processes

    def collect(self) -> Iterator[Metric]:
        """Give the state of what is served now."""
        from gcmgraph.engine.pool import EmbeddedEngine

        if self.of is None:
            return
        engine, cache, manifest = self.of
        yield InfoMetricFamily(
            "gcmgraph_release",
            "The release that is served.",
            {"identity": manifest.identity, "version": manifest.version},
        )
        yield GaugeMetricFamily(
            "gcmgraph_triples", "Triples in the default graph.", manifest.triples
        )
        yield GaugeMetricFamily(
            "gcmgraph_ready", "Whether queries can be answered now.", float(engine.is_ready)
        )
        yield from _cache(cache)
        memory = GaugeMetricFamily(
            "gcmgraph_memory_bytes",
            "Memory that processes take; what several share is divided among them.",
            labels=["process"],
        )
        memory.add_metric(["web"], sum(map(resident, self._processes())))
        if isinstance(engine, EmbeddedEngine):
            yield from _workers(engine)
            zygote, *workers = engine.processes or [0]
            memory.add_metric(["graph"], resident(zygote))
            memory.add_metric(["workers"], sum(map(resident, workers)))
        yield memory


def _cache(cache: CachedEngine) -> Iterator[Metric]:
    yield CounterMetricFamily("gcmgraph_cache_hits", "Answers from the cache.", cache.hits)
    yield CounterMetricFamily("gcmgraph_cache_misses", "Queries evaluated.", cache.misses)
    yield CounterMetricFamily(
        "gcmgraph_cache_shared", "Answers shared with an evaluation that ran.", cache.shared
    )
    yield GaugeMetricFamily("gcmgraph_cache_bytes", "Bytes of answers kept.", cache.bytes)


def _workers(engine: EmbeddedEngine) -> Iterator[Metric]:
    yield GaugeMetricFamily("gcmgraph_queue_length", "Queries that wait.", engine.waiting)
    yield GaugeMetricFamily(
        "gcmgraph_workers", "Queries that can run at once.", engine.limits.workers
    )
    yield GaugeMetricFamily("gcmgraph_workers_busy", "Workers that evaluate a query.", engine.busy)
    yield CounterMetricFamily(
        "gcmgraph_workers_replaced", "Workers that were replaced.", engine.replaced
    )


def resident(pid: int) -> int:
    """Return the bytes of memory that a process takes, shared ones in part; 0 where it is gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
