"""Documents about the whole release, each at its own address, in several formats.

``/catalog`` is chosen by ``Accept`` or ``?format=``; ``/catalog.ttl`` is Turtle whatever is asked,
and ``/catalog.TTL`` leads there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from starlette.responses import RedirectResponse

from gcmgraph.rdf import formats
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.signposts import Link, alternates

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from gcmgraph.rdf.formats import Format
    from gcmgraph.serve.site import Site

#: How a document is made in each format there is; the first is for who asks for none.
Bodies: TypeAlias = "dict[Format, Callable[[], Awaitable[bytes]]]"

#: What says of a release, as linked data, what it is and holds.
CATALOG: Final = f"catalog.{formats.TURTLE.suffix}"


def graph_of(site: Site, name: str) -> str | None:
    """Return the IRI of a named graph of the release; ``None`` where it has none of that name."""
    return next((graph.iri for graph in site.manifest.graphs if graph.name == name), None)


def described_by(site: Site) -> list[Link]:
    """Return the link to the catalogue, where the release has one (RFC 6892)."""
    if CATALOG not in site.manifest.entries:
        return []
    return [Link(f"/{CATALOG}", "describedby", formats.TURTLE.media_type)]


async def respond(
    site: Site,
    request: Request,
    path: str,
    bodies: Bodies,
    *,
    suffix: str | None = None,
    links: Iterable[Link] = (),
    location: str | None = None,
) -> Response:
    """Return the document at ``path`` in the format that is asked for.

    ``location`` is where this very text stands too, and stays longer (RFC 9110 §8.7).

    Raises:
        ProblemError: where there is no such format.

    """
    offered = tuple(bodies)
    format_ = choose(request, offered, suffix=suffix)
    if suffix not in (None, format_.suffix):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{path}.{format_.suffix}{query}", 308)
    # A text may name addresses of this server.
    etag = site.etag("document", site.url(request, path), format_.name)
    if (known := site.unchanged(request, etag)) is not None:
        return known
    body = await bodies[format_]()
    response = site.respond(body, format_, etag, [*alternates(path, offered, format_), *links])
    if location is not None:
        response.headers["Content-Location"] = f"{location}.{format_.suffix}"
    return response
