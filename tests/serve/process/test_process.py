"""A true server on loopback: it frees what is abandoned, waits for no one too long, and ends."""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from processes import ENDLESS, Server, gone, running, wait_until_busy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HALF_A_POST = (
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 100\r\n\r\nASK"
)


@pytest.fixture
def server(release: Path) -> Iterator[Server]:
    with running(release, workers=1, query_time=60) as server:
        yield server


def is_closed(sock: socket.socket) -> bool:
    """Wait until the other side says something, and whether that is good-bye."""
    try:
        return not sock.recv(1)
    except ConnectionError:
        return True


def test_a_client_that_goes_frees_its_worker(server: Server) -> None:
    with pytest.raises(httpx.ReadTimeout):
        server.ask(ENDLESS, timeout=0.5)
    # There is one worker, and a minute's time for a query: this answer needs the worker back.
    assert server.ask("ASK {}").text == "true"


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_ends_cleanly_and_imports_nothing_of_building(
    server: Server, number: int, status: int
) -> None:
    assert server.client.get("/healthz").status_code == 200
    assert server.client.get("/readyz").text == "ready\n"
    below = server.descendants()
    assert below
    assert server.end(number) == (status, [])
    assert all(map(gone, below))


def test_what_runs_longer_than_the_drain_time_is_told_so(release: Path) -> None:
    with (
        running(release, workers=1, query_time=60, drain_time=0.2) as server,
        ThreadPoolExecutor() as threads,
    ):
        asked = threads.submit(server.ask, ENDLESS)
        wait_until_busy(server)
        below = server.descendants()
        status, log = server.end(signal.SIGTERM)
        answer = asked.result()
    assert status == 0
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/stopping")
    assert [line["outcome"] for line in log] == ["stopping"]
    assert all(map(gone, below))


def test_what_ends_within_the_drain_time_has_its_answer(release: Path) -> None:
    rows = "VALUES ?v { 1 2 3 } " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(4))
    with (
        running(release, workers=1, query_time=60, drain_time=60) as server,
        ThreadPoolExecutor() as threads,
    ):
        asked = threads.submit(server.ask, f"SELECT (COUNT(*) AS ?n) {{ {rows} }}")
        wait_until_busy(server)
        status, log = server.end(signal.SIGTERM)
        assert asked.result().text.split()[1] == str(3 * 29**4)
    assert status == 0
    assert [line["outcome"] for line in log] == ["ok"]


def test_the_log_has_a_line_for_each_query_and_says_nothing_of_who_asked(server: Server) -> None:
    text = "SELECT ?secret WHERE { ?secret ?p ?o } LIMIT 1"
    server.ask(text)
    server.ask(text + "  # the same")
    server.ask("SELECT * {")
    status, log = server.end(signal.SIGTERM)
    assert status == 0
    assert [line["outcome"] for line in log] == ["ok", "ok", "query-syntax"]
    assert [line["cached"] for line in log] == [False, True, False]
    assert log[0]["query"] == log[1]["query"] != log[2]["query"]
    assert len({line["id"] for line in log}) == 3
    assert all(line["seconds"] >= 0 and len(line["release"]) == 12 for line in log)
    assert log[0]["bytes"] > 0
    assert "secret" not in str(log)
    assert "127.0.0.1" not in str(log)


def test_the_log_has_the_texts_on_request(release: Path) -> None:
    with running(release, workers=1, log_queries="true") as server:
        server.ask("ASK {}")
        assert [line["text"] for line in server.end(signal.SIGTERM)[1]] == ["ASK {}"]


def test_a_slow_client_holds_nobody_up_and_is_told_so(release: Path) -> None:
    with (
        running(release, workers=1, request_time=0.5) as server,
        socket.create_connection(("127.0.0.1", server.port)) as slow,
    ):
        slow.settimeout(20)
        slow.sendall(HALF_A_POST)
        assert server.ask("ASK {}").status_code == 200
        assert slow.recv(1 << 16).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_a_request_that_never_begins_is_not_waited_for(release: Path, sent: bytes) -> None:
    with (
        running(release, workers=1, request_time=0.5) as server,
        socket.create_connection(("127.0.0.1", server.port)) as slow,
    ):
        slow.settimeout(20)
        slow.sendall(sent)
        assert is_closed(slow)
        assert server.ask("ASK {}").status_code == 200


