"""Pages of things: of a kind, as IRIs name it, and of a class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.rdf import terms
from gcmgraph.serve.http.problems import BAD_REQUEST, NOT_FOUND, ProblemError
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.things.description import Describer

if TYPE_CHECKING:
    from gcmgraph.serve.site import Site

_PAGE_LENGTH: Final = 100

_COLLECTION: Final = Link("https://schema.org/CollectionPage", "type")


class Lists:
    """Answers with pages of things."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._describer = Describer(site)

    async def of_kind(self, request: Request, kind: str) -> Response:
        """List the things of a kind, as their IRIs name it."""
        prefix = terms.literal(f"{self._site.manifest.base}id/{kind}/")
        return await self._list(request, kind, f"?s a ?any FILTER(STRSTARTS(STR(?s), {prefix}))")

    async def of_class(self, request: Request) -> Response:
        """List the instances of a class."""
        iri = request.query_params.get("class", "")
        if not terms.is_iri(iri):
            raise ProblemError(BAD_REQUEST, "Give the IRI of a class: /browse?class=….")
        label = (await self._describer.labels([iri])).get(iri, self._site.pages.short(iri))
        return await self._list(request, label, f"?s a {terms.iri(iri)}", Link(iri, "describes"))

    async def _list(self, request: Request, title: str, pattern: str, *links: Link) -> Response:
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
        previous = _page_link(request, page - 1) if page > 1 else None
        following = _page_link(request, page + 1) if len(rows) > _PAGE_LENGTH else None
        around = ((previous, "prev"), (following, "next"))
        return self._site.page(
            request,
            "list.html",
            [_COLLECTION, *links, *(Link(target, rel) for target, rel in around if target)],
            title=title,
            things=things,
            labels=await self._describer.labels(things),
            described=set(things),
            page=page,
            previous=previous,
            following=following,
        )


def _page_link(request: Request, page: int) -> str:
    return f"?{request.url.include_query_params(page=page).query}"
