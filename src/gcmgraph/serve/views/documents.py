"""The document about a thing, in every format: one description, many views.

Where it has several pages, each says so in the data themselves, as Linked Data Fragments do
(Hydra Core Vocabulary, “Collections”): how many statements there are in all, and which pages come
before and after. Nobody takes a page for the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcmgraph.rdf import formats, serialize
from gcmgraph.rdf.graphs import quads as in_default_graph
from gcmgraph.rdf.namespaces import HYDRA, RDF, XSD
from gcmgraph.rdf.terms import DefaultGraph, Literal, NamedNode, Quad, typed
from gcmgraph.serve.views import schema_org, thing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gcmgraph.engine.description import Description
    from gcmgraph.rdf.formats import Format
    from gcmgraph.serve.release import Release


def write(release: Release, found: Description, format_: Format, url: str, path: str) -> bytes:
    """Return the document in a format; ``url`` is its public address, ``path`` that of here."""
    if format_ is formats.HTML:
        label = label_of(found)
        return release.html.render(
            "thing.html",
            thing=found,
            page=thing.arrange(found, release.manifest),
            others=other_pages(found),
            label=label or release.html.short(found.iri),
            path=path,
            labels=found.labels_by_iri,
            described=found.described,
            schema_org=schema_org.describe(found, label, url, release.manifest),
        ).encode()
    quads = [*_statements(found), *_paging(found, url)]
    if format_ in formats.QUADS:
        # A client that followed a link looks into the default graph alone.
        quads += in_default_graph(dict.fromkeys(quad.triple for quad in quads))
    return serialize.write(quads, format_, release.manifest.prefixes, release.context)


def label_of(found: Description) -> str | None:
    """Return a thing's own label; an excerpt is called by its words."""
    words = (q.words for q in thing.quotations(found) if q.excerpt.value == found.iri)
    return found.label(found.iri) or next(map(thing.title_of, words), None)


def other_pages(found: Description) -> dict[str, int]:
    """Return the numbers of the other pages by their relations to this one (RFC 8288)."""
    if found.pages < 2:
        return {}
    numbers = {"first": 1, "prev": found.page - 1, "next": found.page + 1, "last": found.pages}
    return {rel: number for rel, number in numbers.items() if 1 <= number <= found.pages}


def _statements(found: Description) -> Iterator[Quad]:
    """Give what is said of the thing and with it, and what the things are called that are named."""
    named = {s.object for s in found.own} | {s.subject for s in found.incoming}
    seen = set()
    for s in (*found.own, *found.incoming, *(s for s in found.labels if s.subject in named)):
        for graph in s.graphs:
            quad = Quad(s.subject, s.predicate, s.object, graph)
            if quad not in seen:
                seen.add(quad)
                yield quad


def _paging(found: Description, url: str) -> Iterator[Quad]:
    if found.pages < 2:
        return
    here = f"{url}?page={found.page}"

    def say(subject: str, predicate: str, value: NamedNode | Literal) -> Quad:
        return Quad(NamedNode(subject), NamedNode(predicate), value, DefaultGraph())

    total = typed(sum(found.counts.values()), XSD.integer)
    yield say(url, RDF.type, NamedNode(HYDRA.Collection))
    yield say(url, HYDRA.totalItems, total)
    yield say(url, HYDRA.view, NamedNode(here))
    yield say(here, RDF.type, NamedNode(HYDRA.PartialCollectionView))
    terms = {"prev": "previous"}
    for rel, number in other_pages(found).items():
        term = getattr(HYDRA, terms.get(rel, rel))
        yield say(here, term, NamedNode(f"{url}?page={number}"))
