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
from gcmgraph.rdf.formats import XML
from gcmgraph.rdf.terms import literal
from gcmgraph.serve import resource
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import public_url, send, tag_of
from gcmgraph.serve.routes.vocabulary import NAMES
from gcmgraph.serve.views import query_texts

if TYPE_CHECKING:
    from gcmgraph.serve.release import Release

PATH: Final = "/sitemap.xml"

#: Things per file. The protocol allows 50,000 addresses in 50 MiB, and an address 2,048 characters:
#: so many fit whatever they are called.
LENGTH: Final = 10_000

_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LONGEST: Final = 2048


async def whole(request: Request) -> Response:
    """Return the sitemap, or the index of its parts."""
    release = release_of(request)

    async def make() -> bytes:
        query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {_things_of(release)} }}"
        number = int((await release.graph.select(query))[0]["n"].value)
        if number <= LENGTH:
            return await _part(request, 1)
        parts = range(1, -(-number // LENGTH) + 1)
        return _xml(request, "sitemapindex", "sitemap", [f"/sitemap/{n}.xml" for n in parts])

    return await send(request, tag_of(request, PATH, XML), XML, make)


async def part(request: Request, number: str) -> Response:
    """Return a part of the sitemap."""
    page = int(number) if re.fullmatch(r"[1-9][0-9]{0,5}", number, re.ASCII) else 0

    async def make() -> bytes:
        return await _part(request, page)

    return await send(request, tag_of(request, f"/sitemap/{page}.xml", XML), XML, make)


async def _part(request: Request, page: int) -> bytes:
    """List the pages of a part; the first also lists those about the whole."""
    release = release_of(request)
    paths = [*(_pages(release) if page == 1 else []), *(await _things(release, page))]
    if not paths:
        raise ProblemError(NOT_FOUND, f"There is no such part; {PATH} lists those there are.")
    return _xml(request, "urlset", "url", paths)


def _things_of(release: Release) -> str:
    """Return the pattern of a thing of ours or of others that is not a part of one."""
    base = release.manifest.base
    return (
        f'?s a ?class FILTER(isIRI(?s) && !CONTAINS(STR(?s), "#") && '
        f"(STRSTARTS(STR(?s), {literal(f'{base}id/')}) || !STRSTARTS(STR(?s), {literal(base)})))"
    )


async def _things(release: Release, page: int) -> list[str]:
    """Return the paths of the documents of a page of things, in the order of their IRIs."""
    if page < 1:
        return []
    rows = await release.graph.select(
        f"SELECT DISTINCT ?s WHERE {{ {_things_of(release)} }} ORDER BY ?s "
        f"LIMIT {LENGTH} OFFSET {(page - 1) * LENGTH}"
    )
    address = release.html.addresses.document
    return [path for row in rows if (path := address(row["s"].value))]


def _xml(request: Request, root: str, item: str, paths: list[str]) -> bytes:
    issued = release_of(request).manifest.issued
    tree = ET.Element(root, xmlns=_NAMESPACE)
    for path in paths:
        address = public_url(request, path)
        if len(address) < _LONGEST:
            entry = ET.SubElement(tree, item)
            ET.SubElement(entry, "loc").text = address
            ET.SubElement(entry, "lastmod").text = issued
    text: bytes = ET.tostring(tree, encoding="utf-8", xml_declaration=True)
    return text


def _pages(release: Release) -> list[str]:
    """Return the paths of the pages about the whole."""
    manifest = release.manifest
    graphs = {graph.name: release.html.link(graph.iri) for graph in manifest.graphs}
    texts = [
        path
        for folder in query_texts.ROLES
        for path in (f"/{folder}", *query_texts.paths(manifest, folder))
    ]
    return [
        *("/", "/sparql", "/download/"),
        *(f"/{name}" for name in NAMES if name in graphs),
        *([f"/{CATALOG}"] if resource.CATALOG in manifest.entries else []),
        *texts,
        *(path for path in graphs.values() if path),
    ]


router = Routes()
router.add(PATH, whole, described=False)
router.add("/sitemap/{number}.xml", part, described=False)
