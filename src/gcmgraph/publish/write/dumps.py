"""The graph written down in every format, always in the same order.

Turtle, TriG, RDF/XML and JSON-LD come grouped by subject, a thing's type first; N-Triples and
N-Quads come sorted by line. JSON-LD holds its own context, so that a file that somebody keeps can
be read without asking anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.publish.describe.context import dump
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import RDF_FORMATS, Graph, iri_of, ntriples, serialize, statements
from gcmgraph.rdf.namespaces import RDF
from gcmgraph.rdf.serialize import used_prefixes

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
        return dump(context.document(statements(_ordered(graph))))
    return serialize(_ordered(graph), RDF_FORMATS[fmt], used_prefixes(prefixes, graph))


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
    return serialize(ordered, RDF_FORMATS[fmt], used_prefixes(prefixes, everything))


def _ordered(graph: Iterable[ox.Triple]) -> list[ox.Triple]:
    def key(t: ox.Triple) -> tuple[str, bool, str, str]:
        return iri_of(t.subject), t.predicate.value != RDF.type, t.predicate.value, str(t.object)

    return sorted(graph, key=key)
