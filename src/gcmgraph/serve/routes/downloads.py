"""The release's files, as they are; what the manifest does not list does not exist.

Nothing else is opened: a path is looked up, never joined. A file's checksum is its tag, and stands
in ``Repr-Digest`` (RFC 9530), so that what arrived in parts can be held against it.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import RedirectResponse, Response

from gcmgraph.rdf import formats
from gcmgraph.serve.http.conditions import is_known
from gcmgraph.serve.http.files import PartResponse, require_part
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import (
    Make,
    described_by,
    headers_of,
    not_modified,
    public_url,
    send,
    tag_of,
)
from gcmgraph.serve.views.file_listing import list_files

if TYPE_CHECKING:
    from gcmgraph.manifest import FileEntry
    from gcmgraph.serve.release import Release

_PATH: Final = "/download/"

#: How nested JSON-LD was made (JSON-LD 1.1, appendix C, IANA considerations).
#: Which format tells what the files of another hold.
_TOLD_BY: Final = {
    formats.TABLE.name: formats.CSVW,
    formats.FRAMED.name: formats.SCHEMA,
    formats.NDJSON.name: formats.SCHEMA,
}
_FRAMED: Final = 'profile="http://www.w3.org/ns/json-ld#framed"'


async def listing(request: Request) -> Response:
    """List the files."""
    release = release_of(request)
    address = public_url(request, _PATH)

    async def page() -> bytes:
        listing = await release.once(list_files)
        return release.html.render("downloads.html", listing=listing, address=address).encode()

    async def data() -> bytes:
        listed = [
            {"url": address + f.path, "media_type": media_type(f), **f.model_dump()}
            for f in release.manifest.files
        ]
        return json.dumps(listed, ensure_ascii=False).encode()

    variants: dict[formats.Format, Make] = {formats.JSON: data, formats.HTML: page}
    format_ = choose(request, tuple(variants))
    links = described_by(release)
    if format_ is formats.HTML:
        links += (Link(f"?format={formats.JSON.name}", "alternate", formats.JSON.media_type),)
    return await send(request, tag_of(request, _PATH, format_), format_, variants[format_], links)


async def file(request: Request, path: str) -> Response:
    """Return a file."""
    release = release_of(request)
    entry = release.manifest.entries.get(path)
    if entry is None:
        raise ProblemError(
            NOT_FOUND, f"There is no file {path}; {_PATH} lists those that there are."
        )
    etag = f'"{entry.sha256}"'
    if is_known(request, etag, release.issued):
        return not_modified(release, etag)
    require_part(request.scope, entry.bytes, etag)
    digest = base64.b64encode(bytes.fromhex(entry.sha256)).decode()
    headers = headers_of(release, etag, _links(release, entry))
    headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return PartResponse(release.folder / path, headers=headers, media_type=media_type(entry))


async def bare() -> Response:
    """Lead to the list."""
    return RedirectResponse(_PATH, 308)


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
    is_query = entry.role in ("question", "rule")
    return formats.SPARQL.content_type if is_query else formats.TEXT.content_type


def _links(release: Release, entry: FileEntry) -> tuple[Link, ...]:
    """Return links from a file to what tells of it: a table's metadata (CSVW, 5.2), a schema."""
    told_by = None if entry.compression else _TOLD_BY.get(entry.format)
    about = release.manifest.find("class", entry.name, told_by.name) if told_by else []
    metadata = (
        Link(f"{_PATH}{other.path}", "describedby", told_by.media_type)
        for other in about
        if told_by
    )
    return (*metadata, *described_by(release))


router = Routes()
router.add(_PATH.rstrip("/"), bare, described=False)
router.add(_PATH, listing)
router.add(f"{_PATH}{{path:path}}", file)
