"""Answers from memory, over engines of a few lines."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gcmgraph.engine.cache import CachedEngine
from gcmgraph.engine.description import DescriptionRequest
from gcmgraph.engine.protocol import Answer, Query
from gcmgraph.errors import EngineBusyError, EngineError, QuerySyntaxError, QueryTimeoutError
from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

KIB = 1024


class Echo:
    """Answers each query with its number, filled up to a size, once it is let go."""

    def __init__(self, size: int = 10) -> None:
        self.size = size
        self.asked: list[Query] = []
        self.described: list[DescriptionRequest] = []
        self.cancelled = 0
        self.errors: list[Exception] = []
        self.go = asyncio.Event()
        self.go.set()

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def query(self, query: Query) -> Answer:
        self.asked.append(query)
        number = len(self.asked)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            # An engine may need a moment to take a worker back.
            for _ in range(10):
                await asyncio.sleep(0)
            raise
        if self.errors:
            raise self.errors.pop(0)
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - the answer's
        file.write(str(number).encode().ljust(self.size, b"."))
        return Answer(query.format, file)

    async def describe(self, request: DescriptionRequest) -> None:
        self.described.append(request)
        await self.go.wait()
        if self.errors:
            raise self.errors.pop(0)


def running(program: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(program())


def select(text: str = "SELECT * {}", *graphs: str) -> Query:
    return Query(text, formats.RESULTS_CSV, graphs)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def said(engine: CachedEngine, query: Query) -> str:
    with await engine.query(query) as answer:
        return answer.read().decode().rstrip(".")


async def waiting(engine: CachedEngine, *queries: Query) -> list[asyncio.Task[str]]:
    """Begin to ask, and return when all wait."""
    tasks = [asyncio.create_task(said(engine, query)) for query in queries]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


def test_what_was_answered_is_kept() -> None:
    async def program() -> None:
        engine = CachedEngine(Echo(), "r", 64 * KIB)
        assert await said(engine, select()) == "1"
        assert await said(engine, select("SELECT # all\n * { }")) == "1"
        with await engine.query(select()) as answer:
            assert answer.cached
            assert b"".join([chunk async for chunk in answer.chunks()]) == answer.read()
        assert (engine.hits, engine.misses, engine.shared, len(engine)) == (2, 1, 0, 1)

    running(program)


def test_a_large_answer_is_kept_in_its_file_until_it_leaves() -> None:
    async def program() -> None:
        echo = Echo(300 * KIB)
        engine = CachedEngine(echo, "r", 16 * 400 * KIB)
        with await engine.query(select()) as first, await engine.query(select()) as second:
            assert first._source.fileno() != second._source.fileno()
        with await engine.query(select()) as kept:
            assert kept.cached
            for number in range(30):
                assert await said(engine, select(f"SELECT ?v{number} {{}}")) == str(number + 2)
            # It has left the cache, and whoever reads it goes on.
            assert kept.read() == b"1".ljust(300 * KIB, b".")
        before = open_files()
        assert len(engine) == 21
        await engine.stop()
        assert open_files() == before - 21

    running(program)


def test_another_dataset_format_or_text_is_another_answer() -> None:
    async def program() -> None:
        echo = Echo()
        engine = CachedEngine(echo, "r", 64 * KIB)
        queries = [
            select(),
            select("SELECT * {{}}"),
            select("SELECT * {}", "x:a"),
            select("SELECT * {}", "x:a", "x:b"),
            Query("SELECT * {}", formats.RESULTS_CSV, (), ("x:a",)),
            Query("SELECT * {}", formats.RESULTS_TSV),
        ]
        for _ in range(2):
            assert [await said(engine, query) for query in queries] == list("123456")

    running(program)


def test_what_changes_by_itself_is_always_evaluated() -> None:
    async def program() -> None:
        engine = CachedEngine(Echo(), "r", 64 * KIB)
        query = select("SELECT (NOW() AS ?now) {}")
        assert [await said(engine, query) for _ in range(2)] == ["1", "2"]
        assert len(engine) == 0

    running(program)


def test_the_bytes_are_bounded_and_the_oldest_leaves_first() -> None:
    async def program() -> None:
        engine = CachedEngine(Echo(size=KIB), "r", 32 * KIB)
        for number in range(100):
            await said(engine, select(f"SELECT * {{ ?s ?p {number} }}"))
            # The first is asked for again and again, and stays.
            assert await said(engine, select("SELECT * { ?s ?p 0 }")) == "1"
            assert engine.bytes <= engine.max_bytes
        assert 10 < len(engine) < 32
        assert await said(engine, select("SELECT * { ?s ?p 1 }")) == "101"

    running(program)


@pytest.mark.parametrize("max_bytes", [0, 32 * KIB])
def test_an_answer_too_large_for_its_share_is_not_kept(max_bytes: int) -> None:
    async def program() -> None:
        engine = CachedEngine(Echo(size=2 * KIB), "r", max_bytes)
        assert [await said(engine, select()) for _ in range(2)] == ["1", "2"]
        assert (engine.bytes, len(engine)) == (0, 0)

    running(program)


@pytest.mark.parametrize("size", [10, 2 * KIB])
def test_what_is_asked_at_the_same_time_is_evaluated_once(size: int) -> None:
    async def program() -> None:
        echo = Echo(size)
        echo.go.clear()
        engine = CachedEngine(echo, "r", 16 * KIB)
        tasks = await waiting(engine, *[select()] * 10)
        echo.go.set()
        assert await asyncio.gather(*tasks) == ["1"] * 10
        assert (len(echo.asked), engine.misses, engine.shared) == (1, 1, 9)

    running(program)


def test_an_error_is_everybodys_and_is_forgotten() -> None:
    async def program() -> None:
        echo = Echo()
        echo.go.clear()
        echo.errors = [QueryTimeoutError("too slow")]
        engine = CachedEngine(echo, "r", 64 * KIB)
        tasks = await waiting(engine, *[select()] * 3)
        echo.go.set()
        for task in tasks:
            with pytest.raises(QueryTimeoutError):
                await task
        assert await said(engine, select()) == "2"

    running(program)


def test_a_syntax_error_is_told_of_ones_own_text() -> None:
    async def program() -> None:
        echo = Echo()
        echo.go.clear()
        echo.errors = [QuerySyntaxError("here", 1, 1), QuerySyntaxError("there", 2, 1)]
        engine = CachedEngine(echo, "r", 64 * KIB)
        tasks = await waiting(engine, select("SELECT x"), select("SELECT\nx"), select("SELECT x"))
        echo.go.set()
        errors = await asyncio.gather(*tasks, return_exceptions=True)
        assert [str(error) for error in errors] == ["here", "there", "here"]

    running(program)


def test_a_turn_that_did_not_come_is_nobody_elses() -> None:
    async def program() -> None:
        echo = Echo()
        echo.go.clear()
        echo.errors = [EngineBusyError("one client asks too much")]
        engine = CachedEngine(echo, "r", 64 * KIB)
        first, second = await waiting(engine, select(), select())
        echo.go.set()
        with pytest.raises(EngineBusyError):
            await first
        assert await second == "2"

    running(program)


def test_an_evaluation_ends_with_the_last_who_waits() -> None:
    async def program() -> None:
        echo = Echo()
        echo.go.clear()
        engine = CachedEngine(echo, "r", 64 * KIB)
        first, second = await waiting(engine, select(), select())
        first.cancel()
        await asyncio.wait([first])
        assert echo.cancelled == 0
        second.cancel()
        await asyncio.wait([second])
        (third,) = await waiting(engine, select())
        assert (echo.cancelled, len(echo.asked)) == (1, 2)
        echo.go.set()
        assert await third == "2"

    running(program)


def test_those_who_wait_when_it_stops_are_told() -> None:
    async def program() -> None:
        echo = Echo()
        echo.go.clear()
        engine = CachedEngine(echo, "r", 64 * KIB)
        (task,) = await waiting(engine, select())
        await engine.stop()
        with pytest.raises(EngineError, match="ended"):
            await task

    running(program)


async def describing(engine: CachedEngine, *clients: str) -> list[asyncio.Task[object]]:
    """Begin to have a thing described, and return when all wait."""
    requests = (DescriptionRequest(("x:oak",), 1, client) for client in clients)
    tasks = [asyncio.create_task(engine.describe(request)) for request in requests]
    for _ in range(5):
        await asyncio.sleep(0)
    return list(tasks)


def test_a_thing_is_described_once_for_all_who_ask_at_the_same_time() -> None:
    async def program() -> None:
        echo = Echo()
        engine = CachedEngine(echo, "r", 64 * KIB)
        echo.go.clear()
        first, *others = await describing(engine, "a", "b", "c")
        # Whoever goes takes nothing from the others.
        first.cancel()
        await asyncio.sleep(0)
        echo.go.set()
        await asyncio.gather(*others)
        assert (len(echo.described), engine.shared) == (1, 2)
        await engine.describe(DescriptionRequest(("x:oak",), 2))
        await engine.describe(DescriptionRequest(("x:oak",)))
        assert [request.page for request in echo.described] == [1, 2, 1]

    running(program)


def test_where_anothers_turn_to_describe_did_not_come_ours_may() -> None:
    async def program() -> None:
        echo = Echo()
        engine = CachedEngine(echo, "r", 64 * KIB)
        echo.errors.append(EngineBusyError("full", "queue"))
        echo.go.clear()
        first, second = await describing(engine, "a", "b")
        echo.go.set()
        with pytest.raises(EngineBusyError):
            await first
        assert await second is None
        assert [request.client for request in echo.described] == ["a", "b"]

    running(program)


def test_what_goes_wrong_when_all_have_gone_is_nobodys_business() -> None:
    async def program() -> None:
        echo = Echo()
        engine = CachedEngine(echo, "r", 64 * KIB)
        echo.errors.append(EngineError("gone"))
        echo.go.clear()
        (only,) = await describing(engine, "a")
        only.cancel()
        await asyncio.sleep(0)
        echo.go.set()
        await engine.stop()
        assert only.cancelled()

    running(program)
