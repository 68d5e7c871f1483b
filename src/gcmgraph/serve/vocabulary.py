"""The ontology and the shapes at their own IRIs, from the release's files.

Terms are hash IRIs, so that one document answers for all of them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph import formats
from gcmgraph.namespaces import RDF, RDFS
from gcmgraph.serve import terms
from gcmgraph.serve.description import DEFINITIONS, LABELS
from gcmgraph.serve.negotiation import choose
from gcmgraph.serve.problems import NOT_FOUND, ProblemError

if TYPE_CHECKING:
    from gcmgraph.serve.site import Site

NAMES: Final = ("ontology", "shapes")


def router(site: Site) -> APIRouter:
    """Return the routes of the vocabularies."""
    routes = APIRouter()
    graphs = {graph.name: graph for graph in site.manifest.graphs}
    files = {entry.path for entry in site.manifest.files}

    async def vocabulary(request: Request) -> Response:
        name, dot, suffix = request.url.path.strip("/").rpartition(".")
        if not dot:
            name, suffix = suffix, ""
        if name not in graphs:
            raise ProblemError(NOT_FOUND, f"The release holds no {name}.")
        offered = (*formats.TRIPLES, formats.HTML)
        format_ = choose(request, offered, suffix=suffix or None)
        iri = graphs[name].iri
        etag = site.etag("vocabulary", name, format_.name)
        if (known := site.unchanged(request, etag)) is not None:
            return known
        if format_ is formats.HTML:
            found = await _terms(site, site.manifest.base + name, iri)
            return site.page(request, "vocabulary.html", name=name, groups=found)
        if format_ is formats.TURTLE and f"{name}.ttl" in files:
            body = (site.release.folder / f"{name}.ttl").read_bytes()
        else:
            body = await site.read("CONSTRUCT WHERE { ?s ?p ?o }", format_, (iri,))
        return site.respond(body, format_, etag)

    for name in NAMES:
        for path in (f"/{name}", *(f"/{name}.{f.suffix}" for f in formats.FORMATS)):
            routes.add_api_route(
                path, vocabulary, methods=["GET", "HEAD"], include_in_schema=path == f"/{name}"
            )
    return routes


async def _terms(site: Site, document: str, graph: str) -> dict[str, list[dict[str, str]]]:
    """Return what a vocabulary defines, by kind: fragment, IRI, label and definition."""
    wanted = " ".join(terms.iri(p) for p in (RDF.type, *LABELS, *DEFINITIONS))
    rows = await site.select(
        f"SELECT ?s ?p ?o WHERE {{ GRAPH {terms.iri(graph)} {{ VALUES ?p {{ {wanted} }} ?s ?p ?o "
        f"FILTER(STRSTARTS(STR(?s), {terms.literal(document + '#')})) }} }} ORDER BY ?s ?p ?o"
    )
    about: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        about[row["s"].value][row["p"].value].append(row["o"].value)
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for iri, said in about.items():
        types = said.get(RDF.type, [RDFS.Resource])
        groups[site.pages.short(types[0])].append(
            {
                "fragment": iri.removeprefix(document + "#"),
                "iri": iri,
                "label": _first(said, LABELS) or site.pages.short(iri),
                "definition": _first(said, DEFINITIONS),
            }
        )
    return dict(sorted(groups.items()))


def _first(said: dict[str, list[str]], predicates: tuple[str, ...]) -> str:
    return next((said[p][0] for p in predicates if said.get(p)), "")
