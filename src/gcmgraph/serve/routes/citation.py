"""How the dataset and any thing in it is cited, at ``/citation``.

``of`` is the IRI of a thing; without it, the dataset is meant. One look at the graph tells what a
thing is called and whose words stand behind it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import DC, DCT, OA
from gcmgraph.rdf.terms import is_iri
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import send, tag_of
from gcmgraph.serve.views import citation_formats, documents

if TYPE_CHECKING:
    from gcmgraph.engine.description import Description
    from gcmgraph.manifest import Manifest
    from gcmgraph.serve.release import Release

OFFERED: Final = (formats.HTML, *formats.CITATIONS)

PATH: Final = "/citation"

#: Documents that a citation names at most.
_MOST_SOURCES: Final = 20


async def citation(request: Request) -> Response:
    """Say how to cite."""
    release = release_of(request)
    iri = request.query_params.get("of") or release.manifest.iri
    format_ = choose(request, OFFERED)

    async def make() -> bytes:
        work = await _work(release, iri)
        if format_ is not formats.HTML:
            return citation_formats.write(work, format_).encode()
        texts = {f: citation_formats.write(work, f) for f in formats.CITATIONS}
        return release.html.render("citation.html", work=work, texts=texts).encode()

    etag = tag_of(request, PATH, format_, iri)
    signposts = (Link(iri, "cite-as"), *links("alternate", iri, format_))
    return await send(request, etag, format_, make, signposts)


def links(rel: str, iri: str = "", chosen: formats.Format | None = None) -> list[Link]:
    """Return links to a citation in each format but the chosen one; of the dataset if no other."""
    of = f"of={quote(iri, safe='')}&" if iri else ""
    return [
        Link(f"{PATH}?{of}format={format_.name}", rel, format_.media_type)
        for format_ in formats.CITATIONS
        if format_ is not chosen
    ]


def dataset(manifest: Manifest) -> citation_formats.Work:
    """Return the dataset as a work."""
    return citation_formats.Work(
        key=citation_formats.key_of(f"{manifest.name}-{manifest.version}"),
        iri=manifest.iri,
        title=manifest.title,
        authors=manifest.creators,
        publishers=manifest.publishers,
        issued=manifest.issued,
        version=manifest.version,
        release=manifest.identity,
    )


async def _work(release: Release, iri: str) -> citation_formats.Work:
    """Return the work that an IRI names.

    Raises:
        ProblemError: 404, where the graph says nothing of it.

    """
    whole = dataset(release.manifest)
    if iri == whole.iri:
        return whole
    found = await release.graph.describe([iri]) if is_iri(iri) else None
    if found is None:
        raise ProblemError(
            NOT_FOUND, f"The graph says nothing of “{iri}”, so that it cannot be cited from it."
        )
    return replace(
        whole,
        key=citation_formats.key_of(whole.key, iri),
        iri=iri,
        title=documents.label_of(found) or release.html.short(iri),
        within=whole.title,
        quoted=_quoted(found),
    )


def _quoted(found: Description) -> tuple[str, ...]:
    """Return titles and authors of the documents that a thing was quoted from."""
    said = [*found.evidence, *(s for s in found.own if s.subject.value == found.iri)]
    sources = {s.object.value for s in said if s.predicate.value in (OA.hasSource, DCT.source)}
    creators: dict[str, list[str]] = {}
    for s in found.evidence:
        if s.predicate.value == DC.creator:
            creators.setdefault(s.subject.value, []).append(s.object.value)
    told = [
        # What has no title is a page, say, from which the document came.
        label + (f" ({by})" if by else "")
        for source in sorted(sources)
        if (label := found.label(source))
        for by in sorted(creators.get(source, [""]))
    ]
    return tuple(told[:_MOST_SOURCES])


router = Routes()
router.add(PATH, citation)
