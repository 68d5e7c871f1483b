"""Loads a server for ten minutes with questions whose answers are known, and disturbs it.

Several clients ask the queries of ``data/queries``, points, things and hostile queries, while the
server is told to take up another release, and its workers are killed. Every answer is compared with
what the release that it names really says. Fails where one is wrong, where a request fails in
another way than by a limit that has a name, or where memory grows.

All takes place on loopback; nothing is signalled but the server started here and what it started.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx
import pyoxigraph as ox

from attacks import ATTACKS, LIMITS
from gcmgraph.manifest import Manifest, sha256_of
from gcmgraph.project import Project
from gcmgraph.publish.pipeline import build
from server import Server, serving

ROOT = Path(__file__).parents[1]
QUERIES = sorted((ROOT / "data" / "queries").glob("*.rq"))
SETTINGS = {
    "workers": 3,
    "query_time": 2,
    "query_memory": 256 << 20,
    "result_bytes": 8 << 20,
    # Full within the first minutes, so that what grows on is no cache.
    "cache_bytes": 8 << 20,
}
CLIENTS = 6
SECONDS_BETWEEN_RELOADS = 7
SECONDS_BETWEEN_KILLS = 3
MIB = 1 << 20
#: Between the second and the last quarter of the time, memory may waver by this.
WAVERING = 24 * MIB


@dataclass
class Known:
    """A release, and what it says: the right answer to each query, as sorted lines of CSV."""

    folder: Path
    answers: dict[str, list[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Ask the release's own files, without the server."""
        manifest = Manifest.read(self.folder)
        store = ox.Store()
        store.bulk_load(path=self.folder / manifest.dataset("nquads").path)
        store.bulk_load(path=self.folder / manifest.dataset("ntriples").path)
        texts = [path.read_text("utf-8") for path in QUERIES]
        things = sorted({q.subject.value for q in store if manifest.base in q.subject.value})
        texts += [f"SELECT * {{ <{thing}> ?p ?o }}" for thing in things[::25]]
        for text in texts:
            found = store.query(text).serialize(format=ox.QueryResultsFormat.CSV)
            self.answers[text] = sorted(found.splitlines())


@dataclass
class Tally:
    """What came of it all."""

    answers: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    releases: Counter[str] = field(default_factory=Counter)
    disturbances: Counter[str] = field(default_factory=Counter)
    memory: list[int] = field(default_factory=list)


def second_release(first: Path, folder: Path) -> Path:
    """Write another release: the first without one in ten of its statements."""
    shutil.copytree(first, folder)
    manifest = Manifest.read(first)
    files = []
    for entry in manifest.files:
        path = folder / entry.path
        if entry in (manifest.dataset("nquads"), manifest.dataset("ntriples")):
            lines = path.read_bytes().splitlines(keepends=True)
            path.write_bytes(b"".join(line for i, line in enumerate(lines) if i % 10))
        changed = {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
        files.append(entry.model_copy(update=changed))
    identity = sha256_of(folder / manifest.dataset("nquads").path)
    manifest.model_copy(update={"identity": identity, "files": tuple(files)}).write(folder)
    return folder


def judge(response: httpx.Response, known: dict[str, Known], text: str) -> tuple[str, bool]:
    """Name an answer, and say whether it is right for the release that it names."""
    if response.status_code == 200:
        release = known.get(response.headers["x-release"])
        right = release is not None and release.answers.get(text)
        return "whole", right == sorted(response.content.splitlines())
    try:
        slug = response.json()["type"].removeprefix("/problems/")
    except (ValueError, KeyError):
        return f"{response.status_code} {response.text[:60]!r}", False
    return f"{response.status_code} {slug}", slug in LIMITS


def ask(server: Server, source: str, known: dict[str, Known], tally: Tally, end: float) -> None:
    """Ask until the time is over, as one client."""
    chance = random.Random(source)
    texts = list(next(iter(known.values())).answers)
    transport = httpx.HTTPTransport(local_address=source)
    with httpx.Client(base_url=server.address, transport=transport, timeout=60) as client:
        while time.monotonic() < end:
            hostile = chance.random() < 0.02
            text = chance.choice(ATTACKS[:6]).text if hostile else chance.choice(texts)
            method = chance.choice(["GET", "POST"])
            sent = {"params" if method == "GET" else "data": {"query": text, "format": "csv"}}
            try:
                response = client.request(method, "/sparql", **sent)
                answer, good = judge(response, known, text)
                tally.releases[f"release {response.headers['x-release'][:12]}"] += 1
            except httpx.HTTPError as error:
                answer, good = type(error).__name__, False
            tally.answers[answer] += 1
            if not good:
                tally.faults[f"{answer}: {' '.join(text.split())[:100]}"] += 1
            time.sleep(0.2 if answer.startswith("503") else 0.005)


def disturb(server: Server, link: Path, releases: list[Path], tally: Tally, end: float) -> None:
    """Turn the link to the other release, kill a worker, and measure, again and again."""
    turns = itertools.cycle([*releases[1:], releases[0]])
    for second in itertools.count(1):
        if time.monotonic() > end:
            return
        time.sleep(1)
        tally.memory.append(server.memory())
        if second % SECONDS_BETWEEN_RELOADS == 0:
            turned = link.with_suffix(".new")
            turned.symlink_to(next(turns))
            turned.rename(link)
            os.kill(server.pid, signal.SIGHUP)
            tally.disturbances["reloads"] += 1
        if second % SECONDS_BETWEEN_KILLS == 0 and (workers := server.workers()):
            with suppress(ProcessLookupError):
                os.kill(random.choice(workers), signal.SIGKILL)
                tally.disturbances["killed workers"] += 1


def main() -> int:
    """Load, disturb, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600.0)
    seconds = parser.parse_args().seconds
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = build(Project.open(ROOT), folder / "releases", lambda _: None).path.resolve()
        releases = [first, second_release(first, folder / "second")]
        known = {Manifest.read(release).identity: Known(release) for release in releases}
        link = folder / "current"
        link.symlink_to(first)
        with serving(link, **SETTINGS) as server:
            end = time.monotonic() + seconds
            threads = [
                threading.Thread(target=ask, args=(server, f"127.0.0.{i}", known, tally, end))
                for i in range(2, 2 + CLIENTS)
            ]
            for thread in threads:
                thread.start()
            disturb(server, link, releases, tally, end)
            for thread in threads:
                thread.join()
    return summary(tally, seconds)


def summary(tally: Tally, seconds: float) -> int:
    """Print what came of it, and return the exit status."""
    length = max(1, len(tally.memory) // 4)
    quarters = [median(tally.memory[i * length :][:length]) for i in range(4)]
    print(f"{tally.answers.total()} requests of {CLIENTS} clients in {seconds:g} seconds")
    for counted in (tally.answers, tally.releases, tally.disturbances):
        print(", ".join(f"{name} ×{n}" for name, n in counted.most_common()))
    shown = ", ".join(f"{quarter / MIB:.0f}" for quarter in quarters)
    print(f"memory in the quarters of the time: {shown} MiB")
    for fault, n in tally.faults.most_common(20):
        print(f"WRONG: {fault} ×{n}")
    grown = quarters[3] > quarters[1] + WAVERING
    if grown:
        print(f"WRONG: memory has grown by more than {WAVERING / MIB:g} MiB")
    if len(tally.releases) < 2:
        print("WRONG: only one release ever answered")
    faulty = bool(tally.faults) or grown or len(tally.releases) < 2
    print("All was answered rightly." if not faulty else "Not all was well.")
    return int(faulty)


if __name__ == "__main__":
    sys.exit(main())
