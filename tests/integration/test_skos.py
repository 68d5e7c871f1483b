"""Our concept schemes load in a SKOS tool without complaint, and a fault would be complained of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from integration.skos import CHECKS, PREFIX, complaints

if TYPE_CHECKING:
    from integration.served import Ours

SCHEMES = Path(__file__).parents[2] / "ontology" / "schemes"

SOUND = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <http://trees.example/> .
:trees a skos:ConceptScheme ; skos:prefLabel "Trees"@en ; skos:hasTopConcept :tree .
:tree a skos:Concept ; skos:inScheme :trees ; skos:topConceptOf :trees ;
    skos:prefLabel "tree"@en ; skos:notation "T" .
:broadleaf a skos:Concept ; skos:inScheme :trees ; skos:broader :tree ;
    skos:prefLabel "broadleaf tree"@en ; skos:notation "B" .
:oak a skos:Concept ; skos:inScheme :trees ; skos:broader :broadleaf ;
    skos:prefLabel "oak"@en ; skos:altLabel "oak tree"@en ; skos:notation "O" ;
    skos:exactMatch <http://other.example/oak> .
"""

#: A statement more, and what is said of it.
FAULTS = [
    (':oak skos:prefLabel "common oak"@en .', "more than one prefLabel@en"),
    (':oak skos:altLabel "oak"@en .', "as both prefLabel and altLabel"),
    (":tree skos:broader :oak .", "Hierarchy cycle"),
    (":oak skos:related :tree .", "connected by both skos:broaderTransitive and skos:related"),
    (":oak skos:broader :tree .", "Redundant hierarchical relationship"),
    (':bush a skos:ConceptScheme ; skos:prefLabel "Bushes"@en .', "Omitted Top Concepts"),
    (":oak skos:topConceptOf :trees .", "Top Concepts Having Broader Concepts"),
    (
        ':elm a skos:Concept ; skos:inScheme :trees ; skos:prefLabel "elm"@en .',
        "Orphan Concepts: <http://trees.example/elm>",
    ),
    (":elm a skos:Concept ; skos:inScheme :trees ; skos:broader :tree .", "Missing Labels"),
    (':oak skos:altLabel " "@en .', "Empty Labels"),
    (':oak skos:altLabel "Quercus" .', "Omitted or Invalid Language Tags"),
    (':oak skos:prefLabel "chêne"@fr .', "Incomplete Language Coverage: .*tree>"),
    (':ash skos:prefLabel "Oak"@en .', "Overlapping Labels"),
    (':oak skos:notation "B" .', "Ambiguous Notation References"),
    (":oak skos:broadMatch <http://other.example/oak> .", "Mapping Clashes"),
    (":oak skos:closeMatch :tree .", "Mapping Relations Misuse"),
    (":oak skos:related :oak .", "Reflexively Related Concepts"),
]


def test_our_schemes_are_not_complained_of(ours: Ours, caplog: pytest.LogCaptureFixture) -> None:
    schemes = ours.store.query(f"{PREFIX} SELECT ?scheme {{ ?scheme a skos:ConceptScheme }}")
    loaded = 0
    for (scheme,) in schemes:
        query = f"""{PREFIX}
            CONSTRUCT {{ ?s ?p ?o }} WHERE {{
              {{ VALUES ?s {{ {scheme} }} }} UNION {{ ?s skos:inScheme {scheme} }} ?s ?p ?o
            }}"""
        answer = ours.client.get("/sparql", params={"query": query, "format": "turtle"})
        assert "prefLabel" in answer.text
        assert complaints(answer.text, caplog) == [], scheme
        loaded += 1
    assert loaded == len(list(SCHEMES.glob("*.ttl")))


def test_a_sound_scheme_is_not_complained_of(caplog: pytest.LogCaptureFixture) -> None:
    assert complaints(SOUND, caplog) == []


@pytest.mark.parametrize(("fault", "said"), FAULTS, ids=[said[:20] for _, said in FAULTS])
def test_a_fault_is_complained_of(caplog: pytest.LogCaptureFixture, fault: str, said: str) -> None:
    assert re.search(said, "\n".join(complaints(SOUND + fault, caplog)))


def test_no_check_is_left_untried() -> None:
    assert set(CHECKS) <= {said.partition(":")[0] for _, said in FAULTS}
