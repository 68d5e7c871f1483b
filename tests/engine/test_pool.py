"""The engine: whole answers or named errors, whatever is asked of it."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gcmgraph import errors
from gcmgraph.engine.fork_client import ForkClient
from gcmgraph.engine.pool import PoolEngine
from gcmgraph.engine.protocol import Query
from gcmgraph.engine.store import load
from gcmgraph.rdf import formats
from sample_release import BASE, graph, write_release

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
JOIN = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9))
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {JOIN} }}"


async def ask(engine: PoolEngine, text: str, **dataset: Any) -> str:
    with await engine.query(Query(text, formats.RESULTS_CSV, **dataset)) as answer:
        assert answer.size == len(answer.read())
        return b"".join([chunk async for chunk in answer.chunks()]).decode()


async def count(engine: PoolEngine, text: str = COUNT, **dataset: Any) -> int:
    return int((await ask(engine, text, **dataset)).split()[1])


def processes(engine: PoolEngine) -> list[int]:
    """Return the fork server's process id and those of its workers."""
    assert engine._forks is not None
    server = engine._forks._process.pid
    children = Path(f"/proc/{server}/task/{server}/children").read_text("ascii").split()
    return [server, *map(int, children)]


def ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - the condition is the kernel's
            await asyncio.sleep(0.02)


def test_the_default_graph_is_the_union_and_named_graphs_are_all(with_engine: Any) -> None:
    async def program(engine: PoolEngine) -> None:
        assert await count(engine) == 29
        assert await count(engine, "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g {} }") == 4

    with_engine(program)


def test_a_dataset_is_merged_and_overrides_the_text(with_engine: Any) -> None:
    survey, curation, ontology = graph("survey"), graph("curation"), graph("ontology")

    async def program(engine: PoolEngine) -> None:
        inside = "SELECT (COUNT(*) AS ?n) FROM <{}> FROM NAMED <{}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
        assert await count(engine, inside.format(survey, curation)) == 2
        merged = COUNT.replace("WHERE", f"FROM <{survey}> FROM <{curation}> WHERE")
        assert await count(engine, merged) == 20
        assert await count(engine, COUNT, default_graphs=(survey, curation)) == 20
        assert await count(engine, COUNT, default_graphs=(survey, curation, ontology)) == 29
        assert await count(engine, merged, default_graphs=(curation,)) == 2
        assert await count(engine, COUNT, named_graphs=(survey,)) == 0
        only_named = COUNT.replace("WHERE", f"FROM NAMED <{survey}> WHERE")
        assert await count(engine, only_named) == 0
        # A merge leaves nothing behind.
        assert await count(engine, "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g {} }") == 4
        with pytest.raises(errors.DatasetError, match="nowhere"):
            await ask(engine, COUNT, default_graphs=("http://nowhere.test/",))

    with_engine(program)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT * {", errors.QuerySyntaxError),
        ("#" * (1 << 17), errors.QueryTooLongError),
        ("DROP ALL", errors.UpdateRefusedError),
        ("ASK { SERVICE ?x {} }", errors.ServiceRefusedError),
        (ENDLESS, errors.QueryTimeoutError),
        (f"SELECT * {{ {JOIN} }} ORDER BY ?a1", errors.QueryMemoryError),
        (f"SELECT * {{ {JOIN} }}", errors.ResultTooLargeError),
        ("SELECT * " + "{" * 20000 + "}" * 20000, errors.QueryTooDeepError),
        ("ASK { FILTER(" + "!" * 60000 + "1) }", errors.QueryTooDeepError),
        ("SELECT * { {}" + " UNION {}" * 7000 + "}", errors.QueryTooDeepError),
        ("CONSTRUCT WHERE { ?s ?p ?o }", errors.UnwritableResultError),
    ],
)
def test_each_fault_has_its_error_and_the_next_query_its_answer(
    with_engine: Any, text: str, error: type[Exception]
) -> None:
    async def program(engine: PoolEngine) -> None:
        # A query that ends with its worker must not harm the one beside it.
        other = asyncio.create_task(count(engine))
        with pytest.raises(error) as caught:
            await ask(engine, text)
        assert len(str(caught.value)) > 20
        assert await other == 29
        assert [await count(engine) for _ in range(3)] == [29, 29, 29]

    with_engine(program)


def test_rdfxml_says_when_it_cannot_name_a_property(tmp_path: Path) -> None:
    async def main() -> None:
        manifest = write_release(tmp_path, "<x:s> <http://x.test/1> <x:o> .\n")
        engine = PoolEngine(tmp_path, manifest)
        await engine.start()
        try:
            query = Query("CONSTRUCT WHERE { ?s <http://x.test/1> ?o }", formats.RDFXML)
            with pytest.raises(errors.UnwritableResultError, match="Turtle"):
                await engine.query(query)
        finally:
            await engine.stop()

    asyncio.run(main())


