"""Runs the program itself on loopback, and looks at its processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Server:
    """A server that runs: its address, and its process."""

    address: str
    pid: int

    def processes(self) -> list[int]:
        """Return the server's process and all that come from it."""
        parents = {
            int(stat.parent.name): int(text.rpartition(")")[2].split()[1])
            for stat in Path("/proc").glob("[0-9]*/stat")
            if (text := _read(stat))
        }
        found = [self.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def workers(self) -> list[int]:
        """Return the processes that evaluate queries: those below the ones that hold a release."""
        below = self.processes()[1:]
        servers = [p for p in below if "fork_server" in _read(Path(f"/proc/{p}/cmdline"))]
        workers = {pid for server in servers for pid in Server("", server).processes()[1:]}
        return sorted(workers)

    def memory(self) -> int:
        """Return the bytes of memory that all processes have, what they share counted once."""
        total = 0
        for pid in self.processes():
            share = re.search(r"^Pss:\s+(\d+)", _read(Path(f"/proc/{pid}/smaps_rollup")), re.M)
            total += int(share[1]) * 1024 if share else 0
        return total


def _read(path: Path) -> str:
    """Read a file of a process that may have ended."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


@contextmanager
def serving(release: Path, **settings: object) -> Iterator[Server]:
    """Serve a release, with settings of the server in lower case."""
    command = [sys.executable, "-m", "gcmgraph", "serve", "--release", str(release), "--port", "0"]
    given = {f"GCMGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
    with (
        open(os.devnull, "w") as log,  # noqa: PTH123 - what is logged is no result
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | given
        ) as process,
    ):
        found = re.search(r"http://[^/\s]+", process.stdout.readline())
        if not found:
            sys.exit("The server did not start.")
        try:
            yield Server(found[0], process.pid)
        finally:
            process.terminate()
