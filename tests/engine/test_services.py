"""SERVICE: called where the address is on the list, and nowhere else; FROM never fetches."""

from __future__ import annotations

import asyncio
import http.server
import threading
from typing import TYPE_CHECKING

import pytest

from gcmgraph import errors
from gcmgraph.engine.pool import PoolEngine
from gcmgraph.engine.protocol import Query
from gcmgraph.rdf import formats
from gcmgraph.settings import MIB, Limits
from sample_release import write_release

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RESULTS = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"x:a"}}]}}'


class Remote(http.server.ThreadingHTTPServer):
    """A SPARQL service that has one answer; redirects below ``/away``, hangs below ``/slow``."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.called: list[str] = []
        self.away = ""
        self.wake = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Remote

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def do_GET(self) -> None:
        self.server.called.append(self.path)
        if self.path.startswith("/slow"):
            self.server.wake.wait(30)
        if self.path.startswith("/away"):
            self.send_response(int(self.path.rpartition("/")[2]))
            self.send_header("Location", self.server.away)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(RESULTS)))
        self.end_headers()
        self.wfile.write(RESULTS)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def remotes() -> Iterator[tuple[Remote, Remote]]:
    """One that may be called, and one that may not."""
    both = (Remote(), Remote())
    both[0].away = both[1].address + "/sparql"
    threads = [threading.Thread(target=remote.serve_forever) for remote in both]
    for thread in threads:
        thread.start()
    yield both
    for remote in both:
        remote.wake.set()
        remote.shutdown()
        remote.server_close()
    for thread in threads:
        thread.join()


def answers(folder: Path, services: set[str], *texts: str, seconds: float = 20) -> list[str | type]:
    """Ask one engine all of the texts, and return answers and classes of errors."""

    async def main() -> list[str | type]:
        limits = Limits(
            query_time=seconds, query_memory=256 * MIB, workers=2, services=frozenset(services)
        )
        engine = PoolEngine(folder, write_release(folder), limits)
        await engine.start()
        found: list[str | type] = []
        try:
            for text in texts:
                try:
                    with await engine.query(Query(text, formats.RESULTS_CSV)) as answer:
                        found.append(answer.read().decode())
                except errors.GcmGraphError as error:
                    found.append(type(error))
            assert (engine.busy, engine.waiting, engine.replaced) == (0, 0, 0)
        finally:
            await engine.stop()
        return found

    return asyncio.run(main())


def test_a_listed_service_is_called_and_the_next_query_is_as_before(
    tmp_path: Path, remotes: tuple[Remote, Remote]
) -> None:
    listed, other = remotes
    iri = f"{listed.address}/sparql"
    prefix = f"PREFIX s: <{listed.address}/>"
    found = answers(
        tmp_path,
        {iri},
        f"SELECT ?x {{ SERVICE <{iri}> {{ ?x ?p ?o }} }}",
        f"{prefix} SELECT ?x {{ {{ SERVICE SILENT s:sparql {{ ?x ?p ?o }} }} }}",
        f"SELECT * {{ SERVICE <{other.address}/sparql> {{ ?x ?p ?o }} }}",
        "SELECT (1 AS ?one) {}",
    )
    assert found == ["x\r\nx:a\r\n"] * 2 + [errors.ServiceRefusedError, "one\r\n1\r\n"]
    assert listed.called == ["/sparql"] * 2
    assert other.called == []


def test_no_other_service_is_called_whatever_the_spelling(
    tmp_path: Path, remotes: tuple[Remote, Remote]
) -> None:
    listed, other = remotes
    iri, bad = f"{listed.address}/sparql", f"{other.address}/sparql"
    twice = f"PREFIX e: <{listed.address}/> PREFIX e: <{other.address}/>"
    spellings = [
        f"ASK {{ SERVICE <{bad}> {{ ?s ?p ?o }} }}",
        f"ASK {{ SERVICE SILENT <{bad}> {{ ?s ?p ?o }} }}",
        f"ASK {{ sErViCe#<{iri}>\n<{bad}> {{ ?s ?p ?o }} }}",
        f"ASK {{ SERVICE <{bad[:-1]}\\u006C> {{ ?s ?p ?o }} }}",
        f"BASE <{other.address}> ASK {{ SERVICE </sparql> {{ ?s ?p ?o }} }}",
        f"PREFIX e: <{other.address}/> ASK {{ SERVICE e:sparql {{ ?s ?p ?o }} }}",
        f"{twice} ASK {{ SERVICE e:sparql {{ ?s ?p ?o }} }}",
        f"PREFIX e: <{other.address}/> ASK {{ SERVICEe:sparql {{ ?s ?p ?o }} }}",
        f"ASK {{ VALUES ?x {{ <{bad}> }} SERVICE ?x {{ ?s ?p ?o }} }}",
        f"ASK {{ BIND(IRI('{bad}') AS ?x) SERVICE SILENT ?x {{ ?s ?p ?o }} }}",
        f"ASK {{ {{ SELECT * {{ SERVICE <{bad}> {{ ?s ?p ?o }} }} }} }}",
        f"ASK {{ FILTER EXISTS {{ SERVICE <{bad}> {{ ?s ?p ?o }} }} }}",
        f"ASK {{ FILTER(1 < 2)SERVICE<{bad}> {{ ?s ?p ?o }} }}",
        f"ASK {{ SERVICE <{iri}> {{ ?s ?p ?o }} SERVICE <{bad}> {{ ?s ?p ?o }} }}",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{bad}> {{ ?s ?p ?o }} }}",
        f"ASK {{ ?s ?p trueSERVICE<{bad}> {{}} }}",
    ]
    assert answers(tmp_path, {iri}, *spellings) == [errors.ServiceRefusedError] * len(spellings)
    assert answers(tmp_path, set(), *spellings) == [errors.ServiceRefusedError] * len(spellings)
    assert (listed.called, other.called) == ([], [])


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_to_elsewhere_is_not_followed(
    tmp_path: Path, remotes: tuple[Remote, Remote], code: int
) -> None:
    listed, other = remotes
    iri = f"{listed.address}/away/{code}"
    text = f"SELECT * {{ SERVICE <{iri}> {{ ?x ?p ?o }} }}"
    assert answers(tmp_path, {iri}, text) == [errors.ServiceFailedError]
    assert (listed.called, other.called) == ([f"/away/{code}"], [])


def test_a_service_that_hangs_meets_the_limit_of_time(
    tmp_path: Path, remotes: tuple[Remote, Remote]
) -> None:
    iri = f"{remotes[0].address}/slow"
    text = f"SELECT * {{ SERVICE SILENT <{iri}> {{ ?x ?p ?o }} }}"
    assert answers(tmp_path, {iri}, text, seconds=0.5) == [errors.QueryTimeoutError]
    assert remotes[0].called == ["/slow"]


def test_from_fetches_nothing(tmp_path: Path, remotes: tuple[Remote, Remote]) -> None:
    iri = f"{remotes[0].address}/sparql"
    texts = [
        f"ASK FROM <{iri}> {{ ?s ?p ?o }}",
        f"ASK FROM NAMED <{iri}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"LOAD <{iri}>",
    ]
    expected = [errors.DatasetError, errors.DatasetError, errors.UpdateRefusedError]
    assert answers(tmp_path, {iri}, *texts) == expected
    assert answers(tmp_path, {iri}, f"ASK {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}") == ["false"]
    assert remotes[0].called == []
