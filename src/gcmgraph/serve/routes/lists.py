"""Pages of things: of a kind, as IRIs name it, and of a class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.engine.description import best_labels
from gcmgraph.rdf import formats
from gcmgraph.rdf.terms import iri, is_iri, literal
from gcmgraph.serve.http.bodies import Body
from gcmgraph.serve.http.problems import BAD_REQUEST, NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.reader import IN_LABELS
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import Resource, respond
from gcmgraph.serve.views import schema_org

if TYPE_CHECKING:
    from gcmgraph.serve.reader import Labels
    from gcmgraph.serve.release import Release

_PAGE_LENGTH: Final = 100

_COLLECTION: Final = Link("https://schema.org/CollectionPage", "type")


def page_number(request: Request) -> int:
    """Return the number of the page that is asked for.

    Raises:
        ProblemError: 400 where it is none.

    """
    number = request.query_params.get("page") or "1"
    if not re.fullmatch(r"[1-9][0-9]{0,5}", number, re.ASCII):
        raise ProblemError(BAD_REQUEST, "A page is a number from 1 on.")
    return int(number)


async def of_kind(request: Request, kind: str) -> Response:
    """List the things of a kind, as their IRIs name it."""
    prefix = literal(f"{release_of(request).manifest.base}id/{kind}/")
    return await _list(request, kind, f"?s a ?any FILTER(STRSTARTS(STR(?s), {prefix}))")


async def of_class(request: Request) -> Response:
    """List the instances of a class."""
    release, class_ = release_of(request), request.query_params.get("class", "")
    if not is_iri(class_):
        raise ProblemError(BAD_REQUEST, "Give the IRI of a class: /browse?class=….")
    label = (await release.graph.labels([class_])).get(class_, release.html.short(class_))
    # Where the catalogue says that the class as a part of the dataset has its page.
    part = f"{release.manifest.base}browse?class={quote(class_, safe='')}"
    links = (Link(class_, "describes"),)
    return await _list(request, label, f"?s a {iri(class_)}", links, part)


async def _list(
    request: Request, title: str, pattern: str, links: tuple[Link, ...] = (), part: str = ""
) -> Response:
    """Return a page of the things that a pattern finds, in the order of their IRIs.

    ``part`` is where the page is said to stand of a part of the dataset that these things are.
    """
    release, page = release_of(request), page_number(request)

    async def make() -> Body:
        things, labels, is_last = await _things(release, pattern, page)
        if not things:
            raise ProblemError(NOT_FOUND, f"There is nothing here for “{title}”.")
        previous = page_link(request, page - 1) if page > 1 else None
        following = None if is_last else page_link(request, page + 1)
        around = ((previous, "prev"), (following, "next"))
        html = release.html.render(
            "list.html",
            title=title,
            things=things,
            labels=labels,
            described=set(things),
            page=page,
            previous=previous,
            following=following,
            dataset=await schema_org.read_part(release, part) if part and page == 1 else None,
        )
        return Body(html.encode(), tuple(Link(target, rel) for target, rel in around if target))

    return await respond(
        request,
        Resource(
            request.url.path,
            {formats.HTML: make},
            links=(_COLLECTION, *links),
            distinct=(request.url.query,),
        ),
    )


async def _things(release: Release, pattern: str, page: int) -> tuple[list[str], Labels, bool]:
    """Return the things of a page, what they are called, and whether it is the last page."""
    rows = await release.graph.select(
        f"SELECT ?s ?p ?label WHERE {{ {{ SELECT DISTINCT ?s WHERE {{ {pattern} "
        f"FILTER(isIRI(?s)) }} ORDER BY ?s LIMIT {_PAGE_LENGTH + 1} "
        f"OFFSET {(page - 1) * _PAGE_LENGTH} }} OPTIONAL {{ ?s ?p ?label {IN_LABELS} }} }}"
    )
    found = sorted({row["s"].value for row in rows})
    labels = best_labels((row["s"], row["p"], row["label"]) for row in rows if "label" in row)
    return found[:_PAGE_LENGTH], labels, len(found) <= _PAGE_LENGTH


def page_link(request: Request, page: int) -> str:
    """Return the link from a page to another one of the same list."""
    return f"?{request.url.include_query_params(page=page).query}"


router = Routes()
router.add("/browse", of_class)
