"""Runs true servers on loopback, as a user would start them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = """
import sys
from gcmgraph.cli import main
status = main(["serve", "--port", "0", "--release", sys.argv[1]])
assert not {"rdflib", "pyshacl", "gcmgraph.publish"} & set(sys.modules)
sys.exit(status)
"""

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
#: Takes a good while, and ends: three times the fourth power of the number of triples.
LONG = (
    "SELECT (COUNT(*) AS ?n) { VALUES ?v { 1 2 3 } "
    + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(4))
    + " }"
)
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9)) + " }"


class Server:
    """A server that runs: its process, and a client of its own."""

    def __init__(self, process: subprocess.Popen[str], log: IO[str], address: str) -> None:
        self.process = process
        self.port = int(address.rstrip("/").rpartition(":")[2] or 0)
        self._log = log
        self.client = httpx.Client(base_url=address, timeout=20)

    def ask(self, text: str, **arguments: Any) -> httpx.Response:
        return self.client.get("/sparql", params={"query": text, "format": "csv"}, **arguments)

    def descendants(self) -> list[int]:
        """Return the ids of all processes below this one."""
        found, unseen = [], [self.process.pid]
        while unseen:
            pid = unseen.pop()
            try:
                below = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
            except OSError:
                # It has just ended.
                continue
            found += [int(child) for child in below]
            unseen += [int(child) for child in below]
        return found

    def log(self) -> str:
        """Return what stands on standard error so far."""
        self._log.seek(0)
        return self._log.read()

    def end(self, signal: int) -> tuple[int, list[dict[str, Any]]]:
        """Send a signal, wait for the end, and return exit status and log."""
        self.process.send_signal(signal)
        status = self.process.wait(30)
        return status, [json.loads(line) for line in self.log().splitlines()]


@contextmanager
def running(release: Path, **settings: object) -> Iterator[Server]:
    """Start a server of a release; ``query_time=1`` sets ``GCMGRAPH_QUERY_TIME``."""
    given = {f"GCMGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-c", PROGRAM, str(release)]
    with (
        # Not a pipe: nobody reads it while the server runs.
        tempfile.TemporaryFile("w+", encoding="utf-8") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | given
        ) as process,
    ):
        try:
            assert process.stdout is not None
            said = process.stdout.readline().split()
            assert len(said) > 1, Server(process, log, "").log()
            server = Server(process, log, said[1])
            with server.client:
                yield server
        finally:
            process.kill()


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def wait_until_busy(server: Server) -> None:
    end = time.monotonic() + 20
    while "gcmgraph_workers_busy 1.0" not in server.client.get("/metrics").text:
        assert time.monotonic() < end
        time.sleep(0.02)


def turn(link: Path, target: str) -> None:
    link.with_name("next").symlink_to(target)
    os.replace(link.with_name("next"), link)  # noqa: PTH105 - the link, not what it leads to


def reload(release: Path) -> subprocess.CompletedProcess[str]:
    return command("reload", release)


def command(verb: str, release: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a command about the servers of a release."""
    return subprocess.run(
        [sys.executable, "-m", "gcmgraph", verb, "--release", str(release), *options],
        capture_output=True,
        text=True,
        timeout=60,
    )
