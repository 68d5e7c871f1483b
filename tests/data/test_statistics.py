"""What is counted of the real graph is what is there, asked in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

if TYPE_CHECKING:
    from gcmgraph.publish.pipeline import Checked

PREFIXES = """
PREFIX lime: <http://www.w3.org/ns/lemon/lime#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX void: <http://rdfs.org/ns/void#>
"""
IN_SKOS = """ ; lime:language ?x ;
    lime:lexicalizationModel <http://www.w3.org/2004/02/skos/core>"""
LABELS = """ WHERE { ?s skos:prefLabel|skos:altLabel ?o BIND(LANG(?o) AS ?x) } GROUP BY ?x"""


@pytest.fixture(scope="module")
def store(checked: Checked) -> ox.Store:
    """Return the default graph, and the catalogue in a graph of its own."""
    found = ox.Store()
    found.extend(ox.Quad(*t) for t in checked.default)
    found.extend(ox.Quad(*t, ox.NamedNode("urn:x-catalog")) for t in checked.graphs["catalog"])
    return found


def rows(store: ox.Store, query: str) -> set[tuple[str, int]]:
    return {(row[0].value, int(row[1].value)) for row in store.query(PREFIXES + query)}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "counted", "least"),
    [
        (
            "?part void:class ?x ; void:entities ?n",
            "SELECT ?x (COUNT(?s) AS ?n) WHERE { ?s a ?x } GROUP BY ?x",
            90,
        ),
        (
            "?part void:property ?x ; void:triples ?n",
            "SELECT ?x (COUNT(*) AS ?n) WHERE { ?s ?x ?o } GROUP BY ?x",
            130,
        ),
        (
            "?part lime:lexicalizations ?n" + IN_SKOS,
            "SELECT ?x (COUNT(*) AS ?n)" + LABELS,
            1,
        ),
        (
            "?part lime:references ?n" + IN_SKOS,
            "SELECT ?x (COUNT(DISTINCT ?s) AS ?n)" + LABELS,
            1,
        ),
    ],
    ids=["classes", "properties", "labels", "labelled"],
)
def test_the_counts_are_true(store: ox.Store, said: str, counted: str, least: int):
    told = rows(store, f"SELECT ?x ?n WHERE {{ GRAPH <urn:x-catalog> {{ {said} }} }}")
    assert told == rows(store, counted)
    assert len(told) >= least


@pytest.mark.parametrize(
    ("term", "what"),
    [
        ("void:triples", "COUNT(*)"),
        ("void:distinctSubjects", "COUNT(DISTINCT ?s)"),
        ("void:distinctObjects", "COUNT(DISTINCT ?o)"),
        ("void:properties", "COUNT(DISTINCT ?p)"),
    ],
)
def test_the_sums_are_true(store: ox.Store, term: str, what: str):
    said = f"SELECT ?d ?n WHERE {{ GRAPH <urn:x-catalog> {{ ?d {term} ?n ; a void:Dataset }} }}"
    ((_, number),) = (row for row in rows(store, said) if row[0] == "https://w3id.org/gcmgraph/")
    counted = f"SELECT (<urn:x> AS ?x) ({what} AS ?n) WHERE {{ ?s ?p ?o }}"
    assert {("urn:x", number)} == rows(store, counted)
