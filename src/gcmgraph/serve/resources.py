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
from gcmgraph.engine.protocol import Query
from gcmgraph.serve import terms
from gcmgraph.serve.description import Describer, graph_query
from gcmgraph.serve.negotiation import choose
from gcmgraph.serve.problems import BAD_REQUEST, NOT_FOUND, ProblemError
from gcmgraph.serve.quads import nquads, trig
from gcmgraph.serve.signposts import Link
from gcmgraph.serve.spool import SpooledResponse

if TYPE_CHECKING:
    from gcmgraph.formats import Format
    from gcmgraph.serve.site import Site

OFFERED: Final = (*formats.TRIPLES, *formats.QUADS, formats.HTML)
_GRAPH_OFFERED: Final = (*formats.TRIPLES, formats.HTML)

_SEGMENT: Final = re.compile(r"[\w~-]+(?:\.[\w~-]+)*")
_PAGE_LENGTH: Final = 100


def router(site: Site) -> APIRouter:
    """Return the routes of things, their documents, and the graphs they stand in."""
    routes = APIRouter()
    things, lists = _Things(site), _Lists(site)
    for path, endpoint in (
        ("/id/{kind}/{slug}", things.identifier),
        ("/doc/{kind}/{slug}", things.document),
        ("/doc/{kind}", lists.of_kind),
        ("/browse", lists.of_class),
        ("/graph/{name}", things.graph),
    ):
        routes.add_api_route(path, endpoint, methods=["GET", "HEAD"])
    return routes


class _Things:
    """Answers for single things and graphs."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._describer = Describer(site)

    async def identifier(self, kind: str, slug: str) -> Response:
        """Lead from a thing to its document (Cool URIs for the Semantic Web §4.2)."""
        iri = _iri(self._site, kind, slug)
        if not await self._describer.exists(iri):
            raise _unknown(iri)
        return RedirectResponse(f"/doc/{kind}/{slug}", 303, {"Vary": "Accept"})

    async def document(self, request: Request, kind: str, slug: str) -> Response:
        """Return what the graph says of a thing."""
        slug, format_ = _negotiate(request, slug, OFFERED)
        iri = _iri(self._site, kind, slug)
        etag = self._site.etag("doc", iri, format_.name)
        if not await self._describer.exists(iri):
            raise _unknown(iri)
        if (known := self._site.unchanged(request, etag)) is not None:
            return known
        body = await self._body(iri, f"/doc/{kind}/{slug}", format_)
        return self._site.respond(body, format_, etag, [Link(iri, "describes")])

    async def _body(self, iri: str, path: str, format_: Format) -> bytes:
        if format_ is formats.HTML:
            description = await self._describer.describe(iri)
            return self._site.pages.render("thing.html", thing=description, path=path).encode()
        if format_ in formats.QUADS:
            write = nquads if format_ is formats.NQUADS else trig
            return write(await self._describer.quads(iri)).encode()
        # One place for JSON-LD to be compacted with a context, once there is one.
        return await self._site.read(graph_query(iri), format_)

    async def graph(self, request: Request, name: str) -> Response:
        """Return a named graph, whole."""
        name, format_ = _negotiate(request, name, _GRAPH_OFFERED)
        graphs = self._site.manifest.graphs
        entry = next((g for g in graphs if g.name == name), None)
        if entry is None:
            raise ProblemError(
                NOT_FOUND,
                f"There is no graph {name}; the graphs are {', '.join(g.name for g in graphs)}.",
            )
        if format_ is formats.HTML:
            return self._site.page(request, "graph.html", graph=entry)
        etag = self._site.etag("graph", entry.iri, format_.name)
        if (known := self._site.unchanged(request, etag)) is not None:
            return known
        query = Query("CONSTRUCT WHERE { ?s ?p ?o }", format_, (entry.iri,))
        answer = await self._site.ask(query)
        return SpooledResponse(answer, self._site.headers(etag))


class _Lists:
    """Answers with pages of things."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._describer = Describer(site)

    async def of_kind(self, request: Request, kind: str) -> Response:
        """List the things of a kind, as their IRIs name it."""
        prefix = terms.literal(_iri(self._site, kind, "x")[:-1])
        return await self._list(request, kind, f"?s a ?any FILTER(STRSTARTS(STR(?s), {prefix}))")

    async def of_class(self, request: Request) -> Response:
        """List the instances of a class."""
        iri = request.query_params.get("class", "")
        if not terms.is_iri(iri):
            raise ProblemError(BAD_REQUEST, "Give the IRI of a class: /browse?class=….")
        label = (await self._describer.labels([iri])).get(iri, self._site.pages.short(iri))
        return await self._list(request, label, f"?s a {terms.iri(iri)}")

    async def _list(self, request: Request, title: str, pattern: str) -> Response:
        """Return a page of the things that a pattern finds, in the order of their IRIs."""
        number = request.query_params.get("page", "1")
        page = int(number) if re.fullmatch(r"[1-9][0-9]{0,5}", number, re.ASCII) else 0
        if page < 1:
            raise ProblemError(BAD_REQUEST, "A page is a number from 1 on.")
        rows = await self._site.select(
            f"SELECT DISTINCT ?s WHERE {{ {pattern} FILTER(isIRI(?s)) }} ORDER BY ?s "
            f"LIMIT {_PAGE_LENGTH + 1} OFFSET {(page - 1) * _PAGE_LENGTH}"
        )
        if not rows:
            raise ProblemError(NOT_FOUND, f"There is nothing here for “{title}”.")
        things = [row["s"].value for row in rows[:_PAGE_LENGTH]]
        there_is_more = len(rows) > _PAGE_LENGTH
        return self._site.page(
            request,
            "list.html",
            title=title,
            things=things,
            labels=await self._describer.labels(things),
            page=page,
            previous=_page_link(request, page - 1) if page > 1 else None,
            following=_page_link(request, page + 1) if there_is_more else None,
        )


def _page_link(request: Request, page: int) -> str:
    return f"?{request.url.include_query_params(page=page).query}"


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
