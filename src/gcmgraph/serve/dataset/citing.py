"""What there is to cite, as the graph tells it, at ``/citation``.

``of`` is the IRI of a thing; without it, the dataset is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.project import CATALOG
from gcmgraph.rdf import formats, terms
from gcmgraph.rdf.namespaces import DC, DCT, FOAF, OA, PROV
from gcmgraph.serve.dataset import citations
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.things.description import Describer
from gcmgraph.serve.things.statements import title_of

if TYPE_CHECKING:
    from gcmgraph.serve.site import Site

OFFERED: Final = (formats.HTML, *formats.CITATIONS)

PATH: Final = "/citation"

#: Documents that a citation names at most.
_MOST_SOURCES: Final = 20


def router(site: Site) -> Routes:
    """Return the route of the citations."""
    routes = Routes()
    citer = Citer(site)

    async def citation(request: Request) -> Response:
        iri = request.query_params.get("of") or site.manifest.iri
        work = await citer.work(iri)
        format_ = choose(request, OFFERED)
        etag = site.etag("citation", iri, format_.name)
        if (known := site.unchanged(request, etag)) is not None:
            return known
        if format_ is formats.HTML:
            text = site.pages.render("citation.html", work=work, texts=texts(work))
        else:
            text = citations.write(work, format_)
        signposts = [Link(iri, "cite-as"), *links("alternate", iri, format_)]
        return site.respond(text.encode(), format_, etag, signposts)

    routes.add(PATH, citation)
    return routes


def links(rel: str, iri: str = "", chosen: formats.Format | None = None) -> list[Link]:
    """Return links to a citation in each format but the chosen one; of the dataset if no other."""
    of = f"of={quote(iri, safe='')}&" if iri else ""
    return [
        Link(f"{PATH}?{of}format={format_.name}", rel, format_.media_type)
        for format_ in formats.CITATIONS
        if format_ is not chosen
    ]


def texts(work: citations.Work) -> dict[formats.Format, str]:
    """Return a work's citation in each format."""
    return {format_: citations.write(work, format_) for format_ in formats.CITATIONS}


class Citer:
    """Finds out what a citation says."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._describer = Describer(site)
        self._dataset: citations.Work | None = None

    async def work(self, iri: str) -> citations.Work:
        """Return the work that an IRI names.

        Raises:
            ProblemError: 404, where the graph says nothing of it.

        """
        dataset = await self.dataset()
        if iri == dataset.iri:
            return dataset
        if not terms.is_iri(iri) or not await self._describer.exists(iri):
            raise ProblemError(
                NOT_FOUND, f"The graph says nothing of “{iri}”, so that it cannot be cited from it."
            )
        return citations.Work(
            key=citations.key_of(dataset.key, iri),
            iri=iri,
            title=await self._title(iri),
            authors=dataset.authors,
            publishers=dataset.publishers,
            issued=dataset.issued,
            version=dataset.version,
            release=dataset.release,
            within=dataset.title,
            quoted=await self._quoted(iri),
        )

    async def dataset(self) -> citations.Work:
        """Return the dataset as a work; a release never changes, so that it is asked for once."""
        if self._dataset is None:
            manifest = self._site.manifest
            self._dataset = citations.Work(
                key=citations.key_of(f"{manifest.name}-{manifest.version}"),
                iri=manifest.iri,
                title=manifest.title,
                authors=await self._agents(DCT.creator),
                publishers=await self._agents(DCT.publisher),
                issued=manifest.issued,
                version=manifest.version,
                release=manifest.identity,
            )
        return self._dataset

    async def _agents(self, role: str) -> tuple[str, ...]:
        """Return the names of those who have a role, as the catalogue writes them."""
        dataset, graph = self._site.manifest.iri, f"{self._site.manifest.base}graph/{CATALOG}"
        rows = await self._site.select(
            f"SELECT ?agent ?name WHERE {{ GRAPH {terms.iri(graph)} {{ "
            f"{terms.iri(dataset)} {terms.iri(role)} ?agent . ?agent {terms.iri(FOAF.name)} ?name "
            "} } ORDER BY ?agent (LANG(?name) != 'en') ?name"
        )
        names: dict[str, str] = {}
        for row in rows:
            names.setdefault(row["agent"].value, row["name"].value)
        return tuple(names.values())

    async def _title(self, iri: str) -> str:
        """Return what a thing is called; an excerpt is called by its words."""
        if label := (await self._describer.labels([iri])).get(iri):
            return label
        rows = await self._site.select(
            f"SELECT ?words WHERE {{ {terms.iri(iri)} {terms.iri(OA.hasSelector)} ?selector . "
            f"?selector {terms.iri(OA.exact)} ?words }} ORDER BY ?words LIMIT 1"
        )
        if rows:
            return title_of(rows[0]["words"].value)
        return self._site.pages.short(iri)

    async def _quoted(self, iri: str) -> tuple[str, ...]:
        """Return titles and authors of the documents that a thing was quoted from."""
        thing, source = terms.iri(iri), terms.iri(OA.hasSource)
        rows = await self._site.select(
            "SELECT DISTINCT ?source ?by WHERE { "
            f"{{ {thing} {source} ?source }} UNION {{ {thing} {terms.iri(DCT.source)} ?source }} "
            f"UNION {{ {thing} {terms.iri(PROV.wasQuotedFrom)} ?x . ?x {source} ?source }} "
            f"OPTIONAL {{ ?source {terms.iri(DC.creator)} ?by }} FILTER(isIRI(?source)) "
            f"}} ORDER BY ?source ?by LIMIT {_MOST_SOURCES}"
        )
        labels = await self._describer.labels({row["source"].value for row in rows})
        # What has no title is a page, say, from which the document came.
        titled = [row for row in rows if row["source"].value in labels]
        return tuple(
            labels[row["source"].value] + (f" ({row['by'].value})" if "by" in row else "")
            for row in titled
        )
