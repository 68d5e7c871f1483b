"""The context reads well, and what is written with it means what the graph says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.publish.describe.context import make_context, write_context
from gcmgraph.rdf import jsonld

if TYPE_CHECKING:
    from example_project import Example
    from gcmgraph.rdf.graphs import Graph

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
