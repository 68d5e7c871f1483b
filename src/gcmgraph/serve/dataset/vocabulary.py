"""The ontology and the shapes at their own IRIs, and at those of their versions.

Terms are hash IRIs, so that one document answers for all of them. Turtle is the file as people
wrote it; the page shows each term with all that the vocabulary says of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.project import ONTOLOGY, SHAPES
from gcmgraph.rdf import formats
from gcmgraph.serve.dataset import versions
from gcmgraph.serve.dataset.glossary import read_glossary
from gcmgraph.serve.http import documents
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gcmgraph.serve.site import Site

NAMES: Final = (ONTOLOGY, SHAPES)


def router(site: Site) -> Routes:
    """Return the routes of the vocabularies."""
    routes = Routes()
    for name in NAMES:
        vocabulary = _Vocabulary(site, name)
        for path, endpoint in (
            (f"/{name}", vocabulary.newest),
            (f"/{name}.{{suffix}}", vocabulary.in_format),
            (f"/{name}/{{version}}", vocabulary.version),
        ):
            routes.add(path, endpoint, described=path == f"/{name}")
    return routes


class _Vocabulary:
    """Answers for one vocabulary."""

    def __init__(self, site: Site, name: str) -> None:
        self._site = site
        self._name = name
        self._iri = site.manifest.base + name
        self._graph = documents.graph_of(site, name)

    async def newest(self, request: Request) -> Response:
        """Return the vocabulary in the format that is asked for."""
        return await self._document(request)

    async def in_format(self, request: Request, suffix: str) -> Response:
        """Return the vocabulary in the format of the suffix."""
        return await self._document(request, suffix)

    async def version(self, request: Request, version: str) -> Response:
        """Return the vocabulary at its version's IRI, where that is the version served."""
        self._require()
        version, suffix = formats.split_suffix(version)
        newest = await versions.require(self._site, self._iri, f"{self._iri}/{version}")
        return await documents.respond(
            self._site,
            request,
            f"/{self._name}/{version}",
            self._bodies(),
            suffix=suffix,
            links=[*newest, *self._links()],
        )

    async def _document(self, request: Request, suffix: str | None = None) -> Response:
        self._require()
        return await documents.respond(
            self._site,
            request,
            f"/{self._name}",
            self._bodies(),
            suffix=suffix,
            links=self._links(),
            location=await versions.location(self._site, self._iri),
        )

    def _require(self) -> None:
        if self._graph is None:
            raise ProblemError(NOT_FOUND, f"The release holds no {self._name}.")

    def _links(self) -> list[Link]:
        return [Link(self._iri, "describes"), *documents.described_by(self._site)]

    def _bodies(self) -> documents.Bodies:
        bodies = {format_: self._written(format_) for format_ in formats.TRIPLES}
        return {**bodies, formats.HTML: self._page}

    def _written(self, format_: formats.Format) -> Callable[[], Awaitable[bytes]]:
        async def write() -> bytes:
            file = f"{self._name}.{format_.suffix}"
            if file in self._site.manifest.entries:
                return (self._site.release.folder / file).read_bytes()
            query = "CONSTRUCT WHERE { ?s ?p ?o }"
            return await self._site.read(query, format_, (self._graph or "",))

        return write

    async def _page(self) -> bytes:
        glossary = await read_glossary(self._site, self._iri, self._graph or "")
        page = self._site.pages.render("vocabulary.html", name=self._name, glossary=glossary)
        return page.encode()
