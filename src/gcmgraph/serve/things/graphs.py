"""Named graphs, each whole, as the release's files hold them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.engine.protocol import Answer
from gcmgraph.rdf import formats
from gcmgraph.serve.addresses import GRAPH, tidy, with_suffix
from gcmgraph.serve.http.documents import described_by
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.signposts import Link, alternates
from gcmgraph.serve.http.spool import SpooledResponse
from gcmgraph.serve.things.paths import redirect, sent

if TYPE_CHECKING:
    from pathlib import Path

    from gcmgraph.rdf.formats import Format
    from gcmgraph.serve.site import Site

_DATA: Final = (*formats.TRIPLES, *formats.QUADS)


class Graphs:
    """Answers with graphs."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._graphs = {graph.name: graph for graph in site.manifest.graphs}
        self._files: dict[str, dict[Format, Path]] = defaultdict(dict)
        for entry in site.manifest.files:
            format_ = formats.by_name(entry.format, _DATA) if entry.format else None
            if entry.graph and format_ and not entry.compression:
                self._files[entry.graph][format_] = site.release.folder / entry.path

    async def graph(self, request: Request) -> Response:
        """Return a named graph."""
        path, tail = sent(request, GRAPH)
        name = tidy(unquote(tail))
        name, suffix = (name, None) if name in self._graphs else formats.split_suffix(name)
        if name not in self._graphs:
            raise ProblemError(
                NOT_FOUND,
                f"There is no graph {name}; the graphs are {', '.join(sorted(self._graphs))}.",
            )
        document = f"{GRAPH}/{quote(name)}"
        if path != with_suffix(document, suffix):
            return redirect(request, with_suffix(document, suffix), 308)
        return self._whole(request, name, document, suffix)

    async def genid(self, request: Request, name: str) -> Response:
        """Lead from the IRI that stands for a blank node to its graph (RDF 1.1 Concepts §3.5)."""
        graph, _, _ = name.rpartition("-")
        if graph not in self._graphs:
            raise ProblemError(NOT_FOUND, "No graph of the release has such a node.")
        return redirect(request, f"{GRAPH}/{quote(graph)}", 303)

    def _whole(self, request: Request, name: str, path: str, suffix: str | None) -> Response:
        graph, files = self._graphs[name], self._files[name]
        offered = (*(f for f in _DATA if f in files), formats.HTML)
        format_ = choose(request, offered, suffix=suffix)
        links = [Link(graph.iri, "cite-as"), *alternates(path, offered, format_)]
        links += described_by(self._site)
        if format_ is formats.HTML:
            return self._site.page(
                request, "graph.html", links, graph=graph, path=path, files=files
            )
        etag = self._site.etag("graph", graph.iri, format_.name)
        if (known := self._site.unchanged(request, etag)) is not None:
            return known
        return SpooledResponse(
            Answer(format_, files[format_].open("rb")), self._site.headers(etag, links)
        )
