"""A true server on loopback: it starts, frees what is abandoned, and ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = """
import sys, pathlib, uvicorn
from gcmgraph.serve.app import listen, open_app
from gcmgraph.serve.settings import Settings
settings = Settings(release=pathlib.Path(sys.argv[1]), port=0, workers=1, query_time=60)
sock = listen(settings)
app = open_app(settings)
print(sock.getsockname()[1], flush=True)
try:
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run([sock])
except KeyboardInterrupt:
    pass
assert not {"rdflib", "pyshacl", "gcmgraph.build"} & set(sys.modules)
"""
JOIN = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9))


@pytest.fixture
def server(release: Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(release)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        address = f"http://127.0.0.1:{int(process.stdout.readline())}"
        with httpx.Client(base_url=address, timeout=20) as client:
            yield process, client
        process.kill()


def test_a_client_that_goes_frees_its_worker(
    server: tuple[subprocess.Popen[str], httpx.Client],
) -> None:
    _, client = server
    endless = {"query": f"SELECT (COUNT(*) AS ?n) {{ {JOIN} }}"}
    with pytest.raises(httpx.ReadTimeout):
        client.get("/sparql", params=endless, timeout=0.5)
    # There is one worker, and a minute's time for a query: this answer needs the worker back.
    answered = client.get("/sparql", params={"query": "ASK {}", "format": "csv"})
    assert answered.text == "true"


def test_it_ends_cleanly_and_imports_nothing_of_building(
    server: tuple[subprocess.Popen[str], httpx.Client],
) -> None:
    process, client = server
    assert client.get("/healthz").status_code == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0


def test_a_slow_client_holds_nobody_up(
    server: tuple[subprocess.Popen[str], httpx.Client],
) -> None:
    _, client = server
    with socket.create_connection((client.base_url.host, client.base_url.port)) as slow:
        slow.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 100\r\n\r\nASK"
        )
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
