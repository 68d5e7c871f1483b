"""Search: a page and JSON of what was found, and suggestions while somebody types.

``/search?q=`` pages; ``/search/suggest?q=`` answers as browsers ask (OpenSearch Suggestions 1.0),
and ``/opensearch.xml`` tells them where (OpenSearch 1.1).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.rdf import formats
from gcmgraph.serve.http.bodies import Body
from gcmgraph.serve.http.problems import BAD_REQUEST, NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import Resource, public_url, respond, send, tag_of
from gcmgraph.serve.routes.lists import page_link, page_number
from gcmgraph.serve.views.search import SearchIndex

if TYPE_CHECKING:
    from gcmgraph.serve.views.search import Found, Hit

PATH: Final = "/search"
_SUGGEST: Final = f"{PATH}/suggest"
_DESCRIPTION: Final = "/opensearch.xml"

#: Characters of what somebody asks for.
_LONGEST: Final = 200
_PAGE_LENGTH: Final = 20
_SUGGESTED: Final = 8

_OPENSEARCH: Final = formats.Format(
    "opensearch", "OpenSearch", "application/opensearchdescription+xml", "xml", "other"
)
_SUGGESTIONS: Final = formats.Format(
    "suggestions", "Suggestions", "application/x-suggestions+json", "json", "other"
)


async def search(request: Request) -> Response:
    """Find things by words."""
    release, text, page = release_of(request), _asked(request), page_number(request)
    index = await _index(request)

    async def found() -> Found:
        return await index.find(text, _PAGE_LENGTH, (page - 1) * _PAGE_LENGTH)

    def around(result: Found) -> dict[str, str]:
        return {
            rel: PATH + page_link(request, number)
            for rel, number in (("prev", page - 1), ("next", page + 1))
            if 1 <= number <= -(-result.total // _PAGE_LENGTH)
        }

    async def html() -> Body:
        result = await found()
        pages = around(result)
        content = release.html.render(
            "search.html", text=text, found=result, page=page, pages=pages, address=_address
        )
        return Body(content.encode(), tuple(Link(to, rel) for rel, to in pages.items()))

    async def data() -> Body:
        result = await found()
        pages = around(result)
        told = {
            "query": text,
            "total": result.total,
            "instead": result.instead,
            "items": [_told(request, hit) for hit in result.hits],
        } | {rel: public_url(request, to) for rel, to in pages.items()}
        content = json.dumps(told, ensure_ascii=False, indent=1)
        return Body(content.encode(), tuple(Link(to, rel) for rel, to in pages.items()))

    def _address(iri: str) -> str:
        return release.html.addresses.document(iri)

    variants = {formats.HTML: html, formats.JSON: data}
    return await respond(request, Resource(PATH, variants, distinct=(request.url.query,)))


async def suggest(request: Request) -> Response:
    """Suggest things for what somebody has typed so far."""
    text = _asked(request)
    index = await _index(request)

    async def make() -> bytes:
        hits = (await index.find(text, _SUGGESTED)).hits
        addresses = [_told(request, hit)["url"] for hit in hits]
        told = [text, [hit.label for hit in hits], [hit.kind or "" for hit in hits], addresses]
        return json.dumps(told, ensure_ascii=False).encode()

    tag = tag_of(request, _SUGGEST, _SUGGESTIONS, request.url.query)
    return await send(request, tag, _SUGGESTIONS, make)


async def describe(request: Request) -> Response:
    """Tell browsers how to search here."""
    await _index(request)

    def url(media_type: str, path: str) -> str:
        template = quoteattr(f"{public_url(request, path)}?q={{searchTerms}}")
        return f"<Url type={quoteattr(media_type)} template={template}/>"

    async def make() -> bytes:
        # OpenSearch 1.1: a short name has 16 characters at most.
        name = escape(release_of(request).manifest.name[:16])
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
            f"<ShortName>{name}</ShortName>"
            f"<Description>{escape(release_of(request).manifest.title)}</Description>"
            f"{url(formats.HTML.media_type, PATH)}"
            f"{url(_SUGGESTIONS.media_type, _SUGGEST)}</OpenSearchDescription>\n"
        ).encode()

    return await send(request, tag_of(request, _DESCRIPTION, _OPENSEARCH), _OPENSEARCH, make)


def _asked(request: Request) -> str:
    """Return what is searched.

    Raises:
        ProblemError: 400 where it is too long.

    """
    text = " ".join(request.query_params.get("q", "").split())
    if len(text) > _LONGEST:
        raise ProblemError(
            BAD_REQUEST, f"A search has at most {_LONGEST} characters; leave out some words."
        )
    return text


async def _index(request: Request) -> SearchIndex:
    index = await release_of(request).once(SearchIndex.of)
    if index is None:
        raise ProblemError(
            NOT_FOUND, "This release has no index to search; build it with this version."
        )
    return index


def _told(request: Request, hit: Hit) -> dict[str, str | None]:
    address = release_of(request).html.addresses.document(hit.iri)
    return {
        "id": hit.iri,
        "label": hit.label,
        "language": hit.language,
        "kind": hit.kind,
        "summary": hit.summary,
        "url": public_url(request, address),
    }


router = Routes()
router.add(PATH, search)
router.add(_SUGGEST, suggest)
router.add(_DESCRIPTION, describe, described=False)
