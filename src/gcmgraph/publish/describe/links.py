"""What the dataset links to, counted: VoID linksets (VoID, 5).

``data/catalog.ttl`` declares each ``void:Linkset`` with the dataset that it leads to
(``void:objectsTarget``) and that dataset's ``void:uriSpace``. A link is a statement of the default
graph whose object lies in that space and whose subject does not; where spaces lie in each other,
the longest that fits has the IRI. Classes and properties are no links: they are vocabulary.

A linkset has a subset per predicate, since a linkset has one ``void:linkPredicate``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.errors import ProjectError, refuse
from gcmgraph.publish.describe.context import vocabulary
from gcmgraph.publish.describe.statistics import number, short_name
from gcmgraph.rdf.graphs import Graph, objects, triple
from gcmgraph.rdf.namespaces import RDF, VOID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcmgraph.publish.read.assemble import DatasetFacts


def spaces(catalog: Graph, where: str) -> dict[str, str]:
    """Return the linkset of each ``void:uriSpace`` that the catalogue declares.

    Raises:
        ProjectError: where a linkset does not say where it leads.

    """
    found: dict[str, str] = {}
    faults: list[str] = []
    linksets = {
        t.subject
        for t in catalog
        if t.predicate.value == RDF.type and t.object == ox.NamedNode(VOID.Linkset)
    }
    for linkset in sorted(linksets, key=str):
        targets = objects(catalog, linkset, VOID.objectsTarget)
        known = [s.value for t in targets for s in objects(catalog, t, VOID.uriSpace) if s.value]  # type: ignore[union-attr]
        if len(known) != 1 or not isinstance(linkset, ox.NamedNode):
            faults.append(
                f"{where}: {linkset} needs one void:objectsTarget that has one void:uriSpace."
            )
        else:
            found[known[0]] = linkset.value
    refuse(ProjectError, faults)
    return found


def space_of(iri: str, known: Mapping[str, str]) -> str | None:
    """Return the longest of the ``known`` spaces in which an IRI lies, or ``None``."""
    fitting = [space for space in known if iri.startswith(space) and iri != space]
    return max(fitting, key=len, default=None)


def count_links(
    facts: DatasetFacts, catalog: Graph, graph: Graph, prefixes: Mapping[str, str], where: str
) -> Graph:
    """Return the number of links of each declared linkset, by predicate.

    Raises:
        ProjectError: where a linkset is declared and there are no such links.

    """
    known = spaces(catalog, where)
    terms = set().union(*vocabulary(graph))
    counts: dict[str, Counter[str]] = {space: Counter() for space in known}
    for t in graph:
        if not isinstance(t.object, ox.NamedNode) or not isinstance(t.subject, ox.NamedNode):
            continue
        space = space_of(t.object.value, known)
        if (
            space is not None
            and t.object.value not in terms
            and space_of(t.subject.value, known) != space
        ):
            counts[space][t.predicate.value] += 1
    refuse(
        ProjectError,
        (
            f"{where}: nothing links to {space}; leave out the linkset <{known[space]}>."
            for space, by_predicate in counts.items()
            if not by_predicate
        ),
    )
    found: Graph = set()
    for space, by_predicate in counts.items():
        linkset = known[space]
        found |= {
            triple(facts.iri, VOID.subset, linkset),
            triple(linkset, VOID.triples, number(by_predicate.total())),
        }
        for predicate, links in by_predicate.items():
            part = f"{linkset}-{short_name(predicate, prefixes)}"
            found |= {
                triple(linkset, VOID.subset, part),
                triple(part, RDF.type, VOID.Linkset),
                triple(part, VOID.subjectsTarget, facts.iri),
                triple(part, VOID.linkPredicate, predicate),
                triple(part, VOID.triples, number(links)),
            } | {
                triple(part, VOID.objectsTarget, target.value)
                for target in objects(catalog, ox.NamedNode(linkset), VOID.objectsTarget)
                if isinstance(target, ox.NamedNode)
            }
    return found