def test_a_reader_that_takes_nothing_is_not_waited_for(release: Path) -> None:
    # Far more than all buffers between here and there hold.
    big = "SELECT * { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(4)) + " } LIMIT 60000"
    target = httpx.URL("http://x/sparql", params={"query": big}).raw_path
    with (
        running(release, workers=1, request_time=0.5) as server,
        socket.create_connection(("127.0.0.1", server.port)) as reader,
    ):
        reader.settimeout(20)
        reader.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        head = reader.recv(1000)
        assert head.startswith(b"HTTP/1.1 200 ")
        size = int(head.partition(b"content-length: ")[2].split()[0])
        time.sleep(1.5)
        received = len(head)
        with contextlib.suppress(ConnectionError):
            while part := reader.recv(1 << 20):
                received += len(part)
        # It can see that this is not the whole.
        assert received < size


def test_many_that_say_nothing_do_not_keep_out_one_that_asks(release: Path) -> None:
    with running(release, workers=1, connections=8) as server:
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(30)]
        try:
            assert server.ask("ASK {}").text == "true"
            idle += [socket.create_connection(("127.0.0.1", server.port)) for _ in range(30)]
            with httpx.Client(base_url=server.client.base_url) as other:
                assert other.get("/healthz").status_code == 200
        finally:
            for one in idle:
                one.close()


def test_one_client_behind_a_trusted_proxy_is_not_another(release: Path) -> None:
    settings = {"workers": 2, "query_time": 60, "trusted_proxies": "127.0.0.1", "client_queue": 0}
    with running(release, **settings) as server, ThreadPoolExecutor() as threads:
        from_a = {"X-Forwarded-For": "192.0.2.1"}
        endless = threads.submit(server.ask, ENDLESS, headers=from_a)
        wait_until_busy(server)
        again = server.ask("ASK {}", headers=from_a)
        assert (again.status_code, again.json()["limit"]) == (503, 0)
        assert again.json()["setting"] == "GCMGRAPH_CLIENT_QUEUE"
        assert server.ask("ASK {}", headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 200
        server.end(signal.SIGKILL)
        with pytest.raises(httpx.TransportError):
            endless.result()


def test_metrics_tell_what_happened(server: Server) -> None:
    for text in ("ASK {}", "ASK {}", "DROP ALL"):
        server.ask(text)
    lines = dict(
        line.rsplit(" ", 1)
        for line in server.client.get("/metrics").text.splitlines()
        if not line.startswith("#")
    )
    assert lines['gcmgraph_queries_total{outcome="ok"}'] == "2.0"
    assert lines['gcmgraph_queries_total{outcome="update-refused"}'] == "1.0"
    assert lines["gcmgraph_query_seconds_count"] == "3.0"
    assert lines["gcmgraph_cache_hits_total"] == "1.0"
    assert lines["gcmgraph_queue_length"] == lines["gcmgraph_workers_busy"] == "0.0"
    assert lines["gcmgraph_workers"] == lines["gcmgraph_ready"] == "1.0"
    assert all(
        float(lines[f'gcmgraph_memory_bytes{{process="{name}"}}']) > 1e6
        for name in ("web", "graph", "workers")
    )
    assert any(name.startswith("gcmgraph_release_info{") for name in lines)


def test_a_long_hostile_text_leaves_others_alone(release: Path) -> None:
    # Ten texts of a megabyte each, read at once, of the kinds that took longest to read.
    texts = [
        "ASK { SERVICE FROM NOW " + piece * (1_000_000 // len(piece))
        for piece in (
            ". ",
            "a ",
            "SERVICE ",
            "^",
            '""@',
            "FROM <a> ",
            "{}",
            "<",
            "PREFIX a:<b>",
            "1 ",
        )
    ]
    with running(release, workers=2) as server, ThreadPoolExecutor(10) as threads:
        asked = [
            threads.submit(
                httpx.post,
                f"{server.client.base_url}sparql",
                content=text,
                headers={"Content-Type": "application/sparql-query"},
                timeout=60,
            )
            for text in texts
        ]
        others = 0
        while not all(one.done() for one in asked):
            assert server.client.get("/healthz").status_code == 200
            others += 1
        assert {one.result().status_code for one in asked} <= {400, 403, 503}
        assert others > 1
