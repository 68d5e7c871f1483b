"""Describing a thing from the store of a release; happens in a worker.

However many values a property has, what is done in Python grows with one page of them: short lists
are read from the index whole, of long ones the store itself counts, sorts and cuts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pyoxigraph as ox

from gcmgraph.engine.description import LABELS, MOST, Description, Statement, statements
from gcmgraph.rdf.namespaces import DC, DCT, OA, PROV, RDF
from gcmgraph.rdf.sparql import ask
from gcmgraph.rdf.terms import is_iri, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gcmgraph.rdf.terms import Term

Node: TypeAlias = ox.NamedNode | ox.BlankNode
_Graph: TypeAlias = ox.NamedNode | ox.DefaultGraph

#: Quads up to which a list is read whole. A statement stands in the default graph, too.
_FEW: Final = 4 * MOST

_DEFAULT: Final = ox.DefaultGraph()
_LABELS: Final = tuple(map(ox.NamedNode, LABELS))
_QUOTED_FROM, _SOURCE, _CREATOR = map(ox.NamedNode, (PROV.wasQuotedFrom, DCT.source, DC.creator))
_DATE: Final = ox.NamedNode(DCT.date)
_HAS_SOURCE, _HAS_SELECTOR = map(ox.NamedNode, (OA.hasSource, OA.hasSelector))
_SELECTED: Final = tuple(map(ox.NamedNode, (OA.exact, OA.start, OA.end)))
_REIFIED: Final = ox.NamedNode(RDF.subject)


#: The parts, by the thing, to which nothing leads from it.
Strays: TypeAlias = "Mapping[str, Sequence[ox.NamedNode]]"


def strays(store: ox.Store, base: str) -> Strays:
    """Return the parts of our own things that are told of nowhere if not with their thing.

    A part, ``{thing}#{name}``, has no document of its own: it stands in that of the thing, which
    finds it by its statements. This looks at all statements once, for the others; there may be no
    statement about the thing itself.
    """
    found: dict[str, list[ox.NamedNode]] = {}
    text = f"""SELECT DISTINCT ?s WHERE {{ ?s ?p ?o FILTER(isIRI(?s) && CONTAINS(STR(?s), "#")
        && STRSTARTS(STR(?s), {literal(f"{base}id/")})) }} ORDER BY ?s"""
    rows: Any = ask(store, text)
    for row in rows:
        thing = ox.NamedNode(row["s"].value.partition("#")[0])
        if not _leads(store, thing, row["s"]):
            found.setdefault(thing.value, []).append(row["s"])
    return found


def _leads(store: ox.Store, thing: ox.NamedNode, part: ox.NamedNode) -> bool:
    """Say whether a thing leads to a part, or to a part that leads to it."""

    def is_object(of: ox.NamedNode, value: ox.NamedNode) -> bool:
        return next(store.quads_for_pattern(of, None, value, _DEFAULT), None) is not None

    between = (quad.subject for quad in store.quads_for_pattern(None, None, part, _DEFAULT))
    return is_object(thing, part) or any(
        isinstance(node, ox.NamedNode)
        and node.value.startswith(f"{thing.value}#")
        and is_object(thing, node)
        for node in between
    )


def describe(
    store: ox.Store,
    iris: Iterable[str],
    page: int,
    default: frozenset[str],
    base: str,
    strays: Strays,
) -> Description | None:
    """Return a page of what ``store`` says of the first of ``iris`` that it knows.

    ``default`` are the graphs whose union is the default graph, ``base`` is the IRI below which
    the release's own things lie, and ``strays`` are its parts to which nothing leads.
    """
    nodes = [ox.NamedNode(iri) for iri in iris if is_iri(iri)]
    graphs = frozenset(map(ox.NamedNode, default))
    for node in nodes:
        lost = strays.get(node.value, ())
        if lost or _has(store, node, None, _DEFAULT) or _has(store, None, node, _DEFAULT):
            return _Describer(store, node, _DEFAULT, graphs, lost).describe(page, base)
    # What nobody speaks of but the catalogue, say, is told from there.
    others = sorted((graph for graph in store.named_graphs() if graph not in graphs), key=str)
    for node in nodes:
        for graph in others:
            if isinstance(graph, ox.NamedNode) and _has(store, node, None, graph):
                return _Describer(store, node, graph, frozenset([graph])).describe(page, base)
    return None


def _has(
    store: ox.Store, subject: ox.NamedNode | None, value: ox.NamedNode | None, graph: _Graph
) -> bool:
    return next(store.quads_for_pattern(subject, None, value, graph), None) is not None


@dataclass(frozen=True, slots=True)
class _List:
    """Statements of which a page shows some: all, where they are few; else a pattern for them."""

    few: list[Statement] | None
    pattern: str


class _Describer:
    """Describes one thing from one graph: the default graph, or another.

    ``among`` are the named graphs of which that is the union, ``strays`` parts of the thing to
    which nothing leads.
    """

    def __init__(
        self,
        store: ox.Store,
        thing: ox.NamedNode,
        graph: _Graph,
        among: frozenset[ox.NamedNode],
        strays: Sequence[ox.NamedNode] = (),
    ) -> None:
        self._store = store
        self._thing = thing
        self._graph = graph
        self._among = among
        self._strays = strays

    def describe(self, page: int, base: str) -> Description:
        """Return a page of the description; one beyond the last has no statements."""
        out = _List(self._few(self._thing), f"VALUES ?s {{ {self._thing} }} ?s ?p ?o")
        parts = self._parts(out)
        into = _List(self._few(None, None, self._thing), f"?s ?p {self._thing}")
        counts = [self._counts(each) for each in (out, parts, into)]
        most = max((number for each in counts for number in each.values()), default=0)
        own, of_parts, incoming = (
            sorted(self._values(each, numbers, page), key=_place)
            for each, numbers in zip((out, parts, into), counts, strict=True)
        )
        pages = max(1, -(-most // MOST))
        evidence = list(self._evidence(own)) if page <= pages else []
        conclusions = list(self._conclusions(incoming))
        named = _named([*own, *of_parts, *incoming, *conclusions]) | {self._thing}
        named |= {s.object for s in evidence if s.predicate == _HAS_SOURCE}
        iris = sorted((term for term in named if isinstance(term, ox.NamedNode)), key=str)
        return Description(
            iri=self._thing.value,
            graph=self._graph.value if isinstance(self._graph, ox.NamedNode) else None,
            page=page,
            pages=pages,
            own=(*own, *of_parts),
            incoming=tuple(incoming),
            labels=tuple(self._said(iris, _LABELS)),
            evidence=tuple(evidence),
            conclusions=tuple(conclusions),
            counts={("out", p.value): number for p, number in counts[0].items()}
            | {("in", p.value): number for p, number in counts[2].items()},
            described=frozenset(
                iri.value
                for iri in iris
                if not iri.value.startswith(base) and _has(self._store, iri, None, self._graph)
            ),
        )

    def _few(
        self,
        subject: Node | None,
        predicate: ox.NamedNode | None = None,
        value: Term | None = None,
    ) -> list[Statement] | None:
        """Return all statements of a pattern; ``None`` where they are many."""
        quads = self._store.quads_for_pattern(subject, predicate, value, None)
        read = list(islice(quads, _FEW + 1))
        if len(read) > _FEW:
            return None
        return list(self._grouped(read)) if read else []

    def _grouped(self, quads: Iterable[ox.Quad]) -> Iterator[Statement]:
        return statements(quad for quad in quads if quad.graph_name in self._among)

    def _parts(self, out: _List) -> _List:
        """Return what is said of the parts of the thing, and of their parts."""
        start = literal(f"{self._thing.value}#")
        pattern = f"""{{ SELECT DISTINCT ?s WHERE {{
          {{ VALUES ?s {{ {" ".join(map(str, self._strays))} }} }}
          UNION {{ {self._thing} ?p1 ?s }}
          UNION {{ {self._thing} ?p1 ?part FILTER(isIRI(?part) && STRSTARTS(STR(?part), {start}))
                   ?part ?p2 ?s }}
          FILTER(isIRI(?s) && STRSTARTS(STR(?s), {start}))
        }} }} ?s ?p ?o"""
        found: dict[ox.NamedNode, list[Statement]] = {}
        latest = out.few
        lost = self._strays
        for _ in range(2):
            if latest is None:
                break
            linked = (part for part in self._parts_in(latest) if part not in found)
            parts = dict.fromkeys([*lost, *linked])
            lost = ()
            said = {part: self._few(part) for part in islice(parts, MOST)}
            few = {part: some for part, some in said.items() if some is not None}
            is_all = len(few) == len(parts)
            found |= few
            latest = [s for some in few.values() for s in some] if is_all else None
        if latest is None:
            return _List(None, pattern)
        return _List([s for some in found.values() for s in some], pattern)

    def _parts_in(self, told: Iterable[Statement]) -> Iterator[ox.NamedNode]:
        start = f"{self._thing.value}#"
        for s in told:
            if isinstance(s.object, ox.NamedNode) and s.object.value.startswith(start):
                yield s.object

    def _counts(self, listed: _List) -> Counter[ox.NamedNode]:
        """Return how many statements there are of each property."""
        if listed.few is not None:
            return Counter(s.predicate for s in listed.few)
        text = f"SELECT ?p (COUNT(*) AS ?n) WHERE {{ {listed.pattern} }} GROUP BY ?p"
        return Counter({row["p"]: int(row["n"].value) for row in self._select(text)})

    def _values(
        self, listed: _List, counts: Counter[ox.NamedNode], page: int
    ) -> Iterator[Statement]:
        """Give a page's part of each property's statements."""
        start = (page - 1) * MOST
        if listed.few is not None:
            by_predicate: dict[ox.NamedNode, list[Statement]] = {}
            for s in listed.few:
                by_predicate.setdefault(s.predicate, []).append(s)
            for values in by_predicate.values():
                yield from sorted(values, key=_place)[start : start + MOST]
            return
        for predicate, count in counts.items():
            if count > start:
                text = f"""SELECT ?s ?o WHERE {{ VALUES ?p {{ {predicate} }} {listed.pattern} }}
                    ORDER BY STR(?s) STR(?o) LANG(?o) STR(DATATYPE(?o)) ?o
                    LIMIT {MOST} OFFSET {start}"""
                for row in self._select(text):
                    yield from self._grouped(
                        self._store.quads_for_pattern(
                            row["s"], predicate, row["o"] or self._thing, None
                        )
                    )

    def _select(self, text: str) -> Any:
        return ask(self._store, text, default_graph=self._graph)

    def _said(
        self, subjects: Iterable[Node], predicates: Iterable[ox.NamedNode | None]
    ) -> Iterator[Statement]:
        """Give what is said of some with some properties; of what is long, the first page."""
        for subject in subjects:
            for predicate in predicates:
                found = self._few(subject, predicate)
                yield from self._first(subject, predicate) if found is None else found

    def _first(self, subject: Node, predicate: ox.NamedNode | None) -> Iterator[Statement]:
        quads = self._store.quads_for_pattern(subject, predicate, None, self._graph)
        for quad in islice(quads, MOST):
            yield from self._grouped(
                self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            )

    def _evidence(self, own: list[Statement]) -> Iterator[Statement]:
        """Give what tells of the excerpts; who made their sources, when and where they were had."""
        excerpts = [self._thing, *_objects(own, _QUOTED_FROM)]
        found = list(self._said(excerpts, (_HAS_SOURCE, _HAS_SELECTOR)))
        yield from found
        yield from self._said(_objects(found, _HAS_SELECTOR), _SELECTED)
        sources = [*_objects(found, _HAS_SOURCE), *_objects(own, _SOURCE)]
        yield from self._said(dict.fromkeys(sources), (_CREATOR, _DATE, _SOURCE))

    def _conclusions(self, incoming: list[Statement]) -> Iterator[Statement]:
        """Give what is said of the statements about the thing that are things themselves."""
        for s in incoming:
            if s.predicate == _REIFIED and isinstance(s.subject, ox.NamedNode | ox.BlankNode):
                yield from sorted(self._said((s.subject,), (None,)), key=_place)


def _objects(told: Iterable[Statement], predicate: ox.NamedNode) -> list[Node]:
    """Return the things that are values of a property."""
    return [
        s.object
        for s in told
        if s.predicate == predicate and isinstance(s.object, ox.NamedNode | ox.BlankNode)
    ]


def _named(told: Iterable[Statement]) -> set[Term]:
    named: set[Term] = set()
    for s in told:
        named.update((s.subject, s.predicate, s.object), s.graphs)
    return named


def _place(statement: Statement) -> tuple[str, ...]:
    """Return what sorts statements: by IRI; literals by text, language and datatype."""
    value = statement.object
    after = (value.language or "", value.datatype.value) if isinstance(value, ox.Literal) else ()
    return (statement.subject.value, statement.predicate.value, value.value, *after)
