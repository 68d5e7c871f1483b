"""What all rooms share: an example project to be broken, and the real one, released once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from example_project import EXAMPLE, Example
from gcmgraph.project import Project
from gcmgraph.publish import pipeline

if TYPE_CHECKING:
    from gcmgraph.publish.pipeline import Checked

ROOT = Path(__file__).parents[1]
PUBLISHED = Path(__file__).parent / "published"

#: The UN's own RDF is no part of the project; tests that need it skip where it is absent.
UN = Path(os.environ.get("GCMGRAPH_UN", ROOT.parent / "shared" / "un"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let ``make golden`` write the rows that the questions are expected to answer."""
    parser.addoption("--write-expected", action="store_true", help="write tests/queries/expected")


@pytest.fixture
def example(tmp_path: Path) -> Example:
    """Copy the example project of ``tests/example``."""
    shutil.copytree(EXAMPLE, tmp_path / "example")
    return Example(tmp_path / "example")


@pytest.fixture(scope="session")
def checked() -> Checked:
    """Check the real project: everything is derived and judged."""
    return pipeline.check(Project.open(ROOT), lambda _: None)


@pytest.fixture(scope="session")
def real_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Release the real project, and return the folder."""
    out = tmp_path_factory.mktemp("releases")
    return pipeline.build(Project.open(ROOT), out, lambda _: None).path


@pytest.fixture(scope="session")
def example_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Release the example project with all that ``tests/published`` adds; return the folder."""
    folder = tmp_path_factory.mktemp("published")
    example = Example(shutil.copytree(EXAMPLE, folder / "example"))
    for name, added in (("data/catalog.ttl", "catalog"), ("ontology/rivers.ttl", "ontology")):
        # The dataset is found at the base, as that of the real project is.
        text = (example.root / name).read_text("utf-8").replace("example/dataset>", "example/>")
        example.write(name, text + (PUBLISHED / f"{added}.ttl").read_text("utf-8"))
    return pipeline.build(example.project, folder / "releases", lambda _: None).path


@pytest.fixture(scope="session")
def un() -> Path:
    """Return the folder of the UN's own RDF."""
    if not UN.is_dir():
        pytest.skip("the UN's own RDF is absent; GCMGRAPH_UN names its folder")
    return UN


@pytest.fixture(scope="session")
def dcat_ap() -> Path:
    """Return the folder of SEMIC's shapes for DCAT-AP 3, which lies beside the UN's."""
    folder = UN.parent / "dcat-ap"
    if not folder.is_dir():
        pytest.skip("SEMIC's shapes are absent; they lie beside the folder that GCMGRAPH_UN names")
    return folder
