"""What the VoID file counts is what the dumps hold, counted without the code that wrote it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.rdf.namespaces import OWL, RDF, RDFS

if TYPE_CHECKING:
    from pathlib import Path

DATASET = "https://w3id.org/gcmgraph/"
VOID = "PREFIX void: <http://rdfs.org/ns/void#> PREFIX dct: <http://purl.org/dc/terms/> "

_VOCABULARY = {OWL.Class, RDFS.Class, OWL.ObjectProperty, OWL.DatatypeProperty}


@pytest.fixture(scope="module")
def void(real_release: Path) -> ox.Store:
    """Return the VoID file."""
    store = ox.Store()
    store.bulk_load(path=real_release / "void.ttl", format=ox.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def dump(real_release: Path) -> list[ox.Triple]:
    """Return the statements of the default graph."""
    path = real_release / "gcm.nt"
    return [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES)]


def counts(store: ox.Store, variables: str, pattern: str) -> Counter[tuple[str, ...]]:
    query = f"{VOID} SELECT {variables} ?n WHERE {{ {pattern} }}"
    found: Counter[tuple[str, ...]] = Counter()
    for *key, number in store.query(query):  # type: ignore[misc,union-attr]
        found[tuple(term.value for term in key)] = int(number.value)
    return found


def test_classes(void: ox.Store, dump: list[ox.Triple]):
    told = counts(
        void, "?class", f"<{DATASET}> void:classPartition [ void:class ?class ; void:entities ?n ]"
    )
    assert told == Counter((t.object.value,) for t in dump if t.predicate.value == RDF.type)


def test_properties_and_their_vocabularies(void: ox.Store, dump: list[ox.Triple]):
    told = counts(
        void, "?p", f"<{DATASET}> void:propertyPartition [ void:property ?p ; void:triples ?n ]"
    )
    assert told == Counter((t.predicate.value,) for t in dump)
    vocabularies = tuple(
        row[0].value
        for row in void.query(f"{VOID} SELECT ?v WHERE {{ <{DATASET}> void:vocabulary ?v }}")  # type: ignore[union-attr]
    )
    assert all(iri.startswith(vocabularies) for (iri,) in told)


def test_links(void: ox.Store, dump: list[ox.Triple]):
    told = counts(
        void,
        "?space ?p",
        "?linkset void:linkPredicate ?p ; void:triples ?n ; "
        f"void:subjectsTarget <{DATASET}> ; void:objectsTarget/void:uriSpace ?space",
    )
    spaces = {space for space, _ in told}
    assert len(spaces) == 5
    terms = {t.predicate.value for t in dump}
    terms |= {t.object.value for t in dump if t.predicate.value == RDF.type}
    terms |= {str(t.subject.value) for t in dump if getattr(t.object, "value", "") in _VOCABULARY}

    def space_of(node: object) -> str | None:
        iri = node.value if isinstance(node, ox.NamedNode) else ""
        return max((s for s in spaces if iri.startswith(s) and iri != s), key=len, default=None)

    links = (
        (space, t.predicate.value)
        for t in dump
        if (space := space_of(t.object)) != space_of(t.subject)
        and space is not None
        and t.object.value not in terms
    )
    assert told == Counter(links)
    assert sum(told.values()) >= 50
