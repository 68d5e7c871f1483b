"""The real release served, and the UN's own files served beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.manifest import Manifest
from integration.served import Ours, portal_of
from processes import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Of the UN's files those that tell of what our graph points to.
NAMES = ("sdg-kos-goals-targets-indicators", "sdg-kos-subject-mappings", "sdg-codes")


@pytest.fixture(scope="session")
def un_files(un: Path) -> list[Path]:
    """Return the files that a portal holds."""
    return [un / f"{name}.ttl" for name in NAMES]


@pytest.fixture(scope="session")
def portal(un_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve these files, and return the address of the endpoint."""
    with portal_of(un_files, tmp_path_factory.mktemp("portal")) as address:
        yield address


@pytest.fixture(scope="session")
def truth(real_release: Path) -> ox.Store:
    """Load the release: the default graph and the named ones."""
    store, manifest = ox.Store(), Manifest.read(real_release)
    for name in ("ntriples", "nquads"):
        store.bulk_load(path=real_release / manifest.dataset(name).path)
    return store


@pytest.fixture(scope="session")
def ours(real_release: Path, truth: ox.Store) -> Iterator[Ours]:
    """Serve the release."""
    with running(real_release) as server:
        address = str(server.client.base_url)
        yield Ours(address, server.client, Manifest.read(real_release), truth)
