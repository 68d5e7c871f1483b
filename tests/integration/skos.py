"""What SKOS tools complain of in a concept scheme: Skosify's checks, and those of qSKOS it lacks.

Each query finds the concepts at fault, and has the name that qSKOS gives its check. A flat list is
no fault here: an orphan is a concept from which no path leads up to a top concept.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import Graph
from skosify import skosify

if TYPE_CHECKING:
    import pytest

PREFIX = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"

CHECKS = {
    "Omitted Top Concepts": """
        ?at a skos:ConceptScheme FILTER NOT EXISTS { ?at skos:hasTopConcept|^skos:topConceptOf ?c }
    """,
    "Top Concepts Having Broader Concepts": """
        ?at skos:topConceptOf|^skos:hasTopConcept ?scheme . ?at skos:broader|^skos:narrower ?above .
    """,
    "Orphan Concepts": """
        ?at skos:inScheme ?scheme
        FILTER NOT EXISTS {
          ?at (skos:broader|^skos:narrower)*/(skos:topConceptOf|^skos:hasTopConcept) ?scheme
        }
    """,
    "Missing Labels": """
        ?at skos:inScheme ?scheme FILTER NOT EXISTS { ?at skos:prefLabel ?label }
    """,
    "Empty Labels": """
        ?at skos:prefLabel|skos:altLabel ?label FILTER(!REGEX(?label, "\\\\S"))
    """,
    "Omitted or Invalid Language Tags": """
        ?at skos:prefLabel|skos:altLabel ?label FILTER(LANG(?label) = "")
    """,
    "Incomplete Language Coverage": """
        ?at skos:inScheme/^skos:inScheme/skos:prefLabel ?other BIND(LANG(?other) AS ?language)
        FILTER NOT EXISTS { ?at skos:prefLabel ?own FILTER(LANG(?own) = ?language) }
    """,
    "Overlapping Labels": """
        ?at skos:prefLabel ?one . ?other skos:prefLabel ?two
        FILTER(?at != ?other && LCASE(?one) = LCASE(?two))
    """,
    "Ambiguous Notation References": """
        ?at skos:inScheme/^skos:inScheme ?other ; skos:notation ?one .
        ?other skos:notation ?two .
        FILTER((?at != ?other && ?one = ?two)
            || (?at = ?other && ?one != ?two && DATATYPE(?one) = DATATYPE(?two)))
    """,
    "Mapping Clashes": """
        ?at skos:exactMatch|^skos:exactMatch ?other .
        ?at skos:broadMatch|^skos:broadMatch|skos:narrowMatch|^skos:narrowMatch
          |skos:relatedMatch|^skos:relatedMatch ?other .
    """,
    "Mapping Relations Misuse": """
        ?at skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch
          |skos:relatedMatch ?other .
        ?at skos:inScheme ?scheme . ?other skos:inScheme ?scheme .
    """,
    "Reflexively Related Concepts": """
        ?at skos:broader|skos:narrower|skos:related ?at
    """,
}


def complaints(turtle: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what is wrong with a concept scheme."""
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        skosify(Graph().parse(data=turtle, format="turtle"))
    store = ox.Store()
    store.load(turtle, format=ox.RdfFormat.TURTLE)
    found = [record.getMessage() for record in caplog.records]
    for name, pattern in CHECKS.items():
        at = sorted({str(row[0]) for row in store.query(f"{PREFIX} SELECT ?at {{ {pattern} }}")})
        found += [f"{name}: {', '.join(at)}"] if at else []
    return found
