"""Linked data: a thing answers 303 to its document; the document comes in every format.

Things stand at ``/id/{kind}/{slug}`` and documents at ``/doc/{kind}/{slug}``, with a suffix for
a fixed format. The IRI of a thing lies below the release's base, whatever the server's address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import RedirectResponse, Response

from gcmgraph import formats
from gcmgraph.namespaces import RDF
from gcmgraph.serve import terms
from gcmgraph.serve.description import Describer, graph_query
from gcmgraph.serve.negotiation import choose
from gcmgraph.serve.problems import BAD_REQUEST, NOT_FOUND, ProblemError
from gcmgraph.serve.site import Site, not_modified, unmodified

if TYPE_CHECKING:
    from gcmgraph.formats import Format
    from gcmgraph.serve.description import Statement

OFFERED: Final = (*formats.TRIPLES, *formats.QUADS, formats.HTML)
_GRAPH_OFFERED: Final = (*formats.TRIPLES, formats.HTML)

_SEGMENT: Final = re.compile(r"[\w~-]+(?:\.[\w~-]+)*")
_PAGE_LENGTH: Final = 100


def router(site: Site) -> APIRouter:
    """Return the routes of things, their documents, and the graphs they stand in."""
    routes = APIRouter()
    describer = Describer(site)
    get = {"methods": ["GET", "HEAD"]}

    async def thing(kind: str, slug: str) -> Response:
        iri = _iri(site, kind, slug)
        if not await describer.exists(iri):
            raise _unknown(iri)
        return RedirectResponse(f"/doc/{kind}/{slug}", 303, {"Vary": "Accept"})

    async def document(request: Request, kind: str, slug: str) -> Response:
        slug, format_ = _negotiate(request, slug, OFFERED)
        iri = _iri(site, kind, slug)
        etag = site.etag("doc", iri, format_.name)
        if unmodified(request, etag) and await describer.exists(iri):
            return not_modified(etag)
        if format_ is formats.HTML:
            description = await describer.describe(iri)
            if description is None:
                raise _unknown(iri)
            page = site.pages.render("thing.html", thing=description, path=f"/doc/{kind}/{slug}")
            response = site.respond(page.encode(), format_, etag)
        elif not await describer.exists(iri):
            raise _unknown(iri)
        elif format_ in formats.QUADS:
            statements = await describer.quads(iri)
            write = _nquads if format_ is formats.NQUADS else _trig
            response = site.respond(write(statements).encode(), format_, etag)
        else:
            # One place for JSON-LD to be compacted with a context, once there is one.
            response = site.respond(await site.read(graph_query(iri), format_), format_, etag)
        response.headers["Link"] = f'<{iri}>; rel="describes"'
        return response

    async def kind_list(request: Request, kind: str) -> Response:
        prefix = _iri(site, kind, "x")[:-1]
        pattern = f"?s a ?any FILTER(STRSTARTS(STR(?s), {terms.literal(prefix)}))"
        return await _list(site, describer, request, kind, pattern)

    async def class_list(request: Request) -> Response:
        iri = request.query_params.get("class", "")
        if not terms.is_iri(iri):
            raise ProblemError(BAD_REQUEST, "Give the IRI of a class: /browse?class=….")
        label = (await describer.labels([iri])).get(iri, site.pages.short(iri))
        return await _list(site, describer, request, label, f"?s a {terms.iri(iri)}")

    async def named_graph(request: Request, name: str) -> Response:
        name, format_ = _negotiate(request, name, _GRAPH_OFFERED)
        entry = next((g for g in site.manifest.graphs if g.name == name), None)
        if entry is None:
            raise ProblemError(
                NOT_FOUND,
                f"There is no graph {name}; the graphs are "
                f"{', '.join(g.name for g in site.manifest.graphs)}.",
            )
        etag = site.etag("graph", entry.iri, format_.name)
        if unmodified(request, etag):
            return not_modified(etag)
        if format_ is formats.HTML:
            return site.page(request, "graph.html", graph=entry)
        body = await site.read("CONSTRUCT WHERE { ?s ?p ?o }", format_, (entry.iri,))
        return site.respond(body, format_, etag)

    routes.add_api_route("/id/{kind}/{slug}", thing, **get)  # type: ignore[arg-type]
    routes.add_api_route("/doc/{kind}/{slug}", document, **get)  # type: ignore[arg-type]
    routes.add_api_route("/doc/{kind}", kind_list, **get)  # type: ignore[arg-type]
    routes.add_api_route("/browse", class_list, **get)  # type: ignore[arg-type]
    routes.add_api_route("/graph/{name}", named_graph, **get)  # type: ignore[arg-type]
    return routes


def _iri(site: Site, kind: str, slug: str) -> str:
    for segment in (kind, slug):
        if not _SEGMENT.fullmatch(segment):
            raise ProblemError(NOT_FOUND, "There is no thing of that name.")
    return f"{site.manifest.base}id/{kind}/{slug}"


def _unknown(iri: str) -> ProblemError:
    return ProblemError(NOT_FOUND, f"The graph says nothing of <{iri}>.")


def _negotiate(request: Request, slug: str, offered: tuple[Format, ...]) -> tuple[str, Format]:
    """Take the suffix of a format off a name, and choose the format."""
    stem, dot, suffix = slug.rpartition(".")
    if dot and formats.by_suffix(suffix.lower()) is not None:
        return stem, choose(request, offered, suffix=suffix)
    return slug, choose(request, offered)


async def _list(
    site: Site, describer: Describer, request: Request, title: str, pattern: str
) -> Response:
    """Return a page of the things that a pattern finds, by their IRIs."""
    number = request.query_params.get("page", "1")
    page = int(number) if re.fullmatch(r"[0-9]{1,6}", number) else 0
    if page < 1:
        raise ProblemError(BAD_REQUEST, "A page is a number from 1 on.")
    rows = await site.select(
        f"SELECT DISTINCT ?s WHERE {{ {pattern} FILTER(isIRI(?s)) }} ORDER BY ?s "
        f"LIMIT {_PAGE_LENGTH + 1} OFFSET {(page - 1) * _PAGE_LENGTH}"
    )
    if not rows:
        raise ProblemError(NOT_FOUND, f"There is nothing here for “{title}”.")
    things = [row["s"].value for row in rows[:_PAGE_LENGTH]]
    labels = await describer.labels(things)
    return site.page(
        request,
        "list.html",
        title=title,
        things=sorted(things, key=lambda iri: (labels.get(iri, iri).casefold(), iri)),
        labels=labels,
        page=page,
        previous=str(request.url.include_query_params(page=page - 1)) if page > 1 else None,
        following=(
            str(request.url.include_query_params(page=page + 1))
            if len(rows) > _PAGE_LENGTH
            else None
        ),
    )


def _nquads(statements: list[Statement]) -> str:
    return "".join(
        sorted(
            f"{s.subject.n3()} {s.predicate.n3()} {s.object.n3()} {graph.n3()} .\n"
            for s in statements
            for graph in s.graphs
        )
    )


def _trig(statements: list[Statement]) -> str:
    """Write TriG, one block a graph, one block of statements a subject."""
    blocks: dict[str, dict[str, list[str]]] = {}
    for s in statements:
        predicate = "a" if s.predicate.value == RDF.type else s.predicate.n3()
        for graph in s.graphs:
            subjects = blocks.setdefault(graph.n3(), {})
            subjects.setdefault(s.subject.n3(), []).append(f"{predicate} {s.object.n3()}")
    lines = []
    for graph, subjects in sorted(blocks.items()):
        lines.append(f"{graph} {{")
        for subject, statements_ in sorted(subjects.items()):
            lines.append(f"  {subject} " + " ;\n    ".join(statements_) + " .")
        lines.append("}\n")
    return "\n".join(lines)
