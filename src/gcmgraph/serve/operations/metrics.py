"""What a server has done and how it is, as Prometheus reads it.

The registry is an object of its own: two applications in one process do not count each other's
queries. Counts go on when a release is closed, but for those of its engine itself.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from gcmgraph.engine.pool import PoolEngine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric

    from gcmgraph.engine.cache import CachedEngine
    from gcmgraph.engine.protocol import Engine
    from gcmgraph.serve.release import Release

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

#: Upper bounds in seconds; the default limit of time is among them.
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Releases(Protocol):
    """What is looked at when somebody asks: the releases of the moment."""

    @property
    def is_ready(self) -> bool:
        """Whether queries can be answered now."""

    @property
    def current(self) -> Release:
        """The release that is served where no other is asked for."""

    @property
    def engines(self) -> list[tuple[Engine, CachedEngine]]:
        """The engines that are open, each with its cache."""


class Metrics:
    """The counts of a server, over all releases that it serves."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._queries = Counter(
            "gcmgraph_queries",
            "Queries by what became of them: ok, abandoned, or the name of a problem.",
            ["outcome"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "gcmgraph_query_seconds",
            "Seconds from asking the engine to the whole answer or the error, waiting included.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._bytes = Counter(
            "gcmgraph_answer_bytes", "Bytes of whole answers.", registry=self.registry
        )
        self.reloads = Counter(
            "gcmgraph_reloads",
            "Releases looked at on request: taken up, the same as before, or refused.",
            ["outcome"],
            registry=self.registry,
        )

    def count(self, outcome: str, seconds: float, size: int) -> None:
        """Count a query or description: what became of it, how long it took, the bytes it has."""
        self._queries.labels(outcome).inc()
        self._seconds.observe(seconds)
        self._bytes.inc(size)

    def observe(self, releases: Releases) -> None:
        """Tell of these releases from now on."""
        self.registry.register(_State(releases))

    def text(self) -> bytes:
        """Return all in Prometheus' text format; reads files, and so takes a few milliseconds."""
        return generate_latest(self.registry)


class _State(Collector):
    """What is not counted but looked at when somebody asks."""

    def __init__(self, releases: Releases) -> None:
        self._releases = releases

    def describe(self) -> list[Metric]:
        """Name nothing beforehand: what there is, shows when somebody asks."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give the state of what is served now."""
        engines = self._releases.engines
        if not engines:
            return
        manifest = self._releases.current.manifest
        yield InfoMetricFamily(
            "gcmgraph_release",
            "The release that is served.",
            {"identity": manifest.identity, "version": manifest.version},
        )
        yield GaugeMetricFamily("gcmgraph_releases_open", "Releases that are open.", len(engines))
        yield GaugeMetricFamily(
            "gcmgraph_triples", "Triples in the default graph.", manifest.triples
        )
        yield GaugeMetricFamily(
            "gcmgraph_ready", "Whether queries can be answered now.", float(self._releases.is_ready)
        )
        yield from _caches([cache for _, cache in engines])
        pools = [engine for engine, _ in engines if isinstance(engine, PoolEngine)]
        yield from _workers(pools)
        memory = GaugeMetricFamily(
            "gcmgraph_memory_bytes",
            "Memory that processes take; what several share is divided among them.",
            labels=["process"],
        )
        processes = [pool.processes for pool in pools]
        memory.add_metric(["web"], resident(os.getpid()))
        memory.add_metric(["graph"], sum(resident(pid) for pids in processes for pid in pids[:1]))
        memory.add_metric(["workers"], sum(resident(pid) for pids in processes for pid in pids[1:]))
        yield memory


def _caches(caches: list[CachedEngine]) -> Iterator[Metric]:
    hits, misses = sum(c.hits for c in caches), sum(c.misses for c in caches)
    shared, size = sum(c.shared for c in caches), sum(c.bytes for c in caches)
    yield CounterMetricFamily("gcmgraph_cache_hits", "Answers from the cache.", hits)
    yield CounterMetricFamily("gcmgraph_cache_misses", "Queries evaluated.", misses)
    yield CounterMetricFamily(
        "gcmgraph_cache_shared", "Answers shared with an evaluation that ran.", shared
    )
    yield GaugeMetricFamily("gcmgraph_cache_bytes", "Bytes of answers kept.", size)


def _workers(engines: list[PoolEngine]) -> Iterator[Metric]:
    waiting, busy = sum(e.waiting for e in engines), sum(e.busy for e in engines)
    yield GaugeMetricFamily("gcmgraph_queue_length", "Queries that wait.", waiting)
    yield GaugeMetricFamily(
        "gcmgraph_workers", "Queries that can run at once.", sum(e.limits.workers for e in engines)
    )
    yield GaugeMetricFamily("gcmgraph_workers_busy", "Workers that evaluate a query.", busy)
    yield CounterMetricFamily(
        "gcmgraph_workers_replaced",
        "Workers that were replaced.",
        sum(e.replaced for e in engines),
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
