"""The release's files, as they are; what the manifest does not list does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import FileResponse, JSONResponse, Response

from gcmgraph import formats
from gcmgraph.formats import Format
from gcmgraph.serve.headers import FRESH
from gcmgraph.serve.negotiation import choose
from gcmgraph.serve.problems import NOT_FOUND, ProblemError

if TYPE_CHECKING:
    from gcmgraph.manifest import FileEntry
    from gcmgraph.serve.site import Site

_JSON = Format("json", "JSON", "application/json", "json", "page")


def router(site: Site) -> APIRouter:
    """Return the routes of the downloads."""
    routes = APIRouter()
    files = {entry.path: entry for entry in site.manifest.files}

    async def listing(request: Request) -> Response:
        if choose(request, (_JSON, formats.HTML)) is formats.HTML:
            return site.page(request, "downloads.html", files=site.manifest.files)
        etag = site.etag("downloads")
        if (known := site.unchanged(request, etag)) is not None:
            return known
        body = [
            {"url": site.url(request, f"/download/{f.path}"), **f.model_dump()}
            for f in site.manifest.files
        ]
        return JSONResponse(body, headers=site.headers(etag))

    async def file(request: Request, path: str) -> Response:
        if path not in files:
            raise ProblemError(
                NOT_FOUND, f"There is no file {path}; /download/ lists those that there are."
            )
        etag = f'"{files[path].sha256}"'
        if (known := site.unchanged(request, etag)) is not None:
            return known
        return FileResponse(
            site.release.folder / path,
            media_type=media_type(files[path]),
            headers={"ETag": etag, "Cache-Control": FRESH},
        )

    get = ["GET", "HEAD"]
    routes.add_api_route("/download/", listing, methods=get)
    routes.add_api_route("/download/{path:path}", file, methods=get)
    return routes


def media_type(entry: FileEntry) -> str:
    """Return the media type of a file of the release; a compressed one has that of its coding."""
    for compression in formats.COMPRESSIONS:
        if entry.compression == compression.name:
            return compression.media_type
    format_ = formats.by_name(entry.format, formats.FILES) if entry.format else None
    if format_ is not None:
        return format_.content_type
    if entry.path.endswith(".json"):
        return "application/json"
    return "text/plain;charset=utf-8"
