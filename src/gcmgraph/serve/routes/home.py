"""The front page, which is the dataset's own, and the kinds of problems.

The page embeds what search engines read of the dataset (schema.org), as the release has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.project import CATALOG
from gcmgraph.rdf import formats
from gcmgraph.rdf.terms import is_iri
from gcmgraph.serve.http.problems import KINDS, NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import Resource, public_url, respond, send, tag_of
from gcmgraph.serve.routes import catalog, citation
from gcmgraph.serve.views import citation_formats, query_texts, schema_org, works
from gcmgraph.serve.views.file_listing import dataset_files

if TYPE_CHECKING:
    from gcmgraph.serve.release import Release

_MOST_CLASSES: Final = 100

#: What the dataset's page is, and what it is about (FAIR Signposting Profile).
_TYPES: Final = ("https://schema.org/AboutPage", "https://schema.org/Dataset")


async def home(request: Request) -> Response:
    """Return the front page; programs get the catalogue."""
    if (described := await catalog.dataset(request)) is not None:
        return described
    release = release_of(request)
    cited = works.dataset_work(release.manifest)

    async def page() -> bytes:
        return release.html.render(
            "home.html",
            endpoint=public_url(request, "/sparql"),
            address=public_url(request, ""),
            classes=await _classes(release),
            questions=list((await release.once(query_texts.questions)).values()),
            citation=citation_formats.write(cited, formats.APA),
            dataset=await schema_org.read_dataset(release),
            files=dataset_files(release.manifest),
        ).encode()

    etag = tag_of(request, "/", formats.HTML)
    return await send(request, etag, formats.HTML, page, tuple(_links(release)))


async def problem_kind(request: Request, slug: str) -> Response:
    """Say what a kind of problem is."""
    if slug not in KINDS:
        raise ProblemError(NOT_FOUND, "There is no kind of problem of that name.")
    html = release_of(request).html

    async def page() -> bytes:
        return html.render("problem-kind.html", kind=KINDS[slug]).encode()

    return await respond(request, Resource(f"/problems/{slug}", {formats.HTML: page}))


def _links(release: Release) -> list[Link]:
    """Return the signposts of a dataset's page: its IRI, its files, what describes and cites it."""
    manifest = release.manifest
    return [
        Link(manifest.iri, "cite-as"),
        *(Link(type_, "type") for type_ in _TYPES),
        *(
            Link(f"/download/{entry.path}", "item", format_.media_type)
            for format_, entry in dataset_files(manifest)
        ),
        *(
            Link(f"/{entry.path}", "describedby", format_.media_type)
            for format_ in formats.TRIPLES
            for entry in manifest.find("catalog", CATALOG, format_.name)
        ),
        *citation.links("describedby"),
    ]


async def _classes(release: Release) -> list[tuple[str, str, str]]:
    """Return IRI, label and number of things of the classes, the largest first."""
    rows = await release.graph.select(
        "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?class FILTER(isIRI(?s)) } "
        f"GROUP BY ?class ORDER BY DESC(?n) ?class LIMIT {_MOST_CLASSES}"
    )
    found = [(row["class"].value, row["n"].value) for row in rows if is_iri(row["class"].value)]
    labels = await release.graph.labels(iri for iri, _ in found)
    return [(iri, labels.get(iri, release.html.short(iri)), number) for iri, number in found]


router = Routes()
router.add("/", home)
router.add("/problems/{slug}", problem_kind)
