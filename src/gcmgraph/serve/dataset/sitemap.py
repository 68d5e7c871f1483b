"""``/sitemap.xml``: every page, for crawlers (sitemaps.org protocol 0.9).

What it lists changes when a release is issued and never between, so that is every page's date.
Where there are more things than one file may list, it is an index of ``/sitemap/{n}.xml``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.project import CATALOG
from gcmgraph.rdf import terms
from gcmgraph.rdf.formats import XML
from gcmgraph.serve.dataset.texts import FOLDERS, names
from gcmgraph.serve.dataset.vocabulary import NAMES
from gcmgraph.serve.http import documents
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes

if TYPE_CHECKING:
    from gcmgraph.serve.site import Site

PATH: Final = "/sitemap.xml"

#: Things per file. The protocol allows 50,000 addresses in 50 MiB, and an address 2,048 characters:
#: so many fit whatever they are called.
LENGTH: Final = 10_000

_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LONGEST: Final = 2048


def router(site: Site) -> Routes:
    """Return the routes of the sitemap."""
    routes = Routes()
    sitemap = _Sitemap(site)
    for path, endpoint in ((PATH, sitemap.whole), ("/sitemap/{number}.xml", sitemap.part)):
        routes.add(path, endpoint, described=False)
    return routes


class _Sitemap:
    """Answers with the pages of one release."""

    def __init__(self, site: Site) -> None:
        self._site = site
        base, things = terms.literal(site.manifest.base), f"{site.manifest.base}id/"
        #: A thing of ours or of others, and not a part of one.
        self._pattern = (
            f'?s a ?class FILTER(isIRI(?s) && !CONTAINS(STR(?s), "#") && '
            f"(STRSTARTS(STR(?s), {terms.literal(things)}) || !STRSTARTS(STR(?s), {base})))"
        )

    async def whole(self, request: Request) -> Response:
        """Return the sitemap, or the index of its parts."""
        query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {self._pattern} }}"
        number = int((await self._site.select(query))[0]["n"].value)
        if number <= LENGTH:
            return await self.part(request, "1")
        parts = range(1, -(-number // LENGTH) + 1)
        return self._xml(request, "sitemapindex", "sitemap", [f"/sitemap/{n}.xml" for n in parts])

    async def part(self, request: Request, number: str) -> Response:
        """Return a part of the sitemap; the first also lists the pages about the whole."""
        page = int(number) if re.fullmatch(r"[1-9][0-9]{0,5}", number, re.ASCII) else 0
        paths = [*(_pages(self._site) if page == 1 else []), *(await self._things(page))]
        if not paths:
            raise ProblemError(NOT_FOUND, f"There is no such part; {PATH} lists those there are.")
        return self._xml(request, "urlset", "url", paths)

    async def _things(self, page: int) -> list[str]:
        """Return the paths of the documents of a page of things, in the order of their IRIs."""
        if page < 1:
            return []
        rows = await self._site.select(
            f"SELECT DISTINCT ?s WHERE {{ {self._pattern} }} ORDER BY ?s "
            f"LIMIT {LENGTH} OFFSET {(page - 1) * LENGTH}"
        )
        address = self._site.pages.addresses.document
        return [path for row in rows if (path := address(row["s"].value))]

    def _xml(self, request: Request, root: str, item: str, paths: list[str]) -> Response:
        etag = self._site.etag("sitemap", self._site.url(request, request.url.path))
        if (known := self._site.unchanged(request, etag)) is not None:
            return known
        tree = ET.Element(root, xmlns=_NAMESPACE)
        for path in paths:
            address = self._site.url(request, path)
            if len(address) < _LONGEST:
                entry = ET.SubElement(tree, item)
                ET.SubElement(entry, "loc").text = address
                ET.SubElement(entry, "lastmod").text = self._site.manifest.issued
        body: bytes = ET.tostring(tree, encoding="utf-8", xml_declaration=True)
        return self._site.respond(body, XML, etag)


def _pages(site: Site) -> list[str]:
    """Return the paths of the pages about the whole."""
    graphs = {graph.name: site.pages.link(graph.iri) for graph in site.manifest.graphs}
    vocabularies = [f"/{name}" for name in NAMES if name in graphs]
    catalog = [f"/{CATALOG}"] if documents.CATALOG in site.manifest.entries else []
    texts = [
        path
        for folder in FOLDERS
        for path in (f"/{folder}", *(f"/{folder}/{name}" for name in names(site, folder)))
    ]
    return [
        *("/", "/sparql", "/download/"),
        *vocabularies,
        *catalog,
        *texts,
        *(path for path in graphs.values() if path),
    ]
