"""Our links and labels hold against the UN's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

if TYPE_CHECKING:
    from pathlib import Path

PREFIXES = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
PREFIX sdgo: <http://metadata.un.org/sdg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


@pytest.fixture(scope="module")
def both(checked, un: Path) -> ox.Store:
    """Our default graph, and the UN's files in a graph of their own."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in checked.default)
    for name in ("sdg-kos-goals-targets-indicators", "sdg-kos-subject-mappings", "sdg-codes"):
        store.bulk_load(
            path=un / f"{name}.ttl",
            format=ox.RdfFormat.TURTLE,
            to_graph=ox.NamedNode("urn:x-un"),
        )
    return store


def values(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(PREFIXES + query)
    return sorted(tuple(term.value for term in row) for row in solutions)


def count(store: ox.Store, pattern: str) -> int:
    return int(values(store, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")[0][0])


@pytest.mark.parametrize(
    ("kind", "statement", "expected"),
    [
        ("sdgo:Goal", "skos:altLabel", 7),
        ("sdgo:Goal", "skos:notation", 7),
        ("sdgo:Target", "skos:notation", 18),
        ("sdgo:Target", "sdgo:isTargetOf", 18),
        ("sdgo:Target", "sdgo:hasIndicator", 30),
        ("sdgo:Target", "dct:subject", 23),
        ("sdgo:Indicator", "skos:notation", 30),
        ("gcm:Country", "skos:prefLabel", 6),
        ("gcm:Country", "skos:notation", 6),
        ("gcm:Country", "skos:broader", 6),
        ("gcm:Country", "skos:exactMatch", 12),
        ("gcm:Region", "skos:prefLabel", 10),
        ("gcm:Region", "skos:broader", 9),
    ],
)
def test_what_we_say_of_the_uns_things_the_un_says_too(
    both: ox.Store, kind: str, statement: str, expected: int
):
    ours = f"?thing a {kind} ; {statement} ?value"
    missing = f"{ours} FILTER NOT EXISTS {{ GRAPH <urn:x-un> {{ ?thing {statement} ?value }} }}"
    assert values(both, f"SELECT ?thing ?value WHERE {{ {missing} }}") == []
    assert len(values(both, f"SELECT ?thing ?value WHERE {{ {ours} }}")) == expected


def test_one_target_differs_from_the_uns_label_and_only_by_a_hyphen(both: ox.Store):
    differing = values(
        both,
        """SELECT ?code ?ours ?theirs WHERE {
            ?target a sdgo:Target ; skos:prefLabel ?ours ; skos:notation ?code
            GRAPH <urn:x-un> { ?target skos:prefLabel ?theirs }
            FILTER(LANG(?theirs) = LANG(?ours) && STR(?ours) != STR(?theirs)) }""",
    )
    assert [code for code, _, _ in differing] == ["4.2"]
    (_, ours, theirs) = differing[0]
    assert ours == theirs.replace("\N{NON-BREAKING HYPHEN}", "-")
