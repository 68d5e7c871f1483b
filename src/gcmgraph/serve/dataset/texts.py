"""The SPARQL texts of a release: the rules that derived statements, and the questions.

``/rules/{name}`` is the IRI of a rule, ``/queries/{name}`` that of a question; both answer with
the text as it was written, or with a page; of a rule, triples say which graph it has made. The
comment at the head of a text says what it is about: its first paragraph in short, the others in
full.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.project import CATALOG
from gcmgraph.rdf import formats, terms
from gcmgraph.rdf.comments import paragraphs
from gcmgraph.serve.http import documents
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link

if TYPE_CHECKING:
    from gcmgraph.serve.http.documents import Bodies
    from gcmgraph.serve.site import Site

#: The folders of a release that hold such texts.
RULES: Final = "rules"
QUERIES: Final = "queries"
FOLDERS: Final = (QUERIES, RULES)

_HEADINGS: Final = {RULES: "Rules", QUERIES: "Questions"}
_ABOUT: Final = {
    RULES: "What follows from what is said. Each rule is a CONSTRUCT query; a build runs all of "
    "them until nothing new follows, and what they derive stands in the graph “inferred”.",
    QUERIES: "Questions that the graph answers, to start from.",
}


@dataclass(frozen=True, slots=True)
class Text:
    """A text: what it is about in short, what more is said of it, and itself."""

    name: str
    path: str
    title: str
    notes: tuple[str, ...]
    text: str


def names(site: Site, folder: str) -> dict[str, str]:
    """Return the paths of the texts in a folder of the release, by their names."""
    found = {}
    for path in site.manifest.entries:
        name = path.removeprefix(f"{folder}/").removesuffix(f".{formats.SPARQL.suffix}")
        if path == f"{folder}/{name}.{formats.SPARQL.suffix}":
            found[name] = path
    return found


def read_texts(site: Site, folder: str) -> dict[str, Text]:
    """Return the texts of a folder of the release, by their names."""
    found: dict[str, Text] = {}
    for name, path in names(site, folder).items():
        text = (site.release.folder / path).read_text("utf-8")
        title, *notes = paragraphs(text) or [name]
        found[name] = Text(name, f"/{folder}/{name}", title, tuple(notes), text)
    return found


def router(site: Site) -> Routes:
    """Return the routes of the rules and of the questions."""
    routes = Routes()
    for folder in FOLDERS:
        shelf = _Shelf(site, folder)
        for path, endpoint in (
            (f"/{folder}", shelf.listing),
            (f"/{folder}.{{suffix}}", shelf.listing),
            (f"/{folder}/{{name}}", shelf.one),
        ):
            routes.add(path, endpoint, described="suffix" not in path)
    return routes


class _Shelf:
    """Answers with the texts of one folder."""

    def __init__(self, site: Site, folder: str) -> None:
        self._site = site
        self._folder = folder
        self._texts = read_texts(site, folder)

    async def listing(self, request: Request, suffix: str | None = None) -> Response:
        """List the texts."""
        texts = list(self._texts.values())

        async def page() -> bytes:
            heading, about = _HEADINGS[self._folder], _ABOUT[self._folder]
            shown = {"heading": heading, "about": about, "texts": texts}
            return self._site.pages.render("texts.html", **shown).encode()

        async def data() -> bytes:
            return json.dumps(
                [
                    {
                        "url": self._site.url(request, text.path),
                        "mediaType": formats.SPARQL.media_type,
                        "title": text.title,
                        "notes": text.notes,
                    }
                    for text in texts
                ],
                ensure_ascii=False,
            ).encode()

        return await documents.respond(
            self._site,
            request,
            f"/{self._folder}",
            {formats.JSON: data, **self._facts(texts), formats.HTML: page},
            suffix=suffix,
            links=documents.described_by(self._site),
        )

    async def one(self, request: Request, name: str) -> Response:
        """Return one text."""
        stem, dot, suffix = name.rpartition(".")
        text = self._texts.get(stem if dot else name)
        if text is None:
            raise ProblemError(
                NOT_FOUND, f"There is no {name} here; /{self._folder} lists what there is."
            )

        async def written() -> bytes:
            return text.text.encode()

        async def page() -> bytes:
            shown = {"folder": self._folder, "heading": _HEADINGS[self._folder], "text": text}
            return self._site.pages.render("text.html", **shown).encode()

        return await documents.respond(
            self._site,
            request,
            text.path,
            {formats.SPARQL: written, **self._facts([text]), formats.HTML: page},
            suffix=suffix if dot else None,
            links=[Link(f"/{self._folder}", "collection"), *documents.described_by(self._site)],
        )

    def _facts(self, texts: list[Text]) -> Bodies:
        """Return how triples of the catalogue about texts are made; it tells of rules alone."""
        graph = documents.graph_of(self._site, CATALOG)
        if graph is None or self._folder != RULES:
            return {}
        base = self._site.manifest.base.rstrip("/")
        iris = " ".join(terms.iri(f"{base}{text.path}") for text in texts)
        query = (
            "CONSTRUCT { ?text ?p ?o . ?s ?q ?text } "
            f"WHERE {{ VALUES ?text {{ {iris} }} {{ ?text ?p ?o }} UNION {{ ?s ?q ?text }} }}"
        )
        return {
            format_: partial(self._site.read, query, format_, (graph,))
            for format_ in formats.TRIPLES
        }
