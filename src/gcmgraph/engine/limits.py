"""What a query may use, once."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB


def _default_workers() -> int:
    return max(2, os.cpu_count() or 2)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may use before it is stopped; a limit that is hit is an error, never a cut.

    ``time``
        seconds of evaluation, writing the answer included and waiting excluded.
    ``memory``
        bytes of address space beyond what the loaded release takes.
    ``result_bytes``
        bytes of the answer as written.
    ``query_bytes``
        bytes of the query's text in UTF-8.
    ``workers``
        queries that are evaluated at the same time.
    ``queue``
        queries that may wait for a worker.
    ``wait``
        seconds that a query waits for a worker.
    ``client_queries``
        queries of one client that are evaluated at the same time; ``None`` is one less than
        there are workers.
    ``client_queue``
        queries of one client that may wait for a worker.
    ``services``
        the addresses that a query may call with SERVICE.
    """

    time: float = 30.0
    memory: int = GIB
    result_bytes: int = 256 * MIB
    query_bytes: int = MIB
    workers: int = field(default_factory=_default_workers)
    queue: int = 64
    wait: float = 30.0
    client_queries: int | None = None
    client_queue: int = 16
    services: frozenset[str] = frozenset()

    @property
    def queries_per_client(self) -> int:
        """Return ``client_queries``, which leaves one worker to others where it is not set."""
        return self.client_queries or max(1, self.workers - 1)
