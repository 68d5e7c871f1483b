"""What a request costs: round trips to the engine, calls in our code, milliseconds cold and warm.

Run as ``python benchmarks/request_cost.py RELEASE KIND``: asks for the documents of all things of a
kind (as IRIs name it, such as ``practice``) in each format, in one process and without a network,
and prints the median over the things.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from gcmgraph.manifest import Manifest
from gcmgraph.serve.app import create_app
from gcmgraph.serve.operations.engine_metrics import MeasuredEngine
from gcmgraph.settings import Settings

TRIPS = 0
CALLS = 0
SUFFIXES = ("ttl", "jsonld", "nt", "rdf", "trig", "nq")


@dataclass
class Cost:
    """What one kind of request cost, thing by thing."""

    trips: list[int] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    known: list[tuple[int, float]] = field(default_factory=list)

    def row(self, name: str) -> str:
        """Return the medians as a row of a table."""
        median = statistics.median
        known = ""
        if self.known:
            trips, seconds = (median(column) for column in zip(*self.known, strict=True))
            known = f"{trips:g} trips, {seconds * 1000:.2f} ms"
        return (
            f"{name:10} {median(self.trips):5g} {median(self.calls):7g} "
            f"{median(self.cold) * 1000:8.2f} {median(self.warm) * 1000:8.2f}   {known}"
        )


def counted(name: str) -> None:
    """Count the calls of a verb of the engine."""
    verb = getattr(MeasuredEngine, name)

    async def count(self: Any, request: Any) -> Any:
        global TRIPS
        TRIPS += 1
        return await verb(self, request)

    setattr(MeasuredEngine, name, count)


def profile(frame: Any, event: str, _: object) -> None:
    """Count a call, where it is one of ours."""
    global CALLS
    if event == "call" and "gcmgraph" in frame.f_code.co_filename:
        CALLS += 1


async def measure(
    release: Path, kind: str, ways: dict[str, str], *, timed: bool
) -> dict[str, Cost]:
    """Ask for all things in every way, each way with a server of its own."""
    global TRIPS, CALLS
    base, found = Manifest.read(release).base, {}
    for name, way in ways.items():
        cost = found[name] = Cost()
        app = create_app(Settings(release=release, workers=2))
        async with app.router.lifespan_context(app):
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://server.test"
            )
            query = (
                f'SELECT DISTINCT ?s {{ ?s a ?c FILTER(STRSTARTS(STR(?s), "{base}id/{kind}/")) }}'
            )
            listed = await client.get("/sparql", params={"query": query, "format": "csv"})
            slugs = [iri.rpartition("/")[2] for iri in listed.text.split()[1:] if "#" not in iri]
            await client.get("/")
            for slug in slugs:
                address = way.format(base=base, kind=kind, slug=slug)
                accept = {"Accept": "text/html" if name == "page" else "*/*"}
                TRIPS = CALLS = 0
                began = time.perf_counter()
                if not timed:
                    sys.setprofile(profile)
                answer = await client.get(address, headers=accept)
                sys.setprofile(None)
                cost.cold.append(time.perf_counter() - began)
                cost.trips.append(TRIPS)
                cost.calls.append(CALLS)
                began = time.perf_counter()
                await client.get(address, headers=accept)
                cost.warm.append(time.perf_counter() - began)
                if etag := answer.headers.get("etag"):
                    TRIPS, began = 0, time.perf_counter()
                    condition = {**accept, "If-None-Match": etag}
                    again = await client.get(address, headers=condition)
                    assert again.status_code == 304, again
                    cost.known.append((TRIPS, time.perf_counter() - began))
    return found


def main() -> None:
    """Print the table."""
    release, kind = Path(sys.argv[1]), sys.argv[2]
    ways = {
        "page": "/doc/{kind}/{slug}",
        **{suffix: f"/doc/{{kind}}/{{slug}}.{suffix}" for suffix in SUFFIXES},
        "id": "/id/{kind}/{slug}",
        "citation": "/citation?format=bibtex&of={base}id/{kind}/{slug}",
    }
    counted("query")
    counted("describe")
    timed = asyncio.run(measure(release, kind, ways, timed=True))
    counted_calls = asyncio.run(measure(release, kind, ways, timed=False))
    print(f"{'address':10} {'trips':>5} {'calls':>7} {'cold ms':>8} {'warm ms':>8}   If-None-Match")
    for name, cost in timed.items():
        cost.calls = counted_calls[name].calls
        print(cost.row(name))


if __name__ == "__main__":
    main()
