"""The context reads well, and what is written with it means what the graph says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from pyld import jsonld as pyld

from gcmgraph.publish.describe.context import make_context, write_context
from gcmgraph.publish.write.dumps import write_triples
from gcmgraph.publish.write.frames import refuse
from gcmgraph.rdf import formats, jsonld
from gcmgraph.rdf.namespaces import OWL, RDF

if TYPE_CHECKING:
    from example_project import Example
    from gcmgraph.publish.pipeline import Checked
    from gcmgraph.rdf.graphs import Graph
    from gcmgraph.rdf.jsonld import Context

OURS = "https://w3id.org/gcmgraph/ontology#"
PREFIXES = {
    "a": "http://a/",
    "b": "http://b/",
    "o": "http://o/",
    "owl": "http://www.w3.org/2002/07/owl#",
}


def parse(turtle: str) -> Graph:
    prefixes = "".join(f"@prefix {p}: <{ns}> ." for p, ns in PREFIXES.items())
    prefixes += "@prefix sh: <http://www.w3.org/ns/shacl#> . "
    prefixes += "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
    prefixes += "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
    prefixes += "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . "
    return {q.triple for q in ox.parse(prefixes + turtle, format=ox.RdfFormat.TURTLE)}


def terms(data: str, **graphs: str) -> dict[str, jsonld.Term]:
    """Return the terms, by name, of a project below http://o/."""
    parsed = {name: parse(turtle) for name, turtle in ({"data": data} | graphs).items()}
    context = make_context("http://o/", parsed, ("data", "ontology"), PREFIXES)
    return {term.name: term for term in context.terms.values()}


def triples(document: object) -> Graph:
    """Return what PyLD takes a document to say; it fetches nothing."""
    options = {"format": "application/n-quads", "documentLoader": refuse}
    lines = pyld.to_rdf(document, options)
    return {q.triple for q in ox.parse(lines, format=ox.RdfFormat.N_QUADS)}


def test_ours_has_the_bare_name_and_others_bear_their_prefix():
    assert set(terms("o:x o:value 1 ; a:value 2 ; b:value 3 ; a:title 'x' .")) == {
        "value",
        "a_value",
        "b_value",
        "title",
    }


def test_of_others_that_end_alike_none_has_the_bare_name():
    assert set(terms("o:x a:title 'x' ; b:title 'y' .")) == {"a_title", "b_title"}


def test_a_name_in_the_statements_goes_before_one_in_the_shapes():
    assert set(terms("o:x a:title 'x' .", shapes="o:s b:title 'y' .")) == {"title", "b_title"}


def test_type_is_never_another_property():
    assert set(terms("o:x a:type 'x' ; a:id 'x' .")) == {"a_type", "a_id"}


def test_what_has_no_prefix_and_no_name_of_its_own_is_no_term():
    assert set(terms("o:x a:title 'x' ; <http://c/title> 'y' ; <http://c/1> 'z' .")) == {"a_title"}


def test_the_ontology_says_how_values_are_written():
    found = terms(
        "o:x o:n 'a' .",
        ontology="o:p a owl:ObjectProperty . o:n a owl:DatatypeProperty ; rdfs:range xsd:integer ."
        " o:t a owl:DatatypeProperty ; rdfs:range rdf:langString .",
    )
    assert found["p"].coercion == "@id"
    assert found["n"].coercion == "http://www.w3.org/2001/XMLSchema#integer"
    assert found["t"].coercion == "@language"


def test_use_says_it_of_properties_from_elsewhere():
    found = terms(
        "o:x a:link o:y ; a:text 'x'@en ; a:day '2020-01-01'^^xsd:date ; a:mixed 1, 'a' ."
    )
    assert found["link"].coercion == "@id"
    assert found["text"].coercion == "@language"
    assert found["day"].coercion == "http://www.w3.org/2001/XMLSchema#date"
    assert found["mixed"].coercion is None


def test_values_are_an_array_unless_a_shape_says_one():
    shapes = "o:s sh:path a:one ; sh:maxCount 1 . o:t sh:path a:text ; sh:uniqueLang true ."
    found = terms("o:x a:one o:y ; a:more o:y ; a:text 'x'@en, 'y'@de .", shapes=shapes)
    assert {name for name, term in found.items() if term.many} >= {"more"}
    assert not found["one"].many
    assert not found["text"].many
    # A shape for other things does not hold here.
    assert terms("o:x a:one o:y, o:z .", shapes=shapes)["one"].many


def test_the_contexts_own_iri_changes_with_it(example: Example):
    before = example.check().context
    example.edit("data/curation.ttl", '"A short river."@en', '"A very short river."@en')
    assert example.check().context.iri == before.iri
    example.edit("data/curation.ttl", "rdfs:comment", "rdfs:seeAlso")
    assert example.check().context.iri != before.iri


def test_the_file_names_its_version(example: Example):
    checked = example.check()
    document = json.loads(write_context(checked.facts, checked.context))
    assert document["id"] == checked.context.iri
    assert document["version"] == "1.2.0"
    assert jsonld.Context.read(document).terms == checked.context.terms


def test_every_property_and_class_of_the_ontology_is_a_term(checked: Checked):
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
    defined = {
        t.subject.value
        for t in checked.graphs["ontology"]
        if t.predicate.value == RDF.type and t.object.value in kinds
    }
    assert len(defined) == 138
    assert defined == {iri for iri in checked.context.terms if iri.startswith(OURS)} & defined
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
    assert len(classes) == 54
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
