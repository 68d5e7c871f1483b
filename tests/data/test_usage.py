"""The ontology says of each class all that its things have."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from gcmgraph.rdf.namespaces import RDF, RDFS, SCHEMA

if TYPE_CHECKING:
    from gcmgraph.publish.pipeline import Checked

ONTOLOGY = "https://w3id.org/gcmgraph/ontology#"


def test_what_things_of_ours_have_the_ontology_says_of_their_classes(checked: Checked):
    of_class: dict[str, set[str]] = defaultdict(set)
    for t in checked.graphs["ontology"]:
        if t.predicate.value in (RDFS.domain, SCHEMA.domainIncludes):
            of_class[t.subject.value].add(t.object.value)
    classes: dict[str, set[str]] = defaultdict(set)
    for t in checked.default:
        if t.predicate.value == RDF.type:
            classes[t.subject.value].add(t.object.value)
    stated = set(checked.in_default) - {"inferred", "ontology"}
    unsaid = {
        (predicate, t.subject.value)
        for name in stated
        for t in checked.graphs[name]
        if (predicate := t.predicate.value) != RDF.type
        and any(kind.startswith(ONTOLOGY) for kind in classes[t.subject.value])
        and not of_class[predicate] & classes[t.subject.value]
    }
    assert unsaid == set()
    assert of_class[f"{ONTOLOGY}startYear"]
