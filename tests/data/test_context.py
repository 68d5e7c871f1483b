"""What is written with the context of the real project means what the graph says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from pyld import jsonld as pyld

from gcmgraph.publish.describe.context import write_context
from gcmgraph.publish.write.dumps import write_triples
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import OWL, RDF
from pyld_reader import triples

if TYPE_CHECKING:
    from gcmgraph.publish.pipeline import Checked
    from gcmgraph.rdf.graphs import Graph
    from gcmgraph.rdf.jsonld import Context

OURS = "https://w3id.org/gcmgraph/ontology#"


def test_every_property_and_class_of_the_ontology_is_a_term(checked: Checked):
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
    defined = {
        t.subject.value
        for t in checked.graphs["ontology"]
        if t.predicate.value == RDF.type
        and t.object.value in kinds
        and t.subject.value.startswith(OURS)
    }
    assert defined
    assert defined <= checked.context.terms.keys()
    assert {checked.context.name(iri) for iri in defined} == {i.rpartition("#")[2] for i in defined}


def test_the_names_that_people_expect(checked: Checked):
    names = {term.name: iri for iri, term in checked.context.terms.items()}
    assert names["prefLabel"] == "http://www.w3.org/2004/02/skos/core#prefLabel"
    assert names["title"] == "http://purl.org/dc/terms/title"
    assert names["country"] == OURS + "country"


def test_every_graph_comes_back_through_pyld(checked: Checked):
    graphs = checked.graphs | {"default": checked.default}
    for name, graph in graphs.items():
        data = write_triples(graph, formats.JSONLD, checked.prefixes, checked.context)
        assert triples(json.loads(data)) == graph, name


def members(checked: Checked) -> dict[str, set[str]]:
    """Return the things of each class of the ontology."""
    found: dict[str, set[str]] = {
        t.subject.value: set()
        for t in checked.graphs["ontology"]
        if t.predicate.value == RDF.type and t.object.value == OWL.Class
    }
    for t in checked.default:
        if t.predicate.value == RDF.type and t.object.value in found:
            found[t.object.value].add(t.subject.value)
    return found


def test_every_class_comes_back_with_the_context_by_reference(checked: Checked):
    context = checked.context
    fetched = []

    def local(address: str, _: object) -> dict[str, Any]:
        fetched.append(address)
        return {
            "contextUrl": None,
            "documentUrl": address,
            "document": json.loads(write_context(checked.facts, context)),
        }

    classes = members(checked)
    assert classes
    for iri, things in classes.items():
        graph = {t for t in checked.default if t.subject.value in things}
        assert graph, f"nothing is a {iri}"
        statements = json.loads(write_triples(graph, formats.JSONLD, {}, context))
        document = {"@context": context.iri, "@graph": statements["@graph"]}
        options = {"format": "application/n-quads", "documentLoader": local}
        lines = pyld.to_rdf(document, options)
        assert {q.triple for q in ox.parse(lines, format=ox.RdfFormat.N_QUADS)} == graph, iri
    assert set(fetched) == {context.iri}


def as_the_standard_compacts(graph: Graph, context: Context) -> dict[str, Any]:
    lines = ox.serialize(
        (ox.Quad(t.subject, t.predicate, t.object) for t in graph), format=ox.RdfFormat.N_QUADS
    )
    expanded = pyld.from_rdf(lines.decode(), {"useNativeTypes": False})
    compacted = pyld.compact(expanded, {"@context": context.definitions}, {"graph": True})
    return {node["id"]: plain(node) for node in compacted["@graph"]}


def plain(value: Any) -> Any:
    """Return JSON-LD in which order, aliases and the spelling of numbers do not matter."""
    if isinstance(value, list):
        return sorted((plain(one) for one in value), key=repr)
    if isinstance(value, dict):
        if "@value" in value:
            kind = value.get("type", value.get("@type"))
            # Without a type, JSON has numbers and truth values of its own.
            text = str(value["@value"])
            return text if kind in NATIVE else [str(kind), value.get("@language", ""), text]
        return {key: plain(one) for key, one in value.items()}
    return str(value).lower() if isinstance(value, bool) else str(value)


XSD = "http://www.w3.org/2001/XMLSchema#"
NATIVE = {XSD + "integer", XSD + "boolean"}


@pytest.mark.parametrize("name", ["reference", "curation", "ontology", "inferred", "report"])
def test_it_is_what_the_standards_algorithm_gives(checked: Checked, name: str):
    graph = checked.graphs[name]
    data = write_triples(graph, formats.JSONLD, checked.prefixes, checked.context)
    ours = {node["id"]: plain(node) for node in json.loads(data)["@graph"]}
    assert ours == as_the_standard_compacts(graph, checked.context)
