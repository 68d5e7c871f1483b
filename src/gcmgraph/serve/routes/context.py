"""The JSON-LD context: the present one, and the same at the address that never changes.

Documents refer to ``/context/{hash}.jsonld``; whoever keeps one must be able to read it later, so
that address is for ever what it is, or it is 404. ``/context.jsonld`` is that of the release, and
``/context`` shows browsers what the names in it stand for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response

from gcmgraph.rdf import formats, jsonld
from gcmgraph.serve.http.conditions import is_known
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import (
    FRESH,
    PINNED,
    described_by,
    headers_of,
    not_modified,
    send,
    strong_tag,
    tag_of,
)

if TYPE_CHECKING:
    from gcmgraph.serve.release import Release

#: The profile of documents that are contexts (JSON-LD 1.1, IANA Considerations; RFC 6906).
PROFILE: Final = "http://www.w3.org/ns/json-ld#context"
MEDIA_TYPE: Final = f'{formats.JSONLD.media_type};profile="{PROFILE}"'

_NEWEST: Final = f"/{jsonld.FILE_NAME}"
_PAGE: Final = "/context"
_AS_PAGE: Final = f"{_PAGE}?format={formats.HTML.name}"


async def newest(request: Request) -> Response:
    """Return the context of the release."""
    link = Link(_AS_PAGE, "alternate", formats.HTML.media_type)
    return await _document(request, FRESH, link)


async def either(request: Request) -> Response:
    """Return the context of the release, or a page of its names."""
    if choose(request, (formats.JSONLD, formats.HTML)) is formats.JSONLD:
        return await newest(request)
    release = release_of(request)
    pinned = _pinned(release)
    links = (Link(_NEWEST, "alternate", formats.JSONLD.media_type), *described_by(release))

    async def page() -> bytes:
        terms = release.context.terms.values() if release.context else ()
        names = sorted(terms, key=lambda term: (term.name.lower(), term.name))
        return release.html.render("context.html", names=names, pinned=pinned).encode()

    etag = tag_of(request, _PAGE, formats.HTML)
    return await send(request, etag, formats.HTML, page, links)


async def version(request: Request, name: str) -> Response:
    """Return the context at the address that bears its hash."""
    pinned = _path(release_of(request))
    if request.url.path != pinned:
        there = f"the release has {pinned}" if pinned else "the release has none"
        raise ProblemError(NOT_FOUND, f"There is no context {name} here; {there}.")
    return await _document(request, PINNED, Link(_NEWEST, "latest-version"))


async def _document(request: Request, cache_control: str, link: Link) -> Response:
    """Return the context; both addresses give the same text."""
    release = release_of(request)
    pinned = _pinned(release)
    etag = strong_tag(release, "context", pinned)
    if is_known(request, etag, release.issued):
        return not_modified(release, etag, cache_control)
    links = [link, Link(PROFILE, "profile"), *described_by(release)]
    headers = headers_of(release, etag, links, cache_control)
    if cache_control != PINNED:
        headers["Content-Location"] = pinned
    body = await release.read(release.manifest.entries[jsonld.FILE_NAME])
    return Response(body, headers=headers, media_type=MEDIA_TYPE)


def _path(release: Release) -> str | None:
    """Return the path that names the definitions by their hash."""
    iri = release.manifest.context if jsonld.FILE_NAME in release.manifest.entries else None
    return "/" + iri.removeprefix(release.manifest.base) if iri else None


def _pinned(release: Release) -> str:
    path = _path(release)
    if path is None:
        raise ProblemError(NOT_FOUND, "The release holds no JSON-LD context.")
    return path


router = Routes()
for _where, _endpoint in ((_NEWEST, newest), (_PAGE, either), (f"{_PAGE}/{{name}}", version)):
    router.add(_where, _endpoint)
