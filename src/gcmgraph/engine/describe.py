"""Describing a thing; happens in a worker, by looking things up in the store's indexes.

Nothing here is a text that anybody parses but the engine, and nothing takes time in Python that
grows with the graph: values are counted by the engine, and read a page at a time.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

import pyoxigraph as ox

from gcmgraph.engine.description import LABELS, MOST, Description, statements
from gcmgraph.rdf.namespaces import DC, DCT, OA, PROV, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gcmgraph.engine.description import Statement


_Graph: TypeAlias = ox.NamedNode | ox.DefaultGraph

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
    """Describes one thing from one graph: the default graph, or another.

    ``among`` are the named graphs of which that is the union; statements come as their quads.
    """

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
        incoming = list(self._values(None, self._thing, counts, "in"))
        if self._page > self._pages:
            own, incoming = [], []
        evidence = list(self._evidence(own))
        conclusions = list(self._conclusions(incoming))
        told = (*own, *incoming, *evidence)
        terms = {term for q in told for term in (q.subject, q.predicate, q.object, q.graph_name)}
        named = {term for term in terms if isinstance(term, ox.NamedNode)} | {self._thing}
        return Description(
            iri=self._thing.value,
            graph=self._graph.value if isinstance(self._graph, ox.NamedNode) else None,
            page=self._page,
            pages=self._pages,
            own=_statements(own),
            incoming=_statements(incoming),
            labels=_statements(self._labels(named)),
            evidence=_statements(evidence),
            conclusions=_statements(conclusions),
            counts=counts,
            described=frozenset(
                iri.value
                for iri in named
                if not iri.value.startswith(base) and _any(self._store, iri, None, self._graph)
            ),
        )

    def _about(self, counts: dict[tuple[str, str], int]) -> Iterator[ox.Quad]:
        """Give this page of the statements about the thing and its parts."""
        below = f"{self._thing.value}#"
        level, seen = [self._thing], {self._thing}
        for _ in range(_STEPS + 1):
            following = set()
            for subject in level:
                for quad in self._values(subject, None, counts, "out"):
                    yield quad
                    part = quad.object
                    if isinstance(part, ox.NamedNode) and part.value.startswith(below):
                        following.add(part)
            level = sorted(following - seen, key=str)
            seen |= following

    def _values(
        self,
        subject: ox.NamedNode | None,
        value: ox.NamedNode | None,
        counts: dict[tuple[str, str], int],
        way: str,
    ) -> Iterator[ox.Quad]:
        """Give this page of what is said of a subject, or with a value."""
        few = list(islice(self._quads(subject, None, value), MOST + 1))
        if len(few) <= MOST:
            # Nothing of so few needs a second page; most things are told of in one look.
            if self._thing in (subject, value):
                triples = {quad.triple for quad in few}
                counts |= Counter((way, triple.predicate.value) for triple in triples)
            yield from few if self._page == 1 else ()
            return
        pattern = f"{subject or '?x'} ?p {value or '?x'}"
        rows = self._ask(f"SELECT ?p (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY ?p")
        for predicate, number in sorted(((r["p"], int(r["n"].value)) for r in rows), key=str):
            if self._thing in (subject, value):
                counts[way, predicate.value] = number
            self._pages = max(self._pages, -(-number // MOST))
            start = (self._page - 1) * MOST
            if start < number:
                for row in self._ask(
                    f"SELECT ?x WHERE {{ {pattern.replace('?p', str(predicate))} }} "
                    "ORDER BY isLiteral(?x) STR(?x) LANG(?x) STR(DATATYPE(?x)) "
                    f"LIMIT {MOST} OFFSET {start}"
                ):
                    yield from self._quads(subject or row["x"], predicate, value or row["x"])

    def _evidence(self, own: list[ox.Quad]) -> Iterator[ox.Quad]:
        """Give what is said of the excerpts behind the thing, and who made their documents."""
        quoted = {q.object for q in own if q.predicate.value == PROV.wasQuotedFrom}
        sources = {q.object for q in own if q.predicate.value == DCT.source}
        for excerpt in (self._thing, *sorted(quoted, key=str)):
            for predicate in (OA.hasSource, OA.hasSelector):
                for quad in self._facts(excerpt, predicate):
                    yield quad
                    if predicate == OA.hasSource:
                        sources.add(quad.object)
                        continue
                    for fact in (OA.exact, OA.start, OA.end):
                        yield from self._facts(quad.object, fact)
        for source in sorted(sources, key=str):
            yield from self._facts(source, DC.creator)

    def _conclusions(self, incoming: list[ox.Quad]) -> Iterator[ox.Quad]:
        """Give what is said of statements about the thing (RDF 1.1 Semantics, D.1)."""
        for quad in incoming:
            if quad.predicate.value == RDF.subject and isinstance(quad.subject, ox.NamedNode):
                yield from self._quads(quad.subject, None, None)

    def _labels(self, iris: Iterable[ox.NamedNode]) -> Iterator[ox.Quad]:
        for iri in iris:
            for predicate in _LABELS:
                yield from self._quads(iri, predicate, None)

    def _facts(self, subject: object, predicate: str) -> Iterator[ox.Quad]:
        if isinstance(subject, ox.NamedNode):
            yield from self._quads(subject, ox.NamedNode(predicate), None)

    def _quads(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        value: ox.NamedNode | None,
    ) -> Iterator[ox.Quad]:
        """Give what the graphs say that are read."""
        for quad in self._store.quads_for_pattern(subject, predicate, value, None):
            graph = quad.graph_name
            if isinstance(graph, ox.NamedNode) and graph.value in self._among:
                yield quad

    def _ask(self, text: str) -> ox.QuerySolutions:
        found = self._store.query(text, default_graph=self._graph)
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - a SELECT
        return found


def _statements(quads: Iterable[ox.Quad]) -> tuple[Statement, ...]:
    """Bring together the graphs of each statement, in a fixed order."""
    return tuple(statements(sorted(quads, key=str)))
