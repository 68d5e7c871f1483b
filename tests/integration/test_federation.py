"""A query runs at our endpoint and at a portal's, whichever is asked: the rows are the same."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import httpx
import pyoxigraph as ox
import pytest

from processes import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from processes import Server

PREFIXES = """
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
PREFIX sdgo: <http://metadata.un.org/sdg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""

#: ``OURS`` and ``THEIRS`` are replaced by where each part is asked.
INDICATORS = """
SELECT ?practice ?target ?indicator ?label WHERE {
  OURS { ?practice gcm:contributesToTarget ?target }
  THEIRS {
    ?target sdgo:hasIndicator ?indicator .
    ?indicator skos:prefLabel ?label FILTER(LANG(?label) = "fr")
  }
}
"""
REGIONS = """
SELECT ?practice ?name ?region WHERE {
  OURS { ?practice a gcm:Practice ; gcm:country ?country }
  THEIRS {
    ?country skos:prefLabel ?name ; skos:broader/skos:prefLabel ?region
    FILTER(LANG(?name) = "fr" && LANG(?region) = "en")
  }
}
"""
queries = pytest.mark.parametrize(
    ("query", "words"),
    [(INDICATORS, "services de santé essentiels"), (REGIONS, "Thaïlande,South-eastern Asia")],
    ids=["indicators", "regions"],
)


@pytest.fixture(scope="module")
def server(real_release: Path, portal: str) -> Iterator[Server]:
    """Serve the release with the portal on the list of services."""
    with running(real_release, services=portal) as server:
        yield server


@pytest.fixture(scope="module")
def both(truth: ox.Store, un_files: list[Path]) -> ox.Store:
    """Load what both know into one store, each in a graph of its own."""
    store = ox.Store()
    ours = truth.quads_for_pattern(None, None, None, ox.DefaultGraph())
    store.extend(ox.Quad(*quad.triple, ox.NamedNode("urn:x-ours")) for quad in ours)
    for path in un_files:
        store.bulk_load(path=path, to_graph=ox.NamedNode("urn:x-theirs"))
    return store


def placed(query: str, ours: str, theirs: str) -> str:
    return PREFIXES + query.replace("OURS", ours).replace("THEIRS", theirs)


def rows(endpoint: str, query: str) -> list[str]:
    answer = httpx.post(endpoint, data={"query": query}, headers={"Accept": "text/csv"}, timeout=60)
    assert answer.status_code == 200, answer.text
    return sorted(answer.text.splitlines()[1:])


def expected_rows(store: ox.Store, query: str) -> list[str]:
    found = store.query(placed(query, "GRAPH <urn:x-ours>", "GRAPH <urn:x-theirs>"))
    return sorted(found.serialize(format=ox.QueryResultsFormat.CSV).decode().splitlines()[1:])


@queries
def test_from_here_to_the_portal(
    server: Server, portal: str, both: ox.Store, query: str, words: str
) -> None:
    found = rows(f"{server.client.base_url}sparql", placed(query, "", f"SERVICE <{portal}>"))
    assert words in "\n".join(found)
    assert found == expected_rows(both, query)


@queries
def test_from_the_portal_to_here(
    server: Server, portal: str, both: ox.Store, query: str, words: str
) -> None:
    here = f"{server.client.base_url}sparql"
    found = rows(portal, placed(query, f"SERVICE <{here}>", ""))
    assert words in "\n".join(found)
    assert found == expected_rows(both, query)


def test_who_is_not_on_the_list_is_not_called(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        place = f"http://127.0.0.1:{other.getsockname()[1]}/query"
        answer = server.ask(placed(INDICATORS, "", f"SERVICE SILENT <{place}>"))
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/service-refused")
        other.setblocking(False)
        with pytest.raises(BlockingIOError):
            other.accept()


def test_the_service_description_says_whether_others_are_called(server: Server) -> None:
    description = server.client.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "BasicFederatedQuery" in description
