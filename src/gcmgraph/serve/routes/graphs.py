"""Named graphs, each whole, as the release's files hold them.

In a format of quads the statements stand under the graph's name and in the default graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.engine.protocol import Answer
from gcmgraph.rdf import formats
from gcmgraph.serve.addresses import GRAPH, tidy, with_suffix
from gcmgraph.serve.http.conditions import is_known
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.paths import redirect, sent
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import TAKES_PATH, Routes
from gcmgraph.serve.http.signposts import Link, alternates
from gcmgraph.serve.http.spool import SpooledResponse
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import described_by, headers_of, not_modified, send, tag_of
from gcmgraph.serve.views import schema_org

if TYPE_CHECKING:
    from gcmgraph.manifest import FileEntry
    from gcmgraph.rdf.formats import Format

_DATA: Final = (*formats.TRIPLES, *formats.QUADS)

#: The format of triples whose texts are texts of a format of quads, too: their triples stand in
#: the default graph, where a client looks that has followed a link (RDF 1.1 TriG, N-Quads).
_WITHIN: Final = {formats.TRIG: formats.TURTLE, formats.NQUADS: formats.NTRIPLES}


async def graph(request: Request) -> Response:
    """Return a named graph."""
    release = release_of(request)
    known = {graph.name: graph for graph in release.manifest.graphs}
    path, tail = sent(request, GRAPH)
    name = tidy(unquote(tail))
    name, suffix = (name, None) if name in known else formats.split_suffix(name)
    if name not in known:
        raise ProblemError(
            NOT_FOUND,
            f"There is no graph {name}; the graphs are {', '.join(sorted(known))}.",
        )
    document = f"{GRAPH}/{quote(name)}"
    if path != with_suffix(document, suffix):
        return redirect(request, with_suffix(document, suffix), 308)
    files: dict[Format, FileEntry] = {
        format_: entry
        for entry in release.manifest.find("graph", name)
        if (format_ := formats.by_name(entry.format or "", _DATA))
    }
    offered = (*(f for f in _DATA if f in files), formats.HTML)
    format_ = choose(request, offered, suffix=suffix)
    links = (
        Link(known[name].iri, "cite-as"),
        *alternates(document, offered, format_),
        *described_by(release),
    )
    etag = tag_of(request, document, format_)
    if format_ is formats.HTML:

        async def make() -> bytes:
            page = f"{known[name].iri}.{formats.HTML.suffix}"
            return release.html.render(
                "graph.html",
                graph=known[name],
                path=document,
                files=files,
                dataset=await schema_org.read_part(release, page),
            ).encode()

        return await send(request, etag, format_, make, links)
    if is_known(request, etag, release.issued):
        return not_modified(release, etag)
    # As it lies on the disk, however large it is.
    first, *more = (
        Answer(each, (release.folder / files[each].path).open("rb"))
        for each in (format_, _WITHIN.get(format_))
        if each in files
    )
    return SpooledResponse(first, headers_of(release, etag, links), *more)


async def genid(request: Request, name: str) -> Response:
    """Lead from the IRI that stands for a blank node to its graph (RDF 1.1 Concepts §3.5)."""
    graph, _, _ = name.rpartition("-")
    if release_of(request).graph_iri(graph) is None:
        raise ProblemError(NOT_FOUND, "No graph of the release has such a node.")
    return redirect(request, f"{GRAPH}/{quote(graph)}", 303)


router = Routes()
router.add(GRAPH, graph, described=False)
router.add(f"{GRAPH}/{{path:path}}", graph, operation=TAKES_PATH)
router.add("/.well-known/genid/{name}", genid, described=False)
