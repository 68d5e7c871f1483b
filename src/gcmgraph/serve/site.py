"""What every route needs: the engine, the release, the settings, the pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from gcmgraph import __version__
from gcmgraph.engine.protocol import Query
from gcmgraph.errors import (
    DatasetError,
    EngineError,
    QuerySyntaxError,
    ServiceRefusedError,
    UpdateRefusedError,
)
from gcmgraph.rdf import formats
from gcmgraph.rdf.terms import Row, rows
from gcmgraph.serve.http import signposts
from gcmgraph.serve.http.clients import CLIENT
from gcmgraph.serve.http.headers import FRESH

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from starlette.requests import Request

    from gcmgraph.engine.protocol import Answer, Engine
    from gcmgraph.manifest import Manifest
    from gcmgraph.serve.http.signposts import Link
    from gcmgraph.serve.pages import Pages
    from gcmgraph.settings import Settings

#: A condition's date longer than this is none (RFC 9110 §5.6.7).
_LONGEST_DATE: Final = 40


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
        text = "\0".join((self.manifest.fingerprint, __version__, *parts))
        return f'"{hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]}"'

    @property
    def issued(self) -> datetime:
        """When the release was issued: the beginning of that day."""
        return datetime.combine(date.fromisoformat(self.manifest.issued), time(), UTC)

    def page(
        self, request: Request, template: str, links: Iterable[Link] = (), **values: object
    ) -> Response:
        """Return a page."""
        address = self.url(request, request.url.path)
        etag = self.etag("page", template, address, request.url.query)
        if (known := self.unchanged(request, etag)) is not None:
            return known
        body = self.pages.render(template, **values).encode()
        return self.respond(body, formats.HTML, etag, links)

    def respond(
        self, body: bytes, format_: formats.Format, etag: str, links: Iterable[Link] = ()
    ) -> Response:
        """Return a body in a format, with links to what belongs to it."""
        headers = self.headers(etag, links)
        return Response(body, headers=headers, media_type=format_.content_type)

    def headers(
        self, etag: str, links: Iterable[Link] = (), cache_control: str = FRESH
    ) -> dict[str, str]:
        """Return the headers of a representation, whatever its body."""
        headers = {
            "ETag": etag,
            "Last-Modified": format_datetime(self.issued, usegmt=True),
            "Cache-Control": cache_control,
            "Vary": "Accept",
        }
        if links := list(links):
            headers["Link"] = signposts.header(links)
        return headers

    def unchanged(self, request: Request, etag: str, cache_control: str = FRESH) -> Response | None:
        """Return 304 where the client has the representation already (RFC 9110 §13.2.2)."""
        if request.method not in ("GET", "HEAD"):
            return None
        if "if-none-match" in request.headers:
            tags = request.headers["if-none-match"].split(",")
            known = {tag.strip().removeprefix("W/") for tag in tags}
            is_known = "*" in known or etag in known
        else:
            since = _date(request.headers.get("if-modified-since", ""))
            is_known = since is not None and self.issued <= since
        if not is_known:
            return None
        return Response(status_code=304, headers=self.headers(etag, (), cache_control))

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


def _date(text: str) -> datetime | None:
    """Read the date of a condition; what is none says nothing (RFC 9110 §13.1.3)."""
    try:
        return parsedate_to_datetime(text[:_LONGEST_DATE]).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
