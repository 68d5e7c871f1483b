"""What every route needs: the engine, the release, the settings, the pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starlette.responses import Response

from gcmgraph import __version__, formats
from gcmgraph.engine.protocol import Query
from gcmgraph.errors import (
    DatasetError,
    EngineError,
    QuerySyntaxError,
    ServiceRefusedError,
    UpdateRefusedError,
)
from gcmgraph.serve.clients import CLIENT
from gcmgraph.serve.headers import FRESH
from gcmgraph.serve.terms import Row, rows

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from gcmgraph.engine.protocol import Answer, Engine
    from gcmgraph.manifest import Manifest
    from gcmgraph.serve.pages import Pages
    from gcmgraph.serve.settings import Settings


@dataclass(frozen=True, slots=True)
class Release:
    """An opened release: its folder and its manifest."""

    folder: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Site:
    """What is served, and with what."""

    engine: Engine
    release: Release
    settings: Settings
    pages: Pages

    @property
    def manifest(self) -> Manifest:
        """The release's manifest."""
        return self.release.manifest

    def url(self, request: Request, path: str) -> str:
        """Return the public address of a path of this server."""
        root = self.settings.public_url or str(request.base_url)
        return f"{root.rstrip('/')}{path}"

    def etag(self, *parts: str) -> str:
        """Return a strong ETag: the release, the program, and what tells responses apart."""
        text = "\0".join((self.manifest.identity, __version__, *parts))
        return f'"{hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]}"'

    def page(self, request: Request, template: str, **values: object) -> Response:
        """Return a page."""
        etag = self.etag("page", template, str(request.url))
        if unmodified(request, etag):
            return not_modified(etag)
        return self.respond(self.pages.render(template, **values).encode(), formats.HTML, etag)

    def respond(self, body: bytes, format_: formats.Format, etag: str) -> Response:
        """Return a body in a format."""
        headers = {"ETag": etag, "Cache-Control": FRESH, "Vary": "Accept"}
        return Response(body, headers=headers, media_type=format_.content_type)

    async def ask(self, query: Query) -> Answer:
        """Answer a query of our own: what is wrong with it is our fault, and no client's.

        Raises:
            EngineError: where the query itself is refused.
            QueryError: where a limit is hit.

        """
        try:
            return await self.engine.query(replace(query, client=CLIENT.get()))
        except (QuerySyntaxError, DatasetError, ServiceRefusedError, UpdateRefusedError) as error:
            raise EngineError(f"A query of the server's own was refused: {error}") from error

    async def select(self, text: str) -> list[Row]:
        """Return the solutions of a query of our own."""
        with await self.ask(Query(text, formats.RESULTS_JSON)) as answer:
            return rows(answer.read())

    async def read(
        self, text: str, format_: formats.Format, default_graphs: tuple[str, ...] = ()
    ) -> bytes:
        """Return the answer to a query of our own, whole."""
        with await self.ask(Query(text, format_, default_graphs)) as answer:
            return answer.read()


def unmodified(request: Request, etag: str) -> bool:
    """Say whether the client has the representation already (RFC 9110 §13.1.2)."""
    if request.method not in ("GET", "HEAD"):
        return False
    header = request.headers.get("if-none-match", "")
    known = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in known or etag in known


def not_modified(etag: str, cache_control: str = FRESH) -> Response:
    """Return 304 with what a cache needs to know (RFC 9110 §15.4.5)."""
    headers = {"ETag": etag, "Cache-Control": cache_control, "Vary": "Accept"}
    return Response(status_code=304, headers=headers)