def test_a_constructed_graph_holds_each_triple_once(with_engine: Any) -> None:
    async def program(engine: PoolEngine) -> None:
        text = "CONSTRUCT { <x:a> <x:b> <x:c> . ?s ?p <x:d> } WHERE { ?s ?p ?o }"
        with await engine.query(Query(text, formats.NTRIPLES)) as answer:
            lines = answer.read().splitlines()
        assert len(lines) == len(set(lines)) > 5

    with_engine(program)


def test_when_nobody_waits_for_an_answer_its_worker_is_freed(with_engine: Any) -> None:
    async def program(engine: PoolEngine) -> None:
        await until(lambda: len(processes(engine)) == 4)
        before = set(processes(engine)[1:])
        running = [asyncio.create_task(ask(engine, ENDLESS, client=c)) for c in "ab"]
        await asyncio.sleep(0.1)
        for task in running:
            task.cancel()
        assert await count(engine) == 29
        # The third, which is kept for short queries, had nothing to do with them.
        await until(lambda: sum(map(ended, before)) == 2)

    with_engine(program)


def test_a_short_query_does_not_wait_behind_long_ones_of_others(with_engine: Any) -> None:
    async def program(engine: PoolEngine) -> None:
        running = [asyncio.create_task(ask(engine, ENDLESS, client=c)) for c in "ab"]
        await asyncio.sleep(0.1)
        assert engine.busy == 2
        for _ in range(3):
            assert await count(engine) == 29
        # Both workers are still with the others: it was the one that is kept for short queries.
        assert engine.busy == 2
        assert not any(task.done() for task in running)
        # A long query is begun there, too, but has to wait for its turn.
        begun = asyncio.create_task(ask(engine, ENDLESS, client="c"))
        results = await asyncio.gather(*running, begun, return_exceptions=True)
        assert {type(result) for result in results} == {errors.QueryTimeoutError}
        assert engine.replaced == 4

    with_engine(program)


def test_a_client_that_goes_as_its_turn_comes_takes_no_worker_along(with_engine: Any) -> None:
    async def program(engine: PoolEngine) -> None:
        for steps in range(5):
            for _ in range(4):
                asked = asyncio.create_task(ask(engine, COUNT))
                for _ in range(steps):
                    await asyncio.sleep(0)
                asked.cancel()
                await asyncio.gather(asked, return_exceptions=True)
        await until(lambda: engine.busy == 0)
        assert await count(engine) == 29

    with_engine(program)


