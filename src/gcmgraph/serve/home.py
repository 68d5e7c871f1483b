"""The front page, and the kinds of problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.serve.description import Describer
from gcmgraph.serve.problems import KINDS, NOT_FOUND, ProblemError
from gcmgraph.serve.terms import is_iri

if TYPE_CHECKING:
    from gcmgraph.serve.site import Site

_MOST_CLASSES = 100


def router(site: Site) -> APIRouter:
    """Return the routes of the front page and of what explains the server."""
    routes = APIRouter()
    describer = Describer(site)
    classes: list[tuple[str, str, str]] = []

    async def home(request: Request) -> Response:
        if not classes:
            # The release never changes: what was counted once holds.
            classes.extend(await _classes(site, describer))
        return site.page(
            request,
            "home.html",
            classes=classes,
            examples=_examples(site),
            endpoint=site.url(request, "/sparql"),
        )

    async def problem_kind(request: Request, slug: str) -> Response:
        if slug not in KINDS:
            raise ProblemError(NOT_FOUND, "There is no kind of problem of that name.")
        return site.page(request, "problem-kind.html", kind=KINDS[slug])

    get = ["GET", "HEAD"]
    routes.add_api_route("/", home, methods=get)
    routes.add_api_route("/problems/{slug}", problem_kind, methods=get)
    return routes


async def _classes(site: Site, describer: Describer) -> list[tuple[str, str, str]]:
    """Return IRI, label and number of things of the classes, the largest first."""
    rows = await site.select(
        "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?class FILTER(isIRI(?s)) } "
        f"GROUP BY ?class ORDER BY DESC(?n) ?class LIMIT {_MOST_CLASSES}"
    )
    found = [(row["class"].value, row["n"].value) for row in rows if is_iri(row["class"].value)]
    labels = await describer.labels(iri for iri, _ in found)
    return [(iri, labels.get(iri, site.pages.short(iri)), number) for iri, number in found]


def _examples(site: Site) -> list[tuple[str, str]]:
    """Return title and text of the queries that the release holds; the title is the first line."""
    found = []
    for entry in site.manifest.files:
        if entry.path.startswith("queries/") and entry.path.endswith(".rq"):
            text = (site.release.folder / entry.path).read_text("utf-8")
            first = text.lstrip().partition("\n")[0]
            title = first.lstrip("# ").strip() if first.startswith("#") else entry.path
            found.append((title, text))
    return found
