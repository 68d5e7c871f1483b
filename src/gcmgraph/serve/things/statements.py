"""Statements with the graphs in which they stand, and what a page shows of a thing."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gcmgraph.rdf.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcmgraph.rdf.terms import Row, Term


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement and the graphs in which it stands."""

    subject: Term
    predicate: Term
    object: Term
    graphs: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words behind a thing: an excerpt of a source, with offsets in characters."""

    excerpt: Term
    words: Term
    source: Term | None
    start: str | None
    end: str | None


#: Characters of words that stand for a title.
LONGEST_TITLE: Final = 120


def title_of(words: str) -> str:
    """Return a title for what is called by its words."""
    return f"“{textwrap.shorten(words, LONGEST_TITLE, placeholder=' …')}”"


@dataclass(slots=True)
class Description:
    """What a page shows of a thing; ``described`` are the other IRIs that have a page, too."""

    iri: str
    about: dict[Term, list[Statement]]
    inferred: dict[Term, list[Statement]]
    parts: dict[Term, list[Statement]]
    incoming: dict[Term, list[Statement]]
    incoming_cut: bool
    quotations: list[Quotation]
    definition: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    described: set[str] = field(default_factory=set)

    @property
    def label(self) -> str | None:
        """The thing's own label; an excerpt is called by its words."""
        if label := self.labels.get(self.iri):
            return label
        words = (q.words.value for q in self.quotations if q.excerpt.value == self.iri)
        return next(map(title_of, words), None)

    @property
    def own(self) -> list[Statement]:
        """The statements about the thing itself, said or inferred."""
        groups = (*self.about.values(), *self.inferred.values())
        return [statement for statements in groups for statement in statements]

    @property
    def types(self) -> list[Term]:
        """The classes that the thing is said to belong to."""
        groups = self.about.items()
        return [s.object for p, found in groups if p.value == RDF.type for s in found]

    def named(self) -> set[str]:
        """Return all IRIs that the page names."""
        names = {self.iri} | {q.source.value for q in self.quotations if q.source}
        for groups in (self.about, self.inferred, self.parts, self.incoming):
            for s in (s for statements in groups.values() for s in statements):
                names |= {s.predicate.value, s.subject.value}
                if s.object.is_iri:
                    names.add(s.object.value)
        return names


def statements(found: Iterable[Row]) -> list[Statement]:
    """Bring together the graphs of each statement, and sort."""
    graphs: dict[tuple[Term, Term, Term], set[Term]] = defaultdict(set)
    for row in found:
        graphs[row["s"], row["p"], row["o"]].add(row["g"])
    return [
        Statement(*triple, tuple(sorted(where, key=_key)))
        for triple, where in sorted(graphs.items(), key=lambda item: tuple(map(_key, item[0])))
    ]


def _key(term: Term) -> tuple[str, str, str]:
    return (term.kind, term.value, term.language or term.datatype or "")


def by_predicate(found: Iterable[Statement]) -> dict[Term, list[Statement]]:
    """Group statements by what they say."""
    groups: dict[Term, list[Statement]] = {}
    for statement in found:
        groups.setdefault(statement.predicate, []).append(statement)
    return groups


def by_subject(found: Iterable[Statement]) -> dict[Term, list[Statement]]:
    """Group statements by what they are about."""
    groups: dict[Term, list[Statement]] = {}
    for statement in found:
        groups.setdefault(statement.subject, []).append(statement)
    return groups
