"""A running engine over the park, with small limits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gcmgraph.engine.pool import PoolEngine
from gcmgraph.settings import MIB, Limits
from sample_release import write_release

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

LIMITS = Limits(
    query_time=1,
    query_memory=128 * MIB,
    result_bytes=MIB,
    query_bytes=1 << 16,
    workers=2,
    queue=4,
    queue_wait=10,
)

Run = "Callable[[Callable[[PoolEngine], Awaitable[None]]], None]"


@pytest.fixture
def with_engine(tmp_path: Path) -> Run:
    """Runs a coroutine with an engine that is started before and stopped after."""

    def run(program: Callable[[PoolEngine], Awaitable[None]]) -> None:
        async def main() -> None:
            engine = PoolEngine(tmp_path, write_release(tmp_path), LIMITS)
            await engine.start()
            try:
                await program(engine)
            finally:
                await engine.stop()

        asyncio.run(main())

    return run
