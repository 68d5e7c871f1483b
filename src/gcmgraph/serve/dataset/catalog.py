"""What the dataset is and holds: DCAT, VoID, and a page.

====================  ============================================================================
``/catalog``          the catalogue: the dataset, its parts and files, the service (DCAT 3)
``/.well-known/void`` the dataset in figures: vocabularies, partitions, links (VoID, 7.2)
``/``                 the dataset's own IRI; programs get the catalogue there, see ``dataset``
``/version/…``        the version's IRI, as the catalogue names it
====================  ============================================================================

Programs get the files of the release as they are: the addresses in them are those of the base,
whatever address the server has.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.project import CATALOG
from gcmgraph.rdf import formats
from gcmgraph.serve.dataset import versions
from gcmgraph.serve.dataset.inventory import read_inventory
from gcmgraph.serve.http import documents
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link

if TYPE_CHECKING:
    from gcmgraph.serve.site import Site

_VOID: Final = "void"


def router(site: Site) -> Routes:
    """Return the routes of the descriptions of the dataset."""
    routes = Routes()
    catalog = _Descriptions(site)
    for path, endpoint in (
        (f"/{CATALOG}", catalog.catalog),
        (f"/{CATALOG}.{{suffix}}", catalog.catalog),
        ("/version/{version}", catalog.version),
        (f"/{_VOID}", catalog.void),
        (f"/{_VOID}.{{suffix}}", catalog.void),
        (f"/.well-known/{_VOID}", catalog.void),
    ):
        routes.add(path, endpoint, described="suffix" not in path)
    return routes


async def dataset(site: Site, request: Request) -> Response | None:
    """Answer for the dataset's own IRI with triples, where a client prefers them to a page."""
    bodies = _written(site, CATALOG)
    if not bodies or choose(request, (formats.HTML, *bodies)) is formats.HTML:
        return None
    links = [Link(site.manifest.iri, "describes"), *documents.described_by(site)]
    path = f"/{CATALOG}"
    return await documents.respond(site, request, path, bodies, links=links, location=path)


def _written(site: Site, name: str) -> documents.Bodies:
    """Return how the files ``name`` of the release are read, by their formats."""

    async def read(path: str) -> bytes:
        return (site.release.folder / path).read_bytes()

    return {
        format_: partial(read, path)
        for format_ in formats.TRIPLES
        if (path := f"{name}.{format_.suffix}") in site.manifest.entries
    }


class _Descriptions:
    """Answers with the descriptions of one release."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._describes = Link(site.manifest.iri, "describes")

    async def catalog(self, request: Request, suffix: str | None = None) -> Response:
        """Return the catalogue."""
        return await self._catalog(request, f"/{CATALOG}", suffix)

    async def version(self, request: Request, version: str) -> Response:
        """Return the catalogue at the IRI of the version, where that is the one served."""
        version, suffix = formats.split_suffix(version)
        manifest = self._site.manifest
        iri = f"{manifest.base}version/{version}"
        newest = await versions.require(self._site, manifest.iri, iri)
        return await self._catalog(request, f"/version/{version}", suffix, newest)

    async def void(self, request: Request, suffix: str | None = None) -> Response:
        """Return what VoID says of the dataset; a page of it is the catalogue's."""
        bodies = _written(self._site, _VOID)
        if not bodies:
            raise ProblemError(NOT_FOUND, "The release holds no VoID description.")
        links = [self._describes, *documents.described_by(self._site)]
        return await documents.respond(
            self._site, request, f"/{_VOID}", bodies, suffix=suffix, links=links
        )

    async def _catalog(
        self, request: Request, path: str, suffix: str | None, links: list[Link] | None = None
    ) -> Response:
        bodies = _written(self._site, CATALOG)
        graph = documents.graph_of(self._site, CATALOG)
        if not bodies or graph is None:
            raise ProblemError(NOT_FOUND, "The release holds no catalogue.")

        async def page() -> bytes:
            found = await read_inventory(self._site, graph)
            return self._site.pages.render("catalog.html", inventory=found, path=path).encode()

        return await documents.respond(
            self._site,
            request,
            path,
            {**bodies, formats.HTML: page},
            suffix=suffix,
            links=[self._describes, *(links or [])],
        )
