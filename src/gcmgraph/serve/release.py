"""A release as requests see it: its files, its graph, its pages, and what is read once of it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from gcmgraph.manifest import Manifest
from gcmgraph.serve.html import Html
from gcmgraph.serve.http.bodies import DocumentCache
from gcmgraph.serve.reader import GraphReader

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable
    from pathlib import Path

    from starlette.requests import Request

    from gcmgraph.engine.protocol import Engine
    from gcmgraph.manifest import FileEntry
    from gcmgraph.rdf.jsonld import Context

T = TypeVar("T")


class Release:
    """An open release: ``engine`` answers from it for as long as somebody uses it.

    ``context`` has the terms in which its JSON-LD is written; ``document_bytes`` are for documents
    that are kept.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        engine: Engine,
        *,
        context: Context | None,
        document_bytes: int,
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.engine = engine
        self.context = context
        self.documents = DocumentCache(document_bytes)
        self.graph = GraphReader(engine)
        self.html = Html(manifest)
        self._known: dict[Hashable, Any] = {}
        self._reading: defaultdict[Hashable, asyncio.Lock] = defaultdict(asyncio.Lock)

    @cached_property
    def issued(self) -> datetime:
        """When the release was issued: the beginning of that day."""
        return datetime.combine(date.fromisoformat(self.manifest.issued), time(), UTC)

    def graph_iri(self, name: str) -> str | None:
        """Return the IRI of a named graph; ``None`` where the release has none of that name."""
        return next((graph.iri for graph in self.manifest.graphs if graph.name == name), None)

    async def read(self, entry: FileEntry) -> bytes:
        """Return a file's content."""
        return await asyncio.to_thread((self.folder / entry.path).read_bytes)

    async def once(self, make: Callable[[Release], Awaitable[T]]) -> T:
        """Return what ``make`` makes of this release; a release never changes, so it does so once.

        What fails is tried again the next time.
        """
        async with self._reading[make]:
            if make not in self._known:
                self._known[make] = await make(self)
        made: T = self._known[make]
        return made


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a release, once it is sure that the release is whole.

    Raises:
        ReleaseError: where it is missing, torn, or made by another version.

    """
    manifest = Manifest.read(folder)
    manifest.check_files(folder)
    return manifest


def release_of(request: Request) -> Release:
    """Return the release that a request is answered from."""
    release: Release = request.state.release
    return release
