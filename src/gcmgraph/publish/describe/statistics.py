"""What can be counted of a graph, in the words of VoID and LIME.

Counts are of the default graph, which does not hold the catalogue: so they can stand in it.

- a partition per class and per property (VoID, 4.4.1, 4.4.2), named after the term;
- the vocabularies from which classes and properties come (VoID, 4.3);
- labels per language, as the UN's own VoID file counts them (LIME, lexicalization sets).
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.publish.describe.context import local_name, vocabulary
from gcmgraph.rdf.graphs import Graph, triple
from gcmgraph.rdf.namespaces import LIME, OWL, RDF, RDFS, SKOS, VOID, XSD
from gcmgraph.rdf.terms import typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcmgraph.publish.read.assemble import DatasetFacts

#: Which properties give labels, by the model that defines them.
_LABELS: Final = {
    "http://www.w3.org/2004/02/skos/core": (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel),
    "http://www.w3.org/2000/01/rdf-schema": (RDFS.label,),
}


def count(facts: DatasetFacts, graph: Graph, prefixes: Mapping[str, str]) -> Graph:
    """Return what is counted of ``graph``, said of the dataset."""
    properties, classes = vocabulary(graph)
    used = {t.predicate.value for t in graph}
    members = Counter(
        t.object.value
        for t in graph
        if t.predicate.value == RDF.type and isinstance(t.object, ox.NamedNode)
    )
    subjects = len({t.subject for t in graph})
    found = {
        triple(facts.iri, VOID.triples, number(len(graph))),
        triple(facts.iri, VOID.entities, number(subjects)),
        triple(facts.iri, VOID.distinctSubjects, number(subjects)),
        triple(facts.iri, VOID.distinctObjects, number(len({t.object for t in graph}))),
        triple(facts.iri, VOID.properties, number(len(used))),
        triple(facts.iri, VOID.classes, number(len(members))),
    }
    for iri, entities in members.items():
        part = f"{facts.base}id/partition/class-{short_name(iri, prefixes)}"
        found |= {
            triple(facts.iri, VOID.classPartition, part),
            triple(part, VOID.class_, iri),
            triple(part, VOID.entities, number(entities)),
        }
    for iri, uses in Counter(t.predicate.value for t in graph).items():
        part = f"{facts.base}id/partition/property-{short_name(iri, prefixes)}"
        found |= {
            triple(facts.iri, VOID.propertyPartition, part),
            triple(part, VOID.property, iri),
            triple(part, VOID.triples, number(uses)),
        }
    ontologies = {
        t.subject.value
        for t in graph
        if t.object == ox.NamedNode(OWL.Ontology) and isinstance(t.subject, ox.NamedNode)
    }
    for iri in properties | classes:
        space = iri.removesuffix(local_name(iri))
        known = space.rstrip("#/")
        found.add(triple(facts.iri, VOID.vocabulary, known if known in ontologies else space))
    return found | _labels(facts, graph)


def _labels(facts: DatasetFacts, graph: Graph) -> Graph:
    found: Graph = set()
    for model, properties in _LABELS.items():
        labelled: dict[str, list[str]] = defaultdict(list)
        for t in graph:
            if t.predicate.value in properties and isinstance(t.object, ox.Literal):
                labelled[t.object.language or ""].append(str(t.subject))
        for language, things in labelled.items():
            if not language:
                continue
            part = f"{facts.base}id/labels/{model.rpartition('/')[2]}-{language}"
            found |= {
                triple(facts.iri, VOID.subset, part),
                triple(part, RDF.type, LIME.LexicalizationSet),
                triple(part, LIME.referenceDataset, facts.iri),
                triple(part, LIME.lexicalizationModel, model),
                triple(part, LIME.language, ox.Literal(language)),
                triple(part, LIME.lexicalizations, number(len(things))),
                triple(part, LIME.references, number(len(set(things)))),
            }
    return found


def short_name(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return a name for a term that can stand in an IRI: prefix and local name, else a digest.

    No two terms have one name: ``a-b:c`` and ``a:b-c`` would, so these have digests.
    """
    local = local_name(iri)
    for prefix, namespace in prefixes.items():
        if local and namespace + local == iri:
            name = f"{prefix}-{local}"
            if not any(name.startswith(f"{p}-") for p in prefixes if p != prefix):
                return name
    return hashlib.sha256(iri.encode()).hexdigest()[:12]


def number(value: int) -> ox.Literal:
    """Return a count as a literal."""
    return typed(value, XSD.integer)
