"""The service description: the W3C's three tests of it, and what clients read from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.engine.inline import InlineEngine
from gcmgraph.manifest import GraphEntry
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import PREFIXES, RDF, SD, VOID
from gcmgraph.serve.views.service_description import OFFERED, description_query
from sample_release import BASE, ONTOLOGY, graph, write_release

if TYPE_CHECKING:
    from pathlib import Path

    from servers import Client

ENDPOINT = ox.NamedNode("http://park.test/sparql")

#: Domain and range of the properties we may use (SPARQL 1.1 Service Description §3).
SCHEMA = {
    SD.endpoint: (SD.Service, None),
    SD.feature: (SD.Service, None),
    SD.defaultEntailmentRegime: (SD.Service, None),
    SD.supportedLanguage: (SD.Service, None),
    SD.resultFormat: (SD.Service, None),
    SD.defaultDataset: (SD.Service, SD.Dataset),
    SD.availableGraphs: (SD.Service, SD.GraphCollection),
    SD.defaultGraph: (SD.Dataset, SD.Graph),
    SD.namedGraph: (SD.GraphCollection, SD.NamedGraph),
    SD.name: (SD.NamedGraph, None),
    SD.graph: (SD.NamedGraph, SD.Graph),
}
CLASSES = {SD.Service, SD.Dataset, SD.GraphCollection, SD.NamedGraph, SD.Graph}


@pytest.fixture
def said(sample: Client) -> set[ox.Triple]:
    response = sample.get("/sparql")
    assert response.headers["content-type"] == "text/turtle;charset=utf-8"
    return {quad.triple for quad in ox.parse(response.content, ox.RdfFormat.TURTLE)}


def objects(said: set[ox.Triple], subject: object, predicate: str) -> set[object]:
    return {t.object for t in said if (t.subject, t.predicate.value) == (subject, predicate)}


@pytest.mark.parametrize("format_", OFFERED[:-1], ids=lambda f: f.name)
def test_a_get_returns_rdf_of_every_kind(
    sample: Client, said: set[ox.Triple], format_: formats.Format
) -> None:
    response = sample.get("/sparql", format_.media_type)
    assert response.headers["content-type"] == format_.content_type
    quads = ox.parse(response.content, ox.RdfFormat.from_media_type(format_.media_type))
    assert {quad.triple for quad in quads} == said


def test_it_has_the_endpoint_that_was_asked(said: set[ox.Triple]) -> None:
    assert objects(said, ENDPOINT, SD.endpoint) == {ENDPOINT}


def test_it_conforms_to_the_vocabulary(said: set[ox.Triple]) -> None:
    types = {(t.subject, t.object.value) for t in said if t.predicate.value == RDF.type}
    assert {kind for _, kind in types if kind.startswith(PREFIXES["sd"])} <= CLASSES
    used = [t for t in said if t.predicate.value.startswith(PREFIXES["sd"])]
    assert len(used) > 20
    for t in used:
        domain, range_ = SCHEMA[t.predicate.value]
        assert (t.subject, domain) in types
        assert range_ is None or (t.object, range_) in types


def test_it_names_the_graphs_with_their_sizes(said: set[ox.Triple]) -> None:
    (dataset,) = objects(said, ENDPOINT, SD.defaultDataset)
    (default,) = objects(said, dataset, SD.defaultGraph)
    assert [o.value for o in objects(said, default, VOID.triples)] == ["29"]
    sizes = {
        name.value: size.value
        for entry in objects(said, dataset, SD.namedGraph)
        for name in objects(said, entry, SD.name)
        for node in objects(said, entry, SD.graph)
        for size in objects(said, node, VOID.triples)
    }
    assert sizes == {
        graph("survey"): "19",
        graph("curation"): "2",
        graph("ontology"): "9",
        graph("report"): "1",
    }


def test_it_claims_the_formats_that_there_are_and_no_feature(said: set[ox.Triple]) -> None:
    claimed = {o.value for o in objects(said, ENDPOINT, SD.resultFormat)}
    assert claimed == {f.iri for f in (*formats.RESULTS, *formats.TRIPLES)}
    assert objects(said, ENDPOINT, SD.feature) == set()


def test_what_the_catalogue_counts_is_said_of_the_graphs_here(tmp_path: Path) -> None:
    manifest = write_release(tmp_path)
    store = InlineEngine.open(tmp_path, manifest).store
    catalog, dataset = graph("catalog"), f"{BASE}dataset"
    part, inner = f"{BASE}id/partition/tree", f"{BASE}id/partition/tree-height"
    store.load(
        f"""
        <{dataset}> <{VOID.triples}> 1 ; <{VOID.dataDump}> <{BASE}dump> ;
          <{VOID.classPartition}> <{part}> .
        <{part}> <{VOID.class_}> <{ONTOLOGY}#Tree> ; <{VOID.entities}> 2 ;
          <{VOID.propertyPartition}> <{inner}> .
        <{inner}> <{VOID.property}> <{ONTOLOGY}#height> ; <{VOID.triples}> 1 .
        <{graph("survey")}> <{VOID.distinctSubjects}> 6 .
        <{BASE}other> <{VOID.entities}> 9 .
        """,
        ox.RdfFormat.TURTLE,
        to_graph=ox.NamedNode(catalog),
    )
    entry = GraphEntry(name="catalog", iri=catalog, triples=9, in_default=False)
    manifest = manifest.model_copy(update={"graphs": (*manifest.graphs, entry)})
    said = set(store.query(description_query(manifest, ENDPOINT.value, is_federated=True)))

    default = ox.NamedNode(f"{ENDPOINT.value}#default-graph")
    assert {o.value for o in objects(said, default, VOID.triples)} == {"29"}
    assert objects(said, default, VOID.dataDump) == set()
    assert objects(said, default, VOID.classPartition) == {ox.NamedNode(part)}
    assert {o.value for o in objects(said, ox.NamedNode(part), VOID.entities)} == {"2"}
    assert {o.value for o in objects(said, ox.NamedNode(inner), VOID.triples)} == {"1"}
    survey = ox.NamedNode(f"{ENDPOINT.value}#graph-survey")
    assert {o.value for o in objects(said, survey, VOID.distinctSubjects)} == {"6"}
    assert not any(t.subject.value == f"{BASE}other" for t in said)
    assert objects(said, ENDPOINT, SD.feature) == {ox.NamedNode(SD.BasicFederatedQuery)}
