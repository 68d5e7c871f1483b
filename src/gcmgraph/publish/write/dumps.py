"""The graph written down in every format, always in the same order.

Turtle, TriG, RDF/XML and JSON-LD come grouped by subject, a thing's type first; N-Triples and
N-Quads come sorted by line. JSON-LD holds its own context, so that a file that somebody keeps can
be read without asking anybody.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.publish.describe.context import write_document
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import RDF_FORMATS, Graph, iri_of, ntriples, serialize
from gcmgraph.rdf.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gcmgraph.rdf.jsonld import Context


def write_triples(
    graph: Graph, fmt: formats.Format, prefixes: Mapping[str, str], context: Context
) -> bytes:
    """Return the graph in a format that holds triples."""
    if fmt == formats.NTRIPLES:
        return ntriples(graph)
    if fmt == formats.JSONLD:
        return write_document(_ordered(graph), context)
    return serialize(_ordered(graph), RDF_FORMATS[fmt], _used(graph, prefixes))


def write_quads(
    graphs: Mapping[str, Graph], fmt: formats.Format, prefixes: Mapping[str, str]
) -> bytes:
    """Return named graphs, by their IRIs, in a format that holds quads."""
    if fmt == formats.NQUADS:
        lines = [
            line[:-2] + f"<{iri}> .\n".encode()
            for iri, graph in graphs.items()
            for line in ntriples(graph).splitlines(keepends=True)
        ]
        return b"".join(sorted(lines))
    ordered = (
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(iri))
        for iri in sorted(graphs)
        for t in _ordered(graphs[iri])
    )
    everything: Graph = set().union(*graphs.values())
    return serialize(ordered, RDF_FORMATS[fmt], _used(everything, prefixes))


def _ordered(graph: Iterable[ox.Triple]) -> list[ox.Triple]:
    def key(t: ox.Triple) -> tuple[str, bool, str, str]:
        return iri_of(t.subject), t.predicate.value != RDF.type, t.predicate.value, str(t.object)

    return sorted(graph, key=key)


def _used(graph: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes under which the graph names something."""
    namespaces = {re.sub(r"[^/#]*$", "", iri) for iri in _iris(graph)}
    return {p: ns for p, ns in prefixes.items() if any(n.startswith(ns) for n in namespaces)}


def _iris(graph: Iterable[ox.Triple]) -> set[str]:
    found = set()
    for t in graph:
        for term in (t.subject, t.predicate, t.object):
            if isinstance(term, ox.NamedNode):
                found.add(term.value)
            elif isinstance(term, ox.Literal):
                found.add(term.datatype.value)
    return found
