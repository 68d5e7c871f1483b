"""What crawlers, browsers and programs look for where they have never been.

``/robots.txt`` keeps crawlers from running queries (RFC 9309), ``/.well-known/api-catalog`` names
what programs can ask (RFC 9727).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import RedirectResponse, Response

from gcmgraph.rdf.formats import HTML, LINKSET, TEXT, TURTLE, Format
from gcmgraph.serve.dataset import sitemap
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link

if TYPE_CHECKING:
    from gcmgraph.serve.site import Site

_API_CATALOG: Final = "/.well-known/api-catalog"


def router(site: Site) -> Routes:
    """Return the routes by which the others are found."""
    routes = Routes()

    def respond(request: Request, body: bytes, format_: Format, *links: Link) -> Response:
        etag = site.etag("discovery", site.url(request, request.url.path))
        known = site.unchanged(request, etag)
        return known or site.respond(body, format_, etag, links)

    async def robots(request: Request) -> Response:
        text = f"User-agent: *\nDisallow: /sparql?\nSitemap: {site.url(request, sitemap.PATH)}\n"
        return respond(request, text.encode(), TEXT)

    async def api_catalog(request: Request) -> Response:
        body = json.dumps(_linkset(site, request), indent=1).encode()
        return respond(request, body, LINKSET, Link(_API_CATALOG, "api-catalog"))

    async def favicon() -> Response:
        return RedirectResponse("/static/icon.svg", 308)

    for path, endpoint in (
        ("/robots.txt", robots),
        (_API_CATALOG, api_catalog),
        ("/favicon.ico", favicon),
    ):
        routes.add(path, endpoint, described=False)
    return routes


def _linkset(site: Site, request: Request) -> object:
    """Return what can be asked here, and where it is described (RFC 9264 §4.2, RFC 8631)."""

    def link(path: str, media_type: str) -> list[dict[str, str]]:
        return [{"href": site.url(request, path), "type": media_type}]

    return {
        "linkset": [
            {
                "anchor": site.url(request, "/sparql"),
                "service-desc": link("/sparql?format=turtle", TURTLE.media_type),
                "service-doc": link("/sparql?format=html", HTML.media_type),
            },
        ]
    }
