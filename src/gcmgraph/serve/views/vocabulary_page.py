"""A vocabulary as a page shows it: each of its terms, and what is said of others' terms."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gcmgraph.engine.description import DEFINITIONS, LABELS
from gcmgraph.rdf.namespaces import OWL, RDF, RDFS, SCHEMA, SH, SKOS, XSD
from gcmgraph.rdf.terms import Literal, Term, iri

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gcmgraph.serve.release import Release

#: What kinds of term there are, in the order of a page; a term is of the first that it has.
_KINDS: Final = {
    OWL.Class: "Classes",
    RDFS.Class: "Classes",
    OWL.ObjectProperty: "Properties that lead to things",
    OWL.DatatypeProperty: "Properties that hold values",
    OWL.AnnotationProperty: "Properties for notes",
    RDF.Property: "Properties",
    SH.NodeShape: "Shapes of things",
    SH.PropertyShape: "Shapes of properties",
    SH.PrefixDeclaration: "Prefixes",
}
_OTHERS: Final = "Other terms"

#: What is said of a term, in the order of a page, with words for people.
_SAID: Final = {
    RDFS.subClassOf: "is a kind of",
    RDFS.subPropertyOf: "specializes",
    RDFS.domain: "is said of",
    SCHEMA.domainIncludes: "is said of",
    RDFS.range: "has as value",
    OWL.inverseOf: "is the inverse of",
    OWL.equivalentClass: "is the same as",
    OWL.equivalentProperty: "is the same as",
    RDF.type: "is a",
    SKOS.scopeNote: "note",
    SKOS.editorialNote: "note of the editors",
    SKOS.example: "example",
    RDFS.seeAlso: "see also",
    SH.targetClass: "holds of",
    SH.property: "asks for",
    SH.path: "looks at",
}
#: What is said with a term, read from its end.
_SAID_WITH: Final = {
    RDFS.subClassOf: "has as kinds",
    RDFS.subPropertyOf: "is specialized by",
    RDFS.domain: "has the properties",
    SCHEMA.domainIncludes: "has the properties",
    RDFS.range: "is the value of",
    OWL.inverseOf: "is the inverse of",
    SH.property: "is asked for by",
}

#: What says of which classes a property is.
_DOMAINS: Final = frozenset({RDFS.domain, SCHEMA.domainIncludes})

_MEANINGS: Final = (*DEFINITIONS, SH.description, SH.message)
_SHOWN_ELSEWHERE: Final = frozenset({RDFS.isDefinedBy, *LABELS, *_MEANINGS})

#: Nodes without a name have skolem IRIs here (RDF 1.1 Concepts, 3.5).
_SKOLEM: Final = ".well-known/genid/"
#: How many nodes a value without a name may be deep.
_DEEPEST: Final = 8
#: How many items of a list are shown; one that runs in a circle has no end.
_LONGEST: Final = 100

About = dict[str, dict[str, list[Term]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A term: what is said of it and with it, under words for people."""

    iri: str
    fragment: str
    label: str
    definition: Term | None
    said: dict[str, list[Term]]


@dataclass(slots=True)
class VocabularyPage:
    """A vocabulary: itself, its terms by kind, and what it says of terms from elsewhere."""

    itself: Entry
    kinds: dict[str, list[Entry]] = field(default_factory=dict)
    alignments: list[Entry] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)


async def read_vocabulary(release: Release, document: str, graph: str) -> VocabularyPage:
    """Read what the vocabulary ``document`` says in its graph."""
    rows = await release.graph.select(
        f"SELECT ?s ?p ?o WHERE {{ GRAPH {iri(graph)} {{ ?s ?p ?o }} }}"
    )
    about: About = defaultdict(lambda: defaultdict(list))
    with_: About = defaultdict(lambda: defaultdict(list))
    for s, p, o in sorted(((r["s"], r["p"], r["o"]) for r in rows), key=lambda t: [*map(_key, t)]):
        about[s.value][p.value].append(o)
        with_[o.value][p.value].append(s)
    reader = _Reader(release, document, about, with_)
    found = VocabularyPage(reader.entry(document))
    for subject in sorted(about, key=str.lower):
        if subject.startswith(f"{document}#"):
            entry = reader.entry(subject)
            found.kinds.setdefault(_kind(about[subject]), []).append(entry)
        elif subject != document and _SKOLEM not in subject:
            found.alignments.append(reader.entry(subject))
    order = [*_KINDS.values(), _OTHERS]
    found.kinds = dict(sorted(found.kinds.items(), key=lambda pair: order.index(pair[0])))
    named = {t.value for said in about.values() for values in said.values() for t in values}
    found.labels = await release.graph.labels(named)
    found.labels |= {e.iri: e.label for entries in found.kinds.values() for e in entries}
    return found


