"""No thing of ours has an address of the server as its IRI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import ValidationError

if TYPE_CHECKING:
    from example_project import Example

CURATION = "data/curation.ttl"
BASE = "https://rivers.example/"
PREFIXES = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"


@pytest.mark.parametrize(
    "path",
    [
        *("graph/x", "graph/curation/x", "ontology/x", "ontology.ttl", "doc/river/aa", "sparql"),
        *("download/x#part", "sparql?query=x", "sp%61rql", ".well-known/void", "static/x"),
    ],
)
def test_a_thing_with_an_address_of_the_server_is_refused(example: Example, path: str) -> None:
    example.write(CURATION, f'{PREFIXES}<{BASE}{path}> rdfs:comment "A thing."@en .')
    with pytest.raises(ValidationError) as caught:
        example.check()
    assert caught.value.details == (
        (
            f"{CURATION}:2: <{BASE}{path}> is an address at which the server has something else; "
            f"name the thing below {BASE}id/"
        ),
    )


@pytest.mark.parametrize(
    "iri",
    [
        *(f"{BASE}id/sparql", f"{BASE}graph/curation", f"{BASE}ontology", f"{BASE}sparqling"),
        *(f"{BASE}ontology#x", "https://other.example/sparql"),
    ],
)
def test_other_things_are_not(example: Example, iri: str) -> None:
    example.write(CURATION, f'{PREFIXES}<{iri}> rdfs:comment "A thing."@en .')
    example.check()


def test_addresses_may_be_mentioned(example: Example) -> None:
    example.write(CURATION, f"{PREFIXES}<{BASE}id/x> rdfs:seeAlso <{BASE}sparql> .")
    example.check()
