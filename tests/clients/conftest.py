"""The real project's release, served by the program itself on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.manifest import Manifest
from processes import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@pytest.fixture(scope="session")
def address(real_release: Path) -> Iterator[str]:
    """Serve the release and return the address of the endpoint."""
    with running(real_release) as server:
        yield f"{str(server.client.base_url).rstrip('/')}/sparql"


@pytest.fixture(scope="session")
def truth(real_release: Path) -> ox.Dataset:
    """Read the release's default graph, which the endpoint is asked about."""
    path = real_release / Manifest.read(real_release).dataset("ntriples").path
    return ox.Dataset(ox.parse(path=path))


@pytest.fixture(scope="session")
def practices(truth: ox.Dataset) -> set[str]:
    """Return the IRIs of all practices."""
    practice = ox.NamedNode("https://w3id.org/gcmgraph/ontology#Practice")
    typed = (quad for quad in truth.quads_for_object(practice) if quad.predicate == TYPE)
    return {quad.subject.value for quad in typed}
