"""What the graph says of a thing, as one value: what pages, documents and citations are views of.

A description holds the statements about the thing and about its parts (the hash IRIs below it, up
to two steps away), what points at it, what all that is named is called, the words behind it and
what curators conclude about it. Only graphs that belong to the default graph are read; what only
another graph speaks of is described from that.

It is bounded: of each property a page holds ``MOST`` values at the most, and a description has as
many pages as the property with most values needs. All pages together hold everything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, Self, cast

from gcmgraph.rdf.namespaces import DCT, FOAF, RDF, RDFS, SCHEMA, SKOS
from gcmgraph.rdf.terms import Literal, NamedNode, Node, Quad, Term, nquads, read_nquads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LABELS: Final = (
    SKOS.prefLabel,
    RDFS.label,
    DCT.title,
    FOAF.name,
    SCHEMA.name,
    SKOS.altLabel,
)
DEFINITIONS: Final = (SKOS.definition, DCT.description, RDFS.comment, SCHEMA.text)

#: Values of a property on a page, in each direction.
MOST: Final = 100


class DescriptionRequest(NamedTuple):
    """What is asked: the first of ``iris`` that the graph knows, and a page of its description."""

    iris: tuple[str, ...]
    page: int = 1
    client: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement and the graphs in which it stands."""

    subject: Node
    predicate: NamedNode
    object: Term
    graphs: tuple[NamedNode, ...]


@dataclass(frozen=True)
class Description:
    """What the graph says of a thing.

    ``graph`` is the one graph that was read where the default graph says nothing of it. ``own``
    are the statements about the thing and its parts, ``incoming`` those that point at it,
    ``labels`` what the things are called that these name, ``evidence`` what is said of the
    excerpts it was quoted from and of their documents, ``conclusions`` of the statements about it
    that somebody concluded. ``counts`` are the values of each property, by ``out`` or ``in`` and
    the property, on all pages together; ``described`` are those of the named IRIs of which the
    graph says anything.
    """

    iri: str
    graph: str | None
    page: int
    pages: int
    own: tuple[Statement, ...]
    incoming: tuple[Statement, ...]
    labels: tuple[Statement, ...]
    evidence: tuple[Statement, ...]
    conclusions: tuple[Statement, ...]
    counts: Mapping[tuple[str, str], int]
    described: frozenset[str]

    @cached_property
    def labels_by_iri(self) -> dict[str, str]:
        """A label for each IRI that has one: English before none before others."""
        return best_labels((s.subject, s.predicate, s.object) for s in self.labels)

    def label(self, iri: str) -> str | None:
        """Return what a thing that is named here is called."""
        return self.labels_by_iri.get(iri)

    def facts(self, predicate: str) -> list[Term]:
        """Return what is said of the thing itself with a property."""
        return [
            s.object
            for s in self.own
            if s.predicate.value == predicate and s.subject.value == self.iri
        ]

    @property
    def types(self) -> list[NamedNode]:
        """The classes of the thing."""
        return [term for term in self.facts(RDF.type) if isinstance(term, NamedNode)]

    @property
    def definition(self) -> str | None:
        """What the thing is, in words."""
        said = (term for predicate in DEFINITIONS for term in self.facts(predicate))
        return next((term.value for term in said if isinstance(term, Literal)), None)

    def to_json(self) -> bytes:
        """Write the description, for another process to read."""
        parts = {name: _written(getattr(self, name)) for name in _PARTS}
        known = {
            "iri": self.iri,
            "graph": self.graph,
            "page": self.page,
            "pages": self.pages,
            "counts": [[*key, number] for key, number in self.counts.items()],
            "described": sorted(self.described),
        }
        return json.dumps(known | parts).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self | None:
        """Read what ``to_json`` has written; ``null`` is no description."""
        known = json.loads(text)
        if known is None:
            return None
        parts = {name: tuple(statements(read_nquads(known[name]))) for name in _PARTS}
        return cls(
            iri=known["iri"],
            graph=known["graph"],
            page=known["page"],
            pages=known["pages"],
            counts={(way, predicate): number for way, predicate, number in known["counts"]},
            described=frozenset(known["described"]),
            **parts,
        )


_PARTS: Final = ("own", "incoming", "labels", "evidence", "conclusions")


def _written(found: Iterable[Statement]) -> str:
    return nquads(
        Quad(s.subject, s.predicate, s.object, graph) for s in found for graph in s.graphs
    )


def statements(quads: Iterable[Quad]) -> Iterator[Statement]:
    """Bring together the graphs of each statement, in the order in which statements first come."""
    graphs: dict[tuple[Node, NamedNode, Term], list[NamedNode]] = {}
    for quad in quads:
        triple = cast("tuple[Node, NamedNode, Term]", tuple(quad.triple))
        graphs.setdefault(triple, []).append(cast("NamedNode", quad.graph_name))
    for triple, where in graphs.items():
        yield Statement(*triple, tuple(where))


def best_labels(labels: Iterable[tuple[Term, Term, Term]]) -> dict[str, str]:
    """Choose a label for each thing: English before none before others, then by property."""
    best: dict[str, tuple[tuple[int, int, str], str]] = {}
    for thing, predicate, label in labels:
        if not isinstance(label, Literal):
            continue
        language = {"en": 0, "": 1}.get((label.language or "").lower(), 2)
        rank = (language, LABELS.index(predicate.value), label.value)
        if thing.value not in best or rank < best[thing.value][0]:
            best[thing.value] = (rank, label.value)
    return {iri: label for iri, (_, label) in best.items()}
