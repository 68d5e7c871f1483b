"""Named graphs as plain sets of triples, and the few things every room does with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import pyoxigraph as ox

from gcmgraph.errors import UnwritableResultError
from gcmgraph.rdf import formats, jsonld
from gcmgraph.rdf.xml import with_returns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Node: TypeAlias = ox.NamedNode | ox.BlankNode
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Graph: TypeAlias = set[ox.Triple]

#: What the library calls the formats.
RDF_FORMATS: Final = {
    format_: name
    for format_ in (*formats.TRIPLES, *formats.QUADS)
    if (name := ox.RdfFormat.from_media_type(format_.media_type)) is not None
}


def triple(subject: str, predicate: str, value: str | ox.Literal) -> ox.Triple:
    """Return a triple; a ``str`` value is an IRI."""
    return ox.Triple(
        ox.NamedNode(subject),
        ox.NamedNode(predicate),
        ox.NamedNode(value) if isinstance(value, str) else value,
    )


def objects(graph: Iterable[ox.Triple], subject: Term, predicate: str) -> list[Term]:
    """Return what ``graph`` says of ``subject`` by ``predicate``, in a fixed order."""
    found = (t.object for t in graph if t.subject == subject and t.predicate.value == predicate)
    return sorted(found, key=str)


def subjects(graph: Iterable[ox.Triple], predicate: str, value: str) -> list[str]:
    """Return the IRIs of which ``graph`` says the IRI ``value`` by ``predicate``, sorted."""
    node = ox.NamedNode(value)
    return sorted(
        t.subject.value
        for t in graph
        if t.object == node
        and t.predicate.value == predicate
        and isinstance(t.subject, ox.NamedNode)
    )


def union(graphs: Mapping[str, Graph], names: Iterable[str]) -> Graph:
    """Return the union of the named graphs: each triple once, however many graphs hold it."""
    return set().union(*(graphs[name] for name in names if name in graphs))


def quads(graph: Iterable[ox.Triple], name: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
    """Yield the triples as quads of the graph ``name``, or of the default graph."""
    for t in graph:
        yield ox.Quad(t.subject, t.predicate, t.object, name or ox.DefaultGraph())


def serialize(
    statements: Iterable[ox.Triple] | Iterable[ox.Quad],
    fmt: ox.RdfFormat,
    prefixes: Mapping[str, str] | None = None,
) -> bytes:
    """Return the statements in a format, in the order given."""
    data = ox.serialize(statements, format=fmt, prefixes=dict(prefixes or {})) or b""
    return with_returns(data) if fmt == ox.RdfFormat.RDF_XML else data


def ntriples(graph: Iterable[ox.Triple]) -> bytes:
    """Return the graph as N-Triples, one line each, sorted by code point."""
    data = serialize(graph, ox.RdfFormat.N_TRIPLES)
    return b"".join(sorted(data.splitlines(keepends=True)))


def iri_of(term: Term) -> str:
    """Return the term's IRI, or what stands for one: a blank node's label, a literal's text."""
    return str(term) if isinstance(term, ox.Triple) else term.value


def terms_of(graph: Iterable[ox.Triple]) -> Iterator[Term]:
    """Yield every subject, predicate and object, with repetitions."""
    for t in graph:
        yield t.subject
        yield t.predicate
        yield t.object


def statements(graph: Iterable[ox.Triple]) -> Iterator[jsonld.Statement]:
    """Yield the triples as ``jsonld`` takes them.

    Raises:
        UnwritableResultError: where one of them is about another triple.

    """
    for t in graph:
        value = t.object
        yield (
            _node(t.subject),
            t.predicate.value,
            jsonld.Literal(value.value, value.datatype.value, value.language)
            if isinstance(value, ox.Literal)
            else _node(value),
        )


def _node(term: Node | ox.Triple) -> str:
    if isinstance(term, ox.Triple):
        raise UnwritableResultError(
            "JSON-LD has no way to write a triple about a triple; ask for Turtle or N-Triples."
        )
    return term.value if isinstance(term, ox.NamedNode) else f"_:{term.value}"
