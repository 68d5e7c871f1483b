"""rdflib's SPARQLStore: the endpoint as a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from gcmgraph.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph as ox

PRACTICE = URIRef("https://w3id.org/gcmgraph/ontology#Practice")


@pytest.fixture(params=["GET", "POST", "POST_FORM"])
def store(request: pytest.FixtureRequest, address: str) -> SPARQLStore:
    return SPARQLStore(address, method=request.param)


def test_select(store: SPARQLStore, practices: set[str]) -> None:
    rows = Graph(store).query(f"SELECT ?p WHERE {{ ?p a <{PRACTICE}> }}")
    assert {str(row.p) for row in rows} == practices


def test_ask(store: SPARQLStore) -> None:
    assert Graph(store).query(f"ASK {{ ?p a <{PRACTICE}> }}").askAnswer is True
    assert Graph(store).query("ASK { <x:a> <x:b> <x:c> }").askAnswer is False


def test_construct(store: SPARQLStore, practices: set[str]) -> None:
    result = Graph(store).query(f"CONSTRUCT WHERE {{ ?p a <{PRACTICE}> }}")
    assert {str(s) for s in result.graph.subjects()} == practices


def test_triples(store: SPARQLStore, practices: set[str]) -> None:
    found = {str(s) for s, _, _ in Graph(store).triples((None, RDF.type, PRACTICE))}
    assert found == practices


def test_length(store: SPARQLStore, truth: ox.Dataset) -> None:
    assert len(Graph(store)) == len(truth)


def test_a_named_graph(store: SPARQLStore, real_release: Path) -> None:
    for entry in Manifest.read(real_release).graphs:
        assert len(Graph(store, identifier=URIRef(entry.iri))) == entry.triples


def test_the_named_graphs(store: SPARQLStore, real_release: Path) -> None:
    graphs = {entry.iri for entry in Manifest.read(real_release).graphs if entry.triples}
    assert {str(graph) for graph in store.contexts()} == graphs
