"""The store of a release: its named graphs, and their union as the default graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from pathlib import Path


def load(nquads: Path, ntriples: Path) -> ox.Store:
    """Load a release from its N-Quads, and the default graph from its N-Triples."""
    store = ox.Store()
    store.bulk_load(path=nquads, format=ox.RdfFormat.N_QUADS)
    store.bulk_load(path=ntriples, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.DefaultGraph())
    return store