def test_a_worker_is_not_lost_where_there_is_no_file(
    with_engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    async def program(engine: PoolEngine) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("tempfile.TemporaryFile", refuse)
            for _ in range(4):
                with pytest.raises(errors.EngineError, match="Too many open files"):
                    await ask(engine, COUNT)
        assert await count(engine) == 29

    with_engine(program)


def test_a_worker_that_cannot_be_had_now_is_had_later(
    with_engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    async def program(engine: PoolEngine) -> None:
        await until(lambda: len(processes(engine)) == 4)
        with monkeypatch.context() as patch:
            patch.setattr("socket.socketpair", refuse)
            for pid in processes(engine)[1:]:
                os.kill(pid, signal.SIGKILL)
            await until(lambda: engine.replaced == 3)
        assert await count(engine) == 29
        await until(lambda: len(processes(engine)) == 4)

    with_engine(program)


def test_a_full_queue_is_busy(with_engine: Any) -> None:
    async def program(engine: PoolEngine) -> None:
        running = [asyncio.create_task(ask(engine, ENDLESS, client=c)) for c in "abcdef"]
        await asyncio.sleep(0.1)
        assert (engine.busy, engine.waiting) == (3, 4)
        with pytest.raises(errors.EngineBusyError, match="limit is 4;"):
            await ask(engine, COUNT)
        for task in running[:3]:
            task.cancel()
        await asyncio.sleep(0.1)
        assert await count(engine) == 29
        results = await asyncio.gather(*running, return_exceptions=True)
        assert {type(r) for r in results} <= {asyncio.CancelledError, errors.QueryTimeoutError}

    with_engine(program)


def test_one_client_has_not_all_workers(with_engine: Any) -> None:
    async def program(engine: PoolEngine) -> None:
        greedy = [asyncio.create_task(ask(engine, ENDLESS, client="greedy")) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert (engine.busy, engine.waiting) == (1, 2)
        for _ in range(20):
            assert await count(engine, client="modest") == 29
        for task in greedy:
            task.cancel()
        await asyncio.gather(*greedy, return_exceptions=True)
        assert (engine.busy, engine.waiting) == (0, 0)

    with_engine(program)


def test_a_query_whose_worker_somebody_kills_is_begun_again(with_engine: Any) -> None:
    async def program(engine: PoolEngine) -> None:
        await until(lambda: len(processes(engine)) == 4)
        before = processes(engine)[1:]
        rows = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(4))
        slow = f"SELECT (COUNT(*) AS ?n) {{ {rows} }}"
        running = asyncio.create_task(count(engine, slow))
        await asyncio.sleep(0.01)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert await running == 29**4
        await until(lambda: engine.replaced >= 2)

    with_engine(program)


def test_a_killed_worker_is_replaced(with_engine: Any) -> None:
    async def program(engine: PoolEngine) -> None:
        assert await count(engine) == 29
        before = processes(engine)[1:]
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        await until(lambda: all(map(ended, before)))
        assert await count(engine) == 29
        await until(lambda: len(processes(engine)) == 4)
        answers = await asyncio.gather(*(ask(engine, COUNT) for _ in range(4)))
        assert len(answers) == 4

    with_engine(program)


def test_a_dead_fork_server_is_started_anew_and_takes_its_workers_with_it(with_engine: Any) -> None:
    async def program(engine: PoolEngine) -> None:
        running = asyncio.create_task(ask(engine, ENDLESS))
        await asyncio.sleep(0.1)
        before = processes(engine)
        os.kill(before[0], signal.SIGKILL)
        with pytest.raises(errors.EngineError):
            await running
        await until(lambda: all(map(ended, before[1:])))
        await until(lambda: engine._forks is not None)
        assert await count(engine) == 29

    with_engine(program)


def test_stopping_leaves_no_process_even_while_a_query_runs(with_engine: Any) -> None:
    pids: list[int] = []

    async def program(engine: PoolEngine) -> None:
        task = asyncio.create_task(ask(engine, ENDLESS))
        await asyncio.sleep(0.1)
        pids.extend(processes(engine))
        await engine.stop()
        with pytest.raises(errors.EngineError):
            await task

    with_engine(program)
    assert len(pids) == 4
    assert all(map(ended, pids))


def test_all_ends_when_the_web_process_dies(tmp_path: Path) -> None:
    write_release(tmp_path)
    program = f"""
import asyncio, pathlib
from gcmgraph.engine.pool import PoolEngine
from gcmgraph.engine.protocol import Query
from gcmgraph.rdf.formats import RESULTS_JSON
from gcmgraph.manifest import Manifest
async def main():
    folder = pathlib.Path({str(tmp_path)!r})
    engine = PoolEngine(folder, Manifest.read(folder))
    await engine.start()
    with await engine.query(Query("ASK {{}}", RESULTS_JSON)):
        print(engine._forks._process.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as web:
        assert web.stdout is not None
        server = int(web.stdout.readline())
        children = Path(f"/proc/{server}/task/{server}/children").read_text("ascii").split()
        web.kill()
    assert children
    asyncio.run(until(lambda: all(map(ended, [server, *map(int, children)]))))


def test_a_torn_release_is_an_error_of_the_engine(tmp_path: Path) -> None:
    async def main() -> None:
        engine = PoolEngine(tmp_path, write_release(tmp_path))
        (tmp_path / "park.nq").write_text("torn", "utf-8")
        with pytest.raises(errors.EngineError, match="cannot be loaded"):
            await engine.start()
        await engine.stop()

    asyncio.run(main())


def test_a_worker_can_call_nobody(tmp_path: Path) -> None:
    """Asks a worker directly, around the check of the text, with a port that listens."""
    called = threading.Event()

    def accept(server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            called.set()
            connection.close()

    async def evaluate(forks: ForkClient, text: str) -> dict[str, Any] | None:
        worker = forks.fork()
        spool = tmp_path / "spool"
        with spool.open("wb") as file:
            message = {"text": text, "format": "json", "default": None, "named": None}
            reply = await worker.ask(message, file.fileno())
        worker.close()
        return reply

    async def main(text: str) -> None:
        write_release(tmp_path)
        forks = await ForkClient.start(
            {
                "nquads": str(tmp_path / "park.nq"),
                "ntriples": str(tmp_path / "park.nt"),
                "prefixes": {},
                "context": None,
                "default": [],
                "base": BASE,
                "memory": 1 << 28,
                "result_bytes": 1 << 20,
            }
        )
        try:
            assert (await evaluate(forks, "ASK {}")) is not None
            reply = await evaluate(forks, text)
            assert reply is None or "error" in reply
            await evaluate(forks, text.replace("SERVICE", "SERVICE SILENT"))
        finally:
            await forks.stop(errors.EngineError("The test is over."))

    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = threading.Thread(target=accept, args=[server])
        listener.start()
        try:
            address = f"http://127.0.0.1:{server.getsockname()[1]}/sparql"
            text = f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"
            asyncio.run(main(text))
            assert not called.is_set()
            # The same query without sandbox does call: the listener is a true witness.
            store = load(tmp_path / "park.nq", tmp_path / "park.nt")
            with pytest.raises(OSError, match=r"."):
                list(store.query(text))
            assert called.wait(5)
        finally:
            server.shutdown(socket.SHUT_RDWR)
            listener.join()


def test_messages_are_json(with_engine: Any) -> None:
    async def program(engine: PoolEngine) -> None:
        strange = 'SELECT ("\\n\u2028\U0001f333\\\\" AS ?x) {}'
        with await engine.query(Query(strange, formats.RESULTS_JSON)) as answer:
            value = json.loads(answer.read())["results"]["bindings"][0]["x"]["value"]
        assert value == "\n\u2028\U0001f333\\"

    with_engine(program)
