"""Resources: what stands at an address, in each format there is; and the one place that answers.

A handler returns what it has, as a ``Resource``; ``respond`` negotiates the format, compares what
the client has, looks whether the document was made before, and only then has it made. An entity
tag follows from the release, the address and the variant alone, so that a client that has a
document costs no look at the graph.

``/catalog`` is chosen by ``Accept`` or ``?format=``; ``/catalog.ttl`` is Turtle whatever is asked,
and ``/catalog.TTL`` leads there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from starlette.responses import RedirectResponse, Response

from gcmgraph import __version__
from gcmgraph.rdf import formats
from gcmgraph.serve.http.bodies import Body
from gcmgraph.serve.http.conditions import is_known, names_tag
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.signposts import Link, alternates, link_header
from gcmgraph.serve.release import release_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from gcmgraph.rdf.formats import Format
    from gcmgraph.serve.release import Release
    from gcmgraph.settings import Settings

#: How long a cache may give what it has: an address may lead to a newer release tomorrow. After
#: a minute it asks, and the entity tag makes the answer short; it never gives what is older.
FRESH: Final = "public, max-age=60, must-revalidate"

#: An address that names its release leads to the same for ever.
PINNED: Final = "public, max-age=31536000, immutable"

#: What says of a release, as linked data, what it is and holds.
CATALOG: Final = f"catalog.{formats.TURTLE.suffix}"

#: Makes a body, as late as it is known that it is needed.
Make: TypeAlias = Callable[[], Awaitable[bytes | Body]]


@dataclass(frozen=True, slots=True)
class Resource:
    """What stands at ``path``, in the formats of ``variants``; the first is for who asks for none.

    ``links`` lead to what belongs to it in each format, ``location`` is where this very text stands
    too, and stays longer (RFC 9110 §8.7). Where the text depends on more than release and address,
    ``distinct`` says on what.
    """

    path: str
    variants: Mapping[Format, Make]
    links: tuple[Link, ...] = ()
    location: str | None = None
    distinct: tuple[str, ...] = ()


def public_url(request: Request, path: str) -> str:
    """Return the public address of a path of this server."""
    settings: Settings = request.app.state.settings
    return f"{settings.public_url or str(request.base_url).rstrip('/')}{path}"


def strong_tag(release: Release, *parts: str) -> str:
    """Return an ETag: the release, the program, and what tells responses apart."""
    text = "\0".join((release.manifest.fingerprint, __version__, *parts))
    return f'"{hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]}"'


def headers_of(
    release: Release, etag: str, links: Iterable[Link] = (), cache_control: str = FRESH
) -> dict[str, str]:
    """Return the headers of a representation, whatever its body."""
    headers = {
        "ETag": etag,
        "Last-Modified": format_datetime(release.issued, usegmt=True),
        "Cache-Control": cache_control,
        "Vary": "Accept",
    }
    if links := list(links):
        headers["Link"] = link_header(links)
    return headers


def not_modified(release: Release, etag: str, cache_control: str = FRESH) -> Response:
    """Return 304: the client has it."""
    return Response(status_code=304, headers=headers_of(release, etag, (), cache_control))


def described_by(release: Release) -> tuple[Link, ...]:
    """Return the link to the catalogue, where the release has one (RFC 6892)."""
    if CATALOG not in release.manifest.entries:
        return ()
    return (Link(f"/{CATALOG}", "describedby", formats.TURTLE.media_type),)


def tag_of(request: Request, path: str, format_: Format, *distinct: str) -> str:
    """Return the tag of the document at ``path`` in a format; it may name addresses of ours."""
    return strong_tag(
        release_of(request), "document", public_url(request, path), format_.name, *distinct
    )


def answered(request: Request, etag: str, format_: Format) -> Response | None:
    """Return what needs no look at the graph: 304, or a document that was made before."""
    release = release_of(request)
    if names_tag(request, etag):
        return not_modified(release, etag)
    body = release.documents.get((request.url.path, etag))
    if body is None:
        return None
    if is_known(request, etag, release.issued):
        return not_modified(release, etag)
    return _response(release, etag, format_, body)


async def respond(request: Request, resource: Resource, suffix: str | None = None) -> Response:
    """Answer with a resource in the format that is asked for.

    Raises:
        ProblemError: where there is no such format.

    """
    offered = tuple(resource.variants)
    format_ = choose(request, offered, suffix=suffix)
    if suffix not in (None, format_.suffix):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{resource.path}.{format_.suffix}{query}", 308)
    etag = tag_of(request, resource.path, format_, *resource.distinct)
    links = resource.links
    if len(offered) > 1:
        links = (*alternates(resource.path, offered, format_), *links)
    response = await send(request, etag, format_, resource.variants[format_], links)
    if resource.location is not None and response.status_code != 304:
        response.headers["Content-Location"] = f"{resource.location}.{format_.suffix}"
    return response


async def send(
    request: Request, etag: str, format_: Format, make: Make, links: tuple[Link, ...] = ()
) -> Response:
    """Answer with what ``make`` makes, unless the client has it or it was made before."""
    if (known := answered(request, etag, format_)) is not None:
        return known
    release = release_of(request)
    if is_known(request, etag, release.issued):
        return not_modified(release, etag)
    made = await make()
    body = made if isinstance(made, Body) else Body(made)
    body = body._replace(links=(*links, *body.links))
    release.documents.put((request.url.path, etag), body)
    return _response(release, etag, format_, body)


def _response(release: Release, etag: str, format_: Format, body: Body) -> Response:
    headers = headers_of(release, etag, body.links)
    return Response(body.content, headers=headers, media_type=format_.content_type)
