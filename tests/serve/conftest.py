"""The park's server, with small limits, and its release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.serve.app import create_app
from gcmgraph.settings import Settings
from sample_release import GROVE, write_release
from servers import Client, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    write_release(folder)
    return folder


@pytest.fixture(scope="session")
def sample(release: Path) -> Iterator[Client]:
    settings = Settings(
        release=release,
        workers=2,
        query_time=1,
        query_memory=128 << 20,
        result_bytes=1 << 20,
        query_bytes=1 << 16,
    )
    with serving(create_app(settings)) as client:
        yield client


@pytest.fixture(scope="session")
def published(example_release: Path) -> Iterator[Client]:
    """Return a client of a server of the example project, with all that a release has."""
    with serving(create_app(Settings(release=example_release, workers=2))) as client:
        yield client


@pytest.fixture(scope="session")
def grove(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Serve the park with all that is hard to name."""
    folder = tmp_path_factory.mktemp("grove")
    write_release(folder, GROVE)
    with serving(create_app(Settings(release=folder, workers=2))) as client:
        yield client
