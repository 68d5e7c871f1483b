"""The release's files, as they are; what the manifest does not list does not exist.

Nothing else is opened: a path is looked up, never joined. A file's checksum is its tag, and stands
in ``Repr-Digest`` (RFC 9530), so that what arrived in parts can be held against it.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import JSONResponse, RedirectResponse, Response

from gcmgraph.rdf import formats
from gcmgraph.serve.dataset import shelves
from gcmgraph.serve.http import documents, ranges
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link

if TYPE_CHECKING:
    from gcmgraph.manifest import FileEntry
    from gcmgraph.serve.site import Site

#: How nested JSON-LD was made (JSON-LD 1.1, appendix C, IANA considerations).
_FRAMED: Final = 'profile="http://www.w3.org/ns/json-ld#framed"'


def router(site: Site) -> Routes:
    """Return the routes of the downloads."""
    routes = Routes()
    files = site.manifest.entries
    kept: list[shelves.Hall] = []

    async def listing(request: Request) -> Response:
        if choose(request, (formats.JSON, formats.HTML)) is formats.HTML:
            if not kept:
                # The release never changes: what was counted once holds.
                kept.append(await run_in_threadpool(shelves.arrange, site.release))
            address = site.url(request, "/download/")
            links = [
                *documents.described_by(site),
                Link(f"?format={formats.JSON.name}", "alternate", "application/json"),
            ]
            return site.page(request, "downloads.html", links, hall=kept[0], address=address)
        etag = site.etag("downloads", site.url(request, ""))
        if (known := site.unchanged(request, etag)) is not None:
            return known
        body = [
            {
                "url": site.url(request, f"/download/{f.path}"),
                "media_type": media_type(f),
                **f.model_dump(),
            }
            for f in site.manifest.files
        ]
        return JSONResponse(body, headers=site.headers(etag, documents.described_by(site)))

    async def file(request: Request, path: str) -> Response:
        if path not in files:
            raise ProblemError(
                NOT_FOUND, f"There is no file {path}; /download/ lists those that there are."
            )
        entry = files[path]
        etag = f'"{entry.sha256}"'
        if (known := site.unchanged(request, etag)) is not None:
            return known
        digest = base64.b64encode(bytes.fromhex(entry.sha256)).decode()
        headers = site.headers(etag, _links(site, entry)) | {"Repr-Digest": f"sha-256=:{digest}:"}
        return ranges.PartResponse(
            request, site.release.folder / path, entry.bytes, headers, media_type(entry)
        )

    async def bare() -> Response:
        return RedirectResponse("/download/", 308)

    routes.add("/download", bare, described=False)
    routes.add("/download/", listing)
    routes.add("/download/{path:path}", file)
    return routes


def media_type(entry: FileEntry) -> str:
    """Return the media type of a file of the release; a compressed one has that of its coding."""
    for compression in formats.COMPRESSIONS:
        if entry.compression == compression.name:
            return compression.media_type
    format_ = formats.by_name(entry.format, formats.FILES) if entry.format else None
    if format_ is formats.FRAMED:
        return f"{format_.content_type};{_FRAMED}"
    if format_ is not None:
        return format_.content_type
    if entry.path.endswith(f".{formats.SPARQL.suffix}"):
        return formats.SPARQL.content_type
    return "text/plain;charset=utf-8"


def _links(site: Site, entry: FileEntry) -> list[Link]:
    """Return links from a file to what tells of it: a table has its own metadata (CSVW, 5.2)."""
    metadata = (
        Link(f"/download/{other.path}", "describedby", formats.CSVW.media_type)
        for other in site.manifest.files
        if other.noun == entry.noun and other.format == formats.CSVW.name
    )
    is_table = entry.format == formats.TABLE.name and not entry.compression
    return [*(metadata if is_table else ()), *documents.described_by(site)]
