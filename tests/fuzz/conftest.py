"""A server on loopback with small limits, and what holds for each of its responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from processes import running
from sample_release import write_release

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

WORKERS = 2


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Serve the park, and return what asks the server."""
    folder = tmp_path_factory.mktemp("park")
    write_release(folder)
    limits = {
        "workers": WORKERS,
        "query_time": 0.5,
        "query_memory": 128 << 20,
        "result_bytes": 1 << 20,
        "query_bytes": 1 << 16,
    }
    with running(folder, **limits) as server:
        yield server.client
