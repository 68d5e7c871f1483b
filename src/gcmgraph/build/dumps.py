"""The graph written down in every format, always in the same order.

Turtle, TriG, RDF/XML and JSON-LD come grouped by subject, a thing's type first; N-Triples and
N-Quads come sorted by line.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph import formats
from gcmgraph.build.graphs import Graph, Term, iri_of, ntriples, serialize
from gcmgraph.namespaces import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_OX: Final = {
    formats.TURTLE: ox.RdfFormat.TURTLE,
    formats.RDFXML: ox.RdfFormat.RDF_XML,
    formats.TRIG: ox.RdfFormat.TRIG,
}
_JSON_LD_PREFIX_END: Final = tuple(":/?#[]@")


def write_triples(graph: Graph, fmt: formats.Format, prefixes: Mapping[str, str]) -> bytes:
    """Return the graph in a format that holds triples."""
    if fmt == formats.NTRIPLES:
        return ntriples(graph)
    if fmt == formats.JSONLD:
        return _json_ld(graph, prefixes)
    return serialize(_ordered(graph), _OX[fmt], _used(graph, prefixes))


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
    return serialize(ordered, _OX[fmt], _used(everything, prefixes))


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


def _json_ld(graph: Graph, prefixes: Mapping[str, str]) -> bytes:
    """Return the graph as JSON-LD 1.1: a context of prefixes, and one object per subject.

    A prefix is left out of the context where it could be mistaken: it must end as JSON-LD, 4.1.2
    asks, and no IRI of the graph may have it for its scheme.
    """
    schemes = {iri.partition(":")[0] for iri in _iris(graph)}
    context = {
        prefix: namespace
        for prefix, namespace in _used(graph, prefixes).items()
        if namespace.endswith(_JSON_LD_PREFIX_END) and prefix not in schemes
    }
    longest_first = sorted(context.items(), key=lambda item: (-len(item[1]), item))

    def compact(iri: str) -> str:
        for prefix, namespace in longest_first:
            local = iri.removeprefix(namespace)
            if local != iri and local and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri

    nodes: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for t in _ordered(graph):
        node = nodes[compact(iri_of(t.subject))]
        if t.predicate.value == RDF.type and isinstance(t.object, ox.NamedNode):
            node["@type"].append(compact(t.object.value))
        else:
            node[compact(t.predicate.value)].append(_json_ld_value(t.object, compact))
    document = {
        "@context": context,
        "@graph": [
            {"@id": name, **{k: v[0] if len(v) == 1 else v for k, v in facts.items()}}
            for name, facts in nodes.items()
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _json_ld_value(term: Term, compact: Callable[[str], str]) -> object:
    if isinstance(term, ox.NamedNode):
        return {"@id": compact(term.value)}
    if not isinstance(term, ox.Literal):
        raise TypeError(f"a dump holds IRIs and literals, not {term}")
    if term.language:
        return {"@language": term.language, "@value": term.value}
    if term.datatype.value == XSD.string:
        return term.value
    # Numbers stay texts: JSON's own would lose 1.50 and large integers.
    return {"@type": compact(term.datatype.value), "@value": term.value}
