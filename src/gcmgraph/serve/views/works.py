"""Who made what is cited, as the graph says.

==========================================  =======================================================
what the graph says                         what is cited
==========================================  =======================================================
a creator or publisher who is not ours      their work, with its date and its page
``dc:creator``, a name                      a document as it was received: producer, page, day
``oa:hasSource``                            words of that document, by its producer
an IRI of others                            something in their dataset or vocabulary
a ``void:uriSpace`` that is not ours        their dataset
all else                                    what our dataset says, and which documents it is from
==========================================  =======================================================

A statement that somebody concluded is cited with its sentence and its reason.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from gcmgraph.engine.description import LABELS
from gcmgraph.rdf.namespaces import DC, DCT, FOAF, OA, PROV, RDF, RDFS, SKOS, VOID
from gcmgraph.rdf.terms import Literal, NamedNode
from gcmgraph.serve.views.citation_formats import Work, key_of
from gcmgraph.serve.views.documents import label_of

if TYPE_CHECKING:
    from gcmgraph.engine.description import Description
    from gcmgraph.manifest import Manifest
    from gcmgraph.rdf.terms import Term

#: Documents that a citation names at most.
_MOST_SOURCES: Final = 20

_STATEMENT: Final = (RDF.subject, RDF.predicate, RDF.object)


def dataset_work(manifest: Manifest) -> Work:
    """Return the dataset as a work."""
    return Work(
        key=key_of(f"{manifest.name}-{manifest.version}"),
        iri=manifest.iri,
        title=manifest.title,
        authors=manifest.creators,
        publishers=manifest.publishers,
        issued=manifest.issued,
        version=manifest.version,
        release=manifest.identity,
    )


def work_of(found: Description, manifest: Manifest) -> Work:
    """Return the work that a described thing is, or is a part of."""
    whole = dataset_work(manifest)
    if found.iri == whole.iri:
        return whole
    title = _title(found)
    theirs = Work(
        key=key_of(manifest.name, found.iri),
        iri=found.iri,
        title=title,
        described_in=f"{manifest.title} ({found.iri})",
    )
    if (excerpt := _excerpt(found, theirs)) is not None:
        return excerpt
    makers, publishers = _names(found, DCT.creator), _names(found, DCT.publisher)
    texts = _names(found, DC.creator)
    authors = makers or texts or publishers
    if not {*authors, *publishers} <= {*manifest.creators, *manifest.publishers}:
        return replace(
            theirs,
            authors=authors,
            publishers=publishers,
            issued=_first(found, DCT.issued),
            # The day on which a document was received, see ``publish.read.sources``.
            received=_first(found, DCT.date) if texts else "",
            page=_page(found.facts(FOAF.page) + found.facts(DCT.source), manifest),
        )
    spaces = (term.value for term in found.facts(VOID.uriSpace))
    if space := next((space for space in spaces if not space.startswith(manifest.base)), None):
        return replace(theirs, page=space)
    if not found.iri.startswith(manifest.base):
        container = manifest.linked_at(found.iri)
        vocabulary = next(iter(_names(found, RDFS.isDefinedBy)), urlsplit(found.iri).netloc)
        return replace(
            theirs,
            authors=container.publishers if container else (),
            within=container.title if container else vocabulary or None,
        )
    return replace(
        whole,
        key=key_of(whole.key, found.iri),
        iri=found.iri,
        title=title,
        authors=_names(found, PROV.wasAttributedTo) or whole.authors,
        within=whole.title,
        quoted=_quoted(found),
        reason=_reason(found),
    )


def _excerpt(found: Description, theirs: Work) -> Work | None:
    """Return words of a document as a part of it; ``None`` where the thing is no excerpt."""
    for document in found.facts(OA.hasSource):
        said = _said(found, document)
        return replace(
            theirs,
            authors=said.get(DC.creator, ()),
            received=next(iter(said.get(DCT.date, ())), ""),
            page=next((page for page in said.get(DCT.source, ())), None),
            within=found.label(document.value) or document.value,
        )
    return None


def _title(found: Description) -> str:
    """Return what a thing is called: never by a name that only programs understand."""
    if label := label_of(found):
        return label
    subject, predicate, value = (_first_named(found, part) for part in _STATEMENT)
    if subject and predicate and value:
        return f"{subject}: {predicate} “{value}”"
    name = _first(found, SKOS.notation) or _spoken(found.iri)
    kinds = [label for kind in found.types if (label := found.label(kind.value))]
    return f"{kinds[0]} {name}" if kinds else name


def _spoken(iri: str) -> str:
    """Return the end of an IRI as words."""
    return re.sub(r"[-_]+", " ", unquote(re.split("[/#]", iri.rstrip("/#"))[-1]))


def _reason(found: Description) -> str:
    """Return in what words a statement is explained that is a thing itself."""
    if not found.facts(RDF.predicate):
        return ""
    told = [
        s.object.value
        for s in found.own
        if s.subject.value == found.iri
        and isinstance(s.object, Literal)
        and s.predicate.value not in (*LABELS, *_STATEMENT)
    ]
    return " ".join(told)


def _quoted(found: Description) -> tuple[str, ...]:
    """Return the documents that a thing was quoted from: title, producer, page."""
    said = [*found.evidence, *(s for s in found.own if s.subject.value == found.iri)]
    sources = {s.object for s in said if s.predicate.value in (OA.hasSource, DCT.source)}
    told = []
    for source in sorted(sources, key=lambda term: term.value):
        # What has no title is a page, say, from which the document came.
        if label := found.label(source.value):
            facts = _said(found, source)
            by = "; ".join((*facts.get(DC.creator, ()), *facts.get(DCT.source, ())))
            told.append(f"{label} ({by})" if by else label)
    more = len(told) - _MOST_SOURCES
    return (*told[:_MOST_SOURCES], *([f"and {more} more"] if more > 0 else []))


def _said(found: Description, source: Term) -> dict[str, tuple[str, ...]]:
    """Return what the evidence says of a document, by property."""
    facts: dict[str, tuple[str, ...]] = {}
    for s in found.evidence:
        if s.subject == source:
            facts[s.predicate.value] = (*facts.get(s.predicate.value, ()), s.object.value)
    return facts


def _names(found: Description, predicate: str) -> tuple[str, ...]:
    """Return what the values of a property are called."""
    named = [_named(found, term) for term in found.facts(predicate)]
    return tuple(dict.fromkeys(name for name in named if name))


def _named(found: Description, term: Term) -> str | None:
    return term.value if isinstance(term, Literal) else found.label(term.value)


def _first_named(found: Description, predicate: str) -> str | None:
    return next(
        (_named(found, term) or _spoken(term.value) for term in found.facts(predicate)), None
    )


def _first(found: Description, predicate: str) -> str:
    """Return the first value of a property that is a literal, or an empty text."""
    return next((t.value for t in found.facts(predicate) if isinstance(t, Literal)), "")


def _page(values: list[Term], manifest: Manifest) -> str | None:
    """Return the first page on the web that is not one of ours."""
    return next(
        (
            term.value
            for term in values
            if isinstance(term, NamedNode)
            and term.value.startswith(("http://", "https://"))
            and not term.value.startswith(manifest.base)
        ),
        None,
    )