def _kind(said: Mapping[str, list[Term]]) -> str:
    types = {term.value for term in said.get(RDF.type, [])}
    return next((name for iri, name in _KINDS.items() if iri in types), _OTHERS)


class _Reader:
    """Makes the entries of one vocabulary."""

    def __init__(self, release: Release, document: str, about: About, with_: About) -> None:
        self._short: Callable[[str], str] = release.html.short
        self._skolem = release.manifest.base + _SKOLEM
        self._document = document
        self._about = about
        self._with = with_

    def entry(self, iri: str) -> Entry:
        """Return what is said of an IRI, and with it."""
        about = self._about.get(iri, {})
        known = next((t for t in about.get(RDF.type, []) if t.value in _KINDS), None)
        said: dict[str, list[Term]] = {}
        for predicate in sorted(about, key=lambda p: (_rank(_SAID, p), p)):
            if predicate not in _SHOWN_ELSEWHERE:
                values = [self._named(value) for value in about[predicate] if value != known]
                if values:
                    said.setdefault(_SAID.get(predicate, self._short(predicate)), []).extend(values)
        for predicate, words in _SAID_WITH.items():
            # What the members of a class can have, those of the classes below it can.
            classes = self._above(iri) if predicate in _DOMAINS else [iri]
            for subjects in (self._with.get(c, {}).get(predicate, []) for c in classes):
                said.setdefault(words, []).extend(
                    s for s in subjects if s not in said.get(words, [])
                )
        said = {words: values for words, values in said.items() if values}
        return Entry(
            iri=iri,
            fragment=iri.removeprefix(f"{self._document}#"),
            label=next((about[p][0].value for p in LABELS if p in about), self._short(iri)),
            definition=next((about[p][0] for p in _MEANINGS if p in about), None),
            said=said,
        )

    def _above(self, class_: str) -> list[str]:
        """Return a class and all above it, each once."""
        found = [class_]
        for one in found:
            above = self._about.get(one, {}).get(RDFS.subClassOf, [])
            found += [term.value for term in above if term.value not in found]
        return found

    def _named(self, value: Term) -> Term:
        """Return a value as it is; one without a name as a text that says what it is."""
        if not value.value.startswith(self._skolem):
            return value
        return Literal(self._in_words(value, _DEEPEST))

    def _in_words(self, value: Term, depth: int) -> str:
        """Write a node without a name as Turtle does."""
        about = self._about.get(value.value, {})
        if isinstance(value, Literal):
            is_text = value.language or value.datatype.value == XSD.string
            return str(value) if is_text else value.value
        if not value.value.startswith(self._skolem) or not about or not depth:
            return self._short(value.value)
        if RDF.first in about:
            items: list[str] = []
            while RDF.first in about and len(items) < _LONGEST:
                items.append(self._in_words(about[RDF.first][0], depth - 1))
                about = self._about.get(about[RDF.rest][0].value, {}) if RDF.rest in about else {}
            return f"({' '.join(items)})"
        said = (
            f"{self._short(predicate)} {', '.join(self._in_words(v, depth - 1) for v in values)}"
            for predicate, values in sorted(about.items())
        )
        return f"[{'; '.join(said)}]"


def _key(term: Term) -> tuple[str, str]:
    return (term.value, str(term))


def _rank(order: Mapping[str, str], key: str) -> int:
    return list(order).index(key) if key in order else len(order)
