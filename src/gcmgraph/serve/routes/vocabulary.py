"""The ontology and the shapes at their own IRIs, and at those of their versions.

Terms are hash IRIs, so that one document answers for all of them. Turtle is the file as people
wrote it; the page shows each term with all that the vocabulary says of it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.project import ONTOLOGY, SHAPES
from gcmgraph.rdf import formats
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import Make, Resource, described_by, respond
from gcmgraph.serve.routes.versions import require_version, version_path
from gcmgraph.serve.views.vocabulary_page import read_vocabulary

if TYPE_CHECKING:
    from gcmgraph.serve.release import Release

NAMES: Final = (ONTOLOGY, SHAPES)


async def newest(request: Request, name: str, suffix: str | None = None) -> Response:
    """Return a vocabulary in the format of the suffix, or the one that is asked for."""
    release = release_of(request)
    location = version_path(request, release.manifest.base + name)
    return await respond(request, _resource(release, name, f"/{name}", location=location), suffix)


async def version_of(request: Request, name: str, version: str) -> Response:
    """Return a vocabulary at its version's IRI, where that is the version served."""
    release = release_of(request)
    version, suffix = formats.split_suffix(version)
    iri = release.manifest.base + name
    resource = _resource(release, name, f"/{name}/{version}")
    links = require_version(request, iri, f"{iri}/{version}")
    return await respond(request, replace(resource, links=(*links, *resource.links)), suffix)


def _resource(release: Release, name: str, path: str, location: str | None = None) -> Resource:
    iri, graph = release.manifest.base + name, release.graph_iri(name)
    if graph is None:
        raise ProblemError(NOT_FOUND, f"The release holds no {name}.")

    async def write(format_: formats.Format) -> bytes:
        for entry in release.manifest.find("vocabulary", name, format_.name):
            return await release.read(entry)
        return await release.graph.construct("CONSTRUCT WHERE { ?s ?p ?o }", format_, (graph,))

    async def page() -> bytes:
        found = await read_vocabulary(release, iri, graph)
        return release.html.render("vocabulary.html", name=name, page=found).encode()

    variants: dict[formats.Format, Make] = {f: partial(write, f) for f in formats.TRIPLES}
    variants[formats.HTML] = page
    return Resource(path, variants, (Link(iri, "describes"), *described_by(release)), location)


def _routes_of(name: str) -> Routes:
    """Return the routes of one vocabulary."""
    routes = Routes()

    async def of_newest(request: Request) -> Response:
        return await newest(request, name)

    async def of_suffix(request: Request, suffix: str) -> Response:
        return await newest(request, name, suffix)

    async def of_version(request: Request, version: str) -> Response:
        return await version_of(request, name, version)

    routes.add(f"/{name}", of_newest)
    routes.add(f"/{name}.{{suffix}}", of_suffix, described=False)
    routes.add(f"/{name}/{{version}}", of_version, described=False)
    return routes


router = Routes()
for _name in NAMES:
    router.include_router(_routes_of(_name))
