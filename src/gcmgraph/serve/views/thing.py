"""What a page shows of a thing, each statement once, arranged for people."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gcmgraph.project import INFERRED
from gcmgraph.rdf.namespaces import OA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gcmgraph.engine.description import Description, Statement
    from gcmgraph.manifest import Manifest
    from gcmgraph.rdf.terms import NamedNode, Term

#: Characters of words that stand for a title.
LONGEST_TITLE: Final = 120

#: Statements by what they say, or by what they are about.
Groups = dict["Term", list["Statement"]]


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words behind a thing: an excerpt of a source, with offsets in characters."""

    excerpt: Term
    words: str
    source: Term | None
    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class ThingPage:
    """A thing's page: what is said, what only follows, the parts, what points at it."""

    about: Groups
    inferred: Groups
    parts: Groups
    incoming: Groups
    quotations: list[Quotation]


def arrange(found: Description, manifest: Manifest) -> ThingPage:
    """Arrange a description of a thing of this release."""
    derived = {graph.iri for graph in manifest.graphs if graph.name == INFERRED}

    def follows(statement: Statement) -> bool:
        """Say whether rules alone make a statement, and nobody says it."""
        return all(graph.value in derived for graph in statement.graphs)

    own = [s for s in found.own if s.subject.value == found.iri]
    # What it says of itself, or its parts say of it, is shown already.
    shown = {s.subject for s in found.own}
    return ThingPage(
        about=_grouped((s for s in own if not follows(s)), lambda s: s.predicate),
        inferred=_grouped((s for s in own if follows(s)), lambda s: s.predicate),
        parts=_grouped((s for s in found.own if s.subject.value != found.iri), lambda s: s.subject),
        incoming=_grouped(
            (s for s in found.incoming if s.subject not in shown), lambda s: s.predicate
        ),
        quotations=quotations(found),
    )


def quotations(found: Description) -> list[Quotation]:
    """Return the words behind a thing, in the order of the documents."""
    facts: dict[Term, dict[str, Term]] = {}
    selectors: dict[Term, Term] = {}
    for s in found.evidence:
        facts.setdefault(s.subject, {})[s.predicate.value] = s.object
        if s.predicate.value == OA.hasSelector:
            selectors[s.object] = s.subject
    words: dict[Term, dict[str, Term]] = {}
    for selector, excerpt in selectors.items():
        words.setdefault(excerpt, {}).update(facts.get(selector, {}))
    told = [
        Quotation(
            excerpt=excerpt,
            words=said[OA.exact].value,
            source=facts[excerpt].get(OA.hasSource),
            start=said[OA.start].value if OA.start in said else None,
            end=said[OA.end].value if OA.end in said else None,
        )
        for excerpt, said in words.items()
        if OA.exact in said
    ]
    return sorted(told, key=_reading_order)


def title_of(words: str) -> str:
    """Return a title for what is called by its words."""
    return f"“{textwrap.shorten(words, LONGEST_TITLE, placeholder=' …')}”"


def _reading_order(quotation: Quotation) -> tuple[str, int, str]:
    source = quotation.source.value if quotation.source else ""
    start = quotation.start or ""
    return (source, int(start) if start.isdecimal() else 0, quotation.excerpt.value)


def _grouped(
    statements: Iterable[Statement], key: Callable[[Statement], NamedNode | Term]
) -> Groups:
    groups: Groups = {}
    for statement in statements:
        groups.setdefault(key(statement), []).append(statement)
    return groups
