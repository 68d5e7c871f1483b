"""Each format, read back, is the graph again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib

from gcmgraph.publish.describe.context import make_context
from gcmgraph.publish.judge.shacl import literals_as_written
from gcmgraph.publish.write.dumps import write_quads, write_triples
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import ntriples

if TYPE_CHECKING:
    from example_project import Example

PREFIXES = {
    "e": "http://e/",
    "long": "http://e/long/",
    "bare": "http://bare",
    "urn": "http://urn.example/",
    "unused": "http://unused/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
TRICKY = r"""
@prefix e: <http://e/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:a a e:C, e:D ; e:p "plain", "english"@en, "british"@en-GB, "", "line\nbreak\t\"quoted\" \\ é𝄞" ;
  e:n 1, 01, 1.50, 1e3, true, "2020"^^xsd:gYear, "<b/>"^^e:own ;
  e:x <http://e/long/z>, <urn:isbn:1>, <http://e//y>, <http://bare/x>, <http://e/>, <mailto:a@b> .
<http://e/long/z> e:p "z" .
"""
GRAPH = {q.triple for q in ox.parse(TRICKY, format=ox.RdfFormat.TURTLE)}
CONTEXT = make_context("http://e/", {"g": GRAPH}, ("g",), PREFIXES)
OX = {
    formats.TURTLE: ox.RdfFormat.TURTLE,
    formats.NTRIPLES: ox.RdfFormat.N_TRIPLES,
    formats.RDFXML: ox.RdfFormat.RDF_XML,
    formats.JSONLD: ox.RdfFormat.JSON_LD,
}


@pytest.mark.parametrize("fmt", formats.TRIPLES, ids=lambda fmt: fmt.name)
def test_triples_come_back(fmt: formats.Format) -> None:
    assert {
        q.triple for q in ox.parse(write_triples(GRAPH, fmt, PREFIXES, CONTEXT), format=OX[fmt])
    } == GRAPH


# rdflib's own JSON-LD reader still uses its deprecated ConjunctiveGraph.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_json_ld_is_read_alike_by_another_reader() -> None:
    with literals_as_written():
        graph = rdflib.Graph().parse(
            data=write_triples(GRAPH, formats.JSONLD, PREFIXES, CONTEXT), format="json-ld"
        )
        lines = graph.serialize(format="nt", encoding="utf-8")
    assert {q.triple for q in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)} == GRAPH


@pytest.mark.parametrize("fmt", formats.QUADS, ids=lambda fmt: fmt.name)
def test_quads_come_back(fmt: formats.Format) -> None:
    graphs = {"http://g/2": GRAPH, "http://g/1": set(list(GRAPH)[:3])}
    kind = ox.RdfFormat.N_QUADS if fmt == formats.NQUADS else ox.RdfFormat.TRIG
    found = set(ox.parse(write_quads(graphs, fmt, PREFIXES), format=kind))
    assert len(found) == len(GRAPH) + 3
    assert {q.triple for q in found if q.graph_name == ox.NamedNode("http://g/2")} == GRAPH


def test_lines_are_sorted() -> None:
    lines = write_quads({"http://g/b": GRAPH, "http://g/a": GRAPH}, formats.NQUADS, {}).splitlines()
    assert lines == sorted(lines)


@pytest.mark.parametrize("fmt", formats.TRIPLES, ids=lambda fmt: fmt.name)
def test_the_order_of_a_set_leaves_no_trace(fmt: formats.Format) -> None:
    shuffled = list(GRAPH)
    random.Random(7).shuffle(shuffled)
    assert write_triples(set(shuffled), fmt, PREFIXES, CONTEXT) == write_triples(
        GRAPH, fmt, PREFIXES, CONTEXT
    )


def test_the_dumps_of_a_release_hold_its_graphs(example: Example) -> None:
    checked = example.check()
    lines = ntriples(checked.default)
    assert len(lines.splitlines()) == len(checked.default)
    for fmt in formats.TRIPLES:
        content = write_triples(checked.default, fmt, checked.prefixes, checked.context)
        assert {q.triple for q in ox.parse(content, format=OX[fmt])} == checked.default
