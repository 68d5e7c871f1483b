"""One query, answered in this process: for the command line and for tests.

There are no limits of time or memory here; whoever asks can interrupt. What the service refuses,
this refuses too: updates, calls to other endpoints, and graphs that the release does not hold.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gcmgraph.engine.admission import admit, explain
from gcmgraph.engine.evaluation import Style, Task, evaluate
from gcmgraph.engine.protocol import Query
from gcmgraph.engine.store import load
from gcmgraph.errors import QuerySyntaxError
from gcmgraph.rdf import formats, jsonld
from gcmgraph.rdf.query_scan import scan
from gcmgraph.settings import Limits

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph as ox

    from gcmgraph.manifest import Manifest

_UNLIMITED: Final = Limits(query_bytes=sys.maxsize)


def gives_graph(text: str) -> bool:
    """Whether the answer to this query is a graph, rather than a table or a truth value."""
    form = scan(text).form
    return form is not None and form.gives_graph


@dataclass(frozen=True, slots=True)
class InlineEngine:
    """A release in this process, and how its graphs are written."""

    store: ox.Store
    manifest: Manifest
    style: Style

    @classmethod
    def open(cls, release: Path, manifest: Manifest) -> InlineEngine:
        """Load the release in a folder.

        Raises:
            ReleaseError: where it lacks a file, or its context is none.

        """
        store = load(
            release / manifest.dataset(formats.NQUADS.name).path,
            release / manifest.dataset(formats.NTRIPLES.name).path,
        )
        context = release / jsonld.FILE_NAME if manifest.context else None
        return cls(store, manifest, Style.read(manifest.prefixes, context))

    def answer(self, text: str, answer_format: formats.Format) -> bytes:
        """Answer a query in a format that fits its form.

        Raises:
            QueryError: where the query is refused, is no query, or its answer does not fit the
                format.
            EngineError: where the engine fails.

        """
        query = Query(text, answer_format)
        dataset = admit(query, {graph.iri for graph in self.manifest.graphs}, _UNLIMITED)
        task = Task(
            text=text,
            format=answer_format,
            default=dataset.default if dataset else None,
            named=dataset.named if dataset else None,
        )
        output = io.BytesIO()
        try:
            evaluate(self.store, task, self.style, output)
        except QuerySyntaxError as error:
            raise explain(error, query.facts, self.manifest.prefixes) from None
        return output.getvalue()
