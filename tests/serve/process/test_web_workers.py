"""Several web processes behind one port: one engine, one cache, one queue for all of them."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from processes import (
    COUNT,
    ENDLESS,
    LONG,
    Server,
    gone,
    reload,
    running,
    turn,
    wait_until_busy,
)
from releases import write_release

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def server(release: Path) -> Iterator[Server]:
    with running(release, web_workers=2, workers=2, query_time=60) as server:
        yield server


def web_processes(server: Server) -> list[int]:
    """Return the ids of the web processes."""
    found = []
    for pid in server.descendants():
        with suppress(OSError):  # it may just have ended
            if b"gcmgraph.serve.process.web" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def ask_anew(server: Server, text: str) -> httpx.Response:
    """Ask over a connection of its own, which any of the web processes may take."""
    parameters = {"query": text, "format": "csv"}
    return httpx.get(f"http://127.0.0.1:{server.port}/sparql", params=parameters, timeout=60)


def figure(server: Server, name: str) -> float:
    lines = server.client.get("/metrics").text.splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(name + " "))


def test_all_share_one_engine_and_its_cache(server: Server) -> None:
    assert len(web_processes(server)) == 2
    answers = [ask_anew(server, COUNT) for _ in range(12)]
    assert {(a.status_code, a.text) for a in answers} == {(200, "n\r\n29\r\n")}
    assert figure(server, "gcmgraph_cache_misses_total") == 1
    assert figure(server, "gcmgraph_cache_hits_total") == 11
    assert server.client.get("/readyz").text == "ready\n"
    # One line in the log for each query, whoever took it.
    assert server.log().count('"message": "query"') == 12


def test_large_answers_and_errors_come_through_whole(server: Server) -> None:
    rows = "SELECT * { VALUES ?a { %s } VALUES ?b { %s } }" % (
        (" ".join(map(str, range(900))),) * 2
    )
    large = ask_anew(server, rows)
    assert len(large.text.splitlines()) == 900 * 900 + 1
    wrong = ask_anew(server, "SELECT * {\n  ?s ?p }")
    assert (wrong.status_code, wrong.json()["line"]) == (400, 2)
    assert ask_anew(server, "ASK { SERVICE <http://x.test/> {} }").status_code == 403


def test_a_client_has_its_limits_whichever_process_it_meets(release: Path) -> None:
    limits = {"workers": 2, "client_queries": 1, "client_queue": 1, "query_time": 60}
    with running(release, web_workers=3, **limits) as server, ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(ask_anew, server, f"{LONG} LIMIT {n}") for n in range(1, 7)]
        statuses = sorted(one.result().status_code for one in asked)
    assert statuses == [200, 200, 503, 503, 503, 503]


def test_a_client_that_goes_frees_its_worker(server: Server) -> None:
    with pytest.raises(httpx.ReadTimeout):
        server.ask(ENDLESS, timeout=0.5)
    # A client may have one of the two workers: this answer needs it back.
    assert server.ask("ASK {}").text == "true"


def test_a_web_process_that_dies_is_replaced(server: Server) -> None:
    first = web_processes(server)
    os.kill(first[0], signal.SIGKILL)
    end = time.monotonic() + 30
    while set(first) & set(web_processes(server)) == set(first) or len(web_processes(server)) < 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert {ask_anew(server, f"{COUNT} LIMIT {n}").status_code for n in range(1, 9)} == {200}
    assert "a web process ended with status -9; another takes its place" in server.log()


def test_it_ends_cleanly_while_a_web_process_cannot_begin(release: Path) -> None:
    with running(release, web_workers=2, workers=1) as server:
        os.kill(web_processes(server)[0], signal.SIGKILL)
        time.sleep(0.2)
        # The one in its place is the last; it has not begun to answer.
        os.kill(web_processes(server)[-1], signal.SIGKILL)
        time.sleep(0.3)
        status, log = server.end(signal.SIGTERM)
    assert status == 0
    assert [line["logger"] for line in log if line["level"] == "error"] == [
        "gcmgraph.serve.process.supervisor"
    ] * 2


def test_the_figures_are_those_of_the_release_that_is_served(tmp_path: Path) -> None:
    current = tmp_path / "current"
    write_release(tmp_path / "one")
    write_release(tmp_path / "two", "<x:s> <x:p> <x:o> .\n")
    current.symlink_to("one")
    with (
        running(current, web_workers=2, workers=1, query_time=60, drain_time=0.2) as server,
        ThreadPoolExecutor() as threads,
    ):
        triples = figure(server, "gcmgraph_triples")
        threads.submit(server.ask, ENDLESS)
        wait_until_busy(server)
        for release in ("two", "one"):
            turn(current, release)
            assert reload(current).returncode == 0
        assert figure(server, "gcmgraph_triples") == triples
        assert server.end(signal.SIGTERM)[0] == 0


def test_a_newer_release_is_taken_up_by_all_while_queries_run(tmp_path: Path) -> None:
    current = tmp_path / "current"
    write_release(tmp_path / "one")
    write_release(tmp_path / "two", "<x:s> <x:p> <x:o> .\n")
    current.symlink_to("one")
    with (
        running(current, web_workers=2, workers=2, query_time=60) as server,
        ThreadPoolExecutor() as threads,
    ):
        before = set(server.descendants()) - set(web_processes(server))
        asked = threads.submit(server.ask, LONG)
        wait_until_busy(server)
        turn(current, "two")
        done = reload(current)
        assert (done.returncode, done.stderr) == (0, "")
        assert {ask_anew(server, COUNT).text for _ in range(8)} == {"n\r\n30\r\n"}
        # What the old release began, it ended, and then its processes went.
        assert asked.result().text.split()[1] == str(3 * 29**4)
        end = time.monotonic() + 20
        while before & set(server.descendants()):
            assert time.monotonic() < end
            time.sleep(0.05)
        assert "already" in reload(current).stdout
        turn(current, "nowhere")
        assert reload(current).returncode == 12
        assert ask_anew(server, COUNT).text == "n\r\n30\r\n"
        status, log = server.end(signal.SIGTERM)
    assert status == 0
    outcomes = [line["outcome"] for line in log if line["message"] == "reload"]
    assert outcomes == ["taken", "same", "refused"]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_ends_cleanly(release: Path, number: int, status: int) -> None:
    with (
        running(release, web_workers=2, workers=1, query_time=60, drain_time=0.2) as server,
        ThreadPoolExecutor() as threads,
    ):
        asked = threads.submit(server.ask, ENDLESS)
        wait_until_busy(server)
        below = server.descendants()
        assert server.end(number)[0] == status
        answer = asked.result()
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/stopping")
    assert all(map(gone, below))


def test_none_outlives_a_supervisor_that_is_killed(server: Server) -> None:
    below = server.descendants()
    server.process.kill()
    end = time.monotonic() + 20
    while not all(map(gone, below)):
        assert time.monotonic() < end
        time.sleep(0.05)
