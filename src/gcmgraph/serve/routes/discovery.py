"""What crawlers, browsers and programs look for where they have never been.

``/robots.txt`` keeps crawlers from running queries (RFC 9309), ``/.well-known/api-catalog`` names
what programs can ask (RFC 9727), ``/openapi.json`` how (OpenAPI 3.1).
"""

from __future__ import annotations

import json
from typing import Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import JSONResponse, RedirectResponse, Response

from gcmgraph.rdf.formats import HTML, LINKSET, TEXT, TURTLE, Format
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import public_url, send, tag_of
from gcmgraph.serve.routes import sitemap

_API_CATALOG: Final = "/.well-known/api-catalog"


async def robots(request: Request) -> Response:
    """Say what crawlers may visit."""
    text = f"User-agent: *\nDisallow: /sparql?\nSitemap: {public_url(request, sitemap.PATH)}\n"
    return await _send(request, text, TEXT)


async def api_catalog(request: Request) -> Response:
    """Say what can be asked here, and where it is described (RFC 9264 §4.2, RFC 8631)."""

    def link(path: str, media_type: str) -> list[dict[str, str]]:
        return [{"href": public_url(request, path), "type": media_type}]

    service = {
        "anchor": public_url(request, "/sparql"),
        "service-desc": link("/sparql?format=turtle", TURTLE.media_type),
        "service-doc": link("/sparql?format=html", HTML.media_type),
    }
    text = json.dumps({"linkset": [service]}, indent=1)
    return await _send(request, text, LINKSET, Link(_API_CATALOG, "api-catalog"))


async def openapi(request: Request) -> Response:
    """Describe the API, under the title of the dataset."""
    described = request.app.openapi()
    title = release_of(request).manifest.title
    return JSONResponse({**described, "info": {**described["info"], "title": title}})


async def favicon() -> Response:
    """Lead to the icon."""
    return RedirectResponse("/static/icon.svg", 308)


async def _send(request: Request, text: str, format_: Format, *links: Link) -> Response:
    async def make() -> bytes:
        return text.encode()

    return await send(request, tag_of(request, request.url.path, format_), format_, make, links)


router = Routes()
for _path, _endpoint in (
    ("/robots.txt", robots),
    (_API_CATALOG, api_catalog),
    ("/openapi.json", openapi),
    ("/favicon.ico", favicon),
):
    router.add(_path, _endpoint, described=False)
