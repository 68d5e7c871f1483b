"""Describing a thing; happens in a worker, by looking things up in the store's indexes.

Nothing here is a text that anybody parses but the engine, and nothing takes time in Python that
grows with the graph: values are counted by the engine, and read a page at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import pyoxigraph as ox

from gcmgraph.engine.description import LABELS, MOST, Description, statements
from gcmgraph.rdf.namespaces import DC, DCT, OA, PROV, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_Graph: TypeAlias = ox.NamedNode | ox.DefaultGraph
_Value: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_DEFAULT: Final = ox.DefaultGraph()
_LABELS: Final = [ox.NamedNode(iri) for iri in LABELS]

#: Pages that are counted; whoever needs more asks the endpoint.
_STEPS: Final = 2


def describe(
    store: ox.Store, iris: Iterable[str], page: int, default: frozenset[str], base: str
) -> Description | None:
    """Return a page of what ``store`` says of the first of ``iris`` that it knows.

    ``default`` are the graphs whose union is the default graph, ``base`` is the IRI below which
    the release's own things lie.
    """
    nodes = [ox.NamedNode(iri) for iri in iris]
    for node in nodes:
        if _any(store, node, None, _DEFAULT) or _any(store, None, node, _DEFAULT):
            return _Describer(store, node, page, _DEFAULT, default).describe(base)
    # What nobody speaks of but the catalogue, say, is told from there.
    for node in nodes:
        graphs = {quad.graph_name for quad in store.quads_for_pattern(node, None, None, None)}
        if named := sorted(g.value for g in graphs if isinstance(g, ox.NamedNode)):
            graph = ox.NamedNode(named[0])
            return _Describer(store, node, page, graph, frozenset(named[:1])).describe(base)
    return None


def _any(
    store: ox.Store, subject: ox.NamedNode | None, value: ox.NamedNode | None, graph: _Graph
) -> bool:
    return next(iter(store.quads_for_pattern(subject, None, value, graph)), None) is not None


class _Describer:
    """Describes one thing from one graph: the default graph, or another."""

    def __init__(
        self,
        store: ox.Store,
        thing: ox.NamedNode,
        page: int,
        graph: _Graph,
        among: frozenset[str],
    ) -> None:
        self._store = store
        self._thing = thing
        self._page = page
        self._graph = graph
        self._among = among
        self._pages = 1

    def describe(self, base: str) -> Description:
        """Return the description."""
        counts: dict[tuple[str, str], int] = {}
        own = list(self._about(counts))
        incoming = list(self._pointing(counts))
        if self._page > self._pages:
            own, incoming = [], []
        evidence = list(self._evidence(own))
        conclusions = list(self._conclusions(incoming))
        told = (*own, *incoming, *evidence)
        named = {term for t in told for term in (t.subject, t.predicate, t.object)}
        iris = {term for term in named if isinstance(term, ox.NamedNode)} | {self._thing}
        found = {
            name: tuple(statements(self._quads(part)))
            for name, part in (
                ("own", own),
                ("incoming", incoming),
                ("evidence", evidence),
                ("conclusions", conclusions),
            )
        }
        graphs = {graph for part in found.values() for s in part for graph in s.graphs}
        return Description(
            iri=self._thing.value,
            graph=self._graph.value if isinstance(self._graph, ox.NamedNode) else None,
            page=self._page,
            pages=self._pages,
            labels=tuple(statements(self._quads(self._labels(iris | graphs)))),
            counts=counts,
            described=frozenset(
                iri.value
                for iri in iris
                if not iri.value.startswith(base) and _any(self._store, iri, None, self._graph)
            ),
            **found,
        )

    def _about(self, counts: dict[tuple[str, str], int]) -> Iterator[ox.Triple]:
        """Give the statements about the thing and its parts."""
        below = f"{self._thing.value}#"
        level, seen = [self._thing], {self._thing}
        for _ in range(_STEPS + 1):
            following = []
            for subject in level:
                for t in self._said(subject, counts):
                    yield t
                    part = t.object
                    if not isinstance(part, ox.NamedNode) or part in seen:
                        continue
                    if part.value.startswith(below):
                        seen.add(part)
                        following.append(part)
            level = following

    def _said(
        self, subject: ox.NamedNode, counts: dict[tuple[str, str], int]
    ) -> Iterator[ox.Triple]:
        """Give this page of what is said of a thing."""
        for predicate, number in self._count(f"{subject} ?p ?x"):
            if subject == self._thing:
                counts["out", predicate.value] = number
            for value in self._values(f"{subject} {predicate} ?x", number):
                yield ox.Triple(subject, predicate, value)

    def _pointing(self, counts: dict[tuple[str, str], int]) -> Iterator[ox.Triple]:
        """Give this page of what points at the thing."""
        for predicate, number in self._count(f"?x ?p {self._thing}"):
            counts["in", predicate.value] = number
            for subject in self._values(f"?x {predicate} {self._thing}", number):
                yield ox.Triple(subject, predicate, self._thing)

    def _count(self, pattern: str) -> list[tuple[ox.NamedNode, int]]:
        """Return the properties of a pattern, sorted, with their numbers of values."""
        rows = self._ask(f"SELECT ?p (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY ?p")
        found = sorted(((row["p"], int(row["n"].value)) for row in rows), key=lambda r: str(r[0]))
        self._pages = max(self._pages, *(-(-number // MOST) for _, number in found), 1)
        return found

    def _values(self, pattern: str, number: int) -> Iterator[ox.NamedNode]:
        """Give this page of the values of a pattern, in a fixed order."""
        start = (self._page - 1) * MOST
        if start < number:
            for row in self._ask(
                f"SELECT ?x WHERE {{ {pattern} }} ORDER BY isLiteral(?x) STR(?x) LANG(?x) "
                f"STR(DATATYPE(?x)) LIMIT {MOST} OFFSET {start}"
            ):
                yield row["x"]

    def _evidence(self, own: list[ox.Triple]) -> Iterator[ox.Triple]:
        """Give what is said of the excerpts behind the thing, and who made their documents."""
        quoted = [t.object for t in own if t.predicate.value == PROV.wasQuotedFrom]
        sources = [t.object for t in own if t.predicate.value == DCT.source]
        for excerpt in dict.fromkeys([self._thing, *quoted]):
            if not isinstance(excerpt, ox.NamedNode):
                continue
            for value in self._objects(excerpt, OA.hasSource):
                sources.append(value)
                yield ox.Triple(excerpt, ox.NamedNode(OA.hasSource), value)
            for selector in self._objects(excerpt, OA.hasSelector):
                yield ox.Triple(excerpt, ox.NamedNode(OA.hasSelector), selector)
                if isinstance(selector, ox.NamedNode):
                    yield from self._facts(selector, (OA.exact, OA.start, OA.end))
        for source in dict.fromkeys(sources):
            if isinstance(source, ox.NamedNode):
                yield from self._facts(source, (DC.creator,))

    def _conclusions(self, incoming: list[ox.Triple]) -> Iterator[ox.Triple]:
        """Give what is said of statements about the thing (RDF 1.1 Semantics, D.1)."""
        for t in incoming:
            if t.predicate.value == RDF.subject:
                for quad in self._store.quads_for_pattern(t.subject, None, None, self._graph):
                    yield quad.triple

    def _labels(self, iris: Iterable[ox.NamedNode]) -> Iterator[ox.Triple]:
        for iri in sorted(iris, key=str):
            for predicate in _LABELS:
                for quad in self._store.quads_for_pattern(iri, predicate, None, self._graph):
                    yield quad.triple

    def _facts(self, subject: ox.NamedNode, predicates: Iterable[str]) -> Iterator[ox.Triple]:
        for predicate in predicates:
            for value in self._objects(subject, predicate):
                yield ox.Triple(subject, ox.NamedNode(predicate), value)

    def _objects(self, subject: ox.NamedNode, predicate: str) -> list[_Value]:
        quads = self._store.quads_for_pattern(subject, ox.NamedNode(predicate), None, self._graph)
        return sorted((quad.object for quad in quads), key=str)

    def _quads(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Quad]:
        """Give the triples with the graphs in which they stand."""
        for t in dict.fromkeys(triples):
            graphs = self._store.quads_for_pattern(t.subject, t.predicate, t.object, None)
            names = {str(quad.graph_name): quad.graph_name for quad in graphs}
            for _, name in sorted(names.items()):
                if isinstance(name, ox.NamedNode) and name.value in self._among:
                    yield ox.Quad(t.subject, t.predicate, t.object, name)

    def _ask(self, text: str) -> ox.QuerySolutions:
        found = self._store.query(text, default_graph=self._graph)
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - a SELECT
        return found
