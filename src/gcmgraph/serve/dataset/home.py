"""The front page, which is the dataset's own, and the kinds of problems.

The page embeds what search engines read of the dataset (schema.org), as the release has it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.project import CATALOG
from gcmgraph.rdf import formats
from gcmgraph.rdf.terms import is_iri
from gcmgraph.serve.dataset import catalog, citations, citing, shelves, texts
from gcmgraph.serve.http.problems import KINDS, NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.things.description import Describer

if TYPE_CHECKING:
    from gcmgraph.serve.site import Site

_MOST_CLASSES = 100

#: The release's file that search engines read.
_FOR_SEARCH: Final = "dataset.jsonld"

#: What the dataset's page is, and what it is about (FAIR Signposting Profile).
_TYPES: Final = ("https://schema.org/AboutPage", "https://schema.org/Dataset")


def router(site: Site) -> Routes:
    """Return the routes of the front page and of what explains the server."""
    routes = Routes()
    describer = Describer(site)
    citer = citing.Citer(site)
    shown: dict[str, object] = {}

    async def home(request: Request) -> Response:
        if (described := await catalog.dataset(site, request)) is not None:
            return described
        if not shown:
            # The release never changes: what was read and counted once holds.
            shown.update(
                classes=await _classes(site, describer),
                questions=list(texts.read_texts(site, texts.QUERIES).values()),
                citation=citations.write(await citer.dataset(), formats.APA),
                dataset=_for_search(site),
                files=shelves.whole_files(site.manifest),
            )
        endpoint, address = site.url(request, "/sparql"), site.url(request, "")
        links = _links(site)
        return site.page(request, "home.html", links, endpoint=endpoint, address=address, **shown)

    async def problem_kind(request: Request, slug: str) -> Response:
        if slug not in KINDS:
            raise ProblemError(NOT_FOUND, "There is no kind of problem of that name.")
        return site.page(request, "problem-kind.html", kind=KINDS[slug])

    routes.add("/", home)
    routes.add("/problems/{slug}", problem_kind)
    return routes


def _links(site: Site) -> list[Link]:
    """Return the signposts of a dataset's page: its IRI, its files, what describes and cites it."""
    written = ((f, f"{CATALOG}.{f.suffix}") for f in formats.TRIPLES)
    return [
        Link(site.manifest.iri, "cite-as"),
        *(Link(type_, "type") for type_ in _TYPES),
        *(
            Link(f"/download/{entry.path}", "item", format_.media_type)
            for format_, entry in shelves.whole_files(site.manifest)
        ),
        *(
            Link(f"/{path}", "describedby", format_.media_type)
            for format_, path in written
            if path in site.manifest.entries
        ),
        *citing.links("describedby"),
    ]


def _for_search(site: Site) -> dict[str, Any] | None:
    """Return the dataset as search engines read it, where the release says."""
    if _FOR_SEARCH not in site.manifest.entries:
        return None
    found: dict[str, Any] = json.loads((site.release.folder / _FOR_SEARCH).read_bytes())
    return found


async def _classes(site: Site, describer: Describer) -> list[tuple[str, str, str]]:
    """Return IRI, label and number of things of the classes, the largest first."""
    rows = await site.select(
        "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?class FILTER(isIRI(?s)) } "
        f"GROUP BY ?class ORDER BY DESC(?n) ?class LIMIT {_MOST_CLASSES}"
    )
    found = [(row["class"].value, row["n"].value) for row in rows if is_iri(row["class"].value)]
    labels = await describer.labels(iri for iri, _ in found)
    return [(iri, labels.get(iri, site.pages.short(iri)), number) for iri, number in found]
