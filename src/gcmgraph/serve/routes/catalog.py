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
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import Make, Resource, described_by, respond
from gcmgraph.serve.routes.versions import require_version
from gcmgraph.serve.views.catalog_page import read_catalog

if TYPE_CHECKING:
    from gcmgraph.rdf.formats import Format
    from gcmgraph.serve.release import Release

_VOID: Final = "void"


async def catalog(request: Request, suffix: str | None = None) -> Response:
    """Return the catalogue."""
    return await _catalog(request, f"/{CATALOG}", suffix)


async def version(request: Request, version: str) -> Response:
    """Return the catalogue at the IRI of the version, where that is the one served."""
    manifest = release_of(request).manifest
    version, suffix = formats.split_suffix(version)
    newest = require_version(request, manifest.iri, f"{manifest.base}version/{version}")
    return await _catalog(request, f"/version/{version}", suffix, newest)


async def void(request: Request, suffix: str | None = None) -> Response:
    """Return what VoID says of the dataset; a page of it is the catalogue's."""
    release = release_of(request)
    variants = _written(release, _VOID)
    if not variants:
        raise ProblemError(NOT_FOUND, "The release holds no VoID description.")
    links = (Link(release.manifest.iri, "describes"), *described_by(release))
    return await respond(request, Resource(f"/{_VOID}", variants, links), suffix)


async def dataset(request: Request) -> Response | None:
    """Answer for the dataset's own IRI with triples, where a client prefers them to a page."""
    release = release_of(request)
    variants = _written(release, CATALOG)
    if not variants or choose(request, (formats.HTML, *variants)) is formats.HTML:
        return None
    links = (Link(release.manifest.iri, "describes"), *described_by(release))
    path = f"/{CATALOG}"
    return await respond(request, Resource(path, variants, links, location=path))


async def _catalog(
    request: Request, path: str, suffix: str | None, links: tuple[Link, ...] = ()
) -> Response:
    release = release_of(request)
    variants, graph = _written(release, CATALOG), release.graph_iri(CATALOG)
    if not variants or graph is None:
        raise ProblemError(NOT_FOUND, "The release holds no catalogue.")

    async def page() -> bytes:
        found = await read_catalog(release, graph)
        return release.html.render("catalog.html", page=found, path=path).encode()

    links = (Link(release.manifest.iri, "describes"), *links)
    return await respond(request, Resource(path, {**variants, formats.HTML: page}, links), suffix)


def _written(release: Release, name: str) -> dict[Format, Make]:
    """Return how the files ``name`` of the release are read, by their formats."""
    return {
        format_: partial(release.read, entry)
        for format_ in formats.TRIPLES
        for entry in release.manifest.find("catalog", name, format_.name)
    }


router = Routes()
for _path, _endpoint in (
    (f"/{CATALOG}", catalog),
    (f"/{CATALOG}.{{suffix}}", catalog),
    ("/version/{version}", version),
    (f"/{_VOID}", void),
    (f"/{_VOID}.{{suffix}}", void),
    (f"/.well-known/{_VOID}", void),
):
    router.add(_path, _endpoint, described="suffix" not in _path)
