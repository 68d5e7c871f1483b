"""Things, and the documents about them.

=====================  =======================================================================
``/id/{kind}/{slug}``  a thing of ours, by its own IRI: 303 to its document
``/doc/…``             the document: ``.ttl`` and other suffixes, ``?format=``, or ``Accept``
``/doc/{kind}``        the things of a kind
``/about/{iri}``       the document about a thing that others have named
``/…``                 that about a thing of ours elsewhere, where nothing else stands
=====================  =======================================================================

A document takes one look at the graph, and none where the client has it or it was made before.
Where the graph says more of a thing than a document of ordinary size can hold, the document has
pages; each says how much there is, and leads to the others.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import RedirectResponse, Response

from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import DCT, PROV
from gcmgraph.rdf.terms import NamedNode
from gcmgraph.serve.addresses import ABOUT, DOCUMENT, IDENTIFIER, normal, tidy, with_suffix
from gcmgraph.serve.http.bodies import Body
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.paths import redirect, sent
from gcmgraph.serve.http.problems import GONE, NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import TAKES_PATH, Routes
from gcmgraph.serve.http.signposts import Link, alternates, in_formats, link_header
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import answered, public_url, send, tag_of
from gcmgraph.serve.routes import lists
from gcmgraph.serve.views import documents
from gcmgraph.serve.views.nearest import Named, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcmgraph.engine.description import Description
    from gcmgraph.rdf.formats import Format
    from gcmgraph.serve.addresses import Reading
    from gcmgraph.serve.release import Release

OFFERED: Final = (*formats.TRIPLES, *formats.QUADS, formats.HTML)
#: Below it stands what has no other place.
_ROOT: Final = ""

DATA: Final = (*formats.TRIPLES, *formats.QUADS)

#: What a page about a thing is (FAIR Signposting Profile §2.1).
_PAGE: Final = Link("https://schema.org/AboutPage", "type")

#: Classes that a header names; a header has its limits.
_MOST_TYPES: Final = 16

#: What ends like a file's name; a target of the UN's may end with a dot and one letter.
_SUFFIXED: Final = re.compile(r"(.+)\.([A-Za-z][A-Za-z0-9]{1,7})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Found:
    """A thing that the graph knows, the suffix in the address, and where its document stands."""

    description: Description
    suffix: str | None
    document: str


async def identifier(request: Request) -> Response:
    """Lead from a thing to its document (Cool URIs for the Semantic Web §4.2)."""
    release = release_of(request)
    path, tail = sent(request, IDENTIFIER)
    if query := quote(request.scope["query_string"], safe=string.punctuation.replace("#", "")):
        # An IRI may have a query of its own; its document is at an address that has none.
        asked = await _find(release, release.html.addresses.readings(f"{tail}?{query}", IDENTIFIER))
        if asked is not None:
            return RedirectResponse(release.html.addresses.identifier(asked.description.iri), 308)
    if (known := release.documents.get((path, IDENTIFIER))) is None:
        readings = release.html.addresses.readings(tail, IDENTIFIER)
        found = await _find(release, readings)
        if found is None:
            raise await _unknown(release, readings)
        await _require_present(release, found.description)
        canonical = release.html.addresses.identifier(found.description.iri)
        if path != canonical:
            return redirect(request, canonical, 308)
        known = Body(found.document.encode())
        release.documents.put((path, IDENTIFIER), known)
    document = known.content.decode()
    response = redirect(request, document, 303)
    response.headers["Vary"] = "Accept"
    response.headers["Link"] = link_header(in_formats(document, OFFERED, "describedby"))
    return response


async def document(request: Request) -> Response:
    """Return what the graph says of a thing of ours, or a list of its kind."""
    return await _document(request, DOCUMENT)


async def elsewhere(request: Request) -> Response:
    """Return what the graph says of a thing of ours that is in no place for things."""
    return await _document(request, _ROOT)


async def about(request: Request) -> Response:
    """Return what the graph says of a thing that has an IRI of others."""
    return await _document(request, ABOUT)


async def _document(request: Request, root: str) -> Response:
    release = release_of(request)
    path, tail = sent(request, root)
    page = lists.page_number(request)
    for stem, format_ in _variants(request, path):
        etag = tag_of(request, stem, format_, str(page))
        if (known := answered(request, etag, format_)) is not None:
            return known
    readings = release.html.addresses.readings(tail, root)
    found = await _find(release, readings, page)
    if found is None:
        kind = tidy(normal(tail)) if root == DOCUMENT else ""
        if kind and "/" not in kind:
            if path != f"{DOCUMENT}/{kind}":
                return redirect(request, f"{DOCUMENT}/{kind}", 308)
            return await lists.of_kind(request, kind)
        if root == _ROOT:
            raise HTTPException(404)
        await _require_format(request, tail, root)
        raise await _unknown(release, readings)
    canonical = with_suffix(found.document, found.suffix)
    if path != canonical:
        return redirect(request, canonical, 308)
    description = found.description
    await _require_present(release, description)
    if page > description.pages:
        raise ProblemError(
            NOT_FOUND, f"The document has no page {page}; the last one is {description.pages}."
        )
    format_ = choose(request, OFFERED, suffix=found.suffix)
    url = public_url(request, found.document)
    etag = tag_of(request, found.document, format_, str(page))

    async def make() -> Body:
        content = documents.write(release, description, format_, url, found.document)
        return Body(content, tuple(_links(description, found.document, format_)))

    return await send(request, etag, format_, make)


def _variants(request: Request, path: str) -> list[tuple[str, Format]]:
    """Return what may stand at an address: a document, and its format."""
    stem, suffix = formats.split_suffix(path)
    by_suffix = formats.by_suffix(suffix.lower(), OFFERED) if suffix else None
    found = [(stem, by_suffix)] if by_suffix else []
    try:
        return [(path, choose(request, OFFERED)), *found]
    except ProblemError:
        # There is none as is asked for; whether there is anything, the graph knows.
        return found


async def _find(release: Release, readings: list[Reading], page: int = 1) -> _Found | None:
    """Return the first reading of an address that the graph knows."""
    description = await release.graph.describe((r.iri for r in readings), page)
    if description is None:
        return None
    suffix = next(r.suffix for r in readings if r.iri == description.iri)
    document = release.html.addresses.document(description.iri)
    return _Found(description, suffix, document)


async def _require_format(request: Request, tail: str, root: str) -> None:
    """Make sure that a path of no known thing is not one with a suffix of no known format.

    Raises:
        ProblemError: 406, with the list of what there is.

    """
    named = _SUFFIXED.fullmatch(tail)
    if named is None or formats.by_suffix(named[2].lower(), OFFERED):
        return
    release = release_of(request)
    if await _find(release, release.html.addresses.readings(named[1], root)):
        choose(request, OFFERED, suffix=named[2])


async def _unknown(release: Release, readings: list[Reading]) -> ProblemError:
    """Return the problem of an address that means nothing the graph knows."""
    if not readings:
        return ProblemError(NOT_FOUND, "There can be nothing at such an address.")
    meant = next((reading for reading in readings if reading.suffix), readings[0])
    return ProblemError(
        NOT_FOUND,
        f"The graph says nothing of <{meant.iri}>.",
        nearest=_told(release, await nearest(release, meant.iri)),
    )


async def _require_present(release: Release, found: Description) -> None:
    """Make sure that a thing is still there.

    Raises:
        ProblemError: 410 where the graph says that it is no more, with what has taken its place.

    """
    since = found.facts(PROV.invalidatedAtTime)
    if not since:
        return
    others = [term.value for term in found.facts(DCT.isReplacedBy) if isinstance(term, NamedNode)]
    replaced_by = _told(release, (Named(other, found.label(other) or other) for other in others))
    label = found.label(found.iri) or found.iri
    detail = f"“{label}” is no more since {since[0].value}"
    if replaced_by:
        names = " and ".join(f"“{told['label']}”" for told in replaced_by)
        detail += f"; {names} took its place"
    links = [Link(told["address"], "successor-version") for told in replaced_by]
    raise ProblemError(
        GONE,
        f"{detail}.",
        headers={"Link": link_header(links)} if links else None,
        iri=found.iri,
        label=label,
        invalidatedAtTime=since[0].value,
        isReplacedBy=replaced_by,
    )


def _told(release: Release, things: Iterable[Named]) -> list[dict[str, str]]:
    """Return things as a problem tells them: IRI, label and address."""
    return [
        {
            "iri": thing.iri,
            "label": thing.label,
            "address": release.html.addresses.document(thing.iri),
        }
        for thing in things
    ]


def _links(found: Description, path: str, format_: Format) -> list[Link]:
    """Return the links of a document (FAIR Signposting Profile), and to its other pages."""
    links = [Link(found.iri, "describes"), Link(found.iri, "cite-as")]
    links += [_PAGE] if format_ is formats.HTML else []
    types = [term.value for term in found.types][:_MOST_TYPES]
    links += [Link(type_, "type") for type_ in types if type_.startswith(("http://", "https://"))]
    links += alternates(path, OFFERED, format_)
    links += in_formats(path, DATA, "describedby") if format_ is formats.HTML else []
    return links + [
        Link(f"?page={number}", rel) for rel, number in documents.other_pages(found).items()
    ]


router = Routes()
for _root, _endpoint in ((IDENTIFIER, identifier), (DOCUMENT, document), (ABOUT, about)):
    router.add(_root, _endpoint, described=False)
    router.add(f"{_root}/{{path:path}}", _endpoint, operation=TAKES_PATH)

#: What is looked at where no other route fits.
last = Routes()
last.add("/{path:path}", elsewhere, described=False)
