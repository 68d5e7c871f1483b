"""One query, answered in this process: for the command line and for tests.

There are no limits of time or memory here; whoever asks can interrupt. What the service refuses,
this refuses too: updates, calls to other endpoints, and graphs that the release does not hold.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph import formats
from gcmgraph.engine.evaluation import Task, evaluate
from gcmgraph.engine.outline import Form, outline_of
from gcmgraph.errors import DatasetError, QuerySyntaxError, ServiceRefusedError, UpdateRefusedError

if TYPE_CHECKING:
    from pathlib import Path

    from gcmgraph.engine.outline import Outline
    from gcmgraph.manifest import Manifest


def load(release: Path, manifest: Manifest) -> ox.Store:
    """Load a release into a store in memory: its named graphs, and their union as the default."""
    store = ox.Store()
    for fmt, kind in (
        (formats.NQUADS, ox.RdfFormat.N_QUADS),
        (formats.NTRIPLES, ox.RdfFormat.N_TRIPLES),
    ):
        store.bulk_load(path=release / manifest.file(fmt.name).path, format=kind)
    return store


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
    outline = outline_of(text)
    _admit(outline, manifest)
    output = io.BytesIO()
    evaluate(
        store,
        Task(
            text=text,
            format=answer_format,
            default=outline.default_graphs if outline.names_dataset else None,
            named=outline.named_graphs if outline.names_dataset else None,
            prefixes=manifest.prefixes,
        ),
        output,
    )
    return output.getvalue()


def _admit(outline: Outline, manifest: Manifest) -> None:
    if outline.form is Form.UPDATE:
        raise UpdateRefusedError(
            "This is an update, and a release never changes; ask with SELECT, ASK, CONSTRUCT or "
            "DESCRIBE."
        )
    if outline.services:
        raise ServiceRefusedError(
            f"The query calls another endpoint ({outline.services[0]}); remove SERVICE."
        )
    if outline.undeclared:
        name, line, column = (
            outline.undeclared.name,
            outline.undeclared.line,
            outline.undeclared.column,
        )
        declared = manifest.prefixes.get(name)
        remedy = f"add PREFIX {name}: <{declared}>" if declared else "declare it with PREFIX"
        raise QuerySyntaxError(
            f"Line {line}, column {column}: the prefix {name}: is not declared; {remedy}.",
            line,
            column,
        )
    known = {graph.iri for graph in manifest.graphs}
    for iri in (*outline.default_graphs, *outline.named_graphs):
        if iri not in known:
            raise DatasetError(
                f"The release holds no graph <{iri}>; it holds {', '.join(sorted(known))}."
            )
