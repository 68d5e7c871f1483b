"""A server for each dataset of the suite."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from conformance.suite import BASE, Data, iri
from gcmgraph.manifest import LAYOUT, FileEntry, GraphEntry, Manifest
from gcmgraph.serve.app import create_app
from gcmgraph.settings import Settings
from servers import Client, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def write_release(folder: Path, data: Data) -> None:
    """Release a dataset of the suite, blank nodes and all."""
    quads, triples = data.quads(), data.triples()
    ox.serialize(quads, folder / "test.nq", ox.RdfFormat.N_QUADS)
    ox.serialize(triples, folder / "test.nt", ox.RdfFormat.N_TRIPLES)
    files = [
        FileEntry.of(folder, "test.nq", "dataset", "nquads"),
        FileEntry.of(folder, "test.nt", "dataset", "ntriples"),
    ]
    manifest = Manifest(
        layout=LAYOUT,
        made_by="tests",
        identity=files[0].sha256,
        inputs="0" * 64,
        version="1.1",
        issued="2013-03-21",
        name="test",
        iri=BASE + "dataset",
        base=BASE,
        title="A dataset of the W3C's test suite",
        description="What a test asks of.",
        license="https://www.w3.org/copyright/test-suites-licenses/",
        prefixes={},
        triples=len(triples),
        quads=len(quads),
        graphs=tuple(
            GraphEntry(name=file.stem, iri=iri(file), triples=1, in_default=False)
            for file in data.named
        ),
        sources=(),
        files=tuple(files),
    )
    manifest.write(folder)


@pytest.fixture(scope="module")
def endpoint_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Data], Client]]:
    """Return what serves a dataset, and keeps serving it for as long as no other is asked for."""
    current: dict[Data, Client] = {}
    with ExitStack() as stack:

        def endpoint(data: Data) -> Client:
            if data not in current:
                stack.close()
                current.clear()
                folder = tmp_path_factory.mktemp("suite")
                write_release(folder, data)
                app = create_app(Settings(release=folder, workers=1))
                current[data] = stack.enter_context(serving(app))
            return current[data]

        yield endpoint
