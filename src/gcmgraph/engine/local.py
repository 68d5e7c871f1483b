"""One query, answered in this process: for the command line and for tests.

There are no limits of time or memory here; whoever asks can interrupt. What the service refuses,
this refuses too: updates, calls to other endpoints, and graphs that the release does not hold.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Final

from gcmgraph import formats
from gcmgraph.engine.admission import admit, explain
from gcmgraph.engine.evaluation import Task, evaluate
from gcmgraph.engine.limits import Limits
from gcmgraph.engine.outline import outline_of
from gcmgraph.engine.protocol import Query
from gcmgraph.engine.store import load
from gcmgraph.errors import QuerySyntaxError

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph as ox

    from gcmgraph.manifest import Manifest

_UNLIMITED: Final = Limits(query_bytes=sys.maxsize)


def open_store(release: Path, manifest: Manifest) -> ox.Store:
    """Load a release into a store in memory."""
    return load(
        release / manifest.file(formats.NQUADS.name).path,
        release / manifest.file(formats.NTRIPLES.name).path,
    )


def gives_graph(text: str) -> bool:
    """Whether the answer to this query is a graph, rather than a table or a truth value."""
    form = outline_of(text).form
    return form is not None and form.gives_graph


def answer(store: ox.Store, manifest: Manifest, text: str, answer_format: formats.Format) -> bytes:
    """Answer a query in a format that fits its form.

    Raises:
        QueryError: where the query is refused, is no query, or its answer does not fit the format.
        EngineError: where the engine fails.

    """
    query = Query(text, answer_format)
    dataset = admit(query, {graph.iri for graph in manifest.graphs}, _UNLIMITED)
    task = Task(
        text=text,
        format=answer_format,
        default=dataset.default if dataset else None,
        named=dataset.named if dataset else None,
        prefixes=manifest.prefixes,
    )
    output = io.BytesIO()
    try:
        evaluate(store, task, output)
    except QuerySyntaxError as error:
        raise explain(error, query.outline, manifest.prefixes) from None
    return output.getvalue()
