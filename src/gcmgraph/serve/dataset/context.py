"""The JSON-LD context: the present one, and the same at the address that never changes.

Documents refer to ``/context/{hash}.jsonld``; whoever keeps one must be able to read it later, so
that address is for ever what it is, or it is 404. ``/context.jsonld`` is that of the release, and
``/context`` shows browsers what the names in it stand for.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response

from gcmgraph.rdf import formats, jsonld
from gcmgraph.serve.http.documents import described_by
from gcmgraph.serve.http.headers import FRESH, PINNED
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link

if TYPE_CHECKING:
    from gcmgraph.serve.site import Site

#: The profile of documents that are contexts (JSON-LD 1.1, IANA Considerations; RFC 6906).
PROFILE: Final = "http://www.w3.org/ns/json-ld#context"
MEDIA_TYPE: Final = f'{formats.JSONLD.media_type};profile="{PROFILE}"'

_NEWEST: Final = f"/{jsonld.FILE_NAME}"
_PAGE: Final = "/context"
_AS_PAGE: Final = f"{_PAGE}?format={formats.HTML.name}"


def router(site: Site) -> Routes:
    """Return the routes of the context."""
    routes = Routes()
    context = _Context(site)
    for path, endpoint in (
        (_NEWEST, context.newest),
        (_PAGE, context.either),
        (f"{_PAGE}/{{name}}", context.version),
    ):
        routes.add(path, endpoint)
    return routes


class _Context:
    """Answers with the context of one release."""

    def __init__(self, site: Site) -> None:
        self._site = site
        iri = site.manifest.context if jsonld.FILE_NAME in site.manifest.entries else None
        #: The path that names the definitions by their hash.
        self._pinned = "/" + iri.removeprefix(site.manifest.base) if iri else None

    async def newest(self, request: Request) -> Response:
        """Return the context of the release."""
        return self._document(request, FRESH, Link(_AS_PAGE, "alternate", formats.HTML.media_type))

    async def either(self, request: Request) -> Response:
        """Return the context of the release, or a page of its names."""
        if choose(request, (formats.JSONLD, formats.HTML)) is formats.JSONLD:
            return await self.newest(request)
        pinned, text = self._read()
        context = jsonld.Context.read(json.loads(text))
        names = sorted(context.terms.values(), key=lambda term: (term.name.lower(), term.name))
        links = [Link(_NEWEST, "alternate", formats.JSONLD.media_type), *described_by(self._site)]
        return self._site.page(request, "context.html", links, names=names, pinned=pinned)

    async def version(self, request: Request, name: str) -> Response:
        """Return the context at the address that bears its hash."""
        if request.url.path != self._pinned:
            there = f"the release has {self._pinned}" if self._pinned else "the release has none"
            raise ProblemError(NOT_FOUND, f"There is no context {name} here; {there}.")
        return self._document(request, PINNED, Link(_NEWEST, "latest-version"))

    def _document(self, request: Request, cache_control: str, link: Link) -> Response:
        """Return the context; both addresses give the same text."""
        pinned, body = self._read()
        etag = self._site.etag("context", pinned)
        if (known := self._site.unchanged(request, etag, cache_control)) is not None:
            return known
        links = [link, Link(PROFILE, "profile"), *described_by(self._site)]
        headers = self._site.headers(etag, links, cache_control)
        if cache_control != PINNED:
            headers["Content-Location"] = pinned
        return Response(body, headers=headers, media_type=MEDIA_TYPE)

    def _read(self) -> tuple[str, bytes]:
        if self._pinned is None:
            raise ProblemError(NOT_FOUND, "The release holds no JSON-LD context.")
        return self._pinned, (self._site.release.folder / jsonld.FILE_NAME).read_bytes()
