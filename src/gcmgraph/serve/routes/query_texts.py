"""The rules and the questions of a release, each at its address.

``/rules/{name}`` is the IRI of a rule, ``/queries/{name}`` that of a question; both answer with
the text as it was written, or with a page; of a rule, triples say which graph it has made.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.project import CATALOG
from gcmgraph.rdf import formats
from gcmgraph.rdf.terms import iri
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import Make, Resource, described_by, public_url, respond
from gcmgraph.serve.views import query_texts
from gcmgraph.serve.views.query_texts import QUERIES, RULES

if TYPE_CHECKING:
    from gcmgraph.serve.release import Release
    from gcmgraph.serve.views.query_texts import QueryText

_READ: Final = {QUERIES: query_texts.questions, RULES: query_texts.rules}
_HEADINGS: Final = {RULES: "Rules", QUERIES: "Questions"}
_ABOUT: Final = {
    RULES: "What follows from what is said. Each rule is a CONSTRUCT query; a build runs all of "
    "them until nothing new follows, and what they derive stands in the graph “inferred”.",
    QUERIES: "Questions that the graph answers, to start from.",
}


async def listing(request: Request, folder: str, suffix: str | None = None) -> Response:
    """List the texts."""
    release = release_of(request)
    texts = list((await release.once(_READ[folder])).values())

    async def page() -> bytes:
        shown = {"heading": _HEADINGS[folder], "about": _ABOUT[folder], "texts": texts}
        return release.html.render("query-texts.html", **shown).encode()

    async def data() -> bytes:
        listed = [
            {
                "url": public_url(request, text.path),
                "mediaType": formats.SPARQL.media_type,
                "title": text.title,
                "notes": text.notes,
            }
            for text in texts
        ]
        return json.dumps(listed, ensure_ascii=False).encode()

    variants = {formats.JSON: data, **_facts(release, folder, texts), formats.HTML: page}
    return await respond(request, Resource(f"/{folder}", variants, described_by(release)), suffix)


async def one(request: Request, folder: str, name: str) -> Response:
    """Return one text."""
    release = release_of(request)
    known = await release.once(_READ[folder])
    stem, dot, suffix = name.rpartition(".")
    text = known.get(stem if dot else name)
    if text is None:
        raise ProblemError(NOT_FOUND, f"There is no {name} here; /{folder} lists what there is.")

    async def written() -> bytes:
        return text.text.encode()

    async def page() -> bytes:
        shown = {"folder": folder, "heading": _HEADINGS[folder], "text": text}
        return release.html.render("query-text.html", **shown).encode()

    variants = {formats.SPARQL: written, **_facts(release, folder, [text]), formats.HTML: page}
    links = (Link(f"/{folder}", "collection"), *described_by(release))
    resource = Resource(text.path, variants, links)
    return await respond(request, resource, suffix if dot else None)


def _facts(release: Release, folder: str, texts: list[QueryText]) -> dict[formats.Format, Make]:
    """Return how triples of the catalogue about texts are made; it tells of rules alone."""
    graph = release.graph_iri(CATALOG)
    if graph is None or folder != RULES:
        return {}
    base = release.manifest.base.rstrip("/")
    iris = " ".join(iri(f"{base}{text.path}") for text in texts)
    query = (
        "CONSTRUCT { ?text ?p ?o . ?s ?q ?text } "
        f"WHERE {{ VALUES ?text {{ {iris} }} {{ ?text ?p ?o }} UNION {{ ?s ?q ?text }} }}"
    )
    return {f: partial(release.graph.construct, query, f, (graph,)) for f in formats.TRIPLES}


def _routes_of(folder: str) -> Routes:
    """Return the routes of one kind of text."""
    routes = Routes()

    async def all_of_them(request: Request, suffix: str | None = None) -> Response:
        return await listing(request, folder, suffix)

    async def single(request: Request, name: str) -> Response:
        return await one(request, folder, name)

    routes.add(f"/{folder}", all_of_them)
    routes.add(f"/{folder}.{{suffix}}", all_of_them, described=False)
    routes.add(f"/{folder}/{{name}}", single)
    return routes


router = Routes()
for _folder in _READ:
    router.include_router(_routes_of(_folder))
